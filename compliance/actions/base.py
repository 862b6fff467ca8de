"""What several actions of compliance share: the table of states, and the lock on one assessment."""

from django.utils.translation import gettext as _

from compliance.models import (
    Assessment,
)
from compliance.states import step
from core.errors import WrongState


def move(assessment, verb):
    """Change the state by the table, or refuse with a sentence."""
    try:
        row = step(assessment.state, verb)
    except LookupError:
        words = _("This is not possible while the assessment is %(state)s.")
        raise WrongState(words % {"state": assessment.state.replace("_", " ")}) from None
    assessment.state = row.target
    return row


def locked(assessment):
    return Assessment.objects.select_for_update().get(pk=assessment.pk)
