"""Files as they come in and go out by command: told first, whole or nothing, refused with the place."""

import io
import json
import zipfile
from collections import Counter

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from checklists import actions, expressions, rules
from checklists.models import Checklist, ChecklistVersion, Draft, Translation
from checklists.rules import editing
from checklists.spreadsheets.mapped import read_mapping
from checklists.xlsform.reading import read_xlsform
from core.audit import System
from core.errors import Invalid
from core.models import AuditRecord
from core.sheets import read_sheets, write_workbook
from tests.checklists.forms import SHARED, book, shared
from tests.world import SMALL

HEAD = ["type", "name", "label", "relevant"]
FORM = [HEAD, ["text", "a", "A?"], ["text", "b", "B?", "${a} = 'x'"]]
LOSSY = [HEAD, ["text", "a", "A?"], ["geopoint", "b", "Where?"]]


def run(capsys, *arguments):
    """(exit status, the line for programs, everything said)."""
    try:
        call_command("import_checklist", *map(str, arguments), "--json")
        status = 0
    except SystemExit as ended:
        status = ended.code
    out, err = capsys.readouterr()
    return status, json.loads(out.strip().splitlines()[-1]), out + err


def written():
    tables = (Checklist, Draft, ChecklistVersion, Translation, AuditRecord)
    return sum(table.objects.count() for table in tables)


def export(path, *arguments):
    call_command("export_checklist", *arguments, "--output", str(path))
    return path


@pytest.fixture
def published(db, capsys):
    run(capsys, SMALL)
    return ChecklistVersion.objects.get()


class TestForms:
    def test_a_form_becomes_a_draft_and_twice_changes_nothing(self, db, capsys, tmp_path):
        path = book(tmp_path / "visit.xlsx", FORM)
        status, said, _ = run(capsys, path, "--in-force-from", "2026-01-01")
        assert (status, said["created"], said["questions"], said["key"]) == (0, 1, 2, "visit")
        assert (
            Draft.objects.get().head.document["in_force_from"] == "2026-01-01" and not ChecklistVersion.objects.exists()
        )
        before = written()
        status, said, _ = run(capsys, path, "--in-force-from", "2026-01-01")
        assert (status, said["unchanged"], written()) == (0, 1, before)

    def test_what_is_lost_is_told_and_nothing_is_written(self, db, capsys, tmp_path):
        path = book(tmp_path / "visit.xlsx", LOSSY)
        status, said, words = run(capsys, path)
        assert (status, written()) == (1, 0)
        (place,) = said["refused"]
        assert [place[name] for name in ("file", "sheet", "line", "column")] == ["visit.xlsx", "survey", 3, "type"]
        assert "--accept-partial" in words
        status, said, _ = run(capsys, path, "--accept-partial", "--dry-run")
        assert (status, said["created"], written()) == (0, 1, 0)
        status, said, _ = run(capsys, path, "--accept-partial")
        assert (status, said["created"], said["left_out"]) == (0, 1, [place])

    def test_published_at_once_with_its_languages(self, db, capsys, tmp_path):
        rows = [["type", "name", "label::English (en)", "label::Khmer (km)"], ["text", "a", "A?", "ក?"]]
        path = book(tmp_path / "visit.xlsx", rows)
        assert run(capsys, path, "--publish", "--translations", tmp_path)[0] == 0
        assert Translation.objects.get().language == "km"
        assert "ក?" in (tmp_path / "visit.km.yaml").read_text(encoding="utf-8")

    def test_a_shipped_question_survives_the_way_out_and_in(self, published, capsys, tmp_path):
        path = export(tmp_path / "form.xlsx", "small", "--format", "xlsform")
        assert "form has no column for «law»" in capsys.readouterr().err
        back = read_xlsform(path, day="2026-01-01")
        assert [q["key"] for _c, _p, q in rules.questions(back.document)] == [
            question.key for question in published.questions.all()
        ]
        assert back.losses == []


class TestOurWorkbook:
    def test_out_and_in_changes_nothing(self, published, capsys, tmp_path):
        path = export(tmp_path / "list.xlsx", "small@1", "--format", "xlsx")
        status, said, _ = run(capsys, path)
        assert (status, said["unchanged"]) == (0, 1)

    def test_a_problem_of_the_form_has_its_cell(self, published, capsys, tmp_path):
        path = export(tmp_path / "list.xlsx", "small", "--format", "xlsx")
        sheets = {name: [texts for _line, texts in rows] for name, rows in read_sheets(path).items()}
        column = sheets["questions"][0].index("kind")
        sheets["questions"][3][column] = "nonsense"
        path.write_bytes(write_workbook(sheets))
        before = written()
        status, said, _ = run(capsys, path)
        assert (status, written()) == (1, before)
        (place,) = said["refused"]
        assert [place[name] for name in ("sheet", "line", "column")] == ["questions", 4, "kind"]

    def test_a_workbook_goes_to_a_file(self, published):
        with pytest.raises(CommandError, match="--output"):
            call_command("export_checklist", "small", "--format", "xlsx", stdout=io.StringIO())


