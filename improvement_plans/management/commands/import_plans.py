"""Import a list of committees with their members, or of plan items, that a programme kept before."""

import json
from dataclasses import asdict
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from core.audit import System
from core.errors import Invalid
from core.models import Programme
from factories.rules import Refused
from improvement_plans.actions.lists import Outcome, import_file
from improvement_plans.imports import COLUMNS
from improvement_plans.models import PlanList

SHOWN = 50


class Command(BaseCommand):
    help = (
        "Import a list (csv, xls, xlsx, ods) of committees with their members, or of plan items, into a programme, as "
        "the screens under Lists do. Without --take it is looked through and nothing is written. All or nothing. The "
        "same list twice makes nothing. Exit status 1 when something is refused. Of a refused row its line and column "
        "are told, nothing that stood in it."
    )

    def add_arguments(self, parser):
        parser.add_argument("kind", choices=PlanList.Kind.values, help="what the list holds")
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--programme", metavar="CODE", required=True, help="whose factories these are")
        parser.add_argument(
            "--column", metavar="OURS=THEIRS", action="append", default=[],
            help="which column of the list is what, such as since=Start; once for each",
        )  # fmt: skip
        parser.add_argument(
            "--dates", choices=["day-first", "month-first"], default="", help="how 3/4/2026 is read, with --column"
        )
        parser.add_argument("--encoding", metavar="NAME", default="", help="of a csv file, where it is not found")
        writes = parser.add_mutually_exclusive_group()
        writes.add_argument("--take", action="store_true", help="write it")
        writes.add_argument("--dry-run", action="store_true", help="write nothing, as without it")
        parser.add_argument("--accept-partial", action="store_true", help="take what can be taken, leave the rest")
        parser.add_argument("--json", action="store_true", help="end the output with one line for programs")

    def handle(self, *args, kind, file, programme, column, dates, encoding, take, accept_partial, **options):
        home = Programme.objects.filter(code=programme).first()
        if home is None:
            raise CommandError(f"There is no programme {programme}.")
        if not Path(file).is_file():
            raise CommandError(f"There is no file {file}.")
        told: dict = {}
        try:
            outcome = import_file(
                programme=home, kind=kind, path=Path(file), name=Path(file).name, told=told,
                mapping=_mapping(kind, column, dates), encoding=encoding, accept_partial=accept_partial,
                dry_run=not take, by=System("import"),
            )  # fmt: skip
        except Invalid as error:
            outcome = Outcome(refused=[Refused(Path(file).name, "", 1, "", str(error.sentence))], stopped=True)
        self._tell(told, outcome, take)
        if options["json"]:
            counts = {name: getattr(outcome, name) for name in ("created", "opened", "unchanged")}
            lines = counts | {"updated": 0, "duplicate": 0, "refused": [asdict(one) for one in outcome.refused]}
            self.stdout.write(json.dumps(lines, ensure_ascii=False))
        if outcome.refused:
            raise SystemExit(1)

    def _tell(self, told, outcome, take):
        for note in told.get("notes", ()):
            self.stdout.write(str(note))
        if told.get("unread"):
            self.stdout.write(f"Columns nobody reads: {', '.join(told['unread'])}.")
        for one in outcome.refused[:SHOWN]:
            self.stdout.write(str(one))
        if len(outcome.refused) > SHOWN:
            self.stdout.write(f"and {len(outcome.refused) - SHOWN} more places.")
        self.stdout.write(
            f"{outcome.read} rows read: {outcome.opened} committees or plans opened, {outcome.created} created, "
            f"{outcome.unchanged} unchanged, {len(outcome.refused)} refused."
        )
        if outcome.stopped:
            self.stderr.write("Nothing was written. Mend these places, or use --accept-partial to take the rest.")
        elif not take:
            self.stdout.write("Nothing was written: this was a dry run. --take writes it.")


def _mapping(kind, columns, dates):
    """The mapping that --column and --dates say; None where they say nothing."""
    if not columns:
        if dates:
            raise CommandError("--dates goes with --column: say which columns hold days.")
        return None
    fields = {}
    for said in columns:
        ours, is_pair, theirs = said.partition("=")
        if not is_pair or ours not in COLUMNS[kind]:
            raise CommandError(f"“{said}” is not OURS=THEIRS. Ours are: {', '.join(COLUMNS[kind])}.")
        fields[ours] = theirs
    return {"name": "--column", "fields": fields, "dates": dates}
