"""Reads checklist files. Refuses with the line; writes nothing itself (actions do)."""

import datetime
import io
import re
from pathlib import Path

from django.utils.translation import gettext as _

from core.errors import Invalid

MAX_BYTES = 10 * 1024 * 1024


def read_yaml(path):
    """A checklist file as (document, line_of). `line_of(path tuple)` gives the line a place stands in, from 1.

    Raises Invalid naming file and line for what is no YAML, has one name twice, or holds tags and aliases that
    could make a small file large.
    """
    path = Path(path)
    if not path.is_file():
        raise Invalid(_("There is no file %(name)s.") % {"name": path.name})
    if path.stat().st_size > MAX_BYTES:
        raise Invalid(_("%(name)s is larger than 10 MB.") % {"name": path.name})
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid(_("%(name)s is not a text in UTF-8.") % {"name": path.name}) from None
    return parse_yaml(text, path.name)


def parse_yaml(text, name):
    """The same for a text that is here already; `name` is what refusals call it."""
    from ruamel.yaml import YAML
    from ruamel.yaml.constructor import DuplicateKeyError
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    line = _line_too_deep(text)
    if line:
        raise Invalid(
            _("%(name)s, line %(line)s: lists are opened here and never closed.") % {"name": name, "line": line},
            _at(name, line),
        )
    yaml = YAML(typ="rt", pure=True)
    try:
        tree = yaml.load(io.StringIO(text))
    except DuplicateKeyError as error:
        line = error.problem_mark.line + 1
        raise Invalid(
            _("%(name)s, line %(line)s: the same name stands twice in one place.") % {"name": name, "line": line},
            _at(name, line),
        ) from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise Invalid(
            _("%(name)s, line %(line)s: this is not YAML (%(problem)s).")
            % {"name": name, "line": line, "problem": error.problem},
            _at(name, line),
        ) from None
    except (YAMLError, ValueError, RecursionError):
        raise Invalid(_("%(name)s is not YAML.") % {"name": name}) from None
    line = _line_of_alias(text)
    if line:
        raise Invalid(
            _("%(name)s, line %(line)s: write things out; aliases (&, *) are not taken.")
            % {"name": name, "line": line},
            _at(name, line),
        )
    return _plain(tree), lambda place: _line_of(tree, place)


def _at(name, line):
    return [{"file": str(name), "sheet": "", "line": line, "column": "", "reason": "not YAML of this form"}]


def _line_too_deep(text):
    """The line by which hundreds of lists stand open, or 0: reading such a file takes its length squared."""
    depth = 0
    for number, line in enumerate(text.splitlines(), start=1):
        depth += line.count("[") + line.count("{") - line.count("]") - line.count("}")
        if depth > 300:
            return number
    return 0


def _line_of_alias(text):
    """The first line with an alias or the anchor of one; 0 where there is none.

    Taking a text apart costs a third of reading it, so it is done only where a mark could begin a name. Rules hold
    && and * with spaces on both sides: these begin none.
    """
    if not re.search(r"[&*]\S", re.sub(r"(?<!\S)(&&|\*)(?!\S)", "", text)):
        return 0
    from ruamel.yaml import YAML
    from ruamel.yaml.tokens import AliasToken, AnchorToken

    for token in YAML(typ="safe", pure=True).scan(text):
        if isinstance(token, (AliasToken, AnchorToken)):
            return token.start_mark.line + 1
    return 0


def _plain(node):
    if isinstance(node, dict):
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(item) for item in node]
    if isinstance(node, (datetime.date, datetime.datetime)):
        return node.isoformat()[:10]
    if isinstance(node, bool) or node is None:
        return node
    if isinstance(node, int):
        return int(node)
    if isinstance(node, float):
        return float(node)
    return str(node)


def _line_of(tree, place):
    """The line of the deepest part of the place that exists."""
    node, line = tree, 1
    for step in place:
        position = getattr(getattr(node, "lc", None), "data", None) or {}
        if step in position:
            line = position[step][0] + 1
        try:
            node = node[step]
        except (KeyError, IndexError, TypeError):
            break
    return line
