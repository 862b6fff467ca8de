"""Forms of the plan's screens. They take words and choices; what may be done with them, the actions decide."""

from django import forms
from django.conf import settings
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core import languages
from core.list_pages import UploadForm
from core.models import User
from core.words import long_date
from improvement_plans import imports
from improvement_plans.models import (
    CAUSE_CHOICES,
    GROUP_CHOICES,
    PRIORITY_CHOICES,
    SIDE_CHOICES,
    WHO_CHOICES,
    Committee,
    Election,
    ItemEvidence,
    Member,
    MinutesSignature,
    PlanList,
    Pledge,
    PledgeFact,
    ProgressReport,
)
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


def _language(programme):
    """In which language the words of a form are typed: that of the writer's screen, unless she says another."""
    return forms.ChoiceField(
        label=_("Written in"), required=False, choices=languages.choices(programme), initial=get_language
    )


class Written(forms.Form):
    """A form of typed words, which say in which language they are written."""

    def __init__(self, *args, programme, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["language"] = _language(programme)


def _amount(label):
    return forms.DecimalField(
        label=label, required=False, min_value=0, max_digits=14, decimal_places=2,
        widget=forms.NumberInput({"inputmode": "decimal"}),
    )  # fmt: skip


def currencies_of(country, known="") -> list[str]:
    """Codes to choose from: the one in use, the country's own, the dollar of most orders."""
    import pycountry

    there = pycountry.countries.get(alpha_2=country)
    own = there and pycountry.currencies.get(numeric=there.numeric)
    return list(dict.fromkeys(code for code in (known, own and own.alpha_3, "USD", "EUR") if code))


class QueueForm(forms.Form):
    """What of the fixes to check is shown."""

    words = forms.CharField(label=_("Factory"), required=False, max_length=80)
    files = forms.ChoiceField(
        label=_("Photo or document"), required=False,
        choices=[("", _("All")), ("yes", _("With: may be checked by documents")), ("no", _("Without: needs a visit"))],
    )  # fmt: skip
    public = forms.BooleanField(label=_("Only what becomes public"), required=False)


class ProgressForm(Written):
    """What an adviser says beside what is known."""

    number = forms.TypedChoiceField(
        label=_("Which report of the cycle"), coerce=int, choices=[(1, _("The first")), (2, _("The second"))],
        widget=forms.RadioSelect,
    )  # fmt: skip
    done = _words(_("What was done"), help_text=_("Do not name a worker."), rows=5)
    dialogue = forms.ChoiceField(
        label=_("How does the dialogue between the sides go?"), choices=ProgressReport.Dialogue,
        widget=forms.RadioSelect,
    )  # fmt: skip
    about = _words(_("Why do you say so?"), required=False)
    next = _words(_("What comes next"), required=False)

    def written(self):
        """The values as the action takes them."""
        data = self.cleaned_data
        words = {"done": data["done"], "dialogue": data["about"], "next": data["next"]}
        return {name: data[name] for name in ("number", "dialogue", "language")} | {"words": words}


class PledgeForm(Written):
    """What a buyer will change. Who acts for one buyer is not asked for which."""

    buyer = forms.ChoiceField(label=_("For which buyer"))
    kind = forms.ChoiceField(label=_("What will change"), choices=Pledge.Kind, widget=forms.RadioSelect)
    text = _words(_("Say what, and by how much"))
    due_on = _day(_("By"), required=False)

    def __init__(self, *args, buyers, **kwargs):
        super().__init__(*args, **kwargs)
        self.buyers = {str(one.pk): one for one in buyers}
        self.fields["buyer"].choices = [(key, one.name) for key, one in self.buyers.items()]
        if len(buyers) == 1:
            self.fields["buyer"].widget = forms.HiddenInput()
            self.fields["buyer"].initial = buyers[0].pk

    def pledged(self):
        """The values as the action takes them."""
        return self.cleaned_data | {"buyer": self.buyers[self.cleaned_data["buyer"]]}


class EndPledgeForm(Written):
    kind = forms.ChoiceField(choices=PledgeFact.Kind)
    text = _words(_("What was done, or why it is taken back"), rows=2)


class AnswerForm(Written):
    """A co-chair's word. `about` and `edition` say what was on the screen when it was given."""

    about = forms.ChoiceField(choices=[("plan", "plan"), ("fix", "fix")], widget=forms.HiddenInput)
    edition = forms.IntegerField(widget=forms.HiddenInput)
    remark = _words(_("Your words, in any language"), required=False)

    def clean(self):
        data = super().clean()
        if self.data.get("decision") == "agreed_with_remark" and not data.get("remark", "").strip():
            self.add_error("remark", _("Write the remark, or press Agree."))
        return data


class ReportForm(Written):
    text = _words(_("What was done?"), help_text=_("Do not name a worker."))


class StepForm(forms.Form):
    """One step, by its number on the screen."""

    def __init__(self, *args, programme=None, **kwargs):
        super().__init__(*args, **kwargs)

    edition = forms.IntegerField()
    number = forms.IntegerField(min_value=1)
    done = forms.TypedChoiceField(choices=[("yes", "yes"), ("no", "no")], coerce=lambda said: said == "yes")


class VerifyForm(Written):
    how = forms.ChoiceField(
        label=_("How did you check?"),
        choices=[("visit", _("I was there and saw it")), ("document", _("I read documents"))],
        widget=forms.RadioSelect,
    )
    text = _words(_("What did you see?"), required=False, help_text=_("Do not name a worker."))


class ReopenForm(Written):
    reason = _words(_("What is not fixed?"), help_text=_("Do not name a worker."))


class EvidenceForm(forms.Form):
    """One photo or document. A phone offers its camera and its pictures."""

    file = forms.FileField(
        label=_("Photo or PDF document"),
        help_text=_("Show the place or the paper. No faces, no names."),
        widget=forms.FileInput({"accept": "image/*,application/pdf", "data-shrink": ""}),
    )
    moment = forms.ChoiceField(
        label=_("What does it show?"), initial=ItemEvidence.Moment.AFTER, widget=forms.RadioSelect,
        choices=[("after", _("How it is now")), ("before", _("How it was before"))],
    )  # fmt: skip

    def clean_file(self):
        """Refused by its size before it is read: anybody with a link may send."""
        file = self.cleaned_data["file"]
        if file.size > settings.EVIDENCE_MAX_BYTES:
            raise forms.ValidationError(_("This file is too large. Take the photo with a lower quality."))
        return file

    def sent(self):
        """The values as the action takes them."""
        return {"moment": self.cleaned_data["moment"], "data": self.cleaned_data["file"].read()}


class ChangeForm(forms.Form):
    """What is planned. The reason is asked once a plan stands."""

    steps = _words(
        _("What will change"),
        required=False,
        help_text=_("One step on each line: what, where and how often. Do not name a worker."),
    )
    cause = forms.ChoiceField(label=_("Why did it happen?"), required=False, choices=[("", "")])
    responsible = forms.ChoiceField(
        label=_("Who does it"), required=False, help_text=_("A member of the management side.")
    )
    witness = forms.ChoiceField(label=_("Witness"), required=False, help_text=_("A member of the worker side."))
    due_on = _day(_("By"), required=False)
    expected = forms.CharField(
        label=_("What will show that it is fixed?"), required=False, max_length=200,
        help_text=_("A photo, a list, a paper. Do not name a worker."), widget=forms.TextInput({"dir": "auto"}),
    )  # fmt: skip
    priority = forms.ChoiceField(
        label=_("How soon?"), required=False, choices=[("", _("Not said yet")), *PRIORITY_CHOICES]
    )
    cost = _amount(_("What does it cost, once?"))
    saving = _amount(_("What does it save, in a year?"))
    currency = forms.ChoiceField(label=_("In which currency"), required=False)
    reason = _words(_("Why is this changed?"), required=False, rows=2)
    language = forms.ChoiceField()
    MORE = ("expected", "priority", "cost", "saving", "currency")

    def __init__(self, *args, plan, who, on, planned, **kwargs):
        super().__init__(*args, **kwargs)
        members = []
        if plan.committee_id:
            found = plan.committee.members.select_related("user", "own_name")
            members = [member for member in found if in_office(member.since, member.until, on)]
        self.members = {str(member.pk): member for member in members}
        nobody = ("", _("Nobody yet"))
        self.fields["cause"].choices = [("", _("Not said yet")), *CAUSE_CHOICES]
        known = currencies_of(plan.site.programme.country, self.initial.get("currency"))
        self.fields["currency"].choices = [(code, code) for code in known]
        for name, side in (("responsible", MANAGEMENT), ("witness", WORKER)):
            self.fields[name].choices = [nobody] + [
                (key, face(member, who).words) for key, member in self.members.items() if member.side == side
            ]
        self.fields["language"] = _language(plan.site.programme)
        if planned:
            self.fields["reason"].required = True
        else:
            del self.fields["reason"]

    def main(self):
        """What everybody fills in."""
        return [self[name] for name in self.fields if name not in self.MORE]

    def more(self):
        """What may be left out, behind one line; open where something stands in it."""
        return [self[name] for name in self.MORE]

    def more_is_open(self):
        return any(self[name].errors or (self[name].value() and name != "currency") for name in self.MORE)

    def planned(self):
        """The values as the action takes them."""
        data = {name: self.cleaned_data[name] for name in ("steps", "cause", "expected", "priority", "cost", "saving")}
        money = data["cost"] is not None or data["saving"] is not None
        data["language"] = self.cleaned_data["language"]
        data["currency"] = self.cleaned_data["currency"] if money else ""
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


class PersonForm(forms.Form):
    """A member: a person who signs in, or a name."""

    username = forms.CharField(
        label=_("Signs in as"), required=False, help_text=_("Leave it empty for a member who does not sign in."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "off"}),
    )  # fmt: skip
    name = forms.CharField(
        label=_("Name"), required=False, max_length=120, help_text=_("For a member who does not sign in.")
    )

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


