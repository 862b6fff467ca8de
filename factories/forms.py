"""What a factory's manager fills in."""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from core.days import today
from factories.models import Buyer

EVERY = "every"


class ConsentForm(forms.Form):
    """A yes is for one reader, one cycle, until a day."""

    buyer = forms.ModelChoiceField(
        Buyer.objects.order_by("name"), label=_("Who may read"), empty_label=_("Choose a buyer")
    )
    cycle = forms.ChoiceField(label=_("What"))
    until = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args, site, cycles, **kwargs):
        """cycles: the ones the person who fills it in may see."""
        super().__init__(*args, **kwargs)
        self.day = today(site.programme)
        self.cycles = {str(cycle.pk): cycle for cycle in cycles}
        self.fields["cycle"].choices = [
            (key, _("The report of cycle %(n)s") % {"n": cycle.number}) for key, cycle in self.cycles.items()
        ] + [(EVERY, _("The reports of every cycle"))]
        self.fields["until"].widget.attrs["min"] = self.day.isoformat()
        self.initial = {"until": self.day + timedelta(days=364)}

    def clean_cycle(self):
        """The cycle, or None for every cycle."""
        return self.cycles.get(self.cleaned_data["cycle"])

    def clean_until(self):
        until = self.cleaned_data["until"]
        if until < self.day:
            raise forms.ValidationError(_("Choose a day that lies ahead."))
        return until
