"""Facts about fixes for the floors above: days only. No person, no note, no draft of a plan."""

from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q

from core.days import today
from core.models import Programme
from factories.issued import may_read_progress
from improvement_plans.models import ItemEvidence, ItemFact, Plan, PlanItem
from improvement_plans.queries import counts_of
from improvement_plans.rules import FOUR, URGENCY


def fixes(site_ids) -> dict:
    """{(site_id, question_key): {"finding_id", "reported_on", "agreed_on", "verified_on", "confirmed_on"}}.

    The newest item per question that assessors found; its running round only, so a fix opened again is not fixed any
    more. A day is None while nobody said so. Two queries for any number of factories.
    """
    rows = (
        PlanItem.objects.filter(plan__site__in=list(site_ids), origin=PlanItem.Origin.REPORT)
        .exclude(facts__kind="withdrawn")
        .order_by("finding__report__visited_on", "added_on", "id")
        .values_list("id", "plan__site_id", "question_key", "finding_id", "round")
    )
    newest = {(site_id, key): (item_id, finding_id, current) for item_id, site_id, key, finding_id, current in rows}
    said = {
        (item_id, current, kind): on
        for item_id, current, kind, on in ItemFact.objects.filter(
            Q(kind__in=FOUR), item__plan__site__in=list(site_ids)
        ).values_list("item_id", "round", "kind", "on")
    }
    return {
        place: {"finding_id": finding_id, **{f"{kind}_on": said.get((item_id, current, kind)) for kind in FOUR}}
        for place, (item_id, finding_id, current) in newest.items()
    }


class IssuedFact(NamedTuple):
    """One fact of a fix: reported, agreed, verified, confirmed or reopened. `by_report`: a later report said it."""

    kind: str
    on: object
    by_report: bool


def facts_of(finding_ids) -> dict:
    """{finding_id: [IssuedFact]} of the items made from these findings and from no others, oldest first. One query.

    Whoever may know of some findings only learns nothing of later ones: what a later report did to the item is marked.
    """
    rows = ItemFact.objects.filter(item__finding_id__in=list(finding_ids), kind__in=[*FOUR, "reopened"])
    made = {}
    for finding_id, kind, on, report_id in rows.order_by("round", "on", "id").values_list(
        "item__finding_id", "kind", "on", "report_id"
    ):
        made.setdefault(finding_id, []).append(IssuedFact(kind, on, report_id is not None))
    return made


def photos_of(finding_ids) -> dict:
    """{finding id: [{"id", "sha256", "moment", "on" (a date)}]}: photos of fixes that somebody of the programme looked
    at and found to show no person, and whose file is kept; in the order they came. One query.
    """
    made = {}
    rows = _public_photos().filter(item__finding__in=list(finding_ids)).order_by("on", "id")
    for finding_id, pk, stored, moment, on in rows.values_list("item__finding_id", "pk", "stored", "moment", "on"):
        made.setdefault(finding_id, []).append({"id": str(pk), "sha256": stored, "moment": moment, "on": on})
    return made


def photo_file(photo_id) -> str | None:
    """Where the file of such a photo lies now; None once it was removed, or somebody found that it shows a person."""
    return _public_photos().filter(pk=photo_id).values_list("stored", flat=True).first()


def _public_photos():
    rows = ItemEvidence.objects.filter(no_person_on__isnull=False, ended_at=None, redacted_at=None)
    return rows.filter(media_type="image/jpeg")


def open_items_of_visit(assessment) -> list[dict]:
    """What is being put right at the visited factory, for its assessors: question and days, no typed word, no person.

    Of each question the newest item that is not confirmed. Three queries.
    """
    site_id = assessment.cycle.site_id if assessment.cycle_id else None
    due = dict(
        PlanItem.objects.filter(plan__site=site_id, origin=PlanItem.Origin.REPORT)
        .order_by("added_on", "id")
        .values_list("question_key", "due_on")
    )
    return [
        {"question": key, "due_on": _day(due.get(key))}
        | {f"{kind}_on": _day(said[f"{kind}_on"]) for kind in ("reported", "agreed", "verified")}
        for (_site, key), said in sorted(fixes([site_id]).items(), key=lambda one: one[0][1])
        if said["confirmed_on"] is None
    ]


def _day(on):
    return on and on.isoformat()


# --- what a factory's consent opens to a buyer ----------------------------------------------------------------------


def progress_for(buyer_id, site_ids) -> dict:
    """{site id: {status: n}} of the plans that a consent opens to a buyer today: outsiders' words, the worst first.

    No plan, no entry. Two queries, one more for the days of the programmes.
    """
    plans = list(_opened_to(buyer_id).filter(site__in=list(site_ids)).select_related("site__programme"))
    counts = counts_of(plans)
    made: dict = {}
    for plan in plans:
        told = made.setdefault(plan.site_id, dict.fromkeys(URGENCY, 0))
        for status, n in counts[plan.pk].items():
            told[status] += n
    return {site_id: {status: n for status, n in told.items() if n} for site_id, told in made.items()}


def behind_for(buyer_id):
    """Ids of the factories whose plan, open to a buyer today, is behind schedule. A lazy queryset."""
    said = ItemFact.objects.filter(item=OuterRef("pk"), round=OuterRef("round")).exclude(kind="reopened")
    late = Q(pk__in=[])
    for programme in Programme.objects.only("time_zone"):
        late |= Q(plan__site__programme=programme, due_on__lt=today(programme))
    items = PlanItem.objects.filter(late, ~Exists(said), plan__in=_opened_to(buyer_id), continued_by=None)
    return items.values("plan__site")


def _opened_to(buyer_id):
    """Plans whose progress a buyer may read: of the cycle a consent names, or of every cycle. A lazy queryset."""
    opened = may_read_progress(buyer_id)
    of_cycle = Q(cycle__in=opened.exclude(cycle=None).values("cycle"))
    of_site = Q(cycle__isnull=False, site__in=opened.filter(cycle=None).values("site"))
    return Plan.objects.filter(of_cycle | of_site)
