"""Figures from small tables one can recount by hand."""

import io
import json
from datetime import date

import pandas as pd
import pytest
from django.core.management import CommandError, call_command

from checklists import actions as checklists
from checklists.imports import read_yaml
from checklists.queries import proposed_bridge
from compliance import actions as compliance_actions
from compliance import analytics
from core.errors import Refusal
from tests.world import SETUP, SMALL

C, N, A, U = "compliant", "non_compliant", "not_asked", "undetermined"


def frame(*rows):
    """(site, cycle, question, state); the point is the question's first letter, the report site+cycle."""
    return pd.DataFrame(
        [
            (site, cycle, f"{site}{cycle}", date(2020 + cycle, 1, 1), "k", question[0], question, state, 100, "v")
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


def test_a_trend_crosses_versions_where_a_bridge_joins_them():
    """Old a1 was reworded into a9, b1 split into b2 and b3: one report each before and after."""
    table = frame(
        ("f", 1, "a1", N), ("f", 2, "a9", C), ("f", 1, "b1", N), ("f", 2, "b2", C), ("f", 2, "b3", N), ("f", 2, "c1", C)
    )
    table["version"] = ["1", "2", "1", "2", "2", "2"]
    series = {("1", "a1"): ("k", "a", "a9"), ("1", "b1"): ("k", "b", "b3"), ("2", "b2"): ("k", "b", "b3")}
    trend = analytics.question_trend(analytics.across_versions(table, series))
    assert {(row.question, row.cycle): (row.numerator, row.denominator) for row in trend.itertuples()} == {
        ("a9", 1): (1, 1), ("a9", 2): (0, 1), ("b3", 1): (1, 1), ("b3", 2): (1, 1), ("c1", 2): (0, 1),
    }  # fmt: skip
    assert analytics.across_versions(frame(), {}).empty


class TestVersions:
    """Old assessments keep their version, new ones take the new one, and a trend goes on."""

    def second(self, world):
        """Version 2 of the small checklist, published by two people: the question of the exits has another key."""
        document = read_yaml(SMALL)[0] | {"version": "2", "in_force_from": "2026-06-01"}
        exits = document["clusters"][2]["points"][0]["questions"][0]
        exits |= {"key": "exits-clear-and-open", "text": exits["text"] + " Is every way marked?"}
        writer, reader = world.person("Kunthea", "checklist-editor"), world.person("Bopha", "checklist-editor")
        draft = checklists.send_to_review(draft=checklists.save_draft(document=document, by=writer), by=writer)
        return checklists.publish(draft=draft, bridge=proposed_bridge(draft), by=reader)

    def test_a_trend_of_issued_reports_crosses_versions(self, world):
        world.report({"emergency-exits-clear": N, "minimum-wage-paid": C})
        begun = world.planned(on=date(2026, 5, 4))
        first = world.version
        world.version = self.second(world)
        world.report({"exits-clear-and-open": C}, on=date(2026, 7, 1), issued_on=date(2026, 8, 1))
        begun.refresh_from_db()
        assert begun.version == first
        frame = analytics.load(world.programme, date(2026, 12, 31))
        assert set(frame["version"]) == {first.pk, world.version.pk}
        table = analytics.question_trend(analytics.across_versions(frame, analytics.load_series(frame)))
        rows = [
            (row.cycle, row.numerator, row.denominator)
            for row in table.itertuples()
            if row.question == "exits-clear-and-open"
        ]
        assert [row[1:] for row in sorted(rows)] == [(1, 1), (0, 1)]
        assert "emergency-exits-clear" not in set(table["question"])

    def test_a_retired_version_stops_new_starts_only(self, world):
        assessment = world.planned(on=date(2026, 3, 2))
        checklists.retire(version=world.version, on=date(2026, 2, 1), by=SETUP)
        world.send(assessment, world.chanthou, ("emergency-exits-clear", "state", C))
        compliance_actions.submit(
            assessment=assessment, by=world.chanthou, rest_not_asked=True, visited_on=date(2026, 3, 2)
        )
        with pytest.raises(Refusal):
            world.planned(on=date(2026, 4, 1))

    def test_the_command_prints_a_trend(self, world):
        world.report({"emergency-exits-clear": N})
        out = io.StringIO()
        call_command("compliance_rates", "--programme", "kh", "--as-of", "2026-12-31", "--trend", "--json", stdout=out)
        assert {"question": "emergency-exits-clear", "cycle": 1, "numerator": 1}.items() <= json.loads(out.getvalue())[
            "rates"
        ][0].items()

    def test_series_take_two_statements_whatever_the_number_of_versions(self, world, django_assert_num_queries):
        first = world.version
        second = self.second(world)
        for versions in ([first.pk], [first.pk, second.pk]):
            with django_assert_num_queries(2):
                analytics.series_of(versions)


def test_what_the_law_itself_causes_can_be_left_out_of_figures_and_stays_in_the_report(world):
    document, _ = read_yaml(SMALL)
    for cluster in document["clusters"]:
        for point in cluster["points"]:
            for question in point["questions"]:
                if question["key"] == "minimum-wage-paid":
                    question["level"] = "national"
    world.__dict__["version"] = checklists.import_document(document=document, by=SETUP)[0]
    report = world.report({"minimum-wage-paid": N, "emergency-exits-clear": N})
    points = {
        law: set(analytics.point_rates(analytics.load(world.programme, report.issued_on, law_caused=law))["point"])
        for law in (True, False)
    }
    assert points[True] - points[False] == {"minimum-wages"}
    assert report.findings.filter(question_key="minimum-wage-paid", state=N).exists()
    out = io.StringIO()
    call_command("compliance_rates", "--without-law-caused", "--json", stdout=out)
    told = json.loads(out.getvalue())
    assert told["selection"] == "latest, without law-caused"
    assert "minimum-wages" not in str(told["rates"])
