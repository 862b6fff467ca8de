"""The desk: who sees it, what it says before publishing, and that the button publishes."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.home import places_for
from disclosure import queries
from disclosure.models import Release, ReleaseAsk
from tests.disclosure.past import AS_OF, publish, regime, usual, visits

PUBLISH = "/app/releases/kh/publish/"


@pytest.fixture
def ready(world):
    regime(world)
    usual(world)
    return world


def test_only_who_publishes_finds_the_place_and_the_screens(client, ready):
    assert "Releases" in {str(place.title) for place in places_for(ready.sokha)}
    assert "Releases" not in {str(place.title) for place in places_for(ready.chanthou)}
    for user, status in ((ready.sokha, 200), (ready.chanthou, 404), (ready.layla, 404)):
        client.force_login(user)
        assert client.get(PUBLISH).status_code == status
    client.force_login(ready.chanthou)
    assert client.get("/app/releases/").status_code == 404
    client.logout()
    assert client.get("/app/releases/").status_code == 302


def test_another_programme_is_as_if_it_did_not_exist(client, ready):
    client.force_login(ready.layla)
    html = client.get("/app/releases/").content.decode()
    publish(ready)
    assert client.get("/app/releases/").content.decode().count("KH-1") == html.count("KH-1") == 0
    assert client.post(PUBLISH, {"as_of": "2026-10-05"}).status_code == 404


def test_one_asks_another_looks_and_publishes(client, ready):
    thida = ready.person("Thida", "programme-manager")
    client.force_login(ready.sokha)
    html = client.get(PUBLISH, {"as_of": "2026-10-05"}).content.decode()
    assert "What becomes public as of 5 October 2026" in html
    response = client.post(PUBLISH, {"as_of": "2026-10-05"}, follow=True)
    assert "Another person agrees." in response.content.decode()
    address = f"/app/releases/asked/{ReleaseAsk.objects.get().pk}/"
    assert "Agree, publish it now" not in client.get(address).content.decode()
    assert client.post(address).status_code == 403
    assert not Release.objects.exists()
    client.force_login(ready.layla)
    assert client.get(address).status_code == client.post(address).status_code == 404
    client.force_login(thida)
    assert address in client.get("/app/releases/").content.decode()
    html = client.get(address).content.decode()
    assert "Agree, publish it now" in html and "New on the page" in html and "Emergency exits" in html
    response = client.post(address, follow=True)
    release = Release.objects.get()
    assert (release.as_of, release.published_by, release.ask.asked_by) == (AS_OF, thida, ready.sokha)
    assert "Release KH-1 is public." in response.content.decode()
    assert "1 of 1" in response.content.decode()
    assert client.get(address).status_code == 404, "what is published is asked no more"


@pytest.mark.parametrize("day", ["2199-01-01", "", "tomorrow"])
def test_a_day_that_cannot_be_is_refused_beside_its_field(client, ready, day):
    client.force_login(ready.sokha)
    response = client.post(PUBLISH, {"as_of": day})
    assert response.status_code == 200
    assert 'aria-invalid="true"' in response.content.decode()
    assert not Release.objects.exists()


def test_without_a_rule_nothing_can_be_published(client, world):
    client.force_login(world.sokha)
    html = client.get(PUBLISH).content.decode()
    assert "No rule of disclosure is in force" in html
    assert "Ask a second person" not in html


def test_the_preview_counts_what_the_release_then_does(ready):
    def seen(as_of):
        found = queries.preview(programme=ready.programme, as_of=as_of, user=ready.sokha)
        return {name: found[name] for name in ("new", "changed", "same", "gone", "opened", "ended")}

    nothing = {"new": 0, "changed": 0, "same": 0, "gone": 0, "opened": 0, "ended": 0}
    assert seen(AS_OF) == nothing | {"new": 1, "opened": 1}
    publish(ready)
    assert seen(AS_OF) == seen(AS_OF + timedelta(days=1)) == nothing | {"same": 1}
    visits(ready, (date(2024, 1, 9), {}), (date(2025, 2, 3), {}), site=ready.new_site("White Heron"))
    visits(ready, (date(2026, 8, 1), {}), site=ready.site)
    assert seen(AS_OF) == nothing | {"new": 1, "changed": 1, "ended": 1}


def test_the_list_asks_as_few_questions_for_many_releases(client, ready, django_assert_num_queries):
    client.force_login(ready.sokha)
    publish(ready)
    with CaptureQueriesContext(connection) as one:
        client.get("/app/releases/")
    for day in range(1, 5):
        publish(ready, AS_OF + timedelta(days=day))
    with django_assert_num_queries(len(one)):
        assert b"KH-5" in client.get("/app/releases/").content


def test_where_nothing_is_new_nobody_is_asked(client, ready):
    client.force_login(ready.sokha)
    assert "Ask a second person" in client.get(PUBLISH, {"as_of": "2026-10-05"}).content.decode()
    publish(ready)
    html = client.get(PUBLISH, {"as_of": "2026-10-05"}).content.decode()
    assert "There is nothing to publish" in html and "Ask a second person" not in html
