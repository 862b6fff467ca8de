"""Rights on anchors: given, ended, withdrawn by time, and never more than the roles held now bring."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import access, actions
from core.errors import Denied, Invalid, WrongState
from core.models import AuditRecord, Programme, RoleAssignment
from core.roles import ROLES, Right
from tests.world import SETUP

# Later than the world was made, which is built by the real clock.
START = datetime(2040, 5, 4, 8, tzinfo=UTC)
ON_PROGRAMMES = sorted(key for key, role in ROLES.items() if role.anchor == "programme")


@pytest.fixture
def clock(monkeypatch):
    """Time that moves when told: clock(hours=3)."""
    now = [START]
    monkeypatch.setattr("django.utils.timezone.now", lambda: now[0])

    def forward(**by):
        now[0] += timedelta(**by)
        return now[0]

    return forward


def assign(user, programme, role, until=None):
    return actions.assign_role(user=user, programme=programme, role=role, until=until, by=SETUP)


class TestGrants:
    def test_a_grant_holds_on_its_anchor_only(self, world):
        access.grant(user=world.dara, right=Right.ASSESS, anchor=world.programme)
        assert access.has(world.dara, Right.ASSESS, world.programme)
        assert not access.has(world.dara, Right.ASSESS, world.other_programme)
        assert not access.has(world.dara, Right.PLAN_VISITS, world.programme)

    def test_a_grant_ends_by_itself(self, world, clock):
        access.grant(user=world.dara, right=Right.ASSESS, anchor=world.programme, until=START + timedelta(hours=2))
        clock(hours=1)
        assert access.has(world.dara, Right.ASSESS, world.programme)
        clock(hours=1)
        assert not access.has(world.dara, Right.ASSESS, world.programme)
        assert not access.anchors(world.dara, Right.ASSESS, Programme).exists()
        assert Right.ASSESS not in access.rights_on(world.dara, world.programme)
        assert world.dara.pk not in access.holders(Right.ASSESS, world.programme).values_list("user_id", flat=True)

    def test_granting_again_moves_the_end(self, world, clock):
        for hours in (1, 5):
            until = START + timedelta(hours=hours)
            access.grant(user=world.dara, right=Right.ASSESS, anchor=world.programme, until=until)
        clock(hours=3)
        assert access.has(world.dara, Right.ASSESS, world.programme)

    def test_revoked_is_gone_at_once(self, world):
        access.revoke(user=world.chanthou, right=Right.ASSESS, anchor=world.programme)
        assert not access.has(world.chanthou, Right.ASSESS, world.programme)

    @pytest.mark.parametrize("who", [None, AnonymousUser()])
    def test_a_stranger_holds_nothing(self, world, who):
        assert not access.has(who, Right.ASSESS, world.programme)
        assert not access.has_anywhere(who, Right.ASSESS, Programme)
        assert access.rights_on(who, world.programme) == set()

    def test_who_was_deactivated_holds_nothing_whatever_rows_are_left(self, world):
        world.chanthou.is_active = False
        world.chanthou.save()
        assert not access.has(world.chanthou, Right.ASSESS, world.programme)
        assert not access.has_anywhere(world.chanthou, Right.ASSESS, Programme)
        assert access.rights_on(world.chanthou, world.programme) == set()
        assert world.chanthou.pk not in access.holders(Right.ASSESS, world.programme).values_list("user_id", flat=True)

    def test_a_superuser_of_django_has_no_short_way(self, world):
        world.dara.is_superuser = True
        world.dara.save()
        assert not access.has(world.dara, Right.ADMINISTER, world.programme)

    def test_anchors_are_those_where_the_right_holds(self, world):
        assign(world.chanthou, world.other_programme, "assessor", until=None)
        found = Programme.objects.filter(pk__in=access.anchors(world.chanthou, Right.ASSESS, Programme))
        assert set(found) == {world.programme, world.other_programme}
        assert not access.has_anywhere(world.chanthou, Right.PLAN_VISITS, Programme)

    def test_a_model_without_a_grant_table_is_no_anchor(self, world):
        with pytest.raises(LookupError):
            access.has(world.dara, Right.ASSESS, world.dara)

    def test_check_says_the_sentence(self, world):
        with pytest.raises(Denied, match="Only an assessor"):
            access.check(world.dara, Right.ASSESS, world.programme, "Only an assessor does this.")

    def test_each_question_is_one_statement(self, world):
        for ask in (
            lambda: access.has(world.dara, Right.ADVISE, world.programme),
            lambda: access.rights_on(world.dara, world.programme),
            lambda: access.has_anywhere(world.dara, Right.ADVISE, Programme),
        ):
            with CaptureQueriesContext(connection) as asked:
                assert ask()
            assert len(asked) == 1


class TestRoles:
    @pytest.mark.parametrize("role", ON_PROGRAMMES)
    def test_a_role_brings_its_rights_and_no_other(self, world, role):
        user = world.person("Somebody", role)
        assert access.rights_on(user, world.programme) == set(ROLES[role].rights)

    @pytest.mark.parametrize("role", [*sorted(set(ROLES) - set(ON_PROGRAMMES)), "no-such-role"])
    def test_a_role_of_another_anchor_is_refused(self, world, role):
        with pytest.raises(Invalid):
            assign(world.dara, world.programme, role)

    def test_ending_one_of_two_roles_keeps_what_both_bring(self, world):
        user = world.person("Both", "assessor", "lead-assessor")
        actions.end_role(assignment=RoleAssignment.objects.get(user=user, role="lead-assessor"), by=SETUP)
        assert access.rights_on(user, world.programme) == set(ROLES["assessor"].rights)

    def test_a_role_with_an_end_does_not_shorten_another(self, world, clock):
        user = world.person("Both", "assessor")
        assign(user, world.programme, "lead-assessor", until=START + timedelta(days=1))
        clock(days=2)
        assert access.rights_on(user, world.programme) == set(ROLES["assessor"].rights)

    def test_the_rest_of_a_role_with_an_end_stays_when_another_is_ended(self, world, clock):
        user = world.person("Both", "assessor")
        assign(user, world.programme, "lead-assessor", until=START + timedelta(days=1))
        actions.end_role(assignment=RoleAssignment.objects.get(user=user, role="assessor"), by=SETUP)
        assert access.rights_on(user, world.programme) == set(ROLES["lead-assessor"].rights)
        clock(days=1)
        assert access.rights_on(user, world.programme) == set()

    def test_the_same_role_again_is_one_assignment_and_one_record(self, world):
        before = AuditRecord.objects.filter(verb="role.assigned").count()
        again = assign(world.chanthou, world.programme, "assessor")
        assert RoleAssignment.objects.filter(user=world.chanthou).get() == again
        assert AuditRecord.objects.filter(verb="role.assigned").count() == before

    def test_giving_a_running_role_an_end_is_recorded(self, world, clock):
        until = START + timedelta(days=1)
        assign(world.chanthou, world.programme, "assessor", until=until)
        record = AuditRecord.objects.filter(verb="role.assigned").latest("at", "id")
        assert record.facts["until"] == str(until)
        clock(days=1)
        assert not access.has(world.chanthou, Right.ASSESS, world.programme)

    def test_a_role_ends_once(self, world, clock):
        assignment = RoleAssignment.objects.get(user=world.chanthou)
        clock(hours=1)
        ended = actions.end_role(assignment=assignment, by=SETUP).until
        clock(hours=1)
        with pytest.raises(WrongState):
            actions.end_role(assignment=assignment, by=SETUP)
        assignment.refresh_from_db()
        assert assignment.until == ended

    def test_a_role_that_ends_before_it_begins_is_refused(self, world, clock):
        with pytest.raises(Invalid):
            assign(world.dara, world.programme, "assessor", until=START)

    @pytest.mark.parametrize("who", ["sokha", "layla"])
    def test_only_an_administrator_gives_and_ends_roles(self, world, who):
        by = getattr(world, who)
        with pytest.raises(Denied):
            actions.assign_role(user=by, programme=world.programme, role="administrator", by=by)
        with pytest.raises(Denied):
            actions.end_role(assignment=RoleAssignment.objects.get(user=world.dara), by=by)
        admin = world.person("Piseth", "administrator")
        actions.assign_role(user=by, programme=world.programme, role="adviser", by=admin)
        with pytest.raises(Denied):
            actions.assign_role(user=by, programme=world.other_programme, role="adviser", by=admin)


ROLE_NAMES = ["assessor", "lead-assessor", "adviser", "programme-manager"]
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("assign"), st.sampled_from(ROLE_NAMES), st.one_of(st.none(), st.integers(1, 9))),
        st.tuples(st.just("end"), st.sampled_from(ROLE_NAMES), st.none()),
        st.tuples(st.just("wait"), st.none(), st.integers(1, 6)),
    ),
    max_size=9,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_the_rights_are_always_those_of_the_roles_held_now(world, clock, steps):
    """Whatever the order of giving, ending and waiting: no right is lost or left behind."""
    held = {}
    now = clock()
    with transaction.atomic():
        user = world.person(f"Anybody {len(steps)}")
        for verb, role, hours in steps:
            if verb == "wait":
                now = clock(hours=hours)
            elif verb == "assign":
                until = None if hours is None else now + timedelta(hours=hours)
                assign(user, world.programme, role, until=until)
                held[role] = until
            elif role in held and (held[role] is None or held[role] > now):
                current = RoleAssignment.objects.filter(user=user, role=role).order_by("since", "id").last()
                actions.end_role(assignment=current, by=SETUP)
                del held[role]
            wanted = {right for key, end in held.items() if end is None or end > now for right in ROLES[key].rights}
            assert access.rights_on(user, world.programme) == wanted
        transaction.set_rollback(True)
