"""What editors write, what people ask them, and who follows what is published."""

from cms.models.helpdesk import AnswerWords, Enquiry, EnquiryAnswer, EnquiryWords, PublishedAnswer, PublishedWords
from cms.models.pages import (
    GuidanceIndexPage,
    GuidancePage,
    GuidanceTopic,
    HomePage,
    NewsIndexPage,
    NewsPage,
    ReportPage,
    TextPage,
)
from cms.models.watches import Watch, WatchLetter

__all__ = [
    "AnswerWords", "Enquiry", "EnquiryAnswer", "EnquiryWords", "GuidanceIndexPage", "GuidancePage", "GuidanceTopic",
    "HomePage", "NewsIndexPage", "NewsPage", "PublishedAnswer", "PublishedWords", "ReportPage", "TextPage",
    "Watch", "WatchLetter",
]  # fmt: skip
