"""Is every release still what was published? Exit 0: whole. Exit 1: something changed, and its name is printed."""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand

from disclosure import archive as files
from disclosure import queries, signing


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
        for line in files.gaps(archive) if archive else ():
            self.stdout.write(line)
        self.stdout.write("Whole: every release is what was published.")


def _problems(folder):
    """In the database, or in the files. Whoever has the key checks the signatures too."""
    if folder is None:
        yield from queries.problems()
        return
    yield from files.problems(folder)
    for signature in sorted(folder.rglob("manifest.sig")):
        if not signing.is_signed(signature.read_bytes().hex(), signature.with_name("manifest.json").read_bytes()):
            yield f"{signature}: the signature is not by the key in use"
