"""The sealed file of a tablet without a network: whole or refused with a sentence; taken as if its tablet had sent it."""

import json
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance import actions, handover
from compliance.models import Answer, Device, Evidence, Operation, Quarantined, ZeroToleranceCase
from core.errors import Denied, Invalid
from core.ids import new_id
from core.models import AuditRecord
from tests.compliance.sealing import letter_of, seal
from tests.compliance.test_actions import jpeg
from tests.compliance.test_api import BASE, Tablet, change
from tests.world import PASSWORD

CASE = json.loads((Path(__file__).parent.parent / "contracts" / "handover.json").read_text("utf-8"))
EXITS = "emergency-exits-clear"


def opened(file, secret=CASE["secret"], **how):
    made = handover.Handover(BytesIO(file), [secret], **how)
    return made, list(made.parts())


class TestFile:
    """The contract with tablet/src/handover.js, without a database."""

    file = bytes.fromhex(CASE["file"])

    def test_the_programme_opens_what_a_tablet_sealed(self):
        made, (operations, photo) = opened(self.file)
        assert made.manifest["number"] == "KH-2026-0041"
        assert json.loads(operations.data) == CASE["operations"]
        assert photo.data.hex() == CASE["photo"]["bytes"]
        assert made.is_marked_by(actions.token_digest(CASE["token"]))
        assert not made.is_marked_by(actions.token_digest("another token"))

    def test_the_key_is_the_one_the_tablet_was_told(self):
        assert handover.public_key(CASE["secret"], CASE["seal"]["programme"]) == CASE["seal"]
        assert handover.public_key(CASE["secret"], str(new_id()))["id"] != CASE["seal"]["id"]

    def test_an_earlier_secret_opens_what_was_sealed_under_it(self):
        made = handover.Handover(BytesIO(self.file), ["a newer secret", CASE["secret"]])
        assert len(list(made.parts())) == 2

    @pytest.mark.parametrize(
        ("file", "code"),
        [
            (b"", "no-handover"),
            (b"PK\x03\x04" + bytes(400), "no-handover"),
            (b"openfloor-handover/2\n" + file[21:], "no-handover"),
            (file[:30], "cut"),
            (file[:-1], "cut"),
            (file[:-317], "cut"),
            (file + b"\0", "changed"),
            (file[:-1] + bytes([file[-1] ^ 1]), "changed"),
            (file[:21] + b"\xff" + file[22:], "changed"),
            (file.replace(b'"salt":"64', b'"salt":"65'), "changed"),
            (file.replace(CASE["seal"]["id"].encode(), b"0" * 16), "key"),
        ],
    )
    def test_a_file_that_is_not_whole_is_refused_with_a_sentence(self, file, code):
        with pytest.raises(Invalid) as refusal:
            opened(file)
        assert (refusal.value.code, refusal.value.sentence[-1]) == (code, ".")

    def test_f28_a_part_that_is_not_what_its_manifest_tells_is_refused_though_it_was_sealed_so(self):
        key = handover.public_key("s", CASE["seal"]["programme"])
        manifest = {"assessment": str(new_id()), "device": str(new_id()), "programme": key["programme"]}
        told = {"kind": "photo", "id": str(new_id()), "sha256": "0" * 64}
        file = seal(manifest, [({"kind": "operations"}, b"[]"), (told, b"another")], key=key, token="t")
        with pytest.raises(Invalid) as refusal:
            opened(file, "s")
        assert refusal.value.code == "changed"

    def test_another_programme_cannot_open_it(self):
        with pytest.raises(Invalid, match="another programme"):
            opened(self.file, secret="of another instance")

    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.binary(max_size=3000), max_size=4), st.integers(0, 10**6), st.integers(1, 255))
    def test_any_parts_come_back_and_any_changed_byte_is_noticed(self, photos, at, flip):
        told = [({"kind": "photo", "id": str(new_id())}, data) for data in photos]
        key = handover.public_key("s", CASE["seal"]["programme"])
        manifest = {"assessment": str(new_id()), "device": str(new_id()), "programme": key["programme"]}
        file = seal(manifest, [({"kind": "operations"}, b"[]"), *told], key=key, token="t")
        _made, parts = opened(file, "s")
        assert [part.data for part in parts[1:]] == photos
        _made, letter = opened(letter_of(file, [({"kind": "operations"}, b""), *told]), "s", letter=True)
        assert [part.data for part in letter] == [b"[]"]
        place = at % len(file)
        with pytest.raises(Invalid):
            opened(file[:place] + bytes([file[place] ^ flip]) + file[place + 1 :], "s")


