"""The review desk: every question with its reasons to look twice."""

import functools
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import NamedTuple
from uuid import UUID

from django.db.models import Case, IntegerField, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checklists.models import Citation, Question
from checklists.rules.phrases import slots
from compliance import judging, likeness, rules, visit_forms
from compliance.models import (
    Answer,
    Assessment,
    Evidence,
    Finding,
    FindingText,
    ReviewDraw,
    SecondReading,
)
from compliance.queries.assessments import _links, people
from compliance.queries.words import band_words, extent_words, value_words
from core import access, redaction
from core.models import Programme, User
from core.roles import Right
from factories.models import Permit, histories_before

PUBLIC = "critical-public"
REMOVED = "removed"


REASONS = {
    "conflict": gettext_lazy("Two answers differ"),
    "returned": gettext_lazy("Returned to the assessors"),
    "source-at-risk": gettext_lazy("Rests on one union officer: source at risk"),
    "photo-missing": gettext_lazy("A photo has not arrived"),
    "twin": gettext_lazy("Nearly the same words in another report"),
    "numbers-differ": gettext_lazy("Numbers in the text differ"),
    "only-interviews": gettext_lazy("Rests on interviews only"),
    "no-evidence": gettext_lazy("No photo or document"),
    "no-report-text": gettext_lazy("No report text"),
    "open-slot": gettext_lazy("A phrase is not filled in"),
    "no-law": gettext_lazy("No law attached"),
    "no-reason": gettext_lazy("No reason written"),
    "refused-value": gettext_lazy("A value that cannot be"),
    "rule-suggests": gettext_lazy("A rule suggests otherwise"),
    "check-failed": gettext_lazy("Does not fit another answer"),
    "hidden": gettext_lazy("Answered, though not to be asked"),
    "public": gettext_lazy("Becomes public"),
}


def reasons_to_look(*, state, conflicts, report_text, texts, evidence, is_public) -> list[str]:
    """Why a reviewer looks at an answer first, most urgent first; keys of REASONS. Pure.

    texts: note, comment and report text together; evidence: how many photos and documents are linked.
    """
    found = ["conflict"] if conflicts else []
    if state == "non_compliant":
        if not evidence:
            found.append("no-evidence")
        if not report_text.strip():
            found.append("no-report-text")
        elif slots(report_text):
            found.append("open-slot")
        if is_public:
            found.append("public")
    if state == "undetermined" and not texts.strip():
        found.append("no-reason")
    return found


def reasons_of_rules(key, state, has_answer, judgement, checks) -> list[str]:
    """Why a reviewer looks first, as the checklist's rules have it; keys of REASONS. Pure."""
    suggested = judgement.suggested.get(key)
    found = {
        "refused-value": key in judgement.refused,
        "rule-suggests": suggested and state != "unanswered" and suggested["state"] != state,
        "check-failed": any(key in check["questions"] for check in checks),
        "hidden": has_answer and not judgement.visible.get(key, True),
    }
    return [reason for reason, holds in found.items() if holds]


def reasons_of_findings(*, answer, question, links, has_law, union_heard, twin) -> list[str]:
    """Why a reviewer looks first at a non-compliance: what it rests on, and its words; keys of REASONS. Pure.

    links: photos and documents, each with its media type as `word`, "" where one has not arrived.
    """
    found = {
        rules.rests_on(question.sources, len(links), union_heard): True,
        "photo-missing": any(not link.word for link in links),
        "twin": twin is not None,
        "numbers-differ": rules.numbers_differ(answer.report_text, answer.extent_n, answer.extent_of),
        "no-law": not has_law,
    }
    return [reason for reason, holds in found.items() if reason and holds]


