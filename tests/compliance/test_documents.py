"""The issued report as a document: what it says, that it says the same on any day, and that the PDF is whole."""

import re
import shutil
import subprocess
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from compliance import actions, copies, documents, tasks
from compliance.models import Answer, Finding, Report, ReportDocument
from core import pdf, storage
from core.models import AuditRecord
from core.redaction import redact

EXITS, DRILLS, AGE = "emergency-exits-clear", "evacuation-drills", "under-age-workers"
OVERTIME, WAGE = "overtime-premium-paid", "minimum-wage-paid"
KHMER = "ច្រកចេញបន្ទាន់ត្រូវបានបិទដោយប្រអប់ទំនិញដូច្នេះកម្មករមិនអាចចេញបានទាន់ពេលវេលានៅពេលមានអគ្គិភ័យ"
ARABIC = "كان مخرجان من أصل تسعة مخارج مسدودين بصناديق البضائع. "
WORDS = "Two of nine exits could not be used. <b>Exit 5</b> was locked."
STATES = {
    EXITS: "non_compliant",
    DRILLS: "compliant",
    AGE: "compliant",
    OVERTIME: "undetermined",
    WAGE: "non_compliant",
}
EXTRA = [
    (EXITS, "extent", {"n": 2, "of": 9, "workers": "50-249", "where": "Building B"}),
    (EXITS, "report_text", WORDS),
    (EXITS, "note", "sentinel-note: the guard spoke"),
    (EXITS, "comment", "sentinel-comment: Rith saw it"),
    ("workers-count", "value", 1240),
]


@pytest.fixture
def report(world):
    return world.report(STATES, extra=EXTRA)


