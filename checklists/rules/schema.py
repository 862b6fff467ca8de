"""The JSON Schema of the checklist form, made from the same words and limits that judge a file.

What a schema cannot say (keys used once, rules, bands without a gap) is said by `problems`: a file the schema refuses
is refused there too, and some that it takes are not taken there.
"""

from typing import Any

from checklists.rules import form, law, question, sampling
from checklists.rules.phrases import PHRASES
from checklists.rules.words import COUNTRY, EXPRESSION, KEY, LANGUAGE, NAME

ID = "openfloor-checklist-1.schema.json"
DAY = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}


def schema() -> dict[str, Any]:
    """The schema of `openfloor-checklist/1`."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": ID,
        "$comment": "Made from the code. Change checklists/rules and run: make docs",
        "title": "Openfloor checklist",
        **_object(
            ("format", "key", "version", "title", "language", "subject", "in_force_from", "clusters"),
            {
                "format": {"const": form.FORMAT},
                "key": _key(form.LIMITS["checklist"]["key"]),
                "version": _numbered(form.NUMBERED["checklist"]["version"]),
                "title": _text(form.LIMITS["checklist"]["title"], 1),
                "language": {**_pattern(LANGUAGE), "maxLength": form.LIMITS["checklist"]["language"]},
                "subject": {"enum": ["factory", "programme"]},
                "country": _or_nothing(_pattern(COUNTRY)),
                "in_force_from": DAY,
                "licence": _or_nothing(_text(form.LIMITS["checklist"]["licence"])),
                "about": _or_nothing(_text()),
                "clusters": _list(_cluster(), 1),
                "sampling": _or_nothing(_sampling()),
                "checks": _or_nothing(_list(_check())),
            },
        ),
        "$defs": {"rule": _text(EXPRESSION)},
    }


RULE = {"$ref": "#/$defs/rule"}


def _object(needed: tuple[str, ...], properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": list(needed), "properties": properties, "additionalProperties": False}


def _text(most: int = 0, least: int = 0) -> dict[str, Any]:
    made: dict[str, Any] = {"type": "string"}
    return made | ({"maxLength": most} if most else {}) | ({"minLength": least} if least else {})


def _numbered(most: int) -> dict[str, Any]:
    return {"anyOf": [_text(most), {"type": "integer"}]}


def _pattern(pattern: Any) -> dict[str, Any]:
    return {"type": "string", "pattern": pattern.pattern}


def _key(most: int) -> dict[str, Any]:
    return {**_pattern(KEY), "maxLength": most}


def _list(of: dict[str, Any], least: int = 0) -> dict[str, Any]:
    return {"type": "array", "items": of} | ({"minItems": least} if least else {})


def _one_of(words: Any) -> dict[str, Any]:
    return {"enum": sorted(words)}


def _or_nothing(of: dict[str, Any]) -> dict[str, Any]:
    """An empty value is as good as none."""
    return {"anyOf": [of, {"enum": [None, ""]}]}


def _cluster() -> dict[str, Any]:
    limits = form.LIMITS["cluster"]
    kinds = _object(("kind", "from"), {"kind": _one_of(form.CLUSTER_KINDS), "from": DAY})
    return _object(
        ("key", "title", "points"),
        {
            "key": _key(limits["key"]),
            "title": _text(limits["title"], 1),
            "kind": _one_of(form.CLUSTER_KINDS),
            "kinds": _list(kinds, 1),
            "optional": {"type": "boolean"},
            "number": {"type": ["integer", "null"], "minimum": 0},
            "group": _or_nothing(_text(limits["group"])),
            "points": _list(_point(), 1),
        },
    )


def _point() -> dict[str, Any]:
    limits = form.LIMITS["point"]
    return _object(
        ("key", "title", "questions"),
        {"key": _key(limits["key"]), "title": _text(limits["title"], 1), "questions": _list(_question(), 1)},
    )


def _question() -> dict[str, Any]:
    constraint = _object(("when", "says"), {"when": RULE, "says": _text(0, 1)})
    suggestion = _object(
        ("when", "state", "because"),
        {"when": RULE, "state": _one_of(question.SUGGESTED), "because": _text(0, 1)},
    )
    rows = _object((), {name: {"type": ["integer", "null"], "minimum": 0} for name in ("min", "max")})
    return _object(
        ("key", "kind", "text", "level"),
        {
            "key": _key(80),
            "kind": _one_of(question.KINDS),
            **{name: _or_nothing(_text(most)) for name, most in question.LIMITS.items()},
            "text": _text(0, 1),
            "polarity": {"enum": ["yes", "no", None]},
            "level": {"enum": ["enterprise", "national"]},
            "sources": _or_nothing(_list(_one_of(question.SOURCES))),
            "tags": _or_nothing(_list(_one_of(question.TAGS))),
            "choices": _or_nothing(_choices()),
            "required": {"type": "boolean"},
            **{name: _or_nothing(RULE) for name in ("required_when", "visible_when", "compute")},
            "suggest": _or_nothing(_list(suggestion)),
            "constraint": _or_nothing(constraint),
            "columns": _or_nothing(_list(_column(), 1)),
            "rows": _or_nothing(rows),
            "sample": _or_nothing(_text(60)),
            "phrases": _or_nothing(_object((), {name: _or_nothing(_list(_text(0, 1))) for name in PHRASES})),
            "law": _or_nothing(_list(_law())),
        },
    )


def _choices() -> dict[str, Any]:
    keyed = _object(("key", "text"), {"key": _text(80, 1), "text": _text(0, 1), "when": _or_nothing(RULE)})
    return {"anyOf": [_list(_text(0, 1)), _list(keyed)]}


def _column() -> dict[str, Any]:
    return _object(
        ("key", "title", "kind"),
        {
            "key": {**_pattern(NAME), "maxLength": 60},
            "title": _text(120, 1),
            "kind": _one_of(question.COLUMN_KINDS),
            "unit": _or_nothing(_text(30)),
            "choices": _or_nothing(_choices()),
            "compute": _or_nothing(RULE),
        },
    )


def _law() -> dict[str, Any]:
    return _object(
        ("title", "instrument"),
        {
            "instrument": _one_of(law.INSTRUMENTS),
            **{name: _or_nothing(_text(most)) for name, most in law.LIMITS.items()},
            "title": _text(law.LIMITS["title"], 1),
            **{name: _or_nothing(_numbered(most)) for name, most in law.NUMBERED.items()},
            **{name: _or_nothing(DAY) for name in ("in_force_from", "in_force_to")},
            "status": {"enum": ["unchecked", "checked", "", None]},
        },
    )


def _sampling() -> dict[str, Any]:
    band = _object(
        ("from", "take"),
        {"from": {"type": "integer", "minimum": 1}, "to": {"type": ["integer", "null"]},
         "take": {"type": "integer", "minimum": 1}},
    )  # fmt: skip
    shared = {"title": _or_nothing(_text(120)), "bands": _list(band, 1)}
    records = _object(("bands",), shared | {"months": _or_nothing(_list(_one_of(sampling.MONTHS)))})
    interviews = _object(
        ("bands",),
        shared | {"spread": _or_nothing(_list(_one_of(sampling.SPREAD))),
                  "notes": _or_nothing(_list(_one_of(sampling.NOTES)))},
    )  # fmt: skip
    by_key = {"type": "object", "propertyNames": _key(60), "additionalProperties": records}
    return _object((), {"records": _or_nothing(by_key), "interviews": _or_nothing(interviews)})


def _check() -> dict[str, Any]:
    return _object(
        ("key", "when", "says", "questions"),
        {"key": _key(60), "when": RULE, "says": _text(0, 1), "questions": _list(_text(0, 1), 1)},
    )
