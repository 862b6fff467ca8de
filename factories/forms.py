"""What managers of programmes and factories and buyers' people fill in."""

from datetime import timedelta

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.days import today
from factories.models import Buyer, BuyerRelation, Scope, Site

EVERY = "every"


class ConsentForm(forms.Form):
    """A yes is for one reader, one cycle or every cycle, from a day until a day or until the factory ends it."""

    buyer = forms.ModelChoiceField(
        Buyer.objects.order_by("name"), label=_("Who may read"), empty_label=_("Choose a buyer")
    )
    cycle = forms.ChoiceField(label=_("Of which cycle"))
    scope = forms.ChoiceField(label=_("What"), choices=Scope.choices, initial=Scope.BOTH, required=False)
    since = forms.DateField(
        label=_("First day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("Last day"),
        required=False,
        help_text=_("Leave it empty: until you end it."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args, site, cycles, **kwargs):
        """cycles: the ones the person who fills it in may see."""
        super().__init__(*args, **kwargs)
        self.day = today(site.programme)
        self.cycles = {str(cycle.pk): cycle for cycle in cycles}
        self.fields["cycle"].choices = [
            (key, _("Cycle %(n)s") % {"n": cycle.number}) for key, cycle in self.cycles.items()
        ] + [(EVERY, _("Every cycle"))]
        for name in ("since", "until"):
            self.fields[name].widget.attrs["min"] = self.day.isoformat()
        self.initial = {"scope": Scope.BOTH, "since": self.day, "until": self.day + timedelta(days=364)}

    def clean_cycle(self):
        """The cycle, or None for every cycle."""
        return self.cycles.get(self.cleaned_data["cycle"])

    def clean_scope(self):
        return self.cleaned_data["scope"] or Scope.BOTH

    def clean_since(self):
        since = self.cleaned_data["since"] or self.day
        if since < self.day:
            raise forms.ValidationError(_("Choose today or a later day."))
        return since

    def clean_until(self):
        until = self.cleaned_data["until"]
        if until and until < self.cleaned_data.get("since", self.day):
            raise forms.ValidationError(_("Choose a day that lies ahead."))
        return until


class AskForm(forms.Form):
    """A buyer asks several factories at once."""

    sites = forms.ModelMultipleChoiceField(
        None, label=_("Which factories"), required=False, widget=forms.CheckboxSelectMultiple
    )
    everybody = forms.BooleanField(label=_("All that were found, also on other pages"), required=False)
    scope = forms.ChoiceField(label=_("What"), choices=Scope.choices, initial=Scope.BOTH)
    until = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    words = forms.CharField(label=_("Why you ask"), max_length=300, required=False)

    def __init__(self, *args, sites, shown=None, **kwargs):
        """sites: what may be chosen; shown: the page of them to choose from."""
        super().__init__(*args, **kwargs)
        self.fields["sites"].queryset = sites
        if shown is not None:
            self.fields["sites"].choices = [(site.pk, f"{site.name} ({site.number})") for site in shown]
            if shown.paginator.num_pages == 1:
                self.fields["everybody"].widget = forms.HiddenInput()

    def clean(self):
        """Marked ones or everybody."""
        given = super().clean()
        if not given.get("everybody") and not given.get("sites") and "sites" not in self.errors:
            self.add_error("sites", _("Choose at least one factory."))
        return given


class SiteField(forms.CharField):
    """A factory by its number, among those given: a list of thousands cannot be chosen from."""

    def __init__(self, **said):
        super().__init__(max_length=20, help_text=_("Its number, such as KH-F-0117"), **said)
        self.sites = Site.objects.none()

    def clean(self, value):
        number = super().clean(value).strip()
        if not number:
            return None
        found = self.sites.filter(number__iexact=number).first()
        if found is None:
            raise forms.ValidationError(_("No factory of your list has this number."))
        return found


class ManagerForm(forms.Form):
    """Somebody is asked to answer for a factory."""

    site = SiteField(label=_("Factory"))
    email = forms.EmailField(label=_("E-mail address"), max_length=150)
    language = forms.ChoiceField(label=_("Language of the letter"), choices=settings.LANGUAGES)

    def __init__(self, *args, sites, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["site"].sites = sites


class BuyerForm(forms.Form):
    """A new brand or retailer."""

    name = forms.CharField(label=_("Name of the buyer"), max_length=255)


class MemberForm(forms.Form):
    """Somebody is asked to act for a buyer."""

    email = forms.EmailField(label=_("E-mail address"), max_length=150)
    language = forms.ChoiceField(label=_("Language of the letter"), choices=settings.LANGUAGES)


class SuspicionForm(forms.Form):
    """What was seen, and at whose gate."""

    giver = SiteField(label=_("Which factory seems to give the work"))
    taker = SiteField(label=_("Which seems to take it, if it is on the list"), required=False)
    seen_on = forms.DateField(label=_("Seen on"), widget=forms.DateInput(attrs={"type": "date"}))
    words = forms.CharField(label=_("What was seen, and where"), widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args, sites, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["giver"].sites = self.fields["taker"].sites = sites

    def clean(self):
        said = super().clean()
        if said.get("taker") and said["taker"] == said.get("giver"):
            self.add_error("taker", _("Choose two factories."))
        return said


class ExitForm(forms.Form):
    """A buyer leaves."""

    until = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.ChoiceField(label=_("Why"), choices=BuyerRelation.Exit.choices)
    announced_on = forms.DateField(
        label=_("Announced on"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
