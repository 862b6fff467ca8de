"""What the writers of checklists share."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from checklists import rules, states
from checklists.models import ChecklistVersion
from checklists.sentences import said
from core.errors import Invalid, WrongState

STATE_WORDS = {
    "draft": gettext_lazy("a draft"),
    "in_review": gettext_lazy("in review"),
    "published": gettext_lazy("published"),
    "retired": gettext_lazy("retired"),
}


def person(by):
    """The person who acts; None for a part of the program."""
    return by if by.pk else None


def move(draft, verb):
    """Take a draft along its table; the caller saves. Returns the row."""
    try:
        row = states.step(draft.state, verb)
    except LookupError:
        words = _("This is not possible while version %(version)s is %(state)s.")
        raise WrongState(words % {"version": draft.version, "state": STATE_WORDS[draft.state]}) from None
    draft.state = row.target
    return row


def refuse(problems, what):
    """Raise Invalid with every problem and its place, when there is one."""
    if problems:
        found = [{"place": place, "reason": said(sentence)} for place, sentence in problems]
        words = ngettext(
            "%(what)s cannot be taken: %(n)s place to mend. First: %(first)s",
            "%(what)s cannot be taken: %(n)s places to mend. First: %(first)s",
            len(found),
        )
        raise Invalid(words % {"what": what, "n": len(found), "first": found[0]["reason"]}, found)


def whole(document):
    """(the whole checklist a document stands for, the parent version or None). A checklist stands for itself.

    Raises Invalid where an edition has no published parent or cannot be resolved with it.
    """
    if document.get("format") != rules.EDITION_FORMAT:
        return document, None
    parent = (
        ChecklistVersion.objects.filter(checklist__key=document.get("key"), version=str(document.get("parent")))
        .select_related("checklist", "text")
        .first()
    )
    if parent is None:
        words = _("The parent, version %(version)s of %(key)s, is not published here.")
        refuse(
            [(("parent",), words % {"version": document.get("parent"), "key": document.get("key")})], _("This edition")
        )
    made, problems = rules.resolve(parent.text.document, document)
    refuse(problems, _("This edition"))
    found = rules.problems(made)
    refuse(rules.edition_places(document, made, found), _("This edition"))
    return made, parent
