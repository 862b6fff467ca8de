"""Keys checklists.*: the document a tablet takes along, the difference of two versions, a bridge, publishing."""

import copy
import gzip
import json

from checklists import linter, rules
from checklists.blueprint import build
from checklists.likeness import alike
from checklists.models import ChecklistVersion
from tests.bench.measure import Line, key, median, statements
from tests.bench.place import checklist

SIZES = (250, 500, 1000, 2000)


@key("checklists.blueprint")
def blueprint(place, sizes=(300, 2000), runs=5):
    """A published checklist as the tablet's document: time to build it, and how many kB it is on the way."""
    for size in sizes:
        version = ChecklistVersion.objects.select_related("checklist").get(pk=place.version_of(size).pk)
        made = build(version)
        kilobytes = len(gzip.compress(json.dumps(made, ensure_ascii=False).encode(), 6)) / 1000
        yield Line(
            "checklists.blueprint", median(lambda version=version: build(version), runs), "ms", f"{size} questions",
            statements(lambda version=version: build(version)), note=f"{kilobytes:.1f} kB gzipped", most_queries=5,
        )  # fmt: skip


def changed(document):
    """The next version of a checklist: every tenth question reworded, every twentieth renamed, one in fifty moved."""
    newer = copy.deepcopy(document) | {"version": "2", "in_force_from": "2022-01-01"}
    for n, (_, point, question) in enumerate(list(rules.questions(newer))):
        if n % 10 == 0:
            question["text"] = question["text"].replace("kept", "followed")
        if n % 20 == 0:
            question["key"] += "-new"
        if n % 50 == 0:
            point["questions"].append(point["questions"].pop(0))
    return newer


def _linear(name, work, sizes, runs, note=""):
    """One line a size; the yardstick of each is the size before it, and twice the questions may take 2.6 times as long."""
    before = None
    for size in sizes:
        older = checklist(size)
        newer = changed(older)
        took = median(lambda older=older, newer=newer: work(older, newer), runs)
        ratio = round(took / before, 2) if before else None
        yield Line(
            name, took, "ms", f"{size} questions", yardstick=before, ratio=ratio, note=note,
            goal=("grows as its questions do", ratio is None or ratio <= 2.6),
        )  # fmt: skip
        before = took


@key("checklists.difference")
def difference(place, sizes=SIZES, runs=5):
    """What is different between two versions, by question and field."""
    yield from _linear("checklists.difference", rules.difference, sizes, runs)


@key("checklists.bridge")
def bridge(place, sizes=SIZES, runs=3):
    """The bridge as it is proposed to a person; a twentieth of the questions has another key."""
    yield from _linear("checklists.bridge", lambda old, new: rules.propose(old, new, alike), sizes, runs)


@key("checklists.lint")
def lint(place, sizes=SIZES, runs=3):
    """Form and linter over a whole checklist, as before each publication."""
    yield from _linear(
        "checklists.lint", lambda old, new: (rules.problems(old), linter.findings(old)), sizes, runs
    )  # fmt: skip
