"""The languages people type in: those of the program, those of the programme, or another that is not named."""

from django.conf import settings
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from core.words import OWN_NAMES


def info(code) -> dict:
    """What is known of a language; empty where nothing is."""
    try:
        return get_language_info(code)
    except KeyError:
        return {}


def name(code) -> str:
    """A language by its name in the reader's; its code where none is known."""
    return str(info(code).get("name_translated", code))


def choices(programme) -> list[tuple[str, str]]:
    """Each by its own name, as a person finds her own; last another, of which we know nothing."""
    codes = dict.fromkeys([*dict(settings.LANGUAGES), *programme.languages])
    return [*((code, own_name(code)) for code in codes), ("", _("Another language"))]


def own_name(code) -> str:
    """A language as its own readers call it; its code where none is known."""
    return OWN_NAMES.get(code) or str(info(code).get("name_local", code))


def written(text, language, programme) -> dict:
    """Typed words as they are kept apart: what was said, and in which language where its writer said one."""
    return {"text": text, "language": checked(language, programme)}


def checked(code, programme) -> str:
    """The code where it is one to choose, else none: which language it is never stops what somebody has to say."""
    return code if code in dict(choices(programme)) else ""


def of_papers(programme) -> list[str]:
    """The languages papers are made in: English, and those of the programme that screens speak."""
    spoken = dict(settings.LANGUAGES)
    return ["en", *(code for code in programme.languages if code in spoken and code != "en")]


def direction(code) -> str:
    """ "rtl" or "ltr" of a language."""
    return "rtl" if info(code).get("bidi") else "ltr"
