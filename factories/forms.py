"""What a factory's manager fills in."""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from core.days import today
from factories.models import Buyer, Cycle


class ConsentForm(forms.Form):
    """A yes is for one reader, one cycle, until a day."""

    buyer = forms.ModelChoiceField(Buyer.objects.order_by("name"), label=_("Who may read"))
    cycle = forms.ModelChoiceField(
        Cycle.objects.none(), required=False, label=_("What"), empty_label=_("The reports of every cycle")
    )
    until = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args, site, cycles, **kwargs):
        """cycles: the ones the person who fills it in may see."""
        super().__init__(*args, **kwargs)
        self.day = today(site.programme)
        self.fields["cycle"].queryset = cycles
        self.fields["cycle"].label_from_instance = lambda cycle: _("The report of cycle %(n)s") % {"n": cycle.number}
        self.fields["until"].widget.attrs["min"] = self.day.isoformat()
        if not self.is_bound:
            self.initial = {"cycle": cycles.first(), "until": self.day + timedelta(days=364)}

    def clean_until(self):
        until = self.cleaned_data["until"]
        if until < self.day:
            raise forms.ValidationError(_("Choose a day that lies ahead."))
        return until
