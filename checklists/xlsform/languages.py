"""Languages as forms name them: «English (en)», «Français», «fr», «Arabic»."""

import re

from django.conf.locale import LANG_INFO

_CODE = re.compile(r"\(\s*([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\s*\)\s*$")


def code_of(name):
    """The code of a language by the name somebody gave it; None where it names no language."""
    import pycountry

    name = name.strip()
    marked = _CODE.search(name)
    said = marked.group(1) if marked else name
    base = said.split("-")[0].lower()
    if re.fullmatch("[a-z]{2,3}", base):
        known = pycountry.languages.get(alpha_2=base) or pycountry.languages.get(alpha_3=base)
        if known:
            short = getattr(known, "alpha_2", known.alpha_3)
            return short + said[len(base) :]
    folded = name.casefold()
    for code, info in LANG_INFO.items():
        if folded in (info.get("name", "").casefold(), info.get("name_local", "").casefold()):
            return code
    known = pycountry.languages.get(name=name.title())
    return getattr(known, "alpha_2", known.alpha_3) if known else None
