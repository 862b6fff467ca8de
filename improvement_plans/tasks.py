"""Jobs of improvement plans: they take ids and call one action. Each may run twice."""

from compliance.models import Report
from core.audit import System
from core.queue import job
from improvement_plans import actions
from improvement_plans.models import Member


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
