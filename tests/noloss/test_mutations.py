"""The histories find what they are there for: with any one guard taken away, one of the first histories fails."""

import pytest

from compliance import rules, sync
from tests.noloss.history import Stage, play
from tests.noloss.twin import Tablet
from tests.world import World

ENOUGH = 40  # histories within which the fault must show


def last_one_wins(patch):
    """The merge no longer asks what a change was made from: the one received last stands."""
    real = rules.heads

    def heads(operations):
        ends = list(operations)
        return [max(ends, key=lambda one: (one.revision is None, one.revision or 0, one.id))] if ends else real(ends)

    patch.setattr(rules, "heads", heads)


def nothing_is_settled(patch):
    """The merge forgets bases the other way round: every value ever given stands beside the others."""
    patch.setattr(rules, "heads", lambda operations: sorted(operations, key=lambda one: one.id))


def what_is_taken_back_is_forgotten(patch):
    """The merge drops tombstones: what was taken off or taken back leaves no trace."""
    real = rules.resolve
    patch.setattr(
        rules, "resolve", lambda field, ops: real(field, [one for one in ops if one.value not in (False, None)])
    )


def a_tombstone_is_not_stored(patch):
    """The server says "already" to what is taken back, and does not keep it."""
    real = sync._judge

    def judge(incoming, *rest):
        return ("already", None) if incoming.value in (False, None) else real(incoming, *rest)

    patch.setattr(sync, "_judge", judge)


def twice_is_two(patch):
    """The server no longer knows what it has stored."""
    real = sync._judge

    def judge(incoming, assessment, allowed, active, known, *rest):
        return real(incoming, assessment, allowed, active, {}, *rest)

    patch.setattr(sync, "_judge", judge)


def aside_is_nowhere(patch):
    """What the server cannot take is answered and not kept."""
    patch.setattr(sync, "_keep_aside", lambda *_: None)


def gone_when_sent(patch):
    """The client takes a change out of the outbox when it is sent, not when its receipt is there."""

    def put_in_a_request(self, batch):
        for one in batch:
            self.outbox.pop(one["id"], None)

    patch.setattr(Tablet, "put_in_a_request", put_in_a_request)


def a_refusal_is_final(patch):
    """The client takes any 4xx for the last word."""

    def refused(self, status, batch):
        if 400 <= status < 500:
            for one in batch:
                self.outbox.pop(one["id"], None)

    patch.setattr(Tablet, "refused", refused)


def one_receipt_for_all(patch):
    """The client takes a 200 for a receipt of everything it sent."""
    real = Tablet.take

    def take(self, reply, batch):
        real(self, reply, batch)
        for one in self.batch(300):
            self.outbox.pop(one["id"], None)

    patch.setattr(Tablet, "take", take)


FAULTS = [
    last_one_wins, nothing_is_settled, what_is_taken_back_is_forgotten, a_tombstone_is_not_stored, twice_is_two,
    aside_is_nowhere, gone_when_sent, a_refusal_is_final, one_receipt_for_all,
]  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_guard_taken_away_is_noticed(db, monkeypatch, fault):
    stage = Stage(World())
    fault(monkeypatch)
    for seed in range(1, ENOUGH + 1):
        try:
            play(stage, seed)
        except Exception as error:
            print(f"{fault.__name__}: history {seed}: {type(error).__name__}: {error}")
            return
    pytest.fail(f"{ENOUGH} histories did not notice: {fault.__doc__}")
