"""Groups by which an outside library knows people. The truth is the right somebody holds; the group follows it."""

from django.contrib.auth.models import Group
from django.db import transaction

from core import access, audit
from core.models import Programme


@transaction.atomic
def keep_in_group(*, user, name, right, by) -> bool:
    """Bring a person's place in a group in step with a right she holds in some programme now.

    Called when a grant changes and when she signs in. Records editor.joined or editor.left. Returns whether she is in.
    """
    group = Group.objects.get_or_create(name=name)[0]
    now = access.has_anywhere(user, right, Programme)
    was = user.groups.filter(pk=group.pk).exists()
    if now and not was:
        user.groups.add(group)
        audit.record("editor.joined", user, by=by)
    elif was and not now:
        user.groups.remove(group)
        audit.record("editor.left", user, by=by)
    return now
