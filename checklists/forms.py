"""Forms of the checklist editor: what a person types, and the part of a document it stands for."""

from django import forms
from django.utils.translation import gettext_lazy as _

from checklists import rules
from checklists.exports import to_yaml
from checklists.imports import parse_yaml
from checklists.rules import editing
from core import statuses
from core.errors import Invalid

KINDS = [
    ("finding", _("Finding: one of the five answers")),
    ("yes_no", _("Practice: yes or no")),
    ("number", _("Number")),
    ("money", _("Money")),
    ("percent", _("Percentage")),
    ("choice", _("One choice")),
    ("many_choice", _("Several choices")),
    ("text", _("Text")),
    ("date", _("Day")),
    ("table", _("Table of sampled records")),
    ("information", _("Information only")),
]
TAGS = [
    ("critical-public", _("becomes public")),
    ("wider-public", _("becomes public for factories far below the others")),
    ("zero-tolerance", _("zero tolerance")),
    ("committee-priority", _("committee first")),
    ("virtual-check", _("in virtual checks")),
    ("irreversible", _("a fix that stays once it is made")),
    ("duty-of-union", _("a duty of unions, not of the factory")),
    ("duty-of-employers-association", _("a duty of employers’ associations, not of the factory")),
]
SOURCES = [
    ("documents", _("documents")),
    ("observation", _("observation")),
    ("worker-interviews", _("worker interviews")),
    ("management-interviews", _("management interviews")),
    ("union-interviews", _("union interviews")),
]
# What has a field of its own; all else of a question is written as text, in the words of the file form.
PLAIN = ("kind", "text", "issue", "explain", "guidance", "unit", "extent", "required_when", "visible_when", "compute")
# The five answers, as a sample answer names them.
STATES = ("compliant", "non_compliant", "not_applicable", "not_asked", "undetermined")
KEY = "^[a-z0-9]+(-[a-z0-9]+)*$"
OWN = {"key", *PLAIN, "level", "polarity", "sources", "tags", "required"}


class YamlField(forms.CharField):
    """Names and values, as in a checklist file."""

    widget = forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "dir": "ltr", "class": "of-code"})

    def __init__(self, *, of=dict, **kwargs):
        super().__init__(**kwargs)
        self.of = of

    def clean(self, value):
        text = super().clean(value)
        if not text.strip():
            return self.of()
        try:
            found, _line_of = parse_yaml(text, _("This text"))
        except Invalid as error:
            raise forms.ValidationError(str(error.sentence)) from None
        if not isinstance(found, self.of):
            raise forms.ValidationError(_("Write names and values, as in a checklist file."))
        return found


