"""The language a reader of the public site chose: `?lang=ar` once, then a cookie that says the language and no more.

It starts no session and asks for no form, so pages work without scripts and stay the same for everybody.
"""

from functools import wraps

from django.conf import settings
from django.utils import translation
from django.utils.translation import get_language_info

from core.languages import own_name

NAMES = {code: own_name(code) for code, _name in settings.LANGUAGES}


def choose(request, answer):
    """Answer in the language of `?lang=`, and remember it; otherwise just answer."""
    code = request.GET.get("lang", "")
    if code not in NAMES:
        return answer()
    translation.activate(code)
    request.LANGUAGE_CODE = code
    response = answer()
    if hasattr(response, "render") and not response.is_rendered:
        response.render()
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, code, max_age=365 * 86400, samesite="Lax", httponly=True)
    return response


def in_language(view):
    """Decorator of a public view: see `choose`."""

    @wraps(view)
    def chosen(request, *args, **kwargs):
        return choose(request, lambda: view(request, *args, **kwargs))

    return chosen


def other_languages(request):
    """Links to this page in the other languages, as the base page draws them."""
    here = translation.get_language()
    links = []
    for code, name in NAMES.items():
        if code != here:
            query = request.GET.copy()
            query["lang"] = code
            links.append({"code": code, "name": name, "url": f"?{query.urlencode()}"})
    return links


def language_of(page) -> dict:
    """The language a page's words are written in: code, name, direction, and whether the reader asked for it.

    Where a page was not translated, the program may have put a copy of the original into the other language's tree.
    """
    written = page
    while written.alias_of_id and written.alias_of.translation_key == page.translation_key:
        written = written.alias_of
    code = written.locale.language_code
    info = get_language_info(code)
    return {
        "code": code,
        "name": NAMES.get(code, code),
        "direction": "rtl" if info["bidi"] else "ltr",
        "chosen": code == translation.get_language(),
    }


def country_name(code: str) -> str:
    """The name of a country in the reader's language; the code where nobody knows it."""
    import pycountry

    country = pycountry.countries.get(alpha_2=code)
    if country is None:
        return code
    name = getattr(country, "common_name", country.name)
    return _translations(translation.get_language() or "en").gettext(name)


def _translations(language):
    import gettext

    import pycountry

    return gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=[language], fallback=True)
