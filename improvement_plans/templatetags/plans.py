"""Words of plans in the reader's language."""

from django import template
from django.utils.translation import get_language

from checklists.queries import issues_in

register = template.Library()


@register.simple_tag(takes_context=True)
def issue_of(context, item):
    """What an item is about: a question's issue as its checklist's translators put it, else as it was written.

    One query a page, whatever the number of items.
    """
    if not item.question_key:
        return item.issue
    words = context.render_context.dicts[0]
    if issue_of not in words:
        words[issue_of] = issues_in(get_language())
    return words[issue_of].get(item.question_key, item.issue)
