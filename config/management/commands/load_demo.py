"""Load the demonstration world: programmes KH and JO, twelve invented factories."""

import datetime

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from config import demo
from core.models import Programme


class Command(BaseCommand):
    help = "Load the demonstration world (programmes KH and JO). Refuses where a programme exists."

    def add_arguments(self, parser):
        parser.add_argument("--on", type=datetime.date.fromisoformat, default=None, help="the day it ends on, today")

    def handle(self, *args, on, **options):
        from tqdm import tqdm

        if Programme.objects.exists():
            raise CommandError("There are programmes here already. The demonstration wants an empty instance.")
        looks = {"leave": False, "disable": None, "bar_format": "{l_bar}{bar}| {desc}"}
        with tqdm(total=demo.steps_in_all(), unit="step", **looks) as bar:

            def step(words):
                bar.set_description_str(words)
                bar.update()

            with transaction.atomic():  # the whole world or nothing
                demo.load(on=on or datetime.date.today(), step=step)
        self.stdout.write("The demonstration world is loaded. Everything in it is invented.")
