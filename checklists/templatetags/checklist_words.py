"""How the editor says the parts of a question: fields by their labels, values as a checklist file writes them."""

from django import template
from django.utils.translation import gettext as _

from checklists.exports import to_yaml
from checklists.forms import QuestionForm

register = template.Library()


@register.filter
def field_words(name):
    """What a person calls a field of a question; a field without a label keeps its name in the file."""
    field = QuestionForm.base_fields.get(name)
    others = {"law": _("Law"), "choices": _("Choices"), "title": _("Title"), "in_force_from": _("In force from")}
    return field.label if field else others.get(name, name)


@register.filter
def value_words(value):
    """A value as a person reads it: a text as it is, lists and names as in a checklist file."""
    match value:
        case None:
            return ""
        case bool():
            return _("yes") if value else _("no")
        case list() if all(isinstance(each, str) for each in value):
            return ", ".join(value)
        case list() | dict():
            return to_yaml(value).strip()
    return value
