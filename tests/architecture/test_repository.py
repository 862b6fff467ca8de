"""The repository itself: what must be there, what must not, and that a fresh clone installs what we tested with."""

import importlib.metadata
import re
import subprocess

import pytest

from tests.architecture.source import ROOT

NEEDED = [
    "manage.py", "requirements.txt", "requirements-dev.txt", "Makefile", "pyproject.toml", ".gitignore", ".ci/run",
    "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "LICENSE",
    "docs/adr/_template.md", "docs/glossary.md", "tests/__init__.py", "tests/world.py",
]  # fmt: skip
TOP = {
    ".ci", ".gitignore", ".gitattributes", ".editorconfig", ".dockerignore", "Makefile", "README.md", "ARCHITECTURE.md",
    "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "LICENSE", "manage.py", "pyproject.toml", "requirements.txt",
    "requirements-dev.txt", "config", "core", "checklists", "factories", "compliance", "improvement_plans",
    "disclosure", "cms", "tablet", "tests", "docs", "bench",
}  # fmt: skip
LARGE: dict[str, str] = {}  # path: why it may be larger than a megabyte
MEGABYTE = 1024 * 1024
# Places of one machine. Written apart, so that this file does not find itself.
MACHINE_PATHS = re.compile(r"(?<![\w./-])/(?:" + "|".join(["work", "tmp", "home", "root", "Users", "mnt"]) + r")/")


def tracked():
    """Paths of the files under version control; without it, of all files that are not ignored."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    names = [name for name in listed.stdout.split("\0") if name]
    if listed.returncode or not names:
        pytest.skip("this is no clone")
    return [ROOT / name for name in names if (ROOT / name).is_file()]


@pytest.mark.parametrize("name", NEEDED)
def test_it_is_there(name):
    assert (ROOT / name).is_file()


def test_nothing_else_stands_at_the_top():
    """A new folder at the top is a decision: write it down (docs/adr/) and name it here."""
    assert {path.relative_to(ROOT).parts[0] for path in tracked()} <= TOP


def test_the_licence_says_whose_it_is():
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "BSD 3-Clause" in text and "2026" in text and "Openfloor contributors" in text


def test_no_large_file_is_kept():
    found = {path.relative_to(ROOT).as_posix(): path.stat().st_size for path in tracked()}
    assert {name for name, size in found.items() if size > MEGABYTE} == set(LARGE)


def test_no_paper_names_a_place_of_one_machine():
    found = []
    for path in tracked():
        if path.suffix in (".md", ".txt", ".toml", ".yaml") or path.name in ("Makefile", "run", "LICENSE"):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
                if MACHINE_PATHS.search(line):
                    found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
    assert found == []


def test_the_search_for_machine_paths_finds_one():
    assert MACHINE_PATHS.search("see /" + "tmp/x") and MACHINE_PATHS.search("(/" + "home/ana/floor)")
    assert not MACHINE_PATHS.search("docs/" + "home/page and https://host.example/" + "work/")


# --- what is installed --------------------------------------------------------------------------------------------


def lines(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith(("#", "-r"))]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_package_is_pinned(name):
    for line in lines(name):
        assert re.match(r"^[\w.-]+(\[[\w,]+\])?==[\w.]+( *;.*)?( +#.*)?$", line), f"{name}: {line}"


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_what_we_chose_has_its_reason(name):
    chosen = (ROOT / name).read_text(encoding="utf-8").split("# brought along")[0]
    for line in chosen.splitlines():
        if line and not line.startswith(("#", "-r")):
            assert re.search(r"  # \w.{5,}", line), f"{name}: {line} does not say why it is here"


def test_nothing_is_installed_that_is_not_pinned():
    """Every package our packages bring along has its line: else two clones of one commit run different programs."""
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    pinned = {}
    for line in lines("requirements.txt"):
        requirement = Requirement(line.split("#")[0])
        if requirement.marker is None or requirement.marker.evaluate():
            pinned[canonicalize_name(requirement.name)] = requirement
    missing, wrong = set(), set()
    for name, requirement in pinned.items():
        found = importlib.metadata.distribution(name)
        if not requirement.specifier.contains(found.version, prereleases=True):
            wrong.add(f"{name} {found.version}")
        for text in found.requires or []:
            needed = Requirement(text)
            extras = requirement.extras or {""}
            wanted = needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in extras)
            if wanted and canonicalize_name(needed.name) not in pinned:
                missing.add(f"{needed.name} (wanted by {name})")
    assert (missing, wrong) == (set(), set())