def text_of(page):
    """The words of the body, without tags, shapes and sheets."""
    body = re.sub(r"<(style|svg).*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


class TestContent:
    def test_counts_are_by_point_and_name_their_denominator(self, report):
        content = documents.content(report)
        by_title = {cluster.title: cluster for cluster in content.clusters}
        safety, pay = by_title["Safety and health"], by_title["Compensation"]
        assert (safety.failed, safety.decided, safety.undecided) == (1, 1, 0)
        # Overtime could not be determined and the pay slip was not asked: that point decides nothing.
        assert (pay.failed, pay.decided, pay.undecided) == (1, 1, 1)
        assert (content.points_failed, content.points_decided) == (2, 3)
        assert "1 of 1 decided points" in text_of(documents.html(report, "en"))
        assert "in 2 of 3 decided points" in text_of(documents.html(report, "en"))

    def test_every_question_stands_in_the_annex_with_its_shape(self, report):
        page = documents.html(report, "en")
        annex = text_of(page[page.index("All answers") :])
        for words in (
            "Not asked",
            "Compliant",
            "Non-compliant",
            "Could not be determined",
            "1240 workers",
            "no answer",
        ):
            assert words in annex
        assert annex.count("?") == 8

    def test_a_finding_says_what_where_how_old_and_what_the_law_says(self, report):
        said = text_of(documents.html(report, "en"))
        for words in (
            "Finding 2. Emergency exits blocked or locked",
            "2 of 9 exits",
            "Building B",
            "50–249 workers",
            "Two of nine exits could not be used. &lt;b&gt;Exit 5&lt;/b&gt; was locked.",
            "Exits are clear and open from inside without a key while anyone works.",
            "Occupational Safety and Health Convention (C155)",
            "Reference not yet checked by a lawyer.",
            "The employer",
            "This finding becomes public",
            "What two days rarely reveal",
        ):
            assert words in said, words
        assert "The assessors wrote no words here." in said
        assert said.count("This finding becomes public") == 1

    def test_age_repetition_and_relapse_are_said(self, world):
        first = world.report({EXITS: "non_compliant", WAGE: "non_compliant"}, on=date(2023, 3, 6))
        world.report({EXITS: "non_compliant", WAGE: "compliant"}, on=date(2024, 3, 4))
        third = world.report({EXITS: "non_compliant", WAGE: "non_compliant"}, on=date(2025, 3, 3))
        said = text_of(documents.html(third, "en"))
        assert "found at 3 visits in a row" in said
        assert "23 months old since 6 March 2023" in said
        assert "Came back found before, gone in between" in said
        assert "Visited before on 6 March 2023 · 4 March 2024" in said
        steps = {
            entry.question.key: [step["key"] for step in entry.history] for entry in documents.content(third).failed
        }
        assert steps[WAGE] == ["non_compliant", "compliant", "non_compliant"]
        assert "this is the first visit" in text_of(documents.html(first, "en"))

    def test_neither_notes_nor_people_are_in_it(self, world, report):
        page = documents.html(report, "en")
        for hidden in (
            "sentinel",
            *(person.name for person in (world.chanthou, world.rith, world.vannak, world.sokha)),
        ):
            assert hidden not in page

    def test_no_sentence_calls_the_factory_compliant(self, report):
        said = text_of(documents.html(report, "en"))
        assert "No violation found" not in said
        assert "%" not in said

    def test_six_queries_whatever_came_before(self, world):
        counts = []
        for year in range(2021, 2026):
            made = world.report(STATES, on=date(year, 3, 1))
            made = Report.objects.select_related("assessment__cycle", "assessment__version").get(pk=made.pk)
            with CaptureQueriesContext(connection) as spent:
                documents.content(made)
            counts.append(len(spent))
        # At the first visit there are no earlier findings to ask for.
        assert counts == [5, 6, 6, 6, 6]


class TestFrozen:
    def test_the_same_on_any_day(self, world, report):
        before = {language: documents.html(report, language) for language in ("en", "km", "ar")}
        # What happens afterwards to answers, people and the factory changes nothing of it.
        Answer.objects.filter(assessment=report.assessment).update(state="compliant", report_text="rewritten")
        world.site.name = "Renamed"
        world.site.save()
        world.report({EXITS: "compliant"}, on=date(2027, 3, 1))
        again = Report.objects.get(pk=report.pk)
        assert {language: documents.html(again, language) for language in before} == before

    def test_words_removed_by_law_are_said_to_be_removed(self, world, report):
        finding = Finding.objects.get(report=report, question_key=EXITS)
        redact(payload=finding.words, reason="worker-named", asked_by=world.vannak, agreed_by=world.sokha)
        said = text_of(documents.html(Report.objects.get(pk=report.pk), "en"))
        assert "could not be used" not in said
        assert "These words were removed by law on" in said
        assert "Emergency exits blocked or locked" in said

    def test_directions(self, report):
        assert '<html lang="ar" dir="rtl"' in documents.html(report, "ar")
        assert '<html lang="km" dir="ltr"' in documents.html(report, "km")
        # Texts of an English checklist keep their own direction on an Arabic page.
        assert '<p lang="en" dir="ltr">' in documents.html(report, "ar")

    def test_words_written_in_arabic_keep_their_direction(self, world):
        report = world.report(extra=[(EXITS, "report_text", "٢ مخرجان مغلقان.")])
        assert documents.content(report).failed[0].direction == "rtl"

    def test_one_file_that_needs_nothing_else(self, report):
        page = documents.html(report, "en")
        assert not re.search(r"""(?:src|href)=["'](?!#)|url\(|@import|<script""", page)

    def test_the_language_of_the_reader_is_left_as_it_was(self, report):
        with translation.override("km"):
            documents.html(report, "ar")
            assert translation.get_language() == "km"

    def test_a_file_is_named_by_its_number(self, report):
        assert documents.file_name(report) == f"{report.assessment.number}.pdf"
        report.version = 2
        assert documents.file_name(report) == f"{report.assessment.number}-2.pdf"


@pytest.mark.skipif(not pdf.available(), reason="the system libraries of the PDF door are missing")
class TestPdf:
    @pytest.fixture
    def made(self, report, tmp_path):
        path = tmp_path / "report.pdf"
        path.write_bytes(documents.as_pdf(documents.html(report, "en")))
        return path

    def run(self, program, *arguments):
        if not shutil.which(program):
            pytest.skip(f"{program} is not installed")
        return subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, check=True).stdout

    def test_its_words_can_be_read_and_copied(self, made):
        said = " ".join(self.run("pdftotext", made, "-").split())
        assert "Emergency exits blocked or locked" in said
        assert "Two of nine exits could not be used." in said
        assert "Not to be passed on." in said

    def test_it_is_tagged_and_brings_its_letters(self, made):
        facts = self.run("pdfinfo", made)
        assert re.search(r"Tagged:\s+yes", facts)
        assert re.search(r"Title:\s+Assessment report KH-2026-0001", facts)
        assert re.search(r"JavaScript:\s+no", facts)
        fonts = self.run("pdffonts", made).splitlines()[2:]
        assert fonts
        assert all(line.split()[-5] == "yes" for line in fonts), fonts

    @pytest.mark.parametrize("language", ["en", "km", "ar"])
    def test_a_copy_stands_within_its_margins_in_each_script(self, world, tmp_path, language):
        """Khmer is written without spaces; the stamp stands upright at the head, and every letter is brought along."""
        extra = [(EXITS, "report_text", KHMER * 6), (WAGE, "report_text", ARABIC * 3)]
        report = world.report(STATES, extra=extra)
        download = actions.take_copy(report=report, form="pdf", language=language, by=world.sokha)
        path = tmp_path / "copy.pdf"
        path.write_bytes(copies.pdf_copy(documents.as_pdf(documents.html(report, language)), download))
        words = re.findall(r'xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)">(.+?)<', self.run(
            "pdftotext", "-bbox", path, "-"
        ))  # fmt: skip
        millimetre = 72 / 25.4
        assert len(words) > 200
        assert min(float(left) for left, *_ in words) > 19 * millimetre
        assert max(float(right) for _left, _top, right, *_ in words) < (210 - 19) * millimetre
        # Beside Khmer, poppler takes a line of it and what follows for one word.
        marks = [float(bottom) for *_place, bottom, word in words if download.code in word]
        assert marks and all(bottom < 15 * millimetre for bottom in marks)
        said = self.run("pdftotext", path, "-")
        assert "مخرجان" in said and " ".join(KHMER.split()) in " ".join(said.replace("\n", "").split())
        fonts = self.run("pdffonts", path).splitlines()[2:]
        assert all(line.split()[-5] == "yes" for line in fonts), fonts
        assert {"Khmer", "Arabic"} <= {name for line in fonts for name in ("Khmer", "Arabic") if name in line}

    def test_nothing_is_fetched(self, report, caplog):
        page = documents.html(report, "en").replace("</main>", '<img src="http://127.0.0.1:9/x.png" alt=""></main>')
        # The door refuses the address; the maker says so and goes on without the picture.
        with caplog.at_level("ERROR", logger="weasyprint"):
            assert documents.as_pdf(page).startswith(b"%PDF")
        assert "A report fetches nothing" in caplog.text


