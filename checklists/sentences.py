"""What pure rules say, in the language of who reads it."""

from django.utils.translation import gettext

from checklists.rules.words import Sentence


def said(sentence) -> str:
    """A sentence of the rules in the active language; any other text as it is."""
    if not isinstance(sentence, Sentence):
        return str(sentence)
    holes = {name: said(value) if isinstance(value, str) else value for name, value in sentence.holes.items()}
    return gettext(sentence.template) % holes if holes else gettext(sentence.template)
