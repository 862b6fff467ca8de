"""Put a backup into the database and the store the settings name."""

from django.core.management.base import BaseCommand, CommandError

from core import backup
from core.errors import Refusal


class Command(BaseCommand):
    help = "Put a backup into the database and the store the settings name. Checks every file first."
    requires_system_checks: list = []
    requires_migrations_checks = False

    def add_arguments(self, parser):
        parser.add_argument("folder")
        parser.add_argument("--replace", action="store_true", help="put it in place of what is there")
        parser.add_argument("--check", action="store_true", help="check the backup, restore nothing")

    def handle(self, *args, folder, replace, check, **options):
        try:
            manifest = backup.check(folder) if check else backup.restore(folder, replace=replace)
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from None
        words = "is whole" if check else "is restored"
        self.stdout.write(f"The backup of {manifest['made_at'][:16].replace('T', ' ')} (UTC) {words}.")