class Sender(Tablet):
    """A tablet that writes a file instead of sending."""

    def file(self, assessment, *changes, photos=(), more=(), **how):
        key = self.get("/assessments").json()["assessments"][0]["seal"]
        user = Device.objects.get(pk=self.id).user
        told = [one | {"device_id": self.id} for one in changes]
        parts = [({"kind": "operations"}, handover.canonical(told)), *more]
        parts += [({"kind": "photo", "id": str(pk), "type": "image/jpeg"}, data) for pk, data in photos]
        manifest = {
            "assessment": str(assessment.pk), "device": self.id, "programme": key["programme"],
            "number": assessment.number, "user": {"id": str(user.pk), "name": user.name}, "made_at": "2026-03-02T18:00:00Z",
        }  # fmt: skip
        self.parts = parts
        return seal(manifest, parts, **{"key": key, "token": self.token} | how)


@pytest.fixture
def planned(world):
    return world.planned()


def take(file, by, **how):
    return actions.take_handover(file=BytesIO(file), by=by, **how)


def test_f28_a_file_is_taken_as_if_its_tablet_had_sent_it(world, planned):
    tablet, photo = Sender(world.chanthou), new_id()
    changes = [change(sequence=7), change(field=f"photo:{photo}", value=True, sequence=8)]
    taken = take(tablet.file(planned, *changes, photos=[(photo, jpeg())]), world.sokha)
    assert (taken.count("accepted"), taken.photos, taken.refused) == (2, 1, [])
    rows = Operation.objects.order_by("revision")
    assert [(str(row.pk), row.author, str(row.device_id), row.sequence) for row in rows] == [
        (one["id"], world.chanthou, tablet.id, one["sequence"]) for one in changes
    ]
    kept = Evidence.objects.get()
    assert (kept.pk, kept.author) == (photo, world.chanthou)
    row = AuditRecord.objects.get(verb="handover.taken")
    assert (row.actor_id, row.facts["accepted"]) == (world.sokha.pk, 2)


def test_f28_twice_is_harmless_and_the_tablet_itself_hears_already(world, planned):
    tablet, photo = Sender(world.chanthou), new_id()
    one = change(field=f"photo:{photo}", value=True)
    file = tablet.file(planned, one, photos=[(photo, jpeg())])
    assert take(file, world.sokha).is_new
    again = take(file, world.sokha)
    assert (again.is_new, again.count("already"), again.photos_here) == (False, 1, 1)
    assert tablet.send(planned, one).json()["receipts"][0]["outcome"] == "already"
    assert tablet.put_photo(planned, jpeg(), photo).json()["state"] == "safe"
    assert (Operation.objects.count(), Evidence.objects.count()) == (1, 1)


def test_f28_a_colleague_sends_on_what_she_took_over_and_it_stays_its_authors(world, planned):
    """Only changes of the tablet that marked the file count as its own: nobody writes under another's name."""
    first, second, photo = Sender(world.chanthou), Tablet(world.rith), new_id()
    forged = change(value="compliant")
    file = first.file(planned, change(), change(field=f"photo:{photo}", value=True), photos=[(photo, jpeg())])
    letter = letter_of(file, first.parts)

    def sends_on(data):
        return second.client.post(f"{BASE}/assessments/{planned.pk}/handover", data, "application/octet-stream")

    answer = sends_on(letter)
    assert [one["outcome"] for one in answer.json()["receipts"]] == ["accepted", "accepted"]
    assert second.put_photo(planned, jpeg(), photo).json()["state"] == "safe"
    assert Evidence.objects.get().author == world.chanthou, "he carried it; she took it"
    assert {row.author for row in Operation.objects.all()} == {world.chanthou}
    as_if = seal(
        {"assessment": str(planned.pk), "device": first.id, "programme": str(planned.programme_id)},
        [({"kind": "operations"}, handover.canonical([forged | {"device_id": first.id}]))],
        key=handover_key(second), token=second.token,
    )  # fmt: skip
    assert [one["outcome"] for one in sends_on(as_if).json()["receipts"]] == ["quarantined"]
    assert Quarantined.objects.get().reason == "unproven"
    assert [one["outcome"] for one in sends_on(letter).json()["receipts"]] == ["already", "already"]


def handover_key(tablet):
    return tablet.get("/assessments").json()["assessments"][0]["seal"]


def test_f28_a_file_carries_the_files_it_took_over(world, planned):
    first, second = Sender(world.chanthou), Sender(world.rith)
    inner = first.file(planned, change(question="minimum-wage-paid"))
    foreign = change(question="minimum-wage-paid", value="compliant") | {"device_id": first.id}
    letter = ({"kind": "letter"}, letter_of(inner, first.parts))
    key = handover_key(second)
    parts = [({"kind": "operations"}, handover.canonical([foreign, change() | {"device_id": second.id}])), letter]
    manifest = {"assessment": str(planned.pk), "device": second.id, "programme": key["programme"]}
    taken = take(seal(manifest, parts, key=key, token=second.token), world.sokha)
    assert taken.count("accepted") == 2
    assert {(row.question_key, row.author) for row in Operation.objects.all()} == {
        ("minimum-wage-paid", world.chanthou), (EXITS, world.rith),
    }  # fmt: skip


