"""Sectors by ISIC Rev.4, from the reference data beside this file. It knows names of codes and chooses none."""

import json
from functools import cache
from pathlib import Path

from django.utils.translation import get_language

FILE = Path(__file__).parent / "data" / "isic-rev4.json"


@cache
def _codes() -> dict[str, dict[str, str]]:
    return json.loads(FILE.read_text(encoding="utf-8"))


def is_sector(code: str) -> bool:
    """Is this a division, group or class of ISIC Rev.4?"""
    return code in _codes()


def sector_name(code: str, language: str | None = None) -> str:
    """The name of a code in a language (the reader's where none is named), else in English; "" for no code."""
    names = _codes().get(code, {})
    return names.get((language or get_language() or "en")[:2]) or names.get("en", "")


def sector_choices(division: str = "") -> list[tuple[str, str]]:
    """[(code, "1410 Manufacture of …")] of the classes of a division, or of all."""
    return [(code, f"{code} {sector_name(code)}") for code in _codes() if len(code) == 4 and code.startswith(division)]
