"""Tablets on a bad network, by the thousand: requests and replies are lost, doubled and come in any order.

Each history is made from a seed and ends when everybody is back on a good network. Then: every change whose receipt
a tablet saw is stored or kept aside, nothing at all is lost, and every tablet shows what the server shows.
`SOAK_SECONDS` says how long (60), `SOAK_SEED` where to begin; a failure names its seed.
"""

import os
import random
import time
from dataclasses import dataclass, field

import pytest
from django.db import transaction

from compliance import actions, rules, sync
from compliance.models import Answer, Device, Operation, OperationPayload, Quarantined
from core import actions as core
from core.ids import new_id
from core.models import RoleAssignment
from tests.world import SETUP, World

pytestmark = pytest.mark.soak
SECONDS = float(os.environ.get("SOAK_SECONDS", "60"))
FIRST = int(os.environ.get("SOAK_SEED", "1"))

FINDINGS = ["under-age-workers", "minimum-wage-paid", "emergency-exits-clear"]
VALUES = {
    "state": ["compliant", "non_compliant", "not_applicable", None, "fine"],
    "note": ["Exit 4: cartons.", "Exit 5: padlock.", "", "half \ud83d"],
    "report_text": ["Two exits were blocked.", "One exit was blocked."],
    "extent": [{"n": 1, "of": 2}, {"n": 2, "of": 2, "where": "Floor 3"}, {"n": 3, "of": 2}, None],
    "ask": [None],
    "photo": [True, False],
}
TAKEN = {"accepted", "conflict", "already"}


@dataclass
class Tablet:
    """What the client does, in small: keeps every change first, sends it until it has a receipt, takes in the rest."""

    device: Device
    rng: random.Random
    ops: dict = field(default_factory=dict)  # id: (question, field, rules.Op), own and others'
    outbox: list = field(default_factory=list)  # without a receipt, oldest first
    receipts: dict = field(default_factory=dict)
    seen: int = 0
    sequence: int = 0

    def heads(self, question, name):
        own = [op for key, other, op in self.ops.values() if (key, other) == (question, name)]
        return [op.id for op in rules.heads(own)]

    def change(self, photos, colleagues):
        question = self.rng.choice(FINDINGS)
        name = self.rng.choice(list(VALUES))
        value = self.rng.choice(VALUES[name])
        if name == "photo":
            name = f"photo:{self.rng.choice(photos)}"
        if name == "ask" and self.rng.random() < 0.7:
            value = {"colleague": self.rng.choice(colleagues)}
        self.sequence += 1
        incoming = sync.Incoming(
            new_id(),
            self.sequence,
            question,
            name,
            value,
            self.heads(question, name),
            self.seen,
            "2026-03-02T09:00:00Z",
        )
        self.ops[str(incoming.id)] = (
            question, name, rules.Op(str(incoming.id), tuple(incoming.base), rules.readable(value)),
        )  # fmt: skip
        self.outbox.append(incoming)

    def request(self):
        count = self.rng.randint(0, min(len(self.outbox), 8))
        return self.outbox[:count], self.seen

    def take(self, answer):
        for receipt in answer["receipts"]:
            key = receipt["id"]
            self.receipts.setdefault(key, set()).add(receipt["outcome"])
            if receipt["outcome"] == "quarantined":
                self.ops.pop(key, None)
            elif key in self.ops and receipt["revision"]:
                question, name, op = self.ops[key]
                self.ops[key] = (question, name, op._replace(revision=receipt["revision"]))
        self.outbox = [one for one in self.outbox if str(one.id) not in self.receipts]
        for row in answer["operations"]:
            op = rules.Op(row["id"], tuple(row["base"]), row["value"], row["revision"])
            self.ops[row["id"]] = (row["question"], row["field"], op)
        self.seen = max(self.seen, answer["revision"])

    def shows(self):
        """{(question, field): (value, conflict)} as this tablet makes it from what it knows."""
        grouped = {}
        for question, name, op in self.ops.values():
            grouped.setdefault((question, name), []).append(op)
        return {place: rules.resolve(place[1], ops)[1:] for place, ops in grouped.items()}


