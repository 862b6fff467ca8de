"""The rule language: a stated subset of CEL, read token by token. Twin of tablet/src/grammar.js.

`read` decides whether a text belongs to the language and writes it again for the engine: numbers become doubles, names
become what the engine is given. It runs no rule. Work is bounded: one pass over at most MOST_CHARACTERS.
The language is described in docs/reference/rule-language.md; tests/contracts/expressions.json judges both sides.
"""

import re
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

MOST_CHARACTERS = 2_000
MOST_DEPTH = 12
MOST_MACROS = 4
MOST_ITEMS = 100
MOST_CHOICES = 10

FACTS = {"workers", "women", "men", "migrants", "day"}
FUNCTIONS = {"sum": 1, "count": 1, "size": 1, "share": 2, "days_between": 2, "years_between": 2}
COUNTING = {"sum", "count", "size"}
# What looks at every row. The engine is given `.look(0.0)` for the first of them and runs its inside once a row: the
# engine's own macros copy a list for each row they keep, which takes the square of its length.
MACROS = {"filter", "map", "exists", "all"}
NAMES = {"answers", "param", "facts", "value", "row"}
WORDS = {"true", "false", "in", "null", "answered", "has", *NAMES, *FUNCTIONS}

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+)
    |(?P<number>[0-9]+(?:\.[0-9]+)?(?![0-9A-Za-z_.]))
    |(?P<text>"[^"\\\x00-\x1f\x7f]*"|'[^'\\\x00-\x1f\x7f]*')
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<sign>&&|\|\||==|!=|<=|>=|[<>+\-*/?:!()\[\],.])""",
    re.VERBOSE,
)
_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_VARIABLE = re.compile(r"[a-z][a-z0-9_]{0,19}")
_COMPARES = {"==", "!=", "<", "<=", ">", ">=", "in"}
_ADDS = {"+", "-", "*", "/"}


class Problem(NamedTuple):
    """What is wrong and where: the position of the character, from 0."""

    position: int
    sentence: str


class Reading(NamedTuple):
    """What a text reads, and the same text for the engine. `looks`: (macro, what it asks of a row)."""

    source: str
    looks: tuple[tuple[str, str], ...]
    answers: frozenset[str]
    params: frozenset[str]
    facts: frozenset[str]
    columns: frozenset[str]
    names: frozenset[str]


class _Refused(Exception):
    pass


class _Token(NamedTuple):
    kind: str
    text: str
    at: int


class _Frame:
    """One open bracket. `condition`: what is inside is true or false, not a value to count with."""

    def __init__(self, closes: str, end: str = ")", wants: int = 0, macro: str = "") -> None:
        self.closes, self.end, self.wants, self.macro = closes, end, wants, macro
        self.items, self.asks, self.condition = 1, False, False
        self.divides = False  # the value read now is divided by
        self.part()

    def part(self) -> None:
        """A new part begins, as after && or a comma."""
        self.compares, self.adds, self.decides = 0, False, False


def read(text: str) -> Reading:
    """The reading of a text. Raises Refusal where it is no rule."""
    return _Reader(text).reading()


class Refusal(ValueError):
    """The text is no rule; `problem` says where and why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.sentence)
        self.problem = problem


