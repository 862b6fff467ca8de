"""Two hundred histories in every run of the tests: nothing recorded is lost, whatever network, server and people do.

`make soak` plays as many as fit (tests/soak/test_histories.py). `HISTORY_SEED=7` begins at a seed.
"""

import os

import pytest

from tests.noloss.history import Stage, play_or_name
from tests.world import World

FIRST = int(os.environ.get("HISTORY_SEED", "1"))


@pytest.fixture
def stage(db):
    return Stage(World())


def test_no_history_loses_anything(stage):
    for seed in range(FIRST, FIRST + 188):
        play_or_name(stage, seed)
