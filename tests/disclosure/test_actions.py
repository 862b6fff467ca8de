"""Regimes and releases: who may, what is frozen, what a second release does, what a failure leaves."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from core.days import today
from core.errors import Denied, Invalid, WrongState
from core.models import AuditRecord
from disclosure import actions
from disclosure.models import Address, Entry, Regime, Release, ReleasedFactory
from factories import actions as factories
from tests.disclosure.past import AS_OF, RULE, publish, regime, usual, verified, visits
from tests.world import SETUP

EXITS, OVERTIME, AGE = "emergency-exits-clear", "overtime-premium-paid", "under-age-workers"


def entries(release, slug="paper-heron-sewing"):
    found = Entry.objects.filter(released_factory__release=release, released_factory__slug=slug)
    return {entry.question_key: entry for entry in found}


@pytest.fixture
def released(world):
    regime(world)
    usual(world)
    return publish(world)


# --- regimes ---


def test_only_who_publishes_for_the_programme_sets_the_rule_and_publishes(world):
    with pytest.raises(Denied):
        actions.set_regime(programme=world.programme, name="A", in_force_from=AS_OF, rule=RULE, by=world.chanthou)
    for person in (world.layla, world.sokha):
        with pytest.raises(Denied):
            actions.publish_release(programme=world.programme, as_of=AS_OF, by=person)
    assert actions.set_regime(programme=world.programme, name="A", in_force_from=AS_OF, rule=RULE, by=world.sokha)


def test_a_rule_may_end_and_begin_again_but_two_never_touch(world):
    first = regime(world, in_force_from=date(2013, 1, 1), until=date(2016, 12, 31))
    second = regime(world, in_force_from=date(2025, 1, 2))
    assert regime(world, in_force_from=date(2025, 1, 2)) == second
    ended = date(2016, 12, 31)
    for begin, end in [(ended, None), (date(2012, 1, 1), date(2013, 1, 1)), (date(2024, 1, 1), None), (AS_OF, None)]:
        with pytest.raises(Invalid):
            regime(world, in_force_from=begin, until=end)
    assert set(Regime.objects.all()) == {first, second}
    with pytest.raises(Invalid):
        regime(world, in_force_from=date(2019, 1, 1), until=date(2018, 1, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        Regime.objects.create(programme=world.programme, name="x", in_force_from=date(2030, 1, 1), rule=RULE)


def test_a_rule_that_was_applied_is_ended_not_changed(world, released):
    with pytest.raises(WrongState):
        regime(world, rule=RULE | {"from_visit": 3})
    with pytest.raises(WrongState):
        regime(world, until=AS_OF - timedelta(days=1))
    assert regime(world, until=AS_OF).until == AS_OF
    with pytest.raises(WrongState, match="No rule of disclosure"):
        publish(world, AS_OF + timedelta(days=1))


# --- what a release says ---


def test_a_release_says_what_is_due_and_how_old_it_is(world, released):
    shown = entries(released)
    exits = shown[EXITS]
    assert (exits.status, exits.since, exits.found_on) == ("violation_found", date(2025, 5, 14), date(2026, 7, 1))
    assert [cycle["visit"] for cycle in exits.cycles] == [2, 3, 4]
    assert exits.extent == {"n": 2, "of": 9, "noun": "exits"}
    assert (shown[OVERTIME].status, shown[OVERTIME].found_on) == ("no_violation_found", date(2026, 7, 1))
    # The newest visit could not determine it; that is one delay away, for everybody.
    assert (shown[AGE].status, shown[AGE].found_on) == ("no_violation_found", date(2025, 5, 14))
    assert [entry.position for entry in shown.values()] == [1, 2, 3]
    assert "overtime-voluntary-pay-slip" not in shown
    factory = released.factories.get()
    checklist = {"key": "small", "version": "1"}
    held = [(2, "2023-06-06"), (3, "2025-05-14"), (4, "2026-07-01")]
    assert (factory.slug, factory.number, factory.document["visits"]) == (
        "paper-heron-sewing",
        "KH-F-0001",
        {"public": 3, "before": 1, "last_on": "2026-07-01", "checklist": checklist | {"language": "en"}, "missing": []}
        | {"held": [{"visit": n, "on": on, "checklist": checklist, "reliability": []} for n, on in held]},
    )


def test_nothing_of_a_person_a_note_or_a_place_leaves(world, released):
    text = str(released.factories.get().document)
    for word in ("Chanthou", "Rith", "Vannak", "compliant", "National Road", "Bopha"):
        assert word not in text


def test_coverage_adds_up_and_says_why_the_others_are_not_here(world):
    regime(world)
    usual(world)
    world.new_site("Blue Heron Button")
    visits(world, (date(2026, 2, 2), {}), site=world.new_site("Grey Heron"))
    visits(world, (date(2024, 2, 2), {}), (date(2026, 9, 1), {}), site=world.new_site("White Heron"))
    assert publish(world).coverage == {
        "in_programme": 4,
        "assessed": 3,
        "disclosed": 1,
        "waiting": {"not_assessed": 1, "too_few_visits": 1, "within_delay": 1, "nothing_asked": 0},
        "not_active": {"suspended": 0, "closed": 0, "left": 0},
        "missing_cycle": 0,
        "low_compliance": 0,
    }


def test_a_zero_tolerance_question_waits_without_a_word(world):
    """Two factories, one with a child found and one without: until the shared delay is over their pages are alike."""
    regime(world)
    other = world.new_site("White Heron")
    for site, state in ((world.site, "compliant"), (other, "non_compliant")):
        visits(world, (date(2024, 2, 2), {}), (date(2026, 7, 1), {AGE: state}), site=site)
    first, second = (factory.document for factory in publish(world).factories.all())
    alike = ("visits", "entries", "later", "rule", "status")
    assert {name: first[name] for name in alike} == {name: second[name] for name in alike}
    assert [row["question_key"] for row in first["later"]] == [AGE]
    shown_from = date.fromisoformat(first["later"][0]["from_on"])
    assert shown_from == date(2026, 7, 1) + timedelta(days=21 + 120)


def test_a_fix_does_not_tell_of_a_report_that_is_not_due(world):
    """The plan opened the fix again because of the newest report; the public learns of both on the same day."""
    regime(world)
    found = {EXITS: "non_compliant"}
    _, second = visits(world, (date(2024, 2, 2), {}), (date(2025, 5, 14), found))
    verified(world, second, EXITS, date(2025, 9, 1))
    visits(world, (date(2026, 8, 20), found))
    before = entries(publish(world, date(2026, 10, 9)))[EXITS]
    assert (before.status, before.verified_on) == ("verified_fixed", date(2025, 9, 1))
    after = entries(publish(world, date(2026, 10, 10)))[EXITS]
    assert (after.status, after.since, after.verified_on) == ("found_again", date(2026, 8, 20), None)


# --- frozen, chained, repeated ---


def test_what_is_published_cannot_be_changed(released):
    for row in (released, released.factories.first(), Entry.objects.first(), Address.objects.first()):
        with pytest.raises(WrongState):
            row.save()
        with pytest.raises(WrongState):
            row.delete()
        with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
            type(row)._base_manager.filter(pk=row.pk)._raw_delete(using="default")


def test_the_same_day_again_is_the_release_that_exists(world, released):
    assert publish(world) == released
    assert Release.objects.count() == 1
    assert AuditRecord.objects.filter(verb="release.published").count() == 1


def test_a_second_release_follows_the_first_and_leaves_it_whole(world, released):
    before = (released.digest, list(released.factories.values_list("digest", flat=True)))
    factories.close_site(site=world.site, status="closed", by=SETUP)
    second = publish(world, AS_OF + timedelta(days=30))
    assert (second.number, second.previous, second.manifest["previous"]) == (2, released, released.digest)
    released.refresh_from_db()
    assert before == (released.digest, list(released.factories.values_list("digest", flat=True)))
    assert second.factories.get().status == "closed"
    with pytest.raises(WrongState):
        publish(world, AS_OF)


def test_the_same_day_with_more_known_is_a_new_release(world, released):
    visits(world, (date(2024, 1, 9), {}), (date(2025, 2, 3), {}), site=world.new_site("White Heron"))
    second = publish(world)
    assert (second.number, second.as_of, second.factories.count()) == (2, AS_OF, 2)


def test_a_factory_that_is_renamed_keeps_its_address(world, released):
    factories.rename_site(site=world.site, name="Lantern and Reed Shirts", on=AS_OF, by=SETUP)
    namesake = world.new_site("Paper Heron Sewing", address="Road 2")
    visits(world, (date(2024, 1, 9), {}), (date(2025, 2, 3), {}), site=namesake)
    second = publish(world, AS_OF + timedelta(days=1))
    assert dict(second.factories.values_list("slug", "name")) == {
        "paper-heron-sewing": "Lantern and Reed Shirts",
        "paper-heron-sewing-kh-f-0002": "Paper Heron Sewing",
    }


def test_a_day_to_come_is_refused(world, released):
    with pytest.raises(Invalid):
        publish(world, today(world.programme) + timedelta(days=1))


def test_a_failure_leaves_the_old_release_whole(world, released, monkeypatch):
    visits(world, (date(2024, 1, 9), {}), (date(2025, 2, 3), {}), site=world.new_site("White Heron"))
    monkeypatch.setattr(Entry.objects, "bulk_create", lambda *args, **kwargs: 1 / 0)
    counts = [model.objects.count() for model in (Release, ReleasedFactory, Entry, Address, AuditRecord)]
    with pytest.raises(ZeroDivisionError):
        publish(world, AS_OF + timedelta(days=1))
    assert counts == [model.objects.count() for model in (Release, ReleasedFactory, Entry, Address, AuditRecord)]
    assert Release.objects.get(next=None) == released


def test_programmes_do_not_mix(world, released):
    regime(world, programme=world.other_programme)
    other = publish(world, programme=world.other_programme)
    assert (other.number, other.previous, other.coverage["in_programme"]) == (1, None, 0)


def test_publishing_asks_as_few_questions_for_many_factories_as_for_two(world, django_assert_max_num_queries):
    regime(world)
    usual(world)
    usual(world, site=world.new_site("White Heron"))
    with django_assert_max_num_queries(47):
        publish(world)
    for n in range(6):
        visits(world, (date(2024, 1, 9), {}), (date(2025, 2, 3), {}), site=world.new_site(f"Heron {n}"))
    with django_assert_max_num_queries(47):
        publish(world)
