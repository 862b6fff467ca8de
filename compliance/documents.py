"""The issued report as a document: one set of facts, drawn on a screen, as one HTML file, and as a tagged PDF.

It reads frozen rows only: the report, its findings and their words, the checklist version with its law, and the
reports issued before it. So the same report gives the same document on any day. It never reads an answer, a note, a
photo or a person; words removed by law are said to be removed.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from unicodedata import bidirectional

from django.conf import settings
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from checklists.models import Citation, Question
from compliance import rules
from compliance.models import Finding, Report, ReportAnswer
from compliance.queries import PUBLIC, VISIT_WORDS, band_words, extent_words, translated_texts, value_words
from compliance.texts import parts_of
from core import languages, paper, pdf, translating
from core.entrance.pictures import square

SHEET = Path(__file__).parent / "static" / "compliance" / "report.css"


@dataclass
class Entry:
    """One question of the checklist as the report holds it: a finding, or a plain fact about the factory.

    `number` counts within the point, `order` the non-compliances of the report from 1. `checked`: not self-reported.
    """

    question: Question
    number: int
    finding: Finding | None
    value: object
    typed: ReportAnswer | None = None
    order: int = 0
    laws: list = field(default_factory=list)
    reply: dict = field(default_factory=dict)
    translated: dict = field(default_factory=dict)
    checked: bool = True
    first_cycle: int | None = None
    history: list = field(default_factory=list)

    @property
    def text(self):
        """The words for the factory; "" when none were written or they were removed."""
        return (self.finding.words.body or {}).get("text", "")

    @property
    def direction(self):
        """ "ltr" or "rtl", by the first letter of the words; PDF makers do not find it out themselves."""
        sides = (bidirectional(letter) for letter in self.text)
        return "rtl" if next((side for side in sides if side in ("L", "R", "AL")), "L") != "L" else "ltr"

    @property
    def removed_at(self):
        return self.finding.words.redacted_at

    @property
    def where(self):
        """Where it was, in the assessor's words; "" when she named no place or it was removed."""
        return (self.finding.place.body or {}).get("text", "") if self.finding.place_digest else ""

    @property
    def place_removed_at(self):
        return self.finding.place.redacted_at if self.finding.place_digest else None

    @property
    def extent(self):
        return extent_words(self.finding, self.question.extent) if self.finding else ""

    @property
    def workers(self):
        return band_words(self.finding)

    @property
    def said(self):
        """The answer of a question that is no finding, in words; "" where they were removed."""
        typed = (self.typed.body or {}).get("text") if self.typed else None
        return value_words(typed or self.value, self.question.unit, self.question.choices)

    @property
    def said_removed_at(self):
        return self.typed.redacted_at if self.typed else None

    @property
    def is_public(self):
        return self.checked and PUBLIC in self.question.tags

    @property
    def by_law(self):
        """Is the country's law the cause, rather than this factory?"""
        return self.question.level == "national"


def content(report, into=None) -> SimpleNamespace:
    """Everything a report's document says, in six queries when the report brings its assessment, cycle and version;
    two more for another language than the binding one: `into` which texts are given where a translation still holds.
    """
    entries = _entries(report)
    failed = [entry for entry in entries if entry.finding and entry.finding.state == "non_compliant"]
    laws = defaultdict(list)
    for citation in Citation.objects.filter(question__in=[entry.question.pk for entry in failed]):
        laws[citation.question_id].append(citation)
    visits, history = _before(report, [entry.question.key for entry in failed])
    replies = _replies(report)
    cycles = {visit["visited_on"]: visit["assessment__cycle__number"] for visit in visits}
    for order, entry in enumerate(failed, start=1):
        entry.reply = replies.get(entry.question.key, {})
        entry.order, entry.laws = order, laws[entry.question.pk]
        entry.first_cycle = cycles.get(entry.finding.first_found_on)
        entry.history = _strip(report, entry, visits, history[entry.question.key])
    untranslated = _translate(report, failed, into) if into and into != report.written_in else None
    clusters = _clusters(entries)
    language = report.assessment.version.language
    states = Counter(entry.finding.state for entry in entries if entry.finding)
    return SimpleNamespace(
        report=report,
        facts=report.facts,
        visit=_visit(report),
        failed=failed,
        public=[entry for entry in failed if entry.is_public],
        clusters=clusters,
        totals=[{"key": state, "said": str(states[state])} for state in rules.STATES],
        asked=sum(states.values()),
        points_failed=sum(cluster.failed for cluster in clusters),
        points_decided=sum(cluster.decided for cluster in clusters),
        visits=visits,
        interviews=_interviews(report.facts.get("interviews")),
        meetings=_meetings(report.facts),
        **_corrects(report, entries),
        **_board(failed),
        checking=checking_address(report),
        qr=_qr(report),
        written_in=report.written_in,
        into=into,
        untranslated=untranslated,
        texts=sum(1 for entry in failed if entry.text),
        language=language,
        direction="rtl" if get_language_info(language)["bidi"] else "ltr",
    )


