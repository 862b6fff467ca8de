"""Rates of non-compliance, through pandas. Frames in, frames out; one thin loader.

Formulas and selection rules stand in docs/reference/figures.md. A figure always carries numerator, denominator,
selection and as-of date; a percentage alone is never returned or stored.
"""

from checklists.queries import series_of
from compliance.models import Finding
from compliance.rules import DECIDED

COLUMNS = ["site", "cycle", "report", "visited_on", "cluster", "point", "question", "state", "workers", "version"]


def load(programme, as_of, law_caused=True):
    """One row per issued finding of a programme up to a day: COLUMNS. Superseded reports are left out.

    law_caused=False leaves out questions at which the country's law itself falls short, so that a factory's figures
    show what it can change. They stay in its report and in its note.
    """
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
            "report__assessment__cycle__site__workers", "report__assessment__version_id",
        )
    )  # fmt: skip
    if not law_caused:
        rows = rows.exclude(question__level="national")
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


def load_series(frame):
    """What each question of the versions in a frame is called now, over the bridges between versions."""
    return series_of(list(frame["version"].unique()))


def across_versions(frame, series):
    """Every finding under the question, point and cluster it belongs to now, so that a trend crosses versions.

    The findings of a report on parts of a split question, or on questions that were merged, come to one in a rate:
    non-compliant where one of them is.
    """
    moved = [
        series.get(place, own)
        for *own, place in zip(
            frame["cluster"], frame["point"], frame["question"], zip(frame["version"], frame["question"], strict=True),
            strict=True,
        )
    ]  # fmt: skip
    clusters, points, questions = zip(*moved, strict=True) if moved else ((), (), ())
    return frame.assign(cluster=list(clusters), point=list(points), question=list(questions))


def question_trend(frame):
    """Per question and cycle: numerator and denominator as in question_rates. Give it a frame across versions."""
    return _rates(frame, ["cluster", "point", "question", "cycle"])


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
