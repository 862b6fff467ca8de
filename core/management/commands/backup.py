"""Write the whole instance into a folder."""

from django.core.management.base import BaseCommand, CommandError

from core import backup
from core.errors import Refusal


class Command(BaseCommand):
    help = "Write database, evidence and editors' pictures into a new folder, with a manifest that proves them."

    def add_arguments(self, parser):
        parser.add_argument("folder")

    def handle(self, *args, folder, **options):
        try:
            manifest = backup.backup(folder)
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from None
        rows = sum(manifest["rows"].values())
        files = len(manifest["evidence"]) + len(manifest["media"])
        self.stdout.write(f"{rows} rows and {files} files are in {folder}.")
