"""Write the reference that is made from the code, or say what is not current."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from config import reference
from config.reference import forms


class Command(BaseCommand):
    help = "Write the generated part of docs/reference/ again. With --check: exit 1 and name what is not current."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a file is not current")

        parser.add_argument("--forms", metavar="FOLDER", help="read the XLSForms of this folder again first")

    def handle(self, *args, check, **options):
        root = Path(settings.ROOT)
        if options["forms"]:
            forms.keep(Path(options["forms"]))
        if not check:
            for path in reference.write(root):
                self.stdout.write(path)
            return
        stale = reference.stale(root)
        for path in stale:
            self.stderr.write(f"{path} is not current. Run: make docs")
        if stale:
            raise SystemExit(1)
