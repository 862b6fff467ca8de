"""Writers of meetings: the day, what is talked about, the minutes, who signs them, what was promised."""

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, languages
from core.errors import Denied, Invalid, WrongState
from improvement_plans.actions.items import check_length, day_of
from improvement_plans.actions.promises import close_promises, make_promises
from improvement_plans.actions.translations import wait_again
from improvement_plans.models import (
    AgendaLine,
    ItemFact,
    Meeting,
    Member,
    Minutes,
    MinutesSignature,
    MinutesSignatureWords,
    MinutesWords,
    PlanItem,
)
from improvement_plans.permissions import check_can_meet, parity_of
from improvement_plans.rules import in_office, minutes_state

DECISION = MinutesSignature.Decision


@transaction.atomic
def plan_meeting(*, committee, planned_on, begins_at=None, place="", by) -> Meeting:
    """Name a day. The agenda is filled with what is open: promises first, then items. Records meeting.planned.

    Members in office and those who keep committees.
    """
    check_can_meet(by, committee)
    if not in_office(committee.formed_on, committee.dissolved_on, planned_on):
        raise Invalid(_("These days are outside the committee’s own."))
    if Meeting.objects.filter(committee=committee, planned_on=planned_on).exists():
        raise WrongState(_("The committee meets on this day already."))
    meeting = Meeting.objects.create(
        committee=committee, planned_on=planned_on, begins_at=begins_at, place=place.strip()[:80]
    )
    lines = [AgendaLine(commitment=one) for one in committee.commitments.filter(closed_in=None)]
    lines += [AgendaLine(item=item) for item in _open_items(committee)]
    for position, line in enumerate(lines, start=1):
        line.meeting, line.position = meeting, position
    AgendaLine.objects.bulk_create(lines)
    audit.record(
        "meeting.planned", meeting, by=by, programme=committee.site.programme, committee=committee.pk, on=planned_on,
        lines=len(lines),
    )  # fmt: skip
    return meeting


def _open_items(committee):
    """Items of the committee's plans that nobody of the programme found fixed, the earliest due first."""
    items = PlanItem.objects.filter(plan__committee=committee, continued_by=None).order_by("due_on", "added_on", "id")
    over = set(
        ItemFact.objects.filter(item__in=items, kind__in=["verified", "confirmed", "withdrawn"]).values_list(
            "item_id", "round"
        )
    )
    return [item for item in items if (item.pk, item.round) not in over]


@transaction.atomic
def add_topic(*, meeting, topic, language="", by) -> AgendaLine:
    """Put a thing of one's own on the agenda. Any member in office. Records meeting.topic-added."""
    meeting = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    check_can_meet(by, meeting.committee)
    topic = " ".join(topic.split())
    if not 1 <= len(topic) <= 160:
        raise Invalid(_("Name it in a few words, at most 160 characters."))
    last = meeting.agenda.order_by("-position").values_list("position", flat=True).first() or 0
    language = languages.checked(language, meeting.committee.site.programme)
    line = AgendaLine.objects.create(meeting=meeting, position=last + 1, topic=topic, language=language)
    wait_again(meeting=meeting)
    audit.record("meeting.topic-added", meeting, by=by, programme=meeting.committee.site.programme, line=line.pk)
    return line


