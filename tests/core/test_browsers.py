"""The oldest browser we state (docs/reference/browsers.md) understands what is sent to phones and to the public."""

import re
import subprocess

import pytest

from tests.architecture.source import ROOT

OLDEST = 88
PAPER = (ROOT / "docs" / "reference" / "browsers.md").read_text(encoding="utf-8")
STATIC = ROOT / "core" / "static" / "core"
SHEETS = ["tokens.css", "base.css", "desk.css"]
SCRIPTS = ["openfloor.js", "passkey.js"]
# The first Chrome that knows it. Only what somebody might reach for; syntax is compared by the builder below.
FEATURES = {
    "css": {
        r":has\(": ("`:has()`", 105),
        r"@container|container-type": ("container queries", 105),
        r"@layer": ("`@layer`", 99),
        r"@scope": ("`@scope`", 118),
        r"@starting-style": ("`@starting-style`", 117),
        r"color-mix\(|oklch\(|oklab\(": ("`color-mix()`", 111),
        r"light-dark\(": ("`light-dark()`", 123),
        r"\bsubgrid\b": ("`subgrid`", 117),
        r"accent-color\s*:": ("`accent-color`", 93),
        r"\b\d[sdl]v[hwib]\b|\b\d+d?[sdl]v[hwib]\b": ("`dvh`", 108),
        r"text-wrap\s*:": ("`text-wrap: balance`", 114),
        r"field-sizing": ("`field-sizing: content`", 123),
        r"text-decoration-thickness": ("`text-decoration-thickness`", 89),
        r"border-(?:start|end)-(?:start|end)-radius": ("`border-start-start-radius`", 89),
        r"forced-colors": ("`forced-colors`", 89),
        r":user-(?:in)?valid": ("`:user-valid`", 119),
        r"^\s*&": ("nested rules", 120),
        r"overflow\s*:\s*clip": ("`overflow: clip`", 90),
        r"(?<![\w-])(?:translate|rotate|scale)\s*:": ("`translate:` by itself", 104),
        r"scrollbar-gutter": ("`scrollbar-gutter`", 94),
        r":(?:open|popover-open|state)\b": ("`:open`", 114),
    },
    "js": {
        r"\.at\(": ("`.at()`", 92),
        r"structuredClone": ("`structuredClone`", 98),
        r"findLast": ("`findLast`", 97),
        r"Object\.(?:hasOwn|groupBy)": ("`Object.hasOwn`", 93),
        r"\.(?:toSorted|toReversed|toSpliced)\(": ("`toSorted`", 110),
        r"Promise\.withResolvers": ("`Promise.withResolvers`", 119),
        r"showPicker|startViewTransition|CloseWatcher": ("newer page functions", 99),
        r"parseCreationOptionsFromJSON|\.toJSON\(": ("passkeys as JSON", 129),
        r"crypto\.randomUUID": ("`crypto.randomUUID`", 92),
    },
    "html": {
        r"\spopover\b|popovertarget": ("`popover`", 114),
        r"\sinert\b": ("`inert`", 102),
        r"<search\b": ("`<search>`", 118),
        r"hidden=\"until-found\"": ('`hidden="until-found"`', 102),
        r"\bcommandfor=": ("`commandfor`", 135),
        r"target=\"_blank\"": ("a new window", 999),
        r"<details[^>]*\sname=": ("`<details name>`", 120),
        r"\sblocking=|fetchpriority=": ("`fetchpriority`", 102),
    },
}


def texts(kind):
    """What a phone or the public gets: our sheets, our scripts, every template that is not the tablet's."""
    if kind == "css":
        return {name: (STATIC / name).read_text(encoding="utf-8") for name in SHEETS}
    if kind == "js":
        return {name: (STATIC / name).read_text(encoding="utf-8") for name in SCRIPTS}
    apps = ("core", "improvement_plans", "cms", "factories")
    found = [path for app in apps for path in (ROOT / app / "templates").rglob("*.html")]
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in found}


def newer(kind):
    """{words: first Chrome} of what is used and newer than the oldest we state."""
    found = {}
    for name, text in texts(kind).items():
        text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL) if kind == "css" else text
        for pattern, (words, since) in FEATURES[kind].items():
            if since > OLDEST and re.search(pattern, text, flags=re.MULTILINE):
                found.setdefault(words, (since, name))
    return found


def harmless():
    """The paper's table: what is newer and why that is no loss."""
    return {
        words: int(since) for words, since in re.findall(r"^\| (.+?) \| Chrome (\d+) \|", PAPER, flags=re.MULTILINE)
    }


def test_the_paper_states_the_version_that_is_tested():
    assert f"**Chrome {OLDEST}**" in PAPER


def test_what_is_newer_is_what_the_paper_names():
    """A feature added to a sheet comes with a line that says what an old phone loses; a stale line goes."""
    assert {words: since for words, (since, _name) in newer("css").items()} == harmless()


@pytest.mark.parametrize("kind", ["js", "html"])
def test_scripts_and_pages_use_nothing_newer(kind):
    assert newer(kind) == {}


@pytest.mark.parametrize("name", SHEETS + SCRIPTS)
def test_the_builder_has_nothing_to_translate(name):
    """The tablet's builder, told the oldest version, changes no syntax. Its one doubt about `?.` is a flaw of calls
    with spread arguments, which we do not have."""
    builder = ROOT / "tablet" / "node_modules" / ".bin" / "esbuild"
    if not builder.exists():
        pytest.skip("the tablet's builder is not installed: make test does it")

    def built(target):
        command = [builder, STATIC / name, f"--target={target}", "--supported:optional-chain=true"]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout

    assert built(f"chrome{OLDEST}") == built("esnext")


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("css", ".a:has(b) { }"), ("css", ".a { block-size: 100dvh; }"), ("css", ".a {\n  & b { }\n}"),
        ("js", "rows.at(-1)"), ("html", "<div popover>"), ("html", '<a target="_blank">'),
    ],
)  # fmt: skip
def test_the_list_catches_them(kind, text, monkeypatch):
    monkeypatch.setattr("tests.core.test_browsers.texts", lambda asked: {"x": text})
    assert newer(kind)
