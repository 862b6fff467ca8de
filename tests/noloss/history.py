"""One visit, two to five tablets, and a network, a server and people that do what they like. Made from a seed.

A history ends when everybody is back on a good network; then the ledger judges. Nothing of it stays: the world is made
once and each history is rolled back.
"""

import random
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from unittest import mock

from django.db import transaction
from PIL import Image

from checklists import actions as checklists
from checklists.models import ChecklistVersion
from compliance import actions, sync
from compliance.models import Assessment, Device
from core import actions as core
from core import storage
from core.errors import Refusal
from core.models import RoleAssignment, User
from core.storage import uploads
from tests.noloss import server
from tests.noloss.ledger import judge
from tests.noloss.twin import YEAR, Tablet, new_id
from tests.world import SETUP

FINDINGS = ["under-age-workers", "minimum-wage-paid", "emergency-exits-clear"]
VALUES = {
    "state": ["compliant", "non_compliant", "not_applicable", None, "fine"],
    "note": ["Exit 4: cartons.", "Exit 5: padlock.", "", "half \ud83d"],
    "report_text": ["Two exits were blocked.", "One exit was blocked."],
    "extent": [{"n": 1, "of": 2}, {"n": 2, "of": 2, "where": "Floor 3"}, {"n": 3, "of": 2}, None],
    "ask": [None],
    "unlink": [False, True],
    "score": [3],
}
STORM = [401, 403, 409, 413, 422, 429, 500]
SMALL_PART, SMALL_PAGE, SMALL_BATCH = 500, 7, 12


def picture(n):
    out = BytesIO()
    Image.new("RGB", (9 + n, 7), "teal").save(out, "JPEG")
    return out.getvalue()


@contextmanager
def small_limits():
    """Parts, pages and batches small enough that a short history meets their edges."""
    with (
        mock.patch.object(uploads, "PART", SMALL_PART),
        mock.patch.object(storage, "PART", SMALL_PART),
        mock.patch.object(sync, "PAGE", SMALL_PAGE),
        mock.patch.object(sync, "BATCH", SMALL_BATCH),
    ):
        yield


class Stage:
    """What all histories share: a planned visit, and tablets of both assessors."""

    def __init__(self, world):
        self.world = world
        self.assessment = world.planned()
        self.people = [world.chanthou, world.rith]
        self.devices = []
        ids = random.Random(0)
        for n in range(5):
            key = new_id(ids, n)
            token = actions.register_device(device_id=key, name=f"Tablet {n}", by=self.people[n % 2])
            self.devices.append((key, self.people[n % 2], token))
        self.pictures = [picture(n) for n in range(4)]


@dataclass
class Request:
    tablet: Tablet
    batch: list
    raw: bytes
    token: str