class TestTranslators:
    def sheet(self, path, change=None):
        sheets = {name: [texts for _line, texts in rows] for name, rows in read_sheets(path).items()}
        header, *rows = sheets["translation"]
        rows = [dict(zip(header, [*row, "", ""], strict=False)) for row in rows]
        if change:
            change(rows)
            sheets["translation"] = [header, *([row[name] for name in header] for row in rows)]
            path.write_bytes(write_workbook(sheets))
        return rows

    def test_filled_in_and_back(self, published, capsys, tmp_path):
        path = export(tmp_path / "km.xlsx", "small@1", "--format", "translation", "--language", "km")
        rows = self.sheet(path, lambda rows: rows[0].update(translation="=ក"))
        assert rows[0]["key"] == "checklist" and rows[0]["source"] == "A small checklist"
        status, said, _ = run(capsys, path)
        assert (status, said["created"]) == (0, 1)
        made = Translation.objects.get().document
        assert made["texts"] == {"checklist": {"title": "=ក"}} and made["status"] == "unreviewed"
        assert list(made["of"]) == ["checklist.title"]
        again = self.sheet(export(tmp_path / "again.xlsx", "small@1", "--format", "translation", "--language", "km"))
        assert again[0]["translation"] == "'=ក" and again[0]["stale"] == ""

    def test_a_text_that_changed_since_is_marked_until_somebody_looks(self, published, capsys, tmp_path):
        path = export(tmp_path / "km.xlsx", "small@1", "--format", "translation", "--language", "km")
        self.sheet(path, lambda rows: [row.update(translation="ក") for row in rows[:2]])
        run(capsys, path)
        text = (
            SMALL.read_text().replace('version: "1"', 'version: "2"').replace("A small checklist", "A short checklist")
        )
        (tmp_path / "two.yaml").write_text(text.replace("2020-01-01", "2021-01-01"), encoding="utf-8")
        assert run(capsys, tmp_path / "two.yaml")[0] == 0
        path = export(tmp_path / "two.xlsx", "small@2", "--format", "translation", "--language", "km")
        assert [row["stale"] for row in self.sheet(path)[:2]] == ["yes", ""]
        assert run(capsys, path)[0] == 0
        path = export(tmp_path / "three.xlsx", "small@2", "--format", "translation", "--language", "km")
        assert self.sheet(path, lambda rows: rows[0].update(translation="ខ"))[0]["stale"] == "yes"
        assert run(capsys, path)[0] == 0
        path = export(tmp_path / "four.xlsx", "small@2", "--format", "translation", "--language", "km")
        assert self.sheet(path)[0]["stale"] == ""

    @pytest.mark.parametrize(
        ("change", "column"),
        [
            (lambda rows: rows[2].update(source="Other words"), "source"),
            (lambda rows: rows[2].update(key="no-such-question"), "key"),
            (lambda rows: rows[2].update(rows[1]), "key"),
        ],
    )
    def test_what_a_translator_may_not_change_is_refused_with_its_line(
        self, published, capsys, tmp_path, change, column
    ):
        path = export(tmp_path / "km.xlsx", "small@1", "--format", "translation", "--language", "km")
        self.sheet(path, lambda rows: rows[1].update(translation="ក"))
        self.sheet(path, change)
        before = written()
        status, said, _ = run(capsys, path)
        assert (status, written()) == (1, before)
        (place,) = said["refused"]
        assert [place[name] for name in ("sheet", "line", "column")] == ["translation", 4, column]

    def test_an_unknown_language_is_refused(self, published, tmp_path):
        with pytest.raises(CommandError, match="no code"):
            export(tmp_path / "x.xlsx", "small", "--format", "translation", "--language", "xyzzy")


MAPPING = """
checklist: {key: ours, title: Our questions, language: en}
fields: {key: No, cluster: Chapter, point: Section, text: [Long, Short], kind: Type, choices: Options,
         depends_on: If, depends_value: Is, required: Must}
kinds: {Y/N: yes_no, Pick: choice, Words: text}
split: {choices: "|"}
"""
TABLE = [
    ["No", "Chapter", "Section", "Long", "Short", "Type", "Options", "If", "Is", "Must", "Notes"],
    ["1", "Wages", "Pay", "Is all pay paid?", "Pay", "Y/N", "", "", "", "Yes", "x"],
    ["2", "Wages", "Pay", "", "Why not?", "Pick", "No money|No will", "1", "No", "", ""],
    ["3", "Safety", "Exits", "Which?", "", "Words", "", "2", "No will", "", ""],
    ["4", "Safety", "Exits", "Where?", "", "Map", "", "9", "Yes", "", ""],
    ["5", "Safety", "Exits", "How?", "", "Words", "", "9", "Yes", "", ""],
]