class History:
    """One assessment, two to four tablets, and a network that does what it likes."""

    def __init__(self, world, seed):
        self.rng = random.Random(seed)
        self.world = world
        self.assessment = world.planned(site=world.new_site(f"Factory {seed}"))
        people = [world.chanthou, world.rith]
        self.tablets = [self.tablet(people[n % 2]) for n in range(self.rng.randint(2, 4))]
        self.photos = [str(new_id()) for _ in range(2)]
        self.colleagues = [str(person.pk) for person in people]
        self.requests, self.replies, self.made = [], [], {}

    def tablet(self, person):
        device_id = new_id()
        actions.register_device(device_id=device_id, name="Tablet", by=person)
        device = Device.objects.select_related("user").get(pk=device_id)
        return Tablet(device, random.Random(self.rng.random()))

    def deliver(self, tablet, operations, seen):
        return sync.receive(assessment_id=self.assessment.pk, device=tablet.device, operations=operations, seen=seen)

    def step(self):
        tablet = self.rng.choice(self.tablets)
        what = self.rng.random()
        if what < 0.4:
            tablet.change(self.photos, self.colleagues)
            self.made[str(tablet.outbox[-1].id)] = tablet
        elif what < 0.6:
            self.requests.append((tablet, *tablet.request()))
        elif what < 0.8 and self.requests:
            request = self.requests.pop(self.rng.randrange(len(self.requests)))
            for _ in range(self.rng.choice([0, 1, 1, 1, 2])):  # lost, or once, or twice
                self.replies.append((request[0], self.deliver(*request)))
        elif self.replies:
            tablet, answer = self.replies.pop(self.rng.randrange(len(self.replies)))
            if self.rng.random() < 0.7:  # else the reply is lost
                tablet.take(answer)

    def settle(self):
        """Everybody on a good network: what was still on its way arrives, then each sends and takes until it is quiet."""
        for request in self.requests:
            self.deliver(*request)
        for _ in range(3):
            for tablet in self.tablets:
                while True:
                    answer = self.deliver(tablet, tablet.outbox[: sync.BATCH], tablet.seen)
                    tablet.take(answer)
                    if not tablet.outbox and not answer["more"]:
                        break

    def check(self):
        stored = {str(pk) for pk in Operation.objects.filter(assessment=self.assessment).values_list("pk", flat=True)}
        aside = {str(one.operation_id) for one in Quarantined.objects.filter(assessment=self.assessment)}
        assert set(self.made) == stored | aside, "a change is lost"
        assert not stored & aside, "a change is both stored and kept aside"
        for tablet in self.tablets:
            for key, outcomes in tablet.receipts.items():
                assert key in (aside if "quarantined" in outcomes else stored), f"a receipt for nothing: {outcomes}"
                assert not (outcomes & TAKEN and "quarantined" in outcomes), f"two words on one change: {outcomes}"
        revisions = sorted(Operation.objects.filter(assessment=self.assessment).values_list("revision", flat=True))
        self.assessment.refresh_from_db()
        assert revisions == list(range(1, self.assessment.revision + 1)), "the server's clock has a gap"
        for payload in OperationPayload.objects.filter(operation__assessment=self.assessment).select_related(
            "operation"
        ):
            assert payload.digest == payload.operation.digest
        shown = [tablet.shows() for tablet in self.tablets]
        assert all(one == shown[0] for one in shown), "two tablets show different things"
        self.check_answers(shown[0])

    def check_answers(self, shown):
        kept = {row.question_key: row for row in Answer.objects.filter(assessment=self.assessment)}
        for (question, name), (value, conflict) in shown.items():
            row = kept[question]
            assert (name in row.conflicts) == conflict, f"{question} {name}: the tablets and the server differ"
            if name == "state":
                assert row.state == value
            elif name in ("note", "report_text"):
                assert getattr(row, name) == (value or "")
            elif name == "extent":
                assert (row.extent_n, row.extent_of) == ((value or {}).get("n"), (value or {}).get("of"))
            elif name == "ask":
                assert str(row.ask or "") == ((value or {}).get("colleague") or "")


class Ending(History):
    """A history in which one assessor loses her role, or the visit is closed, while work is still on its way."""

    def interrupt(self):
        if self.rng.random() < 0.5:
            core.end_role(assignment=RoleAssignment.objects.get(user=self.world.rith, until=None), by=SETUP)
            self.tablets = [one for one in self.tablets if one.device.user_id != self.world.rith.pk] + [
                one for one in self.tablets if one.device.user_id == self.world.rith.pk
            ]
            self.gone = {self.world.rith.pk}
        else:
            self.assessment.refresh_from_db()
            if self.assessment.state != "in_progress":
                return
            actions.cancel(assessment=self.assessment, by=self.world.sokha)

    gone: set = frozenset()

    def check(self):
        """Who lost the role is told nothing more: her tablets cannot show what the others show."""
        everybody, self.tablets = self.tablets, [one for one in self.tablets if one.device.user_id not in self.gone]
        try:
            super().check()
        finally:
            self.tablets = everybody
        for tablet in everybody:
            assert not tablet.outbox, "a tablet keeps a change it has no word on"


def play(world, seed):
    """One history from its seed; nothing of it stays."""
    with transaction.atomic():
        kind = Ending if seed % 4 == 0 else History
        history = kind(world, seed)
        steps = history.rng.randint(20, 120)
        for n in range(steps):
            history.step()
            if kind is Ending and n == steps // 2:
                history.interrupt()
        history.settle()
        history.check()
        made = len(history.made)
        transaction.set_rollback(True)
    return made


def test_every_history_ends_with_nothing_lost_and_everybody_agreed(db):
    world = World()
    world.version  # noqa: B018  (published once, for all histories)
    ends, seed, changes = time.monotonic() + SECONDS, FIRST, 0
    while seed == FIRST or time.monotonic() < ends:
        try:
            changes += play(world, seed)
        except Exception as error:
            raise AssertionError(f"history {seed} (SOAK_SEED={seed}): {error}") from error
        seed += 1
    print(f"{seed - FIRST} histories from seed {FIRST}, {changes} changes")
