"""Is every release still what was published? Exit 0: whole. Exit 1: something changed, and its name is printed."""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand

from disclosure import archive, queries


class Command(BaseCommand):
    help = "Recompute the digests of all releases from the database, or from an archive folder."

    def add_arguments(self, parser):
        parser.add_argument("archive", nargs="?", type=Path, metavar="DIR")

    def handle(self, *, archive: Path | None, **options):
        found = list(_problems(archive))
        for line in found:
            self.stderr.write(line)
        if found:
            sys.exit(1)
        self.stdout.write("Whole: every release is what was published.")


def _problems(folder):
    return queries.problems() if folder is None else archive.problems(folder)
