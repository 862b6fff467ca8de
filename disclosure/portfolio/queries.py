"""Reads of a portfolio. What a row shows comes from three places and no other: the current releases, what the factory's
consents open to this buyer today, and the buyer's own words.

A factory nobody knows, one in no programme, and one of which nothing is public and nothing was asked look the same.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Q
from django.db.models.functions import Lower

from compliance.issued import last_visits_for
from disclosure import withheld
from disclosure.models import Entry, ReleasedFactory
from disclosure.portfolio.models import Followed, FollowedChange, PortfolioReader
from disclosure.portfolio.permissions import visible_to
from disclosure.public import summary
from disclosure.rules import FOUND, OPEN
from factories.issued import ConsentFact, consent_facts, consent_sites, site_facts, who_acts_for
from improvement_plans.issued import behind_for, progress_for

SHOWN_CHANGES = 20


@dataclass(frozen=True)
class Line:
    """One factory of a portfolio as its buyer may see it today. `public` is its document, as it may be shown now."""

    followed: Followed
    public: dict | None
    consent: ConsentFact | None
    progress: dict | None
    opened_visit: date | None

    @cached_property
    def statuses(self) -> dict:
        """{public status: how many issues have it}, the worst first; "withheld" last."""
        if self.public is None:
            return {}
        entries = self.public["entries"]
        counts = {one["status"]: one["count"] for one in summary(entries, self.public["as_of"])}
        held = sum(entry["status"] == "withheld" for entry in entries) + bool(self.public.get("withheld"))
        return counts | ({"withheld": held} if held else {})

    @property
    def public_visit(self):
        """The last visit that is public."""
        shown = self.public and self.public["visits"]["last_on"]
        return date.fromisoformat(shown) if shown else None

    @property
    def last_visit(self):
        """The newest visit that is public, or whose report the factory opened to this buyer."""
        return max(filter(None, (self.public_visit, self.opened_visit)), default=None)

    @property
    def nothing_found(self):
        """The day of the last public visit, where it found no violation and none is open, fixed or withheld."""
        return self.public_visit if self.statuses and not set(self.statuses) & {*FOUND, "withheld"} else None

    @property
    def can_be_asked(self):
        state = self.consent and self.consent.state
        return bool(self.followed.site_id) and state not in ("given", "later", "asked")

    @property
    def look(self) -> dict:
        """What of it can change and be told of (`rules.changes`)."""
        consent = self.consent
        return {
            "site": str(self.followed.site_id or ""),
            "public": self.public
            and {
                "statuses": self.statuses,
                "last_on": self.public["visits"]["last_on"],
                "factory": self.public["status"],
            },
            "consent": consent.state if consent else "none",
            "last_day": consent.until.isoformat() if consent and consent.until else "",
            "behind": bool((self.progress or {}).get("behind_schedule")),
        }


def now_public():
    """Ids of the factories of the current releases: a lazy queryset."""
    return ReleasedFactory.objects.filter(release__next=None).values("site_id")


def portfolio(user, buyer_id, *, words="", public="", consent="", plan="", taken=""):
    """The factories a person's buyer follows, by name; filtered by what the page shows of them today."""
    found = visible_to(user).filter(buyer=buyer_id)
    for word in words.split():
        found = found.filter(Q(name__icontains=word) | Q(code__icontains=word) | Q(address__icontains=word))
    if public == "open":
        said = Entry.objects.filter(withheld.not_said(), released_factory__release__next=None, status__in=OPEN)
        found = found.filter(site__in=said.values("released_factory__site_id"))
    elif public == "shown":
        found = found.filter(site__in=now_public())
    elif public == "nothing":
        found = found.exclude(site__isnull=False, site__in=now_public())
    if consent in ("given", "asked", "ended"):
        found = found.filter(site__in=consent_sites(buyer_id, consent))
    elif consent == "none":
        for state in ("given", "asked", "ended"):
            found = found.exclude(site__isnull=False, site__in=consent_sites(buyer_id, state))
    if plan == "behind":
        found = found.filter(site__in=behind_for(buyer_id))
    if taken == "yes":
        found = found.filter(site__isnull=False)
    elif taken == "decide":
        found = found.filter(likely__isnull=False)
    elif taken == "no":
        found = found.filter(site=None, likely=None)
    return found.order_by(Lower("name"), "code")


def lines(buyer_id, page) -> list[Line]:
    """What the portfolio shows of these factories. A fixed number of queries for any number of them."""
    followed = list(page)
    ids = {one.site_id for one in followed if one.site_id}
    held = withheld.now()
    released = ReleasedFactory.objects.filter(release__next=None, site_id__in=ids)
    documents = dict(released.values_list("site_id", "document"))
    documents = {site_id: held.laid_over(document) for site_id, document in documents.items()}
    consents, progress = consent_facts(buyer_id, ids), progress_for(buyer_id, ids)
    visits = last_visits_for(buyer_id, ids)
    return [
        Line(
            followed=one,
            public=documents.get(one.site_id),
            consent=consents.get(one.site_id),
            # The consent decides, whatever plan was found.
            progress=progress.get(one.site_id) if _opens(consents.get(one.site_id), "progress") else None,
            opened_visit=visits.get(one.site_id) if _opens(consents.get(one.site_id), "report") else None,
        )
        for one in followed
    ]


def _opens(consent, what):
    return consent is not None and getattr(consent, what)


def to_decide(user, buyer_id):
    """Rows whose factory a person of the buyer still has to say yes or no to, by name."""
    return portfolio(user, buyer_id, taken="decide")


def told_of(line) -> dict | None:
    """What the buyer is told of the factory a row is, or may be, taken for: name, number and, if public, region.

    Of a public one what its release says, of another what its people read already where they ask (`known_to`): never
    an address, which is nobody's but the programme's.
    """
    site_id = line.followed.site_id or line.followed.likely_id
    if site_id is None:
        return None
    document = line.public or _document(site_id)
    facts = document or site_facts([site_id])[site_id]
    return {"name": facts["name"], "number": facts["number"], "region": document["region"] if document else ""}


def _document(site_id):
    return (
        ReleasedFactory.objects.filter(release__next=None, site_id=site_id).values_list("document", flat=True).first()
    )


def news(buyer_ids, since=None):
    """What changed at the factories these buyers follow, the newest first.

    What a plan did is told only while the factory's consent opens its plan: it ends with the consent.
    """
    found = FollowedChange.objects.filter(followed__buyer__in=buyer_ids).select_related("followed")
    if since:
        found = found.filter(at__gt=since)
    told = ~Q(kind=FollowedChange.Kind.BEHIND)
    for buyer_id in buyer_ids:
        told |= Q(followed__buyer=buyer_id, followed__site__in=behind_for(buyer_id))
    return found.filter(told).order_by("-at", "-pk")


def wants_letters(user) -> bool:
    """Does she want letters about her portfolio? Yes, until she says no."""
    return PortfolioReader.objects.filter(user=user).values_list("letters", flat=True).first() is not False


def followers() -> dict:
    """{user id: ids of the buyers with a portfolio that this person acts for now}. A query for each such buyer."""
    found: dict = {}
    for buyer_id in Followed.objects.order_by("buyer").values_list("buyer", flat=True).distinct():
        for user_id in who_acts_for(buyer_id):
            found.setdefault(user_id, []).append(buyer_id)
    return found
