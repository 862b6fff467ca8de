"""The one question before publishing: as of which day."""

from django import forms
from django.utils.translation import gettext_lazy as _


class PublishForm(forms.Form):
    as_of = forms.DateField(
        label=_("As of"),
        widget=forms.DateInput(attrs={"type": "date", "class": "date"}),
        help_text=_("Everything due on this day becomes public. Today or earlier."),
    )