@dataclass
class Item:
    """One question of the desk with its answer. `number` counts within the point; no answer yet: "unanswered"."""

    question: Question
    number: int
    answer: Answer
    state: str
    evidence: list = field(default_factory=list)
    reasons: list = field(default_factory=list)
    suggested: dict = field(default_factory=dict)
    refused: str = ""
    misfits: list = field(default_factory=list)
    computed: object = None
    twin: object = None
    review: object = None
    said: int = 0
    left: bool = False
    is_public: bool = False

    @property
    def verdict(self):
        """ "accepted", "returned", "changed" since it was accepted, or "" while nobody read it."""
        if self.review is None:
            return ""
        if self.review.word == "accepted" and self.review.n != self.answer.revision:
            return "changed"
        return self.review.word

    @property
    def hint(self):
        return " · ".join(str(REASONS[reason]) for reason in self.reasons)

    @property
    def name(self):
        return self.question.issue or self.question.text

    @property
    def extent(self):
        return extent_words(self.answer, self.question.extent)

    @property
    def workers(self):
        return band_words(self.answer)

    @property
    def value(self):
        value = self.computed if self.question.compute else self.answer.value
        return value_words(value, self.question.unit, self.question.choices)


def desk_assessment(user, number) -> Assessment | None:
    """The assessment if this person reviews it: a lead assessor of its programme. One query."""
    return (
        Assessment.objects.filter(
            number=number, programme__in=access.anchors(user, Right.LEAD_ASSESSMENTS, Programme), cycle__isnull=False
        )
        .select_related("cycle__site", "programme", "version", "second_reading")
        .first()
    )


def permits_of(assessment):
    """Permits of the visited factory, or of one it stands for, that nobody has ended."""
    places = histories_before(assessment.cycle.site_id) if assessment.cycle else []
    return Permit.objects.filter(site__in=places, ended_on=None).order_by("kind", "expires_on", "pk")


def _permits(assessment, current, day) -> list:
    """Those permits with `at_visit` (valid, expired or later: issued after it), and, where the paper is evidence of
    this visit, its id as `evidence_id` and whether the current question rests on it. One query.
    """
    papers = Evidence.objects.filter(assessment=assessment, stored=OuterRef("paper"), redacted_at=None).exclude(
        stored=""
    )
    found = permits_of(assessment).select_related("site")
    permits = list(found.annotate(evidence_id=Subquery(papers.values("pk")[:1])))
    linked = {link.about for link in current.evidence}
    for permit in permits:
        ended = permit.expires_on is not None and permit.expires_on < day
        permit.at_visit = "expired" if ended else "later" if permit.issued_on > day else "valid"
        permit.rests = permit.evidence_id in linked
    return permits


def review_desk(assessment, *, wanted="", show="", compare=True) -> SimpleNamespace | None:
    """Everything the desk shows; queries do not grow with the questions. None when `wanted` is no question.

    first: what the checks found, most urgent first; others: the other non-compliances; rest: the remaining questions
    in order, counted by state in `counts`; `listed` is what `show` (a state) unfolds. `compare`: with the words of
    other factories' reports.
    """
    comments = list(assessment.review_comments.select_related("written_by").order_by("pk"))
    marks = _marks(assessment)
    items = _items(assessment, marks, Counter(said.question_key for said in comments), compare)
    draw = _draw(assessment)
    readings = marks["reading"]
    first = [item for item in items if item.reasons]
    first.sort(key=lambda item: (min(map(list(REASONS).index, item.reasons)), item.question.position))
    others = [item for item in items if item.state == "non_compliant" and not item.reasons]
    seen = {id(item) for item in [*first, *others]}
    rest = [item for item in items if id(item) not in seen]
    listed = [item for item in rest if item.state == show]
    order = listed or [*first, *others, *rest]
    current = next((item for item in items if item.question.key == wanted), None) if wanted else (order or [None])[0]
    if current is None:
        return None
    place = next((n for n, item in enumerate(order) if item is current), None)
    return SimpleNamespace(
        items=items,
        first=first,
        others=others,
        counts=_counts(rest),
        listed=listed,
        show=show if listed else "",
        current=current,
        removed=_removed(current),
        previous=order[place - 1] if place else None,
        next=order[place + 1] if place is not None and place + 1 < len(order) else None,
        non_compliant=sum(1 for item in items if item.state == "non_compliant"),
        public=sum(1 for item in items if item.state == "non_compliant" and item.is_public),
        unanswered=sum(1 for item in items if item.state == "unanswered"),
        left=sum(1 for item in items if item.left),
        verdicts=Counter(item.verdict for item in items),
        to_read=sum(1 for item in items if item.state == "non_compliant" and item.verdict != "accepted"),
        draw=draw,
        drawn=[(item, readings.get(item.question.key)) for item in items if draw and item.question.key in draw.keys],
        reading=readings.get(current.question.key),
        read_by=_reader(readings.get(current.question.key)),
        thread=[said for said in comments if said.question_key == current.question.key],
        acceptable=[item.question.key for item in rest if item.verdict != "accepted" and item.state != "unanswered"],
        citations=_asked(assessment.version_id).citations[current.question.pk],
        members=people(assessment),
        permits=_permits(assessment, current, assessment.visited_on or assessment.planned_from),
        **_earlier(assessment, current),
    )


