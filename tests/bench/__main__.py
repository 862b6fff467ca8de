"""`python -m tests.bench [KEYS]`: measure, print a table, write bench/results.json.

KEYS are beginnings of keys, such as `sync` or `sync.one`; without any, everything is measured, and other keys keep
their last figures. Ends with 1 when a count of statements is larger than its target, and only then.
"""

import importlib
import json
import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
RESULTS = ROOT / "bench" / "results.json"
FAMILIES = [
    "sync",
    "tablet",
    "assessment",
    "report",
    "plan",
    "public",
    "rules",
    "queue",
    "checklists",
    "forms",
    "growth",
    "planning",
    "imports",
    "portfolio",  # from here on: rows that are proof and cannot be taken away again
    "plans",
    "register",
    "releases",
]


def main(wanted):
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
        os.environ["VAR_DIR"] = folder
        from tests.bench import database

        name = database.choose()
        import django

        django.setup()
        lines = measure(wanted, name)
    if not lines:
        print(f"No key begins with {' or '.join(wanted)}.")
        return 1
    print(table(lines))
    if any(line.too_many for line in lines):
        print("A count of statements is larger than its target.")
        return 1
    return 0


def measure(wanted, name):
    """The lines of every key that is wanted, each printed when it is there."""
    for family in FAMILIES:
        importlib.import_module(f"tests.bench.{family}")
    from tests.bench import database
    from tests.bench.measure import KEYS
    from tests.bench.place import Place

    chosen = {key: run for key, run in KEYS.items() if not wanted or key.startswith(tuple(wanted))}
    print(f"Measured on {name}.", flush=True)
    lines = []
    if chosen:
        with database.own():
            place = Place()
            for key, run in chosen.items():
                print(f"  {key} …", flush=True)
                found = list(run(place))
                keep(found)  # at once: whoever ends a long run keeps what it measured
                lines += found
    return lines


def table(lines):
    """The results for people, every goal that was missed said plainly."""
    rows = [("key", "size", "value", "SQL", "yardstick", "ratio", "goals")]
    for line in lines:
        goals = [f"≤ {line.most_queries} SQL" + (": EXCEEDED" if line.too_many else "")] if line.most_queries else []
        words, reached = line.goal
        goals += [words + ("" if reached else ": not reached")] if words else []
        figures = [_plain(one) for one in (line.queries, line.yardstick, line.ratio)]
        rows.append((line.key, line.size, f"{line.value:g} {line.unit}", *figures, "; ".join(goals)))
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _plain(value):
    return "" if value is None else f"{value:g}"


def keep(lines):
    """Write the results; keys that were not measured this time keep their last figures."""
    measured = {line.key for line in lines}
    kept = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else []
    found = [one for one in kept if one["key"] not in measured] + [line.as_json() for line in lines]
    RESULTS.parent.mkdir(exist_ok=True)
    text = json.dumps(sorted(found, key=lambda one: one["key"]), ensure_ascii=False, indent=1)
    RESULTS.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
