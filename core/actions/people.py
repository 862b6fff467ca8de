"""Writers of the ground floor: people, programmes, roles."""

import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from core import access, audit, retention
from core.actions.entrance import end_all_sessions
from core.days import SETTINGS
from core.errors import Denied, Invalid, WrongState
from core.models import MemberCode, Programme, ProgrammeSetting, RoleAssignment, User
from core.people import check_can_give_role, check_can_rule_over
from core.roles import ROLES, Right


def check_can_administer(by, programme):
    """Only an administrator of the programme, or the program itself, may do this."""
    if isinstance(by, audit.System):
        return
    access.check(by, Right.ADMINISTER, programme, "Only an administrator of the programme can do this.")


@transaction.atomic
def create_programme(*, code, name, country, time_zone, languages, weekend=(6, 7), by) -> Programme:
    """A new country programme. Only the program itself (setup) may. Records programme.created."""
    if not isinstance(by, audit.System):
        raise Denied("A programme is created with the setup command.")
    if not re.fullmatch("[A-Z]{2,8}", code):
        raise Invalid("The code of a programme is two to eight capital letters.")
    if Programme.objects.filter(code=code).exists():
        raise Invalid("There is a programme with this code already.")
    if not re.fullmatch("[A-Z]{2}", country):
        raise Invalid("Write the country as its two letters, such as KH.")
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid("This time zone is not known. Write it as Asia/Phnom_Penh.") from None
    if not languages or not all(re.fullmatch("[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", one) for one in languages):
        raise Invalid("Name the languages by their codes, such as km,en.")
    if not set(weekend) <= set(range(1, 8)):
        raise Invalid("The weekend is made of days from 1, Monday, to 7, Sunday.")
    programme = Programme.objects.create(
        code=code, name=name, country=country, time_zone=time_zone, languages=list(languages), weekend=list(weekend)
    )
    audit.record("programme.created", programme, by=by, programme=programme, code=code)
    return programme


@transaction.atomic
def create_user(*, username, name="", email="", language="en", password=None, by, programme=None) -> User:
    """A new person. An administrator of the programme, or setup. Records user.created (no name, no address)."""
    if not isinstance(by, audit.System):
        if programme is None:
            raise Denied("Name the programme whose administrator you are.")
        check_can_administer(by, programme)
    if User.objects.filter(username__iexact=username).exists():
        raise Invalid("Somebody already signs in with this name.")
    first, _, last = name.partition(" ")
    user = User(username=username, first_name=first, last_name=last, email=email, language=language)
    user.set_password(password)
    user.save()
    audit.record("user.created", user, by=by, programme=programme)
    return user


@transaction.atomic
def deactivate(*, user, programme, by) -> User:
    """A person signs in no more: open sessions, member code and open paper end with it. What she wrote stands.

    An administrator of the programme (check_can_rule_over). Records user.deactivated.
    """
    check_can_rule_over(by, user, programme)
    if not user.is_active:
        raise WrongState("This person is deactivated already.")
    user.is_active = False
    user.save(update_fields=["is_active"])
    MemberCode.objects.filter(user=user).update(pin="", paper_digest="", paper_until=None)
    end_all_sessions(user, by, programme)
    audit.record("user.deactivated", user, by=by, programme=programme)
    return user


@transaction.atomic
def assign_role(*, user, programme, role: str, until=None, by) -> RoleAssignment:
    """Give a person a role in a programme, from now (check_can_give_role). Records role.assigned. Again: unchanged.

    Given again with another `until`, the role she holds ends then; a right she also has through another role lasts
    as long as the longer of the two.
    """
    if role not in ROLES or ROLES[role].anchor != "programme":
        raise Invalid("This role is not held on a programme.")
    check_can_give_role(by, user, programme, role)
    now = timezone.now()
    if until is not None and until <= now:
        raise Invalid("The role would end before it begins.")
    assignment = _held(user, programme, now).filter(role=role).first()
    if assignment and assignment.until == until:
        return assignment
    assignment = assignment or RoleAssignment(user=user, programme=programme, role=role, since=now)
    assignment.until = until
    assignment.save()
    _rights_in_step(user, programme, ROLES[role].rights, now)
    audit.record("role.assigned", assignment, by=by, programme=programme, user=user.pk, role=role, until=until)
    return assignment


def _held(user, programme, now):
    """The roles a person holds in a programme at a moment."""
    return RoleAssignment.objects.filter(user=user, programme=programme).filter(Q(until=None) | Q(until__gt=now))


def _rights_in_step(user, programme, rights, now):
    """Make these grants what the roles held now say: none, or until the last role that brings the right ends."""
    ends = {}
    for role, until in _held(user, programme, now).values_list("role", "until"):
        for right in ROLES[role].rights:
            ends.setdefault(right, []).append(until)
    for right in rights:
        if right in ends:
            until = None if None in ends[right] else max(ends[right])
            access.grant(user=user, right=right, anchor=programme, until=until)
        else:
            access.revoke(user=user, right=right, anchor=programme)


@transaction.atomic
def end_role(*, assignment, by) -> RoleAssignment:
    """End a role now; rights held through another role stay. Who may give it. Records role.ended."""
    check_can_give_role(by, assignment.user, assignment.programme, assignment.role)
    now = timezone.now()
    if assignment.until is not None and assignment.until <= now:
        raise WrongState("This role has ended already.")
    assignment.until = now
    assignment.save(update_fields=["until"])
    _rights_in_step(assignment.user, assignment.programme, ROLES[assignment.role].rights, now)
    audit.record("role.ended", assignment, by=by, programme=assignment.programme, role=assignment.role)
    return assignment


@transaction.atomic
def set_programme_setting(*, programme, key, value, in_force_from, by) -> ProgrammeSetting:
    """Dated setting of a programme; a day's value is set once. Records setting.set. Same again: unchanged."""
    check_can_administer(by, programme)
    if key not in SETTINGS and key not in {f"keep-days.{one.key}" for one in retention.classes()}:
        raise Invalid("There is no such setting of a programme.")
    setting, created = ProgrammeSetting.objects.get_or_create(
        programme=programme, key=key, in_force_from=in_force_from, defaults={"value": value}
    )
    if not created:
        if setting.value != value:
            raise WrongState("This setting has a value from that day. Choose a later day for the new one.")
        return setting
    audit.record("setting.set", setting, by=by, programme=programme, key=key, in_force_from=in_force_from)
    return setting
