"""Copies that left, and how a report stands for whoever holds one."""

import re
from types import SimpleNamespace

from compliance.models import Download, Report
from core import access
from core.models import Programme
from core.roles import Right

# As many characters of a proof as stand at the foot of a page.
SHOWN = 32
_PROOF = re.compile(r"[0-9a-f]{32,64}")


def is_proof(digest) -> bool:
    """Has it the form of a proof, or of as much of it as a page shows?"""
    return bool(_PROOF.fullmatch(digest))


def standing(digest) -> SimpleNamespace:
    """How a report stands: key is current, superseded or unknown; its version and the day its successor was issued.

    Nothing else: the page that says this is public.
    """
    found = Report.objects.filter(digest__startswith=digest).select_related("superseded_by") if is_proof(digest) else []
    found = list(found[:2])
    if len(found) != 1:
        return SimpleNamespace(key="unknown", version=None, on=None, by=None)
    report = found[0]
    newer = getattr(report, "superseded_by", None)
    key = "superseded" if newer else "current"
    return SimpleNamespace(key=key, version=report.version, on=report.issued_on, by=newer)


def resolves_stamps(user) -> bool:
    """May this person look a stamp up anywhere? Programme managers."""
    return access.has_anywhere(user, Right.PLAN_VISITS, Programme)


def copies(user, words=""):
    """Copies of reports of the programmes this person manages, the newest first; by a code or a report's number."""
    here = Programme.objects.filter(pk__in=access.anchors(user, Right.PLAN_VISITS, Programme))
    rows = Download.objects.filter(report__assessment__programme__in=here)
    if words := words.strip():
        by_code = rows.filter(code__iexact=words)
        rows = by_code if by_code.exists() else rows.filter(report__assessment__number__iexact=words)
    return rows.select_related("reader", "report__assessment__programme", "report__assessment__cycle__site").order_by(
        "-at", "-pk"
    )
