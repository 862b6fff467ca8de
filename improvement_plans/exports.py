"""What leaves as a file: a plan and a committee as workbooks, a plan's days as a calendar. As one reader may see them.

The only door to icalendar.
"""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from checklists.queries import issues_in
from core import statuses
from core.sheets import write_workbook
from improvement_plans.models import SIDE_CHOICES
from improvement_plans.queries.plans import PEOPLE, face
from improvement_plans.rules import FOUR


def _numbered(board):
    """[(n, card)]: items of a plan in the order in which they came, so that a number stays what it is."""
    cards = [one for _status, cards in board.columns for one in cards] + board.over
    return list(enumerate(sorted(cards, key=lambda one: (one.item.added_on, one.item.pk)), start=1))


def plan_workbook(board, who) -> bytes:
    """One row an item. A worker's name only for her committee and the programme."""
    heads = (
        _("Number"), _("Issue"), _("How it stands"), _("Where it comes from"), _("Employer’s duty by law"), _("Cause"),
        _("What will change"), _("Steps said to be done"),
        _("What will show it"), _("Who does it"), _("Witness"), _("By"), _("First day"),
        _("Days moved"), _("Reported"), _("Agreed"), _("Verified"), _("Confirmed"), _("How soon"), _("Cost"),
        _("Saving in a year"), _("Currency"),
    )  # fmt: skip
    words = issues_in(get_language())
    people = (
        {seat.pk: seat for seat in board.plan.committee.members.select_related(*PEOPLE)} if board.plan.committee else {}
    )
    rows = [heads]
    for number, one in _numbered(board):
        item = one.item
        named = [face(people.get(seat), who) for seat in (item.responsible_id, item.witness_id)]
        rows.append(
            (
                number,
                words.get(item.question_key, item.issue) if item.question_key else item.issue,
                _("No longer on this plan") if one.over else str(statuses.status(one.status).word),
                item.get_origin_display(),
                _("Yes") if item.duty else _("No"),
                item.get_cause_display(),
                item.steps,
                _("%(n)d of %(all)d") % {"n": one.steps_done, "all": len(one.steps)} if item.steps else "",
                item.expected,
                *(one_face.words if one_face else "" for one_face in named),
                _day(item.due_on),
                _day(item.first_due_on),
                item.slips,
                *(_day(one.fix[f"{kind}_on"]) for kind in FOUR),
                item.get_priority_display(),
                *(None if amount is None else float(amount) for amount in (item.cost, item.saving)),
                item.currency,
            )
        )
    return write_workbook({_("Plan"): rows})


def committee_workbook(view, meetings) -> bytes:
    """Who sits and who sat, and the meetings with what became of their minutes."""
    sides = dict(SIDE_CHOICES)
    here = {member.pk for _side, seats in view.sides for member, _face in seats}
    seats = [pair for _side, seats in view.sides for pair in seats] + view.past
    rows = [
        (_("Side"), _("Who"), _("Co-chair"), _("How chosen"), _("In office from"), _("Last day in office"), _("Today"))
    ]
    rows += [
        (
            str(sides[member.side]), shown.words, _("Yes") if member.co_chair else _("No"),
            member.get_chosen_by_display(), _day(member.since), _day(member.until),
            _("Yes") if member.pk in here else _("No"),
        )
        for member, shown in seats
    ]  # fmt: skip
    held = [(_("Day"), _("How it stands")), *((_day(one["meeting"].planned_on), str(one["words"])) for one in meetings)]
    return write_workbook({_("Members"): rows, _("Meetings"): held})


def plan_calendar(board, address_of) -> bytes:
    """The days of a plan that are still to come or went by: an item's number and no word of what it is about.

    A calendar is read over shoulders and by the maker of the phone. `address_of(item)`: where a person signs in and
    reads the rest.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Openfloor//plan//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for number, one in _numbered(board):
        if one.over or one.item.due_on is None or one.facts & set(FOUR):
            continue
        event = Event()
        event.add("uid", f"{one.item.pk}@openfloor")
        event.add("dtstamp", timezone.now())
        event.add("dtstart", one.item.due_on)
        event.add("dtend", one.item.due_on + timedelta(days=1))
        event.add("summary", _("Item %(n)d: plan step due") % {"n": number})
        event.add("url", address_of(one.item))
        event.add("transp", "TRANSPARENT")
        event.add("class", "PRIVATE")
        calendar.add_component(event)
    return calendar.to_ical()


def _day(on):
    return on.isoformat() if on else ""
