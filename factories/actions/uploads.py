"""Lists of factories people send in on a screen: the import itself is `import_sites`, as the command does it."""

from dataclasses import asdict
from functools import partial

from core.actions import lists
from core.actions.lists import Desk
from factories import permissions, queries, rules
from factories.actions.lists import import_sites
from factories.imports import Reading, look_through
from factories.models import UploadedList

# So many refused rows are kept to be shown.
SHOWN = 500


def _look(uploaded, path, told, *, dry_run, accept_partial, watch, after):
    """Import the file of a list; see core.actions.lists.Desk."""
    programme, reading, outcome = uploaded.programme, Reading(), None
    saved = [one.document for one in queries.column_mappings(programme)]
    try:
        look_through(
            reading, path, name=uploaded.name, mapping=uploaded.mapping, saved=saved,
            encoding=uploaded.encoding or None,
        )  # fmt: skip
        told["rows"] = reading.total
        outcome = import_sites(
            rows=reading, files=reading.files, programme=programme, accept_partial=accept_partial, dry_run=dry_run,
            watch=watch, after=after, by=uploaded.uploaded_by,
        )  # fmt: skip
    finally:
        told |= _told(reading, outcome, uploaded)
    return outcome.stopped


def _told(reading, outcome, uploaded):
    """What the reading and its import found, for the screen."""
    name = uploaded.name
    told = {
        "notes": reading.notes.get(name, []) + reading.outside(uploaded.programme),
        "columns": reading.columns.get(name, []),
        "unread": reading.unread.get(name, []),
        "mapped": reading.mapped.get(name, ""),
        "rows": reading.total,
    }
    if outcome is not None:
        names = ("read", "created", "updated", "unchanged", "duplicate", "doubts")
        told["counts"] = {one: getattr(outcome, one) for one in names} | {"refused": len(outcome.refused)}
        told["refused"] = [asdict(one) for one in outcome.refused[:SHOWN]]
    return told


def _finish(uploaded, record):
    uploaded.result = record
    return ["result"]


DESK = Desk(
    model=UploadedList, check_can=permissions.check_can_import, jobs="factories", look=_look,
    problems=rules.mapping_problems, finish=_finish,
)  # fmt: skip
upload_list, read_list_as, want_list, drop_list, drop_old_lists, ask_again, check_list, take_list = (
    partial(act, desk=DESK)
    for act in (
        lists.upload_list, lists.read_list_as, lists.want_list, lists.drop_list, lists.drop_old_lists, lists.ask_again,
        lists.check_list, lists.take_list,
    )
)  # fmt: skip
