"""Draw the outlines of the map and the centres of countries again, from the outlines in cms/data."""

import json

from django.core.management.base import BaseCommand

from cms import maps

PICTURE = maps.DATA.parent / "static" / "cms" / "world.svg"


class Command(BaseCommand):
    help = "Draw the map's picture and find the centres of countries again, from the outlines in cms/data."
    requires_system_checks = []

    def handle(self, *args, **options):
        picture, centres = maps.drawn()
        PICTURE.write_text(picture, encoding="utf-8")
        (maps.DATA / "centres.json").write_text(json.dumps(centres, separators=(",", ":")) + "\n", encoding="utf-8")
