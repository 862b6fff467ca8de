"""Write the whole instance into a folder."""

from django.core.management.base import BaseCommand, CommandError

from core import backup
from core.errors import Refusal


class Command(BaseCommand):
    help = "Write the database and the evidence into a new folder, with a manifest that proves both."

    def add_arguments(self, parser):
        parser.add_argument("folder")

    def handle(self, *args, folder, **options):
        try:
            manifest = backup.backup(folder)
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from None
        rows = sum(manifest["rows"].values())
        self.stdout.write(f"{rows} rows and {len(manifest['evidence'])} files are in {folder}.")
