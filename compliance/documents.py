"""The issued report as a document: one set of facts, drawn on a screen, as one HTML file, and as a tagged PDF.

It reads frozen rows only: the report, its findings and their words, the checklist version with its law, and the
reports issued before it. So the same report gives the same document on any day. It never reads an answer, a note, a
photo or a person; words removed by law are said to be removed.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from unicodedata import bidirectional

from django.conf import settings
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import get_language_info

from checklists.models import Citation, Question
from compliance import rules
from compliance.models import Finding, Report
from compliance.queries import PUBLIC, band_words, extent_words, value_words
from core import paper, pdf

SHEET = Path(__file__).parent / "static" / "compliance" / "report.css"


@dataclass
class Entry:
    """One question of the checklist as the report holds it: a finding, or a plain fact about the factory.

    `number` counts within the point, `order` the non-compliances of the report from 1.
    """

    question: Question
    number: int
    finding: Finding | None
    value: object
    order: int = 0
    laws: list = field(default_factory=list)
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
    def extent(self):
        return extent_words(self.finding, self.question.extent) if self.finding else ""

    @property
    def workers(self):
        return band_words(self.finding)

    @property
    def said(self):
        """The answer of a question that is no finding, in words."""
        return value_words(self.value, self.question.unit)

    @property
    def is_public(self):
        return PUBLIC in self.question.tags

    @property
    def by_law(self):
        """Is the country's law the cause, rather than this factory?"""
        return self.question.level == "national"


def content(report) -> SimpleNamespace:
    """Everything a report's document says, in five queries when the report brings its assessment, cycle and version."""
    entries = _entries(report)
    failed = [entry for entry in entries if entry.finding and entry.finding.state == "non_compliant"]
    laws = defaultdict(list)
    for citation in Citation.objects.filter(question__in=[entry.question.pk for entry in failed]):
        laws[citation.question_id].append(citation)
    visits, history = _before(report, [entry.question.key for entry in failed])
    for order, entry in enumerate(failed, start=1):
        entry.order, entry.laws = order, laws[entry.question.pk]
        entry.history = _strip(report, entry, visits, history[entry.question.key])
    clusters = _clusters(entries)
    language = report.assessment.version.language
    states = Counter(entry.finding.state for entry in entries if entry.finding)
    return SimpleNamespace(
        report=report,
        facts=report.facts,
        failed=failed,
        public=[entry for entry in failed if entry.is_public],
        clusters=clusters,
        totals=[{"key": state, "said": str(states[state])} for state in rules.STATES],
        asked=sum(states.values()),
        points_failed=sum(cluster.failed for cluster in clusters),
        points_decided=sum(cluster.decided for cluster in clusters),
        visits=visits,
        language=language,
        direction="rtl" if get_language_info(language)["bidi"] else "ltr",
    )


def _entries(report) -> list[Entry]:
    findings = {finding.question_key: finding for finding in report.findings.select_related("words")}
    values = {row["key"]: row["value"] for row in report.facts.get("information", [])}
    numbers, entries = Counter(), []
    questions = Question.objects.filter(version_id=report.assessment.version_id).select_related("point__cluster")
    for question in questions.defer("guidance", "sources", "choices"):
        numbers[question.point_id] += 1
        entries.append(
            Entry(question, numbers[question.point_id], findings.get(question.key), values.get(question.key))
        )
    return entries


def _before(report, keys):
    """Reports issued before this one, and {question key: {report id: finding}} of them. Two queries."""
    visits = list(
        Report.objects.filter(
            Q(superseded_by=None) | Q(superseded_by__issued_at__gt=report.issued_at),
            assessment__cycle__site=report.assessment.cycle.site_id,
            issued_at__lt=report.issued_at,
        )
        .exclude(assessment=report.assessment_id)
        .order_by("visited_on", "issued_at")
        .values("pk", "visited_on")
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
        page = render_to_string("compliance/report_paper.html", {"paper": True, "content": content(report)})
    tokens, base, on_paper = paper.sheets()
    # The paper's sheet is for pages only; on a screen its foot would stand over the text.
    sheets = f"<style>{tokens}\n{base}\n{SHEET.read_text(encoding='utf-8')}\n@media print {{\n{on_paper}\n}}</style>"
    return page.replace("</head>", f"{sheets}\n</head>", 1)


def as_pdf(page: str) -> bytes:
    """The HTML file as a tagged PDF. Raises core.pdf.NoPdf where the machine cannot make one."""
    return pdf.render(page)


def languages_of(report) -> list[str]:
    """The languages a report's documents are made in: English, and those of the programme that screens speak."""
    spoken = dict(settings.LANGUAGES)
    return ["en", *(code for code in report.assessment.programme.languages if code in spoken and code != "en")]


def file_name(report) -> str:
    """KH-2026-0041.pdf; KH-2026-0041-2.pdf for the second version."""
    number = report.facts["number"]
    return f"{number}.pdf" if report.version == 1 else f"{number}-{report.version}.pdf"
