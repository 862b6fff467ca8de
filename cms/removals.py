"""What of the helpdesk can be removed for good by two people: what was asked, answered, and published of it."""

from django.utils.translation import gettext_lazy as _

from cms.models import AnswerWords, EnquiryWords, PublishedWords
from core.removals import Kind, register

register(Kind(EnquiryWords, _("What somebody asked the helpdesk"), lambda row: row.enquiry.programme))
register(Kind(AnswerWords, _("What the helpdesk answered"), lambda row: row.answer.enquiry.programme))
register(
    Kind(
        PublishedWords, _("A published question and its answer"),
        lambda row: row.published.answer.enquiry.programme, called=lambda row: row.published.topic,
    )
)  # fmt: skip
