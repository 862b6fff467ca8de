"""What managers of programmes and factories and buyers' people fill in."""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from core.days import today
from factories.models import Buyer, BuyerRelation, Scope

EVERY = "every"


class ConsentForm(forms.Form):
    """A yes is for one reader, one cycle, until a day."""

    buyer = forms.ModelChoiceField(
        Buyer.objects.order_by("name"), label=_("Who may read"), empty_label=_("Choose a buyer")
    )
    cycle = forms.ChoiceField(label=_("Of which cycle"))
    scope = forms.ChoiceField(label=_("What"), choices=Scope.choices, initial=Scope.BOTH, required=False)
    until = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args, site, cycles, **kwargs):
        """cycles: the ones the person who fills it in may see."""
        super().__init__(*args, **kwargs)
        self.day = today(site.programme)
        self.cycles = {str(cycle.pk): cycle for cycle in cycles}
        self.fields["cycle"].choices = [
            (key, _("Cycle %(n)s") % {"n": cycle.number}) for key, cycle in self.cycles.items()
        ] + [(EVERY, _("Every cycle"))]
        self.fields["until"].widget.attrs["min"] = self.day.isoformat()
        self.initial = {"scope": Scope.BOTH, "until": self.day + timedelta(days=364)}

    def clean_cycle(self):
        """The cycle, or None for every cycle."""
        return self.cycles.get(self.cleaned_data["cycle"])

    def clean_scope(self):
        return self.cleaned_data["scope"] or Scope.BOTH

    def clean_until(self):
        until = self.cleaned_data["until"]
        if until < self.day:
            raise forms.ValidationError(_("Choose a day that lies ahead."))
        return until


class AskForm(forms.Form):
    """A buyer asks several factories at once."""

    sites = forms.ModelMultipleChoiceField(None, label=_("Which factories"), widget=forms.CheckboxSelectMultiple)
    scope = forms.ChoiceField(label=_("What"), choices=Scope.choices, initial=Scope.BOTH)
    until = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    words = forms.CharField(label=_("Why you ask"), max_length=300, required=False)

    def __init__(self, *args, sites, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["sites"].queryset = sites


class SuspicionForm(forms.Form):
    """What was seen, and at whose gate."""

    giver = forms.ModelChoiceField(None, label=_("Which factory seems to give the work"))
    seen_on = forms.DateField(label=_("Seen on"), widget=forms.DateInput(attrs={"type": "date"}))
    words = forms.CharField(label=_("What was seen, and where"), widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args, sites, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["giver"].queryset = sites


class ExitForm(forms.Form):
    """A buyer leaves."""

    until = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.ChoiceField(label=_("Why"), choices=BuyerRelation.Exit.choices)
    announced_on = forms.DateField(
        label=_("Announced on"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
