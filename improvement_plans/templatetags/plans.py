"""Words of plans in the reader's language."""

from django import template
from django.utils.html import format_html
from django.utils.translation import get_language

from checklists.queries import issues_in
from core.templatetags.openfloor import lang

register = template.Library()


@register.simple_tag(takes_context=True)
def issue_of(context, item, bare=False):
    """What an item is about: a question's issue as its checklist's translators put it, else as it was written, or as a
    translator put it. `bare`: without the mark of its language, where no mark can stand. Words in another language
    than the page's are marked with theirs, so that a voice does not read them in the wrong one.

    One query a page, whatever the number of items.
    """
    if item.question_key:
        words = context.render_context.dicts[0]
        if issue_of not in words:
            words[issue_of] = issues_in(get_language())
        if item.question_key in words[issue_of]:
            return words[issue_of][item.question_key]
    text, language = item.issue, item.languages.get("issue", "")
    made = (getattr(item, "translated", None) or {}).get("issue", {})
    if made.get("from") == text:
        text, language = made["text"], get_language()
    if bare or item.question_key and language in ("", get_language()):
        return text
    return format_html("<bdi{}>{}</bdi>", lang(language), text)


@register.inclusion_tag("improvement_plans/parts/yours.html")
def yours(shown, part, key=""):
    """What a translator made of one part, under the words as they were written; nothing where there is none."""
    part = f"{part} {key}" if key else part
    return {"text": shown.words.get(part, "") if shown else "", "language": shown.language if shown else ""}
