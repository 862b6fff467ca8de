"""A tablet in small: it does what tablet/src/store.js and sync.js do, and can be played by the thousand.

The real client is driven in test_client.py; where both differ, that one is right.
"""

import json
import random
from collections import defaultdict
from dataclasses import dataclass, field
from uuid import UUID

from compliance import rules
from core.storage import sha256_of
from tests.noloss.ledger import Made, Shown

ITEM_REFUSALS = {400, 404, 409, 413, 415, 422}
YEAR = 365 * 24 * 3600 * 1000
START = 1_772_420_400_000  # 2 March 2026, in milliseconds


def new_id(rng, milliseconds) -> str:
    """A UUIDv7 that the seed decides."""
    rest = rng.getrandbits(80)
    high = (milliseconds << 16) | 0x7000 | (rest >> 68)
    return str(UUID(int=(high << 64) | (0b10 << 62) | (rest & (2**62 - 1))))


@dataclass
class Photo:
    question: str
    data: bytes
    state: str = "tablet"
    held: bool = False

    @property
    def digest(self):
        return sha256_of(self.data)


@dataclass
class Tablet:
    """What lies on its disk, and what its person was shown."""

    device_id: str
    user: object
    token: str
    rng: random.Random
    limit: int = 300
    ops: dict = field(default_factory=dict)  # id: (question, field, rules.Op), own and others'
    outbox: dict = field(default_factory=dict)  # id: the change as it is sent; without a receipt, oldest first
    own: set = field(default_factory=set)
    held: set = field(default_factory=set)
    photos: dict = field(default_factory=dict)
    shown: Shown = field(default_factory=Shown)
    seen: int = 0
    sequence: int = 0
    skew: int = 0  # milliseconds by which its clock is wrong

    def now(self):
        return START + self.skew + self.sequence * 60_000

    # --- a person works ---

    def heads(self, question, name):
        return [
            op.id for op in rules.heads(op for key, other, op in self.ops.values() if (key, other) == (question, name))
        ]

    def change(self, question, name, value) -> tuple[str, Made]:
        """Keep a change, made from what the screen shows."""
        base = self.heads(question, name)
        knew = frozenset(key for key, one in self.ops.items() if one[:2] == (question, name))
        self.sequence += 1
        key = new_id(self.rng, self.now())
        self.outbox[key] = {
            "id": key, "sequence": self.sequence, "question": question, "field": name, "value": value, "base": base,
            "base_revision": self.seen, "at": f"{2026 + self.skew // YEAR}-03-02T09:00:00Z",
        }  # fmt: skip
        value = rules.readable(value)
        self.ops[key] = (question, name, rules.Op(key, tuple(base), value))
        self.own.add(key)
        self.shown.kept.add(key)
        return key, Made(question, name, value, tuple(base), knew)

    def take_photo(self, question, data) -> tuple[str, Made]:
        key = new_id(self.rng, self.now())
        self.photos[key] = Photo(question, data)
        return self.change(question, f"photo:{key}", True)

    # --- sending ---

    def batch(self, count) -> list:
        return [one for key, one in self.outbox.items() if key not in self.held][:count]

    def body(self, batch) -> bytes:
        return json.dumps({"device_id": self.device_id, "seen": self.seen, "operations": batch}).encode()

    def put_in_a_request(self, batch) -> None:
        """Nothing leaves the outbox by being sent."""

    def refused(self, status, batch) -> None:
        """Whatever the server says instead of receipts: nothing is removed. One that stands alone is held."""
        if status in ITEM_REFUSALS - {404} and len(batch) == 1:
            self.held.add(batch[0]["id"])

    def take(self, reply, batch) -> None:
        asked = {one["id"] for one in batch}
        for receipt in reply["receipts"]:
            key, outcome = receipt["id"], receipt["outcome"]
            if key not in asked:
                continue
            if outcome == "already" and receipt["reason"]:
                outcome = "quarantined"
            if outcome == "quarantined":
                self.shown.aside.add(key)
                self.ops.pop(key, None)
            else:
                self.shown.safe.add(key)
                if key in self.ops and receipt["revision"]:
                    question, name, op = self.ops[key]
                    self.ops[key] = (question, name, op._replace(revision=receipt["revision"]))
            self.outbox.pop(key, None)
            self.held.discard(key)
        for row in reply["operations"]:
            op = rules.Op(row["id"], tuple(row["base"]), row["value"], row["revision"])
            self.ops[row["id"]] = (row["question"], row["field"], op)
        self.seen = max(self.seen, reply["revision"])

    def flush(self, exchange) -> bool:
        """Until nothing waits and nothing is left to hear, on a good network. Is the server willing?"""
        size = self.limit
        while True:
            batch = self.batch(size)
            self.put_in_a_request(batch)
            status, reply = exchange(self, self.body(batch))
            if status == 200:
                self.take(reply, batch)
                if not self.batch(1) and not reply["more"]:
                    return True
                size = self.limit
            elif status in ITEM_REFUSALS - {404} and batch:
                self.refused(status, batch)
                size = max(1, len(batch) // 2)
            else:
                self.refused(status, batch)
                return False

    def photo_receipt(self, key, status, reply) -> None:
        photo = self.photos[key]
        if status == 200 and (reply.get("id"), reply.get("sha256"), reply.get("state")) == (key, photo.digest, "safe"):
            photo.state = "safe"
        elif status in ITEM_REFUSALS | {403}:
            photo.held = True

    # --- what it shows ---

    def tells(self, hears_more=True) -> Shown:
        grouped = defaultdict(list)
        for question, name, op in self.ops.values():
            grouped[question, name].append(op)
        self.shown.waiting = set(self.outbox)
        self.shown.on_disk = self.own
        self.shown.photos = {key: (one.digest, one.state, bool(one.data)) for key, one in self.photos.items()}
        waiting = [place[:2] for key, place in self.ops.items() if key in self.outbox]
        self.shown.view = (
            {place: rules.resolve(place[1], ops)[1:] for place, ops in grouped.items() if place not in waiting}
            if hears_more
            else None
        )
        return self.shown
