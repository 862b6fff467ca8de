"""Withholding at once: two people; from then on nothing of it is anywhere in public; no release changes."""

import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from core.errors import Denied, Invalid, WrongState
from core.home import lines_for
from core.models import AuditRecord
from disclosure import actions
from disclosure.models import WithholdingAgreement, WithholdingAsk
from tests.cms.test_pages import DATA, PAGES, text
from tests.disclosure.past import AS_OF, publish, regime, usual

EXITS = "emergency-exits-clear"
SLUG = "paper-heron-sewing"


@pytest.fixture
def released(world):
    regime(world)
    usual(world)
    return publish(world)


@pytest.fixture
def thida(world):
    return world.person("Thida", "programme-manager")


def withheld(world, by, **change):
    ask = actions.ask_to_withhold(**({"slug": SLUG, "reason": "person-at-risk", "by": world.sokha} | change))
    actions.agree_to_withhold(ask=ask, by=by)
    return ask


def everything(client):
    """All the public can read, in one text."""
    more = [f"/data/api/v1/entries?status={status}" for status in ("violation_found", "found_again", "withheld")]
    more.append(f"/data/api/v1/entries?issue={EXITS}")
    return {address: text(client.get(address)) for address in [*PAGES, *DATA, *more]}


def test_a_page_withheld_says_nothing_anywhere_from_that_moment(client, world, released, thida):
    before = everything(client)
    said = [entry["issue"] for entry in released.factories.get().document["entries"]]
    pages = [f"/disclosure/{SLUG}/", f"/disclosure/{SLUG}.csv", f"/disclosure/{SLUG}.json", "/data/openfloor-kh.csv"]
    pages += ["/data/openfloor-kh.json", f"/data/api/v1/factories/{SLUG}"]
    assert all(said[0] in before[page] for page in pages)
    withheld(world, thida)
    after = everything(client)
    for page in [*pages, "/data/api/v1/entries"]:
        for issue in said:
            assert issue not in after[page], page
        assert "2026-07-01" not in after[page] and "1 July 2026" not in after[page]
    for page in pages[1:]:
        assert "person-at-risk" in after[page], page
    assert "a person could be harmed" in after[pages[0]]
    assert (
        "a person could be harmed" in after["/disclosure/"] and "violation" not in after["/disclosure/"].split("<ul")[2]
    )
    assert after["/data/api/v1/entries?status=found_again"].count(SLUG) == 0
    assert after["/data/api/v1/entries"] == '{"count": 0, "next": null, "items": []}'


def test_one_issue_withheld_leaves_the_others_and_its_status_cannot_be_found_out(client, world, released, thida):
    entry = next(e for e in released.factories.get().document["entries"] if e["question_key"] == EXITS)
    withheld(world, thida, question_key=EXITS)
    after = everything(client)
    assert entry["status"] == "violation_found" and entry["since"]
    for page, words in after.items():
        if "entries?status=violation" in page or "entries?status=found" in page:
            assert EXITS not in words, page
    (shown,) = [e for e in json.loads(after[f"/disclosure/{SLUG}.json"])["entries"] if e["question_key"] == EXITS]
    assert not any(shown[name] for name in ("since", "found_on", "extent", "cycles", "reported_on"))
    (row,) = [line for line in after["/data/openfloor-kh.csv"].splitlines() if EXITS in line]
    assert ",withheld,,,,,," in row
    assert "person-at-risk" in after["/data/api/v1/entries?status=withheld"]
    assert "person-at-risk" in after[f"/disclosure/{SLUG}.csv"]
    assert "Withheld" in after[f"/disclosure/{SLUG}/"]
    assert "overtime" in after[f"/disclosure/{SLUG}.json"]


def test_an_old_answer_is_not_confirmed_and_the_release_stays_whole(client, world, released, thida, tmp_path):
    for address in DATA:
        etag = client.get(address)["ETag"]
        assert client.get(address, headers={"If-None-Match": etag}).status_code == 304
    etags = {address: client.get(address)["ETag"] for address in DATA}
    ask = withheld(world, thida)
    for address, etag in etags.items():
        response = client.get(address, headers={"If-None-Match": etag})
        assert response.status_code == 200 and "max-age=300" in response["Cache-Control"]
    call_command("verify_disclosures")
    publish(world, AS_OF + timedelta(days=1))
    assert "person-at-risk" in text(client.get(f"/disclosure/{SLUG}.json"))
    call_command("verify_disclosures")
    lift = actions.ask_to_lift(ask=ask, by=thida)
    assert "person-at-risk" in text(client.get(f"/disclosure/{SLUG}.json"))
    with pytest.raises(Denied):
        actions.agree_to_withhold(ask=lift, by=thida)
    actions.agree_to_withhold(ask=lift, by=world.sokha)
    assert EXITS in text(client.get(f"/disclosure/{SLUG}.json"))


def test_it_takes_two_different_people_who_publish(world, released, thida):
    with pytest.raises(Denied):
        actions.ask_to_withhold(slug=SLUG, reason="court-order", by=world.vannak)
    ask = actions.ask_to_withhold(slug=SLUG, reason="court-order", by=world.sokha)
    for who in (world.sokha, world.vannak, world.layla):
        with pytest.raises(Denied):
            actions.agree_to_withhold(ask=ask, by=who)
    with pytest.raises(IntegrityError), transaction.atomic():
        WithholdingAgreement.objects.create(ask=ask, on=AS_OF, asked_by=world.sokha, agreed_by=world.sokha)
    actions.agree_to_withhold(ask=ask, by=thida)
    with pytest.raises(WrongState):
        actions.agree_to_withhold(ask=ask, by=thida)
    verbs = set(AuditRecord.objects.values_list("verb", flat=True))
    assert {"withholding.asked", "withholding.agreed"} <= verbs


@pytest.mark.parametrize("change", [{"slug": "nowhere"}, {"question_key": "nothing"}, {"reason": "because"}])
def test_what_is_not_public_or_has_no_reason_is_refused(world, released, change):
    with pytest.raises(Invalid):
        actions.ask_to_withhold(**({"slug": SLUG, "reason": "court-order", "by": world.sokha} | change))


def test_the_screen_asks_and_another_person_agrees(client, world, released, thida):
    client.force_login(world.vannak)
    assert client.get("/app/releases/withhold/").status_code == 404
    client.force_login(world.sokha)
    client.post("/app/releases/withhold/", {"slug": SLUG, "reason": "court-order"})
    ask = WithholdingAsk.objects.get()
    agree = f"/app/releases/withhold/{ask.pk}/agree/"
    assert agree not in text(client.get("/app/releases/withhold/"))
    assert client.post(agree).status_code == 403
    said = "1 page waits to be withheld or shown"
    hears = {who: said in [line.text for line in lines_for(who)] for who in (world.sokha, thida, world.layla)}
    assert hears == {world.sokha: False, thida: True, world.layla: False}
    client.force_login(world.layla)
    assert client.post(agree).status_code == 404
    client.force_login(thida)
    page = text(client.get("/app/releases/withhold/"))
    assert agree in page and "A court ordered it" in page
    assert client.post(agree).status_code == 302
    assert f"{ask.pk}/lift/" in text(client.get("/app/releases/withhold/"))
