"""References to law, and the form `openfloor-law/1`: dated parameters of a country's law."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from checklists.rules.words import COUNTRY, KEY, Place, Problem, is_day, items, say, texts, unknown

LAW_FORMAT = "openfloor-law/1"
INSTRUMENTS = {
    "ilo-convention", "ilo-recommendation", "ilo-protocol", "constitution", "law", "decree", "regulation",
    "collective-agreement", "guideline", "benchmark",
}  # fmt: skip
LIMITS = {"country": 3, "title": 200, "link": 300}
NUMBERED = {"number": 40, "year": 4, "article": 40}
LAW_WORDS = {*LIMITS, *NUMBERED, "instrument", "in_force_from", "in_force_to", "status"}

_TOP = {"format", "country", "parameters", "about", "licence"}
_PARAMETER = {"key", "value", "unit", "from", "to", "zone", "grade", "law", "note"}
PARAMETER_LIMITS = {"key": 60, "unit": 30, "zone": 60, "grade": 60, "note": 0}


class Reference(NamedTuple):
    """What makes two references the same law. A published text keeps its own words; the law's record lives on."""

    country: str
    instrument: str
    title: str
    number: str
    year: str
    article: str


def reference(law: Mapping[str, Any]) -> Reference:
    """The identity of a law as a file writes it."""
    return Reference(*(str(law.get(name) or "") for name in Reference._fields))


def law_problems(law: Any, place: Place) -> Iterator[Problem]:
    """What is wrong with one reference to law."""
    known = isinstance(law, dict) and isinstance(law.get("instrument"), str) and law["instrument"] in INSTRUMENTS
    if not known or not law.get("title"):
        yield place, say("A reference to law needs a title and an instrument we know.")
        return
    yield from unknown(law, LAW_WORDS, place, say("a reference to law"))
    yield from texts(law, place, LIMITS, NUMBERED)
    country = law.get("country")
    if isinstance(country, str) and country and country != "INT" and not COUNTRY.fullmatch(country):
        yield (*place, "country"), say("Write the country as its two letters, or INT.")
    link = law.get("link")
    if isinstance(link, str) and link and not link.startswith(("https://", "http://")):
        yield (*place, "link"), say("A link begins with https://.")
    if law.get("status") not in (None, "", "unchecked", "checked"):
        yield (*place, "status"), say("The status is unchecked.")
    yield from _span(law, place, "in_force_from", "in_force_to")


def _span(node: Mapping[str, Any], place: Place, first: str, last: str) -> Iterator[Problem]:
    """Two days of which either may be missing, the first not after the last."""
    for name in (first, last):
        if node.get(name) not in (None, "") and not is_day(node[name]):
            yield (*place, name), say("Write the day as 2026-01-31.")
    begun, ended = node.get(first), node.get(last)
    if is_day(begun) and is_day(ended) and str(begun) > str(ended):
        yield (*place, last), say("The last day is before the first.")


def law_file_problems(document: dict[str, Any]) -> Iterator[Problem]:
    """Everything wrong with a file of dated parameters."""
    yield from unknown(document, _TOP, (), say("a file of law"))
    yield from texts(document, (), {"about": 0, "licence": 40})
    country = document.get("country")
    if not isinstance(country, str) or not COUNTRY.fullmatch(country):
        yield ("country",), say("Write the country as its two letters, such as KH.")
    if not isinstance(document.get("parameters"), list) or not document["parameters"]:
        yield ("parameters",), say("Write the parameters as a list.")
    sound: list[tuple[Any, ...]] = []
    for n, parameter in items(document, "parameters"):
        place: Place = ("parameters", n)
        wrong = list(_parameter(parameter, place))
        yield from wrong
        if not wrong:
            yield from _overlap(parameter, place, sound)


def _parameter(node: Any, place: Place) -> Iterator[Problem]:
    if not isinstance(node, dict):
        yield place, say("This parameter is not written as names and values.")
        return
    yield from unknown(node, _PARAMETER, place, say("a parameter of law"))
    yield from texts(node, place, PARAMETER_LIMITS)
    if not isinstance(node.get("key"), str) or not KEY.fullmatch(node["key"]):
        yield (*place, "key"), say("A parameter needs a key of small letters, digits and hyphens.")
    if not is_amount(node.get("value")):
        yield (*place, "value"), say("The value is a number with at most four places behind the point.")
    if not node.get("from"):
        yield (*place, "from"), say("«from» is missing: since when does the law say so?")
    yield from _span(node, place, "from", "to")
    if node.get("law") is not None:
        yield from law_problems(node["law"], (*place, "law"))


def is_amount(value: Any) -> bool:
    """Can this number be kept exactly, with twelve digits before and four behind the point?"""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return abs(value) < 10**12 and round(value, 4) == value


def _overlap(node: Mapping[str, Any], place: Place, sound: list[tuple[Any, ...]]) -> Iterator[Problem]:
    """Two values of one parameter, zone and grade never hold on the same day."""
    here = tuple(str(node.get(name) or "") for name in ("key", "zone", "grade"))
    begun, ended = str(node["from"]), str(node.get("to") or "9999-12-31")
    for other, first, last in sound:
        if other == here and begun <= last and first <= ended:
            yield (
                (*place, "from"),
                say("«%(here)s» has another value on the same days, from %(first)s.", here=here[0], first=first),
            )
            break
    sound.append((here, begun, ended))
