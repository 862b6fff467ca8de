"""What the rules of the shipped checklists come to. Every suggestion and every check is reached by a case here."""

import functools

import pytest

from checklists import expressions
from tests.checklists import library
from tests.checklists.library import CHECKLISTS, EDITIONS, GARMENT, whole

# The law of no country: a cap of 12 hours, one and a half for overtime, 200 as the least wage.
PARAM = {
    "overtime-cap-weekly": 12, "overtime-cap-daily": 2, "regular-hours-weekly": 48, "overtime-premium": 1.5,
    "minimum-wage-monthly": 200,
}  # fmt: skip
FACTS = {"workers": 800, "day": "2026-11-10"}


def week(overtime, **more):
    return {
        "regular_hours": 48, "overtime_hours": overtime, "longest_day_overtime": 2, "rest_day": True, "matches": True,
        **more,
    }  # fmt: skip


def pay(**more):
    """208 hours at 1 an hour and 20 hours of overtime, for which 30 are due."""
    return {
        "month": "peak", "basic_wage": 208, "regular_hours": 208, "overtime_hours": 20, "overtime_paid": 30,
        "matches": True, "insured": True, "slip": True, **more,
    }  # fmt: skip


def weeks(*rows):
    return {"time-record-sample": {"rows": list(rows)}}


def payroll(*rows):
    return {"payroll-sample": {"rows": list(rows)}}


@functools.cache
def rules_of(name):
    return expressions.Rules(whole(name))


def judge(answers, name=GARMENT, param=PARAM, facts=FACTS):
    return rules_of(name).judge(answers, param, facts)


# (answers, {question: state suggested, or None for no suggestion})
CASES = {
    "nobody is under 18": (
        {"under-18-workers-count": 0},
        dict.fromkeys(
            [
                "bonded-or-trafficked-under-18", "listed-hazardous-work-under-18", "dangerous-tasks-under-18",
                "night-work-under-18", "long-hours-under-18", "extreme-places-under-18",
                "guardian-consent-young-workers", "medical-fitness-young-workers", "authority-notice-young-workers",
            ],
            "not_applicable",
        ),
    ),
    "one worker is under 18": ({"under-18-workers-count": 1}, {"night-work-under-18": None}),
    "the register is short": (
        {"under-18-workers-count": 3, "young-workers-on-register": 2}, {"young-worker-register": "non_compliant"},
    ),
    "the register names more": (
        {"under-18-workers-count": 2, "young-workers-on-register": 3}, {"young-worker-register": None},
    ),
    "nobody comes from abroad": (
        {"migrant-workers-count": 0},
        dict.fromkeys(
            ["nationality-treatment", "migrant-contract-unchanged", "migrant-recruitment-no-fees",
             "migrant-union-rights"], "not_applicable",
        ),
    ),
    "nobody has a disability": ({"workers-with-disability-count": 0}, {"disability-adjustment": "not_applicable"}),
    "no strike": (
        {"strikes-last-year-count": 0},
        dict.fromkeys(["strikers-not-punished", "strike-replacement-workers", "strike-no-force"], "not_applicable"),
    ),
    "nobody was dismissed": (
        {"dismissals-past-year": 0},
        dict.fromkeys(
            ["dismissal-valid-reason", "dismissal-chance-to-answer", "dismissal-notice-given"], "not_applicable"
        ),
    ),
    "no exit": ({"emergency-exits-count": 0}, {"emergency-exits-enough": "non_compliant"}),
    "over the cap in 3 of 10 weeks": (
        weeks(*[week(14)] * 3, *[week(8)] * 7), {"overtime-within-weekly-limit": "non_compliant"},
    ),
    "over the cap in 2 of 10 weeks": (
        weeks(*[week(14)] * 2, *[week(8)] * 8), {"overtime-within-weekly-limit": None},
    ),
    "ten weeks at the cap": (weeks(*[week(12)] * 10), {"overtime-within-weekly-limit": "compliant"}),
    "nine weeks are too few to say well done": (weeks(*[week(12)] * 9), {"overtime-within-weekly-limit": None}),
    "a blank week hides no other": (
        weeks(*[week(14)] * 3, {"regular_hours": 48}), {"overtime-within-weekly-limit": "non_compliant"},
    ),
    "a blank week is no good week": (weeks(*[week(8)] * 10, {"regular_hours": 48}),
        {"overtime-within-weekly-limit": None}),
    "the longest week is over all hours allowed": (
        {"longest-week-worked-hours": 61}, {"overtime-within-weekly-limit": "non_compliant"},
    ),
    "days over the limit": (
        weeks(*[week(8, longest_day_overtime=3)] * 3), {"overtime-within-daily-limit": "non_compliant"},
    ),
    "too many regular hours": (weeks(week(0, regular_hours=50)), {"regular-hours-within-limit": "non_compliant"}),
    "no day of rest": (weeks(week(8), week(8, rest_day=False)), {"weekly-rest-day-given": "non_compliant"}),
    "a week that matches nothing": (weeks(week(8, matches=False)), {"time-records-true": "non_compliant"}),
    "a wage under the minimum": (
        payroll(pay(), pay(basic_wage=199)), {"minimum-wage-regular": "non_compliant"},
    ),
    "the lowest wage is under the minimum": (
        {"lowest-basic-wage": 199.5}, {"minimum-wage-regular": "non_compliant"},
    ),
    "ten right wages": (
        payroll(*[pay()] * 10),
        {"minimum-wage-regular": "compliant", "overtime-premium-ordinary-day": "compliant", "pay-slip-clear": None},
    ),
    "overtime paid as normal hours": (
        payroll(pay(), pay(overtime_paid=20)), {"overtime-premium-ordinary-day": "non_compliant"},
    ),
    "a difference of rounding": (payroll(pay(overtime_paid=29.8)), {"overtime-premium-ordinary-day": None}),
    "no overtime in the sample": (
        payroll(pay(overtime_hours=0, overtime_paid=0)), {"overtime-premium-ordinary-day": "undetermined"},
    ),
    "records that do not match": (payroll(pay(matches=False)), {"single-true-payroll": "non_compliant"}),
    "nobody paid the insurance": (payroll(pay(insured=False)), {"social-insurance-contribution": "non_compliant"}),
    "no slip": (payroll(pay(), pay(slip=False)), {"pay-slip-clear": "non_compliant"}),
}  # fmt: skip

