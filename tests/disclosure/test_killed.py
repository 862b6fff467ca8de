"""SIGKILL while a release is published: one whole release is there, and the next attempt completes."""

import pytest
from django.conf import settings

from tests.disclosure.killing import check_kills
from tests.soak.conftest import file  # noqa: F401 (a database of its own)

pytestmark = pytest.mark.skipif(
    not settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"), reason="a file of its own"
)


def test_twenty_moments(file, tmp_path):  # noqa: F811
    check_kills(file, tmp_path, 20, seed=1)