def _counts(items):
    counts = Counter(item.state for item in items)
    return [{"key": key, "n": counts[key]} for key in [*rules.STATES, "unanswered", "information"] if counts[key]]


def _draw(assessment):
    try:
        return assessment.second_reading
    except ReviewDraw.DoesNotExist:
        return None


class Mark(NamedTuple):
    """What stands beside an answer. link: evidence and its media type, "" until it has arrived and
    REMOVED when two people removed it. review: by whom, the
    verdict, the revision she read. reading: by whom, holds or differs."""

    about: UUID
    word: str
    n: int

    @property
    def agrees(self):
        return self.word == "holds"


def _marks(assessment) -> dict:
    """{link: {question key: [Mark]}, review and reading: {question key: Mark}} of an assessment. One query."""
    kind = Case(When(redacted_at=None, then="media_type"), default=Value(REMOVED))
    arrived = Evidence.objects.filter(pk=OuterRef("evidence_id")).values(shown_as=kind)[:1]
    none = Value(0, output_field=IntegerField())
    held = Case(When(agrees=True, then=Value("holds")), default=Value("differs"))
    readings = SecondReading.objects.filter(draw=assessment.pk)
    first, *rest = (
        found.order_by().annotate(mark=Value(mark)).values_list("mark", "question_key", *columns)
        for mark, found, columns in [
            ("link", _links(assessment), ["evidence_id", Coalesce(Subquery(arrived), Value("")), none]),
            ("review", assessment.question_reviews, ["by", "verdict", "revision"]),
            ("reading", readings, ["read_by", held, none]),
        ]
    )
    marks: dict = {"link": defaultdict(list), "review": {}, "reading": {}}
    for mark, key, about, word, n in first.union(*rest, all=True):
        if mark == "link":
            marks[mark][key].append(Mark(about, word, n))
        else:
            marks[mark][key] = Mark(about, word, n)
    for links in marks["link"].values():
        links.sort()
    return marks


def _removed(current):
    """Rows of the question's evidence that two people removed, each with why. Two queries, none where none was."""
    gone = [link.about for link in current.evidence if link.word == REMOVED]
    rows = list(Evidence.objects.filter(pk__in=gone)) if gone else []
    redaction.explain(rows)
    return rows


def _reader(reading):
    """Who read a question a second time. One query, none for a question nobody did."""
    return reading and User.objects.get(pk=reading.about)


class Asked(NamedTuple):
    """What a version asks: its questions with their places, and what law each cites."""

    questions: list
    citations: dict


