"""Who may publish: whoever holds the right on the programme, and the program itself."""

from core import access, audit
from core.models import Programme
from core.roles import Right

SENTENCE = "Only somebody who publishes for the programme can do this."


def check_can_publish(user, programme):
    """Set the rule of disclosure, see the next release, publish it."""
    if isinstance(user, audit.System):
        return
    access.check(user, Right.PUBLISH_DISCLOSURE, programme, SENTENCE)


def programmes_of(user):
    """The programmes this person publishes for, as a queryset."""
    return Programme.objects.filter(pk__in=access.anchors(user, Right.PUBLISH_DISCLOSURE, Programme))
