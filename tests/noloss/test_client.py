"""The client itself (tablet/src under Node) plays histories against the server over HTTP, and nothing is lost either.

The seed decides what happens; in which order two tabs of one tablet come to it, the machine does.
"""

import os
import shutil

import pytest

from tests.noloss.real import node, spoiled, theatre

FIRST = int(os.environ.get("HISTORY_SEED", "1"))
COUNT = 12
ENOUGH = 24  # histories within which a fault must show; most show in the first, and what a busy machine does varies

pytestmark = pytest.mark.skipif(not shutil.which("node"), reason="Node is not on the path")

FAULTS = {
    "gone when sent": {
        "store.js": (
            'for (const one of waiting) if (!one.sent) change.put("operations", { ...one, sent: 1 });',
            'for (const { pending, ...sent } of waiting) change.put("operations", sent);',
        )
    },
    "a refusal is final": {
        "sync.js": (
            "if (batch.length > 1) size = Math.ceil(batch.length / 2);",
            "if (batch.length) await store.receive(assessment.id, batch, { receipts: batch.map(({ id }) => "
            '({ id, outcome: "accepted" })), operations: [], revision: 0, more: false });',
        )
    },
    "bases are not asked": {"heads.js": ("!covered.has(operation.id)", "true")},
}


def test_no_history_of_the_real_client_loses_anything(own_database):
    with theatre(COUNT) as stage, node() as stage.process:
        for seed in range(FIRST, FIRST + COUNT):
            try:
                stage.play(seed)
            except Exception as error:
                words = f"history {seed} (HISTORY_SEED={seed}): {type(error).__name__}: {error}"
                raise AssertionError(words) from error


def test_a_guard_taken_out_of_the_client_is_noticed(own_database, tmp_path):
    with theatre(ENOUGH * len(FAULTS)) as stage:
        for name, changes in FAULTS.items():
            with node(spoiled(tmp_path / name.replace(" ", "-"), changes)) as stage.process:
                assert any(notices(stage, seed, name) for seed in range(1, ENOUGH + 1)), f"not noticed: {name}"


def notices(stage, seed, name):
    try:
        stage.play(seed)
    except AssertionError as error:
        print(f"{name}: history {seed}: {error}")
        return True
    return False
