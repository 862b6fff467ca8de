"""The only writers of the public side: who is an editor. Pages are written through Wagtail's own actions."""

from django.contrib.auth.models import Group
from django.db import transaction

from core import access, audit
from core.models import Programme
from core.roles import Right

EDITORS = "Content editors"


@transaction.atomic
def keep_editor(*, user, by=None) -> bool:
    """Bring a person's place in the editors' group in step with the right to edit content she holds now.

    The group is how Wagtail knows her; the truth is her role. Called when a grant changes and when she signs in.
    Records editor.joined or editor.left. Returns whether she is an editor.
    """
    by = by or audit.System("cms")
    group = Group.objects.get_or_create(name=EDITORS)[0]
    now = access.has_anywhere(user, Right.EDIT_CONTENT, Programme)
    was = user.groups.filter(pk=group.pk).exists()
    if now and not was:
        user.groups.add(group)
        audit.record("editor.joined", user, by=by)
    elif was and not now:
        user.groups.remove(group)
        audit.record("editor.left", user, by=by)
    return now
