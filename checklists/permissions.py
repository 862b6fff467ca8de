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


def check_can_translate(user):
    """Translators and checklist editors of any programme, and the program itself."""
    if isinstance(user, audit.System):
        return
    if not access.has_anywhere(user, Right.TRANSLATE_CHECKLISTS, Programme):
        raise Denied(_("Only a translator or a checklist editor can translate a checklist."))


def programmes_of_editor(user):
    """Programmes whose checklists this person may write."""
    return Programme.objects.filter(pk__in=access.anchors(user, Right.EDIT_CHECKLISTS, Programme)).order_by("name")


def check_can_keep_mapping(user, programme):
    """A checklist editor of the programme; for everybody the program itself."""
    if isinstance(user, audit.System):
        return
    if programme is None or not programmes_of_editor(user).filter(pk=programme.pk).exists():
        raise Denied(_("Only a checklist editor of this programme can keep a mapping for it."))


def check_can_check_law(user, country):
    """A checklist editor of a programme of that country; for international instruments, of any. Never the program.

    That a law was checked is a person's word.
    """
    if isinstance(user, audit.System):
        raise Denied(_("That a law was checked is a person's word."))
    programmes = programmes_of_editor(user)
    if country not in ("", "INT"):
        programmes = programmes.filter(country=country)
    if not programmes.exists():
        raise Denied(_("Only a checklist editor of a programme of this country can say that its law was checked."))


def can_translate(user) -> bool:
    """For menus: is the editors' shell this person's place for checklists?"""
    try:
        check_can_translate(user)
    except Denied:
        return False
    return True
