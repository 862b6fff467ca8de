"""Lists people send in on a screen: looked through by a job, shown, taken by another job, and their files destroyed.

The import itself is `import_sites`, as the command does it; here it runs as the person who sent the list, with the
rights she has when it runs.
"""

import tempfile
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path, PurePath

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core import audit, holders, queue, scanning
from core.errors import Invalid, Refusal, WrongState
from core.sheets import MAX_BYTES, WORKBOOKS, Unclear
from core.storage import store
from factories import permissions, queries, rules
from factories.actions.lists import import_sites
from factories.imports import Reading, look_through
from factories.models import UploadedList

TEXTS = (".csv", ".txt", ".tsv")
# So many refused rows are kept to be shown.
SHOWN = 500
KEPT = timedelta(days=30)
State = UploadedList.State


@transaction.atomic
def upload_list(*, programme, name, data, encoding="", by) -> UploadedList:
    """Take in a list for a programme, whose manager sends it; a job looks through it. Records list.uploaded.

    Raises Invalid for a file that is no list by its name or size, or that the scanner refuses.
    """
    permissions.check_can_import(by, programme)
    name = " ".join(PurePath(name.replace("\\", "/")).name.split())[-200:]
    if not name.lower().endswith((*TEXTS, *WORKBOOKS)):
        raise Invalid(_("A list is a csv, xls, xlsx or ods file."))
    if not data:
        raise Invalid(_("%(name)s is empty.") % {"name": name})
    if len(data) > MAX_BYTES:
        raise Invalid(
            _("%(name)s is larger than %(most)d MB. Split it.") % {"name": name, "most": MAX_BYTES // 1024**2}
        )
    scanning.ask(data)
    uploaded = UploadedList.objects.create(
        programme=programme,
        name=name,
        size=len(data),
        stored=store().put(data),
        encoding=encoding,
        uploaded_by_id=by.pk,
    )
    queue.enqueue("factories.check_list", list_id=uploaded.pk)
    audit.record("list.uploaded", uploaded, by=by, programme=programme)
    return uploaded


@transaction.atomic
def read_list_as(*, uploaded, encoding="", mapping=None, by) -> UploadedList:
    """Say how a list is to be read, by its encoding or a column mapping; it is looked through again."""
    permissions.check_can_import(by, uploaded.programme)
    uploaded = _waiting(uploaded)
    problems = rules.mapping_problems(mapping) if mapping is not None else []
    if problems:
        raise Invalid(" ".join(problems))
    uploaded.encoding, uploaded.mapping, uploaded.state = encoding, mapping, State.CHECKING
    uploaded.save(update_fields=["encoding", "mapping", "state"])
    queue.enqueue("factories.check_list", list_id=uploaded.pk)
    return uploaded


@transaction.atomic
def want_list(*, uploaded, accept_partial=False, by) -> UploadedList:
    """Say yes to a list that was looked through; a job takes it. Records list.wanted.

    Raises Invalid when rows are refused and nobody said that the rest is enough.
    """
    permissions.check_can_import(by, uploaded.programme)
    uploaded = _waiting(uploaded)
    if uploaded.told.get("problem"):
        raise WrongState(uploaded.told["problem"])
    if uploaded.told["counts"]["refused"] and not accept_partial:
        raise Invalid(_("Some rows cannot be taken. Mend the list, or say that the rest is enough."))
    uploaded.state, uploaded.accept_partial, uploaded.uploaded_by_id = State.TAKING, accept_partial, by.pk
    uploaded.save(update_fields=["state", "accept_partial", "uploaded_by"])
    queue.enqueue("factories.take_list", list_id=uploaded.pk)
    audit.record("list.wanted", uploaded, by=by, programme=uploaded.programme, partial=accept_partial)
    return uploaded


@transaction.atomic
def drop_list(*, uploaded, by) -> UploadedList:
    """Throw away a list that is not wanted, and its file. Records list.dropped."""
    permissions.check_can_import(by, uploaded.programme)
    uploaded = _waiting(uploaded)
    uploaded.state = State.DROPPED
    _forget_file(uploaded)
    uploaded.save(update_fields=["state", "stored"])
    audit.record("list.dropped", uploaded, by=by, programme=uploaded.programme)
    return uploaded


@transaction.atomic
def drop_old_lists(*, by) -> int:
    """Throw away what nobody came back to in thirty days. Records list.dropped for each."""
    old = UploadedList.objects.select_for_update().filter(
        state=State.CHECKED, uploaded_at__lt=timezone.now() - KEPT
    )  # fmt: skip
    for uploaded in old:
        uploaded.state = State.DROPPED
        _forget_file(uploaded)
        uploaded.save(update_fields=["state", "stored"])
        audit.record("list.dropped", uploaded, by=by, programme=uploaded.programme)
    return len(old)


@transaction.atomic
def ask_again(*, uploaded, by) -> None:
    """Ask anew for a job that failed."""
    permissions.check_can_import(by, uploaded.programme)
    name = {State.CHECKING: "factories.check_list", State.TAKING: "factories.take_list"}.get(uploaded.state)
    if name and not queue.is_waiting(name, list_id=uploaded.pk):
        queue.enqueue(name, list_id=uploaded.pk)


# --- the jobs --------------------------------------------------------------------------------------------------


def check_list(*, uploaded, by) -> None:
    """Look through an uploaded list as its import would; nothing of it stays. Harmless when it runs twice."""
    if uploaded.state != State.CHECKING:
        return
    reading, outcome, told = Reading(), None, {}
    with translation.override(uploaded.uploaded_by.language):
        try:
            outcome = _imported(uploaded, reading, dry_run=True, accept_partial=True)
        except Unclear as error:
            told = {"problem": str(error.sentence), "likely": error.likely, "unclear": True}
        except Refusal as error:
            told = {"problem": str(error.sentence)}
    uploaded.told = json_safe(told | _told(reading, outcome, uploaded))
    with transaction.atomic():
        now = UploadedList.objects.select_for_update().get(pk=uploaded.pk)
        if now.state == State.CHECKING:
            now.told, now.state = uploaded.told, State.CHECKED
            now.save(update_fields=["told", "state"])


def take_list(*, uploaded, by) -> None:
    """Import an uploaded list as the person who said yes. Whoever comes second finds it taken.

    When it can no longer be taken, the list waits again and says why.
    """
    if uploaded.state != State.TAKING:
        return
    reading = Reading()

    def done(record):
        """In the transaction of the import."""
        now = UploadedList.objects.select_for_update().get(pk=uploaded.pk)
        if now.state != State.TAKING:
            raise WrongState(_("This list is taken already."))
        now.state, now.result = State.DONE, record
        _forget_file(now)
        now.save(update_fields=["state", "result", "stored"])

    with translation.override(uploaded.uploaded_by.language):
        try:
            outcome = _imported(uploaded, reading, accept_partial=uploaded.accept_partial, after=done)
            told = {} if not outcome.stopped else {"changed": True}
        except Refusal as error:
            outcome, told = None, {"problem": str(error.sentence)}
    told = json_safe(told | _told(reading, outcome, uploaded))
    with transaction.atomic():
        now = UploadedList.objects.select_for_update().get(pk=uploaded.pk)
        if now.state == State.TAKING:
            now.state = State.CHECKED
        elif outcome is None:
            return
        now.told = told
        now.save(update_fields=["told", "state"])


def _imported(uploaded, reading, *, accept_partial, dry_run=False, after=None):
    """The import of a list's file, or its dry run. Its progress stands in the cache."""
    programme, person = uploaded.programme, uploaded.uploaded_by
    permissions.check_can_import(person, programme)
    saved = [one.document for one in queries.column_mappings(programme)]
    with tempfile.NamedTemporaryFile(prefix="list-") as file:
        file.write(store().get(uploaded.stored))
        file.flush()
        look_through(
            reading, Path(file.name), name=uploaded.name, mapping=uploaded.mapping, saved=saved,
            encoding=uploaded.encoding or None,
        )  # fmt: skip
        read = 0

        def watch(rows):
            nonlocal read
            read += rows
            cache.set(progress_key(uploaded), (read, reading.total), 3600)

        return import_sites(
            rows=reading, files=reading.files, programme=programme, accept_partial=accept_partial, dry_run=dry_run,
            watch=watch, after=after, by=person,
        )  # fmt: skip


def progress_key(uploaded):
    return f"factories-list-{uploaded.pk}"


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


def json_safe(value):
    """Lazy words as words."""
    if isinstance(value, dict):
        return {key: json_safe(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [json_safe(one) for one in value]
    return value if isinstance(value, int | float | bool | type(None)) else str(value)


def _waiting(uploaded):
    """The list, locked, if it waits for a person."""
    uploaded = (
        UploadedList.objects.select_for_update(of=("self",)).select_related("programme").get(pk=uploaded.pk)
    )  # fmt: skip
    if uploaded.state != State.CHECKED:
        raise WrongState(_("This list is being worked on, or is done with. Look again in a moment."))
    return uploaded


def _forget_file(uploaded):
    """Destroy the file after the transaction, unless another row holds the same file."""
    key, uploaded.stored = uploaded.stored, ""

    def remove():
        if not holders.is_held(key):
            store().remove(key)

    transaction.on_commit(remove)
