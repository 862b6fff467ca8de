"""The only door to guardian: who may do what on which anchor, now.

Anchors are few (programme, site, buyer, zero-tolerance case). Each anchor's app declares its grant table from
`GrantBase`; everything below an anchor derives its answer from it. A grant may carry `until`: guardian does not
expire rows, so every read here does.

It also holds the form of the access table: every URL of ours names its door (see `Door`), and one that names none
is refused by `core.middleware.Door` and fails a test.
"""

from dataclasses import dataclass

from django.contrib.auth.models import Permission
from django.db import models
from django.db.models import Q
from django.utils import timezone
from guardian.models import UserObjectPermissionBase

from core.errors import Denied
from core.roles import Right


class GrantBase(UserObjectPermissionBase):
    """A person's right on one anchor, now. Subclasses add `content_object`, a foreign key to the anchor."""

    until = models.DateTimeField(null=True, blank=True)

    class Meta(UserObjectPermissionBase.Meta):
        abstract = True


def _grants(model):
    """The grant table of an anchor model: the one whose `content_object` points at it."""
    for relation in model._meta.related_objects:
        table = relation.related_model
        if relation.field.name == "content_object" and issubclass(table, GrantBase):
            return table
    raise LookupError(f"{model.__name__} is not an anchor: it has no grant table.")


def current_grants(model, right):
    """Grants of a right on anchors of this kind that hold now, as a lazy queryset (user_id, content_object_id)."""
    rows = _grants(model).objects.filter(permission__codename=str(right))
    return rows.filter(Q(until=None) | Q(until__gt=timezone.now()))


def _current(model, user, right):
    return current_grants(model, right).filter(user_id=user.pk)


def grant(*, user, right, anchor, until=None):
    """Give a right now. Called by the actions that keep the dated truth, never alone."""
    table = _grants(type(anchor))
    permission = Permission.objects.get(
        codename=str(right),
        content_type__app_label=anchor._meta.app_label,
        content_type__model=anchor._meta.model_name,
    )
    table.objects.update_or_create(user=user, permission=permission, content_object=anchor, defaults={"until": until})


def revoke(*, user, right, anchor):
    """Take a right back now."""
    _grants(type(anchor)).objects.filter(user=user, permission__codename=str(right), content_object=anchor).delete()


def _is_here(user):
    """Signed in and not deactivated: nobody else holds any right, whatever rows are left."""
    return bool(user and user.is_authenticated and user.is_active)


def has(user, right, anchor) -> bool:
    """Does this person hold this right on this anchor now? One query."""
    if not _is_here(user):
        return False
    return _current(type(anchor), user, right).filter(content_object=anchor).exists()


def anchors(user, right, model):
    """Ids of the anchors on which the person holds the right now: a lazy queryset, to be used as a sub-query."""
    if not _is_here(user):
        return _grants(model).objects.none().values("content_object_id")
    return _current(model, user, right).values("content_object_id")


def anchors_any(user, rights, model):
    """The same for whichever of these rights: one sub-query, where one for each makes a long statement."""
    if not _is_here(user):
        return _grants(model).objects.none().values("content_object_id")
    rows = _grants(model).objects.filter(user_id=user.pk, permission__codename__in=[str(right) for right in rights])
    return rows.filter(Q(until=None) | Q(until__gt=timezone.now())).values("content_object_id")


def has_anywhere(user, right, model) -> bool:
    """Does this person hold this right on any anchor of this kind? For doors and menus, never for objects."""
    return anchors(user, right, model).exists()


def rights_on(user, anchor) -> set:
    """All rights of a person on one anchor now, as codenames. One query."""
    if not _is_here(user):
        return set()
    rows = _grants(type(anchor)).objects.filter(user_id=user.pk, content_object=anchor)
    rows = rows.filter(Q(until=None) | Q(until__gt=timezone.now()))
    return set(rows.values_list("permission__codename", flat=True))


def rights_by_anchor(user, rights, model) -> dict:
    """{anchor id: which of these rights the person holds there now, as codenames}. One query."""
    if not _is_here(user):
        return {}
    rows = _grants(model).objects.filter(user_id=user.pk, permission__codename__in=[str(right) for right in rights])
    rows = rows.filter(Q(until=None) | Q(until__gt=timezone.now()))
    found: dict = {}
    for anchor, right in rows.values_list("content_object_id", "permission__codename"):
        found.setdefault(anchor, set()).add(right)
    return found


