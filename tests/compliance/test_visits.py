"""Visits to advise, to train and to verify: one list with assessments, and what the factory may know of them."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from compliance import actions, permissions, queries
from compliance.models import Visit
from core.days import today
from core.errors import Denied, Invalid, WrongState

DAY = date(2026, 3, 2)


@pytest.fixture
def plan(world):
    def make(kind="advisory", on=DAY, people=None, by=None, site=None):
        return actions.plan_visit(
            site=site or world.site, kind=kind, people=people or [world.dara], planned_from=on,
            planned_until=on + timedelta(days=1), by=by or world.dara,
        )  # fmt: skip

    return make


def write_up(visit, by, **words):
    words = {"done": "We set up the committee.", "next_steps": "Elect.", "note": "sentinel-note"} | words
    return actions.write_up_visit(visit=visit, held_on=visit.planned_until, by=by, **words)


def test_the_factory_hears_of_advice_beforehand_and_of_a_verification_when_it_was_held(world, plan):
    advice, check = plan(), plan("verification")
    assert set(permissions.visits_visible_to(world.mony)) == {advice}
    assert set(permissions.visits_visible_to(world.sokha)) == {advice, check}
    assert queries.visit_of(world.mony, check.pk) is None
    write_up(check, world.dara)
    assert set(permissions.visits_visible_to(world.mony)) == {advice, check}


def test_the_note_stays_with_the_programme(world, plan, client):
    visit = plan()
    write_up(visit, world.dara)
    for person, reads in ((world.mony, False), (world.rith, True), (world.sokha, True)):
        client.force_login(person)
        page = client.get(f"/app/assessments/visits/{visit.pk}/").content.decode()
        assert "We set up the committee." in page and "Elect." in page
        assert ("sentinel-note" in page) == reads


@pytest.mark.parametrize(
    ("who", "may"),
    [("sokha", True), ("dara", True), ("rith", False), ("vannak", False), ("mony", False), ("layla", False)],
)
def test_who_plans_a_visit(world, plan, who, may):
    if may:
        assert plan(by=getattr(world, who)).planned_by == getattr(world, who)
    else:
        with pytest.raises(Denied):
            plan(by=getattr(world, who))


def test_who_went_writes_it_up_once(world, plan):
    visit = plan(people=[world.dara, world.rith])
    with pytest.raises(Denied):
        write_up(visit, world.chanthou)
    write_up(visit, world.rith)
    with pytest.raises(WrongState):
        write_up(visit, world.dara)
    with pytest.raises(WrongState):
        actions.call_off_visit(visit=visit, by=world.dara)


def test_a_day_to_come_cannot_be_written_up(world, plan):
    visit = plan(on=today(world.programme) + timedelta(days=3))
    with pytest.raises(Invalid, match="future"):
        write_up(visit, world.dara)
    assert actions.call_off_visit(visit=visit, by=world.dara).called_off_at
    with pytest.raises(WrongState):
        write_up(visit, world.dara)


def test_people_of_other_programmes_do_not_go(world, plan):
    for person in (world.omar, world.mony):
        with pytest.raises(Invalid):
            plan(people=[person])


def test_held_and_called_off_exclude_each_other_in_the_database(world, plan):
    visit = plan()
    with pytest.raises(IntegrityError), transaction.atomic():
        Visit.objects.filter(pk=visit.pk).update(
            held_on=DAY, called_off_at="2026-03-02T00:00Z", called_off_by=visit.planned_by
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Visit.objects.filter(pk=visit.pk).update(called_off_at="2026-03-02T00:00Z")


def test_a_factorys_history_tells_every_visit_and_to_the_factory_no_unannounced_one(world, plan):
    plan()
    world.in_review({"emergency-exits-clear": "compliant"}, on=date(2026, 2, 2))
    planned = world.planned(on=date(2026, 5, 4))
    seen = queries.visit_history(world.sokha, world.site)
    assert sorted(row.kind for row in seen) == ["advisory", "assessment", "assessment"]
    assert planned.number in {row.number for row in seen}
    told = queries.visit_history(world.mony, world.site)
    assert [(row.kind, row.held, row.number, bool(row.people)) for row in told] == [
        ("assessment", True, "", False), ("advisory", False, "", True),
    ]  # fmt: skip


def test_outsiders_find_nothing(world, plan, client):
    visit = plan()
    addresses = ["", "plan/", f"{visit.pk}/", f"of/{world.site.number}/"]
    for person, codes in {
        world.sokha: [200] * 4, world.rith: [200, 404, 200, 200], world.mony: [200, 404, 200, 200],
        world.layla: [200, 200, 404, 404], world.person("Zed", "analyst"): [404] * 4,
    }.items():  # fmt: skip
        client.force_login(person)
        assert [client.get(f"/app/assessments/visits/{one}").status_code for one in addresses] == codes, person


def test_an_adviser_plans_and_writes_up_on_the_screens(world, client):
    world.site  # noqa: B018
    client.force_login(world.dara)
    given = {"site": world.site.pk, "kind": "training", "people": [world.dara.pk], "planned_from": "2026-03-02",
             "planned_until": "2026-03-02"}  # fmt: skip
    answer = client.post("/app/assessments/visits/plan/", given, follow=True)
    assert "The visit is planned." in answer.content.decode()
    visit = Visit.objects.get()
    assert "Training" in client.get("/app/").content.decode()
    answer = client.post(
        f"/app/assessments/visits/{visit.pk}/", {"held_on": "2026-03-02", "done": "Fire drill."}, follow=True
    )
    assert "Fire drill." in answer.content.decode()
    assert f"/app/assessments/visits/{visit.pk}/" not in client.get("/app/").content.decode()


def test_lists_take_the_same_statements_for_two_and_for_twelve(world, plan):
    def asked():
        with CaptureQueriesContext(connection) as seen:
            list(queries.visits(world.sokha))
            queries.visit_history(world.sokha, world.site)
        return len(seen)

    for _ in range(2):
        plan()
    few = asked()
    for _ in range(10):
        plan()
    assert asked() == few
