"""The shipped library as tests read it: each file once in a run."""

import functools

from checklists import rules
from config.reference import library


@functools.cache
def files():
    """{path below the library: document}."""
    return library.read()


def of(form):
    return {name: file for name, file in files().items() if file["format"] == form}


CHECKLISTS = sorted(of(rules.FORMAT))
EDITIONS = sorted(of(rules.EDITION_FORMAT))
LAWS = sorted(of(rules.LAW_FORMAT))
TRANSLATIONS = sorted(of(rules.TRANSLATION_FORMAT))
GARMENT = "decent-work-garment.yaml"


@functools.cache
def whole(name):
    """A checklist as it is published: an edition with what it takes from its parent."""
    file = files()[name]
    return file if file["format"] == rules.FORMAT else library.resolved(files(), file)


def questions(name):
    return [question for _, _, question in rules.questions(whole(name))]


def texts(question):
    """(name of the place, text) of everything of a question that people read."""
    for name in ("text", "issue", "explain", "guidance", "unit", "extent"):
        yield name, question.get(name) or ""
    yield "says", (question.get("constraint") or {}).get("says") or ""
    for choice in question.get("choices") or []:
        yield "choice", rules.choice_text(choice)
    for column in question.get("columns") or []:
        yield "column", column["title"]
    for suggestion in question.get("suggest") or []:
        yield "because", suggestion["because"]
    for kind, phrases in (question.get("phrases") or {}).items():
        for phrase in phrases:
            yield kind, phrase
