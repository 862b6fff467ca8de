"""Figures from small tables one can recount by hand."""

import io
import json
from datetime import date

import pandas as pd
import pytest
from django.core.management import CommandError, call_command

from compliance import analytics

C, N, A, U = "compliant", "non_compliant", "not_asked", "undetermined"


def frame(*rows):
    """(site, cycle, question, state); the point is the question's first letter, the report site+cycle."""
    return pd.DataFrame(
        [
            (site, cycle, f"{site}{cycle}", date(2020 + cycle, 1, 1), "k", question[0], question, state, 100)
            for site, cycle, question, state in rows
        ],
        columns=analytics.COLUMNS,
    )


def rates(table):
    return {row.point: (row.numerator, row.denominator) for row in table.itertuples()}


def test_one_failed_question_makes_the_point_non_compliant():
    table = analytics.point_rates(frame(("f", 1, "a1", C), ("f", 1, "a2", N), ("g", 1, "a1", C), ("g", 1, "a2", C)))
    assert rates(table) == {"a": (1, 2)}
    assert table["questions"].tolist() == [2]


def test_a_report_counts_only_where_the_point_was_decided():
    table = analytics.point_rates(frame(("f", 1, "a1", N), ("g", 1, "a1", A), ("h", 1, "a1", U), ("g", 1, "b1", C)))
    assert rates(table) == {"a": (1, 1), "b": (0, 1)}


def test_question_rates_stand_beside_point_rates():
    table = analytics.question_rates(frame(("f", 1, "a1", N), ("f", 1, "a2", C), ("g", 1, "a1", C)))
    assert {row.question: (row.numerator, row.denominator) for row in table.itertuples()} == {
        "a1": (1, 2),
        "a2": (0, 1),
    }


def test_latest_takes_the_last_visit_of_each_factory():
    table = frame(("f", 1, "a1", N), ("f", 2, "a1", C), ("g", 1, "a1", N))
    assert rates(analytics.point_rates(analytics.latest(table))) == {"a": (1, 2)}


def test_a_balanced_panel_leaves_newcomers_out():
    table = frame(("f", 1, "a1", N), ("f", 2, "a1", C), ("g", 2, "a1", N))
    assert set(analytics.balanced(table, 2)["site"]) == {"f"}
    assert set(analytics.of_cycle(table, 2)["site"]) == {"f", "g"}


def test_factory_rates_are_points_failed_of_points_decided():
    table = analytics.factory_rates(frame(("f", 1, "a1", N), ("f", 1, "a2", C), ("f", 1, "b1", C), ("f", 1, "c1", A)))
    assert table[["numerator", "denominator"]].values.tolist() == [[1, 2]]


def test_no_report_no_figure():
    assert analytics.point_rates(frame()).empty


class TestCommand:
    def run(self, *args):
        out = io.StringIO()
        call_command("compliance_rates", *args, stdout=out)
        return out.getvalue()

    def test_it_prints_numerator_denominator_selection_and_day(self, world):
        world.report({"emergency-exits-clear": N, "minimum-wage-paid": C})
        world.report({"emergency-exits-clear": C}, site=world.new_site("Blue Kettle"))
        answer = json.loads(self.run("--programme", "kh", "--as-of", "2026-12-31", "--json"))
        assert (answer["programme"], answer["as_of"], answer["selection"], answer["reports"]) == (
            "KH", "2026-12-31", "latest", 2,
        )  # fmt: skip
        assert {row["point"]: (row["numerator"], row["denominator"]) for row in answer["rates"]} == {
            "emergency-preparedness": (1, 2),
            "minimum-wages": (0, 1),
        }
        text = self.run("--programme", "KH", "--as-of", "2026-12-31")
        assert "1 of 2" in text and "As of 2026-12-31" in text

    def test_a_report_issued_later_is_not_in_the_figure(self, world):
        world.report(on=date(2026, 3, 2), issued_on=date(2026, 3, 20))
        answer = json.loads(self.run("--programme", "KH", "--as-of", "2026-03-19", "--json"))
        assert (answer["reports"], answer["rates"]) == (0, [])

    @pytest.mark.parametrize("args", [["--programme", "XX"], ["--selection", "best"]])
    def test_what_it_does_not_know_it_says(self, world, args):
        with pytest.raises(CommandError):
            self.run(*args)
