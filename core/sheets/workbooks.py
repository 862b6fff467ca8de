"""Workbooks: xls, xlsx, ods. Opened in a process of its own with limits, and what was met with in them is said.

Five kilobytes can name a cell so far down that the reader asks for all memory there is and ends its process.
"""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.errors import Invalid

# What opening one workbook may take.
MAX_MEMORY = 2 * 1024**3
MAX_SECONDS = 120
# What a packed workbook may unpack to, and to how many times its size once it is not small.
MAX_UNPACKED = 1024**3
MAX_RATIO = 200
RATIO_FROM = 20 * 1024 * 1024
TELLING = Path(__file__).with_name("telling.py")


def rows_of(path, name, notes, *, every_sheet=False):
    """[sheet, line, texts] of each row as the other process tells them. Puts into `notes` what a person should know.

    The last line is null, else it did not come through.
    """
    _check_unpacked(path, name)
    command = [sys.executable, "-I", str(TELLING), str(MAX_MEMORY), str(MAX_SECONDS)]
    if every_sheet:
        command.append("every-sheet")
    with open(path, "rb") as file:
        told = subprocess.Popen(command, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        met = json.loads(next(told.stdout, b""))
        notes += _said(met, name)
        for line in told.stdout:
            row = json.loads(line)
            if row is None:
                return
            yield row
    except ValueError:
        pass  # cut off in the middle of a line
    finally:
        told.kill()
        told.stdout.close()
        told.wait()
    raise _unreadable(name)


def _unreadable(name):
    return Invalid(
        _("%(name)s cannot be opened as a spreadsheet. Open it, save it again and try once more.") % {"name": name}
    )


def _check_unpacked(path, name):
    """Refuse a packed workbook whose list of contents says that it unpacks to more than anybody sends.

    A list that lies about sizes meets the limits of the other process.
    """
    if not zipfile.is_zipfile(path):
        return  # the older binary form is not packed
    try:
        with zipfile.ZipFile(path) as packed:
            sizes = [(one.file_size, one.compress_size) for one in packed.infolist()]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise _unreadable(name) from None
    whole, sent = (sum(column) for column in zip(*sizes, strict=True)) if sizes else (0, 0)
    if whole > MAX_UNPACKED or (whole > RATIO_FROM and whole > MAX_RATIO * max(sent, 1)):
        raise Invalid(
            _("%(name)s unpacks to far more than a list holds. Save the sheet as CSV and try again.") % {"name": name}
        )


def _said(met, name):
    """What was met with, as sentences."""
    if met["others"]:
        others = met["others"]
        shown = ", ".join(others[:3]) + (" …" if len(others) > 3 else "")
        yield _("Only the first sheet, “%(first)s”, is read. Not read: %(others)s.") % {
            "first": met["sheet"],
            "others": shown,
        }
    if count := met["formulas"]["count"]:
        yield ngettext(
            "%(n)d cell holds a formula (%(where)s). Its value is taken as last calculated.",
            "%(n)d cells hold a formula (%(where)s). Their values are taken as last calculated.",
            count,
        ) % {"n": count, "where": _where(met["formulas"])}
    if count := met["merged"]["count"]:
        yield ngettext(
            "%(n)d place has merged cells (%(where)s). Only the first cell of it holds text.",
            "%(n)d places have merged cells (%(where)s). Only the first cell of each holds text.",
            count,
        ) % {"n": count, "where": _where(met["merged"])}
    if name.lower().endswith(".xlsb"):
        yield _("Formulas and merged cells are not looked for in this kind of file.")


def _where(places):
    return ", ".join(places["places"]) + (" …" if places["count"] > len(places["places"]) else "")
