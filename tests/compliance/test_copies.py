"""What leaves as a file: numbered, stamped, logged; and the page that says whether a copy is current."""

import csv
import io
import json
from datetime import date

import pytest

from compliance import actions, copies, documents
from compliance.models import Download
from core import pdf
from core.audit import System
from core.models import AuditRecord
from core.sheets import read_sheets

EXITS, WAGE, AGE = "emergency-exits-clear", "minimum-wage-paid", "under-age-workers"
BASE = "/app/assessments/reports/"
FORMULA = '=HYPERLINK("http://x")'


@pytest.fixture
def report(world):
    assert world.mony
    return world.report(
        {EXITS: "non_compliant", WAGE: "compliant", AGE: "non_compliant"},
        extra=[
            (EXITS, "report_text", FORMULA),
            (EXITS, "note", "sentinel-note"),
            (EXITS, "comment", "sentinel-comment"),
        ],
    )


@pytest.fixture
def union(world):
    reader = world.person("Kunthea")
    actions.name_union_reader(
        site=world.site, user=reader, since=date(2026, 1, 1), until=date(2027, 12, 31), by=world.sokha
    )
    return reader


class TestCopies:
    def test_each_is_numbered_logged_and_has_a_code_nobody_guesses(self, world, report):
        one, two = (actions.take_copy(report=report, form="csv", language="en", by=world.mony) for _n in range(2))
        assert (two.number, one.reads_as) == (one.number + 1, "management")
        assert one.code != two.code
        assert len(one.code) == 14
        assert AuditRecord.objects.filter(verb="report.opened", actor_id=world.mony.pk).count() == 2

    def test_a_copy_for_workers_leaves_no_gap_in_the_numbers_of_others(self, world, report, union):
        before = actions.take_copy(report=report, form="csv", language="en", by=world.mony)
        quiet = actions.take_copy(report=report, form="csv", language="en", by=union)
        after = actions.take_copy(report=report, form="csv", language="en", by=world.mony)
        assert (quiet.number, quiet.reads_as) == (None, "worker")
        assert after.number == before.number + 1

    def test_its_stamp_names_the_reader_but_never_who_reads_for_workers(self, world, report, union):
        named = actions.take_copy(report=report, form="pdf", language="en", by=world.mony)
        quiet = actions.take_copy(report=report, form="pdf", language="en", by=union)
        assert "Mony" in copies.stamp(named, "x")
        said = copies.stamp(quiet, "x")
        assert quiet.code in said
        for hidden in ("Kunthea", str(quiet.at.year), "for"):
            assert hidden not in said.split("<body>")[1]

    def test_a_copy_of_a_replaced_version_says_so_on_every_page(self, world, report):
        ask = actions.ask_for_correction(report=report, question_key=EXITS, text="One.", by=world.mony)
        new = actions.correct(
            ask=ask, reason="Yes.", by=world.vannak, question_key=EXITS, state="non_compliant", text="One."
        )
        old, current = (
            actions.take_copy(report=one, form="pdf", language="en", by=world.mony) for one in (report, new)
        )
        assert "Superseded" in copies.stamp(old, "x")
        assert "Superseded" not in copies.stamp(current, "x")

    def test_the_programme_alone_resolves_a_stamp(self, world, report, union, client):
        quiet = actions.take_copy(report=report, form="pdf", language="en", by=union)
        for person, status in ((world.sokha, 200), (world.vannak, 404), (world.mony, 404), (world.layla, 200)):
            client.force_login(person)
            response = client.get(f"{BASE}copies/", {"q": quiet.code})
            assert response.status_code == status
            assert (b"Kunthea" in response.content) is (person == world.sokha)

    def test_who_may_not_read_takes_no_copy(self, world, report, client):
        for person in (world.layla, world.omar):
            client.force_login(person)
            for form in ("xlsx", "json", "csv", "pdf", "notice/en"):
                assert client.get(f"{BASE}{report.pk}/{form}/").status_code == 404
        assert not Download.objects.exists()

    @pytest.mark.skipif(not pdf.available(), reason="the system libraries of the PDF door are missing")
    def test_the_stamp_stands_on_every_page_and_the_tags_stay(self, world, report, client):
        from pypdf import PdfReader

        made = documents.as_pdf(documents.html(report, "en"))
        actions.keep_document(report=report, language="en", form="pdf", data=made, by=System("test"))
        client.force_login(world.mony)
        data = client.get(f"{BASE}{report.pk}/pdf/").content
        read, plain = PdfReader(io.BytesIO(data)), PdfReader(io.BytesIO(made))
        code = Download.objects.get().code
        assert len(read.pages) == len(plain.pages) > 1
        for page in read.pages:
            assert code in page.extract_text()
            assert b"/Artifact <</Type /Pagination>> BDC q /Stamp Do Q EMC" in page.get_contents().get_data()
        assert read.trailer["/Root"]["/MarkInfo"]["/Marked"]
        assert "/StructTreeRoot" in read.trailer["/Root"]


