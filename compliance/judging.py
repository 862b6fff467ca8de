"""What the answers of an assessment come to under the rules of its checklist: reads, and judges as the tablet does."""

import functools

from checklists.blueprint import build, question_facts
from checklists.expressions import Judgement, Rules, impossible
from checklists.models import FINDING, ChecklistVersion, SamplingPlan
from checklists.queries import parameters
from checklists.rules.sampling import take
from compliance.models import Answer
from factories.queries import headcount

NUMBERS = {"number", "money", "percent"}
# The tag of questions whose findings become public.
CRITICAL = "critical-public"


@functools.lru_cache(maxsize=16)
def rules_of(version_id) -> Rules:
    """The rules of a version, kept in memory: a published version never changes."""
    return Rules(build(ChecklistVersion.objects.select_related("checklist").get(pk=version_id)))


def names(assessment) -> dict:
    """What rules may read beside answers: figures of the country's law on the day of the visit, and facts. Two queries.

    The tablet is given the same, so that both come to the same: {param, facts}. The law's zone is the factory's region.
    """
    return {"param": _law(assessment), "facts": _facts(assessment)}


def _law(assessment):
    site = _site(assessment)
    country = site.country if site else assessment.programme.country
    return parameters(country=country, on=_day(assessment), zone=site.region if site else "")


def _facts(assessment):
    site, day = _site(assessment), _day(assessment)
    workers, parts = headcount(site, day) if site else (None, {})
    country = site.country if site else ""
    return {"workers": workers, "day": day.isoformat()} | _by_sex(parts) | _migrants(parts, country)


def _site(assessment):
    return assessment.cycle.site if assessment.cycle else None


def _day(assessment):
    return assessment.visited_on or assessment.planned_from


def _by_sex(parts):
    return {name: parts.get("sex", {}).get(name) for name in ("women", "men")}


def _migrants(parts, country):
    """Of those whose nationality was counted, how many come from elsewhere."""
    counted = parts.get("nationality")
    return {"migrants": sum(n for code, n in counted.items() if code != country) if counted else None}


def interviews_planned(assessment) -> int | None:
    """How many interviews the checklist's sampling plan asks for, by the head count of the day; None without a plan."""
    plan = SamplingPlan.objects.filter(version=assessment.version_id, of="interviews").first()
    workers = _facts(assessment)["workers"] if plan else None
    return take(plan.bands, workers) if plan and workers is not None else None


def judge(assessment, answers: dict[str, Answer]) -> Judgement:
    """How all rules stand on these answers, {question key: answer}. Two values that differ are none yet.

    What a virtual check does not ask is never required. One query where rules read figures of the law, one where they
    read facts of the factory.
    """
    rules = rules_of(assessment.version_id)
    entered = {key: _read(rules.questions[key], answer) for key, answer in answers.items() if key in rules.questions}
    judgement = rules.judge(
        entered,
        param=_law(assessment) if rules.reads_law else {},
        facts=_facts(assessment) if rules.reads_facts else {},
    )
    if assessment.clusters:
        covered = set(asked(assessment))
        judgement.required = {key: needed and key in covered for key, needed in judgement.required.items()}
    return judgement


def _read(question, answer):
    part = "state" if question["kind"] == FINDING else "value"
    return None if part in answer.conflicts else getattr(answer, part)


def cannot_stand(version_id, question_key, value) -> bool:
    """Is this a number its question's constraint refuses, whatever else is answered?

    Only a constraint that reads nothing but the value is asked here: one that reads other answers would judge a change
    by the order of arrival. Those are shown to assessors and reviewers, and stop the way to review.
    """
    question = rules_of(version_id).questions[question_key]
    return question["kind"] in NUMBERS and impossible(question.get("constraint"), value)


def left(judgement) -> list[str]:
    """Required questions without an answer, as the tablet counts them; a hidden or computed one is never required."""
    return [key for key, needed in judgement.required.items() if needed and judgement.values[key] is None]


def asked(assessment) -> list[str]:
    """Keys of the questions it asks: all; of a virtual check those of its clusters, and all that are critical."""
    clusters, facts = assessment.clusters, question_facts(assessment.version_id)
    return [key for key, one in facts.items() if not clusters or one.cluster in clusters or CRITICAL in one.tags]


def critical_left(assessment, answers: dict[str, Answer]) -> int:
    """How many critical questions a virtual check did not ask. None of them may be left out."""
    if assessment.kind != "virtual":
        return 0
    critical = [
        key
        for key, one in question_facts(assessment.version_id).items()
        if one.kind == FINDING and CRITICAL in one.tags
    ]
    states = {key: answer.state for key, answer in answers.items()}
    return sum(states.get(key) in (None, "not_asked") for key in critical)
