"""Words about factories are removed by two people; who may not read them may not remove them either."""

from datetime import date

import pytest

from core.actions.removals import agree_to_remove, ask_to_remove
from core.days import today
from core.errors import Denied
from factories import actions
from factories.models import ConsentRequest, Permit, Suspicion
from tests.compliance.test_permits import PDF
from tests.core.test_removals import everywhere
from tests.world import SETUP

NAMED = "Sentinel Sok carried bundles there."


def remove(world, row, by=None):
    ask = ask_to_remove(kind=row._meta.label_lower, subject_id=row.pk, reason="worker-named", by=by or world.sokha)
    agree_to_remove(ask=ask, by=world.vannak)


def test_the_words_of_a_suspicion_go_and_the_suspicion_stays(client, world):
    row = actions.record_suspicion(giver=world.site, words=NAMED, seen_on=date(2026, 3, 2), by=world.rith)
    for stranger in (world.rith, world.mony, world.layla):
        with pytest.raises(Denied):
            remove(world, row, by=stranger)
    client.force_login(world.sokha)
    assert f"subject_id={row.pk}" in client.get("/app/factories/suspicions/").content.decode()
    remove(world, row)
    assert Suspicion.objects.get().words == "" and "entinel" not in everywhere(world)
    assert "Removed by law on" in client.get("/app/factories/suspicions/").content.decode()


def test_what_a_buyer_said_with_its_request_goes(client, world):
    buyer = actions.create_buyer(name="Harbour Outfitters", by=SETUP)
    iris = world.person("Iris")
    actions.add_buyer_member(buyer=buyer, user=iris, since=date(2026, 1, 1), by=SETUP)
    actions.record_relation(site=world.site, buyer=buyer, since=date(2026, 1, 1), by=SETUP)
    until = today(world.programme).replace(month=1, day=1, year=today(world.programme).year + 1)
    (asked,) = actions.request_consents(buyer=buyer, sites=[world.site], until=until, words=NAMED, by=iris)
    address = f"/app/factories/{world.site.number}/"
    client.force_login(world.mony)
    page = client.get(address).content.decode()
    assert NAMED in page and "factories.consentrequest" not in page
    client.force_login(world.sokha)
    assert f"factories.consentrequest&amp;subject_id={asked.pk}" in client.get(address).content.decode()
    remove(world, asked)
    assert ConsentRequest.objects.get().words == "" and "entinel" not in everywhere(world)
    assert "Removed by law on" in client.get(address).content.decode()


def test_the_paper_of_a_permit_goes_without_a_visit_that_took_it(client, world):
    permit = actions.record_permit(site=world.site, kind="fire", issued_on=date(2026, 1, 1), paper=PDF, by=world.mony)
    client.force_login(world.sokha)
    address = f"/app/factories/{world.site.number}/"
    assert f"factories.permit&amp;subject_id={permit.pk}" in client.get(f"{address}record/").content.decode()
    remove(world, permit)
    gone = Permit.objects.get()
    assert gone.paper == "" and gone.redacted_at and gone.paper_sha256 == permit.paper_sha256
    assert client.get(f"{address}permits/{permit.pk}/").status_code == 404
