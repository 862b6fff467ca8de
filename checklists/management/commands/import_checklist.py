"""Read a file of what is asked, and take it in: a checklist, an edition, parameters of law, or a translation."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from checklists import actions, rules
from checklists.exports import to_yaml
from checklists.files import read_file
from checklists.models import QuestionMapping
from checklists.queries import draft_named, earlier_translation, version_named
from checklists.sentences import said
from checklists.spreadsheets.mapped import read_mapping
from core.audit import System
from core.errors import Invalid, Refusal

BY = System("import")


class Command(BaseCommand):
    help = (
        "Read a checklist, an edition of one, parameters of law or a translation, and take it in. Takes YAML, our own "
        "workbook, a translator's sheet, an XLSForm, or any table through a mapping. A foreign file becomes a draft. "
        "The same file twice changes nothing."
    )

    def add_arguments(self, parser):
        parser.add_argument("file")
        parser.add_argument("--dry-run", action="store_true", help="check everything, write nothing")
        parser.add_argument(
            "--accept-partial", action="store_true", help="take a foreign file without what it cannot say here"
        )
        parser.add_argument("--mapping", metavar="NAME", help="a saved mapping, or a YAML file that says the columns")
        parser.add_argument("--keep-mapping", action="store_true", help="keep the mapping of that file for everybody")
        parser.add_argument("--encoding", metavar="NAME", help="of a csv file, where it is not found: cp874, cp932 …")
        parser.add_argument("--publish", action="store_true", help="publish a foreign file at once, without a review")
        parser.add_argument("--translations", metavar="FOLDER", help="write the other languages of a form as files")
        parser.add_argument("--language", default="", help="of a form's texts, where it does not say")
        parser.add_argument("--key", default="", help="of a form's checklist, where it does not say")
        parser.add_argument("--checklist-version", default="", help="of a form's checklist, where it does not say")
        parser.add_argument("--in-force-from", help="the first day, where the file says none; today when left out")
        parser.add_argument("--json", action="store_true", help="end the output with one line for programs")

    def handle(self, *args, file, **options):
        dry_run = options["dry_run"]
        result = {"created": 0, "updated": 0, "unchanged": 0, "duplicate": 0, "refused": []}
        notes = []
        try:
            try:
                reading = self._read(file, options, notes)
            finally:
                for note in notes:
                    self.stderr.write(str(note))
            self._tell(reading, file, options, result)
            self._take(reading, file, dry_run, options, result)
        except Refusal as error:
            found = getattr(error, "problems", [])
            result["refused"] = [_whole(file, one, str(error.sentence)) for one in found or [{}]]
            self.stderr.write(str(error.sentence))
        self._report(result, options["json"])

    def _read(self, file, options, notes):
        def version(about):
            found = version_named(about["checklist"], about["version"])
            if found is None:
                raise Invalid(
                    "This version is not published here.", [{"sheet": "about", "line": 1, "column": "version"}]
                )
            return found

        def earlier(about):
            found = earlier_translation(version(about), about["language"])
            return found.document if found else None

        names = {"language": "language", "key": "key", "version": "checklist_version"}
        return read_file(
            file,
            day=options["in_force_from"] or timezone.localdate().isoformat(),
            mapping=self._mapping(options),
            saved=[one.document for one in QuestionMapping.objects.filter(programme=None)],
            text_of=lambda about: version(about).text.document,
            earlier_of=earlier,
            notes=notes,
            encoding=options["encoding"],
            **{name: options[option] for name, option in names.items()},
        )

    def _mapping(self, options):
        """The mapping a person named, kept for everybody where she says so."""
        name = options["mapping"]
        if not name:
            return None
        saved = QuestionMapping.objects.filter(name=name).first()
        if saved:
            return saved.document
        document = read_mapping(name)
        if options["keep_mapping"] and not options["dry_run"]:
            return actions.save_mapping(name=slugify(document["name"]), document=document, by=BY).document
        return document

    def _tell(self, reading, file, options, result):
        """What cannot be carried, before anything is written. Refused when something is lost and nobody allowed it."""
        for one in reading.leavings:
            place = one.as_place(Path(file).name)
            words = "left out" if one.loss else "told"
            self.stdout.write(f"{place['sheet']}, line {one.line}, {one.column} ({words}): {one.reason}")
        if reading.foreign:
            result["left_out"] = [one.as_place(Path(file).name) for one in reading.losses]
        if reading.losses and not options["accept_partial"]:
            raise Invalid(
                "Nothing was written, since parts of this file cannot be carried. "
                "Mend them, or take the rest with --accept-partial.",
                result.pop("left_out"),
            )

    def _take(self, reading, file, dry_run, options, result):
        document = reading.document
        problems = [(place, said(sentence)) for place, sentence in rules.problems_of(document)]
        if problems:
            raise _with_places("Nothing was written. Mend these places and try again.", problems, reading, file)
        take = _draft if reading.foreign and not options["publish"] else TAKERS[document["format"]]
        try:
            with transaction.atomic():
                words = take(document, result)
                if options["publish"]:
                    for translation in reading.translations:
                        actions.add_translation(document=translation, by=BY)
                if dry_run:
                    transaction.set_rollback(True)
        except Invalid as error:
            problems = [(problem["place"], problem["reason"]) for problem in error.problems]
            if not problems:
                raise
            raise _with_places(error.sentence, problems, reading, file) from None
        if options["translations"] and not dry_run:
            for translation in reading.translations:
                name = f"{document['key']}.{translation['language']}.yaml"
                (Path(options["translations"]) / name).write_text(to_yaml(translation), encoding="utf-8")
        done = "would be taken in" if dry_run else "taken in"
        counts = ", ".join(f"{result[name]} {name}" for name in ("created", "updated", "unchanged") if result[name])
        self.stdout.write(f"{words}; {done}: {counts}.")

    def _report(self, result, as_json):
        for place in result["refused"]:
            sheet = f"sheet {place['sheet']}, " if place["sheet"] else ""
            self.stdout.write(f"{place['file']}, {sheet}line {place['line']} {place['column']}: {place['reason']}")
        if as_json:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
        if result["refused"]:
            raise SystemExit(1)


def _draft(document, result):
    """Keep a foreign checklist as a draft; the same text again changes nothing."""
    draft = draft_named(document["key"], str(document["version"]))
    result["questions"] = sum(1 for _ in rules.questions(document))
    result["key"] = document["key"]
    if draft and rules.content_hash(draft.head.document) == rules.content_hash(document):
        result["unchanged"] = 1
    else:
        actions.save_draft(document=document, by=BY, based_on=draft.head if draft else None)
        result["updated" if draft else "created"] = 1
    return f"{document['title']}, version {document['version']}: a draft with {result['questions']} questions"


def _checklist(document, result):
    version, created = actions.import_document(document=document, by=BY)
    result["created" if created else "unchanged"] = 1
    result["questions"] = version.questions.count()
    result["key"] = document["key"]
    return f"{version.title}, version {version.version}: {result['questions']} questions"


def _law(document, result):
    for _, created in actions.take_parameters(document=document, by=BY):
        result["created" if created else "unchanged"] += 1
    return f"Law of {document['country']}: {len(document['parameters'])} parameters"


def _translation(document, result):
    translation, created = actions.add_translation(document=document, by=BY)
    result["created" if created else "unchanged"] = 1
    result["key"] = document["checklist"]
    return f"{translation.version.title}, version {translation.version.version}, in {translation.language}"


TAKERS = {
    rules.FORMAT: _checklist,
    rules.EDITION_FORMAT: _checklist,
    rules.LAW_FORMAT: _law,
    rules.TRANSLATION_FORMAT: _translation,
}


def _with_places(sentence, problems, reading, file):
    found = []
    for place, reason in problems:
        sheet, line, column = reading.where(place)
        found.append(_whole(file, {"sheet": sheet, "line": line, "column": column, "reason": str(reason)}, ""))
    return Invalid(sentence, found)


def _whole(file, place, sentence):
    """A place with all five words in which every importer names one."""
    whole = {"file": Path(file).name, "sheet": "", "line": 1, "column": "", "reason": sentence}
    return whole | {name: place[name] for name in whole if name in place}
