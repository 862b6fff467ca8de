"""A portfolio as a table: what its page shows and nothing more, some rows at a time."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from core.statuses import status
from disclosure.portfolio import queries
from disclosure.portfolio.forms import consent_words
from disclosure.rules import STATUSES

AT_ONCE = 500
PUBLIC = (*STATUSES, "withheld")
PLAN = ("behind_schedule", "not_started", "reported_fixed", "on_track", "verified_fixed")


def header() -> list[str]:
    """The names of the columns, in the reader's language."""
    return [
        _("Your code"), _("Factory"), _("Country"), _("Address"), _("OS ID"),
        _("Taken for"), _("Public page"), _("As of"),
        *(str(status(key).word) for key in PUBLIC), _("Last public visit"), _("Last visit opened to you"),
        _("Permission"), _("Since or on"), _("Last day"), _("Opens the report"), _("Opens the plan"),
        *(_("Plan: %(word)s") % {"word": status(key).word} for key in PLAN),
    ]  # fmt: skip


def rows(buyer_id, found, page_of) -> Iterator[list]:
    """The rows of these factories. `page_of`: from a slug to the address of the public page."""
    keys = list(found.values_list("pk", flat=True))
    for start in range(0, len(keys), AT_ONCE):
        here = found.model.objects.in_bulk(keys[start : start + AT_ONCE])
        page = [here[key] for key in keys[start : start + AT_ONCE] if key in here]
        for line in queries.lines(buyer_id, page):
            yield _row(line, page_of)


def _row(line, page_of):
    one, public, consent, progress = line.followed, line.public, line.consent, line.progress or {}
    return [
        one.code, one.name, one.country, one.address, one.os_id,
        *((public["name"], page_of(public["slug"]), public["as_of"]) if public else ("", "", "")),
        *(line.statuses.get(key, "") for key in PUBLIC), _iso(line.public_visit), _iso(line.opened_visit),
        consent_words(consent),
        *((_iso(consent.on), _iso(consent.until)) if consent else ("", "")),
        _("yes") if consent and consent.report else "", _("yes") if consent and consent.progress else "",
        *(progress.get(key, "") for key in PLAN),
    ]  # fmt: skip


def _iso(day):
    return day.isoformat() if day else ""
