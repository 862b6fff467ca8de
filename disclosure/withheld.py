"""What lies over the releases: pages and issues withheld at once by two people, until two people lift it.

Everything the public reads goes through `laid_over`. A release is never touched by it and goes on verifying. The
factory's name and address stay, so that the withholding itself is public; what was said about it does not.
"""

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Exists, OuterRef, Q

from core.prepared import prepared
from disclosure.models import Forwarding, ReleasedFactory, RenamedQuestion, WithholdingAsk


def in_force():
    """Asks to withhold that were agreed and not lifted. A lazy queryset."""
    lifted = WithholdingAsk.objects.filter(lifts=OuterRef("pk"), agreement__isnull=False)
    return WithholdingAsk.objects.filter(lifts=None, agreement__isnull=False).exclude(Exists(lifted))


def not_said(factory="released_factory__"):
    """Condition on entries: nothing withholds them. For lists and counts, where a status must not be found out."""
    one = in_force().filter(question_key=OuterRef("question_key"), site_id=OuterRef(f"{factory}site_id"))
    moved = in_force().filter(question_key=OuterRef(OuterRef("question_key")))
    own = in_force().filter(site_id=OuterRef(OuterRef(f"{factory}site_id")))
    called = RenamedQuestion.objects.filter(
        release=OuterRef(f"{factory}release"),
        question_key=OuterRef("question_key"),
        old_key__in=own.values("question_key"),
    )
    return ~whole_page(factory) & ~Exists(one) & ~Exists(called) & ~Exists(_stands_for(factory, moved))


def whole_page(factory="released_factory__"):
    """Condition on entries: their whole page is withheld."""
    whole = in_force().filter(question_key="")
    own = whole.filter(site_id=OuterRef(f"{factory}site_id"))
    return Q(Exists(own)) | Q(Exists(_stands_for(factory, whole)))


def _stands_for(factory, held):
    """Old pages under this one, in the current release, of which something is withheld: it holds for this one too."""
    rows = Forwarding.objects.filter(site_id=OuterRef(f"{factory}site_id"), release__next=None)
    return rows.filter(old_site_id__in=held.values("site_id"))


@dataclass
class Withheld:
    """{site id: {question key, or "" for the whole page: {"reason", "on"}}}, and a stamp of it for ETags."""

    sites: dict = field(default_factory=lambda: defaultdict(dict))
    stamp: str = ""

    def hides(self, site_id: str, question_key: str) -> bool:
        """Is this issue, or the whole page, withheld?"""
        held = self.sites.get(site_id, {})
        return "" in held or question_key in held

    def laid_over(self, document: dict) -> dict:
        """The document as it may be shown now: the same one where nothing is withheld."""
        held = self.sites.get(document["id"])
        if not held:
            return document
        if "" in held:
            visits = document["visits"] | {"public": 0, "before": 0, "last_on": None, "held": [], "missing": []}
            nothing = {"entries": [], "later": [], "low_compliance": None}
            return document | nothing | {"visits": visits, "withheld": held[""]}
        entries = [withheld_entry(entry, held.get(entry["question_key"])) for entry in document["entries"]]
        return document | {"entries": entries}


def withheld_entry(entry: dict, why: dict | None) -> dict:
    """An entry that says only its question and that it is withheld; unchanged without `why`."""
    if why is None:
        return entry
    emptied = dict.fromkeys(
        ("found_on", "since", "extent", "reported_on", "agreed_on", "verified_on", "confirmed_on", "behind_days")
    )
    return entry | emptied | {"status": "withheld", "cycles": [], "photos": [], "reply": None, "withheld": why}


@prepared()
def _held():
    rows = in_force().order_by("agreement__agreed_at", "pk")
    return rows.values_list("pk", "site_id", "question_key", "reason", "agreement__on")


def now() -> Withheld:
    """What is withheld now. One query, three while something is, asked for every answer: it counts at once."""
    found = Withheld()
    keys = []
    for pk, site_id, question_key, reason, on in _held():
        keys.append(str(pk))
        found.sites[str(site_id)].setdefault(question_key, {"reason": reason, "on": _iso(on)})
    if keys:
        moved = Forwarding.objects.filter(release__next=None, old_site_id__in=list(found.sites))
        for old, site in moved.values_list("old_site_id", "site_id"):
            for question_key, why in found.sites[str(old)].items():
                found.sites[str(site)].setdefault(question_key, why)
        renamed = RenamedQuestion.objects.filter(release__next=None).values_list("old_key", "question_key").distinct()
        for old_key, question_key in renamed:
            for held in found.sites.values():
                if old_key in held:
                    held.setdefault(question_key, held[old_key])
    found.stamp = hashlib.sha256(" ".join(keys).encode()).hexdigest()[:12] if keys else ""
    return found


def stamps() -> dict:
    """{release id: stamp} of the releases that show a factory of which something is withheld now; changes with it."""
    held = now()
    said: dict = defaultdict(list)
    if held.sites:
        rows = ReleasedFactory.objects.filter(site_id__in=list(held.sites)).order_by("release_id", "site_id")
        for release_id, site_id in rows.values_list("release_id", "site_id"):
            said[release_id].append(
                (str(site_id), sorted((key, *why.values()) for key, why in held.sites[str(site_id)].items()))
            )
    return {pk: hashlib.sha256(repr(words).encode()).hexdigest()[:12] for pk, words in said.items()}


def _iso(day: date) -> str:
    return day.isoformat()
