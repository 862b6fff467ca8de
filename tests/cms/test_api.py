"""The public API: what its description promises it keeps, whatever is asked; nothing unpublished is ever in an answer."""

from datetime import date, timedelta
from urllib.parse import quote

import pytest
import schemathesis
from django.core.cache import cache
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test.utils import override_settings
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from disclosure import actions
from tests.cms.test_pages import text
from tests.conftest import cached_keys
from tests.disclosure.past import AS_OF, publish, regime, usual, visits

V1 = "/data/api/v1"
# What stands in reports and nowhere in a release: words of an extent, a visit before the rule, one not due yet.
SENTINELS = ("Bopha", "2022-05-03", "Unpublished Heron", "beside the line")


@pytest.fixture(autouse=True)
def nobody_counted():
    cache.clear()


@pytest.fixture
def released(world):
    regime(world)
    usual(world)
    visits(world, (date(2024, 1, 9), {}), (date(2025, 2, 3), {}), site=world.new_site("White Heron"))
    visits(world, (date(2026, 9, 30), {}), site=world.new_site("Unpublished Heron"))
    return publish(world)


# --- lists, a part at a time ---


@pytest.mark.parametrize("what", ["factories", "entries", "releases"])
def test_a_list_is_read_to_its_end_by_its_cursors(client, world, released, what):
    publish(world, AS_OF + timedelta(days=1))
    whole = client.get(f"{V1}/{what}").json()
    assert whole["next"] is None and whole["count"] == len(whole["items"]) >= 2
    parts, cursor = [], ""
    while cursor is not None:
        part = client.get(f"{V1}/{what}", {"limit": 1, "cursor": cursor}).json()
        assert part["count"] == whole["count"] and len(part["items"]) == 1
        parts += part["items"]
        cursor = part["next"]
    assert parts == whole["items"]


def test_nobody_gets_half_of_one_release_and_half_of_another(client, world, released):
    cursor = client.get(f"{V1}/entries?limit=1").json()["next"]
    assert client.get(f"{V1}/entries", {"limit": 2, "cursor": cursor}).status_code == 200
    assert client.get(f"{V1}/entries", {"cursor": cursor, "status": "violation_found"}).status_code == 410
    publish(world, AS_OF + timedelta(days=1))
    answer = client.get(f"{V1}/entries", {"limit": 2, "cursor": cursor})
    assert answer.status_code == 410 and "Begin again" in answer.json()["error"]["sentence"]
    cursor = client.get(f"{V1}/entries?limit=1").json()["next"]
    ask = actions.ask_to_withhold(slug="white-heron", reason="court-order", by=world.sokha)
    actions.agree_to_withhold(ask=ask, by=world.person("Thida", "programme-manager"))
    assert client.get(f"{V1}/entries", {"cursor": cursor}).status_code == 410


@pytest.mark.parametrize("cursor", ["x", "AAAA", "WzEsIDJd", "é", "bnVsbA", "WzFlOTk5LCAiIl0", "Wy0xLCAiIl0"])
def test_what_is_no_cursor_is_refused_with_a_sentence(client, released, cursor):
    answer = client.get(f"{V1}/factories", {"cursor": cursor})
    assert answer.status_code in (410, 422) and answer.json()["error"]["sentence"]


def test_coverage_says_who_is_here_and_why_the_others_are_not(client, released):
    (one,) = client.get(f"{V1}/coverage").json()["items"]
    assert (one["programme"], one["release"], one["in_programme"], one["disclosed"]) == ("KH", 1, 3, 2)
    assert sum(one["waiting"].values()) == 1


# --- manners ---


@pytest.mark.parametrize(
    "address", [f"{V1}/factories", f"{V1}/nothing", f"{V1}/factories/nobody", f"{V1}/entries?limit=x"]
)
def test_any_site_may_read_it_and_is_told_its_limits(client, released, address):
    first, second = client.get(address), client.get(address)
    for response in (first, second):
        assert response["Access-Control-Allow-Origin"] == "*" and response["RateLimit-Limit"] == "300"
        assert 0 < int(response["RateLimit-Reset"]) <= 60 and not response.cookies
    assert int(first["RateLimit-Remaining"]) - int(second["RateLimit-Remaining"]) == 1
    before = client.options(address, headers={"access-control-request-headers": "if-none-match"})
    assert before.status_code == 204 and "If-None-Match" in before["Access-Control-Allow-Headers"]
    assert "GET" in before["Access-Control-Allow-Methods"]


def test_who_asks_too_often_is_told_when_to_come_back_and_files_are_not_counted(client, released):
    with override_settings(PUBLIC_API_PER_MINUTE=2):
        assert [client.get(f"{V1}/coverage").status_code for _ in range(2)] == [200, 200]
        answer = client.get(f"{V1}/coverage")
        assert answer.status_code == 429 and 0 < int(answer["Retry-After"]) <= 60
        assert "Wait" in answer.json()["error"]["sentence"] and answer["RateLimit-Remaining"] == "0"
        assert client.get("/data/kh/1/data.csv").status_code == 200
        other = client.get(f"{V1}/coverage", REMOTE_ADDR="10.9.8.7")
        assert other.status_code == 200, "one who asks too often does not shut out another"
    assert "10.9.8.7" not in cached_keys(), "no address of a machine is kept"


