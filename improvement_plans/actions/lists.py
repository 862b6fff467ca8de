"""Writers of lists of committees and of plan items that a programme kept before: row by row through the same actions
as a screen, so that a list can do no more than the person who sends it.
"""

from dataclasses import asdict, dataclass, field
from functools import cached_property, partial

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.actions import lists
from core.actions.lists import Desk
from core.days import today
from core.errors import Denied, Invalid, WrongState, at
from core.models import User
from factories.models import Site
from factories.rules import Refused, folded
from improvement_plans.actions.committees import create_committee, seat_member
from improvement_plans.actions.items import add_item, open_plan
from improvement_plans.imports import ITEMS, MEMBERS, look_through
from improvement_plans.models import Committee, Plan, PlanItem, PlanList
from improvement_plans.permissions import check_can_import_plans

SHOWN = 500  # so many refused rows are kept to be shown
BATCH = 100
KNOWN = 20  # mappings of earlier lists that are tried


@dataclass
class Outcome:
    """What an import did, or, in a dry run, would do. When refusals stop it, nothing is made."""

    read: int = 0
    opened: int = 0
    created: int = 0
    unchanged: int = 0
    refused: list[Refused] = field(default_factory=list)
    stopped: bool = False


class _TakenBack(Exception):  # noqa: N818
    """Ends a transaction whose work is not to stay."""


def import_rows(
    *, kind, rows, programme, accept_partial=False, dry_run=False, watch=None, after=None, by
) -> Outcome:  # fmt: skip
    """Make committees and seats, or plans and items, of a programme's factories. Records plans.imported: counts.

    `rows`: imports.Row or Refused. If anything is refused, nothing is written unless `accept_partial`. What is there
    already is left as it is: a second import makes nothing.
    """
    check_can_import_plans(by, programme)
    work = {MEMBERS: _Members, ITEMS: _Items}[kind](programme, by)
    outcome = work.outcome
    try:
        with transaction.atomic():
            for row in rows:
                outcome.read += 1
                if isinstance(row, Refused):
                    outcome.refused.append(row)
                else:
                    work.take(row)
                if watch and outcome.read % BATCH == 0:
                    watch(BATCH)
            outcome.stopped = bool(outcome.refused) and not accept_partial
            if outcome.stopped or dry_run:
                raise _TakenBack
            audit.record(
                "plans.imported", programme, by=by, programme=programme, kind=str(kind), read=outcome.read,
                opened=outcome.opened, created=outcome.created, refused=len(outcome.refused),
            )  # fmt: skip
            if after:
                after(outcome)
    except _TakenBack:
        pass
    if outcome.stopped:
        outcome.opened = outcome.created = 0
    return outcome


class _Import:
    """One import at work: each row in a savepoint of its own, so that one that is refused leaves nothing."""

    def __init__(self, programme, by):
        self.programme, self.by, self.outcome = programme, by, Outcome()
        self.there: dict = {}

    def take(self, row):
        try:
            with transaction.atomic():
                site = self.sites.get(row.said["factory"].upper())
                if site is None:
                    raise Invalid(_("No factory of the programme has this number."), at("factory"))
                opened, created = self.make(site, dict(row.said))
        except (Denied, Invalid, WrongState) as error:
            self.there.clear()  # what this row made is gone again
            named = next((one["field"] for one in getattr(error, "problems", ()) if "field" in one), "factory")
            self.outcome.refused.append(row.refused(named, error.sentence))
            return
        self.outcome.opened += opened
        self.outcome.created += created
        self.outcome.unchanged += not created

    @cached_property
    def sites(self):
        found = Site.objects.filter(programme=self.programme).select_related("programme")
        return {site.number: site for site in found}


class _Members(_Import):
    def make(self, site, said):
        """(committees made, seats made) of one row."""
        del said["factory"]
        kind, formed_on = said.pop("kind"), said.pop("formed_on", None)
        committee = Committee.objects.filter(site=site, kind=kind, dissolved_on=None).first()
        opened = committee is None
        if opened:
            if formed_on is None:
                raise Invalid(
                    _("This committee is not written down yet. Say since when it is formed."), at("formed_on")
                )
            committee = create_committee(site=site, kind=kind, formed_on=formed_on, by=self.by)
        said["user"] = self.person(said.pop("username", ""))
        for name in ("co_chair", "outside"):
            said[name] = said.get(name) == "yes"
        said.setdefault("sex", "x")
        key = self.key(said["user"] and said["user"].pk, said.get("name", ""), said["side"], said["since"])
        seats = self.seats_of(committee)
        # A name that two people removed does not come back by an old list.
        if key in seats or said["user"] is None and self.key(None, None, said["side"], said["since"]) in seats:
            return opened, 0
        seat_member(committee=committee, by=self.by, **said)
        seats.add(key)
        return opened, 1

    def person(self, username):
        if not username:
            return None
        user = User.objects.filter(username=username, is_active=True).first()
        if user is None:
            raise Invalid(_("Nobody signs in with this name."), at("username"))
        return user

    @staticmethod
    def key(user_id, name, side, since):
        return user_id, None if user_id or name is None else folded(name), side, since

    def seats_of(self, committee):
        """Keys of the seats a committee has; of a name that was removed, one without it. One query, once."""
        if committee.pk not in self.there:
            rows = committee.members.select_related("own_name")
            self.there[committee.pk] = {self.key(one.user_id, _name(one), one.side, one.since) for one in rows}
        return self.there[committee.pk]


