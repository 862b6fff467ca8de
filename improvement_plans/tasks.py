"""Jobs of improvement plans: they take ids and call one action. Each may run twice."""

from datetime import date, timedelta

from compliance.models import Report
from core.audit import System
from core.models import Programme, User
from core.queue import job, periodic
from improvement_plans import actions, queries
from improvement_plans.models import Member, PlanList


@job("improvement_plans.after_report")
def after_report(report_id):
    """A report was issued: its plan is opened or extended, and it speaks on earlier items."""
    reports = Report.objects.select_related("assessment__cycle__site__programme", "assessment__programme")
    actions.follow_report(report=reports.get(pk=report_id), by=System("plan-opener"))


@job("improvement_plans.seat_begins")
def seat_begins(member_id):
    """A seat given for later begins today."""
    member = Member.objects.select_related("user", "committee__site__programme").get(pk=member_id)
    actions.begin_seat(member=member, by=System("clock"))


@job("improvement_plans.climb_ladder")
def climb_ladder():
    """What slipped too often is told one step higher up."""
    actions.climb_ladder(by=System("clock"))


periodic("improvement_plans.climb_ladder", every=timedelta(days=1))


@job("improvement_plans.remind")
def remind():
    """Once a week, on the programme's own day and hour, each person hears how many things wait for her."""
    actions.remind_of_the_week(by=System("clock"))


periodic("improvement_plans.remind", every=timedelta(hours=1))


@job("improvement_plans.write_of_the_week")
def write_of_the_week(user_id, about):
    """One letter for all that waits: her answer, or what she is named in and that is late."""
    user = User.objects.get(pk=user_id)
    actions.write_letter(user=user, about=about, things=queries.this_week(user), by=System("letters"))


@job("improvement_plans.write_of_steps")
def write_of_steps(programme_id, on):
    """One letter each for all that climbed on a day."""
    programme = Programme.objects.get(pk=programme_id)
    actions.write_of_steps(programme=programme, on=date.fromisoformat(on), by=System("letters"))


@job("improvement_plans.check_list")
def check_list(list_id):
    """Look through a list that was sent in. Again says the same."""
    actions.check_list(uploaded=PlanList.objects.get(pk=list_id), by=System("import"))


@job("improvement_plans.take_list")
def take_list(list_id):
    """Import a list that was sent in. One that is taken is not taken again."""
    actions.take_list(uploaded=PlanList.objects.get(pk=list_id), by=System("import"))


@job("improvement_plans.drop_old_lists")
def drop_old_lists():
    """Destroy the files of lists nobody came back to."""
    actions.drop_old_lists(by=System("retention"))


periodic("improvement_plans.drop_old_lists", every=timedelta(days=1))