@pytest.mark.parametrize(
    ("address", "status"), [(f"{V1}/nothing", 404), (f"{V1}/factories/a%00b", 400), (f"{V1}/factories?q=%00", 400)]
)
def test_every_error_is_json_with_a_sentence_in_the_readers_language(client, released, address, status):
    sentences = set()
    for language in ("en", "km", "ar"):
        answer = client.get(address, headers={"accept-language": language})
        assert answer.status_code == status and answer["Content-Type"] == "application/json"
        sentences.add(answer.json()["error"]["sentence"])
    assert len(sentences) == 3
    assert client.post(f"{V1}/factories").json()["error"]["sentence"] == "This address is only read."


def test_each_status_has_its_word_in_the_readers_language(client, released):
    words = [client.get(f"{V1}/statuses", headers={"accept-language": code}).json()["items"] for code in ("en", "ar")]
    assert [row["status"] for row in words[0]] == [row["status"] for row in words[1]]
    assert words[0][0]["word"] != words[1][0]["word"]


def test_robots_are_told_where_the_files_are(client, db):
    said = text(client.get("/robots.txt"))
    assert "Disallow: /data/api/" in said and "Disallow: /data/watch/" in said and "/data/," in said


# --- whatever is asked ---


@pytest.fixture
def description(db):
    """The API in this process, as a server would run it, inside the test's own transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    with override_settings(PUBLIC_API_PER_MINUTE=10**6, ALLOWED_HOSTS=["*"]):
        yield schemathesis.openapi.from_wsgi(f"{V1}/openapi.json", WSGIHandler())
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_no_question_the_description_allows_or_forbids_breaks_it(released, description):
    """Seeded and bounded; what is answered has the form the description gives, and says nothing unpublished."""
    checks = [content_type_conformance, response_schema_conformance, status_code_conformance]
    asked = []
    for operation in description.get_all_operations():
        operation = operation.ok()
        modes = [schemathesis.GenerationMode.POSITIVE]
        if list(operation.query):  # without one, nothing that is asked can be wrong
            modes.append(schemathesis.GenerationMode.NEGATIVE)
        for mode in modes:

            @settings(
                max_examples=25, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )  # fmt: skip
            @given(case=operation.as_strategy(generation_mode=mode))
            def ask(case):
                response = case.call()
                asked.append(response.status_code)
                assert response.status_code < 500
                if response.status_code == 200:
                    case.validate_response(response, checks=checks)
                    assert not any(word in response.text for word in SENTINELS)
                else:
                    assert response.json()["error"]["sentence"]

            ask()
    assert len(asked) > 100 and {200, 404} <= set(asked)


PLACES = ["/disclosure/?q=", "/disclosure/?country=", "/disclosure/?page=", f"{V1}/factories?q=", f"{V1}/entries?factory=",
          f"{V1}/factories?cursor=", "/data/?page=", "/data/watch/?factory="]  # fmt: skip


@settings(
    max_examples=60, deadline=None, database=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(
    place=st.sampled_from(PLACES),
    words=st.text(max_size=60) | st.sampled_from(["%", "_", "\\", "'", '"', "\x00", "K" * 5000]),
)
def test_whatever_is_typed_into_a_search_is_answered_and_tells_nothing_unpublished(client, released, place, words):
    with override_settings(PUBLIC_API_PER_MINUTE=10**6):
        response = client.get(place + quote(words.encode("utf-8", "surrogatepass")))
    assert response.status_code in (200, 400, 410, 422)
    said = text(response).replace(words, "")
    assert not any(word in said for word in SENTINELS)


@pytest.mark.parametrize(
    "address",
    [
        "/data/kh/99999999999999999999999/data.csv", "/data/manifests/kh-99999999999999999999999.json",
        "/data/kh/1/%00", "/data/%E0%A4%A/1/data.csv", "/disclosure/?page=99999999999999999999999", "/disclosure/?q=%00",
        "/data/?page=-1", "/data/feeds/country-%00.atom", "/data/feeds/country-kkkkkkkkkkkkkkkkkkkk.atom",
    ],
)  # fmt: skip
def test_no_address_breaks_a_page(client, released, address):
    assert client.get(address).status_code in (200, 400, 404)


def test_what_it_says_of_itself_is_valid(client, db):
    described = client.get(f"{V1}/openapi.json").json()
    for operations in described["paths"].values():
        assert set(operations) == {"get"}
        assert {"200", "429"} <= set(operations["get"]["responses"])
    assert "RateLimit-Limit" in described["info"]["description"]
