"""Who belongs to a programme, and who may see to how they sign in. Reads only.

It refuses to look into cases, and to show anybody whom the asking person has no business with.
"""

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core import access
from core.audit import System
from core.errors import Denied
from core.models import Programme, User
from core.roles import ROLES, SECOND_STEP, Right

KEEPERS = (Right.MANAGE_FACTORIES, Right.ADMINISTER)
# Papers are printed by those who meet the workers, too.
PRINTERS = (*KEEPERS, Right.ADVISE)
FACTORY_SIDE = (Right.MANAGE_FACTORY, Right.SIT_MANAGEMENT_SIDE)
SEATS = frozenset({Right.SIT_WORKER_SIDE, Right.SIT_MANAGEMENT_SIDE})


def programmes_kept(user):
    """Programmes whose people this person may see to."""
    kept = Q()
    for right in KEEPERS:
        kept |= Q(pk__in=access.anchors(user, right, Programme))
    return Programme.objects.filter(kept).order_by("code")


def people_of(programme):
    """Everybody with a role, a seat, a member code or an accepted invitation in the programme, as a queryset."""
    found = (
        Q(pk__in=programme.role_assignments.values("user_id"))
        | Q(pk__in=programme.member_codes.values("user_id"))
        | Q(pk__in=programme.invitations.exclude(accepted_by=None).values("accepted_by_id"))
    )
    for user_ids in access.people_within(programme):
        found |= Q(pk__in=user_ids)
    return User.objects.filter(found)


def roles_in(programme, users):
    """{user_id: [(role, where)]} of what these people do in the programme now; `where` is a factory, or None."""
    found = {}
    now = timezone.now()
    held = programme.role_assignments.filter(Q(until=None) | Q(until__gt=now), user__in=users).order_by("since")
    for user_id, key in held.values_list("user_id", "role"):
        found.setdefault(user_id, []).append((ROLES[key], None))
    for user_id, right, anchor in access.grants_within(programme, users):
        for role in ROLES.values():
            if role.anchor == "site" and anchor != programme and right in role.rights:
                found.setdefault(user_id, []).append((role, anchor))
    return found


def roles_held(programme, user):
    """The roles a person holds in a programme now, the oldest first."""
    now = timezone.now()
    return programme.role_assignments.filter(Q(until=None) | Q(until__gt=now), user=user).order_by("since")


def check_can_keep(by, programme):
    """Keepers of a programme see its people; factory side never. Or the program itself."""
    if isinstance(by, System):
        return
    if not any(access.has(by, right, programme) for right in KEEPERS):
        raise Denied("Only people who keep the programme can do this.")


def check_can_print(by, programme):
    """Programme staff give codes and reset PINs; factory management never, whatever else it is."""
    if isinstance(by, System):
        return
    if not any(access.has(by, right, programme) for right in PRINTERS):
        raise Denied("Only the programme gives codes and resets PINs.")
    if access.holds_any(by, FACTORY_SIDE):
        raise Denied("Who is of a factory's management neither gives codes nor resets PINs.")


def check_can_give_code(by, user, programme):
    """Who may print (check_can_print), for a committee member of the programme.

    Refused for anybody who reads reports or works for the programme: they sign in with two steps.
    """
    check_can_print(by, programme)
    rights = {right for _user, right, _anchor in access.grants_within(programme, [user])}
    if not rights <= SEATS or access.holds_any(user, SECOND_STEP):
        raise Denied("This person signs in with a name and a password.")
    if not rights and not programme.member_codes.filter(user=user).exists():
        raise Denied("This person has no seat in a committee of the programme now.")


def check_can_give_role(by, user, programme, role):
    """An administrator gives and ends roles; another keeper only those all of whose rights she holds herself.

    The one rule of both doors: a person's page, and an invitation to somebody who has no account yet (`user` None) or
    to no role ("", for which it is enough to keep the programme).
    Nobody gives or ends her own: who keeps people's roles in order does not come to read reports by that.
    """
    check_can_keep(by, programme)
    if isinstance(by, System) or not role:
        return
    if user is not None and by.pk == user.pk:
        raise Denied(_("Another person gives you a role, or ends it."))
    held = access.rights_on(by, programme)
    if Right.ADMINISTER not in held and not ROLES[role].rights <= held:
        raise Denied(_("Only an administrator of the programme gives or ends this role."))


def roles_to_give(by, user, programme):
    """The roles a person may give to another, or, without one, to whom she invites (check_can_give_role)."""
    found = []
    for role in ROLES.values():
        if role.anchor == "programme":
            try:
                check_can_give_role(by, user, programme, role.key)
            except Denied:
                continue
            found.append(role)
    return found


def check_can_rule_over(by, user, programme):
    """An administrator, over a person of her programme who works in no other that she does not administer."""
    if isinstance(by, System):
        return
    access.check(by, Right.ADMINISTER, programme, "Only an administrator of the programme can do this.")
    if not people_of(programme).filter(pk=user.pk).exists():
        raise Denied("This person is not of the programme.")
    if by.pk == user.pk:
        raise Denied("Another administrator does this for you.")
    elsewhere = Programme.objects.filter(programmegrant__user=user).exclude(pk=programme.pk)
    if elsewhere.exclude(pk__in=access.anchors(by, Right.ADMINISTER, Programme)).exists():
        raise Denied("This person works in another programme too. Ask its administrator as well.")
