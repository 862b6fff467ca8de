"""A factory's past for tests of disclosure: four visits, a fix, a rule. Built through actions only."""

from datetime import date

from checklists import actions as checklists
from checklists.imports import read_yaml
from checklists.rules import Link, bridge
from disclosure.actions import publish_release, set_regime
from improvement_plans import actions as plans
from improvement_plans.models import PlanItem
from tests.world import SETUP, SMALL

AS_OF = date(2026, 10, 5)
RULE = {"tag": "critical-public", "from_visit": 2, "delay_days": 30, "zero_tolerance_delay_days": 120}
TAGGED = ["under-age-workers", "overtime-premium-paid", "emergency-exits-clear"]


def regime(world, programme=None, **change):
    facts = {"name": "A", "in_force_from": date(2025, 1, 2), "rule": RULE} | change
    return set_regime(programme=programme or world.programme, by=SETUP, **facts)


def publish(world, as_of=AS_OF, programme=None):
    return publish_release(programme=programme or world.programme, as_of=as_of, by=SETUP)


def visits(world, *found, site=None, extra=()):
    """Issued reports of a factory: (day, {question: state}), oldest first; what is not named was found compliant."""
    made = []
    for on, states in found:
        answered = dict.fromkeys(TAGGED, "compliant") | states
        states = {key: state for key, state in answered.items() if state}
        report = world.report(states, site=site, on=on, extra=extra)
        plans.follow_report(report=report, by=SETUP)
        made.append(report)
    return made


def usual(world, site=None):
    """Exits blocked on two visits running, overtime found once and gone; the newest is not yet due for grave issues."""
    return visits(
        world,
        (date(2022, 5, 3), {"emergency-exits-clear": "non_compliant"}),
        (date(2023, 6, 6), {}),
        (date(2025, 5, 14), {"emergency-exits-clear": "non_compliant", "overtime-premium-paid": "non_compliant"}),
        (date(2026, 7, 1), {"emergency-exits-clear": "non_compliant", "under-age-workers": "undetermined"}),
        site=site,
        extra=[("emergency-exits-clear", "extent", {"n": 2, "of": 9, "where": "beside the line of Bopha"})],
    )


def verified(world, report, question, on):
    """The fix of a finding, seen by the adviser on a day."""
    item = PlanItem.objects.get(finding__report=report, question_key=question)
    return plans.verify_item(item=item, how="visit", by=world.dara, on=on)


def checklist(*, tags=None, more=(), version="1"):
    """The small checklist with tags added {key: tags} and questions more: (key, issue, tags)."""
    return checklists.import_document(document=_document(tags or {}, more, version, {}), by=SETUP)[0]


def renamed(world, old, new):
    """Its second version, in which a question is called otherwise: a person has said which is which."""
    editors = [world.person(name, "checklist-editor") for name in ("Kunthea", "Bopha")]
    first, second = _document({}, (), "1", {}), _document({}, (), "2", {old: new})
    draft = checklists.save_draft(document=second, by=editors[0])
    draft = checklists.send_to_review(draft=draft, by=editors[0])
    links = [link for link in bridge.by_keys(first, second) if not {link.old, link.new} & {old, new}]
    return checklists.publish(draft=draft, bridge=[*links, Link("reworded", old, new)], by=editors[1])


def _document(tags, more, version, names):
    document, _ = read_yaml(SMALL)
    document["version"] = version
    document["in_force_from"] = f"202{version}-01-01"
    point = document["clusters"][-1]["points"][-1]
    model = next(question for question in point["questions"] if question["key"] == "evacuation-drills")
    point["questions"] += [model | {"key": key, "issue": issue, "tags": tags_of} for key, issue, tags_of in more]
    for cluster in document["clusters"]:
        for point in cluster["points"]:
            for question in point["questions"]:
                question["tags"] = [*question.get("tags", []), *tags.get(question["key"], [])]
                question["key"] = names.get(question["key"], question["key"])
    return document
