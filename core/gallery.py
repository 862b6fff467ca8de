"""A page that shows every component and every status, so that screens are put together from what exists.

It reads nothing and changes nothing; the factory and the people on it are invented. Who may open it is decided where
it is mounted.
"""

from datetime import date

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.statuses import FAMILY_WORDS, family
from core.templatetags.openfloor import shapes


class Sample(forms.Form):
    """One of each native control; the gallery shows it sent back with errors."""

    exits = forms.IntegerField(label="How many exits", max_value=9, help_text="Count those behind curtains too.")
    where = forms.CharField(label="Where", required=False)
    day = forms.DateField(label="Day", widget=forms.DateInput(attrs={"type": "date"}), required=False)
    words = forms.CharField(label="Report text", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    province = forms.ChoiceField(label="Province", choices=[("", "Any"), ("kandal", "Kandal")], required=False)
    photo = forms.FileField(label="Photo", required=False)
    side = forms.ChoiceField(
        label="Side", choices=[("worker", "Worker side"), ("management", "Management side")], widget=forms.RadioSelect
    )
    closed = forms.BooleanField(label="Closed factories too", required=False)


def gallery(request: HttpRequest) -> HttpResponse:
    """Everything of core/static/core/base.css on one page."""
    sample = Sample({"exits": "12", "where": "Building B, floor 2", "closed": "on", "province": "kandal"})
    sample.is_valid()
    fix = {
        "reported_on": date(2026, 11, 12),
        "agreed_on": date(2026, 11, 20),
        "verified_on": None,
        "confirmed_on": None,
    }
    return render(
        request,
        "core/gallery.html",
        {
            "families": [(word, family(name)) for name, word in FAMILY_WORDS.items()],
            "shapes": sorted(shapes()),
            "sample": sample,
            "fix": fix,
            "whole_fix": {
                "reported_on": date(2026, 9, 1),
                "agreed_on": date(2026, 9, 4),
                "verified_on": date(2026, 10, 20),
                "confirmed_on": date(2026, 11, 10),
            },
            "cycles": [
                {"key": "unanswered", "label": "2021", "small": "not public"},
                {"key": "no_violation_found", "label": "2022", "small": "none found"},
                {"key": "no_violation_found", "label": "2023", "small": "none found"},
                {"key": "violation_found", "label": "2025", "small": "1 of 9"},
                {"key": "violation_found", "label": "2026", "small": "2 of 9"},
            ],
            "rail": [
                "compliant",
                "compliant",
                "not_applicable",
                "non_compliant",
                "unanswered",
                "undetermined",
                "not_asked",
            ],
            "worker": {"here": 3, "seats": 4},
            "management": {"here": 4, "seats": 4},
            "found": date(2025, 5, 14),
            "seen": date(2026, 11, 10),
            "as_of": date(2027, 3, 2),
            "page": Paginator(range(90), 30).page(2),
        },
    )
