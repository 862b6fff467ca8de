"""What people fill in on the screens of compliance. They check shapes only; actions decide."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from checklists.models import ChecklistVersion
from compliance import handover, queries, rules
from core import access, covering
from core.days import today
from core.models import Programme, User
from core.roles import Right
from core.statuses import status
from factories.models import Site

# What is suspected. Codes: the audit record and the case hold no words.
# Keys as in rules.CASE_KINDS.
CASE_KINDS = {
    "child-labour": _("A child works"),
    "worst-forms": _("A person under 18 does dangerous work or worse"),
    "forced-labour": _("People are not free to leave or to refuse work"),
    "violence": _("Violence, threats or corporal punishment"),
    "sexual-violence": _("Sexual violence or harassment"),
    "imminent-danger": _("Danger to life, now"),
    "retaliation": _("Somebody is punished for speaking"),
}
CASE_OUTCOMES = {
    "put-right": _("Put right, and checked"),
    "handed-over": _("Handed to the authorities"),
    "not-confirmed": _("Not confirmed"),
}


CASE_PARTIES = {
    "ministry": _("The ministry"),
    "police": _("The police"),
    "service": _("A service that helps"),
    "guardian": _("A parent or guardian"),
    "union": _("The union"),
    "management": _("The factory’s management"),
    "buyer": _("Buyers"),
}
CASE_STEPS = {
    "safe-now": (_("Is she safe now?"), {"yes": _("Yes"), "no": _("No"), "unknown": _("Not known")}),
    "survivor-asked": (
        _("Does she agree that the authorities are told?"),
        {"agrees": _("She agrees"), "refuses": _("She refuses"), "not-possible": _("She cannot be asked")},
    ),
    "best-interest": (
        _("For a child: what serves it best?"),
        {"tell": _("That the authorities are told"), "do-not-tell": _("That they are not told")},
    ),
    "risk-check": (
        _("What does telling the authorities do to migrants?"),
        {
            "safe": _("It puts nobody at risk"),
            "at-risk": _("Somebody is at risk"),
            "no-migrant": _("No migrant is concerned"),
        },
    ),
    "plan-agreed": (_("A plan with investigation and remedy is agreed"), {}),
    "begun": (_("The authority has begun"), {}),
    "followed": (_("We asked how far they are"), {}),
    "remedy-checked": (_("The remedy was checked"), {}),
}
OPENED_BECAUSE = {
    "safety": _("She must be reached to be safe"),
    "consent": _("She must be asked"),
    "remedy": _("The remedy must reach her"),
    "court": _("A court asks"),
}


def day_input():
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class PersonChoice(forms.ModelChoiceField):
    def label_from_instance(self, person):
        return person.name


class PeopleChoice(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, person):
        return person.name


class SiteChoice(forms.ModelChoiceField):
    def label_from_instance(self, site):
        return f"{site.name}, {site.number}"


ASSESSMENT_KINDS = {
    "full": _("Full assessment"),
    "virtual": _("Virtual check: some sections, and always what is critical"),
    "follow-up": _("Follow-up"),
    "self": _("Self-assessment: what the factory says of itself, labelled so for ever"),
}


class Departments(forms.CharField):
    """{department: how many people}, from a line for each: its name, and the number last."""

    widget = forms.Textarea(attrs={"rows": 4, "dir": "auto", "class": "input"})

    def clean(self, value):
        found = {}
        for line in filter(None, map(str.strip, super().clean(value).splitlines())):
            name, _space, number = line.rpartition(" ")
            if not name or not number.isdecimal() or name.rstrip(" :,=") in found:
                raise forms.ValidationError(
                    _("“%(line)s”: write a department once, and last the number of its people."), params={"line": line}
                )
            found[name.rstrip(" :,=")] = int(number)
        return found


class PlanForm(forms.Form):
    """A visit: where, with which checklist, who, when. `seen`: the warnings that stood on the page."""

    site = SiteChoice(Site.objects.none(), label=_("Factory"))
    version = forms.ModelChoiceField(ChecklistVersion.objects.none(), label=_("Checklist"))
    lead = PersonChoice(User.objects.none(), label=_("Who leads"))
    assessors = PeopleChoice(User.objects.none(), required=False, label=_("Who else goes"))
    planned_from = forms.DateField(label=_("First day"), widget=day_input())
    planned_until = forms.DateField(label=_("Last day"), widget=day_input())
    kind = forms.ChoiceField(
        choices=list(ASSESSMENT_KINDS.items()), initial="full", required=False, label=_("Kind"),
        widget=forms.RadioSelect,
    )  # fmt: skip
    clusters = forms.MultipleChoiceField(
        required=False, label=_("Sections a virtual check asks"), widget=forms.CheckboxSelectMultiple
    )
    departments = Departments(
        required=False, max_length=1000, label=_("Departments, to spread interviews over"),
        help_text=_("A line for each: its name, and how many people work there. Join those of fewer than five people."),
    )  # fmt: skip
    interpreter = PersonChoice(User.objects.none(), required=False, label=_("Who interprets"))
    why = forms.CharField(
        required=False, max_length=500, label=_("Why all the same"),
        help_text=_("Who plans visits reads this later. Name nobody who is not named above."),
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )  # fmt: skip
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    same_cycle = forms.BooleanField(
        required=False,
        label=_("Stay in the factory’s last cycle"),
        help_text=_("Without this a new cycle begins on the first day."),
    )

    def __init__(self, *args, programme, **kwargs):
        super().__init__(*args, **kwargs)
        day = today(programme)
        fields = self.fields
        fields["site"].queryset = Site.objects.filter(programme=programme, status=Site.Status.ACTIVE).order_by("name")
        fields["version"].queryset = (
            ChecklistVersion.objects.filter(Q(retirement=None) | Q(retirement__on__gt=day))
            .filter(country__in=["", programme.country], checklist__subject="factory", in_force_from__lte=day)
            .order_by("-country", "-in_force_from")
        )
        assessors = User.objects.filter(pk__in=access.holders(Right.ASSESS, programme), is_active=True)
        for name in ("lead", "assessors"):
            fields[name].queryset = assessors.order_by("first_name", "username")
        newest = fields["version"].queryset.first()
        chosen = self.data.get("version") if self.is_bound else newest and newest.pk
        fields["clusters"].choices = list(queries.clusters_of(chosen)) if chosen else []
        interpret = queries.interpreters(programme, day)
        fields["interpreter"].queryset = User.objects.filter(pk__in=[person.pk for person in interpret], is_active=True)
        if not self.is_bound:
            self.initial = {"version": newest, "kind": "full"} | (self.initial or {})

    def clean(self):
        given = super().clean()
        site = given.get("site")
        given["cycle"] = None
        given["kind"] = given.get("kind") or "full"
        if given["kind"] != "virtual":
            given["clusters"] = []
        if given.pop("same_cycle", False) and site:
            given["cycle"] = site.cycles.order_by("-number").first()
            if given["cycle"] is None:
                self.add_error("same_cycle", _("This factory has no cycle yet."))
        return given


class SubmitForm(forms.Form):
    """Send to review, with the day of the visit and, where answers are missing, what that means."""

    visited_on = forms.DateField(label=_("Last day at the factory"), widget=day_input())
    rest_not_asked = forms.BooleanField(required=False)

    def __init__(self, *args, left, **kwargs):
        super().__init__(*args, **kwargs)
        if left:
            label = _("The %(n)s questions without an answer were not asked.")
            self.fields["rest_not_asked"].label = label % {"n": left}
        else:
            del self.fields["rest_not_asked"]


class TextForm(forms.Form):
    """The words the factory will read. `seen` is the answer's revision when the page was made."""

    text = forms.CharField(
        required=False,
        strip=True,
        max_length=rules.MAX_TEXT,
        label=_("Report text"),
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto", "class": "input"}),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)


class _Words(forms.CharField):
    """Words as they are kept: browsers send another end of line than tablets."""

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n")


def _words(label, rows):
    return _Words(
        required=False,
        max_length=rules.MAX_TEXT,
        label=label,
        widget=forms.Textarea(attrs={"rows": rows, "dir": "auto", "class": "input"}),
    )


class DraftForm(forms.Form):
    """The three texts of one question, for three readers. `seen` is the answer's revision when the page was made."""

    TEXTS = ("report_text", "comment", "note")

    report_text = _words(_("Report text"), 6)
    comment = _words(_("Internal comment"), 3)
    note = _words(_("Field note"), 3)
    seen = forms.IntegerField(widget=forms.HiddenInput)


class CoverForm(forms.Form):
    """Parts of a photo to cover, a row each: left, top, width, height in percent of it. An empty row covers nothing."""

    SIDES = {"left": _("From the left"), "top": _("From the top"), "width": _("Width"), "height": _("Height")}
    SPARE = 3

    def __init__(self, *args, boxes, **kwargs):
        super().__init__(*args, **kwargs)
        self.n = min(covering.MOST, len(boxes) + self.SPARE)
        for n in range(self.n):
            given = boxes[n] if n < len(boxes) else [None] * len(self.SIDES)
            for (side, words), value in zip(self.SIDES.items(), given, strict=True):
                self.fields[f"{side}_{n}"] = forms.IntegerField(
                    label=words, required=False, min_value=0, max_value=100, initial=value,
                    widget=forms.NumberInput(attrs={"class": "input num", "inputmode": "numeric", "data-side": side}),
                )  # fmt: skip

    def rows(self):
        """The four fields of each row."""
        return [[self[f"{side}_{n}"] for side in self.SIDES] for n in range(self.n)]

    def boxes(self):
        """The rows somebody filled in; one half filled has None in it."""
        rows = [[self.cleaned_data[f"{side}_{n}"] for side in self.SIDES] for n in range(self.n)]
        return [row for row in rows if any(value is not None for value in row)]


class CaseForm(forms.Form):
    """Serious harm suspected: what, and who may read about it."""

    kind = forms.ChoiceField(choices=list(CASE_KINDS.items()), label=_("What is suspected"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("What was seen or heard"),
        help_text=_("What, where and when. Do not write the name of the person harmed or of who told you."),
        max_length=rules.MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
    )
    readers = PeopleChoice(
        User.objects.none(),
        required=False,
        label=_("Who else may read it"),
        help_text=_("You may always read it. For everybody not named here it does not exist."),
    )

    do_not_tell = forms.MultipleChoiceField(
        required=False, choices=list(CASE_PARTIES.items()), label=_("Who must not be told"),
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(self, *args, programme, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["readers"].queryset = queries.case_readers(programme, but=by)


def _long(**more):
    return forms.CharField(max_length=rules.MAX_TEXT, widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}), **more)


class NoteForm(forms.Form):
    text = _long(label=_("What else is known"), help_text=_("No name of the person harmed or of who told you."))


class StepForm(forms.Form):
    """A step and its answer in one choice: "risk-check:safe"."""

    taken = forms.ChoiceField(label=_("Which step, and what it came to"))
    words = _long(label=_("About it"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["taken"].choices = [
            (words, [(f"{step}:{answer}", word) for answer, word in (answers or {"": _("Done")}).items()])
            for step, (words, answers) in CASE_STEPS.items()
        ]

    def given(self):
        step, _colon, answer = self.cleaned_data["taken"].partition(":")
        return {"step": step, "answer": answer, "words": self.cleaned_data["words"]}


class TellForm(forms.Form):
    """Who is told, and the letter."""

    party = forms.ChoiceField(choices=list(CASE_PARTIES.items()), label=_("Who is told"))
    words = _long(
        label=_("The letter"), help_text=_("What is asked for, by when. It names the factory by itself, and no worker.")
    )


class SealForm(forms.Form):
    words = _long(label=_("Who was harmed, and how she is reached"), help_text=_("Sealed. Whoever reads it says why."))


class OpenSealForm(forms.Form):
    because = forms.ChoiceField(choices=list(OPENED_BECAUSE.items()), label=_("Why you have to know"))


class ReaderForm(forms.Form):
    reader = PersonChoice(User.objects.none(), label=_("Who else reads it"))

    def __init__(self, *args, programme, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reader"].queryset = queries.case_readers(programme)


class DoNotTellForm(forms.Form):
    parties = forms.MultipleChoiceField(
        required=False, choices=list(CASE_PARTIES.items()), label=_("Who must not be told"),
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip


class CloseCaseForm(forms.Form):
    """How a case ended."""

    outcome = forms.ChoiceField(choices=list(CASE_OUTCOMES.items()), label=_("How it ended"), widget=forms.RadioSelect)


def long_text(rows):
    return forms.Textarea(attrs={"rows": rows, "dir": "auto"})


# First of a list in which nothing is taken before somebody takes it.
CHOOSE = ("", _("Choose one"))


class CorrectionForm(forms.Form):
    """What becomes of a request for a correction; where it is accepted, what the report says instead."""

    outcome = forms.ChoiceField(
        choices=[("accepted", _("Correct it: a new version")), ("refused", _("Leave the report as it is"))],
        label=_("Your decision"),
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("Reason"), max_length=rules.MAX_TEXT, widget=long_text(2))
    question = forms.ChoiceField(label=_("Question"), required=False)
    state = forms.ChoiceField(
        choices=[CHOOSE, *((state, status(state).word) for state in rules.STATES)],
        label=_("The answer is"),
        required=False,
    )
    text = forms.CharField(label=_("Report text"), required=False, max_length=rules.MAX_TEXT, widget=long_text(4))
    extent_n = forms.IntegerField(label=_("How many"), required=False, min_value=0)
    extent_of = forms.IntegerField(label=_("of how many"), required=False, min_value=0)
    where = forms.CharField(label=_("Where"), required=False, max_length=200)

    def __init__(self, *args, report, question_key, **kwargs):
        super().__init__(*args, **kwargs)
        findings = list(report.findings.select_related("question", "words", "place"))
        self.fields["question"].choices = [CHOOSE, *((one.question_key, one.question.issue) for one in findings)]
        if not self.is_bound and (about := next((one for one in findings if one.question_key == question_key), None)):
            place = about.place.body if about.place_digest else None
            self.initial = {
                "question": about.question_key, "state": about.state, "text": (about.words.body or {}).get("text", ""),
                "extent_n": about.extent_n, "extent_of": about.extent_of, "where": (place or {}).get("text", ""),
            }  # fmt: skip


class ExtractForm(forms.Form):
    """Which findings an analyst takes away, and what for."""

    programme = forms.ModelChoiceField(Programme.objects.none(), label=_("Programme"), empty_label=None)
    since = forms.DateField(label=_("Visits from"), widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Reports issued until"), widget=forms.DateInput(attrs={"type": "date"}))
    purpose = forms.ChoiceField(label=_("What it is for"), choices=[CHOOSE, *queries.PURPOSES.items()])
    law_caused = forms.BooleanField(label=_("Also what the country’s law itself causes"), required=False, initial=True)
    form = forms.ChoiceField(
        label=_("Form"), choices=[(form, form.upper()) for form in ("csv", "xlsx", "json")], widget=forms.RadioSelect,
        initial="csv",
    )  # fmt: skip

    def __init__(self, *args, programmes, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = programmes
        self.fields["programme"].label_from_instance = lambda programme: programme.name


class PublicReplyForm(forms.Form):
    """May what a factory says be published?"""

    outcome = forms.ChoiceField(
        choices=[("accepted", _("Publish it")), ("returned", _("Return it"))],
        label=_("Your decision"),
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason"), help_text=_("Only where you return it."), required=False, max_length=rules.MAX_TEXT,
        widget=long_text(2),
    )  # fmt: skip


class CancelForm(forms.Form):
    """Why a visit is called off."""

    because = forms.ChoiceField(
        choices=list(queries.CANCELLED_WORDS.items()), label=_("Why"), widget=forms.RadioSelect, initial="other"
    )


class NotHeldForm(forms.Form):
    """A visit that did not take place: what happened, when, and why."""

    outcome = forms.ChoiceField(
        choices=[(word, queries.VISIT_WORDS[word]) for word in rules.NOT_HELD],
        label=_("What happened"),
        widget=forms.RadioSelect,
    )
    visited_on = forms.DateField(label=_("On"), widget=day_input())
    why = forms.CharField(
        label=_("Why"),
        help_text=_("What was said at the gate, and by whom by their post. Name nobody."),
        max_length=rules.MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )


class DecideForm(forms.Form):
    """What becomes of work that was kept aside, and why. Two buttons say the decision."""

    decision = forms.ChoiceField(choices=[("released", "released"), ("rejected", "rejected")])
    why = forms.CharField(
        label=_("Why"),
        help_text=_("Others will read this after years. Name nobody in it."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )


class HandoverForm(forms.Form):
    """A sealed file a tablet made."""

    file = forms.FileField(label=_("The file"), help_text=_("Its name ends in .openfloor. No code is needed here."))

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > handover.MAX_FILE:
            raise forms.ValidationError(_("This file is too large to be one that a tablet made."))
        return file
