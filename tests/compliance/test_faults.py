"""The ways in which others lost work, as far as the server is asked; named as in docs/reference/offline-safety.md."""

from datetime import timedelta
from itertools import permutations

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from checklists import actions as checklists
from compliance import actions
from compliance.models import Answer, Device, Evidence, EvidenceLink, EvidenceUpload, Operation, Quarantined
from core import actions as core
from core import storage
from core.audit import System
from core.ids import new_id
from core.models import RoleAssignment
from tests.compliance.test_actions import jpeg
from tests.compliance.test_api import BASE, Tablet, change
from tests.world import SETUP

EXITS = "emergency-exits-clear"


@pytest.fixture
def planned(world):
    return world.planned()


def outcomes(answer):
    return [receipt["outcome"] for receipt in answer.json()["receipts"]]


def test_f13_thirty_days_offline_and_the_session_is_long_over(world, planned):
    """No cookie, no form token, no page that could have kept one: the tablet's own token is all it needs."""
    tablet = Tablet(world.chanthou)
    tablet.browser.logout()
    Session.objects.all().delete()
    tablet.client.cookies.clear()
    days = [change(question=key, at=f"2026-02-{n:02}T09:00:00+07:00", sequence=n) for n, key in enumerate(
        ["under-age-workers", "minimum-wage-paid", EXITS], start=1)]  # fmt: skip
    answer = tablet.send(planned, *days)
    assert (answer.status_code, outcomes(answer)) == (200, ["accepted"] * 3)
    assert not answer.cookies
    assert tablet.put_photo(planned, jpeg()).status_code == 200


def test_f14_nobody_sends_another_persons_work(world, planned):
    """The tablet is Chanthou's. Rith signs in on it: he gets neither her tablet nor her token, and his own sends nothing
    in its name."""
    tablet, other = Tablet(world.chanthou), Tablet(world.rith)
    csrf = other.browser.get(f"{BASE}/session").json()["csrf"]
    body = {"device_id": tablet.id, "name": "Mine now"}
    taken = other.browser.post(f"{BASE}/devices", body, "application/json", HTTP_X_CSRFTOKEN=csrf)
    assert taken.status_code == 403
    sent = {"device_id": tablet.id, "seen": 0, "operations": [change()]}
    assert other.post(f"/assessments/{planned.pk}/operations", sent).status_code == 403
    assert outcomes(tablet.send(planned, change())) == ["accepted"]
    assert Operation.objects.get().author == world.chanthou


def test_f15_the_record_is_complete_only_with_its_photos_and_equal_bytes_are_two_photos(world, planned):
    tablet = Tablet(world.chanthou)
    photos = [new_id(), new_id()]
    tablet.send(planned, change(), *(change(field=f"photo:{one}", value=True) for one in photos))
    actions_left = tablet.post(f"/assessments/{planned.pk}/submit", {"rest_not_asked": True})
    assert (actions_left.status_code, actions_left.json()["error"]["code"]) == (409, "photos")
    assert "2" in actions_left.json()["error"]["sentence"], "how many are missing is said"
    for one in photos:
        assert tablet.put_photo(planned, jpeg(), one).json()["state"] == "safe"
    assert Evidence.objects.values("sha256").distinct().count() == 1
    assert tablet.post(f"/assessments/{planned.pk}/submit", {"rest_not_asked": True}).status_code == 200


def test_f16_what_is_sent_twice_is_there_once_and_gets_the_same_answer(world, planned):
    tablet, one = Tablet(world.chanthou), change()
    first, second = tablet.send(planned, one), tablet.send(planned, one, one)
    assert (outcomes(first), outcomes(second)) == (["accepted"], ["already", "already"])
    note = change(field="note", value="The east exit.")
    assert outcomes(tablet.send(planned, note, note)) == ["accepted", "already"], "and twice within one batch"
    odd = change(question="no-such-question")
    assert outcomes(tablet.send(planned, odd)) == outcomes(tablet.send(planned, odd)) == ["quarantined"]
    assert (Operation.objects.count(), Quarantined.objects.count()) == (2, 1)


