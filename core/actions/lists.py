"""Lists people send in on a screen: looked through by a job, shown, taken by another job, and their files destroyed.

What a list is and what becomes of its rows an app says, by a `Desk`. An import runs as the person who sent the list,
with the rights she has when it runs; a look at the list is the same import, of which nothing stays.
"""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path, PurePath

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core import audit, holders, queue, scanning
from core.errors import Invalid, Refusal, WrongState
from core.models import SentList
from core.sheets import MAX_BYTES, WORKBOOKS, Unclear
from core.storage import store

TEXTS = (".csv", ".txt", ".tsv")
KEPT = timedelta(days=30)
State = SentList.State


@dataclass(frozen=True)
class Desk:
    """What an app does with its lists. `model`: of a list. `check_can(by, owner)`. `jobs`: the app whose jobs
    `check_list` and `take_list` call the two actions of this name.

    `look(uploaded, path, told, dry_run=, accept_partial=, watch=, after=)` imports the file, all or nothing, fills
    `told` for the screen, whatever happens, and returns whether it was stopped by rows that cannot be taken. `watch(n)`
    hears of n more rows; `after(result)` is called in the transaction of the import. `problems(mapping)`: what is wrong
    with a mapping, in words. `finish(uploaded, result)`: put what came of it on the list; the names of what was set.
    """

    model: type
    check_can: Callable
    jobs: str
    look: Callable
    problems: Callable = lambda mapping: []
    finish: Callable = lambda uploaded, result: []

    def job(self, name):
        return f"{self.jobs}.{name}"


@transaction.atomic
def upload_list(*, desk, name, data, encoding="", by, **more):
    """Take in a list from who may import it; a job looks through it. `more`: whose it is. Records list.uploaded.

    Raises Invalid for a file that is no list by its name or size, or that the scanner refuses.
    """
    uploaded = desk.model(uploaded_by_id=by.pk, encoding=encoding, **more)
    desk.check_can(by, uploaded.owner)
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
    uploaded.name, uploaded.size, uploaded.stored = name, len(data), store().put(data)
    uploaded.save()
    queue.enqueue(desk.job("check_list"), list_id=uploaded.pk)
    audit.record("list.uploaded", uploaded, by=by, programme=_programme_of(uploaded))
    return uploaded


@transaction.atomic
def read_list_as(*, desk, uploaded, encoding="", mapping=None, by):
    """Say how a list is to be read, by its encoding or a column mapping; it is looked through again."""
    desk.check_can(by, uploaded.owner)
    uploaded = _waiting(uploaded)
    problems = desk.problems(mapping) if mapping is not None else []
    if problems:
        raise Invalid(" ".join(problems))
    uploaded.encoding, uploaded.mapping, uploaded.state = encoding, mapping, State.CHECKING
    uploaded.save(update_fields=["encoding", "mapping", "state"])
    queue.enqueue(desk.job("check_list"), list_id=uploaded.pk)
    return uploaded


@transaction.atomic
def want_list(*, desk, uploaded, accept_partial=False, by):
    """Say yes to a list that was looked through; a job takes it. Records list.wanted.

    Raises Invalid when rows are refused and nobody said that the rest is enough.
    """
    desk.check_can(by, uploaded.owner)
    uploaded = _waiting(uploaded)
    if uploaded.told.get("problem"):
        raise WrongState(uploaded.told["problem"])
    if uploaded.told["counts"]["refused"] and not accept_partial:
        raise Invalid(_("Some rows cannot be taken. Mend the list, or say that the rest is enough."))
    uploaded.state, uploaded.accept_partial, uploaded.uploaded_by_id = State.TAKING, accept_partial, by.pk
    uploaded.save(update_fields=["state", "accept_partial", "uploaded_by"])
    queue.enqueue(desk.job("take_list"), list_id=uploaded.pk)
    audit.record("list.wanted", uploaded, by=by, programme=_programme_of(uploaded), partial=accept_partial)
    return uploaded


@transaction.atomic
def drop_list(*, desk, uploaded, by):
    """Throw away a list that is not wanted, and its file. Records list.dropped."""
    desk.check_can(by, uploaded.owner)
    uploaded = _waiting(uploaded)
    _drop(uploaded, by)
    return uploaded


