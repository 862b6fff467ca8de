"""Reads checklist files. Refuses with the line; writes nothing itself (actions do)."""

import datetime
import io
from pathlib import Path

from core.errors import Invalid

MAX_BYTES = 10 * 1024 * 1024


def read_yaml(path):
    """A checklist file as (document, line_of). `line_of(path tuple)` gives the line a place stands in, from 1.

    Raises Invalid naming file and line for what is no YAML, has one name twice, or holds tags and aliases that
    could make a small file large.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.constructor import DuplicateKeyError
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    path = Path(path)
    if not path.is_file():
        raise Invalid(f"There is no file {path.name}.")
    if path.stat().st_size > MAX_BYTES:
        raise Invalid(f"{path.name} is larger than 10 MB.")
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid(f"{path.name} is not a text in UTF-8.") from None
    line = _line_too_deep(text)
    if line:
        raise Invalid(f"{path.name}, line {line}: lists are opened here and never closed.", _at(path, line))
    yaml = YAML(typ="rt", pure=True)
    try:
        tree = yaml.load(io.StringIO(text))
    except DuplicateKeyError as error:
        line = error.problem_mark.line + 1
        raise Invalid(f"{path.name}, line {line}: the same name stands twice in one place.", _at(path, line)) from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise Invalid(f"{path.name}, line {line}: this is not YAML ({error.problem}).", _at(path, line)) from None
    except (YAMLError, ValueError, RecursionError):
        raise Invalid(f"{path.name} is not YAML.") from None
    line = _line_of_alias(text)
    if line:
        raise Invalid(f"{path.name}, line {line}: write things out; aliases (&, *) are not taken.", _at(path, line))
    return _plain(tree), lambda place: _line_of(tree, place)


def _at(path, line):
    return [{"file": path.name, "sheet": "", "line": line, "column": "", "reason": "not YAML of this form"}]


def _line_too_deep(text):
    """The line by which hundreds of lists stand open, or 0: reading such a file takes its length squared."""
    depth = 0
    for number, line in enumerate(text.splitlines(), start=1):
        depth += line.count("[") + line.count("{") - line.count("]") - line.count("}")
        if depth > 300:
            return number
    return 0


def _line_of_alias(text):
    """The first line with an alias or the anchor of one; 0 where there is none."""
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
