"""Papers keep their word: the generated reference is current, links lead somewhere, decisions stay short."""

import re
from functools import cache
from urllib.parse import unquote

import pytest
from django.core.management import call_command

from checklists import rules as checklists
from checklists.imports import read_yaml
from config import reference
from config.reference import access, audit, roles
from config.reference import settings as settings_page
from config.settings_reference import SETTINGS
from core.roles import Right
from tests.architecture.source import APPS, ROOT

SKIPPED = {".venv", "node_modules", "var", ".git", ".hypothesis"}
# Words of this field that say something else than we mean (docs/glossary.md). Templates are what people read.
AVOIDED = re.compile(
    r"\b(auditors?|inspections?|inspectors?|suppliers?|facilit(y|ies)|vendors?)\b|\bCAP\b", re.IGNORECASE
)


def papers():
    """Every Markdown file of ours."""
    found = (path for path in ROOT.rglob("*.md") if not SKIPPED & set(path.relative_to(ROOT).parts))
    return sorted(path.relative_to(ROOT).as_posix() for path in found)


def prose(text):
    """A paper without what is set as code: there a bracket is no link and a hash no heading."""
    return re.sub(r"`[^`\n]*`", "", re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE))


@cache
def anchors(path):
    """The places of a paper a link may name, as the usual hosts make them from headings."""
    text = re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    heads = re.findall(r"^#+ +(.+)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


# --- the generated reference --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def generated():
    """The generated pages, made once: it takes seconds."""
    return reference.pages()


def test_the_generated_reference_is_current(generated, monkeypatch):
    monkeypatch.setattr(reference, "pages", lambda: generated)
    assert reference.stale(ROOT) == [], "run: make docs"


def test_the_same_code_gives_the_same_bytes(generated):
    assert reference.pages() == generated


def test_a_changed_and_a_forgotten_page_are_named(tmp_path, monkeypatch):
    names = [f"{reference.FOLDER}/{name}" for name in ("roles.md", "access/core.md")]
    made = {name: f"{reference.HEADER}\n\n# {name}\n" for name in names}
    monkeypatch.setattr(reference, "pages", lambda: made)
    assert reference.stale(tmp_path) == sorted(made)  # nothing is written yet
    assert reference.write(tmp_path) == sorted(made)
    assert reference.stale(tmp_path) == []
    folder = tmp_path / reference.FOLDER
    left_over, by_hand = folder / "access" / "gone.md", folder / "by-hand.md"
    (folder / "roles.md").write_text("something else")
    left_over.write_text(f"{reference.HEADER}\n\n# An app that is gone\n")
    by_hand.write_text("# Written by a person\n")
    assert reference.stale(tmp_path) == ["docs/reference/access/gone.md", "docs/reference/roles.md"]
    reference.write(tmp_path)
    assert reference.stale(tmp_path) == []
    assert by_hand.exists() and not left_over.exists()


def test_the_command_fails_and_names_the_file(monkeypatch, capsys):
    monkeypatch.setattr(reference, "stale", lambda root: ["docs/reference/roles.md"])
    with pytest.raises(SystemExit) as stop:
        call_command("generate_docs", "--check")
    assert stop.value.code == 1
    assert "docs/reference/roles.md" in capsys.readouterr().err


def test_every_value_from_the_environment_is_described():
    """A value nobody describes cannot be set by whoever runs the program; a stale one misleads her."""
    assert set(settings_page.used()) == set(SETTINGS)
    assert all(meaning for meaning, _unset in SETTINGS.values())


def test_the_environment_is_read_in_the_settings_only():
    reads = re.compile(r"os\.environ *(\[|\.get\b)|os\.getenv")
    found = [
        path.relative_to(ROOT).as_posix()
        for app in APPS
        for path in (ROOT / app).rglob("*.py")
        if "node_modules" not in path.parts and reads.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_every_right_has_plain_words():
    assert set(roles.WORDS) == set(Right)


def test_every_audit_word_is_a_thing_and_what_happened_to_it():
    for app in APPS:
        for verb, act, place, _facts in audit.words(app):
            assert re.fullmatch(r"[a-z]+\.[a-z]+(-[a-z]+)*", verb), f"{place} records {verb}"
            assert act, f"{place} does not say what it does"


# --- papers written by people -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", papers())
def test_links_lead_somewhere(name):
    path = ROOT / name
    for target in re.findall(r"\[[^\]]*\]\(([^)\s]+)\)", prose(path.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, place = unquote(target).partition("#")
        there = (path.parent / file).resolve() if file else path
        assert there.exists(), f"{name}: {target} is not there"
        assert there.is_relative_to(ROOT), f"{name}: {target} leaves the repository"
        if place and there.suffix == ".md":
            assert place in anchors(there), f"{name}: {target} names no heading"


HOUSE = "|".join([*APPS, "tests", "docs", r"\.ci"])
FILE = re.compile(rf"`((?:{HOUSE})/[\w./-]*)`")


@pytest.mark.parametrize("name", papers())
def test_files_that_are_named_exist(name):
    """A paper that sends people to a file that is gone costs them an evening."""
    named = set(FILE.findall((ROOT / name).read_text(encoding="utf-8")))
    assert {one for one in named if not (ROOT / one).exists()} == set()


def test_readme_names_the_words_of_the_makefile():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    words = set(re.findall(r"^([a-z-]+):.*##", makefile, flags=re.MULTILINE)) - {"help"}
    named = set(
        re.findall(r"^\| `make ([a-z-]+)` \|", (ROOT / "README.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    )
    assert named == words


def test_the_example_of_a_checklist_can_be_taken(tmp_path):
    page = (ROOT / "docs" / "reference" / "checklist-format.md").read_text(encoding="utf-8")
    example = tmp_path / "example.yaml"
    example.write_text(re.search(r"```yaml\n(.*?)```", page, flags=re.DOTALL).group(1), encoding="utf-8")
    document, _ = read_yaml(example)
    assert checklists.problems(document) == []


def test_the_form_of_a_checklist_is_described_whole():
    page = (ROOT / "docs" / "reference" / "checklist-format.md").read_text(encoding="utf-8")
    words = checklists.KINDS | checklists.TAGS | checklists.SOURCES | checklists.INSTRUMENTS
    words |= checklists.TOP | checklists.QUESTION
    assert {word for word in words if f"`{word}`" not in page} == set()


def test_every_address_of_the_tablet_is_described():
    page = (ROOT / "docs" / "reference" / "tablet-api.md").read_text(encoding="utf-8")
    told = {
        (method, re.sub(r"\{[^}]*\}", "*", path)) for method, path in re.findall(r"\*\*([A-Z]+) `([^`]+)`\*\*", page)
    }
    ours = {
        (method, re.sub(r"<[^>]*>", "*", route.removeprefix("/api/v1/tablet/")))
        for name, route, methods, _app, _view in access.addresses()
        if name.startswith("api:tablet-")
        for method in methods.split()
    }
    assert told == ours


DECISIONS = sorted((ROOT / "docs" / "adr").glob("0*.md"))


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_is_short_and_says_what_was_rejected(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.split()) < 400
    for part in ("Status:", "## Why", "## Decision", "## Rejected", "## What follows"):
        assert part in text, f"{path.name} has no «{part}»"


def test_decisions_are_numbered_without_gap():
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))


def test_every_app_has_its_page_of_words():
    index = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    for app in APPS:
        if app != "config":
            assert (ROOT / "docs" / "glossary" / f"{app}.md").is_file()
            assert f"glossary/{app}.md" in index


def read_by_people():
    """Templates and the tablet's words."""
    texts = [path for app in APPS for path in (ROOT / app).rglob("*") if path.suffix in (".html", ".txt")]
    texts = [path for path in texts if "templates" in path.parts and "node_modules" not in path.parts]
    return sorted([*texts, ROOT / "tablet" / "src" / "words.js"])


def test_screens_say_the_words_of_the_glossary():
    found = {}
    for path in read_by_people():
        words = {match.group() for match in AVOIDED.finditer(path.read_text(encoding="utf-8"))}
        if words:
            found[path.relative_to(ROOT).as_posix()] = words
    assert found == {}


@pytest.mark.parametrize("text", ["the auditor came", "Inspections", "a facility", "CAP items", "Supplier:"])
def test_the_list_of_avoided_words_catches_them(text):
    assert AVOIDED.search(text)
