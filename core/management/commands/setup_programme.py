"""An empty real instance: one country programme and its first administrator."""

import getpass
import zoneinfo

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from core import actions
from core.audit import System
from core.errors import Refusal
from core.models import Programme

BY = System("setup")


class Command(BaseCommand):
    help = "Create a country programme and its first administrator. Asks for what is not given."

    def add_arguments(self, parser):
        parser.add_argument("--code", help="two to eight capital letters; it stands before every number, such as KH")
        parser.add_argument("--name", help="the programme's name")
        parser.add_argument("--country", help="ISO 3166-1, two letters")
        parser.add_argument("--time-zone", help="such as Asia/Phnom_Penh")
        parser.add_argument("--languages", help="codes with commas, the binding one first, such as km,en")
        parser.add_argument("--administrator", help="the name the first administrator signs in with")
        parser.add_argument("--email", default="")
        parser.add_argument(
            "--password-file", help="a file with the password in its first line; asked for when left out"
        )

    def handle(self, *args, **options):
        code = (options["code"] or self._ask("Code")).upper()
        if Programme.objects.filter(code=code).exists():
            raise CommandError(f"There is a programme {code} already.")
        zone = options["time_zone"] or self._ask("Time zone")
        if zone not in zoneinfo.available_timezones():
            raise CommandError(f"{zone} is not a time zone. Write one such as Asia/Phnom_Penh.")
        facts = {
            "code": code,
            "name": options["name"] or self._ask("Name"),
            "country": (options["country"] or self._ask("Country, two letters")).upper(),
            "time_zone": zone,
            "languages": [one.strip() for one in (options["languages"] or self._ask("Languages")).split(",")],
        }
        username = options["administrator"] or self._ask("Administrator's name to sign in with")
        password = self._password(options["password_file"])
        _check_country(facts["country"])
        try:
            with transaction.atomic():
                programme = actions.create_programme(**facts, by=BY)
                user = actions.create_user(
                    username=username, email=options["email"], password=password, by=BY, programme=programme
                )
                actions.assign_role(user=user, programme=programme, role="administrator", by=BY)
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from None
        self.stdout.write(f"Programme {programme.code} is ready. {username} signs in at /app/ and gives out roles.")

    def _ask(self, words):
        answer = input(f"{words}: ").strip()
        if not answer:
            raise CommandError(f"{words} is needed.")
        return answer

    def _password(self, path):
        if path:
            try:
                with open(path) as file:
                    password = file.readline().rstrip("\r\n")
            except OSError:
                raise CommandError(f"The file {path} cannot be read.") from None
        else:
            password = getpass.getpass("Password: ")
        try:
            validate_password(password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        return password


def _check_country(code):
    """A typing error here would stand before nobody's eyes until the first law is looked for."""
    import pycountry

    if pycountry.countries.get(alpha_2=code) is None:
        raise CommandError(f"{code} is no country's code. Write its two letters, such as KH.")
