"""What people fill in on the screens of compliance. They check shapes only; actions decide."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from checklists.models import ChecklistVersion
from compliance import queries, rules
from core import access
from core.days import today
from core.models import User
from core.roles import Right
from factories.models import Site

# What is suspected. Codes: the audit record and the case hold no words.
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


class PlanForm(forms.Form):
    """A visit: where, with which checklist, who, when."""

    site = SiteChoice(Site.objects.none(), label=_("Factory"))
    version = forms.ModelChoiceField(ChecklistVersion.objects.none(), label=_("Checklist"))
    lead = PersonChoice(User.objects.none(), label=_("Who leads"))
    assessors = PeopleChoice(User.objects.none(), required=False, label=_("Who else goes"))
    planned_from = forms.DateField(label=_("First day"), widget=day_input())
    planned_until = forms.DateField(label=_("Last day"), widget=day_input())
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
        if not self.is_bound:
            self.initial = {"version": fields["version"].queryset.first()} | (self.initial or {})

    def clean(self):
        given = super().clean()
        site = given.get("site")
        given["cycle"] = None
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

    def __init__(self, *args, programme, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["readers"].queryset = queries.case_readers(programme, but=by)


class CloseCaseForm(forms.Form):
    """How a case ended."""

    outcome = forms.ChoiceField(choices=list(CASE_OUTCOMES.items()), label=_("How it ended"), widget=forms.RadioSelect)
