"""The looks keep their promises: contrast in every light, one shape and word per status, nothing tied to a direction,
no colour outside the tokens, nothing inline that the content policy would refuse."""

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from core.gallery import gallery
from core.statuses import FAMILY_WORDS, ROWS, STATUSES, family
from core.templatetags.openfloor import shapes

ROOT = Path(__file__).resolve().parent.parent.parent
SHEETS = ROOT / "core" / "static" / "core"
TOKENS = (SHEETS / "tokens.css").read_text(encoding="utf-8")
BASE = (SHEETS / "base.css").read_text(encoding="utf-8")
DESK = (SHEETS / "desk.css").read_text(encoding="utf-8")
PAPER = (SHEETS / "paper.css").read_text(encoding="utf-8")

TEXT = ("ink", "ink-2", "action", "s-good", "s-bad", "s-open", "s-none", "s-move")
GROUNDS = ("surface", "ground", "sunken")


def without_comments(css):
    return re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)


def colours_after(opening):
    """The colours of the block that starts with these characters."""
    body = TOKENS.split(opening, 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-fA-F]{6})", body))


DAY = colours_after(":root {")
DIM = colours_after('[data-light="dim"] {')
LIGHTS = {"day": DAY, "bright": DAY | colours_after('[data-light="bright"] {'), "dim": DAY | DIM}


def luminance(colour):
    """Relative luminance of #rrggbb as WCAG 2.2 defines it."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_measured_right():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("light", LIGHTS)
def test_words_can_be_read_in_every_light(light):
    colours = LIGHTS[light]
    too_faint = []
    for word in TEXT:
        for ground in GROUNDS:
            # 7:1 where people work, in halls with the sun in them; 4.5:1 on the quieter grounds.
            least = 7 if ground == "surface" else 4.5
            if contrast(colours[word], colours[ground]) < least:
                too_faint.append((word, ground))
    pairs = [(f"s-{name}", f"s-{name}-tint") for name in ("good", "bad", "open", "none", "move")]
    pairs += [("action", "action-tint"), ("ink", "accent-tint"), ("ink-2", "action-tint"), ("on-action", "action")]
    pairs += [("surface", f"s-{name}") for name in ("good", "bad", "open", "none", "move")] + [("on-accent", "accent")]
    too_faint += [pair for pair in pairs if contrast(colours[pair[0]], colours[pair[1]]) < 4.5]
    too_faint += [
        ("line", ground) for ground in ("surface", "ground") if contrast(colours["line"], colours[ground]) < 3
    ]
    assert too_faint == []


def test_the_numbers_in_the_comments_are_true():
    """A comment such as [8.9 surface, 8.1 ground] is a promise about the day light; one decimal of it must hold."""
    promises = re.findall(r"--([\w-]+):\s*#[0-9a-fA-F]{6};\s*/\* \[([^\]]+)\]", TOKENS)
    assert len(promises) >= 10
    for name, text in promises:
        for number, ground in re.findall(r"([\d.]+) (surface|ground|sunken)", text):
            assert contrast(DAY[name], DAY[ground]) == pytest.approx(float(number), abs=0.1), (name, ground)
        if found := re.match(r"ink on it ([\d.]+)", text):
            assert contrast(DAY["on-accent"], DAY[name]) == pytest.approx(float(found[1]), abs=0.1)


def test_dim_is_the_same_by_wish_of_the_person_and_of_the_system():
    assert colours_after(":root:not([data-light]) {") == DIM


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.key)
def test_every_status_has_shape_word_and_colour(row):
    assert row.icon in shapes()
    assert str(row.word)
    assert f"--s-{row.token}:" in TOKENS and f"--s-{row.token}-tint:" in TOKENS
    assert f'[data-s="{row.token}"]' in BASE


def test_keys_are_unique_and_a_shape_means_one_thing_within_a_family():
    assert len(STATUSES) == len(ROWS)
    for name in FAMILY_WORDS:
        icons = [row.icon for row in family(name)]
        assert len(set(icons)) == len(icons), name


def test_the_whole_vocabulary_is_there():
    vocabulary = """
        compliant non_compliant not_applicable not_asked undetermined unanswered
        violation_found found_again reported_fixed verified_fixed no_violation_found withheld
        not_started on_track behind_schedule on_this_tablet sending safe quarantined
        done partly take_care conflict serious_harm sealed do_not_tell
        worker_side management_side empty_seat
    """
    assert set(STATUSES) == set(vocabulary.split())


def test_in_public_nobody_is_called_compliant_and_nothing_found_is_not_green():
    assert not any("compliant" in str(row.word).lower() for row in family("public"))
    assert STATUSES["no_violation_found"].token == "none"
    green = {row.key for row in ROWS if row.token == "good"}
    assert green == {"compliant", "verified_fixed", "safe"}


@pytest.mark.parametrize("css", [BASE, DESK, PAPER], ids=["base", "desk", "paper"])
def test_edges_are_named_by_the_direction_of_reading(css):
    css = without_comments(css)
    assert re.findall(r"[\s;{](?:margin|padding|border|inset)-(?:left|right)\b", css) == []
    assert re.findall(r"(?:text-align|float): (?:left|right)|[\s;{](?:left|right): ", css) == []
    # Four values name right and left by place; equal sides would be written with two.
    assert re.findall(r"(?:margin|padding|inset): (?:[^\s;(]+ ){3}[^\s;]+;", css) == []


@pytest.mark.parametrize("name", ["base.css", "desk.css", "paper.css", "icons.svg"])
def test_no_colour_is_written_outside_the_tokens(name):
    text = without_comments((SHEETS / name).read_text(encoding="utf-8"))
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(", text) == []


def test_every_token_used_exists():
    known = set(re.findall(r"--([\w-]+):", TOKENS)) | set(re.findall(r"--([\w-]+):", BASE))
    drawn = (SHEETS / "icons.svg").read_text(encoding="utf-8")
    assert set(re.findall(r"var\(--([\w-]+)", BASE + DESK + PAPER + TOKENS + drawn)) - known == set()


def our_templates():
    """Every template of ours; Wagtail's own shell lives under its own policy."""
    return [path for path in ROOT.glob("*/templates/**/*.html") if "wagtailadmin" not in path.parts]