@functools.lru_cache(maxsize=8)
def _asked(version_id) -> Asked:
    """The questions of a version, kept in memory: a published version never changes. Read only, never written to."""
    questions = Question.objects.filter(version_id=version_id).select_related("point__cluster").defer("guidance")
    citations = defaultdict(list)
    for one in Citation.objects.filter(question__version=version_id):
        citations[one.question_id].append(one)
    return Asked(list(questions), {question.pk: citations[question.pk] for question in questions})


def _items(assessment, marks, said, compare) -> list[Item]:
    """Every question of the version with its answer, evidence and what rules say of it. One query for the answers, one
    for the texts of other factories, and those of `judging.judge`."""
    answers = {answer.question_key: answer for answer in assessment.answers.all()}
    asked = _asked(assessment.version_id)
    judgement = judging.judge(assessment, answers)
    left = set(judging.left(judgement))
    union_heard = _union_heard(answers)
    failed = [judging.rules_of(assessment.version_id).checks[key] for key in judgement.failed]
    items, numbers = [], Counter()
    twins = _twins(assessment, asked.questions, answers) if compare else {}
    for question in asked.questions:
        numbers[question.point_id] += 1
        answer = answers.get(question.key) or Answer(assessment=assessment, question_key=question.key)
        state = (answer.state or "unanswered") if question.kind == "finding" else "information"
        links = marks["link"].get(question.key, [])
        review = marks["review"].get(question.key)
        # What a factory says of itself never becomes public.
        is_public = PUBLIC in question.tags and assessment.kind != "self"
        of_finding = []
        if state == "non_compliant":
            of_finding = reasons_of_findings(
                answer=answer, question=question, links=links, has_law=bool(asked.citations[question.pk]),
                union_heard=union_heard, twin=twins.get(question.key),
            )  # fmt: skip
        items.append(
            Item(
                question=question,
                number=numbers[question.point_id],
                answer=answer,
                state=state,
                evidence=links,
                reasons=reasons_to_look(
                    state=state,
                    conflicts=answer.conflicts,
                    report_text=answer.report_text,
                    texts=answer.note + answer.comment + answer.report_text,
                    evidence=len(links),
                    is_public=is_public,
                )
                + of_finding
                + (["returned"] if review and review.word == "returned" else [])
                + reasons_of_rules(question.key, state, _answered(question, answer), judgement, failed),
                suggested=judgement.suggested.get(question.key, {}),
                refused=judgement.refused.get(question.key, ""),
                misfits=[check["says"] for check in failed if question.key in check["questions"]],
                computed=judgement.computed.get(question.key),
                twin=twins.get(question.key),
                review=review,
                said=said[question.key],
                left=question.key in left,
                is_public=is_public,
            )
        )
    return items


def draft_items(assessment) -> list[Item]:
    """Every question with its answer as it stands, without what the desk says of it. Four queries."""
    answers = {answer.question_key: answer for answer in assessment.answers.all()}
    computed = judging.judge(assessment, answers).computed
    questions = Question.objects.filter(version_id=assessment.version_id).select_related("point__cluster")
    return [
        Item(question, 0, answers.get(question.key) or Answer(), "", computed=computed.get(question.key))
        for question in questions.defer("guidance", "sources")
    ]


def _union_heard(answers):
    """How many union officers were met, as far as the meetings tell; None when they tell nothing."""
    met = [
        (answers[key].value or {}).get("attended:union", {}).get("n")
        for key in (visit_forms.OPENING, visit_forms.CLOSING)
        if key in answers and isinstance(answers[key].value, dict)
    ]
    return max((n for n in met if n is not None), default=None)


# How many of the latest issued texts on the same questions are compared with.
COMPARED = 3000


