"""The menu stands on every signed-in page: it reads what a person may do once, whatever she may do and how much."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import access
from core.home import places_for
from core.models import Programme
from core.roles import Right

PAGE = "/app/looks/"  # shows no data of its own


def asked(work):
    with CaptureQueriesContext(connection) as spent:
        work()
    return [row["sql"] for row in spent]


@pytest.mark.parametrize("name", ["sokha", "vannak", "chanthou", "dara", "mony"])
def test_the_menu_asks_once_and_for_a_factory_its_name(world, name):
    person = getattr(world, name)
    for _ in range(2):
        assert len(asked(lambda: places_for(person))) == (2 if name == "mony" else 1)
        world.report(site=world.new_site(f"Mill {_}"))


def test_a_signed_in_page_reads_the_rights_once(client, world):
    client.force_login(world.sokha)
    client.get(PAGE)
    spent = asked(lambda: client.get(PAGE))
    assert sum("programmegrant" in sql for sql in spent) == 1
    # session, person, rights; and nothing else for who administers nothing
    assert len(spent) <= 4, spent


def test_what_is_held_is_what_may_be_done(world):
    assert access.held(world.sokha).any(Right.PLAN_VISITS)
    assert not access.held(world.sokha).any(Right.ADMINISTER, Right.ASSESS)
    assert not access.held(world.person("Nobody")).rights
    world.sokha.is_active = False
    assert not access.held(world.sokha).rights


def test_a_right_that_ran_out_leaves_the_menu(world):
    rows = access._grants(Programme).objects.filter(user=world.vannak)
    assert "Assessments" in [place.title for place in places_for(world.vannak)]
    rows.update(until="2020-01-01T00:00:00Z")
    assert places_for(world.vannak) == []
    assert not access.held(world.vannak).rights


def test_every_place_of_the_menu_opens(client, world):
    """A place is shown by rights alone, so the page behind it must answer, also with nothing on it yet."""
    world.mony  # noqa: B018  (she is made when first asked for)
    admin = world.person("Dalin", "administrator")
    people = [world.sokha, world.vannak, world.chanthou, world.dara, world.mony, world.layla, admin]
    for role in ("checklist-editor", "translator", "content-editor", "analyst", "government-officer"):
        people.append(world.person(role.title().replace("-", ""), role))
    for person in people:
        client.force_login(person)
        for place in places_for(person):
            assert client.get(place.url).status_code == 200, (person.name, place.url)