class TestOtherTables:
    @pytest.fixture
    def mapping(self, tmp_path):
        path = tmp_path / "ours.yaml"
        path.write_text(MAPPING, encoding="utf-8")
        return path

    @pytest.mark.parametrize("ending", ["xlsx", "csv"])
    def test_a_table_through_a_mapping(self, db, capsys, tmp_path, mapping, ending):
        path = tmp_path / f"table.{ending}"
        if ending == "xlsx":
            path.write_bytes(write_workbook({"Any": TABLE}))
        else:
            path.write_text("\n".join(",".join(row) for row in TABLE), encoding="utf-8")
        status, said, _ = run(capsys, path, "--mapping", mapping, "--accept-partial")
        assert (status, said["created"], said["questions"]) == (0, 1, 4)
        assert [(place["line"], place["column"]) for place in said["left_out"]] == [(5, "Type"), (6, "If")]
        document = Draft.objects.get().head.document
        questions = {question["key"]: question for _c, _p, question in rules.questions(document)}
        assert [cluster["title"] for cluster in document["clusters"]] == ["Wages", "Safety"]
        assert questions["2"]["visible_when"] == 'answered("1") && !answers["1"]'
        assert questions["3"]["visible_when"] == 'answered("2") && answers["2"] == "No will"'
        assert questions["1"]["required"] is True and questions["2"]["required"] is False
        assert expressions.problems(document) == []

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "- a",
            "fields: {colour: a}",
            "fields: {text: 3}",
            "kinds: {a: b}\nfields: {text: a}",
            "more: 1",
            "a: [",
            "x: &a 1",
        ],
    )
    def test_a_mapping_that_says_nothing_useful_is_refused(self, tmp_path, text):
        (tmp_path / "m.yaml").write_text(text, encoding="utf-8")
        with pytest.raises(Invalid):
            read_mapping(tmp_path / "m.yaml")

    def test_a_missing_column_and_an_unknown_table(self, db, capsys, tmp_path, mapping):
        path = tmp_path / "table.xlsx"
        path.write_bytes(write_workbook({"Any": [TABLE[0][:5]]}))
        status, said, _ = run(capsys, path, "--mapping", mapping)
        assert (status, said["refused"][0]["column"]) == (1, "Type")
        assert "mapping" in run(capsys, path)[1]["refused"][0]["reason"]

    @shared
    def test_a_questionnaire_of_224_fields_and_141_conditions_through_a_saved_mapping(self, db, capsys, tmp_path):
        """The figures stand in docs/how-to/bring-your-own-checklist.md."""
        path = SHARED / "lksg" / "lksg.xlsx"
        sheet = "Framework Data Model"
        rows = read_sheets(path)[sheet]
        theirs = {texts[rows[0][1].index("Component")] for _line, texts in rows[1:]}
        kinds = {"Yes/No": "yes_no", "Yes/No/NA": "choice", "Number": "number", "Percentage": "percent", "Date": "date"}
        kinds |= {"Single-Select Radio Button": "choice", "Multi-Select Dropdown": "many_choice"}
        kinds |= {"AmountWithCurrencyComponent": "money"}
        fields = {
            "key": "Field Identifier", "cluster": "Category", "point": "Sub-Category", "kind": "Component",
            "text": ["Tooltip - upload page", "Field Name"], "choices": "Options", "depends_on": "Dependency",
            "depends_value": "Show when value is", "required": "Mandatory Field",
        }  # fmt: skip
        mapping = {
            "title": "Supply chains", "sheet": sheet, "fields": fields, "split": {"choices": "|"},
            "checklist": {"key": "chain", "title": "Chain", "language": "en"},
            "kinds": {kind: "text" for kind in theirs} | kinds, "constants": {"choices": "Yes|No|NA"},
        }  # fmt: skip
        actions.save_mapping(name="supply-chains", document=mapping, by=System("import"))
        status, told, _ = run(capsys, path, "--mapping", "supply-chains")
        assert (status, written_checklists()) == (1, 0), "two parts cannot be said: nothing is written"
        assert [(one["sheet"], one["line"], one["column"]) for one in told["refused"]] == [
            (sheet, 7, "Options"), (sheet, 34, "Options"),
        ]  # fmt: skip
        status, told, _ = run(capsys, path, "--accept-partial")
        assert told["questions"] == 224, "known by its columns, no mapping named"
        document = Draft.objects.get(checklist__key="chain").head.document
        questions = [question for _c, _p, question in rules.questions(document)]
        assert Counter(question["kind"] for question in questions) == {
            "yes_no": 178, "text": 32, "choice": 6, "number": 3, "money": 2, "date": 1, "many_choice": 1, "percent": 1,
        }  # fmt: skip
        assert sum("visible_when" in question for question in questions) == 141
        assert len(document["clusters"]) == 5 and len(editing.points(document)) == 20
        assert expressions.problems(document) == []


