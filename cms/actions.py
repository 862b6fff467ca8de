"""The only writers of the public side: who is an editor. Pages are written through Wagtail's own actions."""

from core import audit
from core.actions import keep_in_group
from core.roles import Right

EDITORS = "Content editors"


def keep_editor(*, user, by=None) -> bool:
    """Bring a person's place in the editors' group in step with the right to edit content she holds now.

    The group is how Wagtail knows her. Records editor.joined or editor.left. Returns whether she is an editor.
    """
    return keep_in_group(user=user, name=EDITORS, right=Right.EDIT_CONTENT, by=by or audit.System("cms"))
