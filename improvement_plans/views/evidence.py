"""Screens of a fix's evidence: add a photo, look at one, links for those without an account, and their one page."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from core.entrance.adapter import WAIT
from core.entrance.gate import may_ask_again
from core.errors import Invalid, NotNow, WrongState
from core.middleware import status_of
from core.serving import stored_file
from improvement_plans import actions, forms, queries
from improvement_plans.models import TaskLink
from improvement_plans.permissions import check_can_add_evidence, items_visible_to
from improvement_plans.views.pages import found, show


@require_GET
def evidence_file(request, evidence_id):
    """A photo or document, served so that a browser does nothing else with it."""
    kept = found(queries.evidence_file(request.user, evidence_id))
    return stored_file(kept.stored, kept.media_type, kept.pk)


def _item_of(request, item_id):
    """The item, and what the person is to its plan, for who may add evidence."""
    item = found(
        items_visible_to(request.user)
        .select_related("plan__site__programme", "plan__committee", "finding__question__version")
        .filter(pk=item_id)
        .first()
    )
    return item, check_can_add_evidence(request.user, item.plan)


def _page(request, item, who, form, status=200):
    links = queries.links_of(item)
    for one in links:
        mine = one.works and one.made_by_id == request.user.pk
        one.address = request.build_absolute_uri(_address(actions.token_of(one))) if mine else ""
    count = item.evidence.count()
    context = {"item": item, "form": form, "links": links, "lasts": actions.evidence.LASTS, "count": count}
    return show(request, "improvement_plans/add_evidence.html", context, phone=who.seat is not None, status=status)


def _address(token):
    return reverse("improvement_plans:send", args=[token])


def add_evidence(request, item_id):
    """Add a photo or document of an item; links for those without an account."""
    item, who = _item_of(request, item_id)
    form = forms.EvidenceForm(request.POST or None, request.FILES or None)
    if request.method != "POST":
        return _page(request, item, who, form)
    if form.is_valid():
        try:
            actions.add_evidence(item=item, by=request.user, **form.sent())
        except (Invalid, NotNow, WrongState) as error:
            form.add_error(None, error.sentence)
            return _page(request, item, who, form, status=status_of(error))
        messages.success(request, _("It is kept. Only the committee, the factory and the programme see it."))
        return redirect(reverse("improvement_plans:item", args=[item_id]) + "#evidence")
    return _page(request, item, who, form, status=400)


@require_POST
def mark_no_person(request, evidence_id):
    """Say that a photo shows no person, or that it does after all."""
    kept = found(queries.evidence_file(request.user, evidence_id))
    shows_no_person = request.POST.get("shows_no_person") == "yes"
    actions.mark_no_person(evidence=kept, shows_no_person=shows_no_person, by=request.user)
    said = (
        _("Whoever reads the plan may see it.") if shows_no_person else _("It is for committee, factory and programme.")
    )
    messages.success(request, said)
    return redirect(reverse("improvement_plans:item", args=[kept.item_id]) + "#evidence")


@require_POST
def make_link(request, item_id):
    """A link for somebody without an account."""
    item, _who = _item_of(request, item_id)
    days = request.POST.get("days", "")
    actions.make_link(item=item, days=int(days) if days.isdecimal() else 0, by=request.user)
    messages.success(request, _("The link is made. Send it to one person."))
    return redirect(reverse("improvement_plans:add-evidence", args=[item_id]) + "#links")


@require_POST
def revoke_link(request, link_id):
    """A link works no longer."""
    link = found(TaskLink.objects.filter(pk=link_id, item__in=items_visible_to(request.user)).first())
    actions.revoke_link(link=link, by=request.user)
    messages.success(request, _("The link works no longer."))
    return redirect(reverse("improvement_plans:add-evidence", args=[link.item_id]) + "#links")


@never_cache
def send(request, token):
    """What somebody without an account finds behind a link: a short title, and a form to send one file."""
    link = found(actions.open_link(token))
    language, title = queries.title_for(link)
    with translation.override(language):
        request.LANGUAGE_CODE = translation.get_language()
        form, status = forms.EvidenceForm(request.POST or None, request.FILES or None), 200
        if request.method == "POST":
            status = _receive(request, token, link, form)
            if status == 200:
                return redirect(_address(token) + "?kept=1")
        context = {"title": title, "form": form, "kept": "kept" in request.GET, "token": token}
        return render(request, "improvement_plans/send.html", context, status=status)


def _receive(request, token, link, form):
    """Take one file by a link; the status to answer with, the reason put into the form."""
    if not may_ask_again(request, "task-link", key=str(link.pk)):
        form.add_error(None, WAIT)
        return 429
    if not form.is_valid():
        return 400
    try:
        actions.send_evidence(token=token, **form.sent())
    except (Invalid, NotNow, WrongState) as error:
        form.add_error(None, error.sentence)
        return status_of(error)
    return 200
