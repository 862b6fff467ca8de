"""Documents for the tests of checklists: one that uses every word of the form, and what is made of it."""

import copy

FULL = {
    "format": "openfloor-checklist/1", "key": "full", "version": "1", "title": "A checklist with every word",
    "language": "en", "subject": "factory", "in_force_from": "2020-01-01", "licence": "CC-BY-4.0", "about": "For tests.",
    "sampling": {
        "records": {
            "payroll": {
                "title": "Pay records",
                "bands": [{"from": 1, "to": 100, "take": 10}, {"from": 101, "to": 500, "take": 15}, {"from": 501, "take": 25}],
                "months": ["latest", "peak", "low"],
            }
        },
        "interviews": {"bands": [{"from": 1, "take": 8}], "spread": ["sex", "language"], "notes": ["interpreter", "privacy"]},
    },
    "checks": [
        {"key": "night-and-shifts", "when": 'answers["night-work"] == true && answers["shifts"] == "one"',
         "says": "Night work with one shift only.", "questions": ["night-work", "shifts"]},
    ],
    "clusters": [
        {
            "key": "hours", "title": "Working time", "optional": True, "number": 4, "group": "Conditions",
            "kinds": [{"kind": "national", "from": "1990-01-01"}, {"kind": "core", "from": "2022-06-11"}],
            "points": [
                {
                    "key": "overtime", "title": "Overtime",
                    "questions": [
                        {"key": "night-work", "kind": "yes_no", "polarity": "no", "text": "Do people work at night?",
                         "level": "enterprise", "required": False},
                        {"key": "shifts", "kind": "choice", "text": "How many shifts are there?", "level": "enterprise",
                         "choices": [{"key": "one", "text": "One"}, {"key": "two", "text": "Two", "when": 'answers["night-work"] == true'}],
                         "visible_when": 'answers["night-work"] == true'},
                        {"key": "weeks", "kind": "table", "text": "Hours of the sampled workers", "level": "enterprise",
                         "columns": [
                             {"key": "hours", "title": "Hours", "kind": "number", "unit": "hours"},
                             {"key": "over", "title": "Above 48", "kind": "number", "compute": "row.hours - 48.0"},
                             {"key": "day_off", "title": "Day off", "kind": "choice", "choices": ["yes", "no"]},
                         ],
                         "rows": {"min": 1, "max": 30}, "sample": "payroll", "required_when": 'answers["night-work"] == true'},
                        {"key": "weeks-over", "kind": "number", "text": "Weeks above the cap", "level": "enterprise",
                         "unit": "weeks", "compute": 'answers["weeks"].rows.filter(r, r.hours > param["hours-cap"]).size()'},
                        {"key": "drills", "kind": "number", "text": "How many drills a year?", "level": "enterprise",
                         "constraint": {"when": "value >= 0.0", "says": "Not fewer than none."}},
                        {"key": "overtime-cap-kept", "kind": "finding", "text": "Is overtime within the cap?",
                         "issue": "Overtime above the cap", "explain": "Nobody works longer than the cap.",
                         "guidance": "Compare the records.", "level": "national", "extent": "weeks",
                         "sources": ["documents"], "tags": ["critical-public"],
                         "suggest": [{"when": 'answers["weeks-over"] >= 3.0', "state": "non_compliant", "because": "Above the cap in 3 weeks."}],
                         "phrases": {"finding": ["In {n} of {of} weeks the cap was passed."], "recommendation": ["Plan fewer hours."]},
                         "law": [
                             {"country": "KH", "instrument": "law", "title": "Labour Law", "year": 1997, "article": "137",
                              "in_force_from": "1997-03-13", "link": "https://example.org/law", "status": "unchecked"},
                             {"country": "INT", "instrument": "ilo-convention", "title": "Hours of Work Convention", "number": "C001", "status": "unchecked"},
                         ]},
                    ],
                }
            ],
        }
    ],
}  # fmt: skip

TRANSLATION = {
    "format": "openfloor-translation/1", "checklist": "full", "version": "1", "language": "km", "status": "unreviewed",
    "as_of": "2026-01-31",
    "texts": {
        "checklist": {"title": "KM title"},
        "cluster:hours": {"title": "KM hours"},
        "point:overtime": {"title": "KM overtime"},
        "check:night-and-shifts": {"says": "KM says"},
        "shifts": {"text": "KM shifts?", "choices": {"one": "KM one"}},
        "weeks": {"columns": {"hours": "KM hours", "day_off.yes": "KM yes", "hours.unit": "KM h"}},
        "drills": {"says": "KM not fewer"},
        "overtime-cap-kept": {
            "text": "KM cap?", "issue": "KM issue", "because": ["KM because"],
            "phrases": {"finding": ["{of} KM {n}"], "recommendation": ["KM plan"]},
        },
    },
}  # fmt: skip

EDITION = {
    "format": "openfloor-edition/1", "key": "full", "parent": "1", "country": "KH", "version": "KH-1",
    "title": "A checklist with every word, Cambodia", "language": "en", "in_force_from": "2021-01-01",
    "changes": [
        {"do": "add", "point": "overtime", "after": "drills", "question": {
            "key": "night-premium", "kind": "finding", "text": "Is night work paid more?", "issue": "Night work not paid more",
            "explain": "Night work is paid more.", "level": "national"}},
        {"do": "add-point", "cluster": "hours", "point": {"key": "leave", "title": "Leave", "questions": [
            {"key": "leave-days", "kind": "number", "text": "How many days?", "level": "enterprise"}]}},
        {"do": "reword", "question": "drills", "set": {"text": "How many drills in the last year?"}},
        {"do": "refer", "question": "overtime-cap-kept", "law": [
            {"country": "KH", "instrument": "regulation", "title": "Prakas on overtime", "number": "80"}]},
        {"do": "drop", "question": "shifts", "because": "Not asked here."},
    ],
}  # fmt: skip


def full(**change):
    return copy.deepcopy(FULL) | change


def asked(document):
    """The list of questions of the first point."""
    return document["clusters"][0]["points"][0]["questions"]


def question(document, key):
    return next(each for each in asked(document) if each["key"] == key)
