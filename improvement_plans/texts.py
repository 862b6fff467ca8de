"""The typed words of one thing, part by part, each with its language: what is shown, and what is translated.

An issue that a checklist's question names is not here: its checklist's translators put it into other languages.
"""

from django.utils.translation import gettext_lazy as _

from core.translating import Text
from improvement_plans.models import Meeting, PlanItem, Statement

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
    ]


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
