"""Keys rules.*: all rules of a checklist, one changed answer, and tables of growing length, on both engines.

The checklists are made up: of every ten questions one is hidden by another, one is required by another, one is computed,
three are findings with two suggestions each, one has a constraint; and there is a check for every ten.
"""

import json
import shutil
import subprocess
from pathlib import Path

from checklists.expressions import Rules
from tests.bench.measure import RUNS, Line, key, median

SIZES = (300, 2000)
ROWS = (250, 500, 1000, 2000)
SCRIPT = Path(__file__).parent / "rules.mjs"


def blueprint(count):
    """A checklist of this many questions with rules of each kind."""
    questions, checks = [], []
    for start in range(0, count, 10):
        n, yes, free = f"n-{start}", f"yes-{start}", f"free-{start}"
        questions += [
            _one(n, "number", constraint={"when": "value >= 0 && value <= 168", "says": "Write 0 to 168."}),
            _one(yes, "yes_no"),
            _one(f"hidden-{start}", "number", visible_when=f'answers["{yes}"]'),
            _one(f"needed-{start}", "text", required_when=f'answers["{n}"] > 10'),
            _one(f"sum-{start}", "number", compute=f'answers["{n}"] + answers["hidden-{start}"]'),
            *(_one(f"finding-{start}-{i}", "finding", suggest=_suggestions(n, start)) for i in range(3)),
            _one(free, "text"),
            _one(f"last-{start}", "date"),
        ]
        rule = f'answers["{n}"] > answers["sum-{start}"] || answers["{n}"] > facts.workers'
        checks.append({"key": f"check-{start}", "when": rule, "says": "This does not fit.", "questions": [n]})
    return _whole(questions[:count], checks)


def _suggestions(n, start):
    return [
        {"when": f'answers["{n}"] > param["cap"]', "state": "non_compliant", "because": "Over the cap."},
        {"when": f'answers["sum-{start}"] <= param["cap"]', "state": "compliant", "because": "Within the cap."},
    ]


def table(rows):
    """A checklist with one table of this many rows: a computed column, a sum over it, a suggestion."""
    columns = [
        {"key": "regular", "kind": "number"},
        {"key": "overtime", "kind": "number"},
        {"key": "total", "kind": "number", "compute": "row.regular + row.overtime"},
    ]
    over = 'answers["weeks"].rows.filter(r, r.total > param["cap"]).size() >= 3'
    return _whole(
        [
            _one("weeks", "table", columns=columns),
            _one("all", "number", compute='sum(answers["weeks"].rows.map(r, r.total))'),
            _one("cap", "finding", suggest=[{"when": over, "state": "non_compliant", "because": "Over the cap."}]),
        ],
        [],
    ), {"weeks": {"rows": [{"code": f"W{n}", "regular": 48, "overtime": n % 30} for n in range(rows)]}}


def _one(name, kind, **more):
    return {"key": name, "kind": kind, "text": name, "required": True, **more}


def _whole(questions, checks):
    return {"clusters": [{"key": "c", "points": [{"key": "p", "questions": questions}]}], "checks": checks}


NAMES = {"param": {"cap": 60}, "facts": {"workers": 300}}


def here(form, answers, change, runs=RUNS):
    """Medians of Python, in milliseconds, and how many rules ran: {all, change, runs, changedRuns}."""
    rules = Rules(form)
    judgement = rules.judge(answers, **NAMES)
    ran = judgement.runs
    name, values = change
    judgement.change(name, values[1])
    changed = judgement.runs - ran
    turn = iter(range(runs))
    return {
        "all": median(lambda: rules.judge(answers, **NAMES), runs),
        "change": median(lambda: judgement.change(name, values[next(turn) % 2]), runs),
        "runs": ran,
        "changedRuns": changed,
    }


def there(form, answers, change, runs=50):
    """The same of JavaScript, in Node; None where there is no Node."""
    if not shutil.which("node"):
        return None
    asked = {"blueprint": form, "answers": answers, "change": change, "names": NAMES, "runs": runs}
    told = subprocess.run(["node", str(SCRIPT)], input=json.dumps(asked), capture_output=True, text=True, check=True)
    return json.loads(told.stdout)


def _answers(form):
    kinds = {"number": 7, "yes_no": True, "text": "x", "date": "2026-01-31", "finding": "compliant"}
    return {one["key"]: kinds[one["kind"]] for one in form["clusters"][0]["points"][0]["questions"]}


@key("rules.all")
def every(place, sizes=SIZES, runs=RUNS):
    """Every rule of a checklist once, and what follows from one changed answer."""
    for size in sizes:
        form = blueprint(size)
        for name, measure in (("Python", here), ("JavaScript", there)):
            found = measure(form, _answers(form), ("n-0", [7, 70]))
            if found is None:
                continue
            yield Line(
                "rules.all", round(found["all"], 2), "ms", f"{size} questions, {name}",
                note=f"{found['runs']} rules, all run", goal=("≤ 250 ms", found["all"] <= 250),
            )  # fmt: skip
            yield Line(
                "rules.change", round(found["change"], 3), "ms", f"{size} questions, {name}",
                note=f"{found['changedRuns']} rules read the changed answer", goal=("≤ 5 ms", found["change"] <= 5),
            )  # fmt: skip


@key("rules.table")
def tables(place, sizes=ROWS, runs=RUNS):
    """A changed cell of a table: its computed column, a sum over it and a suggestion. Linear in the rows."""
    for name, measure in (("Python", here), ("JavaScript", there)):
        first = None
        for size in sizes:
            form, answers = table(size)
            fewer = {"rows": answers["weeks"]["rows"][:-1]}
            found = measure(form, answers, ("weeks", [answers["weeks"], fewer]))
            if found is None:
                continue
            each = found["change"] / size
            first = first or each
            yield Line(
                "rules.table", round(found["change"], 2), "ms", f"{size} rows, {name}",
                yardstick=round(first * size, 2), ratio=round(each / first, 2), note="yardstick: the first size, grown in line",
                goal=("≤ 1.5 times the line", each <= 1.5 * first),
            )  # fmt: skip
