"""Extracts for research: what an analyst takes, and what was taken."""

from django.shortcuts import render

from compliance import actions, queries
from compliance.forms import ExtractForm
from compliance.views.base import or_absent, page_of
from compliance.views.copies import as_file
from core.access import has_anywhere
from core.errors import Refusal
from core.models import Programme
from core.roles import Right


def extracts(request):
    """Take a table of findings; below it what was taken before. For managers of a programme what left it."""
    user = request.user
    programmes = queries.extract_programmes(user)
    takes = programmes.exists()
    or_absent(takes or has_anywhere(user, Right.PLAN_VISITS, Programme))
    form = ExtractForm(request.POST or None, programmes=programmes) if takes else None
    if form and form.is_valid():
        given = form.cleaned_data
        try:
            extract, data = actions.take_extract(by=user, **given)
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            name = f"openfloor-{extract.programme.code.lower()}-re-identifiable-{extract.until}.{extract.form}"
            return as_file(data, extract.form, name)
    shown = page_of(request, queries.extracts(user))
    for one in shown:
        one.purpose_words = queries.PURPOSES[one.purpose]
    context = {"form": form, "page": shown}
    return render(request, "compliance/extracts.html", context, status=400 if form and form.is_bound else 200)
