"""Ask the store of files and the scanner whether they are safe: one sentence for each thing."""

from django.conf import settings
from django.core.management.base import BaseCommand

from core import scanning, storage
from core.errors import NotNow


class Command(BaseCommand):
    help = "Ask the evidence store and the scanner whether they are safe. Exit 0: all is well; 1: something is not."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "--origin", default=settings.WAGTAILADMIN_BASE_URL, help="our site's own, such as https://floor.example"
        )
        parser.add_argument(
            "--set-cors", action="store_true", help="first let tablets on this origin, and no other, send to the bucket"
        )

    def handle(self, *args, origin, set_cors, **options):
        origin = origin.rstrip("/")
        try:
            if set_cors:
                storage.set_cors(origin)
            found = [*storage.findings(origin), *scanning.findings()]
        except NotNow as refusal:
            found = [(False, refusal.sentence)]
        for well, sentence in found:
            self.stdout.write(f"{'ok   ' if well else 'WRONG'}  {sentence}")
        if not all(well for well, _ in found):
            raise SystemExit(1)
