"""What a person says of a sheet of questions: which column is what, and what the words in it mean."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from checklists.forms import KEY, KINDS
from checklists.spreadsheets.mapped import mapping_problems
from checklists.xlsform.languages import code_of

# Ours, what a person calls it, and words in a heading by which it is guessed.
COLUMNS = (
    ("text", _("The question"), "question text label tooltip"),
    ("text_2", _("The question, where that is empty"), "name title"),
    ("key", _("Number or key"), "key id identifier number no nr code"),
    ("cluster", _("Cluster"), "cluster category chapter topic"),
    ("point", _("Compliance point"), "point section sub-category subcategory"),
    ("kind", _("Kind of question"), "kind type component"),
    ("choices", _("Choices"), "choices options answers"),
    ("unit", _("Unit"), "unit"),
    ("guidance", _("How to look"), "guidance hint help"),
    ("issue", _("Name of the violation"), "issue violation"),
    ("explain", _("The rule in plain words"), "explain explanation"),
    ("depends_on", _("Asked only after the question"), "dependency depends"),
    ("depends_value", _("and only when its answer is"), "when value"),
    ("required", _("Must be answered"), "required mandatory"),
    ("law_title", _("Law"), "law"),
    ("law_article", _("Article of the law"), "article"),
)
SIGNS = [("|", "|"), (";", ";"), (",", ","), ("/", "/")]
KINDS_HERE = [pair for pair in KINDS if pair[0] != "table"]
# What a kind of theirs probably is, by a word in it.
LIKELY = (
    ("multi", "many_choice"), ("single", "choice"), ("select", "choice"), ("radio", "choice"), ("choice", "choice"),
    ("yes", "yes_no"), ("bool", "yes_no"), ("amount", "money"), ("money", "money"), ("percent", "percent"),
    ("number", "number"), ("integer", "number"), ("decimal", "number"), ("date", "date"), ("text", "text"),
    ("string", "text"),
)  # fmt: skip


class EncodingForm(forms.Form):
    """In which encoding a csv file is read."""

    encoding = forms.CharField(label=_("Encoding"), max_length=40)

    def __init__(self, *args, likely=(), **kwargs):
        super().__init__(*args, **kwargs)
        if likely:
            self.fields["encoding"] = forms.ChoiceField(
                label=_("Which one reads right?"), widget=forms.RadioSelect,
                choices=[(codec, f"{words}: {example}") for codec, words, example in likely],
            )  # fmt: skip


class XlsformForm(forms.Form):
    """What an XLSForm becomes here: the key and the version of a checklist, and which of its languages is the first."""

    key = forms.RegexField(KEY, label=_("Key of the checklist"), max_length=60)
    version = forms.CharField(label=_("Version"), max_length=20)
    language = forms.CharField(
        label=_("Language of its texts"), max_length=10, help_text=_("Its code, such as en, km or ar.")
    )

    def __init__(self, *args, languages=(), translates=False, **kwargs):
        super().__init__(*args, **kwargs)
        if translates:
            del self.fields["key"], self.fields["version"]
        if len(languages) > 1:
            others = languages[1:] if translates else languages
            self.fields["language"] = forms.ChoiceField(
                label=_("Language to take") if translates else _("First language; the others are translations of it"),
                choices=[(code, name if code in name else f"{name} ({code})") for code, name in others],
            )  # fmt: skip

    def clean_language(self):
        language = self.cleaned_data["language"]
        if code_of(language) != language:
            raise forms.ValidationError(_("«%(name)s» is no language we know.") % {"name": language})
        return language


class MappingForm(forms.Form):
    """Which column is what; kept under a name for the next file of this sender."""

    name = forms.RegexField(
        KEY, label=_("A short name for lists like this"), max_length=40, help_text=_("Small letters, digits, hyphens.")
    )
    programme = forms.ModelChoiceField(None, label=_("Kept for"), empty_label=None)
    key = forms.RegexField(KEY, label=_("Key of the checklist"), max_length=60)
    title = forms.CharField(label=_("Name of the checklist"), max_length=200)
    language = forms.CharField(label=_("Language of its texts"), max_length=10, initial="en")

    def __init__(self, data=None, *, table, programmes, **kwargs):
        super().__init__(data, **kwargs)
        self.table = table
        self.fields["programme"].queryset = programmes
        self.fields["programme"].label_from_instance = lambda programme: programme.name
        none = [("", _("Not in this sheet")), *((one, one) for one in table["columns"])]
        for ours, words, likely in COLUMNS:
            self.fields[f"c-{ours}"] = forms.ChoiceField(
                label=words, choices=none, required=ours == "text", initial=self._guess(likely)
            )
        self.fields["c-text"].choices = none[1:]
        self.fields["split"] = forms.ChoiceField(label=_("Between choices stands"), choices=SIGNS, required=False)
        self.fields["yes"] = forms.CharField(
            label=_("Words that mean: must be answered"), required=False, initial="yes", max_length=100
        )
        self.fields["all"] = forms.ChoiceField(
            label=_("Where the sheet says no kind, each is"), choices=KINDS_HERE, initial="yes_no"
        )
        said = self.data.get("c-kind", "") if self.is_bound else self.fields["c-kind"].initial
        self.kinds = table["values"].get(said, [])
        for n, theirs in enumerate(self.kinds):
            self.fields[f"k-{n}"] = forms.ChoiceField(
                label=f"“{theirs}”", choices=[("", _("leave such questions out")), *KINDS_HERE], required=False,
                initial=next((ours for word, ours in LIKELY if word in theirs.lower()), ""),
            )  # fmt: skip
        self.kinds_of = said or ""

    def _guess(self, likely):
        words = likely.split()
        for column in self.table["columns"]:
            if set(re.findall("[a-z-]+", column.lower())) & set(words):
                return column
        return ""

    def parts(self):
        """The fields in the groups in which they are shown: [(heading, fields)]."""
        named = [[], [], []]
        for field in self:
            group = 1 if field.name.startswith("c-") else 2 if field.name.startswith("k-") else 0
            group = 2 if field.name in ("split", "yes", "all") else group
            named[group].append(field)
        return list(zip([_("The checklist"), _("Which column is what"), _("What its words mean")], named, strict=True))

    def clean(self):
        """The mapping as a document."""
        given = self.cleaned_data
        if self.kinds_of and self.data.get("kinds_of") != self.kinds_of:
            self.add_error(None, _("Say what each of its kinds is here, then send it again."))
        fields = {ours: given.get(f"c-{ours}") for ours, _words, _likely in COLUMNS if given.get(f"c-{ours}")}
        second = fields.pop("text_2", "")
        if second and "text" in fields:
            fields["text"] = [fields["text"], second]
        document = {
            "title": given.get("name", ""), "fields": fields,
            "checklist": {name: given.get(name, "") for name in ("key", "title", "language")},
        }  # fmt: skip
        if "kind" in fields:
            kinds = {theirs: given.get(f"k-{n}") for n, theirs in enumerate(self.kinds)}
            document["kinds"] = {theirs: ours for theirs, ours in kinds.items() if ours}
        else:
            document["constants"] = {"kind": given.get("all", "")}
        if "choices" in fields and given.get("split"):
            document["split"] = {"choices": given["split"]}
        if "required" in fields:
            document["required"] = [word.strip() for word in given.get("yes", "").split(",") if word.strip()]
        if not self.errors:
            for problem in mapping_problems(document):
                self.add_error(None, problem)
        given["document"] = document
        return given
