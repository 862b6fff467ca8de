"""Template tags of the house: shapes, statuses, seams, seats, dates, notes and form fields.

Load with `{% load openfloor %}`. Tags only draw what they are given: they read no database and decide no right.
A context variable `paper` makes shapes inline, for PDF makers that cannot follow a link into the sprite.
"""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

from django import forms, template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from core import languages, words
from core.statuses import status as status_row

register = template.Library()

SHEETS = Path(__file__).resolve().parent.parent / "static" / "core"

# Shapes that point along the line of reading turn round in right-to-left scripts. Ticks and clocks do not.
POINTING = frozenset({"exit", "next", "prev", "open", "reply", "track"})

# What is said of a fix: attribute, who says it (long), the one word (short), colour token.
STITCHES = (
    ("reported", gettext_lazy("Reported by the factory"), gettext_lazy("Reported"), "open"),
    ("agreed", gettext_lazy("Agreed by workers and managers"), gettext_lazy("Agreed"), "move"),
    ("verified", gettext_lazy("Verified by an adviser"), gettext_lazy("Verified"), "good"),
    ("confirmed", gettext_lazy("Confirmed at the next visit"), gettext_lazy("Confirmed"), "good"),
)

# The public site's places. The address decides which one is marked as "you are here": the longest that fits.
PUBLIC_PLACES = (
    ("/disclosure/", gettext_lazy("Factories")),
    ("/disclosure/issues/", gettext_lazy("Issues")),
    ("/disclosure/countries/", gettext_lazy("Countries")),
    ("/how-to-read/", gettext_lazy("How to read this")),
    ("/guidance/", gettext_lazy("Guidance")),
    ("/news/", gettext_lazy("News")),
    ("/data/", gettext_lazy("Data")),
)

NOTE_ICONS = {"good": "tick", "bad": "care", "open": "care", "none": "tick", "move": "send"}


@cache
def shapes() -> dict[str, tuple[str, str]]:
    """Every shape of the sprite by name: its view box and its drawing."""
    text = (SHEETS / "icons.svg").read_text(encoding="utf-8")
    found = re.findall(r'<symbol id="([\w-]+)" viewBox="([\d ]+)">(.*?)</symbol>', text)
    return {name: (box, drawing) for name, box, drawing in found}


@cache
def day_colours() -> dict[str, str]:
    """The tokens of the day light that are colours, by name, for drawings that no style sheet reaches."""
    text = (SHEETS / "tokens.css").read_text(encoding="utf-8")
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", text.split("}", 1)[0]))


def draw(name: str, label: str = "", *, token: str = "", inline: bool = False) -> SafeString:
    """One shape as SVG; silent for screen readers unless it has a label. Raises KeyError for an unknown name.

    `inline` puts the drawing itself into the page with its colours written out (`token` says which), for PDF makers:
    they neither follow the link into the sprite nor hand a page's colours down into a drawing.
    """
    return _drawn(name, str(label), token, inline)


@lru_cache(maxsize=2000)  # a public page draws a hundred shapes, most of them the same few
def _drawn(name, label, token, inline):
    box, drawing = shapes()[name]
    kind = "i flip" if name in POINTING else "i"
    voice = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    if not inline:
        link = f"{static('core/icons.svg')}#{name}"
        return format_html('<svg class="{}" viewBox="0 0 24 24" {}><use href="{}"/></svg>', kind, voice, link)
    colours = day_colours()
    drawing = drawing.replace("var(--hole)", colours["surface"]).replace("var(--accent)", colours["accent"])
    return format_html(
        '<svg class="{}" viewBox="{}" color="{}" fill="none" stroke="currentColor" stroke-width="2"'
        ' stroke-linecap="round" stroke-linejoin="round" {}>{}</svg>',
        kind,
        box,
        colours[f"s-{token}" if token else "ink"],
        voice,
        mark_safe(drawing),
    )


def _inline(context) -> bool:
    return bool(context.get("paper"))