def test_f20_a_checklist_retired_meanwhile_takes_what_was_begun_on_it(world, planned):
    tablet = Tablet(world.chanthou)
    checklists.retire(version=planned.version, on=planned.version.in_force_from, by=SETUP)
    assert outcomes(tablet.send(planned, change())) == ["accepted"]
    assert tablet.get(f"/versions/{planned.version_id}/blueprint").status_code == 200
    assert tablet.post(f"/assessments/{planned.pk}/submit", {"rest_not_asked": True}).status_code == 200


def test_f20_an_assessment_closed_meanwhile_refuses_no_arrival(world, planned):
    tablet = Tablet(world.chanthou)
    actions.cancel(assessment=planned, by=world.sokha)
    answer = tablet.send(planned, change())
    assert (answer.status_code, outcomes(answer)) == (200, ["quarantined"])
    assert Quarantined.objects.get().body["value"] == "non_compliant"


def send_away(world, how):
    if how == "role":
        core.end_role(assignment=RoleAssignment.objects.get(user=world.rith, until=None), by=SETUP)
    else:
        core.deactivate(user=world.rith, programme=world.programme, by=SETUP)


@pytest.mark.parametrize("parts", [False, True])
@pytest.mark.parametrize("how", ["role", "account"])
def test_f21_photos_of_somebody_sent_away_come_with_the_change_that_names_them(world, planned, how, parts):
    """The bytes are safe here; that they stand at an answer waits for the manager, who can look at them."""
    tablet, photo, data = Tablet(world.rith), new_id(), jpeg()
    send_away(world, how)
    assert outcomes(tablet.send(planned, change(field=f"photo:{photo}", value=True))) == ["quarantined"]
    if parts:
        place = f"/assessments/{planned.pk}/evidence/{photo}/upload"
        (part,) = tablet.post(place, {"sha256": storage.sha256_of(data), "size": len(data)}).json()["parts"]
        etag = tablet.client.put(part["url"], data, "application/octet-stream")["ETag"]
        told = tablet.post(f"{place}/complete", {"etags": {"1": etag}})
    else:
        told = tablet.put_photo(planned, data, photo)
    assert (told.status_code, told.json()["state"]) == (200, "safe")
    assert not EvidenceLink.objects.exists(), "it stands at no answer"
    item = Quarantined.objects.get()
    world.send(planned, world.chanthou, (EXITS, "state", "non_compliant"))
    actions.decide_quarantined(item=item, decision="released", why="Taken on the day.", by=world.sokha)
    assert EvidenceLink.objects.get().linked
    assert actions.photos_waiting(planned) == 0


def test_f21_who_was_never_named_sends_no_photo(world, planned):
    assert Tablet(world.omar).put_photo(planned, jpeg()).status_code == 404


@pytest.mark.parametrize("how", ["role", "account"])
def test_f21_work_of_somebody_sent_away_waits_for_the_programme(world, planned, how):
    tablet = Tablet(world.rith)
    world.send(planned, world.chanthou, (EXITS, "note", "Only for who works here."))
    send_away(world, how)
    answer = tablet.send(planned, change())
    assert outcomes(answer) == ["quarantined"]
    assert answer.json()["operations"] == [], "and she is told nothing more"
    kept = Quarantined.objects.get()
    assert (kept.author, kept.body["value"], kept.decision) == (world.rith, "non_compliant", "")


