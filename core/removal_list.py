"""The list of what was removed by law, one line each, kept beside the backups: a backup holds what was removed later.

Ids and codes only, never words. After a restore everything on it is removed again (core.actions.removals.remove_again).
"""

import json
import os
from pathlib import Path

from django.conf import settings
from django.db import transaction

from core.errors import Invalid
from core.models import Redaction

FACTS = ("subject_type", "subject_id", "reason", "asked_by_id", "agreed_by_id")


def note(redaction: Redaction) -> None:
    """Write a removal on the list once the running transaction stands.

    A disk that is full does not undo a removal: the next backup completes the list.
    """
    transaction.on_commit(lambda: _append([_line(redaction)]), robust=True)


def complete() -> None:
    """Every removal of the database is on the list."""
    known = {(line["subject_type"], line["subject_id"]) for line in lines()}
    rows = Redaction.objects.order_by("at")
    _append([_line(row) for row in rows if (row.subject_type, row.subject_id) not in known])


def lines(path=None) -> list[dict]:
    """What the list says, oldest first; nothing where there is none. Raises Invalid where it cannot be read."""
    path = Path(path or settings.REMOVALS_LIST)
    if not path.exists():
        return []
    try:
        found = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        return [{name: str(line[name]) for name in FACTS} for line in found]
    except (OSError, ValueError, KeyError, TypeError):
        raise Invalid(f"The list of removals {path} cannot be read. Mend it before you go on.") from None


def _line(redaction):
    facts = {name: str(getattr(redaction, name)) for name in FACTS}
    return json.dumps({"at": redaction.at.isoformat(timespec="seconds"), **facts}) + "\n"


def _append(new):
    if not new:
        return
    path = Path(settings.REMOVALS_LIST)
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a", encoding="utf-8") as file:
        file.write("".join(new))  # one write: two processes do not mix their lines
        file.flush()
        os.fsync(file.fileno())
