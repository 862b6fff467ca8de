"""Forms of the visit that are no questions: interviews, opening and closing meeting, the capture tray.

Pure. Their keys begin with a sign that no question's key can have, so they travel as operations like any answer.
Nobody is named: an interview is a set of groups, attendance a number and roles. What lies in the tray stays with the
assessors: no report tells of it.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

INTERVIEWS, OPENING, CLOSING, TRAY = FORMS = ("@interviews", "@opening", "@closing", "@tray")
SIDES = ("management", "workers", "union")
GROUPS = ("sex", "department", "contract", "migrant", "language")
REPORTED = ("sex", "contract", "migrant", "language")  # a department can be one person's
NOTES = ("interpreter", "privacy")
FEWEST = 5  # of a group that is told apart outside the team
MOST_PEOPLE, MOST_PRESENT, ROLES = 50, 500, 200
LINE, PLACE, MOST_QUESTIONS = 200, 60, 50
MOST_DEPARTMENTS = 20
PLACES = ("building", "floor", "section")
_GROUP = re.compile(r"[^\n\r\t]{1,40}")


def fits(key: str, field: str, value: Any) -> bool:
    """May this field of this form hold this value? None takes it back."""
    kind, _, which = field.partition(":")
    if key == INTERVIEWS:
        return kind == "interview" and _is_id(which) and (value is None or _is_interview(value))
    if key == TRAY:
        return kind == "item" and _is_id(which) and (value is None or _is_taken(value))
    if key not in FORMS:
        return False
    if field == "held":
        return value is None or _is_day(value)
    if kind == "attended" and which in SIDES:
        return value is None or _is_attendance(value)
    if key == CLOSING and kind == "signed" and which in SIDES:
        return value in (None, "signed", "refused")
    return False


def is_field(key: str, field: str) -> bool:
    """Is there such a field on this form? `None` fits each that there is."""
    return fits(key, field, None)


def _is_interview(value: Any) -> bool:
    if not isinstance(value, dict) or set(value) - {"people", *GROUPS, *NOTES}:
        return False
    return (
        _is_whole(value.get("people"), 1, MOST_PEOPLE)
        and all(_is_group(value.get(name)) for name in GROUPS)
        and all(value.get(name) in (None, True, False) for name in NOTES)
    )


def _is_taken(value: Any) -> bool:
    """Something taken first and placed later: a photo (its id is the item's) or one line."""
    if not isinstance(value, dict) or set(value) - {"kind", "text", "tag", "at", "reason", "questions"}:
        return False
    tag, questions = value.get("tag") or {}, value.get("questions") or []
    return (
        value.get("kind") in ("photo", "note")
        and all(_is_text(value.get(name, ""), most) for name, most in (("text", LINE), ("reason", LINE), ("at", 40)))
        and isinstance(tag, dict)
        and not set(tag) - set(PLACES)
        and all(_is_text(place, PLACE) for place in tag.values())
        and isinstance(questions, list)
        and len(questions) <= MOST_QUESTIONS
        and all(_is_text(question, 80) for question in questions)
    )


def _is_text(value: Any, most: int) -> bool:
    return isinstance(value, str) and len(value) <= most


def _is_group(value: Any) -> bool:
    return value is None or (isinstance(value, str) and bool(_GROUP.fullmatch(value)))


def _is_attendance(value: Any) -> bool:
    if not isinstance(value, dict) or set(value) - {"n", "roles"}:
        return False
    n, roles = value.get("n"), value.get("roles")
    return (n is None or _is_whole(n, 0, MOST_PRESENT)) and (
        roles is None or (isinstance(roles, str) and len(roles) <= ROLES)
    )


def _is_whole(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _is_id(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False


def _is_day(value: Any) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def are_departments(departments: Mapping[str, Any]) -> bool:
    """May interviews be planned by these departments, {name: people}? In one of fewer than five a person is known."""
    return len(departments) <= MOST_DEPARTMENTS and all(
        _is_group(name) and _is_whole(people, FEWEST, 99_999) for name, people in departments.items()
    )


def unexplained(form: Mapping[str, Any] | None, linked: Iterable[str]) -> int:
    """How many things of the tray stand at no question and say no reason. linked: ids of photos some answer holds."""
    placed = set(linked)
    return sum(
        not (one.get("reason") or "").strip()
        and not (field.partition(":")[2] in placed if one["kind"] == "photo" else one.get("questions"))
        for field, one in (form or {}).items()
    )


def photos_in(form: Mapping[str, Any] | None) -> set[str]:
    """Ids of the photos that lie in the tray, placed or not."""
    return {field.partition(":")[2] for field, one in (form or {}).items() if one["kind"] == "photo"}


def interviews_in_counts(form: Mapping[str, Any] | None, planned: int | None) -> dict[str, Any] | None:
    """Interviews as a report tells them: how many, how many people, with an interpreter, in private, and by groups.

    A dimension in which some group has fewer than five people is left out as a whole: from the others its number could
    be reckoned. So are interpreter and privacy where one to four interviews had it, or had it not. None where nothing
    was planned or done.
    """
    held = [value for field, value in sorted((form or {}).items()) if field.startswith("interview:") and value]
    if not held and not planned:
        return None
    people = sum(one["people"] for one in held)
    counts: dict[str, Any] = {"planned": planned, "done": len(held), "people": people}
    for name in NOTES:
        n = sum(1 for one in held if one.get(name))
        if all(part == 0 or part >= FEWEST for part in (n, len(held) - n)):
            counts[name] = n
    groups: dict[str, dict[str, int]] = {}
    for dimension in REPORTED:
        found: Counter[str] = Counter()
        for one in held:
            found[one.get(dimension) or ""] += one["people"]
        if "" not in found and len(found) > 1 and min(found.values()) >= FEWEST:
            groups[dimension] = dict(sorted(found.items()))
    return counts | {"groups": groups}


def meeting_in_counts(form: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """A meeting as a report tells it: the day, how many of each side, who signed or refused to. No role, no name."""
    form = form or {}
    sides = {
        side: {"n": (form.get(f"attended:{side}") or {}).get("n"), "signed": form.get(f"signed:{side}")}
        for side in SIDES
        if form.get(f"attended:{side}") or form.get(f"signed:{side}")
    }
    return {"held": form.get("held"), "sides": sides} if sides or form.get("held") else None
