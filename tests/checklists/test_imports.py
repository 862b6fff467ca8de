"""Checklist files: taken whole, or refused with the line, and then nothing is written."""

import json

import pytest
from django.core.management import call_command

from checklists.imports import read_yaml
from checklists.models import Checklist, ChecklistVersion, DraftRevision, Question
from core.errors import Invalid
from core.models import AuditRecord
from tests.world import SMALL

TEXT = SMALL.read_text()


@pytest.fixture
def given(tmp_path):
    def write(content, name="list.yaml"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    return write


def refusal(path):
    with pytest.raises(Invalid) as refused:
        read_yaml(path)
    return refused.value


def line_of(text, part):
    return text[: text.index(part)].count("\n") + 1


class TestReading:
    def test_a_document_is_plain_data_with_days_as_text(self, given):
        document, _ = read_yaml(given("key: a\non: 2026-01-31\nyes: [1, 2.5, true, null, 'x']\n"))
        assert document == {"key": "a", "on": "2026-01-31", "yes": [1, 2.5, True, None, "x"]}
        assert [type(value) for value in document["yes"]] == [int, float, bool, type(None), str]

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
    def test_both_kinds_of_utf8(self, given, encoding):
        assert read_yaml(given("title: ភ្នំពេញ\n".encode(encoding)))[0] == {"title": "ភ្នំពេញ"}

    def test_each_place_has_its_line(self):
        _, line = read_yaml(SMALL)
        assert line(("title",)) == line_of(TEXT, "title: A small checklist")
        assert line(("clusters", 1, "points", 0, "questions", 1, "issue")) == line_of(TEXT, "issue: Pay slips")
        assert line(("clusters", 1, "points", 0, "questions", 0, "explain-not-there")) == line_of(
            TEXT, "- key: overtime-premium-paid"
        )
        assert line(()) == 1

    @pytest.mark.parametrize(
        ("content", "line"),
        [
            ("key: a\ntitle: b\nkey: c\n", 3),
            ("a:\n  b: 1\n  c: 2\n  b: 3\n", 4),
            ("key: a\n  title: b\n", 2),
            ("key: [a, b\ntitle: c\n", 2),
            ("key: 'a\n", 2),
            ("\tkey: a\n", 1),
            ("key: a\n---\nkey: b\n", 2),
            ("key: &name a\ntitle: *name\n", 1),
            ("key: a\ntitle: *nowhere\n", 2),
            ("a: 1\nbase: {b: 2}\nc:\n  <<: &x {d: 1}\n", 4),
            ("a: 1\nb: " + "[" * 50_000, 2),
        ],
    )
    def test_what_is_no_plain_yaml_is_refused_with_its_line(self, given, content, line):
        refused = refusal(given(content))
        assert [problem["line"] for problem in refused.problems] == [line], refused.sentence
        assert f"line {line}" in refused.sentence

    def test_a_file_that_would_grow_without_end_is_refused_at_once(self, given):
        """Nine lines of ten references each make a thousand million texts."""
        lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
        lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
        assert "aliases" in refusal(given("\n".join(lines))).sentence

    @pytest.mark.parametrize(
        "content",
        [
            "clé: é".encode("latin-1"),
            b"\x00\x01\x02",
            b"a: !!python/object/apply:os.system ['true']\n  b",
        ],
    )
    def test_junk_is_refused(self, given, content):
        assert refusal(given(content)).sentence

    def test_nothing_in_a_file_is_run(self, given, tmp_path):
        trap = tmp_path / "was-run"
        document, _ = read_yaml(given(f"a: !!python/object/apply:os.mkdir ['{trap}']\n"))
        assert not trap.exists() and document == {"a": [str(trap)]}

    def test_a_file_that_is_not_there_or_too_large(self, given, monkeypatch):
        assert "no file" in refusal("nowhere.yaml").sentence
        monkeypatch.setattr("checklists.imports.MAX_BYTES", 10)
        assert "larger" in refusal(given(TEXT)).sentence


def import_checklist(capsys, *arguments):
    """(exit code, last line of JSON or None, everything said)."""
    try:
        call_command("import_checklist", *arguments)
        code = 0
    except SystemExit as ended:
        code = ended.code
    out, err = capsys.readouterr()
    last = out.strip().splitlines()[-1]
    return code, json.loads(last) if "--json" in arguments else None, out + err


def written():
    tables = (Checklist, DraftRevision, ChecklistVersion, Question)
    return sum(table.objects.count() for table in tables) + AuditRecord.objects.count()


class TestCommand:
    def test_a_file_is_published_and_counted(self, db, capsys):
        code, said, words = import_checklist(capsys, str(SMALL), "--json")
        assert (code, said["created"], said["refused"], said["questions"], said["key"]) == (0, 1, [], 8, "small")
        assert "8 questions" in words
        assert ChecklistVersion.objects.get().questions.count() == 8

    def test_twice_changes_nothing(self, db, capsys):
        import_checklist(capsys, str(SMALL))
        before = written()
        code, said, _ = import_checklist(capsys, str(SMALL), "--json")
        assert (code, said["created"], said["unchanged"], written()) == (0, 0, 1, before)

    def test_a_dry_run_says_the_same_and_writes_nothing(self, db, capsys):
        code, said, words = import_checklist(capsys, str(SMALL), "--dry-run", "--json")
        assert (code, said["created"], said["questions"], written()) == (0, 1, 8, 0)
        assert "would be" in words

    def test_a_doubled_question_is_refused_with_its_line_and_nothing_is_written(self, db, capsys, given):
        text = TEXT.replace("key: evacuation-drills", "key: emergency-exits-clear")
        code, said, _ = import_checklist(capsys, given(text, "twice.yaml"), "--json")
        line = text[: text.rindex("key: emergency-exits-clear")].count("\n") + 1
        assert (code, written()) == (1, 0)
        assert said["refused"] == [
            {
                "file": "twice.yaml",
                "sheet": "",
                "line": line,
                "column": "clusters.2.points.0.questions.1.key",
                "reason": "The key «emergency-exits-clear» is used twice.",
            }
        ]

    def test_every_place_to_mend_is_named_at_once(self, db, capsys, given):
        text = TEXT.replace("kind: national", "kind: local").replace("level: enterprise", "level: village", 1)
        code, said, words = import_checklist(capsys, given(text), "--json")
        assert (code, written()) == (1, 0)
        lines = [place["line"] for place in said["refused"]]
        assert len(lines) == len(set(lines)) == 3
        assert all(f"line {line}" in words for line in lines)

    @pytest.mark.parametrize("content", ["key: a\nkey: b\n", "", "just words\n", b"\xff\xfe\x00", "a: &x 1\nb: *x\n"])
    def test_junk_is_refused_in_the_same_form(self, db, capsys, given, content):
        code, said, _ = import_checklist(capsys, given(content), "--json")
        assert (code, written()) == (1, 0)
        for place in said["refused"]:
            assert set(place) == {"file", "sheet", "line", "column", "reason"}
            assert place["file"] == "list.yaml" and place["line"] >= 1 and place["reason"]
        assert said["refused"]

    def test_a_file_that_is_not_there(self, db, capsys):
        code, said, _ = import_checklist(capsys, "nowhere.yaml", "--json")
        assert (code, len(said["refused"])) == (1, 1)

    def test_the_same_version_with_another_text_is_refused(self, db, capsys, given):
        import_checklist(capsys, str(SMALL))
        before = written()
        text = TEXT.replace("Wages below the minimum", "Wages under the minimum")
        code, said, words = import_checklist(capsys, given(text), "--json")
        assert (code, written()) == (1, before)
        assert "new version" in words and said["refused"]