def _twins(assessment, questions, answers) -> dict:
    """{question key: {"report", "text", "percent", "factory", "number"}}: texts that stand in another factory's report.

    What the checklist offers as a phrase, and its own words, are no likeness. One query.
    """
    asked = {question.key: question for question in questions if question.kind == "finding"}
    texts = {
        key: answer.report_text
        for key, answer in answers.items()
        if key in asked and answer.state == "non_compliant" and answer.report_text.strip()
    }
    others = defaultdict(dict)
    rows = (
        FindingText.objects.filter(
            finding__question_key__in=texts, finding__state="non_compliant", redacted_at=None,
            finding__report__assessment__programme_id=assessment.programme_id, finding__report__superseded_by=None,
        )
        .exclude(finding__report__assessment__cycle__site_id=assessment.cycle.site_id)
        .order_by("-finding__report__issued_at")
        .values_list("finding__question_key", "finding__report", "body", "finding__report__facts__factory__name",
                     "finding__report__facts__number")[:COMPARED]
    )  # fmt: skip
    told = {}
    for key, report, body, factory, number in rows:
        others[key][report] = body["text"]
        told[report] = (factory, number)
    found = {}
    for key, text in texts.items():
        offered = [phrase for phrases in asked[key].phrases.values() for phrase in phrases]
        if twin := likeness.twin_of(text, others[key], [*offered, *filter(None, _own(asked[key]))]):
            report, said, percent = twin
            factory, number = told[report]
            found[key] = {"report": report, "text": said, "percent": percent, "factory": factory, "number": number}
    return found


def _own(question):
    return (question.explain, question.text, question.issue)


def returned_questions(assessment) -> list:
    """Questions a reviewer returned, or talked about, with their threads: for the assessors. Three queries."""
    reviews = {one.question_key: one for one in assessment.question_reviews.filter(verdict="returned")}
    threads = defaultdict(list)
    for said in assessment.review_comments.select_related("written_by").order_by("pk"):
        threads[said.question_key].append(said)
    questions = Question.objects.filter(version_id=assessment.version_id, key__in={*reviews, *threads})
    return [
        {"question": one, "thread": threads[one.key], "returned": one.key in reviews}
        for one in questions.select_related("point").order_by("position")
    ]


def _answered(question, answer) -> bool:
    return (answer.state if question.kind == "finding" else answer.value) is not None


def _earlier(assessment, current) -> dict:
    """What issued reports of this factory said of the question, oldest first, and how old that makes it. One query."""
    rows = list(
        Finding.objects.filter(
            question_key=current.question.key,
            report__assessment__cycle__site_id=assessment.cycle.site_id,
            report__superseded_by=None,
        )
        .exclude(report__assessment=assessment)
        .exclude(report__assessment__kind="self")
        .order_by("report__visited_on", "report__issued_at")
        .values_list("report__visited_on", "state", "report__assessment__cycle__number")
    )
    day = assessment.visited_on or assessment.planned_from
    strip = [
        {"key": state, "label": str(on.year), "small": _("cycle %(n)s") % {"n": cycle}} for on, state, cycle in rows
    ]
    if current.state in rules.STATES:
        now = _("cycle %(n)s, now") % {"n": assessment.cycle.number}
        strip.append({"key": current.state, "label": str(day.year), "small": now})
    history = [(on, state) for on, state, _cycle in rows]
    return {"strip": strip if rows else [], "age": rules.age(history, day, current.state), "day": day}


def becomes_of(assessment) -> SimpleNamespace:
    """What issuing the report will do, in numbers. Two queries."""
    states = dict(assessment.answers.values_list("question_key", "state"))
    counts = Counter()
    questions = Question.objects.filter(version_id=assessment.version_id, kind="finding")
    for key, tags in questions.values_list("key", "tags"):
        counts["findings"] += 1
        if states.get(key) == "non_compliant":
            counts["non_compliant"] += 1
            counts["public"] += PUBLIC in tags and assessment.kind != "self"
        if states.get(key) is None:
            counts["unanswered"] += 1
    return SimpleNamespace(**{name: counts[name] for name in ("findings", "non_compliant", "public", "unanswered")})
