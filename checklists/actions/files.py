"""Files people send in on a screen: read by a job, shown with what they would do, then taken; and saved mappings.

Nothing of a file is written before a person says so. The job tries all that taking it would do, as the person who sent
it, and takes it back.
"""

import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path, PurePath

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from checklists import permissions, queries, rules
from checklists.actions.drafts import save_draft
from checklists.actions.translations import add_translation
from checklists.files import WORKBOOKS, read_file
from checklists.imports import MAX_BYTES
from checklists.models import QuestionMapping, SentFile
from checklists.spreadsheets import mapped
from core import audit, queue, scanning
from core.errors import Invalid, Refusal, WrongState
from core.sheets import Unclear

ENDINGS = (".yaml", ".yml", ".csv", *WORKBOOKS)
# So many places are kept to be shown.
MOST = 500
KEPT = timedelta(days=30)
STEPS = 4
State = SentFile.State


@transaction.atomic
def send_file(*, name, data, version=None, by) -> SentFile:
    """Take in a file; a job reads it. `version`: whose texts it translates; else it is a checklist. Records file.sent.

    Raises Invalid for what is no such file by its name or size, or that the scanner refuses.
    """
    _check(by, version)
    name = " ".join(PurePath(name.replace("\\", "/")).name.split())[-200:]
    if not name.lower().endswith(ENDINGS):
        raise Invalid(_("Send a YAML file, a workbook (xlsx, xls, ods) or a csv file."))
    if not data or len(data) > MAX_BYTES:
        raise Invalid(_("Choose a file of at most 10 MB."))
    scanning.ask(data)
    sent = SentFile.objects.create(name=name, data=data, version=version, sent_by_id=by.pk)
    _ask(sent)
    audit.record("file.sent", sent, by=by)
    return sent


def _check(by, version):
    if version is None:
        permissions.check_can_edit(by)
    else:
        permissions.check_can_translate(by)


def _ask(sent):
    queue.enqueue("checklists.read_file", file_id=sent.pk)


@transaction.atomic
def read_file_as(*, sent, encoding="", mapping=None, given=None, by) -> SentFile:
    """Say how a file is to be read; it is read again. By its encoding, by what its columns mean, or, of an XLSForm,
    by the key and version it becomes and the language it is read in ({"key", "version", "language"})."""
    _check(by, sent.version)
    sent = _waiting(sent)
    problems = list(mapped.mapping_problems(mapping)) if mapping is not None else []
    if problems:
        raise Invalid(" ".join(problems))
    sent.encoding, sent.mapping, sent.given, sent.state = encoding, mapping, given or {}, State.READING
    sent.save(update_fields=["encoding", "mapping", "given", "state"])
    _ask(sent)
    return sent


@transaction.atomic
def ask_again(*, sent, by) -> None:
    """Ask anew for a reading that failed."""
    _check(by, sent.version)
    if sent.state == State.READING and not queue.is_waiting("checklists.read_file", file_id=sent.pk):
        _ask(sent)


@transaction.atomic
def take_file(*, sent, partly=False, by) -> SentFile:
    """Make what was read a draft, or the newest texts of its version. Records file.taken.

    `partly`: without what cannot be carried. Refused when somebody saved the draft since it was read.
    """
    _check(by, sent.version)
    sent = _waiting(sent)
    if sent.told.get("problem"):
        raise WrongState(sent.told["problem"])
    if sent.told.get("losses") and not partly:
        raise Invalid(_("Parts of this file cannot be carried. Mend it, or take it without them."))
    if sent.version is None:
        sent.draft = save_draft(document=sent.document, based_on=sent.based_on, by=by)
    else:
        add_translation(document=sent.document, by=by)
    sent.state, sent.data = State.TAKEN, None
    sent.save(update_fields=["state", "data", "draft"])
    audit.record("file.taken", sent, by=by)
    return sent


@transaction.atomic
def drop_file(*, sent, by) -> SentFile:
    """Throw a file away that is not wanted. Records file.dropped."""
    _check(by, sent.version)
    return _dropped(_waiting(sent), by)


@transaction.atomic
def drop_old_files(*, by) -> int:
    """Throw away what nobody came back to in thirty days. Records file.dropped for each."""
    old = SentFile.objects.select_for_update().filter(state=State.READ, sent_at__lt=timezone.now() - KEPT)
    return len([_dropped(sent, by) for sent in old])


def _dropped(sent, by):
    sent.state, sent.data, sent.document, sent.told = State.DROPPED, None, None, {}
    sent.save(update_fields=["state", "data", "document", "told"])
    audit.record("file.dropped", sent, by=by)
    return sent


def _waiting(sent):
    """The file, locked, if it waits for a person."""
    rows = SentFile.objects.select_for_update(of=["self"]).select_related("version", "based_on").defer("data")
    sent = rows.get(pk=sent.pk)
    if sent.state != State.READ:
        raise WrongState(_("This file is being read, or is done with. Look again in a moment."))
    return sent


# --- the job -----------------------------------------------------------------------------------------------------


def look_through(*, sent, by) -> None:
    """Read a file and try what it would do; nothing of that stays. Harmless when it runs twice."""
    if sent.state != State.READING:
        return
    found = {"document": None, "based_on": None}
    with translation.override(sent.sent_by.language), tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / sent.name
        path.write_bytes(sent.data)
        told = _read(sent, path, found)
    with transaction.atomic():
        now = SentFile.objects.select_for_update().defer("data").get(pk=sent.pk)
        if now.state == State.READING:
            now.told, now.document, now.based_on, now.state = told, found["document"], found["based_on"], State.READ
            now.save(update_fields=["told", "document", "based_on", "state"])


