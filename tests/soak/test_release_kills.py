"""SIGKILL while a release is published, at every moment and then at any time. `SOAK_SEED` gives other times."""

import os

import pytest
from django.conf import settings

from tests.disclosure.killing import check_kills

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(not settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"), reason="a file of its own"),
]


def test_two_hundred_moments(file, tmp_path):
    check_kills(file, tmp_path, 200, seed=int(os.environ.get("SOAK_SEED", "1")))
