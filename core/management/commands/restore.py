"""Put a backup into the database and the store the settings name, and remove again what was removed by law since."""

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor

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
        parser.add_argument("--removals", help="a list of removals; left out: the one the settings name")

    def handle(self, *args, folder, replace, check, removals, **options):
        try:
            manifest = backup.check(folder) if check else backup.restore(folder, replace=replace)
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from None
        words = "is whole" if check else "is restored"
        made_at = manifest["made_at"][:16].replace("T", " ")
        self.stdout.write(f"The backup of {made_at} (UTC) {words}.")
        if check:
            return
        if _is_older():
            self.stdout.write("It is of an older version. Run: manage.py migrate, then: manage.py remove_again")
        else:
            call_command("remove_again", *[removals] if removals else [], stdout=self.stdout)
        self.stdout.write(
            "What people decided after the backup is not in it: consents ended, people who left, pages withheld."
            " Do it again before you open the site."
        )


def _is_older():
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