class SeatForm(PersonForm):
    """A seat in a committee."""

    side = forms.ChoiceField(label=_("Side"), choices=SIDE_CHOICES, widget=forms.RadioSelect)
    chosen_by = forms.ChoiceField(label=_("How chosen"), choices=Member.ChosenBy, widget=forms.RadioSelect)
    sex = forms.ChoiceField(label=_("Woman or man"), choices=Member.Sex, widget=forms.RadioSelect)
    since = _day(_("In office from"))
    until = _day(_("Last day in office"), required=False)
    co_chair = forms.BooleanField(label=_("Co-chair of the side"), required=False)
    election = forms.ModelChoiceField(
        label=_("Election"), required=False, queryset=Election.objects.none(), empty_label=_("None written down")
    )
    union = forms.CharField(label=_("Union"), required=False, max_length=80)
    outside = forms.BooleanField(label=_("Comes from outside the factory"), required=False)

    def __init__(self, *args, committee, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["election"].queryset = committee.elections.all()
        self.fields["election"].label_from_instance = lambda one: long_date(one.held_on)

    def seat(self):
        """The values as the action takes them."""
        keys = (
            "user",
            "name",
            "side",
            "chosen_by",
            "sex",
            "since",
            "until",
            "co_chair",
            "election",
            "union",
            "outside",
        )
        return {key: self.cleaned_data[key] for key in keys}


class EndSeatForm(forms.Form):
    on = _day(_("Last day in office"))


# --- elections ----------------------------------------------------------------------------------------------------

CANDIDATES = 12


def _count(label, required=True):
    return forms.IntegerField(
        label=label, required=required, min_value=0, max_value=1_000_000,
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )  # fmt: skip


class ElectionForm(forms.Form):
    """A vote as it was counted, with one line per candidate."""

    held_on = _day(_("Day of the election"))
    seats = _count(_("Seats to fill"))
    eligible = _count(_("Workers who could vote"))
    voted = _count(_("Papers in the box"))
    invalid = _count(_("Papers that could not be counted"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for n in range(1, CANDIDATES + 1):
            self.fields[f"name_{n}"] = forms.CharField(label=_("Name"), required=False, max_length=120)
            self.fields[f"sex_{n}"] = forms.ChoiceField(
                label=_("Woman or man"), required=False, choices=Member.Sex, initial=Member.Sex.UNSAID
            )
            self.fields[f"votes_{n}"] = _count(_("Votes"), required=False)

    def counts(self):
        """The fields of the count, before the candidates."""
        return [self[name] for name in ("held_on", "seats", "eligible", "voted", "invalid")]

    def candidates(self):
        """(number, name, sex, votes) for each line."""
        return [(n, self[f"name_{n}"], self[f"sex_{n}"], self[f"votes_{n}"]) for n in range(1, CANDIDATES + 1)]

    def counted(self):
        """The values as the action takes them."""
        data = self.cleaned_data
        rows = [
            {"name": data[f"name_{n}"], "sex": data[f"sex_{n}"] or "x", "votes": data[f"votes_{n}"] or 0}
            for n in range(1, CANDIDATES + 1)
            if data[f"name_{n}"].strip()
        ]
        counts = {name: data[name] for name in ("held_on", "seats", "eligible", "voted")}
        return counts | {"invalid": data["invalid"] or 0, "candidates": rows}


class WhyForm(Written):
    reason = _words(_("Why?"), help_text=_("Do not name a worker."))


# --- meetings -----------------------------------------------------------------------------------------------------


class MeetingForm(forms.Form):
    planned_on = _day(_("Day"))
    begins_at = forms.TimeField(
        label=_("Begins at"), required=False, widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )
    place = forms.CharField(label=_("Place"), required=False, max_length=80)


class TopicForm(Written):
    topic = forms.CharField(
        label=_("What else should be talked about?"), max_length=160, widget=forms.TextInput({"dir": "auto"})
    )


PROMISES = 3


class PromisesForm(forms.Form):
    """What a meeting promises and what was kept, of a factory's committee and of an advisory one alike."""

    WHO, WHO_LABEL, WHO_CHOICES = "side", _("By which side"), SIDE_CHOICES

    def add_promises(self, still_open):
        self.fields["kept"] = forms.MultipleChoiceField(
            label=_("Promises that are kept"), required=False, widget=forms.CheckboxSelectMultiple,
            choices=[(str(one.pk), format_html("<bdi>{}</bdi>", one.text)) for one in still_open],
        )  # fmt: skip
        for n in range(1, PROMISES + 1):
            self.fields[f"promise_{n}"] = forms.CharField(
                label=_("What is promised"), required=False, max_length=300, widget=forms.TextInput({"dir": "auto"})
            )
            self.fields[f"side_{n}"] = forms.ChoiceField(label=self.WHO_LABEL, required=False, choices=self.WHO_CHOICES)
            self.fields[f"due_{n}"] = _day(_("By"), required=False)

    def promises(self):
        return [(self[f"promise_{n}"], self[f"side_{n}"], self[f"due_{n}"]) for n in range(1, PROMISES + 1)]

    def promised(self):
        """The values as the action takes them."""
        data = self.cleaned_data
        promises = [
            {"text": data[f"promise_{n}"], self.WHO: data[f"side_{n}"], "due_on": data[f"due_{n}"]}
            for n in range(1, PROMISES + 1)
            if data[f"promise_{n}"].strip()
        ]
        return {"promises": promises, "kept": [one for one in self.view.open_promises if str(one.pk) in data["kept"]]}


class MinutesForm(PromisesForm):
    """What was decided, on a form that needs no script: who was there, a field per line of the agenda, promises."""

    edition = forms.IntegerField(widget=forms.HiddenInput)
    held_on = _day(_("Day of the meeting"))
    notes = _words(_("What else was said"), required=False, help_text=_("Do not name a worker."))

    def __init__(self, *args, view, **kwargs):
        self.view = view
        kept = view.minutes is not None
        first = {
            "edition": view.edition,
            "held_on": view.minutes.held_on if kept else view.meeting.planned_on,
            "notes": view.notes,
        }
        first |= {f"decision_{row['line'].pk}": row["decision"] for row in view.lines}
        super().__init__(*args, initial=first, **kwargs)
        self.fields["language"] = _language(view.committee.site.programme)
        self.members = {}
        for side, seats in view.sides:
            self.members |= {str(member.pk): member for member, _face, _here in seats}
            self.fields[f"present_{side}"] = forms.MultipleChoiceField(
                label=dict(SIDE_CHOICES)[side], required=False, widget=forms.CheckboxSelectMultiple,
                choices=[(str(member.pk), face.words) for member, face, _here in seats],
                initial=[str(member.pk) for member, _face, here in seats if here],
            )  # fmt: skip
        for row in view.lines:
            self.fields[f"decision_{row['line'].pk}"] = _words(_("What was decided"), required=False, rows=2)
        self.add_promises(view.open_promises)

    def sides(self):
        return [self[f"present_{side}"] for side, _seats in self.view.sides]

    def agenda(self):
        """Each line of the agenda with its field."""
        return [(row, self[f"decision_{row['line'].pk}"]) for row in self.view.lines]

    def written(self):
        """The values as the action takes them."""
        data = self.cleaned_data
        there = [self.members[key] for side, _seats in self.view.sides for key in data[f"present_{side}"]]
        return {
            "held_on": data["held_on"],
            "present": there,
            "notes": data["notes"],
            "decisions": {str(row["line"].pk): data[f"decision_{row['line'].pk}"] for row in self.view.lines},
            "edition": data["edition"],
            "language": data["language"],
        } | self.promised()


class SignForm(Written):
    edition = forms.IntegerField(widget=forms.HiddenInput)
    decision = forms.ChoiceField(choices=MinutesSignature.Decision, widget=forms.HiddenInput)
    reason = _words(_("Your reservation, or why you do not sign"), required=False, rows=2)


# --- statements ---------------------------------------------------------------------------------------------------


class StatementForm(Written):
    """Words, and who may read them."""

    text = _words(_("What do you want to say?"), help_text=_("In any language."), rows=6)
    readers = forms.ChoiceField(label=_("Who may read it?"), widget=forms.RadioSelect)

    def __init__(self, *args, readers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["readers"].choices = readers


class StatementAnswerForm(Written):
    text = _words(_("Your words"), rows=4)


# --- the advisory committee ---------------------------------------------------------------------------------------


class AdvisoryForm(forms.Form):
    """That a programme has an advisory committee."""

    programme = forms.ModelChoiceField(None, label=_("For which programme"), empty_label=None)
    formed_on = _day(_("Formed on"))

    def __init__(self, *args, programmes, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = programmes
        self.fields["programme"].label_from_instance = lambda programme: programme.name


class AdvisorySeatForm(PersonForm):
    """A seat of one group."""

    group = forms.ChoiceField(label=_("Group"), choices=GROUP_CHOICES, widget=forms.RadioSelect)
    organisation = forms.CharField(label=_("Ministry, federation or union"), max_length=120)
    since = _day(_("In office from"))
    until = _day(_("Last day in office"), required=False)

    def seat(self):
        """The values as the action takes them."""
        keys = ("user", "name", "group", "organisation", "since", "until")
        return {key: self.cleaned_data[key] for key in keys}


class PaperForm(Written):
    """A file, or an address on the web."""

    title = forms.CharField(label=_("Title"), max_length=160, widget=forms.TextInput({"dir": "auto"}))
    file = forms.FileField(
        label=_("Photo or PDF document"), required=False,
        help_text=_("Members see figures over many factories. Do not hand over what was found in one."),
        widget=forms.FileInput({"accept": "image/*,application/pdf"}),
    )  # fmt: skip
    link = forms.URLField(
        label=_("Or an address on the web"), required=False, max_length=500, assume_scheme="https",
        widget=forms.URLInput({"class": "ltr"}),
    )  # fmt: skip

    def clean_file(self):
        """Refused by its size before it is read."""
        file = self.cleaned_data["file"]
        if file and file.size > settings.EVIDENCE_MAX_BYTES:
            raise forms.ValidationError(_("This file is too large."))
        return file

    def paper(self):
        """The values as the action takes them."""
        data = self.cleaned_data
        file = data["file"]
        return {name: data[name] for name in ("title", "link", "language")} | {"data": file.read() if file else b""}


class AdvisoryMinutesForm(PromisesForm):
    """Who was there, group by group, what was decided and what follows."""

    WHO, WHO_LABEL, WHO_CHOICES = "group", _("Who does it"), WHO_CHOICES

    edition = forms.IntegerField(widget=forms.HiddenInput)
    held_on = _day(_("Day of the meeting"))
    decisions = _words(_("What was decided"), required=False, help_text=_("One decision on each line."), rows=5)
    notes = _words(_("What else was said"), required=False)

    def __init__(self, *args, view, **kwargs):
        self.view = view
        first = {
            "edition": view.edition,
            "held_on": view.minutes.held_on if view.minutes else view.meeting.planned_on,
            "decisions": "\n".join(view.decisions),
            "notes": view.notes,
        }
        super().__init__(*args, initial=first, **kwargs)
        self.fields["language"] = _language(view.committee.programme)
        self.seats, self.groups = {}, [one.group for one, _words, _seats in view.groups]
        for one, words, seats in view.groups:
            self.seats |= {str(seat.pk): seat for seat, _here in seats}
            self.fields[f"present_{one.group}"] = forms.MultipleChoiceField(
                label=words, required=False, widget=forms.CheckboxSelectMultiple,
                choices=[(str(seat.pk), seat_words(seat)) for seat, _here in seats],
                initial=[str(seat.pk) for seat, here in seats if here],
            )  # fmt: skip
        self.add_promises(view.open_promises)

    def present(self):
        return [self[f"present_{group}"] for group in self.groups]

    def written(self):
        """The values as the action takes them."""
        data = self.cleaned_data
        return (
            {
                "present": [self.seats[key] for group in self.groups for key in data[f"present_{group}"]],
                "decisions": data["decisions"].splitlines(),
            }
            | self.promised()
            | {name: data[name] for name in ("held_on", "notes", "edition", "language")}
        )


def seat_words(seat) -> str:
    """A member of an advisory committee: who, and who named her."""
    named = f"{seat.name}, {seat.organisation}" if seat.name else seat.organisation
    return format_html("<bdi>{}</bdi>", named)


# --- lists that are sent in ---------------------------------------------------------------------------------------


class PlanListForm(UploadForm):
    """A file, and what it lists."""

    kind = forms.ChoiceField(label=_("What does it list?"), choices=PlanList.Kind, widget=forms.RadioSelect)
    field_order = ["programme", "kind", "file"]


class ColumnsForm(forms.Form):
    """Which column is what. It is remembered: the next list with these columns is read so."""

    def __init__(self, *args, uploaded, **kwargs):
        super().__init__(*args, **kwargs)
        self.uploaded, columns = uploaded, uploaded.told["columns"]
        known = (uploaded.mapping or {}).get("fields") or uploaded.told.get("named", {})
        for ours, column in imports.COLUMNS[uploaded.kind].items():
            self.fields[ours] = forms.ChoiceField(
                label=column.words, required=column.needed, initial=known.get(ours, ""),
                choices=[("", _("Not in this list")), *((one, one) for one in columns)],
            )  # fmt: skip
        self.fields["dates"] = forms.ChoiceField(
            label=_("Days such as 5/1/2026"), required=False,
            choices=[("", _("Are refused")), ("day-first", _("5 January")), ("month-first", _("May 1"))],
        )  # fmt: skip

    def document(self, by):
        """The mapping as it is kept on the list."""
        given = self.cleaned_data
        fields = {ours: given[ours] for ours in imports.COLUMNS[self.uploaded.kind] if given[ours]}
        return {"name": self.uploaded.name, "fields": fields, "dates": given["dates"]}