class TestExports:
    def get(self, client, world, report, form):
        client.force_login(world.mony)
        response = client.get(f"{BASE}{report.pk}/{form}/")
        assert response.status_code == 200
        assert f".{form}" in response["Content-Disposition"]
        return response.content

    def test_a_formula_in_a_text_is_no_formula_in_the_table(self, world, report, client):
        rows = list(csv.DictReader(io.StringIO(self.get(client, world, report, "csv").decode("utf-8-sig"))))
        said = {row["question_key"]: row for row in rows}
        assert said[EXITS]["report_text"] == f"'{FORMULA}"
        assert len(rows) == 8
        assert (said[WAGE]["answer"], said["evacuation-drills"]["answer"]) == ("compliant", "not_asked")

    def test_a_workbook_holds_the_same_and_says_what_it_is(self, world, report, client, tmp_path):
        path = tmp_path / "report.xlsx"
        path.write_bytes(self.get(client, world, report, "xlsx"))
        sheets = read_sheets(path)
        assert len(sheets["answers"]) == 9
        assert ["proof", report.digest] in [cells[:2] for _line, cells in sheets["report"]]

    def test_json_is_one_document(self, world, report, client):
        told = json.loads(self.get(client, world, report, "json"))
        assert (told["format"], told["proof"], told["for"]) == ("openfloor-report/1", report.digest, "Mony")
        assert {one["question_key"] for one in told["answers"]} >= {EXITS, WAGE}

    def test_no_note_and_no_comment_is_in_any(self, world, report, client):
        for form in ("csv", "xlsx", "json"):
            assert b"sentinel" not in self.get(client, world, report, form)


class TestDrafts:
    """An assessment before issue leaves as the same columns, and says that it is no report."""

    @pytest.fixture
    def draft(self, world):
        return world.in_review(
            {EXITS: "non_compliant", WAGE: "compliant"},
            extra=[(EXITS, "report_text", FORMULA), (EXITS, "note", "sentinel"), (EXITS, "comment", "sentinel")],
        )

    def get(self, client, world, draft, form, person=None):
        client.force_login(person or world.vannak)
        return client.get(f"/app/assessments/{draft.number}/draft/{form}/")

    def test_it_holds_what_the_draft_says_and_neither_note_nor_comment(self, world, draft, client):
        for form in ("csv", "xlsx", "json"):
            content = self.get(client, world, draft, form).content
            assert b"sentinel" not in content
        table = self.get(client, world, draft, "csv").content.decode("utf-8-sig")
        said = {row["question_key"]: row for row in csv.DictReader(io.StringIO(table))}
        assert (said[EXITS]["version"], said[EXITS]["issued_on"]) == ("draft", "")
        assert said[EXITS]["report_text"] == f"'{FORMULA}"
        assert (said[WAGE]["answer"], said["evacuation-drills"]["answer"]) == ("compliant", "")
        told = json.loads(content)
        assert (told["format"], told["for"], len(told["answers"])) == ("openfloor-draft/1", "Vannak", 8)
        assert AuditRecord.objects.filter(verb="assessment.draft-taken", actor_id=world.vannak.pk).count() == 4

    def test_once_issued_there_is_the_report_instead(self, world, draft, client):
        assert f"{draft.number}/draft/csv/" in client_page(client, world.rith, draft)
        actions.issue_report(assessment=draft, by=world.vannak)
        assert self.get(client, world, draft, "csv").status_code == 404
        assert f"{draft.number}/draft/" not in client_page(client, world.rith, draft)


def client_page(client, person, assessment):
    client.force_login(person)
    return client.get(f"/app/assessments/{assessment.number}/").content.decode()


class TestChecking:
    def page(self, client, proof):
        response = client.get(f"{BASE}check/{proof}/")
        assert response.status_code == 200
        return response.content.decode()

    def test_anybody_learns_whether_a_copy_is_current_superseded_or_unknown_and_nothing_else(
        self, world, report, client
    ):
        assert "No newer version exists." in self.page(client, report.digest)
        assert "No newer version exists." in self.page(client, report.digest[:32])
        ask = actions.ask_for_correction(report=report, question_key=EXITS, text="One.", by=world.mony)
        new = actions.correct(
            ask=ask, reason="Yes.", by=world.vannak, question_key=EXITS, state="non_compliant", text="One."
        )
        for proof, said in (
            (report.digest, "Version 2 replaced it"),
            (new.digest, "No newer version"),
            ("0" * 64, "Unknown"),
        ):
            page = self.page(client, proof)
            assert said in page
            for hidden in ("Heron", report.assessment.number, "Mony"):
                assert hidden not in page
        assert "Unknown" in self.page(client, report.digest[:8]), "a proof is not guessed letter by letter"

    def test_a_proof_is_typed_with_spaces_and_capitals(self, world, report, client):
        typed = " ".join((report.digest[:16], report.digest[16:32])).upper()
        response = client.get(f"{BASE}check/", {"proof": typed})
        assert response["Location"].endswith(f"/check/{report.digest[:32]}/")
        assert client.get(f"{BASE}check/", {"proof": "<script>"}).status_code == 200

    def test_the_paper_leads_there(self, report):
        page = documents.html(report, "en")
        assert f"/app/assessments/reports/check/{report.digest[:32]}/" in page
        assert '<svg role="img" aria-label=' in page


class TestTheNotice:
    @pytest.mark.skipif(not pdf.available(), reason="the system libraries of the PDF door are missing")
    @pytest.mark.parametrize("language", ["en", "km"])
    def test_it_is_one_page_and_names_nobody(self, world, report, client, language):
        from pypdf import PdfReader

        client.force_login(world.mony)
        read = PdfReader(io.BytesIO(client.get(f"{BASE}{report.pk}/notice/{language}/").content))
        assert len(read.pages) == 1
        assert Download.objects.get().form == "notice"
        assert "Mony" not in read.pages[0].extract_text()

    def test_serious_harm_is_not_on_the_board(self, report):
        content = documents.content(report)
        assert [entry.question.key for entry in content.board] == [EXITS]
        assert content.off_board == 0

    def test_a_language_the_programme_does_not_speak_is_absent(self, world, report, client):
        client.force_login(world.mony)
        assert client.get(f"{BASE}{report.pk}/notice/ar/").status_code == 404
