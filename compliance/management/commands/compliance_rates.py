"""Print each compliance point's rate with numerator and denominator."""

import datetime
import json

from django.core.management.base import BaseCommand, CommandError

from compliance import analytics
from core.days import today
from core.models import Programme


class Command(BaseCommand):
    help = "Non-compliance rate of each compliance point: numerator, denominator, selection, as-of date."

    def add_arguments(self, parser):
        parser.add_argument("--programme", help="code; all programmes when left out")
        parser.add_argument("--as-of", type=datetime.date.fromisoformat, help="day of the figures, today when left out")
        parser.add_argument("--since", type=datetime.date.fromisoformat, help="first day of the window")
        parser.add_argument(
            "--selection",
            default="latest",
            help="latest (default), cycle:N or balanced:N (cycles 1 to N of factories that have them all)",
        )
        parser.add_argument("--questions", action="store_true", help="one row per question instead of per point")
        parser.add_argument(
            "--trend",
            action="store_true",
            help="one row per question and cycle; a question reworded, split or merged between versions is one",
        )
        parser.add_argument(
            "--without-law-caused",
            action="store_true",
            help="leave out questions at which the country's law itself falls short",
        )
        parser.add_argument("--json", action="store_true")

    def handle(self, *args, **options):
        programmes = Programme.objects.order_by("code")
        if options["programme"]:
            programmes = programmes.filter(code=options["programme"].upper())
        if not programmes:
            raise CommandError("There is no such programme.")
        for programme in programmes:
            as_of = options["as_of"] or today(programme)
            loaded = analytics.load(programme, as_of, law_caused=not options["without_law_caused"])
            frame = _select(loaded, options["selection"], options["since"])
            if options["trend"]:
                rates = analytics.question_trend(analytics.across_versions(frame, analytics.load_series(frame)))
            else:
                rates = (analytics.question_rates if options["questions"] else analytics.point_rates)(frame)
            head = {
                "programme": programme.code,
                "as_of": as_of.isoformat(),
                "selection": options["selection"]
                + (f" since {options['since']}" if options["since"] else "")
                + (", without law-caused" if options["without_law_caused"] else ""),
                "reports": int(frame["report"].nunique()),
            }
            if options["json"]:
                self.stdout.write(json.dumps(head | {"rates": rates.to_dict(orient="records")}))
            else:
                self._table(head, rates)

    def _table(self, head, rates):
        self.stdout.write(
            f"{head['programme']}: compliance points found non-compliant. Selection: {head['selection']}. "
            f"As of {head['as_of']}. {head['reports']} reports."
        )
        for row in rates.itertuples():
            name = getattr(row, "question", None) or row.point
            name += f", cycle {row.cycle}" if hasattr(row, "cycle") else ""
            share = f"{row.numerator / row.denominator:.0%}"
            self.stdout.write(
                f"{row.numerator:>5} of {row.denominator:<5} {share:>4}  {name} ({row.questions} questions)"
            )


def _select(frame, selection, since):
    name, _, number = selection.partition(":")
    if name == "latest" and not number:
        return analytics.latest(frame, since)
    if name in ("cycle", "balanced") and number.isdigit():
        chosen = analytics.of_cycle if name == "cycle" else analytics.balanced
        window = frame if since is None else frame[frame["visited_on"] >= since]
        return chosen(window, int(number))
    raise CommandError("Name a selection: latest, cycle:N or balanced:N.")
