"""Our rules as expressions of XLSForm. What XPath there cannot say raises NotCarried with the reason."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from checklists.xlsform.xpath import NotCarried

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>"[^"\\]*"|'[^'\\]*')|(?P<name>[A-Za-z_]\w*)
    |(?P<sign>&&|\|\||==|!=|<=|>=|[<>+\-*/?:!()\[\],.]))""",
    re.VERBOSE,
)
_BINDS = {
    "?": 1, "||": 2, "&&": 3, "==": 4, "!=": 4, "<": 4, "<=": 4, ">": 4, ">=": 4, "in": 4, "+": 5, "-": 5, "*": 6,
    "/": 6,
}  # fmt: skip
_SAYS = {"||": "or", "&&": "and", "==": "=", "/": "div"}

Node = tuple[Any, ...]


def choice_name(key: str) -> str:
    """A choice's name in a form holds no space: several answers stand in one cell with spaces between."""
    return re.sub(r"\s+", "_", key)


def to_xpath(rule: str, names: Mapping[str, tuple[str, str]], columns: Mapping[str, str] | None = None) -> str:
    """The rule for a form. names: {our key: (name in the form, kind)}; columns: {column of the row: name}."""
    return _Writer(names, columns or {}).said(_Parser(rule).whole())


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str]] = []
        self.at = self.depth = 0
        position, text = 0, text.strip()
        while position < len(text):
            found = _TOKEN.match(text, position)
            if not found:
                raise NotCarried(_("This is no rule of ours."))
            self.tokens.append((str(found.lastgroup), found.group(str(found.lastgroup))))
            position = found.end()

    def whole(self) -> Node:
        node = self.expression(0)
        if self.at < len(self.tokens):
            raise NotCarried(_("This is no rule of ours."))
        return node

    def peek(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def take(self, sign: str = "") -> tuple[str, str]:
        if self.at >= len(self.tokens) or (sign and self.peek() != sign):
            raise NotCarried(_("This is no rule of ours."))
        self.at += 1
        return self.tokens[self.at - 1]

    def expression(self, least: int) -> Node:
        self.depth += 1
        if self.depth > 60:
            raise NotCarried(_("It is nested too deeply."))
        node = self.value()
        while _BINDS.get(self.peek(), 0) > least:
            sign = self.take()[1]
            if sign == "?":
                yes = self.expression(0)
                self.take(":")
                node = ("if", node, yes, self.expression(0))
            else:
                node = ("op", sign, node, self.expression(_BINDS[sign]))
        self.depth -= 1
        return node

    def value(self) -> Node:
        kind, text = self.take()
        if kind == "number":
            node: Node = ("number", text)
        elif kind == "text":
            node = ("text", text[1:-1])
        elif text == "-":
            node = ("number", "-" + self.take()[1])
        elif text == "!":
            node = ("not", self.value())
        elif text == "(":
            node = self.expression(0)
            self.take(")")
        elif text == "[":
            node = ("list", self.several("]"))
        elif kind == "name" and self.peek() == "(":
            self.take()
            node = ("call", text, self.several(")"))
        else:
            node = ("name", text)
        return self.after(node)

    def after(self, node: Node) -> Node:
        while self.peek() in (".", "["):
            if self.take()[1] == "[":
                node = ("item", node, self.take()[1][1:-1])
                self.take("]")
                continue
            name = self.take()[1]
            if self.peek() == "(":
                self.take()
                node = ("method", node, name, self.several(")"))
            else:
                node = ("item", node, name)
        return node

    def several(self, end: str) -> list[Node]:
        found: list[Node] = []
        while self.peek() != end:
            found.append(self.expression(0))
            if self.peek() == ",":
                self.take()
        self.take(end)
        return found


class _Writer:
    def __init__(self, names: Mapping[str, tuple[str, str]], columns: Mapping[str, str]) -> None:
        self.names, self.columns = names, columns

    def said(self, node: Node) -> str:
        match node:
            case ("number", text):
                return str(text)
            case ("text", text):
                return f"'{text}'" if "'" not in text else f'"{text}"'
            case ("name", ("true" | "false") as word):
                return f"{word}()"
            case ("name", "value"):
                return "."
            case ("item", ("name", "answers"), key):
                name, kind = self.asked(key)
                return f"${{{name}}} = 'yes'" if kind == "yes_no" else f"${{{name}}}"
            case ("item", ("name", "facts"), "day"):
                return "today()"
            case ("item", ("name", "row"), column):
                return f"${{{self.column(column)}}}"
            case ("item", ("name", "param"), key):
                raise NotCarried(_("A form knows no dated parameters of law, such as «%(key)s».") % {"key": key})
            case ("item", ("name", "facts"), fact):
                raise NotCarried(_("A form does not know «%(fact)s» of a factory.") % {"fact": fact})
            case ("call", "answered", [("text", key)]):
                return f"${{{self.asked(key)[0]}}} != ''"
            case ("call", "has", [("item", ("name", "row"), column)]):
                return f"${{{self.column(column)}}} != ''"
            case ("call", ("size" | "count"), [inner]):
                return self.counted(inner)
            case ("method", inner, ("size" | "count"), []):
                return self.counted(inner)
            case ("call", "sum", [("method", ("item", ("item", ("name", "answers"), key), "rows"), "map", [_, item])]):
                if item[0] == "item":
                    return f"sum(${{{self.asked(key)[0]}_{item[2]}}})"
            case ("call", "share", [part, whole]):
                return f"(({self.said(part)}) div ({self.said(whole)}) * 100)"
            case ("call", "days_between", [first, last]):
                return f"(decimal-date-time({self.said(last)}) - decimal-date-time({self.said(first)}))"
            case ("method", ("item", ("name", "answers"), key), "exists", [(_, variable), test]):
                return self.selected(f"${{{self.asked(key)[0]}}}", variable, test)
            case ("method", ("name", "value"), "exists", [(_, variable), test]):
                return self.selected(".", variable, test)
            case ("not", inner):
                return f"not({self.said(inner)})"
            case ("if", test, yes, no):
                return f"if({self.said(test)}, {self.said(yes)}, {self.said(no)})"
            case ("op", "in", inner, ("list", values)):
                return "(" + " or ".join(f"{self.said(inner)} = {self.said(one)}" for one in values) + ")"
            case ("op", ("==" | "!=") as sign, inner, ("name", ("true" | "false") as word)):
                positive = (sign == "==") == (word == "true")
                return f"({self.said(inner)})" if positive else f"not({self.said(inner)})"
            case ("op", sign, ("item", ("name", "answers"), key) as a, ("text", text)) if " " in text:
                choosing = self.asked(key)[1] in ("choice", "many_choice")
                words = self.said(("text", choice_name(text) if choosing else text))
                return f"{self.said(a)} {_SAYS.get(sign, sign)} {words}"
            case ("op", sign, a, b):
                level = _BINDS[sign]
                right = level if sign in ("-", "/") or level == 4 else level - 1
                return f"{self.within(a, level - 1)} {_SAYS.get(sign, sign)} {self.within(b, right)}"
        raise NotCarried(_("A form cannot look at the rows of a table in this way."))

    def within(self, node: Node, level: int) -> str:
        text = self.said(node)
        asks = node[0] == "item" and text.endswith("'yes'")
        binds = _BINDS[node[1]] if node[0] == "op" and node[1] != "in" else 4 if asks else 9
        return f"({text})" if binds <= level else text

    def asked(self, key: str) -> tuple[str, str]:
        if key not in self.names:
            raise NotCarried(_("It reads «%(key)s», which is not in the form.") % {"key": key})
        return self.names[key]

    def column(self, key: str) -> str:
        if key not in self.columns:
            raise NotCarried(_("It reads the column «%(key)s», which is not in the form.") % {"key": key})
        return self.columns[key]

    def counted(self, node: Node) -> str:
        match node:
            case ("item", ("item", ("name", "answers"), key), "rows"):
                return f"count(${{{self.asked(key)[0]}}})"
            case ("item", ("name", "answers"), key) if self.asked(key)[1] == "many_choice":
                return f"count-selected(${{{self.asked(key)[0]}}})"
            case ("item", ("name", "answers"), key) if self.asked(key)[1] in ("text", "information"):
                return f"string-length(${{{self.asked(key)[0]}}})"
            case ("name", "value"):
                return "count-selected(.)"
        raise NotCarried(_("A form cannot count these rows."))

    def selected(self, where: str, variable: str, test: Node) -> str:
        match test:
            case ("op", "==", ("name", name), ("text", key)) if name == variable:
                return f"selected({where}, {self.said(('text', choice_name(key)))})"
            case ("op", "||", a, b):
                return f"({self.selected(where, variable, a)} or {self.selected(where, variable, b)})"
        raise NotCarried(_("A form can only ask whether a choice is among the answers."))
