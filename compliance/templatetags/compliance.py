"""Tags of the screens of compliance. They only draw what they are given."""

from django import template
from django.utils import dateformat, timezone
from django.utils.html import format_html

from compliance.queries import CANCELLED_WORDS, STATE_WORDS
from core.templatetags.openfloor import draw
from core.words import comma, long_date

register = template.Library()


@register.simple_tag
def state_of(key):
    """Shape and word of the state of an assessment: `{% state_of assessment.state %}`."""
    word, icon = STATE_WORDS[key]
    return format_html('<span class="st" data-s="none">{}<span>{}</span></span>', draw(icon), word)


@register.filter
def cancelled_words(key):
    """Why a visit was called off, in words."""
    return CANCELLED_WORDS[key]


@register.simple_tag
def moment(at):
    """ "10 November 2026, 08:10" in the time zone in force."""
    here = timezone.localtime(at)
    return format_html(
        '<time datetime="{}">{}{}{}</time>', at.isoformat(), long_date(at), comma(), dateformat.format(here, "H:i")
    )
