"""Rates of non-compliance, through pandas. Frames in, frames out; one thin loader.

Formulas and selection rules stand in docs/reference/figures.md. A figure always carries numerator, denominator,
selection and as-of date; a percentage alone is never returned or stored.
"""

from compliance.models import Finding
from compliance.rules import DECIDED

COLUMNS = ["site", "cycle", "report", "visited_on", "cluster", "point", "question", "state", "workers"]


def load(programme, as_of):
    """One row per issued finding of a programme up to a day: COLUMNS. Superseded reports are left out."""
    import pandas as pd

    rows = (
        Finding.objects.filter(
            report__assessment__programme=programme,
            report__superseded_by=None,
            report__issued_on__lte=as_of,
            report__assessment__cycle__isnull=False,
        )
        .exclude(report__assessment__kind="self")
        .values_list(
            "report__assessment__cycle__site_id", "report__assessment__cycle__number", "report_id",
            "report__visited_on", "cluster_key", "point_key", "question_key", "state",
            "report__assessment__cycle__site__workers",
        )
    )  # fmt: skip
    frame = pd.DataFrame.from_records(list(rows), columns=COLUMNS)
    return frame.astype({"site": str, "report": str}).drop_duplicates()


def latest(frame, since=None):
    """Selection "latest": of each factory the report of its last visit (in the window since, when given)."""
    if since is not None:
        frame = frame[frame["visited_on"] >= since]
    last = frame.groupby("site")["visited_on"].transform("max")
    return frame[frame["visited_on"] == last]


def of_cycle(frame, number):
    """Selection "cycle N": the report of that cycle of each factory that has one."""
    return frame[frame["cycle"] == number]


def balanced(frame, number):
    """Selection "balanced N": cycles 1 to N of the factories that have a report in every one of them.

    So a trend is not made by newcomers.
    """
    inside = frame[frame["cycle"] <= number]
    complete = inside.groupby("site")["cycle"].transform("nunique") == number
    return inside[complete]


def point_rates(frame):
    """Per cluster and point: numerator (reports with at least one non-compliant question), denominator (reports in
    which at least one question of the point was decided), questions (how many were decided anywhere)."""
    return _rates(frame, ["cluster", "point"])


def question_rates(frame):
    """Per question: numerator (reports that found it non-compliant), denominator (reports that decided it)."""
    return _rates(frame, ["cluster", "point", "question"])


def _rates(frame, keys):
    decided = frame[frame["state"].isin(DECIDED)]
    decided = decided.assign(failed=decided["state"].eq("non_compliant"))
    one_each = decided.groupby([*keys, "report"], sort=False, as_index=False).agg(failed=("failed", "max"))
    rates = one_each.groupby(keys, sort=False, as_index=False).agg(
        numerator=("failed", "sum"), denominator=("failed", "size")
    )
    counts = decided.groupby(keys, sort=False)["question"].nunique().rename("questions").reset_index()
    merged = rates.merge(counts, on=keys)
    return merged.astype({"numerator": int, "denominator": int, "questions": int})


def factory_rates(frame):
    """Per factory and report: non-compliant points / points decided. Never blended into one score of everything."""
    decided = frame[frame["state"].isin(DECIDED)]
    decided = decided.assign(failed=decided["state"].eq("non_compliant"))
    points = decided.groupby(["site", "report", "cycle", "point"], as_index=False).agg(failed=("failed", "max"))
    rates = points.groupby(["site", "report", "cycle"], as_index=False).agg(
        numerator=("failed", "sum"), denominator=("failed", "size")
    )
    return rates.astype({"numerator": int, "denominator": int})
