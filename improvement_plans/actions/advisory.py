"""Writers of the advisory committee: who sits for which group, its meetings, their papers and minutes."""

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from core import access, audit, holders, languages, scanning, storage
from core.days import setting, today
from core.errors import Invalid, WrongState
from core.roles import Right
from improvement_plans.actions.items import check_length
from improvement_plans.actions.promises import close_promises, make_promises
from improvement_plans.models import (
    AdvisoryCommittee,
    AdvisoryMeeting,
    AdvisoryMinutes,
    AdvisoryMinutesWords,
    AdvisoryName,
    AdvisoryPaper,
    AdvisorySeat,
)
from improvement_plans.permissions import advisory_seats, check_can_keep_advisory
from improvement_plans.rules import GROUPS, counted, in_office, terms_of, terms_overlap

MOST_PAPERS = 24
MOST_DECISIONS = 30


@transaction.atomic
def create_advisory(*, programme, formed_on, by) -> AdvisoryCommittee:
    """Write down that a programme has an advisory committee. Its manager. Records advisory.created."""
    check_can_keep_advisory(by, programme)
    if AdvisoryCommittee.objects.filter(programme=programme).exists():
        raise WrongState(_("The programme has an advisory committee already."))
    committee = AdvisoryCommittee.objects.create(programme=programme, formed_on=formed_on)
    audit.record("advisory.created", committee, by=by, programme=programme, on=formed_on)
    return committee


@transaction.atomic
def give_advisory_seat(
    *, committee, group, organisation, since, until=None, user=None, name="", by
) -> AdvisorySeat:  # fmt: skip
    """Give somebody a seat of a group from `since` to `until`, both included. Records advisory.seated (no name).

    Who signs in has a role that reads aggregates first; another member is kept by name. Nobody sits twice on a day.
    More members than a group has seats are written down and told, for that is how it was.
    """
    committee = (
        AdvisoryCommittee.objects.select_for_update(of=("self",)).select_related("programme").get(pk=committee.pk)
    )
    programme = committee.programme
    check_can_keep_advisory(by, programme)
    organisation, name = " ".join(organisation.split()), " ".join(name.split())
    if group not in GROUPS:
        raise Invalid(_("Name the group: government, employers or workers."))
    if not 1 <= len(organisation) <= 120:
        raise Invalid(_("Name the ministry, federation or union, in at most 120 characters."))
    if since < committee.formed_on or (until is not None and until < since):
        raise Invalid(_("These days are outside the committee’s own, or the last is before the first."))
    if user is None and not name:
        raise Invalid(_("Name the member, or the person who signs in."))
    if user is not None:
        if not access.has(user, Right.READ_AGGREGATES, programme):
            raise Invalid(_("Give this person the role of an advisory-committee member first."))
        for other in committee.seats.filter(user=user):
            if terms_overlap(since, until, other.since, other.until):
                raise Invalid(_("This person has a seat in this committee on some of these days. Nobody sits twice."))
    seat = AdvisorySeat.objects.create(
        committee=committee, user=user, group=group, organisation=organisation, since=since, until=until
    )
    if user is None:
        AdvisoryName.objects.create(seat=seat, body={"name": name[:120]}, salt=AdvisoryName.new_salt())
    audit.record("advisory.seated", seat, by=by, programme=programme, group=group, since=since, until=until)
    return seat


@transaction.atomic
def end_advisory_seat(*, seat, on, by) -> AdvisorySeat:
    """The last day of a seat. Records advisory.seat-ended. In which meetings she was stays."""
    seat = AdvisorySeat.objects.select_for_update(of=("self",)).select_related("committee__programme").get(pk=seat.pk)
    check_can_keep_advisory(by, seat.committee.programme)
    if on < seat.since:
        raise Invalid(_("The last day is before the first."))
    if seat.until is not None and seat.until < on:
        raise WrongState(_("This seat ended earlier."))
    seat.until = on
    seat.save(update_fields=["until"])
    audit.record("advisory.seat-ended", seat, by=by, programme=seat.committee.programme, on=on)
    return seat


@transaction.atomic
def plan_advisory_meeting(*, committee, planned_on, begins_at=None, place="", by) -> AdvisoryMeeting:
    """Name a day on which it meets. Records advisory.meeting-planned."""
    programme = committee.programme
    check_can_keep_advisory(by, programme)
    if planned_on < committee.formed_on:
        raise Invalid(_("These days are outside the committee’s own."))
    if AdvisoryMeeting.objects.filter(committee=committee, planned_on=planned_on).exists():
        raise WrongState(_("The committee meets on this day already."))
    meeting = AdvisoryMeeting.objects.create(
        committee=committee, planned_on=planned_on, begins_at=begins_at, place=place.strip()[:80]
    )
    audit.record("advisory.meeting-planned", meeting, by=by, programme=programme, on=planned_on)
    return meeting