@register.simple_tag(takes_context=True)
def icon(context, name, label=""):
    """`{% icon "tick" %}` or, where no word stands beside it, `{% icon "search" label=_("Search") %}`."""
    return draw(name, label, inline=_inline(context))


@register.simple_tag(takes_context=True)
def status(context, key, date=None, small=None, box=False, word=None, token=None):
    """Shape, word and colour of a status.

    `date` goes under the word; for "no violation found" it becomes part of the word, since it is never said without
    a day. `small` adds or replaces the words under it ("" for none). `word` replaces the word ("3 found again"),
    `token` the colour where a screen has a reason. `box` is for the one status a screen is about.
    """
    row = status_row(key)
    said = row.word if word is None else word
    under = [row.aside if small is None else small]
    if date is not None:
        day = words.long_date(date)
        if key == "no_violation_found" and word is None:
            said = _("No violation found on %(day)s") % {"day": day}
        else:
            under.insert(0, day)
    under = format_html_join(pgettext("between two short remarks", ", "), "{}", ((part,) for part in under if part))
    return format_html(
        '<span class="st{}" data-s="{}">{}<span>{}{}</span></span>',
        " box" if box else "",
        token or row.token,
        draw(row.icon, token=token or row.token, inline=_inline(context)),
        said,
        format_html("<small>{}</small>", under) if under else "",
    )


@register.simple_tag(takes_context=True)
def shape(context, key):
    """The shape of a status alone, for rails and rows of cycles; its word stays there for screen readers."""
    row = status_row(key)
    return format_html(
        '<span class="st" data-s="{}">{}<span class="hide-text">{}</span></span>',
        row.token,
        draw(row.icon, token=row.token, inline=_inline(context)),
        row.word,
    )


@register.simple_tag
def comma():
    """`{% comma %}`: what stands between two facts of one line, as the reader's language writes it."""
    return words.comma()


@register.simple_tag(name="long_date")
def long_date_tag(day):
    """`{% long_date d %}`: "10 November 2026" with the machine's date beside it. Nothing for no date."""
    if day is None or day == "":
        return ""
    return format_html('<time datetime="{}">{}</time>', words.as_day(day).isoformat(), words.long_date(day))


@register.simple_tag
def day_month(day):
    """`{% day_month d %}`: "10 Nov" with the machine's date beside it."""
    return format_html('<time datetime="{}">{}</time>', words.as_day(day).isoformat(), words.day_month(day))


@register.filter(name="long_date")
def long_date_filter(day):
    """`{{ d|long_date }}`: the same as plain text, for attributes and translated sentences."""
    return words.long_date(day) if day else ""


@register.simple_tag
def lang(code):
    """The attributes of words in a language, with its direction; where nobody said which, the browser finds that."""
    if not code:
        return mark_safe(' dir="auto"')
    return format_html(' lang="{}" dir="{}"', code, languages.direction(code))


@register.simple_tag
def language_name(code):
    """A language by its name in the reader's."""
    return languages.name(code)


@register.simple_tag
def age(start, end):
    """`{% age first_found as_of %}`: "21 months", "12 days". Nothing where a day is missing."""
    return words.age(start, end) if start and end else ""


def _get(thing, name):
    return thing.get(name) if isinstance(thing, Mapping) else getattr(thing, name, None)


@register.inclusion_tag("core/parts/seam.html")
def seam(fix, short=False, waiting=""):
    """Four facts of one fix, each with its own day or "not yet".

    `fix` is a mapping or object with reported_on, agreed_on, verified_on, confirmed_on. `short=True` for cards inside;
    `waiting="verified"` marks the stitch somebody is expected to make now.
    """
    return {
        "stitches": [
            {"word": one if short else long, "token": token, "on": _get(fix, f"{name}_on"), "waiting": name == waiting}
            for name, long, one, token in STITCHES
        ],
        "short": short,
    }


