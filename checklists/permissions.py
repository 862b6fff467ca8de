"""Who may write and read checklists. A published text is no secret: everybody signed in may read it."""

from django.utils.translation import gettext as _

from core import access, audit
from core.errors import Denied
from core.models import Programme
from core.roles import Right


def check_can_edit(user):
    """Checklist editors of any programme, and the program itself."""
    if isinstance(user, audit.System):
        return
    if not access.has_anywhere(user, Right.EDIT_CHECKLISTS, Programme):
        raise Denied(_("Only a checklist editor can change a checklist."))