def written_checklists():
    return Checklist.objects.count() + Draft.objects.count()


class TestHostileFiles:
    """Refused with the place, bounded, and nothing is written."""

    def refused(self, capsys, path, *more):
        before = written()
        status, said, words = run(capsys, path, *more)
        assert (status, written()) == (1, before)
        return said["refused"][0], words

    def test_a_bomb(self, db, capsys, tmp_path):
        path = tmp_path / "bomb.xlsx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
            for n in range(20):
                file.writestr(f"xl/worksheets/sheet{n}.xml", bytes(4 * 10**6))
        assert "unpacks to far more" in self.refused(capsys, path)[0]["reason"]

    def test_more_rows_than_anybody_asks(self, db, capsys, tmp_path, monkeypatch):
        monkeypatch.setattr("core.sheets.MAX_KEPT_ROWS", 3)
        place, _ = self.refused(capsys, book(tmp_path / "long.xlsx", [*FORM, ["text", "c", "C?"]]))
        assert (place["sheet"], place["line"]) == ("survey", 4)

    def test_a_cell_of_five_megabytes(self, db, capsys, tmp_path):
        path = tmp_path / "wide.xlsx"
        book(path, [HEAD, ["text", "a", "MARK"]])
        whole = io.BytesIO()
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as new:
            for name in old.namelist():
                new.writestr(name, old.read(name).replace(b"MARK", b"a1b2 " * 10**6))
        path.write_bytes(whole.getvalue())
        place, _ = self.refused(capsys, path)
        assert (place["sheet"], place["line"]) == ("survey", 2) and "32,767" in place["reason"]

    def test_a_formula_is_told(self, db, capsys, tmp_path):
        made = openpyxl.Workbook()
        made.active.title = "survey"
        for row in [HEAD, ["text", "a", "A?"], ["text", "b", "=1+1"]]:
            made.active.append(row)
        made.save(tmp_path / "form.xlsx")
        _status, _said, words = run(capsys, tmp_path / "form.xlsx")
        assert "survey!C3" in words

    def test_questions_that_wait_for_each_other(self, db, capsys, tmp_path):
        rows = [HEAD, ["text", "a", "A?", "${b} = 'x'"], ["text", "b", "B?", "${a} = 'x'"]]
        place, _ = self.refused(capsys, book(tmp_path / "ring.xlsx", rows))
        assert (place["sheet"], place["line"], place["column"]) == ("survey", 2, "relevant")

    def test_a_language_nobody_knows_and_a_doubled_key(self, db, capsys, tmp_path):
        rows = [["type", "name", "label::Xyzzish"], ["text", "a", "A?"]]
        assert self.refused(capsys, book(tmp_path / "l.xlsx", rows))[0]["column"] == "label::Xyzzish"
        rows = [HEAD, ["text", "a", "A?"], ["text", "a", "A?"]]
        assert self.refused(capsys, book(tmp_path / "k.xlsx", rows))[0]["line"] == 3

    def test_a_table_in_no_encoding(self, db, capsys, tmp_path):
        path, mapping = tmp_path / "table.csv", tmp_path / "m.yaml"
        mapping.write_text(MAPPING, encoding="utf-8")
        path.write_bytes(b"No,Chapter\n1,\xff\x00\xfe\x81\n")
        assert self.refused(capsys, path, "--mapping", mapping)[0]["reason"]

    def test_a_table_in_an_encoding_nobody_can_tell_is_asked_for(self, db, capsys, tmp_path):
        path, mapping = tmp_path / "table.csv", tmp_path / "m.yaml"
        mapping.write_text(MAPPING, encoding="utf-8")
        path.write_bytes("No,Chapter\n1,Calçado è à\n".encode("cp1252"))
        assert "Western European (cp1252)" in self.refused(capsys, path, "--mapping", mapping)[0]["reason"]
        with pytest.raises(SystemExit):
            call_command("import_checklist", str(path), "--mapping", str(mapping), "--encoding", "cp1252")
        said = capsys.readouterr()
        assert "Read as Western European (cp1252)." in said.err
        assert "several ways" not in said.err

    @pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0" + bytes(600), b"just words"])
    def test_what_is_no_workbook(self, db, capsys, tmp_path, data):
        (tmp_path / "x.xlsx").write_bytes(data)
        assert "cannot be opened" in self.refused(capsys, tmp_path / "x.xlsx")[0]["reason"]