@pytest.mark.parametrize("how", ["cut off", "renewed", "account", "closed"])
def test_f28_nothing_of_a_file_is_lost_whatever_became_of_its_tablet(world, planned, how):
    tablet, photo = Sender(world.rith), new_id()
    file = tablet.file(planned, change(field=f"photo:{photo}", value=True), photos=[(photo, jpeg())])
    device = Device.objects.get(pk=tablet.id)
    if how == "cut off":
        actions.revoke_device(device=device, by=world.sokha)
    elif how == "renewed":
        actions.register_device(device_id=device.pk, name="Tablet", by=world.rith)
    elif how == "account":
        world.rith.is_active = False
        world.rith.save()
    else:
        actions.cancel(assessment=planned, by=world.sokha)
    taken = take(file, world.sokha)
    assert (taken.count("quarantined"), taken.photos) == (1, 1)
    assert Quarantined.objects.get().author == world.rith
    assert not Answer.objects.exists()


def test_who_does_not_work_on_the_visit_takes_nothing_in(world, planned):
    file = Sender(world.chanthou).file(planned, change())
    for person in (world.dara, world.vannak, world.layla, world.omar):
        with pytest.raises(Denied, match="nothing here"):
            take(file, person)
    assert take(file, world.rith).count("accepted") == 1


def test_a_file_of_a_tablet_nobody_knows_or_of_somebody_not_named_is_refused(world, planned):
    vannaks = Tablet(world.vannak)
    key = handover_key(Tablet(world.chanthou))
    for device, words in ((str(new_id()), "not known here"), (vannaks.id, "never named")):
        manifest = {"assessment": str(planned.pk), "device": device, "programme": key["programme"]}
        with pytest.raises(Invalid, match=words):
            take(seal(manifest, [({"kind": "operations"}, b"[]")], key=key, token="t"), world.sokha)


def test_nothing_is_written_of_a_file_that_breaks_off_in_its_last_photo(world, planned):
    file = Sender(world.chanthou).file(planned, change(), photos=[(new_id(), jpeg())])
    with pytest.raises(Invalid, match="too early"):
        take(file[:-1], world.sokha)
    assert not Operation.objects.exists()


def test_a_change_no_form_takes_and_a_photo_that_may_not_be_kept_hold_nothing_else_up(world, planned):
    file = Sender(world.chanthou).file(
        planned, change(question="x" * 81), change(), photos=[(new_id(), b"MZ no picture")]
    )
    taken = take(file, world.sokha)
    assert (taken.count("accepted"), taken.photos, len(taken.refused)) == (1, 0, 2)


def test_there_is_no_kind_of_part_for_serious_harm(world, planned):
    """What was written of serious harm has a way of its own: a file that held it is no file at all."""
    assert handover.KINDS == ("operations", "letter", "photo", "document")
    file = Sender(world.chanthou).file(planned, change(), more=[({"kind": "harm"}, b"{}")])
    with pytest.raises(Invalid):
        take(file, world.sokha)
    assert not ZeroToleranceCase.objects.exists()


class TestPage:
    url = reverse("compliance:take-handover")

    def bring(self, user, file):
        client = Client()
        client.login(username=user.username, password=PASSWORD)
        return client.post(self.url, {"file": SimpleUploadedFile("KH-2026-0001.openfloor", file)})

    def test_it_says_what_was_taken_and_the_second_time_that_it_is_here(self, world, planned):
        file = Sender(world.chanthou).file(planned, change(), change(field="note", value="East."))
        page = self.bring(world.sokha, file).content.decode()
        assert "It is here" in page and "2 changes taken" in page
        page = self.bring(world.rith, file).content.decode()
        assert "Already here" in page and "2 were here" in page

    def test_what_cannot_be_taken_is_said_beside_the_file(self, world, planned):
        file = Sender(world.chanthou).file(planned, change())
        answer = self.bring(world.sokha, file[:-1])
        assert answer.status_code == 400 and "The file ends too early." in answer.content.decode()
        answer = self.bring(world.layla, file)
        assert answer.status_code == 400 and "a visit that you do not work on" in answer.content.decode()

    def test_for_who_neither_plans_nor_assesses_there_is_no_such_page(self, world):
        assert self.bring(world.dara, b"").status_code == 404
