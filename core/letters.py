"""Every letter the program writes, in one place, each neutral: a subject and a few plain sentences.

A letter may lie open on a screen others see. It names no factory, finding, report, committee, union, programme or
person, and says nothing that is not in the link. A test reads all of them; nothing else sends mail.
"""

from dataclasses import dataclass

from django.conf import settings
from django.utils import translation
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
    "sign-in-changed": Letter(
        _("You have 1 message"),
        _("How you sign in has changed. If it was not you, tell the people who invited you today.\n\n%(url)s"),
    ),
}


def write(name, *, to, language, path, message_key, **words):
    """Send one letter in the reader's language. `path` is the page of ours it leads to."""
    letter = LETTERS[name]
    with translation.override(language):
        url = settings.WAGTAILADMIN_BASE_URL.rstrip("/") + path
        text = {key: word() if callable(word) else word for key, word in words.items()}
        mail.send(
            to=to, subject=str(letter.subject), text=str(letter.text) % {"url": url, **text}, message_key=message_key
        )