def test_f23_three_tablets_the_same_answer_in_every_order(world):
    """Nobody overwrites anybody, whoever comes last; and an empty tablet empties nothing."""
    said = {"a": "compliant", "b": "non_compliant", "c": "undetermined"}
    for n, order in enumerate(permutations(said)):
        visit = world.planned(on=timezone.localdate() + timedelta(days=n))
        tablets = dict(zip(said, [Tablet(world.chanthou), Tablet(world.rith), Tablet(world.rith)], strict=True))
        for name in order:
            tablets[name].send(visit, change(value=said[name]))
        Tablet(world.chanthou).send(visit)
        row = Answer.objects.get(assessment=visit, question_key=EXITS)
        assert (row.state, row.conflicts) == (None, ["state"])
        kept = {op.payload.body["value"] for op in Operation.objects.filter(assessment=visit)}
        assert kept == set(said.values())


def test_f23_a_whole_state_is_not_taken(world, planned):
    tablet = Tablet(world.chanthou)
    whole = {"device_id": tablet.id, "answers": {EXITS: {"state": None}}}
    tablet.send(planned, change())
    tablet.post(f"/assessments/{planned.pk}/operations", whole)
    assert Answer.objects.get(question_key=EXITS).state == "non_compliant"


@pytest.mark.parametrize("year", ["2025", "2027"])
def test_f24_a_clock_a_year_wrong_decides_nothing_and_is_noticed(world, planned, year):
    early, late = Tablet(world.chanthou), Tablet(world.rith)
    first = change(value="compliant", at=f"{year}-03-02T09:00:00Z")
    early.send(planned, first)
    second = change(value="non_compliant", base=[first["id"]], at="2026-03-02T09:00:00Z")
    late.send(planned, second)
    early.send(planned, change(field="note", value="Later.", at=first["at"]))
    row = Answer.objects.get()
    assert (row.state, row.conflicts) == ("non_compliant", []), "what it was made from decides, then and ever after"
    assert list(Operation.objects.order_by("revision").values_list("device_time", flat=True)) == [
        first["at"], second["at"], first["at"],
    ]  # fmt: skip
    wrong = timezone.now() + timedelta(days=365 if year == "2027" else -365)
    early.client.get(f"{BASE}/assessments", headers={"X-Clock": wrong.isoformat()})
    assert abs(Device.objects.get(pk=early.id).clock_ahead) > 300


def test_f26_what_arrived_of_a_photo_waits_longer_than_the_longest_trip(world, planned):
    tablet, photo, data = Tablet(world.chanthou), new_id(), jpeg()
    place = f"/assessments/{planned.pk}/evidence/{photo}/upload"
    told = {"sha256": storage.sha256_of(data), "size": len(data), "kind": "photo"}
    (part,) = tablet.post(place, told).json()["parts"]
    assert part["etag"] == ""
    sent = tablet.client.put(part["url"], data, "application/octet-stream")
    EvidenceUpload.objects.update(begun_at=timezone.now() - timedelta(days=31))
    actions.sweep_uploads(by=System("sweep"))
    (part,) = tablet.post(place, told).json()["parts"]
    assert part["etag"] == sent["ETag"].strip('"'), "the server says that it has it"
    assert tablet.post(f"{place}/complete", {"etags": {"1": part["etag"]}}).json()["state"] == "safe"


def test_f27_limits_are_told_before_anything_is_captured(world, planned, settings):
    tablet = Tablet(world.chanthou)
    limits = tablet.get("/assessments").json()["limits"]
    told = {"photo_bytes": settings.EVIDENCE_MAX_BYTES, "part_bytes": storage.PART, "batch": 300}
    assert told.items() <= limits.items()
    settings.EVIDENCE_MAX_BYTES = 100
    refused = tablet.put_photo(planned, jpeg())
    assert (refused.status_code, refused.json()["error"]["sentence"][:25]) == (413, "This file is too large: a")


def test_f30_what_one_place_sent_another_place_is_given(world, planned):
    first, second = Tablet(world.chanthou), Tablet(world.chanthou)
    sent = [change(), change(field="note", value="The east exit.")]
    first.send(planned, *sent)
    given = second.send(planned).json()["operations"]
    assert [one["id"] for one in given] == [one["id"] for one in sent]
