"""The counts that `make bench` gates on, in small."""

import pytest

from checklists import rules
from factories.imports import read_lists
from tests.bench import assessment, imports, plans, portfolio, sync
from tests.bench.place import Place, checklist


@pytest.fixture
def place(db):
    return Place()


def test_the_checklists_are_what_they_say():
    for count in (140, 1200):
        assert rules.problems(checklist(count)) == []
        assert sum(1 for _ in rules.questions(checklist(count))) == count


def test_a_batch_takes_few_statements_and_one_change_as_many(place):
    batch = next(iter(sync.batch300(place, runs=1)))
    assert batch.queries <= 12
    for line in sync.one(place, sizes=(140, 310), runs=1):
        assert line.queries == batch.queries == line.yardstick


def test_planning_takes_few_statements_for_any_checklist(place):
    counts = [line.queries for line in assessment.create(place, sizes=(10, 300), runs=1)]
    assert counts[0] == counts[1] <= 16


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_the_invented_lists_are_taken_whole(tmp_path, db, suffix):
    """Else a run would measure refusals."""
    reading = read_lists([imports.invented(tmp_path / f"list{suffix}", 30, 10)])
    assert [row.name for row in reading][:2] == ["PT Blue Kettle Industri 10", "Paper Heron Sewing 11"]
    assert reading.total == 30


def test_twelve_plans_cost_as_much_as_two_on_every_screen_and_at_night(place):
    lines = list(plans.plans(place, sizes=(2, 12), runs=1))
    few, many = lines[: len(lines) // 2], lines[len(lines) // 2 :]
    assert len(few) == 12
    assert {line.size.split(", ")[1]: line.queries for line in few} == {
        line.size.split(", ")[1]: line.queries for line in many
    }


def test_a_portfolio_of_twelve_costs_as_much_as_one_of_two(place):
    counts: dict = {}
    for line in portfolio.portfolio(place, sizes=(2, 12), runs=1):
        if line.queries:
            counts.setdefault(line.size.split(", ")[1], set()).add(line.queries)
    assert len(counts) == 5
    assert all(len(asked) == 1 for asked in counts.values()), counts
