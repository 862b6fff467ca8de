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
    # To somebody without an account. What is followed stands on the page, not in the letter.
    "follow": Letter(
        _("You have 1 message"),
        _(
            "You, or somebody else, asked for a message whenever something new is published. If it was you, say yes "
            "here:\n\n%(url)s\n\nThe link works for two days. If it was not you, delete this message: nothing is sent."
        ),
    ),
    "published": Letter(
        _("Something new is published"),
        _("What you follow has something new. See it, or stop these messages, here:\n\n%(url)s"),
    ),
    # To somebody without an account, who asked a question: the answer stands behind the link.
    "answer": Letter(
        _("You have 1 message"),
        _("You asked something. What you want to know stands here:\n\n%(url)s\n\nThe page is there for a time only."),
    ),
    "sign-in-changed": Letter(
        _("You have 1 message"),
        _("How you sign in has changed. If it was not you, tell the people who invited you today.\n\n%(url)s"),
    ),
}


def write(name, *, to, language, path, message_key, stop="", **words):
    """Send one letter in the reader's language. `path`: our page it leads to; `stop`: the one that ends them."""
    subject, text = _in_words(name, language, path, words)
    mail.send(to=to, subject=subject, text=text, message_key=message_key, stop=stop and _address(stop))


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
        given = {key: word() if callable(word) else word for key, word in words.items()}
        return str(letter.subject), str(letter.text) % {"url": _address(path), **given}


def _address(path):
    return settings.WAGTAILADMIN_BASE_URL.rstrip("/") + path
