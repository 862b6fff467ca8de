"""What a buyer's people fill in, and the words of how a factory answers them."""

from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.list_pages import UploadForm
from disclosure.portfolio.imports import COLUMNS, LONGEST, Named
from factories.issued import country_of

CONSENTS = {
    "given": _("Given"),
    "later": _("Given, begins later"),
    "asked": _("Asked, no answer yet"),
    "refused": _("Refused"),
    "ended": _("Ended"),
}
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def consent_words(consent) -> str:
    """How a factory answers, in a word or two."""
    return str(CONSENTS[consent.state] if consent else _("Not asked yet"))


class ChooseForm(forms.Form):
    """Which factories of the portfolio to show."""

    q = forms.CharField(
        label=_("Name, code or address"), required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    public = forms.ChoiceField(
        label=_("What is public"), required=False,
        choices=[("", _("All")), ("open", _("A violation found")), ("shown", _("Something is public")),
                 ("nothing", _("Nothing is public"))],
    )  # fmt: skip
    consent = forms.ChoiceField(
        label=_("Permission"), required=False,
        choices=[("", _("All")), ("none", _("Not asked yet")), ("asked", _("Asked, no answer yet")),
                 ("given", _("Given")), ("ended", _("Ended or refused"))],
    )  # fmt: skip
    plan = forms.ChoiceField(
        label=_("Plan"), required=False, choices=[("", _("All")), ("behind", _("Behind schedule"))]
    )
    taken = forms.ChoiceField(
        label=_("Found here"), required=False,
        choices=[("", _("All")), ("yes", _("Yes")), ("decide", _("You decide")), ("no", _("No"))],
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for one in self.fields.values():
            one.widget.attrs["class"] = "input"

    def chosen(self) -> dict:
        """The filters of `queries.portfolio`; what cannot be read filters nothing."""
        self.is_valid()
        given = dict(self.cleaned_data)
        given["words"] = given.pop("q", "").strip()[:200]
        return given


class NamedForm(forms.Form):
    """One factory in the buyer's own words."""

    code = forms.CharField(
        label=_("Your code for it"), max_length=LONGEST["code"],
        help_text=_("Only your own people see it. A code you use already takes the new words."),
    )  # fmt: skip
    name = forms.CharField(label=_("Name of the factory"), max_length=LONGEST["name"])
    country = forms.CharField(
        label=_("Country"), max_length=LONGEST["country"], help_text=_("Its English name or its two letters.")
    )
    address = forms.CharField(label=_("Address"), max_length=LONGEST["address"], required=False)
    os_id = forms.CharField(label=_("OS ID"), max_length=LONGEST["os_id"], required=False)

    def clean_country(self):
        code = country_of(self.cleaned_data["country"])
        if code is None:
            raise forms.ValidationError(_("This is not a country we know. Write its English name or its two letters."))
        return code

    @property
    def named(self) -> Named:
        return Named(**{name: " ".join(said.split()) for name, said in self.cleaned_data.items()})


class AskTogetherForm(forms.Form):
    """What is asked of the factories that are marked. Sent to the place where every buyer asks (`factories:ask`)."""

    scope = forms.ChoiceField(
        label=_("What"),
        choices=[("both", _("The report and the progress of the plan")), ("report", _("The report")),
                 ("progress", _("The progress of the plan"))],
    )  # fmt: skip
    until = forms.DateField(label=_("Last day"), widget=DAY)
    words = forms.CharField(label=_("Why you ask"), max_length=300, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        day = timezone.now().date()
        self.fields["until"].widget.attrs["min"] = day.isoformat()
        self.initial = {"until": day + timedelta(days=364)}


class ListForm(UploadForm):
    """A file for one buyer."""

    owner = "buyer"
    programme = None
    buyer = forms.ModelChoiceField(None, label=_("For which buyer"), empty_label=None)
    field_order = ["buyer", "file"]


class ColumnsForm(forms.Form):
    """Which column is what. It is remembered: the next list with these columns is read so."""

    def __init__(self, *args, uploaded, **kwargs):
        super().__init__(*args, **kwargs)
        for ours, column in COLUMNS.items():
            none = [("", _("Not in this list"))]
            self.fields[ours] = forms.ChoiceField(
                label=column.words, required=column.needed,
                choices=none + [(one, one) for one in uploaded.told["columns"]],
            )  # fmt: skip

    def document(self, by):
        """The mapping as it is kept on the list."""
        return {"name": str(_("said by hand")), "fields": {k: said for k, said in self.cleaned_data.items() if said}}
