"""Keys: UUIDv7. They sort by time, and a tablet can make them offline."""

import uuid

from uuid_utils.compat import uuid7


def new_id() -> uuid.UUID:
    """A new UUIDv7. (A library: neither Python 3.11 nor PostgreSQL 15 has them.)"""
    return uuid7()
