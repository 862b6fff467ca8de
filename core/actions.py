"""Writers of the ground floor: people, programmes, roles."""

from django.db import transaction
from django.utils import timezone

from core import access, audit
from core.errors import Denied, Invalid
from core.models import Programme, ProgrammeSetting, RoleAssignment, User
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
def assign_role(*, user, programme, role: str, until=None, by) -> RoleAssignment:
    """Give a person a role in a programme, from now. Records role.assigned. Same again: unchanged."""
    check_can_administer(by, programme)
    if role not in ROLES or ROLES[role].anchor != "programme":
        raise Invalid("This role is not held on a programme.")
    assignment, created = RoleAssignment.objects.get_or_create(
        user=user, programme=programme, role=role, until=None, defaults={"since": timezone.now()}
    )
    if until is not None:
        assignment.until = until
        assignment.save(update_fields=["until"])
    for right in ROLES[role].rights:
        access.grant(user=user, right=right, anchor=programme, until=until)
    if created:
        audit.record("role.assigned", assignment, by=by, programme=programme, user=user.pk, role=role)
    return assignment


@transaction.atomic
def end_role(*, assignment, by) -> RoleAssignment:
    """End a role now; rights held through another role stay. Records role.ended."""
    check_can_administer(by, assignment.programme)
    now = timezone.now()
    assignment.until = now
    assignment.save(update_fields=["until"])
    others = RoleAssignment.objects.filter(user=assignment.user, programme=assignment.programme, until=None)
    kept = {right for other in others for right in ROLES[other.role].rights}
    for right in ROLES[assignment.role].rights - kept:
        access.revoke(user=assignment.user, right=right, anchor=assignment.programme)
    audit.record("role.ended", assignment, by=by, programme=assignment.programme, role=assignment.role)
    return assignment


@transaction.atomic
def set_programme_setting(*, programme, key, value, in_force_from, by) -> ProgrammeSetting:
    """Dated setting of a programme; a day's value is set once. Records setting.set."""
    check_can_administer(by, programme)
    setting, _ = ProgrammeSetting.objects.update_or_create(
        programme=programme, key=key, in_force_from=in_force_from, defaults={"value": value}
    )
    audit.record("setting.set", setting, by=by, programme=programme, key=key, in_force_from=in_force_from)
    return setting