@register.inclusion_tag("core/parts/cycles.html", takes_context=True)
def cycles(context, items):
    """One shape per assessment, oldest first. Items: mappings with `key` (a status), `label` ("2025"), `small`."""
    return {"items": items, "paper": _inline(context)}


@register.inclusion_tag("core/parts/seats.html", takes_context=True)
def seats(context, worker, management):
    """Who is here of how many, both sides.

    Each side is a mapping or object with `here` and `seats`, or a pair of these numbers.
    """
    sides = []
    for key, side in (("worker_side", worker), ("management_side", management)):
        here, all_seats = side if isinstance(side, (tuple, list)) else (_get(side, "here"), _get(side, "seats"))
        sides.append(
            {
                "word": status_row(key).word,
                "icon": status_row(key).icon,
                "empty": "seat-round" if key == "worker_side" else "seat-square",
                "here": here,
                "seats": all_seats,
                "filled_places": range(here),
                "empty_places": range(max(0, all_seats - here)),
            }
        )
    return {"sides": sides, "paper": _inline(context)}


@register.inclusion_tag("core/parts/answers.html", takes_context=True)
def answers(context, name, value="", legend="", disabled=False):
    """The five answers as a real radio group called `name`; `value` is the chosen status key, or "" for none."""
    keys = ("compliant", "non_compliant", "not_applicable", "not_asked", "undetermined")
    return {
        "rows": [status_row(key) for key in keys],
        "name": name,
        "value": value,
        "legend": legend or _("Answer"),
        "disabled": disabled,
        "paper": _inline(context),
    }


@register.simple_block_tag(takes_context=True)
def note(context, content, token="none", title="", icon="", live=""):
    """Something true of the whole screen, with the way out inside. It stays until the reader moves on.

    `{% note "bad" title=_("Not saved") %}…{% endnote %}`; `live` may be "status" or "alert" for screen readers.
    """
    return format_html(
        '<div class="note" data-s="{}"{}>{}<div class="grow">{}{}</div></div>',
        token,
        format_html(' role="{}"', live) if live else "",
        draw(icon or NOTE_ICONS[token], token=token, inline=_inline(context)),
        format_html("<b>{}</b>", title) if title else "",
        content,
    )


def _with_class(field, name):
    """Attributes that add a class to what the form's author already gave the widget."""
    given = field.field.widget.attrs.get("class", "")
    return {"class": f"{given} {name}".strip()}


@register.inclusion_tag("core/parts/field.html", takes_context=True)
def field(context, field, hint=""):
    """One form field: label, hint, native control, and its errors right beside it. `hint` replaces the help text."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        kind = "check"
    elif isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
        kind = "choices"
    else:
        kind = "plain"
    control = "" if kind == "choices" else field.as_widget(attrs=_with_class(field, "" if kind == "check" else "input"))
    return {
        "field": field,
        "kind": kind,
        "control": control,
        "hint": hint or field.help_text,
        "paper": _inline(context),
    }


@register.inclusion_tag("core/parts/error_summary.html", takes_context=True)
def error_summary(context, form, focus=True):
    """What is wrong with a form, once, above it, each line a link to its field; the reader starts there.

    Nothing for a form without errors. `focus=False` leaves the reader where she is.
    """
    lines = [
        {"href": f"#{bound.id_for_label or bound.auto_id}", "label": bound.label, "text": text}
        for bound in form.visible_fields()
        for text in bound.errors
    ]
    hidden = [text for bound in form.hidden_fields() for text in bound.errors]
    return {"lines": lines, "general": [*form.non_field_errors(), *hidden], "focus": focus, "paper": _inline(context)}


@register.simple_tag(takes_context=True)
def public_places(context):
    """The public site's menu, with the place the reader is in marked."""
    request = context.get("request")
    path = request.path if request else ""
    here = max((url for url, _word in PUBLIC_PLACES if path.startswith(url)), key=len, default=None)
    return [{"url": url, "title": word, "current": url == here} for url, word in PUBLIC_PLACES]
