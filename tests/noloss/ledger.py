"""What must be true when a history is over. Judged by an account of its own: nothing here asks the code under test how
operations are merged.
"""

import json
from collections import defaultdict
from dataclasses import dataclass, field

from compliance.models import Answer, Evidence, EvidenceLink, Operation, OperationPayload, Quarantined
from core import storage

CONFLICTING = ("state", "value", "extent")
TEXTS = ("note", "comment", "report_text")


@dataclass(frozen=True)
class Made:
    """A change as somebody made it on a tablet, and what that tablet knew of the place then."""

    question: str
    field: str
    value: object
    base: tuple
    knew: frozenset

    @property
    def place(self):
        return self.question, self.field


@dataclass
class Shown:
    """What one tablet said to its person: which changes and photos are kept here, which are safe, which are aside."""

    kept: set = field(default_factory=set)
    on_disk: set = field(default_factory=set)  # still here, at the end
    waiting: set = field(default_factory=set)
    safe: set = field(default_factory=set)
    aside: set = field(default_factory=set)
    photos: dict = field(default_factory=dict)  # id: (sha256, "tablet" | "safe", are its bytes here)
    view: dict | None = None  # {(question, field): (value, conflict)}; None: it is told nothing more


def judge(assessment, made: dict, tablets: list[Shown]) -> None:
    """Raises AssertionError naming the first promise that does not hold. made: {id: Made} of all tablets."""
    rows = {str(row.pk): row for row in Operation.objects.filter(assessment=assessment).select_related("payload")}
    aside = {str(row.operation_id): row for row in Quarantined.objects.filter(assessment=assessment)}
    _nothing_is_lost(made, rows, aside, tablets)
    _nothing_is_changed(made, rows, aside)
    _photos(assessment, tablets)
    _one_clock(assessment, rows)
    expected = _merged(made, rows)
    _the_server_shows(assessment, expected)
    for n, tablet in enumerate(tablets):
        if tablet.view is not None:
            _the_tablet_shows(n, tablet.view, expected)


def _nothing_is_lost(made, rows, aside, tablets):
    assert not set(rows) & set(aside), "a change is both stored and kept aside"
    waiting = set().union(*(tablet.waiting for tablet in tablets))
    lost = set(made) - set(rows) - set(aside) - waiting
    assert not lost, f"{len(lost)} changes are nowhere"
    for n, tablet in enumerate(tablets):
        assert tablet.kept <= tablet.on_disk, f"tablet {n} showed as kept what is not on it"
        assert tablet.safe <= set(rows), f"tablet {n} showed as safe what the server does not have"
        assert tablet.aside <= set(aside), f"tablet {n} showed as kept aside what the server did not keep aside"
        assert not tablet.safe & tablet.aside, f"tablet {n} heard two words on one change"
        assert tablet.kept <= tablet.safe | tablet.aside | tablet.waiting, f"tablet {n} has no word on a change"


def _nothing_is_changed(made, rows, aside):
    for key, one in made.items():
        if key in rows:
            row = rows[key]
            found = Made(row.question_key, row.field, row.payload.body["value"], tuple(row.base), one.knew)
        elif key in aside:
            body = aside[key].body
            found = Made(body["question"], body["field"], body["value"], tuple(body["base"]), one.knew)
        else:
            continue
        assert _same(found.value, one.value) and (found.place, found.base) == (one.place, one.base), "a change differs"
        assert set(one.base) <= one.knew, "a change stands above one that its author had not seen"
    for payload in OperationPayload.objects.filter(operation__in=rows).select_related("operation"):
        assert payload.digest == payload.operation.digest, "a change does not prove itself"


def _photos(assessment, tablets):
    there = {str(row.pk): row for row in Evidence.objects.filter(assessment=assessment)}
    for n, tablet in enumerate(tablets):
        for key, (digest, state, here) in tablet.photos.items():
            if state == "safe":
                assert key in there and there[key].sha256 == digest, f"tablet {n} showed a photo as safe that is not"
                assert storage.store().get(there[key].stored)
            else:
                assert here, f"a photo is neither on tablet {n} nor on the server"


def _one_clock(assessment, rows):
    assessment.refresh_from_db()
    given = sorted(row.revision for row in rows.values())
    assert given == list(range(1, assessment.revision + 1)), "the server's clock has a gap"


def _merged(made, rows):
    """{(question, field): (values that nobody who saw them replaced, in the order the server received them)}."""
    places = defaultdict(list)
    for row in rows.values():
        places[row.question_key, row.field].append(row)
    expected = {}
    for place, found in places.items():
        replaced = {key for row in found for key in row.base}
        ends = sorted((row for row in found if str(row.pk) not in replaced), key=lambda row: row.revision)
        expected[place] = [row.payload.body["value"] for row in ends]
    return expected


def _told(name, values):
    """(value, conflict) that a field with these unreplaced values shows; for texts the parts instead of the value."""
    several = len({_text(value) for value in values}) > 1
    if not several:
        return values[0], False
    if name.startswith("photo:"):
        return True in values, False
    if name in TEXTS:
        return [value for value in values if isinstance(value, str) and value.strip()], False
    return (values[-1], False) if name == "ask" else (None, True)


def _the_server_shows(assessment, expected):
    answers = {row.question_key: row for row in Answer.objects.filter(assessment=assessment)}
    links = {
        (row.question_key, str(row.evidence_id)): row.linked
        for row in EvidenceLink.objects.filter(assessment=assessment)
    }
    for (question, name), values in expected.items():
        row, (value, conflict) = answers[question], _told(name, values)
        assert (name in row.conflicts) == conflict, f"the server is silent on a conflict, or makes one: {name} {values}"
        if name.startswith("photo:"):
            assert links[question, name.removeprefix("photo:")] == bool(value), f"the server lost a link: {values}"
        elif name in TEXTS:
            _holds(getattr(row, name), value)
        elif name == "extent":
            assert (row.extent_n, row.extent_of) == ((value or {}).get("n"), (value or {}).get("of"))
        elif name == "ask":
            assert str(row.ask or "") == ((value or {}).get("colleague") or "")
        else:
            assert _same(getattr(row, name), value), f"the server shows {getattr(row, name)} for {values}"


def _the_tablet_shows(n, view, expected):
    assert set(view) == set(expected), f"tablet {n} knows other places than the server"
    for (question, name), values in expected.items():
        shown, conflict = view[question, name]
        value, differ = _told(name, values)
        assert conflict == differ, f"tablet {n} is silent on a conflict, or makes one: {question} {name}"
        if name in TEXTS:
            _holds(shown, value)
        else:
            assert _same(shown, value), f"tablet {n} shows {shown} for {values}"


def _holds(text, parts):
    for part in parts if isinstance(parts, list) else [parts]:
        assert (part or "") in (text or ""), "a text was overwritten in silence"
    if not isinstance(parts, list):
        assert (text or "") == (parts or "")


def _text(value):
    return json.dumps(value, sort_keys=True)


def _same(one, other):
    return _text(one) == _text(other)