class _Reader:
    def __init__(self, text: Any) -> None:
        if not isinstance(text, str) or not text.strip():
            raise Refusal(Problem(0, _("Write a rule; this one is empty.")))
        if len(text) > MOST_CHARACTERS:
            raise Refusal(
                Problem(
                    MOST_CHARACTERS,
                    _("A rule has at most %(most_characters)s characters.") % {"most_characters": MOST_CHARACTERS},
                )
            )
        self.tokens = list(_tokens(text))
        self.next = 0
        self.out: list[str] = []
        self.outside: list[str] = []
        self.looks: list[tuple[str, str]] = []
        self.frames = [_Frame("end")]
        self.variable = ""
        self.maps = self.choices = 0
        self.answers: set[str] = set()
        self.params: set[str] = set()
        self.facts: set[str] = set()
        self.columns: set[str] = set()
        self.names: set[str] = set()

    def reading(self) -> Reading:
        operand = True
        while self.tokens[self.next].kind != "end":
            operand = self._operand() if operand else self._operator()
        if operand:
            self._refuse(_("A value is missing here."))
        self._end_divisor()
        if len(self.frames) > 1:
            self._refuse(_("A «%(closes)s» is missing here.") % {"closes": self.frames[-1].closes})
        self._close_choice()
        reads = map(frozenset, (self.answers, self.params, self.facts, self.columns, self.names))
        return Reading("".join(self.out), tuple(self.looks), *reads)

    # --- tokens ------------------------------------------------------------------------------------------------------

    def _refuse(self, sentence: str, at: int | None = None) -> None:
        raise Refusal(Problem(self.tokens[self.next].at if at is None else at, sentence))

    def _is(self, *texts: str) -> bool:
        """Do the next tokens read so? A text or name of any wording is written as its kind, in angle brackets."""
        coming = self.tokens[self.next : self.next + len(texts)]
        return len(coming) == len(texts) and all(
            token.kind == wanted[1:-1]
            if wanted[0] == "<" and len(wanted) > 2
            else token.kind != "text" and token.text == wanted
            for token, wanted in zip(coming, texts, strict=True)
        )

    def _take(self) -> _Token:
        token = self.tokens[self.next]
        self.next += 1
        return token

    def _open(self, frame: _Frame) -> bool:
        self.frames.append(frame)
        if len(self.frames) > MOST_DEPTH + 1:
            self._refuse(
                _("Brackets are at most %(most_depth)s deep.") % {"most_depth": MOST_DEPTH},
                self.tokens[self.next - 1].at,
            )
        return True

    def _key(self) -> str:
        token = self._take()
        key = token.text[1:-1]
        if not _KEY.fullmatch(key):
            self._refuse(_("«%(key)s» is not a key: small letters, digits and hyphens.") % {"key": key}, token.at)
        return key

    # --- where a value is expected; True: one is expected still ------------------------------------------------------

    def _operand(self) -> bool:
        frame, token = self.frames[-1], self.tokens[self.next]
        if token.kind == "number":
            self.out.append(_number(self._take().text))
            return False
        if token.kind == "text":
            self.out.append(_quoted(self._take().text[1:-1]))
            return False
        if token.kind == "name":
            return self._named()
        self._take()
        if token.text == "-":
            if self.tokens[self.next].kind != "number":
                self._refuse(_("A minus stands before a number or between two values. Write 0 - x."), token.at)
            self.out.append("-" + _number(self._take().text))
            return False
        if token.text == "!":
            if self._is("!"):
                self._refuse(_("One «!» is enough."))
            frame.decides = frame.condition = True
            self.out.append("!")
            return True
        if token.text == "(":
            self.out.append("(")
            return self._open(_Frame(")"))
        if token.text == "[":
            self.out.append("[")
            if self._is("]"):
                self._take()
                self.out.append("]")
                return False
            return self._open(_Frame("]", "]"))
        self._refuse(_("A value is missing before «%(text)s».") % {"text": token.text}, token.at)
        return False

    def _named(self) -> bool:
        token = self._take()
        name = token.text
        if name in ("true", "false"):
            self.out.append(name)
        elif name in ("answers", "param"):
            if not self._is("[", "<text>", "]"):
                self._refuse(_('Write %(name)s["key"].') % {"name": name}, token.at)
            self._take()
            key = self._key()
            self._take()
            (self.answers if name == "answers" else self.params).add(key)
            self.out.append(f'{name}["{key}"]')
        elif name == "facts":
            if not self._is(".", "<name>"):
                self._refuse(_("Write facts.workers."), token.at)
            self._take()
            fact = self._take()
            if fact.text not in FACTS:
                self._refuse(
                    _("There is no fact «%(text)s»; there are: %(facts)s.")
                    % {"text": fact.text, "facts": ", ".join(sorted(FACTS))},
                    fact.at,
                )
            self.facts.add(fact.text)
            self.out.append(f'facts["{fact.text}"]')
        elif name == "value":
            self.names.add(name)
            self.out.append(name)
        elif name == "row":
            if not self._is(".", "<name>"):
                self._refuse(_("Write row.column."), token.at)
            self._take()
            self.names.add(name)
            self.columns.add(self._take().text)
            self.out.append(f'row["{self.tokens[self.next - 1].text}"]')
        elif name == "answered":
            if not self._is("(", "<text>", ")"):
                self._refuse(_('Write answered("key").'), token.at)
            self._take()
            key = self._key()
            self._take()
            self.answers.add(key)
            self.out.append(f'answered["{key}"]')
        elif name == "has":
            self._has(token)
        elif name in FUNCTIONS:
            if not self._is("("):
                self._refuse(f"Write {name}(…).", token.at)
            self._count_outside(name, token)
            self._take()
            self.out.append(f"{'count' if name == 'size' else name}(")
            return self._open(_Frame(")", ")", FUNCTIONS[name]))
        elif name == self.variable:
            self.out.append("item")
        else:
            self._refuse(_("«%(name)s» is not known here.") % {"name": name}, token.at)
        return False

    def _has(self, token: _Token) -> None:
        if not self._is("(", "<name>", ".", "<name>", ")"):
            self._refuse(_("Write has(r.column)."), token.at)
        _open, owner, _dot, column, _close = (self._take() for _n in range(5))
        if owner.text == "row":
            self.names.add("row")
            self.columns.add(column.text)
        elif owner.text != self.variable:
            self._refuse(_("«%(text)s» is not known here.") % {"text": owner.text}, owner.at)
        self.out.append(f'("{column.text}" in {"row" if owner.text == "row" else "item"})')

    # --- where a value has ended; True: another is expected ----------------------------------------------------------

    def _operator(self) -> bool:
        frame, token = self.frames[-1], self._take()
        sign = token.text
        if sign not in (".", "["):
            self._end_divisor()
        if token.kind in ("number", "text") or (token.kind == "name" and sign != "in"):
            self._refuse(_("Two values stand side by side. Put an operator between them."), token.at)
        if sign == ".":
            return self._after_dot()
        if sign == "[":
            if not self._is("<text>", "]"):
                self._refuse(_('A column is read as r.column or r["column"].'), token.at)
            self.out.append(f"[{_quoted(self._take().text[1:-1])}]")
            self._take()
            return False
        if sign in (")", "]"):
            return self._close(token)
        if sign in ("&&", "||", "?", ":", ","):
            return self._separate(frame, token)
        if sign == "!" or sign == "(":
            self._refuse(_("«%(sign)s» cannot stand here.") % {"sign": sign}, token.at)
        if sign in _COMPARES:
            frame.compares += 1
            frame.condition = True
        else:
            frame.adds = True
        self._counts(frame, token)
        frame.divides = sign == "/"
        self.out.append(" / divisor(" if frame.divides else f" {sign} ")
        return True

    def _end_divisor(self) -> None:
        """What is divided by goes through a function to which zero is unknown: engines differ on what 0 / 0 is."""
        if self.frames[-1].divides:
            self.frames[-1].divides = False
            self.out.append(")")

    def _counts(self, frame: _Frame, token: _Token) -> None:
        """Conditions are joined, not counted with: engines would take «(a > 1) + 1» in different ways."""
        if frame.compares > 1:
            self._refuse(_("Compare two things at a time, and join comparisons with && or ||."), token.at)
        if frame.decides and (frame.compares or frame.adds):
            self._refuse(_("A condition is joined with && and ||; it is not compared, added or counted."), token.at)

    def _separate(self, frame: _Frame, token: _Token) -> bool:
        sign = token.text
        if sign in ("&&", "||"):
            frame.condition = True
        elif sign == "?":
            if frame.asks:
                self._refuse(_("Put the inner choice in brackets."), token.at)
            frame.asks, frame.condition = True, False
            self.choices += 1
            if self.choices > MOST_CHOICES:
                self._refuse(
                    _("A rule chooses with «?» at most %(most_choices)s times.") % {"most_choices": MOST_CHOICES},
                    token.at,
                )
        elif sign == ":":
            if not frame.asks:
                self._refuse(_("A «:» needs a «?» before it."), token.at)
            frame.asks = False
        else:
            self._close_choice(token)
            frame.items += 1
            if frame.closes == "end" or (frame.closes == ")" and frame.items > max(frame.wants, 1)):
                self._refuse(_("A «,» cannot stand here."), token.at)
            if frame.items > MOST_ITEMS:
                self._refuse(
                    _("A list written out has at most %(most_items)s items.") % {"most_items": MOST_ITEMS}, token.at
                )
        frame.part()
        self.out.append(f" {sign} ")
        return True

    def _close_choice(self, token: _Token | None = None) -> None:
        if self.frames[-1].asks:
            self._refuse(_("A «?» needs a «:» after it."), token.at if token else None)

    def _close(self, token: _Token) -> bool:
        self._close_choice(token)
        frame = self.frames[-1]
        if frame.closes != token.text:
            self._refuse(_("This «%(text)s» closes nothing.") % {"text": token.text}, token.at)
        self.frames.pop()
        if frame.wants and frame.items != frame.wants:
            self._refuse(_("This function takes %(wants)s values.") % {"wants": frame.wants}, token.at)
        if frame.macro:
            self.looks.append((frame.macro, "".join(self.out)))
            self.out, self.variable = self.outside, ""
        self.out.append(frame.end)
        outer = self.frames[-1]
        decides = (
            frame.macro in ("exists", "all")
            if frame.macro
            else not frame.wants and token.text == ")" and frame.condition
        )
        if decides:
            outer.decides = outer.condition = True
            self._counts(outer, token)
        return False

    def _after_dot(self) -> bool:
        token = self._take()
        if token.kind != "name":
            self._refuse(_("A name is missing after the dot."), token.at)
        name = token.text
        if not self._is("("):
            self.out.append(f'["{name}"]')
            return False
        self._take()
        if name in ("size", "count"):
            self._count_outside(name, token)
            if not self._is(")"):
                self._refuse(_("Write .%(name)s() with nothing in the brackets.") % {"name": name}, token.at)
            self._take()
            self.out.append(".count()")
            return False
        if name not in MACROS:
            self._refuse(_("«.%(name)s(…)» is not known.") % {"name": name}, token.at)
        if self.variable:
            self._refuse(_("One look at every row cannot stand inside another."), token.at)
        self.maps += name == "map"
        if len(self.looks) == MOST_MACROS or self.maps > 1:
            self._refuse(
                _("A rule looks at lists at most %(most_macros)s times, and uses map once.")
                % {"most_macros": MOST_MACROS},
                token.at,
            )
        if not self._is("<name>", ","):
            self._refuse(_("Write .%(name)s(r, …).") % {"name": name}, token.at)
        variable = self._take()
        self._take()
        if not _VARIABLE.fullmatch(variable.text) or variable.text in WORDS:
            self._refuse(_("«%(text)s» cannot name a row. Write r.") % {"text": variable.text}, variable.at)
        self.variable = variable.text
        self.outside, self.out = self.out, []
        return self._open(_Frame(")", f".look({len(self.looks)}.0)", 0, name))

    def _count_outside(self, name: str, token: _Token) -> None:
        """Counting a list anew for every row would take the square of its length."""
        if self.variable and name in COUNTING:
            self._refuse(_("«%(name)s» cannot stand inside a look at every row.") % {"name": name}, token.at)


def _tokens(text: str):
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if not found:
            raise Refusal(Problem(at, _("«%(text)s» cannot stand in a rule.") % {"text": text[at]}))
        if found.lastgroup == "number" and len(found.group()) > 20:
            raise Refusal(Problem(at, _("A number has at most 20 digits.")))
        if found.lastgroup != "space":
            yield _Token(found.lastgroup or "", found.group(), at)
        at = found.end()
    yield _Token("end", "", len(text))


def _number(digits: str) -> str:
    return digits if "." in digits else f"{digits}.0"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '\\"') + '"'