def _read(sent, path, found):
    """What reading a file tells; what it says and the revision it stands on go into `found`."""
    notes: list = []
    told: dict = {}
    reading = None
    try:
        _progress(sent, 1)
        reading = _reading(sent, path, notes)
        _progress(sent, 2)
        told |= _about(reading)
        found["document"], found["based_on"] = reading.document, _try_out(sent, reading)
    except Unclear as error:
        told |= {"problem": str(error.sentence), "likely": [list(map(str, one)) for one in error.likely]}
    except Refusal as error:
        told |= {"problem": str(error.sentence), "places": _places(error, reading)}
    told["notes"] = [str(note) for note in notes]
    _progress(sent, 3)
    if sent.version is None and (reading is None or sent.mapping) and "likely" not in told:
        try:
            told["tables"] = mapped.tables(path, sent.encoding or None) if _is_table(path) else []
        except Refusal:
            told["tables"] = []  # the problem says why
    return told


def _is_table(path):
    return path.suffix.lower() in (".csv", *WORKBOOKS)


def _reading(sent, path, notes):
    def text_of(about):
        return _version(about).text.document

    def earlier_of(about):
        earlier = queries.earlier_translation(_version(about), about["language"])
        return earlier.document if earlier else None

    given = {"key": "", "version": "", "language": ""} | sent.given
    if sent.version:  # a form that was taken before brings its other languages
        given |= {"key": sent.version.checklist.key, "version": sent.version.version}
        given["language"] = sent.version.language
    found = read_file(
        path, notes=notes, day=timezone.localdate().isoformat(), encoding=sent.encoding or None, mapping=sent.mapping,
        saved=[one.document for one in queries.mappings(sent.sent_by)], text_of=text_of, earlier_of=earlier_of,
        **given,
    )  # fmt: skip
    return _in_one_language(found, sent.given.get("language")) if sent.version and found.languages else found


def _in_one_language(form, language):
    """Of a form its texts in a language beside the main one: that which was asked for, else the first."""
    found = [one for one in form.translations if language in (None, "", one["language"])]
    if not found:
        raise Invalid(_("This form has no texts in another language."))
    return replace(form, document=found[0], leavings=[])


def _version(about):
    found = queries.version_named(about["checklist"], about["version"])
    if found is None:
        raise Invalid(_("This version is not published here."))
    return found


def _try_out(sent, reading):
    """Do what taking the file would do, as who sent it, and take it back. Returns the revision it stands on."""
    document, person, head = reading.document, sent.sent_by, None
    with transaction.atomic():
        if sent.version is None:
            draft = queries.draft_named(document.get("key"), str(document.get("version")))
            head = draft.head if draft else None
            save_draft(document=document, based_on=head, by=person)
        else:
            named = document.get("checklist"), str(document.get("version"))
            if named != (sent.version.checklist.key, sent.version.version):
                raise Invalid(_("This file translates another version."))
            add_translation(document=document, by=person)
        transaction.set_rollback(True)
    return head


def _about(reading):
    """What a file is, in numbers, and what of it cannot be carried."""
    document = reading.document
    asked = [question for _c, _p, question in rules.questions(document)]
    return {
        "title": str(document.get("title") or ""), "version": str(document.get("version") or ""),
        "questions": len(asked), "rules": sum(bool(question.get("visible_when")) for question in asked),
        "texts": len(document.get("texts") or ()), "losses": len(reading.losses),
        "leavings": [
            {"sheet": one.sheet, "line": one.line, "column": one.column, "reason": str(one.reason), "loss": one.loss}
            for one in sorted(reading.leavings, key=lambda one: not one.loss)[:MOST]
        ],
        "left": len(reading.leavings), "languages": reading.languages,
    }  # fmt: skip


def _places(error, reading):
    """The places of a refusal, as the file has them: sheet, line and column."""
    found = []
    for one in getattr(error, "problems", [])[:MOST]:
        sheet, line, column = one.get("sheet", ""), one.get("line", ""), one.get("column", "")
        if reading is not None and "place" in one:
            sheet, line, column = reading.where(tuple(one["place"]))
        found.append({"sheet": sheet, "line": line, "column": str(column), "reason": str(one.get("reason") or "")})
    return [one for one in found if one["line"] or one["reason"]]


def _progress(sent, step):
    cache.set(progress_key(sent), step, 3600)


def progress_key(sent):
    return f"checklists-file-{sent.pk}"


# --- mappings ----------------------------------------------------------------------------------------------------


@transaction.atomic
def save_mapping(*, name, document, programme=None, by) -> QuestionMapping:
    """Keep the answer to "which column is what" for one sender's lists of questions; the same name replaces it.

    A checklist editor of the programme for the programme, the command for everybody. Records mapping.saved.
    Raises Invalid with every problem of the document.
    """
    permissions.check_can_keep_mapping(by, programme)
    problems = list(mapped.mapping_problems(document))
    if problems:
        raise Invalid(" ".join(problems), [{"reason": problem} for problem in problems])
    known = QuestionMapping.objects.filter(name=name).first()
    if known and known.programme_id != (programme.pk if programme else None):
        raise Invalid(_("Another mapping has this name."))
    mapping = known or QuestionMapping(name=name, programme=programme)
    mapping.document = dict(document) | {"name": name, "when": mapped.columns_of(document)}
    mapping.saved_at, mapping.saved_by_id = timezone.now(), by.pk
    mapping.save()
    audit.record("mapping.saved", mapping, by=by, programme=programme)
    return mapping
