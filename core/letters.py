"""Every letter the program writes, in one place, each neutral: a subject and a few plain sentences.

A letter may lie open on a screen others see. It names no factory, finding, report, committee, union, programme or
person, and says nothing that is not in the link. A test reads all of them; nothing else sends mail.
"""

from dataclasses import dataclass

from django.conf import settings
from django.utils import translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from core import mail


@dataclass(frozen=True)
class Letter:
    subject: object
    text: object


LETTERS = {
    "invitation": Letter(
        _("You have 1 invitation"),
        _(
            "Somebody you work with asks you to sign in here:\n\n%(url)s\n\n"
            "The link works once, until %(until)s. If you did not expect it, delete this message."
        ),
    ),
    "new-password": Letter(
        _("You have 1 message"),
        _(
            "You, or somebody else, asked for a new password. Choose it here:\n\n%(url)s\n\n"
            "The link works once, for four hours. If it was not you, delete this message: nothing changes."
        ),
    ),
    # For every other part of the program: what waits stands on the page, not in the letter.
    "something-waits": Letter(
        _("You have 1 thing to look at"), _("Something waits for you. Sign in to see what it is:\n\n%(url)s")
    ),
    # Once a week, grouped: how many things, not which.
    "this-week": Letter(
        _("You have some things to look at"),
        _("Things that wait for you this week: %(n)s. Sign in to see what they are:\n\n%(url)s"),
    ),
    "sign-in-changed": Letter(
        _("You have 1 message"),
        _("How you sign in has changed. If it was not you, tell the people who invited you today.\n\n%(url)s"),
    ),
}


def write(name, *, to, language, path, message_key, **words):
    """Send one letter in the reader's language. `path` is the page of ours it leads to."""
    subject, text = _in_words(name, language, path, words)
    mail.send(to=to, subject=subject, text=text, message_key=message_key)


def reach(name, *, user, path, message_key, **words) -> bool:
    """Write to a person by what reaches her: her e-mail, else the door MESSAGE_DOOR names (SMS, WhatsApp). Did it?

    A door is a function `(user, text, key) -> bool`: it knows the person's number itself, for none is kept here in
    clear. It is told the same neutral words; the same key is the same message.
    """
    if not user.is_active:
        return False
    language = user.language or settings.LANGUAGE_CODE
    if user.email:
        write(name, to=user.email, language=language, path=path, message_key=message_key, **words)
        return True
    if not settings.MESSAGE_DOOR:
        return False
    _subject, text = _in_words(name, language, path, words)
    return bool(import_string(settings.MESSAGE_DOOR)(user=user, text=text, key=message_key))


def _in_words(name, language, path, words):
    """(subject, text) of a letter in a language."""
    letter = LETTERS[name]
    with translation.override(language):
        url = settings.WAGTAILADMIN_BASE_URL.rstrip("/") + path
        given = {key: word() if callable(word) else word for key, word in words.items()}
        return str(letter.subject), str(letter.text) % {"url": url, **given}
