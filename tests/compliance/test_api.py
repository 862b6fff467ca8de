"""The tablet's door over HTTP: who gets in, what is refused, how a refusal reads."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from checklists.models import ChecklistVersion
from compliance import actions
from compliance.models import Device, Operation, Quarantined
from core.ids import new_id
from core.storage import sha256_of
from tests.compliance.test_actions import jpeg
from tests.world import PASSWORD

BASE = "/api/v1/tablet"


class Tablet:
    """A client that speaks as a registered tablet does: with its token, without a cookie."""

    def __init__(self, user):
        self.browser, self.id = Client(enforce_csrf_checks=True), str(new_id())
        assert self.browser.login(username=user.username, password=PASSWORD)
        csrf = self.browser.get(f"{BASE}/session").json()["csrf"]
        answer = self.browser.post(
            f"{BASE}/devices", {"device_id": self.id, "name": "Tablet"}, "application/json", HTTP_X_CSRFTOKEN=csrf
        )
        self.token = answer.json()["token"]
        self.client = Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {self.token}"})

    def get(self, path):
        return self.client.get(BASE + path)

    def post(self, path, body):
        return self.client.post(BASE + path, json.dumps(body), "application/json")

    def send(self, assessment, *operations, seen=0):
        body = {"device_id": self.id, "seen": seen, "operations": operations}
        return self.post(f"/assessments/{assessment.pk}/operations", body)

    def put_photo(self, assessment, data, photo=None, **headers):
        return self.client.put(
            f"{BASE}/assessments/{assessment.pk}/evidence/{photo or new_id()}", data, "image/jpeg",
            headers={"X-SHA256": sha256_of(data), "X-Kind": "photo"} | headers,
        )  # fmt: skip


def change(question="emergency-exits-clear", field="state", value="non_compliant", **more):
    return {
        "id": str(new_id()), "sequence": 1, "question": question, "field": field, "value": value, "base": [],
        "base_revision": 0, "at": "2026-03-02T09:00:00+07:00",
    } | more  # fmt: skip


@pytest.fixture
def planned(world):
    return world.planned()


def test_a_tablet_registers_takes_along_and_sends(world, planned):
    tablet = Tablet(world.chanthou)
    (item,) = tablet.get("/assessments").json()["assessments"]
    assert (item["number"], item["me_lead"], item["factory"]["name"]) == ("KH-2026-0001", True, "Paper Heron Sewing")
    blueprint = tablet.get(f"/versions/{item['version_id']}/blueprint")
    assert blueprint.json()["clusters"][2]["points"][0]["questions"][0]["key"] == "emergency-exits-clear"
    assert "immutable" in blueprint["Cache-Control"]
    answer = tablet.send(planned, change()).json()
    assert [receipt["outcome"] for receipt in answer["receipts"]] == ["accepted"]


def test_the_last_report_of_the_factory_goes_along(world):
    from datetime import date

    world.report({"emergency-exits-clear": "non_compliant"}, on=date(2025, 3, 1))
    planned = world.planned(on=date(2026, 3, 2))
    last = Tablet(world.rith).get(f"/assessments/{planned.pk}").json()["last"]
    assert last["emergency-exits-clear"]["state"] == "non_compliant"
    assert last["emergency-exits-clear"]["on"] == "2025-03-01"


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer wrong"}])
def test_without_a_token_every_address_asks_to_sign_in(world, planned, header):
    client = Client(headers=header)
    for path in ("/assessments", f"/assessments/{planned.pk}", f"/versions/{planned.version_id}/blueprint"):
        answer = client.get(BASE + path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "sign-in")
    assert client.post(f"{BASE}/assessments/{planned.pk}/operations", "{}", "application/json").status_code == 401


def test_registering_needs_a_session_and_its_form_token(world):
    stranger = Client(enforce_csrf_checks=True)
    body = {"device_id": str(new_id()), "name": "x"}
    assert stranger.post(f"{BASE}/devices", body, "application/json").status_code == 401
    stranger.login(username="rith", password=PASSWORD)
    assert stranger.post(f"{BASE}/devices", body, "application/json").status_code == 403
    assert not Device.objects.exists()


def test_a_revoked_or_disabled_person_is_asked_to_sign_in(world, planned):
    tablet = Tablet(world.rith)
    world.rith.is_active = False
    world.rith.save()
    assert tablet.get("/assessments").status_code == tablet.get(f"/assessments/{planned.pk}").status_code == 401
    assert tablet.get(f"/assessments/{planned.pk}/evidence").status_code == 401


def test_what_a_disabled_account_still_holds_is_kept_aside_and_nothing_is_told(world, planned):
    tablet = Tablet(world.rith)
    world.send(planned, world.chanthou, ("evacuation-drills", "state", "compliant"))
    world.rith.is_active = False
    world.rith.save()
    answer = tablet.send(planned, change(value="compliant"))
    assert answer.status_code == 200
    (receipt,) = answer.json()["receipts"]
    assert (receipt["outcome"], receipt["reason"]) == ("quarantined", "Your account was disabled before this arrived.")
    assert answer.json()["operations"] == []
    (kept,) = Quarantined.objects.all()
    assert (kept.reason, kept.body["value"]) == ("account-disabled", "compliant")
    assert Operation.objects.count() == 1
    tablet_row = Device.objects.get(pk=tablet.id)
    actions.revoke_device(device=tablet_row, by=world.rith)
    assert tablet.send(planned, change()).status_code == 401


def test_what_a_tablet_says_of_itself_is_kept_and_nonsense_is_not(world, planned):
    tablet = Tablet(world.chanthou)
    row = Device.objects.get(pk=tablet.id)
    assert (row.client_version, row.unsent, row.clock_ahead) == ("", None, None)
    ahead = (timezone.now() + timedelta(hours=2)).isoformat()
    tablet.client.get(f"{BASE}/assessments", headers={"X-Client": "0.1", "X-Unsent": "12", "X-Clock": ahead})
    row.refresh_from_db()
    assert (row.client_version, row.unsent) == ("0.1", 12)
    assert 7190 <= row.clock_ahead <= 7200
    for said in ({"X-Unsent": "-1", "X-Clock": "noon"}, {"X-Unsent": "9" * 30, "X-Clock": "2026-03-02T09:00:00"}, {}):
        assert tablet.client.get(f"{BASE}/assessments", headers=said).status_code == 200
    after = Device.objects.get(pk=tablet.id)
    assert (after.client_version, after.unsent, after.clock_ahead) == ("0.1", 12, row.clock_ahead)
    assert after.last_contact_at == row.last_contact_at, "at most once a minute, unless it says something else"


def test_an_assessment_of_another_programme_does_not_exist(world, planned):
    stranger = Tablet(world.omar)
    answers = [
        stranger.send(planned, change()),
        stranger.get(f"/assessments/{planned.pk}"),
        stranger.get(f"/assessments/{new_id()}"),
        stranger.put_photo(planned, jpeg()),
        stranger.post(f"/assessments/{planned.pk}/submit", {}),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert not Operation.objects.exists()
    assert not Quarantined.objects.exists()


def test_a_question_outside_the_version_is_told_in_a_sentence(world, planned):
    receipt = Tablet(world.rith).send(planned, change(question="made-up")).json()["receipts"][0]
    assert (receipt["outcome"], receipt["reason"]) == (
        "quarantined", "This question is not in the checklist of this assessment."
    )  # fmt: skip


def test_a_body_that_is_no_batch_says_where(world, planned):
    answer = Tablet(world.rith).send(planned, {"id": "nonsense"})
    assert answer.status_code == 422
    assert answer.json()["error"]["problems"]


def test_a_photo_travels_and_comes_back_only_to_who_is_named(world, planned):
    tablet, photo = Tablet(world.chanthou), new_id()
    assert tablet.put_photo(planned, jpeg(), photo).json()["state"] == "safe"
    assert tablet.put_photo(planned, jpeg(), photo).status_code == 200
    assert tablet.put_photo(planned, jpeg(50, 50), photo).status_code == 409
    shown = Tablet(world.rith).get(f"/evidence/{photo}")
    assert shown["Content-Disposition"].startswith("attachment")
    assert "sandbox" in shown["Content-Security-Policy"]
    assert Tablet(world.omar).get(f"/evidence/{photo}").status_code == 404


def test_an_upload_that_is_too_large_is_refused_before_it_is_read(world, planned):
    """200 MB: said by its length alone; nothing of it is read or written."""
    tablet = Tablet(world.chanthou)
    answer = tablet.put_photo(planned, b"x", **{"Content-Length": str(200 * 1024 * 1024)})
    assert answer.status_code == 413
    assert answer.json()["error"]["sentence"].startswith("This file is too large")
    assert not planned.evidence.exists()


def test_submit_says_what_stands_in_the_way(world, planned):
    tablet = Tablet(world.chanthou)
    tablet.send(planned, change())
    refused = tablet.post(f"/assessments/{planned.pk}/submit", {})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "left")
    done = tablet.post(f"/assessments/{planned.pk}/submit", {"rest_not_asked": True})
    assert done.json() == {"state": "in_review"}


def test_opening_costs_the_same_with_two_and_with_twelve_assessments(world, planned, django_assert_num_queries):
    tablet = Tablet(world.chanthou)

    def cost():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as queries:
            assert tablet.get("/assessments").status_code == 200
        return len(queries)

    world.planned(site=world.new_site("Second"))
    cost()  # a published version is read once and kept
    two = cost()
    for n in range(10):
        world.planned(site=world.new_site(f"More {n}"))
    assert cost() == two


def test_the_blueprint_costs_the_same_for_any_length(world, planned, django_assert_max_num_queries):
    tablet = Tablet(world.chanthou)
    with django_assert_max_num_queries(7):
        tablet.get(f"/versions/{ChecklistVersion.objects.get().pk}/blueprint")