def rights_among(users, anchor) -> dict:
    """{user id: rights on the anchor now, as codenames} for these people, in one query."""
    rows = _grants(type(anchor)).objects.filter(user__in=users, user__is_active=True, content_object=anchor)
    found = {user.pk: set() for user in users}
    for user_id, right in rows.filter(Q(until=None) | Q(until__gt=timezone.now())).values_list(
        "user_id", "permission__codename"
    ):
        found[user_id].add(right)
    return found


def holders(right, anchor):
    """Ids of the people who hold a right on an anchor now, as a lazy queryset."""
    rows = current_grants(type(anchor), right).filter(content_object=anchor, user__is_active=True)
    return rows.values("user_id")


def holds_any(user, rights) -> bool:
    """Does this person hold one of these rights now, on whatever anchor? One query over all grant tables."""
    if not _is_here(user):
        return False
    found = [
        table.objects.filter(user_id=user.pk, permission__codename__in=[str(right) for right in rights])
        .filter(Q(until=None) | Q(until__gt=timezone.now()))
        .values_list("user_id")
        for table in GrantBase.__subclasses__()
    ]
    return found[0].union(*found[1:]).exists()


class Held:
    """Everything a person may do now, read once: for menus and doors, which ask it many times. Never for objects.

    It does not grow old: whoever needs it longer than one request reads anew.
    """

    def __init__(self, rights=()):
        self.rights = frozenset(rights)

    def any(self, *rights) -> bool:
        """Is one of these rights held, on whatever anchor?"""
        return not self.rights.isdisjoint(str(right) for right in rights)


def held(user) -> Held:
    """The rights a person holds now on whatever anchor, in one query over all grant tables."""
    if not _is_here(user):
        return Held()
    found = [
        table.objects.filter(user_id=user.pk)
        .filter(Q(until=None) | Q(until__gt=timezone.now()))
        .values_list("permission__codename")
        for table in GrantBase.__subclasses__()
    ]
    return Held(right for (right,) in found[0].union(*found[1:]))


def held_in(request) -> Held:
    """The same for the person of a request, kept on it: one question however often it is asked."""
    if not hasattr(request, "held_now"):
        request.held_now = held(request.user)
    return request.held_now


def _grants_within(programme):
    """The grants that hold now in a programme and on what belongs to it, one queryset a grant table.

    Cases are left out: who reads one is nobody's business but the case's own people's.
    """
    for table in GrantBase.__subclasses__():
        path = _path_to_programme(table._meta.get_field("content_object").related_model, type(programme))
        if path is not None:
            rows = table.objects.filter(**{path: programme}).exclude(permission__codename=str(Right.READ_CASE))
            yield rows.filter(Q(until=None) | Q(until__gt=timezone.now()))


def people_within(programme):
    """Ids of the people who hold a right in a programme or on what belongs to it: a list of sub-queries."""
    return [rows.values("user_id") for rows in _grants_within(programme)]


def grants_within(programme, users):
    """What these people may do now in a programme and on what belongs to it: [(user_id, right, anchor)]."""
    return [
        (row.user_id, row.permission.codename, row.content_object)
        for rows in _grants_within(programme)
        for row in rows.filter(user__in=users).select_related("content_object", "permission")
    ]


def _path_to_programme(anchor, programme_model):
    if anchor is programme_model:
        return "content_object"
    names = [field.name for field in anchor._meta.fields if field.related_model is programme_model]
    return f"content_object__{names[0]}" if names else None


def check(user, right, anchor, sentence):
    """Raise Denied with the sentence unless the person holds the right on the anchor now."""
    if not has(user, right, anchor):
        raise Denied(sentence)


# --- the access table -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Door:
    """How one URL is guarded. kind: public, signed_in, object or device. `why` says it in words for the table."""

    kind: str
    why: str


def public(why):
    """Anybody may open it."""
    return Door("public", why)


def signed_in(why):
    """Anybody signed in; shows only what is the person's own."""
    return Door("signed_in", why)


def object_check(why):
    """Signed in, and the view asks a `check_can_*` or a `visible_to` of the object. `why` names it."""
    return Door("object", why)


def device(why):
    """A device-bound token, checked by the API; then a `check_can_*`."""
    return Door("device", why)


TABLE: dict = {}


def register_doors(doors):
    """Each app's urls.py (or api.py) names the door of each of its URLs here, once."""
    for name, door in doors.items():
        if TABLE.setdefault(name, door) != door:
            raise ValueError(f"{name} is in the access table twice.")
