"""After a restore: remove what was removed by law after the backup was made."""

from django.core.management.base import BaseCommand, CommandError

from core.actions.removals import remove_again
from core.audit import System
from core.errors import Refusal


class Command(BaseCommand):
    help = "After a restore: remove again what the list of removals names. Exit 1: something must be removed by hand."

    def add_arguments(self, parser):
        parser.add_argument("list", nargs="?", help="left out: the one the settings name (REMOVALS_LIST)")

    def handle(self, *args, **options):
        try:
            done, by_hand = remove_again(by=System("restore"), path=options["list"])
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from None
        self.stdout.write(f"Removed again: {done}. Files and drawn documents follow in the background.")
        if by_hand:
            names = "\n".join(by_hand)
            raise CommandError(f"Remove these by hand at /app/removals/ before you open the site:\n{names}")
