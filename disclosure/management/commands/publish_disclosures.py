"""Publish what is due to the public on a day, and write it as files where an archive is named."""

from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from core.audit import System
from core.errors import Refusal
from core.models import Programme
from disclosure import archive, queries
from disclosure.actions import publish_release
from disclosure.models import Release


class Command(BaseCommand):
    help = "Freeze everything due on a day as the next release of a programme."

    def add_arguments(self, parser):
        parser.add_argument("--programme", required=True, metavar="CODE")
        parser.add_argument("--as-of", required=True, type=date.fromisoformat, metavar="DATE")
        parser.add_argument("--archive", type=Path, metavar="DIR", help="also write the release as files below DIR")

    def handle(self, *, programme, as_of, archive: Path | None, **options):
        found = Programme.objects.filter(code=programme.upper()).first()
        if found is None:
            raise CommandError(f"There is no programme {programme}.")
        before = Release.objects.filter(programme=found, next=None).first()
        try:
            release = publish_release(programme=found, as_of=as_of, by=System("publish_disclosures"))
            folder = _write(release, archive) if archive else None
        except Refusal as refusal:
            raise CommandError(refusal.sentence)
        word = "unchanged" if release == before else "published"
        self.stdout.write(
            f"{release} {word}: {release.coverage['disclosed']} of {release.coverage['in_programme']} factories, "
            f"as of {release.as_of}, digest {release.digest}"
        )
        if folder:
            self.stdout.write(f"Written to {folder}")


def _write(release, folder):
    place = folder / release.programme.code / f"{release.number:04}"
    return archive.write(place, release.manifest, queries.release_files(release), signature=release.signature)
