"""The typed words of one thing, part by part, each with its language: what is shown, and what is translated.

An issue that a checklist's question names is not here: its checklist's translators put it into other languages.
"""

from django.utils.translation import gettext_lazy as _

from core.translating import Text
from improvement_plans.models import Meeting, PlanItem, Statement

# Words people said about an item, each for those who read it: (its rows, the part's name, what it is).
SAID = (
    ("facts", "fact", _("What was said of the fix")),
    ("changes", "reason", _("Why the plan was changed")),
    ("agreements", "remark", _("What a co-chair said")),
)
OF_ITEM = {
    "issue": _("What should get better?"),
    "steps": _("What will change"),
    "expected": _("What will show it"),
}


def thing_of(translation):
    """What a translation is of."""
    return translation.item or translation.meeting or translation.statement


def texts_of(thing) -> list[Text]:
    """The words of an item, a meeting or a statement as they stand now."""
    return {PlanItem: _of_item, Meeting: _of_meeting, Statement: _of_statement}[type(thing)](thing)


def _of_item(item):
    return [
        Text(name, words, getattr(item, name), item.languages.get(name, ""))
        for name, words in OF_ITEM.items()
        if getattr(item, name) and not (name == "issue" and item.question_key)
    ] + [
        Text(f"{part} {row.pk}", words, text, language)
        for rows, part, words in SAID
        for row in getattr(item, rows).all()
        for text, language in [_beside(row, "reason" if part == "reason" else "text")]
        if text
    ]


def _beside(row, key="text"):
    """(words, their language) that lie apart from a frozen row; empty where there are none or they were removed."""
    words = getattr(row, "words", None)
    body = (words.body or {}) if words else {}
    return body.get(key, ""), body.get("language", "")


def read_by(texts, who) -> list[Text]:
    """Those of an item's words that a reader may read: remarks of co-chairs where she sees names, the rest inside."""
    closed = {part for _rows, part, _words in SAID}
    if who.sees_names:
        closed = set()
    elif who.inside:
        closed = {"remark"}
    return [one for one in texts if one.part.split()[0] not in closed]


def _of_meeting(meeting):
    minutes = meeting.minutes.select_related("words").last()
    body = (minutes.words.body or {}) if minutes else {}
    language = body.get("language", "")
    found = [
        Text(f"topic {line.pk}", _("On the agenda"), line.topic, line.language)
        for line in meeting.agenda.exclude(topic="").filter(redacted_at=None)
    ]
    found += [
        Text(f"decision {line}", _("What was decided"), text, language)
        for line, text in body.get("decisions", {}).items()
    ]
    if body.get("notes"):
        found.append(Text("notes", _("What else was said"), body["notes"], language))
    if minutes:
        signed = [(one.pk, *_beside(one)) for one in minutes.signatures.select_related("words")]
        found += [Text(f"signature {pk}", _("What a co-chair said"), text, said) for pk, text, said in signed if text]
    return found + [
        Text(f"promise {one.pk}", _("What is promised"), one.text, one.language)
        for one in meeting.commitments.filter(redacted_at=None)
    ]


def _of_statement(statement):
    rows = [("text", _("What was written"), statement.words.body)]
    rows += [
        (f"answer {one.pk}", _("Answer"), one.words.body) for one in statement.answers.select_related("words").all()
    ]
    return [Text(part, words, body["text"], body.get("language", "")) for part, words, body in rows if body]
