"""What a programme manager says of a list of factories: which column is what."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from factories import actions
from factories.rules import mapping_problems

# Ours, what a person calls it.
COLUMNS = (
    ("name", _("Name of the factory")),
    ("address", _("Address")),
    ("address_2", _("Address, second part")),
    ("address_3", _("Address, third part")),
    ("country", _("Country")),
    ("sector", _("Sector")),
    ("products", _("Products")),
    ("region", _("Region")),
    ("lat", _("Latitude")),
    ("lng", _("Longitude")),
    ("spot", _("Latitude and longitude in one cell")),
    ("national_id", _("National number")),
    ("os_id", _("OS ID")),
    ("on", _("Day the row speaks of")),
)
LISTED = ("name", "address", "sector", "products", "national_id")


class ColumnsForm(forms.Form):
    """Which column is what; kept under a name for the next list of this sender."""

    sender = forms.SlugField(
        label=_("A short name for this sender"), max_length=40, help_text=_("Letters, figures and hyphens.")
    )

    def __init__(self, *args, uploaded, **kwargs):
        super().__init__(*args, **kwargs)
        self.programme, columns = uploaded.programme, uploaded.told["columns"]
        for ours, words in COLUMNS:
            none = _("The country of the programme") if ours == "country" else _("Not in this list")
            self.fields[ours] = forms.ChoiceField(
                label=words,
                required=ours in ("name", "address"),
                choices=[("", none), *((one, one) for one in columns)],
            )
        self.fields["split"] = forms.ChoiceField(
            label=_("Between several things in one cell stands"), required=False,
            choices=[("", _("Nothing: a cell holds one")), ("|", "|"), (";", ";"), ("/", "/")],
        )  # fmt: skip
        self.fields["dates"] = forms.ChoiceField(
            label=_("Days such as 5/1/2026"), required=False,
            choices=[("", _("Are refused")), ("day-first", _("5 January")), ("month-first", _("May 1"))],
        )  # fmt: skip

    def clean(self):
        """The mapping as a document."""
        given = self.cleaned_data
        fields = {ours: given[ours] for ours, _words in COLUMNS if given.get(ours)}
        address = [fields.pop(part) for part in ("address", "address_2", "address_3") if part in fields]
        if address:
            fields["address"] = address if len(address) > 1 else address[0]
        document = {"fields": fields}
        if "country" not in fields:
            document["constants"] = {"country": self.programme.country}
        if given.get("split"):
            document["split"] = {ours: given["split"] for ours in LISTED if ours in fields}
        if given.get("dates"):
            document["dates"] = given["dates"]
        if not self.errors:
            for problem in mapping_problems(document):
                self.add_error(None, problem)
        given["document"] = document
        return given

    def document(self, by):
        """The mapping, kept for the next list of this sender."""
        saved = actions.save_mapping(
            name=self._name(), document=self.cleaned_data["document"], programme=self.programme, by=by
        )
        return saved.document

    def _name(self):
        return re.sub(r"[^\w-]", "-", f"{self.programme.code}-{self.cleaned_data['sender']}".lower(), flags=re.ASCII)
