"""The paper of a permit as evidence of a visit: the same bytes, once, for who is named on it; removed together."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from compliance import actions as compliance
from compliance.models import Evidence
from core import holders
from core.days import today
from core.errors import Denied, WrongState
from core.models import AuditRecord
from factories import actions
from tests.world import SETUP

EXITS = "emergency-exits-clear"
VISIT, DAY = date(2026, 3, 3), timedelta(days=1)
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def permit(world):
    day = today(world.programme)
    return actions.record_permit(
        site=world.site, kind="boiler", issued_on=day - timedelta(days=300), number="B-7", paper=PDF, by=world.mony
    )


def test_the_paper_of_a_permit_is_evidence_of_a_visit_once(world, permit):
    visit = world.planned()
    kept = compliance.take_permit(assessment=visit, permit=permit, by=world.chanthou)
    assert (kept.sha256, kept.stored, kept.media_type) == (permit.paper_sha256, permit.paper, "application/pdf")
    assert compliance.take_permit(assessment=visit, permit=permit, by=world.rith) == kept
    assert Evidence.objects.count() == 1
    for stranger in (world.mony, world.sokha, world.vannak):
        with pytest.raises(Denied):
            compliance.take_permit(assessment=visit, permit=permit, by=stranger)
    elsewhere = world.planned(site=world.new_site("Tin Kite"), on=date(2026, 4, 2))
    with pytest.raises(Denied, match="nothing here"):
        compliance.take_permit(assessment=elsewhere, permit=permit, by=world.chanthou)
    bare = actions.record_permit(site=world.site, kind="lift", issued_on=date(2026, 1, 1), by=SETUP)
    with pytest.raises(WrongState, match="no scan"):
        compliance.take_permit(assessment=visit, permit=bare, by=world.chanthou)
    # An answer names it as it names any evidence, and the reviewer opens it.
    world.send(visit, world.chanthou, ("emergency-exits-clear", f"photo:{kept.pk}", True))
    assert visit.evidence_links.get().evidence_id == kept.pk


def test_a_tablet_takes_it_over_its_own_door_and_nobody_else_does(world, permit, client):

    visit = world.planned()
    address = f"/api/v1/tablet/assessments/{visit.pk}/permits"

    def token(person):
        token = compliance.register_device(device_id=world.tablet(person).pk, name="Tablet", by=person)
        return {"HTTP_AUTHORIZATION": f"Bearer {token}"}

    mine = token(world.chanthou)
    (shown,) = client.get(address, **mine).json()["permits"]
    assert (shown["kind"], shown["paper"]) == ("boiler", True)
    taken = client.post(f"{address}/{permit.pk}/evidence", **mine)
    assert (taken.status_code, taken.json()["sha256"]) == (200, permit.paper_sha256)
    other = actions.record_permit(site=world.new_site("Tin Kite"), kind="fire", issued_on=date(2026, 1, 1), by=SETUP)
    assert client.post(f"{address}/{other.pk}/evidence", **mine).status_code == 404
    assert client.get(address).status_code == 401
    assert client.get(address, **token(world.omar)).status_code == 404


def desk(client, world, visit):
    client.force_login(world.vannak)
    return client.get(f"/app/assessments/{visit.number}/review/?question={EXITS}").content.decode()


def test_the_desk_says_which_permits_held_on_the_day_of_the_visit(world, client):
    """Judged by the day of the visit: one that ran out since was valid when it was seen."""
    visit = world.in_review({EXITS: "non_compliant"}, on=VISIT)
    held = {"fire": VISIT, "boiler": VISIT - DAY, "lift": None}
    for kind, until in held.items():
        actions.record_permit(
            site=world.site, kind=kind, issued_on=date(2025, 1, 1), expires_on=until, number=f"N-{kind}", by=SETUP
        )
    actions.record_permit(site=world.site, kind="environment", issued_on=VISIT + DAY, by=SETUP)
    actions.record_permit(site=world.new_site("Tin Kite"), kind="hours", issued_on=date(2025, 1, 1), by=SETUP)
    html = desk(client, world, visit)
    for kind, said, shape in (
        ("Fire safety", "Valid on the day of the visit", "tick"),
        ("Boiler and pressure vessels", "Expired before the visit", "care"),
        ("Lifts and hoists", "does not expire", "tick"),
        ("Environment", "Issued after the visit", "care"),
    ):
        row = html.partition(f"<b>{kind}</b>")[2].partition("</li>")[0]
        assert said in row and f"#{shape}" in row and "no scan" in row, kind
    assert "N-fire" in html and "Working-time exemption" not in html


def test_the_lead_lets_an_answer_rest_on_a_permit_and_takes_it_back(world, permit, client):
    visit = world.in_review({EXITS: "non_compliant"}, on=VISIT)
    address = f"/app/assessments/{visit.number}/review/permit/"
    assert "Check: no photo or document" in desk(client, world, visit)
    wish = {"question": EXITS, "permit": permit.pk, "rests": "yes"}
    for _ in range(2):
        assert client.post(address, wish).status_code == 302
    html = desk(client, world, visit)
    assert "Check: no photo or document" not in html and "No evidence for this answer" in html
    assert (kept := Evidence.objects.get()).stored == permit.paper and str(kept.pk) in html
    assert visit.evidence_links.get(linked=True).question_key == EXITS
    record = AuditRecord.objects.filter(verb="answer.permit-linked").latest("at")
    assert record.facts == {"question": EXITS, "permit": str(permit.pk), "rests": True}
    client.post(address, wish | {"rests": "no"})
    assert "Check: no photo or document" in desk(client, world, visit)
    assert not visit.evidence_links.filter(linked=True).exists()


def test_only_the_lead_of_this_programme_and_only_this_factorys_permits_while_in_review(world, permit, client):
    visit = world.in_review({EXITS: "non_compliant"}, on=VISIT)
    address, wish = f"/app/assessments/{visit.number}/review/permit/", {"question": EXITS, "permit": permit.pk}
    for stranger in (world.chanthou, world.sokha, world.mony, world.layla):
        client.force_login(stranger)
        assert client.post(address, wish | {"rests": "yes"}).status_code == 404
    client.force_login(world.vannak)
    other = actions.record_permit(
        site=world.new_site("Tin Kite"), kind="fire", issued_on=date(2026, 1, 1), paper=PDF, by=SETUP
    )
    assert client.post(address, wish | {"permit": other.pk, "rests": "yes"}).status_code == 404
    assert client.post(address, wish | {"permit": "x", "rests": "yes"}).status_code == 404
    assert client.post(address, wish | {"question": "no-such", "rests": "yes"}).status_code == 400
    compliance.issue_report(assessment=visit, by=world.vannak)
    assert client.post(address, wish | {"rests": "yes"}).status_code == 409
    assert "Take as evidence" not in desk(client, world, visit)
    assert not Evidence.objects.exists()


def test_the_desk_asks_the_same_for_two_permits_and_for_twelve(world, client):
    visit = world.in_review({EXITS: "non_compliant"}, on=VISIT)
    asked = []
    for count in (2, 10):
        for _ in range(count):
            actions.record_permit(site=world.site, kind="fire", issued_on=date(2026, 1, 1), paper=PDF, by=SETUP)
        desk(client, world, visit)
        with CaptureQueriesContext(connection) as said:
            desk(client, world, visit)
        asked.append(len(said))
    assert asked[0] == asked[1]


def test_a_removed_paper_is_gone_from_the_permit_too_and_its_digest_stays(world, permit):
    visit = world.planned()
    kept = compliance.take_permit(assessment=visit, permit=permit, by=world.chanthou)
    assert holders.is_held(kept.stored)
    holders.remove_everywhere(row=kept, reason="worker-named", asked_by=world.sokha, agreed_by=world.vannak)
    permit.refresh_from_db()
    assert (permit.paper, len(permit.paper_sha256)) == ("", 64)
    assert permit.redacted_at
    assert not holders.is_held(kept.stored)
