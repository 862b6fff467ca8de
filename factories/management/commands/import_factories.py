"""Import lists of factories."""

import json
import sys
from dataclasses import asdict

from django.core.management.base import BaseCommand, CommandError
from django.db import reset_queries

from core.audit import System
from core.errors import Invalid
from core.models import Programme
from factories.actions import import_sites
from factories.imports import read_lists, read_mapping, shipped_mappings
from factories.models import ColumnMapping

SHOWN = 50


class Command(BaseCommand):
    help = (
        "Import lists of factories (csv, xls, xlsx, ods) with the columns country, name, address, sector, and lat, lng "
        "where known, or with those of a column mapping, which is chosen by the columns. All or nothing. The same "
        "lists twice create nothing. Exit status 1 when something is refused."
    )

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument("--programme", metavar="CODE", help="enrol the factories in this programme")
        parser.add_argument("--mapping", metavar="NAME", help="read all files with this saved mapping, or YAML file")
        parser.add_argument("--encoding", metavar="NAME", help="of csv files, where it is not found: cp874, cp932 …")
        parser.add_argument("--dry-run", action="store_true", help="check everything, write nothing")
        parser.add_argument("--accept-partial", action="store_true", help="take what can be taken, leave the rest")
        parser.add_argument("--json", action="store_true", help="end the output with one line for programs")

    def handle(self, *args, files, programme, dry_run, accept_partial, mapping=None, encoding=None, **options):
        home = self._programme(programme)
        saved = [one.document for one in ColumnMapping.objects.filter(programme=None)]
        if home:
            saved += [one.document for one in home.column_mappings.all()]
        reading = read_lists(files, self._mapping(mapping, saved), saved, encoding)
        with self._bar(reading.total) as bar:
            outcome = import_sites(
                rows=reading,
                files=reading.files,
                programme=home,
                accept_partial=accept_partial,
                dry_run=dry_run,
                watch=lambda rows: _step(bar, rows),
                by=System("import"),
            )
        self._tell(reading, outcome, home, dry_run)
        if options["json"]:
            self.stdout.write(json.dumps(_for_programs(outcome), ensure_ascii=False))
        if any(one.reason in reading.unclear for one in outcome.refused):
            self.stderr.write("Say which encoding it is with --encoding, such as --encoding cp874.")
        if outcome.refused:
            raise SystemExit(1)

    def _programme(self, code):
        if code is None:
            return None
        try:
            return Programme.objects.get(code=code)
        except Programme.DoesNotExist:
            raise CommandError(f"There is no programme {code}.") from None

    def _mapping(self, name, saved):
        if name is None:
            return None
        known = shipped_mappings() | {document["name"]: document for document in saved}
        if name in known:
            return known[name]
        if name.endswith((".yaml", ".yml")):
            try:
                return read_mapping(name)
            except Invalid as error:
                raise CommandError(str(error.sentence)) from None
        raise CommandError(f"There is no mapping {name}. Known: {', '.join(sorted(known))}.")

    def _bar(self, total):
        """A progress bar where there is a terminal."""
        from tqdm import tqdm

        return tqdm(total=total, unit=" rows", disable=None, file=sys.stderr)

    def _tell(self, reading, outcome, programme, dry_run):
        for file, notes in reading.notes.items():
            for note in notes:
                self.stdout.write(f"{file}: {note}")
        for file, name in reading.mapped.items():
            self.stdout.write(f"{file}: read with the mapping {name}.")
        for file, columns in reading.unread.items():
            self.stdout.write(f"{file}: columns nobody reads: {', '.join(columns)}.")
        for sentence in reading.outside(programme) if programme else ():
            self.stdout.write(f"Check: {sentence}")
        for one in outcome.refused[:SHOWN]:
            self.stdout.write(str(one))
        if len(outcome.refused) > SHOWN:
            self.stdout.write(f"and {len(outcome.refused) - SHOWN} more places.")
        self.stdout.write(
            f"{outcome.read} rows read: {outcome.created} created, {outcome.updated} updated, "
            f"{outcome.unchanged} unchanged, {outcome.duplicate} duplicate, {len(outcome.refused)} refused."
        )
        if outcome.doubts:
            self.stdout.write(f"{outcome.doubts} of the created look like one that is known: a person decides.")
        if outcome.stopped:
            self.stderr.write("Nothing was written. Mend these places, or use --accept-partial to take the rest.")
        elif dry_run:
            self.stdout.write("Nothing was written: this was a dry run.")


def _step(bar, rows):
    bar.update(rows)
    reset_queries()  # with DEBUG on, Django keeps every statement


def _for_programs(outcome):
    counts = {name: getattr(outcome, name) for name in ("created", "updated", "unchanged", "duplicate")}
    return counts | {"refused": [asdict(one) for one in outcome.refused]}