# {check: (answers that do not fit, answers that do)}
CHECKS = {
    GARMENT: {
        "women-and-men-make-all": (
            {"workers-on-site-all-contracts": 800, "women-workers-count": 600, "men-workers-count": 150},
            {"workers-on-site-all-contracts": 800, "women-workers-count": 600, "men-workers-count": 200},
        ),
        "headcount-far-from-planned": (
            {"workers-on-site-all-contracts": 1300}, {"workers-on-site-all-contracts": 900},
        ),
        "young-workers-missing-on-register": (
            {"young-workers-on-register": 2, "under-18-workers-count": 3, "young-worker-register": "compliant"},
            {"young-workers-on-register": 2, "under-18-workers-count": 3, "young-worker-register": "non_compliant"},
        ),
        "more-young-workers-than-workers": (
            {"under-18-workers-count": 9, "workers-on-site-all-contracts": 8},
            {"under-18-workers-count": 8, "workers-on-site-all-contracts": 8},
        ),
        "more-migrants-than-workers": (
            {"migrant-workers-count": 9, "workers-on-site-all-contracts": 8},
            {"migrant-workers-count": 8, "workers-on-site-all-contracts": 8},
        ),
        "dormitory-counts-differ": (
            {"dormitory-workers-count": 90, "workers-in-dormitories": 80},
            {"dormitory-workers-count": 90, "workers-in-dormitories": 80, "dormitory-provided": False},
        ),
        "members-without-union": (
            {"unions-count": 0, "union-members-count": 12}, {"unions-count": 1, "union-members-count": 12},
        ),
        "more-members-than-workers": (
            {"union-members-count": 12, "workers-on-site-all-contracts": 10},
            {"union-members-count": 10, "workers-on-site-all-contracts": 10},
        ),
        "lower-wage-in-sample": (
            {**payroll(pay(basic_wage=205)), "lowest-basic-wage": 206},
            {**payroll(pay(basic_wage=205), {"month": "low"}), "lowest-basic-wage": 205},
        ),
        "longer-week-in-sample": (
            {**weeks(week(20)), "longest-week-worked-hours": 60}, {**weeks(week(12)), "longest-week-worked-hours": 60},
        ),
        "overtime-compliant-over-cap": (
            {**weeks(week(13)), "overtime-within-weekly-limit": "compliant"},
            {**weeks(week(13)), "overtime-within-weekly-limit": "non_compliant"},
        ),
        "drill-too-long-ago": (
            {"evacuation-drills-held": "compliant", "last-evacuation-drill-date": "2025-10-01"},
            {"evacuation-drills-held": "compliant", "last-evacuation-drill-date": "2026-03-01"},
        ),
    },
    "sme-practices.yaml": {
        "more-ideas-used-than-handed-in": (
            {"suggestions-last-quarter": 3, "suggestions-used-last-quarter": 4},
            {"suggestions-last-quarter": 4, "suggestions-used-last-quarter": 4},
        ),
        "more-faulty-than-made": (
            {"defects-tracked": "tracked", "pieces-made-last-month": 5, "pieces-faulty-last-month": 6},
            {"defects-tracked": "not-tracked", "pieces-made-last-month": 5, "pieces-faulty-last-month": 6},
        ),
        "more-days-lost-than-possible": (
            {"days-possible-last-month": 20, "days-absent-last-month": 21},
            {"days-possible-last-month": 20, "days-absent-last-month": 2},
        ),
    },
    "committee-health.yaml": {
        "more-women-than-members": (
            {"worker-members-count": 4, "women-worker-members-count": 5},
            {"worker-members-count": 4, "women-worker-members-count": 4},
        ),
        "women-far-fewer-than-in-workforce": (
            {"worker-members-count": 4, "women-worker-members-count": 1, "women-workforce-share": 80},
            {"worker-members-count": 4, "women-worker-members-count": 2, "women-workforce-share": 80},
        ),
        "sides-are-not-equal": (
            {"worker-members-count": 3, "management-members-count": 4},
            {"worker-members-count": 4, "management-members-count": 4},
        ),
        "last-election-long-ago": (
            {"how-worker-members-chosen": "secret-vote", "last-election-date": "2023-11-10"},
            {"how-worker-members-chosen": "secret-vote", "last-election-date": "2023-11-11"},
        ),
        "meetings-without-plan": (
            {"meetings-planned-last-year": 4, "meetings-held-last-year": 6},
            {"meetings-planned-last-year": 6, "meetings-held-last-year": 6},
        ),
    },
}  # fmt: skip