def test_templates_name_only_shapes_and_statuses_that_exist():
    wrong = []
    for path in our_templates():
        text = path.read_text(encoding="utf-8")
        wrong += [(path.name, name) for name in re.findall(r'{% icon "([^"]+)"', text) if name not in shapes()]
        wrong += [(path.name, key) for key in re.findall(r'{% (?:status|shape) "([^"]+)"', text) if key not in STATUSES]
        wrong += [
            (path.name, name) for name in re.findall(r'{% note [^%]*icon="([^"]+)"', text) if name not in shapes()
        ]
    assert wrong == []


def test_templates_hold_nothing_the_content_policy_refuses():
    refused = re.compile(r"\sstyle=|<style|<script(?![^>]*\bsrc=)|\son[a-z]+=|javascript:", re.IGNORECASE)
    found = {}
    for path in our_templates():
        html = re.sub(r"{%.*?%}|{{.*?}}", "", path.read_text("utf-8"), flags=re.DOTALL)  # tags are no attributes
        if hits := refused.findall(html):
            found[path.name] = hits
    assert found == {}


def page(template, path="/", **context):
    return render_to_string(template, {"request": RequestFactory().get(path), **context})


def main_of(html):
    return html[html.index("<main") : html.index("</main>")]


def test_missing_and_refused_read_the_same():
    assert main_of(page("404.html")) == main_of(page("403.html"))
    assert "There is nothing here that you may read." in page("404.html")


def test_the_page_for_our_own_fault_needs_no_request():
    assert "the fault is ours" in render_to_string("500.html")


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ar", "rtl"), ("km", "ltr")])
def test_pages_say_their_language_and_direction(language, direction):
    with translation.override(language):
        for template in ("core/base.html", "core/paper.html"):
            assert f'<html lang="{language}" dir="{direction}"' in page(template)


def test_the_public_menu_marks_the_nearest_place():
    html = page("core/public.html", path="/disclosure/issues/exits/")
    assert '<a href="/disclosure/issues/" aria-current="page">' in html
    assert '<a href="/disclosure/">' in html
    assert "Demonstration" not in html
    assert "every factory and finding on this page is invented" in page("core/public.html", demonstration=True)


def test_the_gallery_shows_every_status(rf):
    request = rf.get("/app/looks/")
    request.user = AnonymousUser()
    html = gallery(request).content.decode()
    for row in ROWS:
        assert str(row.word) in html, row.key
    for name in shapes():
        assert f'icons.svg#{name}"' in html
