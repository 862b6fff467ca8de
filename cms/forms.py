"""What a reader of the public side types."""

from django import forms
from django.utils.translation import gettext_lazy as _


class WatchForm(forms.Form):
    """To which address, and about what: "all", "country:KH" or "factory:its-address"."""

    address = forms.EmailField(label=_("Your e-mail address"), max_length=254)
    about = forms.ChoiceField(label=_("What you want to hear of"))

    def __init__(self, *args, choices, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["about"].choices = choices
        self.fields["address"].widget.attrs["autocomplete"] = "email"

    def subject(self) -> dict:
        """The same as what the action takes: country, or factory, or neither."""
        kind, _colon, value = self.cleaned_data["about"].partition(":")
        return {kind: value} if value else {}