def _translate(report, failed, into) -> int:
    """Give each entry what a translator made of its words and their place. How many report texts have none."""
    made = translated_texts(report.assessment_id, into)
    for entry in failed:
        parts = parts_of({"text": entry.text, "where": entry.where}, report.written_in)
        entry.translated = translating.current(made.get(entry.question.key, {}), parts)
    return sum(1 for entry in failed if entry.text and "text" not in entry.translated)


def _visit(report) -> dict:
    """What the report says of the visit itself, in words: {} when it was a whole visit nobody doubted."""
    if not report.facts.get("visit"):
        return {}
    typed = {row.question_key: row for row in report.answers.all()}
    found = {}
    for name, said in report.facts["visit"].items():
        row = typed.get(said.get("key"))
        codes = said["said"] if isinstance(said["said"], list) else [said["said"]] if said["said"] else []
        found[name] = {
            "said": [VISIT_WORDS[code] for code in codes],
            "text": (row.body or {}).get("text", "") if row else "",
            "removed_at": row.redacted_at if row else None,
        }
    return found


def checking_address(report) -> str:
    """Where anybody with a copy learns whether it is current: our own address with the proof, as a page shows it."""
    return settings.WAGTAILADMIN_BASE_URL.rstrip("/") + reverse("compliance:check-report", args=[report.digest[:32]])


def _qr(report):
    """The same as a picture for a phone's camera."""
    drawn = square(checking_address(report), scale=2, border=2).decode()
    said = _("A picture for a phone’s camera: it leads to the page that says whether this copy is current")
    named = format_html('<svg role="img" aria-label="{}" ', said)
    return mark_safe(named + drawn[drawn.index("<svg ") + 5 :])  # noqa: S308  drawn by us from an address of ours


# As many findings as one page on a notice board holds in large letters.
ON_BOARD = 12


def _board(failed) -> dict:
    """What the notice board names: critical issues first; never a matter of serious harm, which has its own way."""
    told = [entry for entry in failed if rules.HARM_TAG not in entry.question.tags]
    told.sort(key=lambda entry: (not entry.is_public, entry.order))
    return {"board": told[:ON_BOARD], "off_board": len(told[ON_BOARD:])}


def _corrects(report, entries) -> dict:
    """Which version this one corrects, and in which question; {} for a first version."""
    old = report.facts.get("corrects")
    if not old:
        return {}
    about = next((entry.question.issue for entry in entries if entry.question.key == old["question"]), "")
    return {"corrects_on": date.fromisoformat(old["issued_on"]), "corrects_what": about}


def _replies(report) -> dict:
    """{question key: what the factory said before issue, what was decided, and why}, in words as they still stand."""
    said = report.facts.get("replies", [])
    rows = {row.question_key: row for row in report.replies.all()} if said else {}
    return {one["key"]: one | {"words": rows[one["key"]].body or {}, "removed_at": rows[one["key"]].redacted_at,
                               "pk": rows[one["key"]].pk} for one in said}  # fmt: skip


DIMENSIONS = {"sex": _("Sex"), "contract": _("Contract"), "migrant": _("Migrant workers"), "language": _("Language")}
GROUPS = {
    "women": _("Women"), "men": _("Men"), "other": _("Other"), "yes": _("Yes"), "no": _("No"),
    "permanent": _("Permanent"), "fixed-term": _("Fixed term"), "seasonal": _("Seasonal"), "casual": _("Casual"),
    "apprentice": _("Apprentice"), "agency": _("Agency"), "home": _("Home work"),
}  # fmt: skip
MEETINGS = {"opening": _("Opening meeting"), "closing": _("Closing meeting")}
SIDES = {"management": _("Management"), "workers": _("Worker representatives"), "union": _("Trade unions")}
SIGNED = {"signed": _("signed the summary"), "refused": _("refused to sign the summary")}


def _interviews(told):
    """Groups of those heard, in words: only those the report counts."""
    return [
        {"title": DIMENSIONS[name], "groups": [{"said": GROUPS.get(code, code), "n": n} for code, n in groups.items()]}
        for name, groups in ((told or {}).get("groups") or {}).items()
    ]


