"""What cannot be read cannot be found out by reading twice: lists, counts, searches and versions before and after."""

import re
from datetime import date

import pytest
from django.core import mail
from django.test import Client

from compliance import actions
from compliance.models import Report
from core import queue
from core.audit import System
from core.days import today
from core.ids import new_id
from disclosure.models import Entry
from tests.compliance.test_embargo import person, routes, said
from tests.disclosure.past import publish, regime

pytestmark = pytest.mark.every_page

EXITS, AGE = "emergency-exits-clear", "under-age-workers"
# An address without a hole shows lists, counts and what is searched for.
LISTS = sorted({"/" + route.removeprefix("^").removesuffix("$") for route in routes() if "<" not in route})
READERS = (
    "anonymous", "factory manager", "worker member", "buyer with consent", "advisory-member", "government-officer",
)  # fmt: skip
SEARCHED = [
    f"{page}?q={word}"
    for page in ("/app/assessments/", "/app/assessments/visits/", "/app/factories/", "/app/plans/", "/disclosure/")
    for word in ("Paper", "KH-", "child")
]


@pytest.fixture
def there(world):
    """Issued past, its release, a visit in review with an interview behind a finding, and everybody outside of it."""
    assert world.mony
    regime(world)
    for year in (2023, 2024):
        world.report(on=date(year, 3, 4))
    publish(world, as_of=today(world.programme))
    visit = world.planned(on=date(2026, 2, 2))
    world.send(
        visit, world.chanthou, (AGE, "state", "non_compliant"), (AGE, "report_text", "Two were seen."),
        ("@interviews", f"interview:{new_id()}", {"people": 7, "sex": "women", "department": "cutting"}),
    )  # fmt: skip
    actions.hand_in(assessment=visit, by=world.chanthou, visited_on=date(2026, 2, 2))
    visit.refresh_from_db()
    people = {who: None if who == "anonymous" else person(world, who) for who in READERS}
    return visit, people


def readings(people, places=None):
    """{(who, address): what stands there}, without what changes with every request. `places`: those asked for again."""
    found = {}
    for who, reader in people.items():
        client = Client()
        if reader:
            client.force_login(reader)
        for address in [*LISTS, *SEARCHED]:
            if places and (who, address) not in places:
                continue
            answer = client.get(address)
            if answer.status_code != 200:
                continue  # a refusal looks at nothing
            text = said(answer) if answer["Content-Type"].startswith(("text", "application/json")) else ""
            found[who, address] = re.sub(
                r'(name="csrfmiddlewaretoken" value=|nonce=|name="state" value=)"[^"]*"', "", text
            )
    return found


def changed(before, after):
    return sorted(place for place in before if before[place] != after.get(place))


def case_opened(world, visit):
    case = actions.open_case(
        programme=world.programme, cycle=visit.cycle, kind="child-labour", text="x", readers=[], by=world.sokha
    )
    actions.take_step(case=case, step="best-interest", answer="tell", words="x", by=world.sokha)


def interview_added(world, visit):
    world.send(
        visit, world.rith, ("@interviews", f"interview:{new_id()}", {"people": 1, "sex": "men", "department": "ironing"})
    )  # fmt: skip


def remark_written(world, visit):
    world.send(visit, world.rith, (AGE, "note", "Told by one of them."), (AGE, "comment", "Only one source."))


def finding_withdrawn(world, visit):
    world.send(visit, world.rith, (EXITS, "state", "non_compliant"))


def test_two_readings_around_what_is_not_theirs_are_the_same(world, there):
    """And the same look would show it: a report they may read does change what they read."""
    visit, people = there
    once, before = readings(people), readings(people)
    before = {place: text for place, text in before.items() if once[place] == text}  # a token, a time: not these
    places = set(before)
    assert len({address for _who, address in places}) > 30
    case_opened(world, visit)
    assert changed(before, readings(people, places)) == []
    for event in (interview_added, remark_written, finding_withdrawn):
        event(world, visit)
    assert changed(before, readings(people, places)) == []
    world.report(on=date(2026, 7, 4))
    assert {who for who, _address in changed(before, readings(people, places))} >= {
        "factory manager",
        "buyer with consent",
    }


def test_a_corrected_version_differs_in_what_was_corrected_and_in_no_count_of_people(world):
    """From the interviews of two versions nobody finds whose words were taken away."""
    first = world.report(
        {EXITS: "non_compliant", AGE: "non_compliant"},
        extra=[("@interviews", f"interview:{new_id()}", {"people": 7, "sex": "women", "department": "cutting"})],
    )
    ask = actions.ask_for_correction(report=first, question_key=EXITS, text="It was open.", by=world.vannak)
    actions.correct(ask=ask, reason="Seen.", by=world.vannak, question_key=EXITS, state="compliant", text="")
    second = Report.objects.get(supersedes=first)
    told = {name: value for name, value in second.facts.items() if name != "corrects"}
    assert told == first.facts and told["interviews"]

    def others(report):
        return sorted(
            report.findings.exclude(question_key=EXITS).values_list("question_key", "state", "digest", "extent_n")
        )

    assert others(first) == others(second)


def test_neither_day_nor_letter_of_anything_published_tells_that_a_case_is_open(world, there):
    """Two worlds, one with a case: what is due when, what is issued when, and what is written to whom are the same."""
    visit, _people = there
    for user in (world.mony, world.vannak, world.dara, world.chanthou):
        user.email = f"{user.username}@example.org"
        user.save()

    def told():
        mail.outbox.clear()
        actions.remind(programme=world.programme, by=System("clocks"))
        actions.remind_of_cases(programme=world.programme, by=System("clocks"))
        queue.run_waiting()
        letters = sorted((tuple(one.to), one.subject, one.body) for one in mail.outbox)
        release = publish(world, as_of=today(world.programme))
        rows = Entry.objects.filter(released_factory__release=release).values_list("question_key", "status", "found_on")
        later = [document["later"] for document in release.factories.values_list("document", flat=True)]
        return letters, sorted(map(str, rows)), later, release.coverage

    told()  # what is late already is told once
    before = told()
    case_opened(world, visit)
    assert told() == before
