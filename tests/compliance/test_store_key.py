"""What opens a tablet's store when its passphrase is forgotten: kept sealed, given to its person alone, right after sign-in."""

import base64
import json
from datetime import timedelta

import pytest
from django.test import Client

from compliance import actions
from compliance.models import Device, StoreKey
from core import actions as core
from core.days import today
from core.errors import WrongState
from core.ids import new_id
from core.models import AuditRecord
from tests.core.door import Clock, sign_in
from tests.world import SETUP

KEY, OTHER = (base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2))
HOME = "/api/v1/tablet"


class Tablet:
    """A browser of somebody who came in through the door, with its token."""

    def __init__(self, user):
        self.id, self.client = new_id(), Client()
        sign_in(self.client, user.username)
        self.token = self.post("/devices", {"device_id": str(self.id), "name": "Tablet"}).json()["token"]

    def post(self, path, body=None):
        return self.client.post(HOME + path, json.dumps(body or {}), "application/json")

    def keep(self, key=KEY):
        headers = {"Authorization": f"Bearer {self.token}"}
        return Client(headers=headers).put(f"{HOME}/store-key", json.dumps({"key": key}), "application/json")

    def ask(self, device=None):
        return self.post(f"/devices/{device or self.id}/store-key")


@pytest.fixture
def tablet(world):
    return Tablet(world.chanthou)


def verbs():
    return list(AuditRecord.objects.filter(verb__startswith="device.key").order_by("pk").values_list("verb", flat=True))


def test_it_is_kept_sealed_and_given_back(tablet):
    assert tablet.ask().status_code == 404
    assert [tablet.keep().status_code, tablet.keep().status_code] == [200, 200]
    assert KEY not in StoreKey.objects.get().sealed
    assert tablet.ask().json() == {"key": KEY}
    assert verbs() == ["device.key-kept", "device.key-given"]


def test_the_first_key_stays(tablet):
    """Another one would make the first worthless, and with it the work."""
    tablet.keep()
    assert tablet.keep(OTHER).status_code == 409
    with pytest.raises(WrongState):
        actions.keep_store_key(device=Device.objects.get(pk=tablet.id), key=OTHER, by=SETUP)
    assert tablet.ask().json() == {"key": KEY}


@pytest.mark.parametrize("key", ["", "x", "AAAA", KEY + "=", "é" * 44])
def test_only_32_bytes_are_kept(tablet, key):
    assert tablet.keep(key).status_code == 422
    assert not StoreKey.objects.exists()


def test_nobody_else_gets_it(tablet, world):
    tablet.keep()
    rith = Tablet(world.rith)
    assert rith.ask(tablet.id).json() == rith.ask(new_id()).json() == rith.ask().json()
    assert rith.ask(tablet.id).status_code == 404
    stranger = Client()
    assert stranger.post(f"{HOME}/devices/{tablet.id}/store-key").status_code == 401
    token = Client(headers={"Authorization": f"Bearer {tablet.token}"})
    assert token.post(f"{HOME}/devices/{tablet.id}/store-key").status_code == 401
    assert verbs() == ["device.key-kept"]


def test_a_sign_in_of_this_morning_does_not_open_it(tablet, monkeypatch):
    """Else a tablet that is taken away with its browser signed in would open by itself."""
    tablet.keep()
    clock = Clock(monkeypatch)
    clock.forward(minutes=14)
    assert tablet.ask().status_code == 200
    clock.forward(minutes=2)
    assert tablet.ask().status_code == 401
    sign_in(tablet.client, "chanthou")
    assert tablet.ask().status_code == 401, "signed in already: the door asks nothing"
    tablet.client.post("/app/sign-out/")
    sign_in(tablet.client, "chanthou")
    assert tablet.ask().status_code == 200


def test_it_is_asked_for_ten_times_in_an_hour(tablet):
    tablet.keep()
    assert [tablet.ask().status_code for _ in range(11)] == [200] * 10 + [429]


def test_a_tablet_that_was_cut_off_gives_nothing_until_it_is_hers_again(tablet, world):
    tablet.keep()
    actions.revoke_device(device=Device.objects.get(pk=tablet.id), by=world.sokha)
    assert tablet.ask().status_code == 404
    tablet.post("/devices", {"device_id": str(tablet.id), "name": "Tablet"})
    assert tablet.ask().json() == {"key": KEY}


def test_a_form_token_is_wanted(tablet):
    tablet.keep()
    tablet.client.handler.enforce_csrf_checks = True
    assert tablet.ask().status_code == 403


def test_a_programme_may_ask_for_a_passphrase_from_a_day_on(tablet, world):
    headers = {"Authorization": f"Bearer {tablet.token}"}
    asked = lambda: Client(headers=headers).get(f"{HOME}/assessments").json()["limits"]["passphrase"]  # noqa: E731
    day = today(world.programme)
    assert asked() is False
    for value, on in ((True, day + timedelta(days=1)), (True, day - timedelta(days=9))):
        core.set_programme_setting(
            programme=world.programme, key="tablet-passphrase", value=value, in_force_from=on, by=SETUP
        )
        assert asked() is (on <= day)
