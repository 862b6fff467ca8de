"""Guards read the code and ask addresses. None needs a database, so that a fresh clone is checked in seconds."""

import pytest


@pytest.fixture(scope="session")
def django_db_setup():
    raise AssertionError("Making a database takes a minute, and a check runs before every commit: move this test out.")
