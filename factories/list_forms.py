"""What a programme manager says of a list: the file, how it is read, which column is what."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from core.sheets import MAX_BYTES
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


class UploadForm(forms.Form):
    """A file for one programme."""

    programme = forms.ModelChoiceField(None, label=_("For which programme"), empty_label=None)
    file = forms.FileField(label=_("The list"), allow_empty_file=True)

    def __init__(self, *args, programmes, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = programmes
        self.fields["programme"].label_from_instance = lambda programme: programme.name
        # Here, so that it is in the language of who reads.
        self.fields["file"].help_text = _(
            "A csv, xls, xlsx or ods file of at most %(most)d MB. The first row names the columns."
        ) % {"most": MAX_BYTES // 1024**2}


class ReadAsForm(forms.Form):
    """By which encoding and which known mapping."""

    encoding = forms.CharField(label=_("Encoding"), max_length=40, required=False)
    mapping = forms.ChoiceField(label=_("Columns"), required=False)

    def __init__(self, *args, mappings, likely=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.mappings = mappings
        self.fields["mapping"].choices = [("", _("As the columns say"))] + [
            (name, str(document.get("title") or name)) for name, document in mappings.items()
        ]
        if likely:
            self.fields["encoding"] = forms.ChoiceField(
                label=_("Which one reads right?"),
                widget=forms.RadioSelect,
                choices=[(codec, f"{words}: {example}") for codec, words, example in likely],
            )

    def clean_mapping(self):
        return self.mappings.get(self.cleaned_data["mapping"])


class ColumnsForm(forms.Form):
    """Which column is what; kept under a name for the next list of this sender."""

    sender = forms.SlugField(
        label=_("A short name for this sender"), max_length=40, help_text=_("Letters, figures and hyphens.")
    )

    def __init__(self, *args, columns, programme, **kwargs):
        super().__init__(*args, **kwargs)
        self.programme = programme
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

    @property
    def mapping_name(self):
        return re.sub(r"[^\w-]", "-", f"{self.programme.code}-{self.cleaned_data['sender']}".lower(), flags=re.ASCII)
