"""Forms of the plan's screens. They take words and choices; what may be done with them, the actions decide."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.models import User
from improvement_plans.models import CAUSE_CHOICES, SIDE_CHOICES, Committee, Member
from improvement_plans.queries import face
from improvement_plans.rules import MANAGEMENT, WORKER, in_office


def _words(label, required=True, help_text="", rows=3):
    return forms.CharField(
        label=label, required=required, help_text=help_text, max_length=4000,
        widget=forms.Textarea(attrs={"rows": rows, "dir": "auto"}),
    )  # fmt: skip


def _day(label, required=True, help_text=""):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget)


class AnswerForm(forms.Form):
    """A co-chair's word. `about` and `edition` say what was on the screen when it was given."""

    about = forms.ChoiceField(choices=[("plan", "plan"), ("fix", "fix")], widget=forms.HiddenInput)
    edition = forms.IntegerField(widget=forms.HiddenInput)
    remark = _words(_("Your words, in any language"), required=False)

    def clean(self):
        data = super().clean()
        if self.data.get("decision") == "agreed_with_remark" and not data.get("remark", "").strip():
            self.add_error("remark", _("Write the remark, or press Agree."))
        return data


class ReportForm(forms.Form):
    text = _words(_("What was done?"), help_text=_("Do not name a worker."))


class VerifyForm(forms.Form):
    how = forms.ChoiceField(
        label=_("How did you check?"),
        choices=[("visit", _("I was there and saw it")), ("document", _("I read documents"))],
        widget=forms.RadioSelect,
    )
    text = _words(_("What did you see?"), required=False, help_text=_("Do not name a worker."))


class ReopenForm(forms.Form):
    reason = _words(_("What is not fixed?"), help_text=_("Do not name a worker."))


class ChangeForm(forms.Form):
    """What is planned. The reason is asked once a plan stands."""

    steps = _words(
        _("What will change"), required=False, help_text=_("Say what, where and how often. Do not name a worker.")
    )
    cause = forms.ChoiceField(label=_("Why did it happen?"), required=False, choices=[("", "")])
    responsible = forms.ChoiceField(
        label=_("Who does it"), required=False, help_text=_("A member of the management side.")
    )
    witness = forms.ChoiceField(label=_("Witness"), required=False, help_text=_("A member of the worker side."))
    due_on = _day(_("By"), required=False)
    reason = _words(_("Why is this changed?"), required=False, rows=2)

    def __init__(self, *args, plan, who, on, planned, **kwargs):
        super().__init__(*args, **kwargs)
        members = []
        if plan.committee_id:
            found = plan.committee.members.select_related("user", "own_name")
            members = [member for member in found if in_office(member.since, member.until, on)]
        self.members = {str(member.pk): member for member in members}
        nobody = ("", _("Nobody yet"))
        self.fields["cause"].choices = [("", _("Not said yet")), *CAUSE_CHOICES]
        for name, side in (("responsible", MANAGEMENT), ("witness", WORKER)):
            self.fields[name].choices = [nobody] + [
                (key, face(member, who).words) for key, member in self.members.items() if member.side == side
            ]
        if planned:
            self.fields["reason"].required = True
        else:
            del self.fields["reason"]

    def planned(self):
        """The values as the action takes them."""
        data = {name: self.cleaned_data[name] for name in ("steps", "cause")}
        if self.cleaned_data["due_on"]:
            data["due_on"] = self.cleaned_data["due_on"]
        for name in ("responsible", "witness"):
            data[name] = self.members.get(self.cleaned_data[name])
        return data


class IdeaForm(ChangeForm):
    """A new item of the committee's own."""

    issue = forms.CharField(
        label=_("What should get better?"), max_length=160, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    field_order = ["issue"]


class CommitteeForm(forms.Form):
    kind = forms.ChoiceField(label=_("Which body"), choices=Committee.Kind, widget=forms.RadioSelect)
    formed_on = _day(_("Formed on"))


class SeatForm(forms.Form):
    """A seat in a committee: a person who signs in, or a name."""

    username = forms.CharField(
        label=_("Signs in as"), required=False, help_text=_("Leave it empty for a member who does not sign in."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "off"}),
    )  # fmt: skip
    name = forms.CharField(
        label=_("Name"), required=False, max_length=120, help_text=_("For a member who does not sign in.")
    )
    side = forms.ChoiceField(label=_("Side"), choices=SIDE_CHOICES, widget=forms.RadioSelect)
    chosen_by = forms.ChoiceField(label=_("How chosen"), choices=Member.ChosenBy, widget=forms.RadioSelect)
    sex = forms.ChoiceField(label=_("Woman or man"), choices=Member.Sex, widget=forms.RadioSelect)
    since = _day(_("In office from"))
    until = _day(_("Last day in office"), required=False)
    co_chair = forms.BooleanField(label=_("Co-chair of the side"), required=False)

    def clean(self):
        data = super().clean()
        username, name = data.get("username", ""), data.get("name", "")
        data["user"] = None
        if username:
            data["user"] = User.objects.filter(username=username, is_active=True).first()
            if data["user"] is None:
                self.add_error("username", _("Nobody signs in with this name."))
        elif not name:
            self.add_error("name", _("Write the name, or how the person signs in."))
        return data

    def seat(self):
        """The values as the action takes them."""
        keys = ("user", "name", "side", "chosen_by", "sex", "since", "until", "co_chair")
        return {key: self.cleaned_data[key] for key in keys}


class EndSeatForm(forms.Form):
    on = _day(_("Last day in office"))
