"""The law behind the questions: which records ended and are still cited, and who looked one up."""

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from checklists import actions, queries
from checklists.forms import CheckLawForm
from checklists.models import LawRecord
from checklists.views.common import for_editors, page, refuse, say
from core.errors import Refusal

A_PAGE = 50


@for_editors
def law(request):
    rows = LawRecord.objects.select_related("checked_by")
    country = request.GET.get("country", "")
    if country:
        rows = rows.filter(country=country)
    countries = LawRecord.objects.order_by("country").values_list("country", flat=True).distinct()
    context = {
        "records": Paginator(rows, A_PAGE).get_page(request.GET.get("p")),
        "repealed": list(queries.repealed_but_cited(timezone.localdate())[:A_PAGE]),
        "countries": list(countries),
        "country": country,
    }
    return page(request, "law", _("Law"), context)


@for_editors
def record(request, record_id):
    found = get_object_or_404(LawRecord, pk=record_id)
    start = {"in_force_from": found.in_force_from, "in_force_to": found.in_force_to, "link": found.link}
    form = CheckLawForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            actions.check_law(law=found, by=request.user, **form.cleaned_data)
        except Refusal as error:
            refuse(request, error)
        else:
            say(request, _("Written down: you looked it up."))
            return redirect("checklist_editor:law-record", found.pk)
    context = {"record": found, "form": form, "citing": list(queries.questions_citing(found)[:A_PAGE])}

    return page(request, "law_record", str(found), context, (_("Law"), reverse("checklist_editor:law")))