@pytest.mark.parametrize("name", CHECKLISTS + EDITIONS)
def test_every_rule_can_be_read_and_reads_what_is_there(name):
    assert list(expressions.problems(whole(name))) == []


@pytest.mark.parametrize("name", CHECKLISTS + EDITIONS)
def test_a_suggestion_and_a_condition_read_only_what_was_asked_before(name):
    """An assessor goes from the first question to the last; nothing is decided by what comes later."""
    before, later = set(), []
    for question in library.questions(name):
        decided = [question.get(rule) for rule in ("visible_when", "required_when", "compute")]
        decided += [suggestion["when"] for suggestion in question.get("suggest") or []]
        for rule in filter(None, decided):
            later += [(question["key"], key) for key in expressions.reads(rule) - before]
        before.add(question["key"])
    assert later == []


@pytest.mark.parametrize("case", CASES)
def test_the_suggestion_is_the_one_expected(case):
    answers, expected = CASES[case]
    suggested = judge(answers).suggested
    assert {key: suggested.get(key, {}).get("state") for key in expected} == expected


def test_no_suggestion_goes_untried():
    untried = {
        (question["key"], suggestion["because"])
        for question in library.questions(GARMENT)
        for suggestion in question.get("suggest") or []
    }
    for answers, _ in CASES.values():
        untried -= {(key, found["because"]) for key, found in judge(answers).suggested.items()}
    assert untried == set()


def test_without_the_number_of_the_law_nothing_is_suggested_from_hours_and_wages():
    """A country whose cap nobody is sure of gets no suggestion, and never a wrong one."""
    answers = weeks(*[week(40)] * 10) | payroll(*[pay(basic_wage=1, overtime_paid=0)] * 10)
    answers |= {"longest-week-worked-hours": 100, "lowest-basic-wage": 1}
    assert judge(answers, param={}).suggested == {}


