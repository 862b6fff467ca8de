"""A page loads what it shows: never the manifest of a release, which names a file for every factory there is.

And it is light: what a browser fetches for it, pictures apart, is counted here in bytes and requests.
"""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.disclosure.past import publish, regime, usual


@pytest.mark.parametrize(
    "address",
    [
        "/", "/disclosure/", "/disclosure/issues/", "/disclosure/paper-heron-sewing/", "/data/",
        "/disclosure/paper-heron-sewing.json", "/data/api/v1/factories", "/data/api/v1/releases",
    ],
)  # fmt: skip
def test_no_page_reads_a_manifest(client, world, address):
    regime(world)
    usual(world)
    publish(world)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    assert not [query["sql"][:80] for query in asked if '"manifest"' in query["sql"]]


PAGES = [
    "/", "/disclosure/", "/disclosure/?q=papr+heron", "/disclosure/issues/", "/disclosure/issues/emergency-exits-clear/",
    "/disclosure/countries/", "/disclosure/countries/kh/", "/disclosure/sectors/apparel/", "/disclosure/method/",
    "/disclosure/paper-heron-sewing/", "/how-to-read/", "/data/",
]  # fmt: skip
BYTES, REQUESTS = 100_000, 8


def fetched(html):
    """Addresses a browser asks for to draw the page: sheets, scripts, the sprite once, pictures."""
    found = re.findall(r'<(?:link[^>]+rel="(?:stylesheet|icon)"[^>]*|script[^>]*|img[^>]*|use|image)[^>]*>', html)
    named = (re.search(r'(?:href|src)="(/[^"#]+)', tag) for tag in found)
    return {match[1] for match in named if match}


@pytest.mark.parametrize("language", ["en", "km", "ar"])
def test_every_kind_of_page_is_light_for_who_comes_for_the_first_time(client, world, language):
    """Uncompressed, so that no front is needed for it."""
    regime(world)
    usual(world)
    publish(world)
    for address in PAGES:
        answer = client.get(address, headers={"accept-language": language})
        addresses = fetched(answer.content.decode())
        pictures = {one for one in addresses if one.endswith("world.svg")}
        files = [Path(finders.find(one.removeprefix("/static/").split("?")[0])) for one in addresses - pictures]
        weight = len(answer.content) + sum(path.stat().st_size for path in files)
        assert weight < BYTES, (address, language, weight)
        assert 1 + len(addresses) <= REQUESTS, (address, addresses)