class QuestionForm(forms.Form):
    key = forms.CharField(
        label=_("Key"), max_length=80, help_text=_("Names the meaning. It never changes and is never used again.")
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS)
    text = forms.CharField(label=_("Question to the assessor"), widget=forms.Textarea(attrs={"rows": 2}))
    issue = forms.CharField(
        label=_("Name of the violation"), max_length=120, required=False, help_text=_("For reports and the public.")
    )
    explain = forms.CharField(
        label=_("The rule in plain words"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    guidance = forms.CharField(label=_("How to look"), required=False, widget=forms.Textarea(attrs={"rows": 4}))
    sources = forms.MultipleChoiceField(
        label=_("Where to look"), choices=SOURCES, required=False, widget=forms.CheckboxSelectMultiple
    )
    tags = forms.MultipleChoiceField(
        label=_("Marked"), choices=TAGS, required=False, widget=forms.CheckboxSelectMultiple
    )
    level = forms.ChoiceField(
        label=_("Who causes it"),
        choices=[("enterprise", _("the factory")), ("national", _("the law itself may"))],
    )
    polarity = forms.ChoiceField(
        label=_("The good answer is"), choices=[("yes", _("yes")), ("no", _("no"))], required=False
    )
    unit = forms.CharField(label=_("Unit"), max_length=30, required=False)
    extent = forms.CharField(
        label=_("Counted things"), max_length=40, required=False, help_text=_("As in “2 of 9 exits”.")
    )
    required = forms.BooleanField(label=_("Must be answered"), required=False)
    required_when = forms.CharField(label=_("Must be answered when"), max_length=2000, required=False)
    visible_when = forms.CharField(label=_("Asked when"), max_length=2000, required=False)
    compute = forms.CharField(label=_("Computed as"), max_length=2000, required=False)
    more = YamlField(
        label=_("Law, choices, table, suggestions, phrases"), required=False,
        help_text=_("As in a checklist file: law, choices, columns, rows, sample, suggest, constraint, phrases."),
    )  # fmt: skip

    @staticmethod
    def initial_of(question):
        more = {name: value for name, value in question.items() if name not in OWN}
        return {name: question.get(name) for name in OWN} | {
            "required": question.get("required", True),
            "polarity": question.get("polarity") or "yes",
            "more": to_yaml(more) if more else "",
        }

    def question(self):
        """The question as a document holds it: what is empty or usual is left out."""
        said = self.cleaned_data
        made = {"key": said["key"]} | {name: said[name] for name in PLAIN if said[name]}
        made |= {name: said[name] for name in ("sources", "tags") if said[name]}
        made["level"] = said["level"]
        if said["polarity"] == "no":
            made["polarity"] = "no"
        if not said["required"]:
            made["required"] = False
        return made | {name: value for name, value in said["more"].items() if name not in OWN}


QuestionFormSet = forms.formset_factory(QuestionForm, extra=0, can_order=True, can_delete=True, max_num=200)


class PointForm(forms.Form):
    title = forms.CharField(label=_("Compliance point"), max_length=160)
    based_on = forms.UUIDField(widget=forms.HiddenInput)


class TextForm(forms.Form):
    """The whole document as its file."""

    text = forms.CharField(
        label=_("The file"),
        widget=forms.Textarea(attrs={"rows": 40, "spellcheck": "false", "dir": "ltr", "class": "of-code"}),
    )
    based_on = forms.UUIDField(widget=forms.HiddenInput, required=False)


class NextVersionForm(forms.Form):
    version = forms.CharField(label=_("Name of the new version"), max_length=20)
    in_force_from = forms.DateField(
        label=_("In force from"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class EditionForm(NextVersionForm):
    """A country's edition of a published version."""

    field_order = ["country", "title", "version", "in_force_from"]
    country = forms.RegexField(
        "^[A-Z]{2}$", label=_("Country"), help_text=_("Two capital letters, such as KH."),
        widget=forms.TextInput(attrs={"maxlength": "2", "size": "4"}),
    )  # fmt: skip
    title = forms.CharField(
        label=_("Name of the edition"), max_length=200, required=False, help_text=_("Empty: the name and the country.")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["version"].label = _("Version of the edition")
        self.fields["in_force_from"].label = _("In force there from")


class RewordForm(forms.Form):
    """The words of a question, as a country says them. What is asked for and how it is judged stay the parent's."""

    text = forms.CharField(label=_("Question to the assessor"), widget=forms.Textarea(attrs={"rows": 2}))
    issue = forms.CharField(label=_("Name of the violation"), max_length=120, required=False)
    explain = forms.CharField(
        label=_("The rule in plain words"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    guidance = forms.CharField(label=_("How to look"), required=False, widget=forms.Textarea(attrs={"rows": 4}))
    unit = forms.CharField(label=_("Unit"), max_length=30, required=False)
    extent = forms.CharField(label=_("Counted things"), max_length=40, required=False)
    phrases = YamlField(label=_("Standard phrases"), required=False, help_text=_("As in a checklist file."))

    @classmethod
    def initial_of(cls, question):
        start = {name: question.get(name) or "" for name in cls.base_fields}
        return start | {"phrases": to_yaml(question["phrases"]) if question.get("phrases") else ""}

    def words(self):
        """{field: words} as a document holds them."""
        return {name: self.cleaned_data[name] for name in self.fields}


INSTRUMENTS = [
    ("law", _("law")), ("decree", _("decree")), ("regulation", _("regulation")), ("constitution", _("constitution")),
    ("collective-agreement", _("collective agreement")), ("guideline", _("guideline")), ("benchmark", _("benchmark")),
    ("ilo-convention", _("ILO convention")), ("ilo-protocol", _("ILO protocol")),
    ("ilo-recommendation", _("ILO recommendation")),
]  # fmt: skip


class LawForm(forms.Form):
    """One reference to law, unchecked until somebody looks it up."""

    country = forms.RegexField("^([A-Z]{2}|INT)$", label=_("Country"), help_text=_("Two capital letters, or INT."))
    instrument = forms.ChoiceField(label=_("Kind of instrument"), choices=INSTRUMENTS)
    title = forms.CharField(label=_("Title"), max_length=200)
    number = forms.CharField(label=_("Number"), max_length=40, required=False)
    year = forms.CharField(label=_("Year"), max_length=4, required=False)
    article = forms.CharField(label=_("Article"), max_length=40, required=False)
    in_force_from = forms.DateField(
        label=_("In force from"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    link = forms.URLField(label=_("Where it can be read"), required=False, max_length=300, assume_scheme="https")
    replace = forms.BooleanField(label=_("In place of the parent’s references"), required=False)

    def law(self):
        """The reference as a document holds it."""
        said = {name: value for name, value in self.cleaned_data.items() if name != "replace" and value}
        if "in_force_from" in said:
            said["in_force_from"] = said["in_force_from"].isoformat()
        return said | {"status": "unchecked"}


class DropForm(forms.Form):
    because = forms.CharField(label=_("Why this country does not ask it"), widget=forms.Textarea(attrs={"rows": 2}))


class NewQuestionForm(QuestionForm):
    """A question more, and behind which one of its point it stands."""

    after = forms.ChoiceField(label=_("Stands behind"), required=False)

    def __init__(self, *args, behind, **kwargs):
        super().__init__(*args, **kwargs)
        pairs = [(question["key"], question["text"]) for question in behind]
        self.fields["after"].choices = [("", _("all others")), *pairs]


class RetireForm(forms.Form):
    on = forms.DateField(
        label=_("Nothing new starts on it from"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class ReturnForm(forms.Form):
    note = forms.CharField(
        label=_("What should be looked at again"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class FileForm(forms.Form):
    file = forms.FileField(label=_("File"))


class NewPointForm(forms.Form):
    key = forms.RegexField(KEY, label=_("Key"), max_length=80)
    title = forms.CharField(label=_("Compliance point"), max_length=160)
    question = forms.CharField(label=_("Its first question"), widget=forms.Textarea(attrs={"rows": 2}))


class BasedOn(forms.Form):
    """The revision a screen was made from, so that nobody overwrites what another saved since."""

    based_on = forms.UUIDField(widget=forms.HiddenInput)


class CarryOverForm(BasedOn):
    because = forms.CharField(
        label=_("Why new questions are left out"), initial=_("Not asked in this country."), max_length=300
    )


class ClusterForm(BasedOn):
    title = forms.CharField(label=_("Cluster"), max_length=120)
    kind = forms.ChoiceField(
        label=_("Measured by"), required=False,
        choices=[("core", _("what every country shares")), ("national", _("national law"))],
    )  # fmt: skip
    number = forms.IntegerField(label=_("Its own number"), min_value=1, max_value=999, required=False)
    group = forms.CharField(label=_("Shown under"), max_length=60, required=False)
    optional = forms.BooleanField(
        label=_("A visit may leave it out"), required=False, widget=forms.CheckboxInput(attrs={"class": "of-tick"})
    )

    def __init__(self, *args, dated=False, **kwargs):
        super().__init__(*args, **kwargs)
        if dated:
            del self.fields["kind"]  # says since which day each holds; written in the file

    def cluster(self):
        """What is said of a cluster, as a document holds it."""
        said = {name: self.cleaned_data[name] for name in ("title", "kind", "number", "group") if name in self.fields}
        return said | {"optional": self.cleaned_data["optional"] or ""}


class NewClusterForm(ClusterForm):
    """A cluster is never empty: it begins with a point and a question."""

    field_order = ["key", "title", "kind", "point_key", "point", "question"]
    key = forms.RegexField(KEY, label=_("Key"), max_length=60)
    point_key = forms.RegexField(KEY, label=_("Key of its first compliance point"), max_length=80)
    point = forms.CharField(label=_("Its first compliance point"), max_length=160)
    question = forms.CharField(label=_("The first question of it"), widget=forms.Textarea(attrs={"rows": 2}))


class BandForm(forms.Form):
    """One step of a plan: up to how many people, how many are taken."""

    upto = forms.IntegerField(
        label=_("People, up to"), min_value=1, max_value=10_000_000, required=False,
        widget=forms.NumberInput(attrs={"aria-label": _("People, up to")}),
    )  # fmt: skip
    take = forms.IntegerField(
        label=_("Take"), min_value=1, max_value=10_000, required=False,
        widget=forms.NumberInput(attrs={"aria-label": _("Take")}),
    )  # fmt: skip

    def clean(self):
        if self.cleaned_data.get("upto") and not self.cleaned_data.get("take") and "take" not in self.errors:
            self.add_error("take", _("Say how many are taken."))
        return self.cleaned_data


BandFormSet = forms.formset_factory(BandForm, extra=2, max_num=20)


class Banded(forms.Form):
    """A plan with its bands of headcount: the part that records and interviews share."""

    title = forms.CharField(label=_("What is sampled"), max_length=120, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        start = [{"upto": band.get("to"), "take": band.get("take")} for band in (self.initial or {}).get("bands") or []]
        self.bands = BandFormSet(self.data if self.is_bound else None, initial=start, prefix=f"{self.prefix}-bands")

    def is_valid(self):
        return self.bands.is_valid() and super().is_valid()

    def plan(self, *names):
        """As a document holds it; a row of the bands without a number is no band."""
        said = self.cleaned_data
        steps = [(row.get("upto"), row["take"]) for row in self.bands.cleaned_data if row.get("take")]
        made = {"title": said["title"]} if said["title"] else {}
        return made | {"bands": editing.bands(steps)} | {name: said[name] for name in names if said[name]}


class RecordsForm(Banded):
    field_order = ["key", "title", "months"]
    key = forms.RegexField(KEY, label=_("Key"), max_length=60, help_text=_("A table of records names its plan by it."))
    months = forms.MultipleChoiceField(
        label=_("Of which months"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=[("latest", _("the latest")), ("peak", _("the peak season")), ("low", _("the low season"))],
    )  # fmt: skip


class InterviewsForm(Banded):
    spread = forms.MultipleChoiceField(
        label=_("Spread over"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=[
            ("sex", _("women and men")), ("department", _("departments")), ("contract", _("kinds of contract")),
            ("migrant", _("migrant workers and others")), ("language", _("languages")),
        ],
    )  # fmt: skip
    notes = forms.MultipleChoiceField(
        label=_("Noted of each"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=[("interpreter", _("who interpreted")), ("privacy", _("whether nobody listened in"))],
    )  # fmt: skip


RecordsFormSet = forms.formset_factory(RecordsForm, extra=0, can_delete=True, max_num=40)


class DrawForm(forms.Form):
    """A factory to try the plans with."""

    people = forms.IntegerField(label=_("People in the factory"), min_value=1, max_value=1_000_000, initial=800)
    seed = forms.CharField(label=_("Seed of the draw"), max_length=60, initial="2026-1")


class CheckForm(forms.Form):
    key = forms.RegexField(KEY, label=_("Key"), max_length=60)
    says = forms.CharField(label=_("What the assessor reads"), widget=forms.Textarea(attrs={"rows": 2}))
    when = forms.CharField(
        label=_("Answers do not fit together when"), max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false", "dir": "ltr", "class": "of-code"}),
    )  # fmt: skip
    questions = forms.CharField(
        label=_("Questions it is about"), required=False, max_length=2000,
        help_text=_("Keys, with commas. Empty: all the rule reads."),
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )  # fmt: skip

    def check(self, reads):
        """As a document holds it. `reads`: the questions an expression reads, in order."""
        said = self.cleaned_data
        named = [key.strip() for key in said["questions"].split(",") if key.strip()]
        return {
            "key": said["key"], "when": said["when"], "says": said["says"], "questions": named or reads(said["when"]),
        }  # fmt: skip


CheckFormSet = forms.formset_factory(CheckForm, extra=0, can_order=True, can_delete=True, max_num=200)


class LinkForm(forms.Form):
    """One row of a bridge."""

    RELATIONS = [
        ("same", _("the same")),
        ("reworded", _("reworded")),
        ("split", _("split")),
        ("merged", _("merged")),
        ("new", _("new")),
        ("dropped", _("dropped")),
    ]
    relation = forms.ChoiceField(choices=RELATIONS, widget=forms.Select(attrs={"aria-label": _("Now it is")}))
    old = forms.CharField(
        required=False, widget=forms.TextInput(attrs={"aria-label": _("Key before"), "list": "old-keys"})
    )
    new = forms.CharField(
        required=False, widget=forms.TextInput(attrs={"aria-label": _("Key in this version"), "list": "new-keys"})
    )


LinkFormSet = forms.formset_factory(LinkForm, extra=0, max_num=5000, absolute_max=6000)


class CheckLawForm(forms.Form):
    on = forms.DateField(label=_("Looked up on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    in_force_from = forms.DateField(
        label=_("In force from"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    in_force_to = forms.DateField(
        label=_("Last day in force"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    link = forms.URLField(label=_("Where it can be read"), required=False, max_length=300, assume_scheme="https")


def sample_field(question):
    """A field for a sample answer to a question; its name is the question's key."""
    states = [("", "—"), *((state, statuses.status(state).word) for state in STATES)]
    match question["kind"]:
        case "finding":
            return forms.ChoiceField(choices=states, required=False)
        case "yes_no":
            return forms.ChoiceField(choices=[("", "—"), ("true", _("yes")), ("false", _("no"))], required=False)
        case "number" | "money" | "percent":
            return forms.FloatField(required=False)
        case "choice":
            pairs = [(rules.choice_key(one), rules.choice_text(one)) for one in question.get("choices") or []]
            return forms.ChoiceField(choices=[("", "—"), *pairs], required=False)
        case "many_choice":
            pairs = [(rules.choice_key(one), rules.choice_text(one)) for one in question.get("choices") or []]
            return forms.MultipleChoiceField(choices=pairs, required=False, widget=forms.CheckboxSelectMultiple)
        case "date":
            return forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        case "table":
            return YamlField(of=list, required=False)
    return forms.CharField(required=False)
