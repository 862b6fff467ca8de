"""Where parts of a photo are covered: by pointer, or with numbers and without any script."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from compliance import actions, permissions, queries
from compliance.forms import CoverForm
from compliance.views.base import or_absent
from core.errors import Invalid, WrongState
from core.serving import stored_file


def _photo(request, evidence_id):
    found = or_absent(queries.evidence(request.user, evidence_id))
    or_absent(found.media_type == "image/jpeg" and permissions.can_see_original(request.user, found.assessment))
    return found


def cover(request, evidence_id):
    """A photo and the parts of it that are covered."""
    found = _photo(request, evidence_id)
    form, status = CoverForm(request.POST or None, boxes=queries.boxes_of(found)), 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                actions.cover_photo(evidence=found, boxes=form.boxes(), by=request.user)
            except (Invalid, WrongState) as error:
                form.add_error(None, error.sentence)
            else:
                messages.success(request, _("Saved. The photo is shown so from now on."))
                return redirect("compliance:cover", found.pk)
    return render(request, "compliance/cover.html", {"photo": found, "form": form}, status=status)


@require_GET
def original(request, evidence_id):
    """The photo without its covers. Every opening is written down."""
    found = actions.open_original(evidence=_photo(request, evidence_id), by=request.user)
    return stored_file(found.stored, found.media_type, f"{found.pk}-original")
