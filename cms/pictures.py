"""Pictures as Wagtail's own screens show them: the small ones it draws, for editors. Originals are never served."""

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404
from django.views.decorators.http import require_safe

from core import access
from core.errors import NOTHING_HERE
from core.models import Programme
from core.roles import Right


@require_safe
def for_editors(request, name):
    """A picture drawn for an editor's screen. Readers have signed addresses (cms:picture)."""
    kept = f"images/{name}"
    if not access.has_anywhere(request.user, Right.EDIT_CONTENT, Programme) or not default_storage.exists(kept):
        raise Http404(NOTHING_HERE)
    return FileResponse(default_storage.open(kept), filename=name)
