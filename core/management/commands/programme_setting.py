"""Set a dated setting of a programme, or say which are in force."""

import json
from datetime import date

from django.core.management.base import BaseCommand, CommandError

from core import actions
from core.audit import System
from core.days import SETTINGS, in_force, today
from core.errors import Refusal
from core.models import Programme


class Command(BaseCommand):
    help = "Set a dated setting of a programme. Without --key it says which are in force today."

    def add_arguments(self, parser):
        parser.add_argument("programme", metavar="CODE", help="such as KH")
        parser.add_argument("--key", help="one of the settings of a programme")
        parser.add_argument("--value", help="JSON, such as false")
        parser.add_argument("--from", dest="since", metavar="DAY", help="the day it begins; today when left out")

    def handle(self, *args, programme, key, value, since, **options):
        found = Programme.objects.filter(code=programme.upper()).first()
        if found is None:
            raise CommandError(f"There is no programme {programme}.")
        if key is None:
            for name in SETTINGS:
                said = in_force(name).get(found.pk)
                self.stdout.write(f"{name}: {'not set' if said is None else json.dumps(said, ensure_ascii=False)}")
            return
        try:
            said, day = json.loads(value or ""), date.fromisoformat(since) if since else today(found)
        except ValueError:
            raise CommandError("Write the value as JSON, such as false, and the day as 2026-11-27.") from None
        try:
            actions.set_programme_setting(
                programme=found, key=key, value=said, in_force_from=day, by=System("programme_setting")
            )
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from None
        self.stdout.write(f"{found.code}: {key} is {json.dumps(said, ensure_ascii=False)} from {day}.")
