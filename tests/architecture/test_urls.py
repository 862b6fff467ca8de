"""Every address of ours names its door, every door belongs to an address, and each holds over HTTP."""

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from checklists import editor_urls
from config.reference import access as access_reference
from core import access
from core.middleware import is_foreign
from tests.conftest import ROOT


def patterns(resolver=None, prefix="", route=""):
    """Every (view name, route) below a resolver."""
    for pattern in (resolver or get_resolver()).url_patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from patterns(pattern, inner, here)
        elif isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}", here


OURS = sorted((name, route) for name, route in patterns() if not route.startswith("cms/"))


@pytest.mark.parametrize(("name", "route"), OURS)
def test_every_address_names_its_door(name, route):
    assert name in access.TABLE, f"{route} ({name}) is not in the access table"


def test_no_door_is_left_without_an_address():
    stale = set(access.TABLE) - {name for name, _ in OURS}
    assert stale == set()


def test_every_door_says_why():
    for name, door in access.TABLE.items():
        assert door.kind in ("public", "signed_in", "object", "device"), name
        assert len(door.why) > 10, name


def test_an_address_without_a_door_is_refused(client, monkeypatch):
    assert client.get("/robots.txt").status_code == 200
    monkeypatch.delitem(access.TABLE, "cms:robots")
    assert client.get("/robots.txt").status_code == 404


def test_wagtails_own_addresses_lie_under_cms_only():
    class Match:
        route = "cms/pages/<int:page_id>/edit/"

    assert is_foreign(Match)
    Match.route = "app/"
    assert not is_foreign(Match)


def test_our_addresses_in_the_editors_shell_name_their_check_and_stand_in_the_reference():
    """Wagtail asks who may enter its shell, and no more: what is ours there asks for itself."""
    found = {}
    for name, route, _methods, app, view in access_reference.addresses():
        if route.startswith("/cms/"):
            kind, why = access_reference._door(name, view)
            assert (kind, len(why) > 10) == ("shell", True), name
            found.setdefault(app, []).append(route)
    assert sorted(found) == ["checklists"]
    assert len(found["checklists"]) == len(editor_urls.urlpatterns)
    written = (ROOT / "docs" / "reference" / "access" / "checklists.md").read_text()
    missing = [route for route in found["checklists"] if f"`{route}`" not in written]
    assert missing == [], "make docs"


def test_strangers_are_asked_to_sign_in_everywhere_else(client):
    """Each closed address that needs no argument: a redirect to the sign-in page, never content."""
    for name, route in OURS:
        door = access.TABLE[name]
        if door.kind in ("signed_in", "object") and "<" not in route:
            answer = client.get("/" + route)
            if route.startswith("api/"):
                assert answer.status_code == 401, route
            else:
                assert answer.status_code == 302 and "/app/sign-in/" in answer["Location"], route