def add_paper(*, meeting, title, data: bytes = b"", link="", language="", by) -> AdvisoryPaper:
    """Hand a paper to a meeting: a file, or an address on the web. Records advisory.paper-added.

    core.scanning decides what may be kept. The same file or address again for the same meeting: the same row.
    """
    programme = meeting.committee.programme
    check_can_keep_advisory(by, programme)
    title, link = " ".join(title.split()), link.strip()
    if not 1 <= len(title) <= 160:
        raise Invalid(_("Name it in a few words, at most 160 characters."))
    if bool(data) == bool(link):
        raise Invalid(_("Give a file or an address, one of both."))
    if link and not (link.startswith(("https://", "http://")) and len(link) <= 500):
        raise Invalid(_("An address begins with https:// and has at most 500 characters."))
    kept = {"link": link}
    if data:
        if len(data) > settings.EVIDENCE_MAX_BYTES:
            raise Invalid(_("This file is too large."), code="too-large")
        sent, (data, media_type) = data, scanning.admit(data)
        holders.check_not_removed(sent, data)
        kept = {"stored": storage.store().put(data), "size": len(data), "media_type": media_type}
    with transaction.atomic():
        meeting = AdvisoryMeeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
        here = meeting.papers.filter(redacted_at=None)
        same = here.filter(link=link, stored=kept.get("stored", "")).first()
        if same:
            return same
        if here.count() >= MOST_PAPERS:
            raise WrongState(_("There are enough papers for this meeting."))
        paper = AdvisoryPaper.objects.create(
            meeting=meeting, title=title, language=languages.checked(language, programme), by=by,
            on=today(programme), **kept,
        )  # fmt: skip
        audit.record(
            "advisory.paper-added", paper, by=by, programme=programme, meeting=meeting.pk, stored=paper.stored or None
        )  # fmt: skip
    return paper


@transaction.atomic
def write_advisory_minutes(
    *, meeting, held_on, present, decisions=(), notes="", promises=(), kept=(), edition=0, language="", by
) -> AdvisoryMinutes:  # fmt: skip
    """Write what was decided, who was there, what follows and what was kept. Records advisory.minutes-written.

    `present`: seats in office that day. `promises`: mappings of text, group (or programme), due_on. `kept`: commitments
    that are closed now. `edition`: the one the writer read (0: none); when there is a newer one,
    nothing is written. Sent twice, it is written once.
    """
    meeting = (
        AdvisoryMeeting.objects.select_for_update(of=("self",))
        .select_related("committee__programme")
        .get(pk=meeting.pk)
    )
    committee, programme = meeting.committee, meeting.committee.programme
    check_can_keep_advisory(by, programme)
    if held_on > today(programme):
        raise Invalid(_("This day is still to come."))
    seats = {str(seat.pk): seat for seat in committee.seats.all()}
    ids = sorted({str(seat.pk) for seat in present})
    if not ids:
        raise Invalid(_("Say who was there."))
    if not all(key in seats and in_office(seats[key].since, seats[key].until, held_on) for key in ids):
        raise Invalid(_("Only who is in office on the day of the meeting is counted as there."))
    said = [check_length(one) for one in decisions if one.strip()]
    if len(said) > MOST_DECISIONS:
        raise Invalid(_("Write at most %(n)d decisions.") % {"n": MOST_DECISIONS})
    body = {"decisions": said, "notes": check_length(notes), "language": languages.checked(language, programme)}
    last = meeting.minutes.select_related("words").last()
    if last is not None and last.edition != edition:
        if (last.words.body, last.present, last.by_id) == (body, ids, by.pk):
            return last  # the answer to the first sending was lost on its way
        raise WrongState(_("Somebody wrote minutes after you opened them. Read those first."), code="changed")
    terms = terms_of(setting(programme.pk, "advisory", held_on))
    counts = counted(advisory_seats(seats.values()), held_on, terms, ids)
    words = AdvisoryMinutesWords(body=body, salt=AdvisoryMinutesWords.new_salt())
    words.minutes = AdvisoryMinutes.objects.create(
        meeting=meeting, edition=edition + 1, held_on=held_on, present=ids, by=by, digest=words.digest,
        counted={one.group: [one.here, one.in_office, one.seats] for one in counts},
    )  # fmt: skip
    words.save()
    made = make_promises(meeting, promises, who="group", language=body["language"])
    audit.record(
        "advisory.minutes-written", meeting, by=by, programme=programme, edition=edition + 1, on=held_on,
        present=len(ids), decisions=len(said), promised=made, kept=close_promises(meeting, kept),
    )  # fmt: skip
    return words.minutes
