"""Background work as administrators see it: how much there is, what failed, and a button to try again.

Shows names of jobs and kinds of errors, never what a job was called with: that may be a key somebody could use.
"""

from django.contrib import messages
from django.db.models import Count
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from core import access, actions
from core.errors import NOTHING_HERE, Denied
from core.home import Line
from core.models import Job, Programme
from core.roles import Right

SHOWN = 100


def counts() -> dict:
    """{state: how many} for all four states. One query."""
    found = dict(Job.objects.values_list("state").annotate(n=Count("pk")).order_by())
    return {str(state): found.get(state, 0) for state in Job.State}


def failed_lines(user):
    """Today's line for administrators, when something failed."""
    if not access.has_anywhere(user, Right.ADMINISTER, Programme):
        return []
    dead = Job.objects.filter(state=Job.State.DEAD).count()
    if not dead:
        return []
    words = ngettext("%(n)s piece of background work failed", "%(n)s pieces of background work failed", dead)
    return [Line(words % {"n": dead}, reverse("core:jobs"), order=20)]


def _check(user):
    """To everybody else there is nothing here."""
    try:
        actions.check_can_see_jobs(user)
    except Denied:
        raise Http404(NOTHING_HERE) from None


@require_safe
def jobs(request):
    """Counts by state, and the dead: name, when, kind of error."""
    _check(request.user)
    dead = Job.objects.filter(state=Job.State.DEAD).defer("arguments").order_by("-finished_at")[:SHOWN]
    return render(request, "core/jobs.html", {"counts": counts(), "dead": dead})


@require_POST
def retry(request, job_id):
    """Try one again."""
    _check(request.user)
    actions.retry_job(job_id=job_id, by=request.user)
    messages.success(request, _("It is tried again now."))
    return redirect("core:jobs")