@pytest.mark.parametrize(("name", "check"), [(name, check) for name in CHECKS for check in CHECKS[name]])
def test_what_does_not_fit_is_said_and_what_fits_is_not(name, check):
    wrong, right = CHECKS[name][check]
    assert check in judge(wrong, name).failed
    assert check not in judge(right, name).failed


def test_no_check_goes_untried():
    assert {name: {check["key"] for check in whole(name).get("checks") or []} for name in CHECKLISTS} == {
        name: set(CHECKS.get(name, ())) for name in CHECKLISTS
    }


class TestAsked:
    def test_dormitories_are_asked_about_only_where_there_is_one(self):
        accommodation = next(
            point
            for cluster in whole(GARMENT)["clusters"]
            for point in cluster["points"]
            if point["key"] == "worker-accommodation"
        )
        keys = [question["key"] for question in accommodation["questions"]]
        for answer, seen in ((False, False), (True, True), (None, True)):
            visible = judge({"dormitory-provided": answer}).visible
            assert {visible[key] for key in keys} == {seen}, answer

    def test_leaving_the_dormitory_is_asked_even_without_one(self):
        """It also asks about the gate of the zone."""
        assert judge({"dormitory-provided": False}).visible["freedom-of-movement-dormitory"]

    def test_the_agreement_is_asked_about_only_where_there_is_one(self):
        assert not judge({"agreement-in-force": False}).visible["agreement-implemented"]
        there = judge({"agreement-in-force": True})
        assert there.visible["agreement-implemented"] and there.required["agreement-valid-until"]

    def test_a_source_is_needed_once_there_is_a_figure(self):
        key = "good-governance"
        for value, needed in ((None, False), (54.2, True)):
            required = judge({f"{key}-indicator": value}, "enabling-environment.yaml").required
            assert {required[f"{key}-source"], required[f"{key}-year"]} == {needed}

    @pytest.mark.parametrize(
        ("name", "key", "value"),
        [
            (GARMENT, "under-18-workers-count", -1),
            (GARMENT, "longest-week-worked-hours", 169),
            (GARMENT, "highest-temperature-measured", 310),
            (GARMENT, "lowest-basic-wage", 0),
            ("committee-health.yaml", "decisions-carried-out", 11),
            ("enabling-environment.yaml", "good-governance-year", 24),
        ],
    )
    def test_a_slip_of_the_finger_is_refused_with_a_sentence(self, name, key, value):
        assert judge({key: value}, name).refused[key].endswith(".")


class TestComputed:
    def test_the_tablet_counts_and_divides(self):
        found = judge(weeks(week(14), week(8)) | payroll(pay(basic_wage=150), pay()))
        assert found.computed["weeks-over-overtime-cap"] == 1
        assert found.computed["wages-under-minimum-count"] == 1
        assert found.rows["payroll-sample"][1]["overtime_due"] == 30
        assert found.rows["time-record-sample"][0]["total_hours"] == 62

    def test_the_figures_of_a_small_enterprise(self):
        """Four injuries in 200,000 hours are 20 in a million; 5 of 20 ideas are a quarter."""
        answers = {
            "injuries-with-lost-day-last-year": 4, "hours-worked-last-year": 200_000, "leavers-last-year": 12,
            "average-workers-last-year": 100, "suggestions-last-quarter": 20, "suggestions-used-last-quarter": 5,
        }  # fmt: skip
        computed = judge(answers, "sme-practices.yaml").computed
        assert computed["injury-frequency"] == pytest.approx(20)
        assert computed["turnover-rate"] == pytest.approx(12) and computed["suggestions-used-share"] == 25

    def test_what_nobody_tracks_is_not_zero(self):
        answers = {"defects-tracked": "not-tracked", "pieces-made-last-month": 10, "pieces-faulty-last-month": 0}
        assert judge(answers, "sme-practices.yaml").computed["defect-rate"] is None

    def test_the_sides_of_a_committee(self):
        answers = {"worker-members-count": 3, "management-members-count": 3, "women-worker-members-count": 2}
        computed = judge(answers, "committee-health.yaml").computed
        assert computed["sides-equal"] is True and computed["women-members-share"] == pytest.approx(66.67, abs=0.01)
