"""Replay a ministry's list of labour cases, edition by edition, into a demonstration register of its own."""

from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from core import actions as core
from core.audit import System
from core.errors import Refusal, WrongState
from core.models import Programme
from disclosure import archive, listed_cases, queries
from disclosure.actions import publish_edition, set_regime

BY = System("replay_labour_cases")
CODE = "JPLABOUR"
REGIME = {"tag": "listed", "from_visit": 1, "delay_days": 0, "zero_tolerance_delay_days": 0}
BEGINS = date(2016, 10, 1)  # the first day the first edition speaks of


class Command(BaseCommand):
    help = "Replay editions of a ministry's list of labour cases (tsv, csv, xlsx) as releases of a register of its own."

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="editions, or folders of them")
        parser.add_argument("--archive", type=Path, metavar="DIR", help="also write each release as files below DIR")

    def handle(self, *, files, archive: Path | None, **options):
        try:
            editions = sorted(map(listed_cases.read, _paths(files)), key=lambda edition: (edition.as_of, edition.name))
            with transaction.atomic():
                programme = _register()
            for edition in editions:
                self._replay(programme, edition, archive)
        except Refusal as refusal:
            raise CommandError(refusal.sentence)

    def _replay(self, programme, edition, folder):
        try:
            release, compared = publish_edition(programme=programme, edition=edition, by=BY)
        except WrongState as wrong:
            if wrong.code != "later-release":
                raise
            self.stdout.write(f"{edition.name}: a later edition is published, so this one stays as it is")
            return
        for line in (*edition.refused, *listed_cases.told(edition.name, compared, edition.as_of)):
            self.stdout.write(line)
        self.stdout.write(f"  {release}, as of {release.as_of}, digest {release.digest}")
        if folder:
            place = folder / programme.code / f"{release.number:04}"
            archive.write(place, release.manifest, queries.release_files(release), signature=release.signature)


def _paths(files):
    for path in files:
        if not path.exists():
            raise CommandError(f"{path} is not here.")
        yield from (
            sorted(one for one in path.iterdir() if one.suffix in (".tsv", ".csv", ".xlsx"))
            if path.is_dir()
            else [path]
        )


def _register():
    """The register's own programme. A list about real firms is never mixed with what assessors found."""
    if Programme.objects.exclude(code=CODE).exists():
        raise CommandError("There are programmes here already. A replayed list wants an instance of its own.")
    programme = Programme.objects.filter(code=CODE).first() or core.create_programme(
        code=CODE,
        name="Demonstration: a ministry's list, replayed",
        country="JP",
        time_zone="Asia/Tokyo",
        languages=["en"],
        by=BY,
    )
    set_regime(programme=programme, name="Named by the ministry", in_force_from=BEGINS, rule=REGIME, by=BY)
    return programme
