"""What people type on the public side and at its helpdesk."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from cms.actions import LONGEST


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


def _topics(clusters):
    return [("", _("Something else")), *clusters.items()]


class AskForm(forms.Form):
    """`website` is for programs that fill in every field: people do not see it."""

    programme = forms.ModelChoiceField(label=_("Where do you work?"), queryset=None, empty_label=None)
    topic = forms.ChoiceField(label=_("What is it about?"), required=False)
    words = forms.CharField(
        label=_("Your question"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("You need not say who you are, or which factory it is."),
    )
    contact = forms.EmailField(
        label=_("E-mail"),
        required=False,
        max_length=254,
        help_text=_("Only to tell you that the answer is there. It is deleted when that letter is sent."),
    )
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}))

    def __init__(self, *args, programmes, clusters, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = programmes
        self.fields["programme"].label_from_instance = lambda programme: programme.name
        self.fields["topic"].choices = _topics(clusters)
        if len(programmes) == 1:
            self.fields["programme"].widget = forms.HiddenInput()
            self.fields["programme"].initial = programmes[0]


class AnswerForm(forms.Form):
    words = forms.CharField(
        label=_("Your answer"),
        max_length=2 * LONGEST,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Only the asker reads it."),
    )


class PublishForm(forms.Form):
    """Empty on purpose: question and answer are written anew."""

    topic = forms.ChoiceField(label=_("Topic"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    question = forms.CharField(
        label=_("The question, in your own words"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    text = forms.CharField(
        label=_("The answer for everybody"), max_length=2 * LONGEST, widget=forms.Textarea(attrs={"rows": 8})
    )

    def __init__(self, *args, clusters, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["topic"].choices = _topics(clusters)
