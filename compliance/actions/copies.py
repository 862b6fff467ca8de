"""A copy of a report or a draft leaves: it is written down who took it; a report's copy bears its mark."""

import secrets

from django.db import transaction

from compliance import rules
from compliance.actions.reports import open_report
from compliance.models import Download
from compliance.permissions import check_can_take_draft, reads_as
from core import audit
from core.numbers import next_number


def new_code() -> str:
    """Such as K7QP-43RT-MX2A: 31 to the power of 12, by chance."""
    return "-".join("".join(secrets.choice(rules.LETTERS) for _n in range(4)) for _part in range(3))


@transaction.atomic
def take_copy(*, report, form, language, by) -> Download:
    """Take a report away as a file: counts as an opening (open_report). The copy has a code; for the worker side no
    number, for all others the next one of the programme."""
    open_report(report=report, by=by, form=form)
    side = reads_as(by, report)
    number = None if side == "worker" else next_number(programme=report.assessment.programme, series="copy")
    return Download.objects.create(
        report=report, code=new_code(), number=number, form=form, language=language, reader=by, reads_as=side
    )


@transaction.atomic
def take_draft(*, assessment, form, by) -> None:
    """Take the answers of an assessment away before issue. Who reads its draft. Records assessment.draft-taken."""
    check_can_take_draft(by, assessment)
    audit.record("assessment.draft-taken", assessment, by=by, programme=assessment.programme, form=form)
