"""Write a published checklist out as a file."""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from checklists.exports import FORMATS, written
from checklists.queries import version_named
from core.errors import Refusal


class Command(BaseCommand):
    help = (
        "Write a published checklist out. As yaml or xlsx it is read back by import_checklist as the same text with "
        "the same hash; as xlsform it opens in programs for forms, and what a form cannot say is listed; as "
        "translation it is a sheet for translators."
    )

    def add_arguments(self, parser):
        parser.add_argument("checklist", help="KEY, or KEY@VERSION; without a version the one in force last")
        parser.add_argument("--format", choices=sorted(FORMATS), default="yaml")
        parser.add_argument("--language", default="", help="of a translation: the code of the language, such as km")
        parser.add_argument("--output", help="the file to write; standard output when left out")

    def handle(self, *args, checklist, **options):
        key, _, name = checklist.partition("@")
        version = version_named(key, name)
        if version is None:
            raise CommandError(f"There is no published checklist {checklist}.")
        if options["format"] == "translation" and not options["language"]:
            raise CommandError("Say the language: --language km.")
        try:
            made, unsaid = written(version, options["format"], options["language"])
        except Refusal as error:
            raise CommandError(str(error.sentence)) from None
        for place, sentence in unsaid:
            self.stderr.write(f"{'.'.join(map(str, place))}: {sentence}")
        if options["output"]:
            Path(options["output"]).write_bytes(made)
            return
        out = getattr(self.stdout, "_out", sys.stdout)
        if hasattr(out, "buffer"):
            out.buffer.write(made)
        elif options["format"] == "yaml":
            out.write(made.decode())
        else:
            raise CommandError("A workbook is written to a file: --output list.xlsx.")