class TestJob:
    def test_it_keeps_a_file_for_each_language_and_may_run_twice(self, report, monkeypatch):
        monkeypatch.setattr(documents, "as_pdf", lambda page: b"%PDF " + page[:200].encode())
        monkeypatch.setattr(pdf, "available", lambda: True)
        tasks.make_documents(report_id=str(report.pk))
        kept = set(ReportDocument.objects.values_list("language", "form", "stored"))
        assert {(language, form) for language, form, _ in kept} == {
            (language, form) for language in ("en", "km") for form in ("html", "pdf")
        }
        tasks.make_documents(report_id=str(report.pk))
        assert set(ReportDocument.objects.values_list("language", "form", "stored")) == kept
        record = AuditRecord.objects.filter(verb="report.document-made").first()
        assert record.actor_system == "documents"

    def test_without_the_libraries_the_html_is_kept(self, report, monkeypatch):
        monkeypatch.setattr(pdf, "available", lambda: False)
        tasks.make_documents(report_id=str(report.pk))
        assert set(ReportDocument.objects.values_list("form", flat=True)) == {"html"}
        page = storage.store().get(ReportDocument.objects.get(language="en").stored).decode()
        assert page == documents.html(report, "en")

    def test_the_job_is_asked_for_when_a_report_is_issued(self, world):
        report = world.report()
        assert report.assessment.state == "issued"
        assert actions.verify_report(report)
