"""Expressions of XLSForm (a part of XPath) as expressions of our rules.

What XLSForm finds in an empty answer is kept: there, a comparison with an empty answer is false, and `!=` is true.
Ours would be unknown, so the translation asks first whether there is an answer. What has no counterpart raises
NotCarried with the reason.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

MAX_LENGTH = 4000
MAX_DEPTH = 40


class NotCarried(Exception):
    """Why an expression cannot be said in our rules, as a sentence."""


@dataclass(frozen=True)
class Named:
    """What a name of the form stands for: its type, how a rule reads it and asks whether it is answered.

    type: number, text, choice, list (several choices), date, yes_no, rows. choices: {name in the form: our keys},
    several where the form has several of one name.
    """

    type: str
    reads: str
    answered: str = ""
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Code:
    """A piece of our language: its type, its text, how tightly it binds, and what must be answered for it."""

    type: str
    text: str
    level: int = 9
    guards: tuple[str, ...] = ()
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    literal: str | None = None


_TOKEN = re.compile(
    r"""\s*(?:
      (?P<ref>\$\{\s*[^}\s]+\s*\})
    | (?P<text>"[^"]*"|'[^']*'|‘[^’]*’|“[^”]*”)
    | (?P<number>\d+(?:\.\d*)?|\.\d+)
    | (?P<path>(?:\.\./|/|\./)(?:[\w.-]+/|\.\./)*[A-Za-z_][\w.-]*)
    | (?P<sign>!=|<=|>=|\.\.|[=<>+*(),.\[\]|/@-])
    | (?P<name>[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?)
    )""",
    re.VERBOSE,
)
_BINDS = {
    "or": 1, "and": 2, "=": 3, "!=": 3, "<": 4, "<=": 4, ">": 4, ">=": 4, "+": 5, "-": 5, "*": 6, "div": 6, "mod": 6,
}  # fmt: skip
_NUMERAL = re.compile(r"-?\d+(\.\d+)?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

Node = tuple[Any, ...]


def parse(text: str) -> Node:
    """The expression as nested tuples: ("op", sign, a, b), ("call", name, [nodes]), ("ref", name), ("dot",), …"""
    if len(text) > MAX_LENGTH:
        raise NotCarried(_("It is longer than %(max_length)s characters.") % {"max_length": MAX_LENGTH})
    tokens, at = [], 0
    text = text.strip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if not found:
            raise NotCarried(_("«%(text)s» is no part of an expression.") % {"text": text[at : at + 10].strip()})
        kind = str(found.lastgroup)
        tokens.append((kind, found.group(kind)))
        at = found.end()
    return _Parser(tokens).whole()


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens, self.at, self.depth = tokens, 0, 0

    def whole(self) -> Node:
        node = self.expression(0)
        if self.at < len(self.tokens):
            raise NotCarried(_("«%(tokens)s» stands where nothing was expected.") % {"tokens": self.tokens[self.at][1]})
        return node

    def peek(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")

    def take(self, sign: str = "") -> tuple[str, str]:
        kind, value = self.peek()
        if kind == "end" or (sign and value != sign):
            if kind == "end":
                raise NotCarried(_("«%(sign)s» is missing.") % {"sign": sign} if sign else _("A value is missing."))
            raise NotCarried(_("«%(value)s» is not understood.") % {"value": value})
        self.at += 1
        return kind, value

    def expression(self, least: int) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise NotCarried(_("It is nested too deeply."))
        node = self.value()
        while (sign := self.peek()[1]) in _BINDS and self.peek()[0] in ("sign", "name") and _BINDS[sign] > least:
            self.at += 1
            node = ("op", sign, node, self.expression(_BINDS[sign]))
        self.depth -= 1
        return node

    def value(self) -> Node:
        kind, value = self.take()
        match kind:
            case "ref":
                return ("ref", value[2:-1].strip())
            case "text":
                return ("text", value[1:-1])
            case "number":
                return ("number", float(value))
            case "path":
                return ("ref", value.rsplit("/", 1)[1])
            case "name" if self.peek()[1] == "(":
                return ("call", value, list(self.arguments()))
            case "name":
                return ("name", value)
        if value == "-":
            return ("minus", self.expression(6))
        if value == "(":
            node = self.expression(0)
            self.take(")")
            return node
        if value == ".":
            return ("dot",)
        if value == "..":
            return ("name", "..")
        raise NotCarried(_("«%(value)s» is not understood here.") % {"value": value})

    def arguments(self) -> Iterator[Node]:
        self.take("(")
        if self.peek()[1] == ")":
            self.take()
            return
        while True:
            yield self.expression(0)
            if self.take()[1] == ")":
                return
            if self.tokens[self.at - 1][1] != ",":
                raise NotCarried(_("«%(tokens)s» is not understood.") % {"tokens": self.tokens[self.at - 1][1]})


def names(node: Node) -> set[str]:
    """Every name of the form that a parsed expression reads."""
    if node[0] == "ref":
        return {node[1]}
    parts = node[2] if node[0] == "call" else node[1:]
    return {name for part in parts if isinstance(part, tuple) for name in names(part)}


def condition(text: str, known: Mapping[str, Named], dot: Named | None = None) -> str:
    """The expression as a condition of ours: true or false, never unknown for want of an answer."""
    return _Writer(known, dot).truth(parse(text)).text


def value(text: str, known: Mapping[str, Named], dot: Named | None = None) -> tuple[str, str]:
    """(type, expression): a calculation. It has no value while an answer it needs is missing."""
    code = _Writer(known, dot).code(parse(text))
    if code.type in ("choice", "date"):
        code = Code("text", code.text)
    if code.type not in ("number", "text", "yes_no"):
        raise NotCarried(_("A calculation gives a number, a text, or true or false."))
    return code.type, code.text


def choice_filter(text: str, known: Mapping[str, Named], columns: Mapping[str, str]) -> str:
    """When one choice is offered: names without ${} are the columns of its own row, here put in as texts."""

    def filled(node: Any) -> Any:
        if isinstance(node, list):
            return [filled(one) for one in node]
        if not isinstance(node, tuple):
            return node
        if node[0] == "name" and node[1] in columns:
            return ("text", columns[node[1]])
        return tuple(filled(part) for part in node)

    return _Writer(known, None).truth(filled(parse(text))).text


class _Writer:
    def __init__(self, known: Mapping[str, Named], dot: Named | None) -> None:
        self.known, self.dot = known, dot

    def code(self, node: Node) -> Code:
        match node:
            case ("number", number):
                return Code("number", _numeral(number), literal=_numeral(number))
            case ("text", words):
                return Code("text", _quoted(words), literal=words)
            case ("ref", name):
                return self.named(name)
            case ("dot",):
                if self.dot is None:
                    raise NotCarried(_("«.» is understood in a constraint only."))
                return Code(self.dot.type, self.dot.reads, choices=self.dot.choices)
            case ("name", name):
                if name.lower() in ("true", "false"):
                    return Code("yes_no", name.lower())
                raise NotCarried(_("«%(name)s» is no name our rules can read.") % {"name": name})
            case ("minus", inner):
                if inner[0] == "number":
                    return Code("number", "-" + _numeral(inner[1]), literal="-" + _numeral(inner[1]))
                return self.arithmetic("-", Code("number", "0"), self.number(inner))
            case ("op", ("and" | "or") as sign, a, b):
                ours, level = ("&&", 2) if sign == "and" else ("||", 1)
                return Code("yes_no", f"{_in(self.truth(a), level)} {ours} {_in(self.truth(b), level)}", level)
            case ("op", ("+" | "-" | "*" | "div") as sign, a, b):
                return self.arithmetic("/" if sign == "div" else sign, self.number(a), self.number(b))
            case ("op", "mod", _, _):
                raise NotCarried(_("The remainder of a division (mod) has no counterpart."))
            case ("op", sign, a, b):
                return self.comparison(sign, self.code(a), self.code(b))
            case ("call", name, arguments):
                return self.call(name, arguments)
        raise NotCarried(_("It is not understood."))

    def named(self, name: str) -> Code:
        found = self.known.get(name)
        if found is None:
            raise NotCarried(_("It reads «%(name)s», which is no question carried here.") % {"name": name})
        return Code(found.type, found.reads, guards=(found.answered,) if found.answered else (), choices=found.choices)

    def number(self, node: Node) -> Code:
        code = self.code(node)
        if code.type == "text" and code.literal is not None and _NUMERAL.fullmatch(code.literal):
            return Code("number", _numeral(float(code.literal)))
        if code.type != "number":
            raise NotCarried(_("It calculates with «%(text)s», which is no number.") % {"text": code.text})
        return code

    def arithmetic(self, sign: str, a: Code, b: Code) -> Code:
        level = 5 if sign in "+-" else 6
        right = f"({b.text})" if b.level <= level else b.text
        return Code("number", f"{_in(a, level)} {sign} {right}", level, _both(a.guards, b.guards))

    def truth(self, node: Node) -> Code:
        code = self.code(node)
        if code.type == "yes_no" and not code.guards:
            return code
        if code.type == "yes_no":
            return _all([*code.guards, code.text])
        if code.literal is not None:
            return Code("yes_no", "true" if code.literal not in ("", "0") else "false")
        if code.type == "number":
            return _all([*code.guards, f"{_in(code, 4)} != 0"])
        if code.guards:
            return _all(list(code.guards))
        raise NotCarried(_("«%(text)s» alone is neither true nor false.") % {"text": code.text})

    def comparison(self, sign: str, a: Code, b: Code) -> Code:
        if sign in ("=", "!="):
            empty, other = (a, b) if a.literal == "" else (b, a)
            said = self.emptiness(other) if empty.literal == "" else self.equality(a, b)
        else:
            said = _all([*_both(a.guards, b.guards), self.order(sign, a, b)])
        if sign != "!=":
            return said
        if said.level == 3 and " == " in said.text and not _both(a.guards, b.guards):
            return Code("yes_no", said.text.replace(" == ", " != ", 1), 3)
        return Code("yes_no", said.text[1:] if said.text.startswith("!a") and said.level == 7 else f"!({said.text})", 7)

    def emptiness(self, code: Code) -> Code:
        if len(code.guards) != 1 or code.level != 9:
            raise NotCarried(_("Only an answer can be asked whether it is empty."))
        return Code("yes_no", "!" + code.guards[0], 7)

    def equality(self, a: Code, b: Code) -> Code:
        guards = list(_both(a.guards, b.guards))
        if a.literal is not None and b.literal is None:
            a, b = b, a
        if a.type in ("choice", "list") and b.literal is not None:
            if a.type == "list":
                return _all([*guards, f"size({a.text}) == 1", self.chosen(a, b.literal)])
            return _all([*guards, self.chosen(a, b.literal)])
        if a.type == "yes_no" and b.literal is not None:
            if b.literal.lower() not in ("ok", "true", "1", "yes"):
                raise NotCarried(_("It compares a yes or no with «%(literal)s».") % {"literal": b.literal})
            return _all([*guards, a.text])
        if a.type == "number" and b.type == "text" and b.literal is not None and _NUMERAL.fullmatch(b.literal):
            b = Code("number", _numeral(float(b.literal)))
        alike = {"date": "text", "choice": "text"}
        if a.type == b.type == "choice" and (_renamed(a.choices) or _renamed(b.choices)):
            raise NotCarried(_("It compares two choices whose names had to be changed."))
        if a.type in ("rows", "list", "yes_no") or alike.get(a.type, a.type) != alike.get(b.type, b.type):
            raise NotCarried(
                _("It compares «%(text)s» with «%(text2)s», which are of different kinds.")
                % {"text": a.text, "text2": b.text}
            )
        if a.type == "choice" and b.type != "choice" and _renamed(a.choices):
            raise NotCarried(_("It compares a choice whose names had to be changed with another text."))
        return _all([*guards, f"{_in(a, 4)} == {_in(b, 4)}"])

    def order(self, sign: str, a: Code, b: Code) -> str:
        dates = (a.type == "date", b.type == "date")
        if all(dates) or (any(dates) and _DAY.fullmatch(a.literal or b.literal or "")):
            return f"days_between({b.text}, {a.text}) {sign} 0"
        a, b = self.as_number(a), self.as_number(b)
        return f"{_in(a, 4)} {sign} {_in(b, 4)}"

    def as_number(self, code: Code) -> Code:
        if code.type == "text" and code.literal is not None and _NUMERAL.fullmatch(code.literal):
            return Code("number", _numeral(float(code.literal)))
        if code.type != "number":
            raise NotCarried(
                _("It asks whether «%(text)s» is larger or smaller, which is no number.") % {"text": code.text}
            )
        return code

    def chosen(self, code: Code, name: str) -> str:
        """The test whether the choice of this name is the answer, or one of the answers."""
        if name not in code.choices:
            raise NotCarried(_("It compares with «%(name)s», which is none of the choices.") % {"name": name})
        keys = [_quoted(key) for key in code.choices[name]]
        if code.type == "list":
            return f"{code.text}.exists(v, {' || '.join(f'v == {key}' for key in keys)})"
        tests = [f"{code.text} == {key}" for key in keys]
        return tests[0] if len(tests) == 1 else f"({' || '.join(tests)})"

    def call(self, name: str, arguments: list[Node]) -> Code:
        function: Callable[..., Code] | None = getattr(self, "call_" + name.replace("-", "_").replace(":", "_"), None)
        if function is None:
            raise NotCarried(_("The function %(name)s() has no counterpart.") % {"name": name})
        try:
            return function(*arguments)
        except TypeError:
            raise NotCarried(_("The function %(name)s() has other arguments than expected.") % {"name": name}) from None

    def call_selected(self, where: Node, what: Node) -> Code:
        code, said = self.code(where), self.code(what)
        if code.type not in ("choice", "list") or said.literal is None:
            raise NotCarried(_("selected() asks here for something other than a choice of a question."))
        return _all([*code.guards, self.chosen(code, said.literal)])

    def call_not(self, what: Node) -> Code:
        inner = self.truth(what)
        return Code("yes_no", f"!{inner.text}" if inner.level == 9 else f"!({inner.text})", 7)

    def call_true(self) -> Code:
        return Code("yes_no", "true")

    def call_false(self) -> Code:
        return Code("yes_no", "false")

    def call_boolean(self, what: Node) -> Code:
        return self.truth(what)

    def call_number(self, what: Node) -> Code:
        return self.number(what)

    def call_string(self, what: Node) -> Code:
        code = self.code(what)
        if code.type not in ("text", "choice", "date"):
            raise NotCarried(_("A number is not made into a text."))
        return code

    def call_today(self) -> Code:
        return Code("date", "facts.day")

    def call_date(self, what: Node) -> Code:
        code = self.code(what)
        if code.type == "date" or _DAY.fullmatch(code.literal or ""):
            return Code("date", code.text, guards=code.guards, literal=code.literal)
        raise NotCarried(_("Only a day written as 2026-01-31 is taken as a date."))

    def call_if(self, test: Node, yes: Node, no: Node) -> Code:
        when, a, b = self.truth(test), self.code(yes), self.code(no)
        kinds = {"text" if one.type in ("choice", "date") else one.type for one in (a, b)}
        if len(kinds) != 1 or any(_renamed(one.choices) for one in (a, b)):
            raise NotCarried(_("if() gives values of two kinds."))
        guards: tuple[str, ...] = ()
        if a.guards or b.guards:
            one, other = (_all(list(code.guards)).text if code.guards else "true" for code in (a, b))
            guards = (f"({_in(when, 2)} ? {one} : {other})",)
        return Code(kinds.pop(), f"{_in(when, 2)} ? {_in(a, 2)} : {_in(b, 2)}", 0, guards)

    def call_coalesce(self, first: Node, second: Node) -> Code:
        a, b = self.code(first), self.code(second)
        if len(a.guards) != 1 or a.type != b.type:
            raise NotCarried(_("coalesce() gives values of two kinds."))
        guards = (f"({a.guards[0]} || {' && '.join(b.guards)})",) if b.guards else ()
        return Code(a.type, f"{a.guards[0]} ? {a.text} : {_in(b, 2)}", 0, guards)

    def call_string_length(self, what: Node) -> Code:
        code = self.code(what)
        if code.type != "text":
            raise NotCarried(_("string-length() asks for the length of something that is no text."))
        return Code("number", f"size({code.text})", guards=code.guards)

    def call_count_selected(self, what: Node) -> Code:
        code = self.code(what)
        if code.type != "list":
            raise NotCarried(_("count-selected() counts here something other than several choices."))
        if not code.guards:
            return Code("number", f"size({code.text})")
        return Code("number", f"{code.guards[0]} ? size({code.text}) : 0", 0)

    def call_count(self, what: Node) -> Code:
        code = self.code(what)
        if code.type != "rows":
            raise NotCarried(_("count() counts here something other than the rows of a table."))
        return Code("number", f"{code.guards[0]} ? size({code.text}) : 0", 0)


def _numeral(number: float) -> str:
    return str(int(number)) if number == int(number) and abs(number) < 1e15 else format(number, "f").rstrip("0")


def _quoted(words: str) -> str:
    if "\\" in words or ('"' in words and "'" in words) or "\n" in words:
        raise NotCarried(_("It holds a text that our rules cannot write."))
    return f"'{words}'" if '"' in words else f'"{words}"'


def _in(code: Code, level: int) -> str:
    return f"({code.text})" if code.level < level else code.text


def _both(*guards: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for each in guards for one in each))


def _all(parts: list[str]) -> Code:
    level = 2 if len(parts) > 1 else 9 if parts[0].startswith("answered(") and parts[0].endswith('")') else 3
    return Code("yes_no", " && ".join(parts), level)


def _renamed(choices: Mapping[str, tuple[str, ...]]) -> bool:
    return any(keys != (name,) for name, keys in choices.items())
