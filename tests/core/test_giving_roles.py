"""Who gives which role: an administrator, or who holds every right of it herself. One rule for both doors: a person's
page, and an invitation.
"""

import re

import pytest

from core import access, actions
from core.actions.invitations import token_of
from core.errors import Denied, Invalid
from core.models import AuditRecord, Invitation, RoleAssignment
from core.roles import ROLES, Right


@pytest.fixture
def admin(world):
    return world.person("Admin", "administrator")


def address(world, user, verb=""):
    return f"/app/people/{world.programme.code}/{user.pk}/" + (f"{verb}/" if verb else "")


PROGRAMME_ROLES = sorted(key for key, role in ROLES.items() if role.anchor == "programme")


@pytest.mark.parametrize("role", PROGRAMME_ROLES)
def test_nobody_gives_or_ends_a_right_she_does_not_hold(world, admin, role):
    """Administrators keep roles in order; everybody else, only those she holds all of; who keeps no programme, none."""
    other = world.person("Other")
    for by in (world.sokha, world.vannak, world.dara, admin):
        held = access.rights_on(by, world.programme)
        may = Right.ADMINISTER in held or (Right.MANAGE_FACTORIES in held and ROLES[role].rights <= held)
        if may:
            actions.assign_role(user=other, programme=world.programme, role=role, by=by)
            actions.end_role(assignment=other.roles.filter(role=role).latest("since"), by=by)
            continue
        with pytest.raises(Denied):
            actions.assign_role(user=other, programme=world.programme, role=role, by=by)
        given = actions.assign_role(user=other, programme=world.programme, role=role, by=admin)
        with pytest.raises(Denied):
            actions.end_role(assignment=given, by=by)
        actions.end_role(assignment=given, by=admin)
    for by in (world.sokha, admin):
        with pytest.raises(Denied):
            actions.assign_role(user=by, programme=world.programme, role=role, by=by)


@pytest.mark.parametrize("by", ["sokha", "vannak", "dara", "admin"])
def test_an_invitation_brings_what_the_persons_page_would_give(client, world, admin, by):
    """Else a manager who may not make an assessor of Rith would invite him at a second address."""
    by = admin if by == "admin" else getattr(world, by)
    client.force_login(by)
    given = offered(client.get(address(world, world.rith)))
    form = client.get("/app/people/invite/")
    asked = offered(form) - {"account-only"}
    assert given == asked - {"assessor"}, "What Rith has already is not given again."
    assert bool(asked) == (form.status_code == 200) == (by in (world.sokha, admin))
    for role in PROGRAMME_ROLES:
        invitation = {"email": f"{role}@example.org", "programme": world.programme, "role": role, "by": by}
        if role in asked:
            assert actions.invite(**invitation)
            continue
        with pytest.raises(Denied):
            actions.invite(**invitation)
        answer = client.post("/app/people/invite/", {"email": "a@example.org", "role": role, "language": "en"})
        assert answer.status_code in (400, 404)
    assert set(Invitation.objects.values_list("role", flat=True)) == asked


def offered(page):
    """The roles a page offers to give."""
    fields = re.findall(r'<select name="role".*?</select>', page.content.decode(), re.S)
    return set(re.findall(r'<option value="([^"]+)"', "".join(fields)))


def test_nobody_invites_herself_to_a_role(world, admin):
    """Nor by her own address, in whatever capitals: the account would be hers."""
    admin.email = "admin@example.org"
    admin.save()
    with pytest.raises(Denied):
        actions.invite(email="Admin@Example.org", programme=world.programme, role="lead-assessor", by=admin)
    sent = actions.invite(email="later@example.org", programme=world.programme, role="lead-assessor", by=admin)
    admin.email = sent.email
    admin.save()
    with pytest.raises(Invalid):
        actions.accept_invitation(token=token_of(sent), by=admin)
    assert set(admin.roles.values_list("role", flat=True)) == {"administrator"}


def test_a_manager_gives_and_ends_a_role_on_the_persons_page(client, world):
    client.force_login(world.sokha)
    page = client.get(address(world, world.rith)).content.decode()
    assert "Assessor" in page and 'value="advisory-member"' in page
    assert 'value="lead-assessor"' not in page and 'value="administrator"' not in page
    assert client.post(address(world, world.rith, "give-role"), {"role": "advisory-member"}).status_code == 302
    assert access.has(world.rith, Right.READ_AGGREGATES, world.programme)
    record = AuditRecord.objects.filter(verb="role.assigned").latest("at")
    assert (record.actor_id, record.facts["role"]) == (world.sokha.pk, "advisory-member")
    assert client.post(address(world, world.rith, "end-role"), {"role": "advisory-member"}).status_code == 302
    assert not access.has(world.rith, Right.READ_AGGREGATES, world.programme)
    assert AuditRecord.objects.filter(verb="role.ended", actor_id=world.sokha.pk).count() == 1
    for verb, role in (("give-role", "lead-assessor"), ("end-role", "assessor"), ("end-role", "adviser")):
        assert client.post(address(world, world.rith, verb), {"role": role}).status_code in (403, 404)
    assert RoleAssignment.objects.filter(user=world.rith, until=None).values_list("role", flat=True).get() == "assessor"


def test_an_administrator_gives_what_she_does_not_hold_and_strangers_find_nothing(client, world, admin):
    client.force_login(admin)
    assert client.post(address(world, world.rith, "give-role"), {"role": "lead-assessor"}).status_code == 302
    assert access.has(world.rith, Right.LEAD_ASSESSMENTS, world.programme)
    for stranger in (world.vannak, world.layla, world.mony):
        client.force_login(stranger)
        given = client.post(address(world, world.rith, "give-role"), {"role": "advisory-member"})
        assert given.status_code == 404