@transaction.atomic
def drop_old_lists(*, desk, by) -> int:
    """Throw away what nobody came back to in thirty days. Records list.dropped for each."""
    old = desk.model.objects.select_for_update().filter(state=State.CHECKED, uploaded_at__lt=timezone.now() - KEPT)
    for uploaded in old:
        _drop(uploaded, by)
    return len(old)


def _drop(uploaded, by):
    uploaded.state = State.DROPPED
    _forget_file(uploaded)
    uploaded.save(update_fields=["state", "stored"])
    audit.record("list.dropped", uploaded, by=by, programme=_programme_of(uploaded))


@transaction.atomic
def ask_again(*, desk, uploaded, by) -> None:
    """Ask anew for a job that failed."""
    desk.check_can(by, uploaded.owner)
    name = job_of(desk, uploaded)
    if name and not queue.is_waiting(name, list_id=uploaded.pk):
        queue.enqueue(name, list_id=uploaded.pk)


def job_of(desk, uploaded) -> str:
    """The job that works on a list; empty where none does."""
    name = {State.CHECKING: "check_list", State.TAKING: "take_list"}.get(uploaded.state)
    return desk.job(name) if name else ""


# --- the jobs --------------------------------------------------------------------------------------------------


def check_list(*, desk, uploaded, by) -> None:
    """Look through a list as its import would; nothing of it stays. Harmless when it runs twice."""
    if uploaded.state != State.CHECKING:
        return
    told: dict = {}
    with translation.override(uploaded.uploaded_by.language):
        try:
            _imported(desk, uploaded, told, dry_run=True, accept_partial=True)
        except Unclear as error:
            told |= {"problem": str(error.sentence), "likely": error.likely, "unclear": True}
        except Refusal as error:
            told |= {"problem": str(error.sentence)}
    with transaction.atomic():
        now = desk.model.objects.select_for_update().get(pk=uploaded.pk)
        if now.state == State.CHECKING:
            now.told, now.state = json_safe(told), State.CHECKED
            now.save(update_fields=["told", "state"])


def take_list(*, desk, uploaded, by) -> None:
    """Import a list as the person who said yes. Whoever comes second finds it taken.

    When it can no longer be taken, the list waits again and says why.
    """
    if uploaded.state != State.TAKING:
        return

    def done(result):
        """In the transaction of the import."""
        now = desk.model.objects.select_for_update().get(pk=uploaded.pk)
        if now.state != State.TAKING:
            raise WrongState(_("This list is taken already."))
        now.state = State.DONE
        _forget_file(now)
        now.save(update_fields=["state", "stored", *desk.finish(now, result)])

    told, imported = {}, False
    with translation.override(uploaded.uploaded_by.language):
        try:
            stopped = _imported(desk, uploaded, told, accept_partial=uploaded.accept_partial, after=done)
            imported = True
            if stopped:
                told["changed"] = True
        except Refusal as error:
            told["problem"] = str(error.sentence)
    with transaction.atomic():
        now = desk.model.objects.select_for_update().get(pk=uploaded.pk)
        if now.state == State.TAKING:
            now.state = State.CHECKED
        elif not imported:
            return
        now.told = json_safe(told)
        now.save(update_fields=["told", "state"])


def _imported(desk, uploaded, told, *, accept_partial, dry_run=False, after=None):
    """The import of a list's file, or its dry run. Its progress stands in the cache."""
    desk.check_can(uploaded.uploaded_by, uploaded.owner)
    with tempfile.NamedTemporaryFile(prefix="list-") as file:
        file.write(store().get(uploaded.stored))
        file.flush()
        read = 0

        def watch(rows):
            nonlocal read
            read += rows
            cache.set(progress_key(uploaded), (read, told.get("rows", 0)), 3600)

        return desk.look(
            uploaded, Path(file.name), told, dry_run=dry_run, accept_partial=accept_partial, watch=watch, after=after
        )


def progress_key(uploaded):
    return f"list-{uploaded.pk}"


def json_safe(value):
    """Lazy words as words."""
    if isinstance(value, dict):
        return {key: json_safe(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [json_safe(one) for one in value]
    return value if isinstance(value, int | float | bool | type(None)) else str(value)


def _programme_of(uploaded):
    """The programme a list is on record under; none for what is no programme's business."""
    return getattr(uploaded, "programme", None)


def _waiting(uploaded):
    """The list, locked, if it waits for a person."""
    uploaded = type(uploaded).objects.select_for_update().get(pk=uploaded.pk)
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
