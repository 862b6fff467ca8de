"""An extract leaves: made anew each time, written down, and nothing kept of what stood under its codes."""

from django.db import transaction
from django.utils.translation import gettext as _

from compliance import extracts
from compliance.models import Extract
from compliance.permissions import check_can_take_extracts
from core import audit
from core.days import today
from core.errors import Invalid
from core.storage import sha256_of


@transaction.atomic
def take_extract(*, programme, since, until, purpose, form, by, law_caused=True) -> tuple[Extract, bytes]:
    """A table of findings (extracts.rows), and what is written down of it. An analyst. Records
    extract.taken.

    since, until: days; whole quarters are taken, and none that is not over yet.
    """
    check_can_take_extracts(by, programme)
    if purpose not in Extract.PURPOSES:
        raise Invalid(_("Say what it is for."))
    if form not in ("csv", "xlsx", "json"):
        raise Invalid(_("Choose a form."))
    first, last = extracts.quarters(since, until, today(programme))
    table = extracts.rows(programme, since=first, until=last, law_caused=law_caused)
    data = extracts.written(form, table, until=last)
    extract = Extract.objects.create(
        programme=programme, taken_by=by, purpose=purpose, form=form, since=first, until=last, law_caused=law_caused,
        rows=len(table), sha256=sha256_of(data),
    )  # fmt: skip
    audit.record("extract.taken", extract, by=by, programme=programme, purpose=purpose, rows=len(table))
    return extract, data