@transaction.atomic
def write_minutes(
    *, meeting, held_on, present, notes="", decisions=None, promises=(), kept=(), edition=0, language="", by
) -> Minutes:
    """Write what was decided, who was there, what was promised and what was kept. Records minutes.written.

    `present`: seats in office that day. `decisions`: {agenda line: words}. `promises`: mappings of text, side, due_on.
    `kept`: commitments that are closed now. `edition`: the one the writer read (0: none); when there is a newer one,
    nothing is written. Sent twice, it is written once. A new edition asks both co-chairs again; once both signed,
    there is none. `language`: of all its words.
    """
    meeting = Meeting.objects.select_for_update(of=("self",)).select_related("committee__site__programme").get(
        pk=meeting.pk
    )  # fmt: skip
    committee, programme = meeting.committee, meeting.committee.site.programme
    check_can_meet(by, committee)
    day_of(committee.site, held_on)
    last = meeting.minutes.select_related("words").last()
    language = languages.checked(language, programme)
    words = _words(meeting, notes, decisions or {}) | {"language": language}
    ids = sorted(str(member.pk) for member in _there(committee, present, held_on))
    if last is not None and last.edition != edition:
        if (last.words.body, last.present, last.by_id) == (words, ids, by.pk):
            return last  # the answer to the first sending was lost on its way
        raise WrongState(_("Somebody wrote minutes after you opened them. Read those first."), code="changed")
    if last is not None and state_of(last) in ("signed", "reserved"):
        raise WrongState(_("Both sides signed these minutes. Write it in those of the next meeting."))
    text = MinutesWords(body=words, salt=MinutesWords.new_salt())
    text.minutes = Minutes.objects.create(
        meeting=meeting, edition=edition + 1, held_on=held_on, present=ids, by=by, digest=text.digest,
        parity=parity_of(committee, held_on, present=ids).snapshot(),
    )  # fmt: skip
    text.save()
    made = make_promises(meeting, promises, who="side", language=language)
    wait_again(meeting=meeting)
    closed = close_promises(meeting, kept)
    audit.record(
        "minutes.written", meeting, by=by, programme=programme, edition=edition + 1, on=held_on, present=len(ids),
        promised=made, kept=closed,
    )  # fmt: skip
    return text.minutes


def _there(committee, present, held_on):
    members = list(Member.objects.filter(committee=committee, pk__in=[one.pk for one in present]))
    if len(members) != len(set(present)) or not all(in_office(one.since, one.until, held_on) for one in members):
        raise Invalid(_("Only who is in office on the day of the meeting is counted as there."))
    if not members:
        raise Invalid(_("Say who was there."))
    return members


def _words(meeting, notes, decisions):
    lines = {str(pk) for pk in meeting.agenda.values_list("pk", flat=True)}
    if not set(decisions) <= lines:
        raise Invalid(_("This is not on the agenda."))
    kept = {line: check_length(text) for line, text in decisions.items() if text.strip()}
    return {"notes": check_length(notes), "decisions": kept}


def state_of(minutes) -> str:
    """What both co-chairs' last words make of the minutes."""
    return minutes_state(dict(minutes.signatures.order_by("at", "id").values_list("side", "decision")))


@transaction.atomic
def sign_minutes(*, minutes, decision, reason="", language="", on=None, by) -> MinutesSignature:
    """A co-chair in office that day signs for a side, signs with a reservation, or does not. Records minutes.signed.

    A reservation and a refusal say why. The last word of a side counts until both have signed.
    """
    meeting = Meeting.objects.select_for_update(of=("self",)).get(pk=minutes.meeting_id)
    committee = meeting.committee
    day = day_of(committee.site, on)
    seat = next(
        (one for one in committee.members.filter(user_id=by.pk, co_chair=True) if in_office(one.since, one.until, day)),
        None,
    )
    if seat is None or not by.is_active:
        raise Denied(_("Only a co-chair who is in office today signs for a side."))
    if decision not in DECISION.values:
        raise Invalid(_("Sign, sign with a reservation, or say that you do not sign."))
    if meeting.minutes.last().pk != minutes.pk:
        raise WrongState(_("Somebody wrote minutes after you opened them. Read those first."), code="changed")
    if state_of(minutes) in ("signed", "reserved"):
        raise WrongState(_("Both sides signed these minutes."))
    reason = check_length(reason) if decision != DECISION.SIGNED else ""
    if decision != DECISION.SIGNED and not reason:
        raise Invalid(_("Say why. Any language will do."))
    last = minutes.signatures.filter(side=seat.side).last()
    if last and last.decision == decision == DECISION.SIGNED:
        return last
    body = languages.written(reason, language, committee.site.programme)
    words = MinutesSignatureWords(body=body, salt=MinutesSignatureWords.new_salt())
    signature = MinutesSignature.objects.create(
        minutes=minutes, side=seat.side, member=seat, decision=decision, on=day, digest=words.digest if reason else ""
    )
    if reason:
        words.signature = signature
        words.save()
        wait_again(meeting=meeting, written=language)
    audit.record(
        "minutes.signed", meeting, by=by, programme=committee.site.programme, edition=minutes.edition, side=seat.side,
        decision=str(decision), member=seat.pk,
    )  # fmt: skip
    return signature
