"""The counts that `make bench` gates on, in small."""

import pytest

from checklists import rules
from tests.bench import assessment, sync
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
    assert counts[0] == counts[1] <= 10