def _meetings(facts):
    """Opening and closing meeting: the day, how many of each side, who signed or refused to."""
    return [
        {
            "title": title,
            "held": date.fromisoformat(facts[key]["held"]) if facts[key]["held"] else None,
            "sides": [
                {"title": SIDES[side], "n": said["n"], "signed": SIGNED.get(said["signed"], "")}
                for side, said in facts[key]["sides"].items()
            ],
        }
        for key, title in MEETINGS.items()
        if facts.get(key)
    ]


def _entries(report) -> list[Entry]:
    findings = {finding.question_key: finding for finding in report.findings.select_related("words", "place")}
    values = {row["key"]: row.get("value") for row in report.facts.get("information", [])}
    typed = {row.question_key: row for row in report.answers.all()}
    numbers, entries = Counter(), []
    questions = Question.objects.filter(version_id=report.assessment.version_id).select_related("point__cluster")
    for question in questions.defer("guidance", "sources"):
        numbers[question.point_id] += 1
        entries.append(
            Entry(
                question,
                numbers[question.point_id],
                findings.get(question.key),
                values.get(question.key),
                typed.get(question.key),
                checked=report.facts.get("kind") != "self",
            )
        )
    return entries


def _before(report, keys):
    """Reports of visits issued before this one, and {question key: {report id: finding}} of them. Two queries."""
    visits = list(
        Report.objects.filter(
            Q(superseded_by=None) | Q(superseded_by__issued_at__gt=report.issued_at),
            assessment__cycle__site=report.assessment.cycle.site_id,
            issued_at__lt=report.issued_at,
        )
        .exclude(assessment=report.assessment_id)
        .exclude(assessment__kind="self")
        .order_by("visited_on", "issued_at")
        .values("pk", "visited_on", "assessment__cycle__number")
    )
    found = defaultdict(dict)
    for finding in Finding.objects.filter(report__in=[visit["pk"] for visit in visits], question_key__in=keys):
        found[finding.question_key][finding.report_id] = finding
    return visits, found


def _strip(report, entry, visits, earlier):
    """One step per visit, oldest first, this one last; nothing at the first visit."""
    if not visits:
        return []
    steps = [(visit["visited_on"], earlier.get(visit["pk"])) for visit in visits]
    return [
        {
            "key": finding.state if finding else "not_asked",
            "label": str(day.year),
            "small": extent_words(finding, "") if finding else "",
        }
        for day, finding in [*steps, (report.visited_on, entry.finding)]
    ]


def _clusters(entries) -> list:
    """Clusters with their points and what each came to: how many points failed of those decided."""
    clusters = {}
    for entry in entries:
        point = entry.question.point
        cluster = clusters.setdefault(point.cluster_id, SimpleNamespace(title=point.cluster.title, points={}))
        cluster.points.setdefault(point.pk, SimpleNamespace(title=point.title, entries=[])).entries.append(entry)
    for cluster in clusters.values():
        cluster.points = list(cluster.points.values())
        outcomes = [
            rules.point_state(entry.finding.state for entry in point.entries if entry.finding)
            for point in cluster.points
        ]
        cluster.failed = outcomes.count("non_compliant")
        cluster.undecided = outcomes.count(None)
        cluster.decided = len(outcomes) - cluster.undecided
        cluster.questions = sum(len(point.entries) for point in cluster.points)
    return list(clusters.values())


# --- files ------------------------------------------------------------------------------------------------------


def html(report, language: str) -> str:
    """The whole report as one file that needs nothing else: drawings and sheets are inside. Deterministic."""
    with translation.override(language):
        page = render_to_string("compliance/report_paper.html", {"paper": True, "content": content(report, language)})
    tokens, base, on_paper = paper.sheets()
    # The paper's sheet is for pages only; on a screen its foot would stand over the text.
    sheets = f"<style>{tokens}\n{base}\n{SHEET.read_text(encoding='utf-8')}\n@media print {{\n{on_paper}\n}}</style>"
    return page.replace("</head>", f"{sheets}\n</head>", 1)


def as_pdf(page: str) -> bytes:
    """The HTML file as a tagged PDF. Raises core.pdf.NoPdf where the machine cannot make one."""
    return pdf.render(page)


def languages_of(report) -> list[str]:
    """The languages a report's documents are made in: English, and those of the programme that screens speak."""
    return languages.of_papers(report.assessment.programme)


def file_name(report) -> str:
    """KH-2026-0041.pdf; KH-2026-0041-2.pdf for the second version."""
    number = report.facts["number"]
    return f"{number}.pdf" if report.version == 1 else f"{number}-{report.version}.pdf"
