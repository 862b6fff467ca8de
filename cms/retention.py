"""What the public side keeps for a time only: what was asked and answered, and addresses nobody confirmed."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.models import AnswerWords, Enquiry, EnquiryWords, Watch
from core.retention import Class, days_of, register


def _end_watches(programme, before, most):
    """Addresses whose reader never said yes; of whatever programme."""
    old = Watch.objects.filter(confirmed_at=None, asked_at__lt=before).values_list("pk", flat=True)[:most]
    return Watch.objects.filter(pk__in=list(old)).delete()[1].get("cms.Watch", 0)


register(Class("unconfirmed-watches", 7, _("the address was asked"), _end_watches))


def _end_enquiries(programme, before, most):
    """Words of what was asked, answered or not. That it was asked, when and on which topic stays, to be counted."""
    old = Enquiry.objects.filter(programme=programme, received_on__lte=before.date(), words__redacted_at=None)
    keys = list(old.order_by("received_on").values_list("pk", flat=True)[:most])
    gone = {"body": None, "salt": "", "redacted_at": timezone.now()}
    AnswerWords.objects.filter(pk__in=keys, redacted_at=None).update(**gone)
    return EnquiryWords.objects.filter(pk__in=keys).update(**gone)


ENQUIRIES = Class("enquiries", 180, _("it was asked"), _end_enquiries)
register(ENQUIRIES)


def days_kept(programme) -> int:
    """How many days a question is kept in this programme."""
    return days_of(ENQUIRIES, programme)
