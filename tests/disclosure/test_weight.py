"""A page loads what it shows: never the manifest of a release, which names a file for every factory there is."""

import pytest
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
