"""Import lists of factories."""

import json
from collections import Counter
from dataclasses import asdict

from django.core.management.base import BaseCommand, CommandError

from core.audit import System
from core.models import Programme
from factories.actions import import_sites
from factories.imports import country_name, read_lists

SHOWN = 50


class Command(BaseCommand):
    help = (
        "Import lists of factories (csv, xls, xlsx, ods) with the columns country, name, address, sector, and lat, lng "
        "where known. All or nothing. The same lists twice create nothing. Exit status 1 when something is refused."
    )

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument("--programme", metavar="CODE", help="enrol the factories in this programme")
        parser.add_argument("--dry-run", action="store_true", help="check everything, write nothing")
        parser.add_argument("--accept-partial", action="store_true", help="take what can be taken, leave the rest")
        parser.add_argument("--json", action="store_true", help="end the output with one line for programs")

    def handle(self, *args, files, programme, dry_run, accept_partial, **options):
        home = self._programme(programme)
        reading = read_lists(files)
        outcome = import_sites(
            rows=reading.rows,
            refused=reading.refused,
            files=reading.files,
            programme=home,
            accept_partial=accept_partial,
            dry_run=dry_run,
            by=System("import"),
        )
        self._tell(reading, outcome, home, dry_run)
        if options["json"]:
            self.stdout.write(json.dumps(_for_programs(outcome), ensure_ascii=False))
        if outcome.refused:
            raise SystemExit(1)

    def _programme(self, code):
        if code is None:
            return None
        try:
            return Programme.objects.get(code=code)
        except Programme.DoesNotExist:
            raise CommandError(f"There is no programme {code}.") from None

    def _tell(self, reading, outcome, programme, dry_run):
        for file, columns in reading.unread.items():
            self.stdout.write(f"{file}: columns nobody reads: {', '.join(columns)}.")
        if programme:
            away = Counter(row.country for row in reading.rows if row.country != programme.country)
            for country, count in sorted(away.items()):
                self.stdout.write(f"Check: {count} rows stand in {country_name(country)}, outside {programme.name}.")
        for one in outcome.refused[:SHOWN]:
            place = ", ".join(
                part for part in (one.file, one.sheet and f"sheet {one.sheet}", f"line {one.line}", one.column) if part
            )
            self.stdout.write(f"{place}: {one.reason}")
        if len(outcome.refused) > SHOWN:
            self.stdout.write(f"and {len(outcome.refused) - SHOWN} more places.")
        self.stdout.write(
            f"{len(reading.rows)} rows read: {outcome.created} created, {outcome.updated} updated, "
            f"{outcome.unchanged} unchanged, {outcome.duplicate} duplicate, {len(outcome.refused)} refused."
        )
        if outcome.stopped:
            self.stderr.write("Nothing was written. Mend these places, or use --accept-partial to take the rest.")
        elif dry_run:
            self.stdout.write("Nothing was written: this was a dry run.")


def _for_programs(outcome):
    counts = {name: getattr(outcome, name) for name in ("created", "updated", "unchanged", "duplicate")}
    return counts | {"refused": [asdict(one) for one in outcome.refused]}