def _name(member):
    own = getattr(member, "own_name", None)
    return own.body["name"] if own and own.body else None


class _Items(_Import):
    def make(self, site, said):
        """(plans opened, items made) of one row."""
        del said["factory"]
        number = said.pop("cycle", None)
        plan, opened = self.plan_of(site, number)
        issues = self.issues_of(plan)
        if folded(said["issue"]) in issues:
            return opened, 0
        on = said.pop("planned_on", None)
        if on is not None and on > today(self.programme):
            raise Invalid(_("This day is still to come."), at("planned_on"))
        if "currency" in said:
            said["currency"] = said["currency"].upper()
        add_item(plan=plan, by=self.by, on=on, **{"origin": PlanItem.Origin.IDEA} | said)
        issues.add(folded(said["issue"]))
        return opened, 1

    def plan_of(self, site, number):
        """The plan of a cycle, or the committee's own; whether it was opened now."""
        cycle = None
        if number is not None:
            cycle = site.cycles.filter(number=number).first()
            if cycle is None:
                raise Invalid(_("This factory has no cycle of this number."), at("cycle"))
        plan = Plan.objects.filter(site=site, cycle=cycle).order_by("opened_on", "id").last()
        if plan is not None:
            return plan, False
        return open_plan(site=site, cycle=cycle, by=self.by), True

    def issues_of(self, plan):
        """What the items of a plan are called, folded. One query, once."""
        if plan.pk not in self.there:
            names = plan.items.values_list("issue", flat=True)
            self.there[plan.pk] = {folded(issue) for issue in names}
        return self.there[plan.pk]


# --- a file, on a screen or by a command --------------------------------------------------------------------------


def import_file(
    *, programme, kind, path, name, told, mapping=None, encoding="", accept_partial=False, dry_run=False, watch=None,
    after=None, but=None, by,
) -> Outcome:  # fmt: skip
    """Look through a file and import its rows. Fills `told` with what it says, whatever happens.

    Without a `mapping`, those of the programme's earlier lists are tried where its own columns do not do; `but`: of
    which list they are not. Raises Invalid when the file cannot be read whole.
    """
    before = PlanList.objects.filter(programme=programme, kind=kind, mapping__isnull=False)
    known = [one.mapping for one in before.exclude(pk=but).order_by("-uploaded_at")[:KNOWN]]
    reading = look_through(told, path, kind=kind, name=name, mapping=mapping, known=known, encoding=encoding or None)
    return import_rows(
        kind=kind, rows=reading, programme=programme, accept_partial=accept_partial, dry_run=dry_run, watch=watch,
        after=after, by=by,
    )  # fmt: skip


def _look(uploaded, path, told, *, dry_run, accept_partial, watch, after):
    """Import the file of a list; see core.actions.lists.Desk."""
    outcome = import_file(
        programme=uploaded.programme, kind=uploaded.kind, path=path, name=uploaded.name, told=told,
        mapping=uploaded.mapping, encoding=uploaded.encoding, accept_partial=accept_partial, dry_run=dry_run,
        watch=watch, after=after, but=uploaded.pk, by=uploaded.uploaded_by,
    )  # fmt: skip
    counts = {name: getattr(outcome, name) for name in ("read", "opened", "created", "unchanged")}
    told["counts"] = counts | {"refused": len(outcome.refused)}
    told["refused"] = [asdict(one) for one in outcome.refused[:SHOWN]]
    return outcome.stopped


DESK = Desk(model=PlanList, check_can=check_can_import_plans, jobs="improvement_plans", look=_look)
check_list = partial(lists.check_list, desk=DESK)
take_list = partial(lists.take_list, desk=DESK)
drop_old_lists = partial(lists.drop_old_lists, desk=DESK)
