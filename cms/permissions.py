"""Who works at the helpdesk: advisers and content editors of the programme. An editor who did not answer publishes."""

from core import access
from core.errors import Denied
from core.models import Programme
from core.roles import Right

ANSWERERS = (Right.ADVISE, Right.EDIT_CONTENT)


def programmes_of(user):
    """The programmes at whose helpdesk this person answers, as a queryset."""
    return Programme.objects.filter(pk__in=access.anchors_any(user, ANSWERERS, Programme))


def check_can_answer(user, programme):
    """Read what was asked, answer it, set it aside."""
    if not programmes_of(user).filter(pk=programme.pk).exists():
        raise Denied("Only advisers and content editors of the programme answer what is asked.")


def check_can_publish_answer(user, answer):
    """Publish a question and its answer: a content editor of the programme who did not answer it herself."""
    access.check(
        user, Right.EDIT_CONTENT, answer.enquiry.programme, "Only a content editor of the programme can publish this."
    )
    if answer.answered_by_id == user.pk:
        raise Denied("Another person than the one who answered publishes it.")


def can_publish_answer(user, answer) -> bool:
    try:
        check_can_publish_answer(user, answer)
    except Denied:
        return False
    return True