class History:
    def __init__(self, stage, seed):
        self.rng = random.Random(seed)
        self.world, self.assessment, self.pictures = stage.world, stage.assessment, stage.pictures
        self.made, self.requests, self.replies = {}, [], []
        self.people = [str(one.pk) for one in stage.people]
        self.tablets = [self.tablet(*one) for one in stage.devices[: self.rng.randint(2, 5)]]
        self.told_nothing = set()  # people to whom the server says nothing more of this visit

    def tablet(self, key, user, token):
        own = random.Random(self.rng.getrandbits(64))
        return Tablet(key, user, token, own, limit=SMALL_BATCH, skew=self.rng.choice([0, 0, 0, -YEAR, YEAR]))

    # --- what can happen ---

    def play(self):
        steps = self.rng.randint(15, 70)
        turn = self.rng.randint(0, steps) if self.rng.random() < 0.6 else -1
        for n in range(steps):
            if n == turn:
                self.rng.choice(self.TURNS)(self)
            weight, things = zip(*self.THINGS, strict=True)
            self.rng.choices(things, weight)[0](self)
        self.settle()
        judge(Assessment.objects.get(pk=self.assessment.pk), self.made, [self.told(one) for one in self.tablets])

    def someone(self):
        return self.rng.choice(self.tablets)

    def works(self):
        tablet, question, name = self.someone(), self.rng.choice(FINDINGS), self.rng.choice(list(VALUES))
        value = self.rng.choice(VALUES[name])
        if name == "unlink":
            photos = [key for one in self.tablets for key in one.photos] or [new_id(tablet.rng, 0)]
            name = f"photo:{self.rng.choice(photos)}"
        if name == "ask" and self.rng.random() < 0.7:
            value = {"colleague": self.rng.choice(self.people)}
        if self.rng.random() < 0.02:
            question = "x" * 81  # no form takes it: it must not hold up what comes behind it
        self.note(tablet.change(question, name, value))

    def photographs(self):
        data = self.rng.choice(self.pictures) + bytes(self.rng.randint(0, 900))
        self.note(self.someone().take_photo(self.rng.choice(FINDINGS), data))

    def note(self, change):
        key, made = change
        self.made[key] = made

    def sends(self):
        """Puts a request on the wire. A tablet with two open tabs has two of them on their way."""
        tablet = self.someone()
        batch = tablet.batch(self.rng.choice([1, 4, SMALL_BATCH, SMALL_BATCH + 3]))
        tablet.put_in_a_request(batch)
        self.requests.append(Request(tablet, batch, tablet.body(batch), tablet.token))

    def arrives(self):
        """One of the requests on their way, in no order: lost, once, twice, cut, refused, or the server dies over it."""
        if not self.requests:
            return
        request = self.requests.pop(self.rng.randrange(len(self.requests)))
        fate = self.rng.random()
        if fate < 0.1:
            return
        if fate < 0.2:
            self.replies.append((request, self.rng.choice(STORM), {}))
            return
        raw = request.raw[: self.rng.randrange(len(request.raw))] if fate < 0.27 else request.raw
        killed_at = self.rng.randint(1, 40) if 0.27 <= fate < 0.37 else None
        for _ in range(2 if fate > 0.9 else 1):
            told = server.exchange(request.token, self.assessment.pk, raw, killed_at=killed_at)
            self.replies.append((request, *told))

    def hears(self):
        """A tablet hears one of the replies on their way; some are lost or cut, after the server did its work."""
        if not self.replies:
            return
        request, status, reply = self.replies.pop(self.rng.randrange(len(self.replies)))
        if self.rng.random() < 0.25 or status == server.AWAY:
            return
        if status == 200:
            request.tablet.take(reply, request.batch)
        else:
            request.tablet.refused(status, request.batch)

    def uploads(self):
        """A photo goes its way, whole or in parts, and the way is bad."""
        tablet = self.someone()
        for key, one in tablet.photos.items():
            if one.state != "safe":
                self.rng.choice([self.whole, self.in_parts])(tablet, key, one, bad=True)
                return

    def bad(self, data=b""):
        """(what arrives of the bytes, the moment the server dies at, a status instead of the server's)."""
        fate = self.rng.random()
        cut = data[: self.rng.randrange(len(data))] if data and fate < 0.25 else data
        killed_at = self.rng.randint(1, 20) if 0.25 <= fate < 0.45 else None
        return cut, killed_at, self.rng.choice(STORM) if 0.45 <= fate < 0.55 else None

    def whole(self, tablet, key, one, bad=False):
        data, killed_at, storm = self.bad(one.data) if bad else (one.data, None, None)
        told = (storm, {}) if storm else server.photo(
            tablet.token, self.assessment.pk, key, data, one.digest, killed_at=killed_at
        )  # fmt: skip
        if not (bad and self.rng.random() < 0.3):
            tablet.photo_receipt(key, *told)

    def in_parts(self, tablet, key, one, bad=False):
        """Any step may be the last one that is reached; the next time it goes on from there."""
        place = (tablet.token, self.assessment.pk, key)
        status, begun = server.announce(*place, len(one.data), one.digest, killed_at=self.bad()[1] if bad else None)
        if status != 200 or (bad and self.rng.random() < 0.2):
            return
        etags = {}
        for part in begun["parts"]:
            number = part["number"]
            data = one.data[(number - 1) * SMALL_PART : number * SMALL_PART]
            sent, _, storm = self.bad(data) if bad else (data, None, None)
            if storm:
                return
            status, told = server.part(*place, number, sent)
            etags[number] = told.get("etag", "")
        status, told = server.complete(*place, etags, killed_at=self.bad()[1] if bad else None)
        if not (bad and self.rng.random() < 0.3):
            tablet.photo_receipt(key, status, told)

    # --- what changes once, in the middle ---

    def closed(self):
        assessment = Assessment.objects.get(pk=self.assessment.pk)
        if assessment.state == "in_progress" and self.rng.random() < 0.5:
            try:
                actions.submit(assessment=assessment, by=self.world.chanthou, rest_not_asked=True)
            except Refusal:
                return
        else:
            actions.cancel(assessment=assessment, by=self.world.sokha)

    def role_ended(self):
        core.end_role(assignment=RoleAssignment.objects.get(user=self.world.rith, until=None), by=SETUP)
        self.told_nothing.add(self.world.rith.pk)

    def account_disabled(self):
        core.deactivate(user=User.objects.get(pk=self.world.rith.pk), programme=self.world.programme, by=SETUP)
        self.told_nothing.add(self.world.rith.pk)

    def checklist_retired(self):
        version = ChecklistVersion.objects.get(pk=self.world.version.pk)
        checklists.retire(version=version, on=version.in_force_from, by=SETUP)

    def tablet_signed_out(self):
        one = self.someone()
        actions.revoke_device(device=Device.objects.get(pk=one.device_id), by=one.user)

    TURNS = [closed, role_ended, account_disabled, checklist_retired, tablet_signed_out]
    THINGS = [(34, works), (5, photographs), (20, sends), (22, arrives), (14, hears), (5, uploads)]

    # --- the end ---

    def settle(self):
        """Everybody on a good network: what was on its way arrives, all sign in again, each sends until it is quiet."""
        for request in self.requests:
            server.exchange(request.token, self.assessment.pk, request.raw)
        for tablet in self.tablets:
            if User.objects.get(pk=tablet.user.pk).is_active:
                tablet.token = actions.register_device(device_id=tablet.device_id, name="Tablet", by=tablet.user)
            tablet.held.clear()
        for _ in range(2):
            for tablet in self.tablets:
                tablet.flush(lambda one, raw: server.exchange(one.token, self.assessment.pk, raw))
        for tablet in self.tablets:
            for key, one in tablet.photos.items():
                if one.state != "safe":
                    self.whole(tablet, key, one)

    def told(self, tablet):
        """Its last word; who still may send has nothing waiting but what no form takes."""
        shown = tablet.tells(tablet.user.pk not in self.told_nothing)
        stuck = {key for key in shown.waiting if len(self.made[key].question) <= 80}
        assert not stuck, "a change waits on a good network"
        assert all(one.state == "safe" for one in tablet.photos.values()), "a photo waits on a good network"
        return shown


def play(stage, seed):
    """One history; nothing of it stays. Returns how many changes were made."""
    with small_limits(), transaction.atomic():
        history = History(stage, seed)
        history.play()
        transaction.set_rollback(True)
    return len(history.made)


def play_or_name(stage, seed):
    """The same; what fails names its seed."""
    try:
        return play(stage, seed)
    except Exception as error:
        raise AssertionError(f"history {seed} (HISTORY_SEED={seed}): {type(error).__name__}: {error}") from error
