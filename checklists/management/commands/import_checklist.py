"""Read a checklist file and publish it."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand
from django.db import transaction

from checklists import actions, rules
from checklists.imports import read_yaml
from core.audit import System
from core.errors import Invalid, Refusal


class Command(BaseCommand):
    help = "Read a checklist file (YAML) and publish it. The same file twice changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("file")
        parser.add_argument("--dry-run", action="store_true", help="check everything, write nothing")
        parser.add_argument("--accept-partial", action="store_true", help="has no effect: a checklist is whole or not")
        parser.add_argument("--json", action="store_true", help="end the output with one line for programs")

    def handle(self, *args, file, dry_run, **options):
        result = {"created": 0, "updated": 0, "unchanged": 0, "duplicate": 0, "refused": []}
        try:
            document, line_of = read_yaml(file)
            self._take(document, line_of, file, dry_run, result)
        except Refusal as error:
            result["refused"] = getattr(error, "problems", []) or [_refused(file, 1, "", str(error.sentence))]
            self.stderr.write(str(error.sentence))
        self._report(result, options["json"])

    def _take(self, document, line_of, file, dry_run, result):
        problems = [
            _refused(file, line_of(place), ".".join(map(str, place)), sentence)
            for place, sentence in rules.problems(document)
        ]
        if problems:
            raise Invalid("Nothing was written. Mend these places and try again.", problems)
        with transaction.atomic():
            version, created = actions.import_document(document=document, by=System("import"))
            if dry_run:
                transaction.set_rollback(True)
        result["created" if created else "unchanged"] = 1
        result["questions"] = sum(1 for _ in rules.questions(document))
        result["key"] = document["key"]
        words = "would be published" if dry_run else "is published" if created else "was published before, unchanged"
        self.stdout.write(f"{version.title}, version {version.version}: {result['questions']} questions; {words}.")

    def _report(self, result, as_json):
        for place in result["refused"]:
            self.stdout.write(f"{place['file']}, line {place['line']} {place['column']}: {place['reason']}")
        if as_json:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
        if result["refused"]:
            raise SystemExit(1)


def _refused(file, line, column, reason):
    return {"file": Path(file).name, "sheet": "", "line": line, "column": column, "reason": reason}
