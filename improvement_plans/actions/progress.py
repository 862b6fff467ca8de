"""The writer of progress reports: what became of a plan by a day, frozen when an adviser issues it."""

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from core import audit, languages
from core.errors import Invalid
from improvement_plans.actions.items import check_length, day_of
from improvement_plans.models import Plan, ProgressReport, ProgressWords
from improvement_plans.permissions import check_can_write_progress
from improvement_plans.queries.progress import known

WORDS = ("done", "dialogue", "next")


@transaction.atomic
def issue_progress(*, plan, number: int, dialogue: str, words: dict, language="", by) -> ProgressReport:
    """Issue progress report 1 or 2 of a plan's cycle. Records progress.issued.

    An adviser who does not belong to the factory. What is known of plan and committee is counted now and frozen with
    it; `words` are {"done", "dialogue", "next"}, which lie apart. Issued again, it is the next edition.
    """
    check_can_write_progress(by, plan)
    plan = Plan.objects.select_for_update(of=("self",)).select_related("site__programme").get(pk=plan.pk)
    if plan.cycle_id is None:
        raise Invalid(_("A progress report belongs to a cycle. This plan has none."))
    if number not in (1, 2):
        raise Invalid(_("A cycle has a first and a second progress report."))
    if dialogue not in ProgressReport.Dialogue.values:
        raise Invalid(_("Say how the dialogue between the sides goes."))
    if number == 2 and not plan.progress_reports.filter(number=1).exists():
        raise Invalid(_("The first progress report comes before the second."))
    body = {name: check_length(words.get(name, "")) for name in WORDS}
    body["language"] = languages.checked(language, plan.site.programme)
    if not body["done"]:
        raise Invalid(_("Say what was done."))
    on = day_of(plan.site)
    last = plan.progress_reports.filter(number=number).aggregate(last=Max("edition"))["last"] or 0
    kept = ProgressWords(body=body, salt=ProgressWords.new_salt())
    kept.report = ProgressReport.objects.create(
        plan=plan, number=number, edition=last + 1, dialogue=dialogue, facts=known(plan, on), on=on, by=by,
        digest=kept.digest,
    )  # fmt: skip
    kept.save()
    audit.record(
        "progress.issued", kept.report, by=by, programme=plan.site.programme, plan=plan.pk, number=number,
        edition=last + 1,
    )  # fmt: skip
    return kept.report
