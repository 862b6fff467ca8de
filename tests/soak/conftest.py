"""Each part of the soak says how long it took, as soon as it is over. And a database that may be killed."""

import sqlite3
import time
from collections import defaultdict

import pytest
from django.db import connection

_spent: dict = defaultdict(float)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item, nextitem):
    began = time.monotonic()
    yield
    _spent[item.path] += time.monotonic() - began
    if nextitem is None or nextitem.path != item.path:
        item.config.get_terminal_writer().line(f" {item.path.stem}: {_spent[item.path]:.0f} s")


@pytest.fixture
def file(tmp_path, django_db_setup, django_db_blocker):
    """A database file with real commits that this test owns; restored by being left behind, never flushed."""
    given = connection.settings_dict["NAME"]
    own = tmp_path / "base.sqlite3"
    with django_db_blocker.unblock():
        connection.close()
        with sqlite3.connect(given) as ours, sqlite3.connect(own) as copy:
            ours.backup(copy)
        ours.close()
        copy.close()
        connection.settings_dict["NAME"] = str(own)
        try:
            yield own
        finally:
            connection.close()
            connection.settings_dict["NAME"] = given
