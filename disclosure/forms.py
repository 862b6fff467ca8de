"""The questions before publishing, as of which day, and before withholding, what and why."""

from django import forms
from django.utils.translation import gettext_lazy as _


class PublishForm(forms.Form):
    as_of = forms.DateField(
        label=_("As of"),
        widget=forms.DateInput(attrs={"type": "date", "class": "date"}),
        help_text=_("Everything due on this day becomes public. Today or earlier."),
    )
    publish_on = forms.DateField(
        label=_("Publish on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "date"}),
        help_text=_("Empty: as soon as a second person agrees."),
    )


CHANGES = {
    "relapsed": _("Open again, or worse"),
    "new": _("New on the page"),
    "withdrawn": _("No longer on the page"),
    "improved": _("Better"),
    "changed": _("Other details"),
    "unchanged": _("Unchanged"),
}

REGISTERS = {
    "critical": "",
    "low-compliance": _("wider list"),
    "other-party": _("duty of another party"),
}

REASONS = [
    ("person-at-risk", _("A person could be harmed")),
    ("court-order", _("A court ordered it")),
    ("wrong-factory", _("It may be about another factory")),
    ("under-review", _("It is being checked")),
]


class WithholdForm(forms.Form):
    slug = forms.SlugField(
        label=_("Address of the page"), help_text=_("The last part of it, such as paper-heron-sewing."), max_length=120
    )
    question_key = forms.SlugField(
        label=_("One issue only"), required=False, max_length=80, help_text=_("Its key. Empty: the whole page.")
    )
    reason = forms.ChoiceField(
        label=_("Why"), choices=REASONS, widget=forms.RadioSelect, help_text=_("The public reads this.")
    )
