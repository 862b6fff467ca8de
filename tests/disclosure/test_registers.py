"""The lists of a rule: critical issues, low compliance, duties of others; and what a rule that ended leaves behind."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance import actions as compliance
from core.days import today
from core.errors import Denied, Invalid
from disclosure import actions, public, queries, rules
from disclosure.rules import Measured, Seen
from factories import actions as factories
from tests.disclosure.past import AS_OF, RULE, checklist, publish, regime, renamed, visits
from tests.world import SETUP

WIDER = {"tag": "wider-public", "from_visit": 3, "deviations": 2, "least_decided": 2}
CAMBODIA = RULE | {"low_compliance": WIDER, "other_parties": ["union"]}
CRITICAL = ["under-age-workers", "overtime-premium-paid", "emergency-exits-clear"]
ALL = [*CRITICAL, "overtime-voluntary-pay-slip", "minimum-wage-paid", "evacuation-drills"]
STRIKE = "strike-notice-given"
DAYS = st.dates(date(2020, 1, 1), date(2027, 12, 31))


# --- pure ---


def seen(question, state, visit=3, tags=("wider-public",), on=date(2026, 1, 1)):
    return Seen(question, visit, on, on, state, frozenset(tags), None, question, question)


def rule_of(**change):
    return rules.rule_of(CAMBODIA | change)


@pytest.mark.parametrize(
    "change",
    [
        {"low_compliance": {}}, {"low_compliance": WIDER | {"from_visit": 1}}, {"low_compliance": WIDER | {"tag": ""}},
        {"low_compliance": WIDER | {"deviations": 0}}, {"low_compliance": WIDER | {"deviations": True}},
        {"low_compliance": WIDER | {"least_decided": 0}}, {"low_compliance": WIDER | {"questions": ["No key"]}},
        {"low_compliance": {**WIDER, "also": 1}}, {"other_parties": ["factory"]}, {"other_parties": "union"},
    ],
)  # fmt: skip
def test_a_list_that_cannot_be_used_is_named(change):
    assert rules.rule_problems(CAMBODIA) == []
    named = {name: value for name, value in WIDER.items() if name != "tag"} | {"questions": ["minimum-wage-paid"]}
    assert rules.rule_problems(CAMBODIA | {"low_compliance": named}) == []
    assert rules.rule_problems(CAMBODIA | change)


def test_a_rule_without_lists_means_critical_issues():
    rule = rules.rule_of(RULE)
    assert rule.register(seen("a", "compliant", tags=["critical-public", "wider-public"])) == rules.CRITICAL
    assert rule.register(seen("a", "compliant")) == ""
    assert rules.threshold(rule, [0.5], 9) is None and rules.measured(rule, [], AS_OF) is None


def test_a_duty_of_others_is_never_held_against_the_factory():
    strike = seen(STRIKE, "non_compliant", tags=["critical-public", "wider-public", "duty-of-union"])
    assert rule_of().register(strike) == rules.OTHER_PARTY
    assert rule_of(other_parties=[]).register(strike) == ""
    decided = [[seen("a", "compliant")], [seen("b", "compliant")]]
    assert rules.measured(rule_of(), [*decided, [strike]], AS_OF) == Measured(2, 2)


STATES = st.sampled_from(sorted(rules.PUBLIC_WORD))


@given(st.lists(st.tuples(STATES, STATES, st.integers(1, 5), DAYS, st.booleans()), max_size=12), DAYS)
def test_a_share_is_made_of_what_is_due_and_of_nothing_else(questions, as_of):
    """What a later visit or a question that waits says cannot be found out from a share."""
    found = [
        [
            seen(str(n), state, visit, ("wider-public", "zero-tolerance") if grave else ("wider-public",), on),
            seen(str(n), later, visit + 1, ("wider-public", "zero-tolerance") if grave else ("wider-public",),
                 on + timedelta(days=400)),
        ]
        for n, (state, later, visit, on, grave) in enumerate(questions)
    ]  # fmt: skip
    due = [rules.due(rule_of(), each, as_of, rules.LOW_COMPLIANCE) for each in found]
    measured = rules.measured(rule_of(), found, as_of)
    assert measured == rules.measured(rule_of(), due, as_of)
    decided = [each[-1].state for each in due if each and each[-1].state in ("compliant", "non_compliant")]
    assert all(one.visit >= 3 and one.issued_on < as_of for each in due for one in each)
    if len(decided) < 2:
        assert measured is None
    else:
        assert measured == Measured(decided.count("compliant"), len(decided)) and 0 <= measured.share <= 1


@given(st.lists(st.floats(0, 1).map(lambda share: round(share, 6)), min_size=1, max_size=60), st.randoms())
def test_the_threshold_is_the_same_in_any_order_and_few_stand_below_it(shares, chance):
    told = rules.threshold(rule_of(), shares, 52)
    mixed = list(shares)
    chance.shuffle(mixed)
    assert rules.threshold(rule_of(), mixed, 52) == told
    assert (told["population"], told["requirements"], told["deviations"]) == (len(shares), 52, 2)
    assert told["below"] == round(told["mean"] - 2 * told["standard_deviation"], 6)
    below = [share for share in shares if share < told["below"]]
    assert len(below) <= len(shares) / 4 + 1e-6, "Chebyshev: at most one in four stands two deviations away"
    if len(shares) < 5:
        assert not below, "nobody stands two deviations below so few"


@given(st.lists(st.tuples(DAYS, st.integers(0, 200), st.integers(1, 200)), max_size=5), DAYS)
def test_every_day_since_the_first_rule_has_one_answer(spans, until):
    begins, regimes = date(2020, 1, 1), []
    for n, (_day, lasts, gap) in enumerate(spans):
        regimes.append((f"rule {n}", begins, begins + timedelta(days=lasts)))
        begins += timedelta(days=lasts + gap)
    told = rules.times(regimes, until)
    for n in range(0, 400, 7):
        day = date(2020, 1, 1) + timedelta(days=n)
        if day > until or not regimes:
            continue
        answers = [row["name"] for row in told if row["from_on"] <= day and (row["until_on"] or until) >= day]
        in_force = [name for name, begin, end in regimes if begin <= day <= end]
        assert answers == (in_force or [""]), day


# --- in a world ---


@pytest.fixture
def cambodia(world, tagged_version):
    regime(world, rule=CAMBODIA)
    return world


@pytest.fixture
def tagged_version(world):
    """The small checklist with a wider list, and a duty of unions."""
    world.__dict__["version"] = checklist(
        tags={key: ["wider-public"] for key in ALL},
        more=[(STRIKE, "Strike without notice", ["duty-of-union"])],
    )
    return world.version


def found(world, name, count, **states):
    """A factory with so many visits, all due; each found the same."""
    states = {key.replace("_", "-"): state for key, state in states.items()}
    site = world.new_site(name)
    days = [date(2022, 3, 1) + timedelta(days=365 * n) for n in range(count)]
    visits(world, *((day, dict.fromkeys(ALL, "compliant") | states) for day in days), site=site)
    return site


LOW = dict.fromkeys(["overtime_voluntary_pay_slip", "minimum_wage_paid", "evacuation_drills"], "non_compliant")


@pytest.fixture
def sector(cambodia):
    """Seven factories that meet everything, one far below with three visits, one with two, one with one."""
    for n in range(7):
        found(cambodia, f"Crane {n}", 3)
    cambodia.low = found(cambodia, "Low Heron", 3, **LOW, strike_notice_given="non_compliant")
    found(cambodia, "Two Heron", 2, **LOW, emergency_exits_clear="non_compliant")
    found(cambodia, "One Heron", 1, **LOW, emergency_exits_clear="non_compliant")
    return cambodia


def test_one_assessment_nothing_two_critical_three_and_far_below_the_wider_list(sector, client):
    release = publish(sector)
    documents = {row.slug: row.document for row in release.factories.all()}
    lists = {
        slug: {entry["question_key"]: entry["register"] for entry in document["entries"]}
        for slug, document in documents.items()
    }
    assert "one-heron" not in documents
    everybody = dict.fromkeys(CRITICAL, "critical") | {STRIKE: "other-party"}
    assert lists["two-heron"] == lists["crane-0"] == everybody
    assert lists["low-heron"] == everybody | dict.fromkeys(ALL[3:], "low-compliance")
    low = documents["low-heron"]["low_compliance"]
    assert (low["population"], low["requirements"], low["deviations"]) == (8, 6, 2)
    assert (low["met"], low["decided"], low["share"], low["listed"]) == (3, 6, 0.5, True)
    assert low["mean"] == 0.9375 and low["below"] == round(0.9375 - 2 * low["standard_deviation"], 6) > low["share"]
    crane = documents["crane-0"]["low_compliance"]
    assert crane["measured"] and not crane["listed"] and "share" not in crane, "of others a share would be a score"
    assert not documents["two-heron"]["low_compliance"]["measured"]
    assert release.record["threshold"]["population"] == 8 and release.coverage["low_compliance"] == 1
    page = client.get("/disclosure/low-heron/").content.decode()
    assert "8 factories" in page and "No evacuation drill" in page and "Strike without notice" in page
    assert "No evacuation drill" not in client.get("/disclosure/two-heron/").content.decode()
    rows = client.get("/disclosure/low-heron.csv").content.decode()
    assert "low-compliance" in rows and ",other-party,union," in rows
    assert not list(queries.problems())


def test_a_closed_factory_stays_with_its_status(sector, client):
    publish(sector)
    factories.close_site(site=sector.low, status="closed", by=SETUP)
    second = publish(sector, AS_OF + timedelta(days=1))
    row = second.factories.get(slug="low-heron")
    assert (row.status, row.document["status_since"] is not None) == ("closed", True)
    assert row.document["low_compliance"]["listed"] and second.coverage["not_active"]["closed"] == 1
    assert "closed, page kept" in client.get("/disclosure/low-heron/").content.decode()


def test_a_rule_that_ended_and_began_again_is_told_with_the_days_between(world):
    regime(world, name="Before", in_force_from=date(2013, 1, 1), until=date(2016, 12, 31))
    regime(world, name="Now", in_force_from=date(2025, 1, 2))
    visits(world, (date(2024, 2, 2), {}), (date(2025, 5, 14), {}))
    assert publish(world).record["regimes"] == [
        {"name": "Before", "from_on": "2013-01-01", "until_on": "2016-12-31"},
        {"name": "", "from_on": "2017-01-01", "until_on": "2025-01-01"},
        {"name": "Now", "from_on": "2025-01-02", "until_on": None},
    ]
    actions.set_regime(
        programme=world.programme, name="Now", in_force_from=date(2025, 1, 2), until=AS_OF, rule=RULE, by=SETUP
    )
    (times,) = public.regimes()
    assert times["times"][-1] == {"name": "", "from_on": AS_OF + timedelta(days=1), "until_on": None}


def test_another_party_has_the_same_right_to_say_that_a_report_is_wrong(cambodia):
    """The programme hands its word in, so that nobody becomes known as the union's reader; the factory cannot."""
    (_, report) = visits(cambodia, (date(2024, 2, 2), {}), (date(2025, 5, 14), {STRIKE: "non_compliant"}))
    said = {"report": report, "question_key": STRIKE, "text": "Notice was given.", "asked_for": "union"}
    with pytest.raises(Denied):
        compliance.ask_for_correction(**said, by=cambodia.mony)
    with pytest.raises(Invalid, match="duty of that party"):
        compliance.ask_for_correction(**said | {"question_key": CRITICAL[0]}, by=cambodia.sokha)
    before = publish(cambodia, today(cambodia.programme))
    ask = compliance.ask_for_correction(**said, by=cambodia.sokha)
    (line,) = publish(cambodia, today(cambodia.programme)).corrections
    assert (line["asked_by"], line["question_key"], line["outcome"], line["decided_on"]) == ("union", STRIKE, "", None)
    compliance.correct(
        ask=ask, reason="The letter was shown.", by=cambodia.vannak, question_key=STRIKE, state="compliant", text=""
    )
    after = publish(cambodia, today(cambodia.programme))
    (line,) = after.corrections
    assert (line["outcome"], line["release"], line["report_version"]) == ("withdrawn", 3, 2)
    states = [
        next(row["status"] for row in release.factories.get().document["entries"] if row["question_key"] == STRIKE)
        for release in (before, after)
    ]
    assert states == ["violation_found", "no_violation_found"]


def test_a_question_keeps_its_history_over_checklists_and_what_was_withheld_of_it(world, client):
    """The exits' question is called otherwise in the next version: one issue, both visits, still withheld."""
    regime(world)
    visits(world, (date(2024, 2, 2), {}), (date(2025, 5, 14), {"emergency-exits-clear": "non_compliant"}))
    publish(world, date(2026, 1, 1))
    thida = world.person("Thida", "programme-manager")
    ask = actions.ask_to_withhold(
        slug="paper-heron-sewing", question_key="emergency-exits-clear", reason="under-review", by=world.sokha
    )
    actions.agree_to_withhold(ask=ask, by=thida)
    world.__dict__["version"] = renamed(world, "emergency-exits-clear", "exits-clear")
    report = world.report({"exits-clear": "non_compliant"}, on=date(2026, 7, 1))
    release = publish(world)
    (entry,) = [row for row in release.factories.get().document["entries"] if "exits" in row["question_key"]]
    assert (entry["question_key"], entry["since"]) == ("exits-clear", "2025-05-14")
    assert [(cycle["version"], cycle.get("asked_as")) for cycle in entry["cycles"]] == [
        ("1", "emergency-exits-clear"), ("2", None),
    ]  # fmt: skip
    (shown,) = [
        row
        for row in client.get("/disclosure/paper-heron-sewing.json").json()["entries"]
        if "exits" in row["question_key"]
    ]
    assert shown["status"] == "withheld" and not shown["cycles"]
    assert "exits" not in str(public.entries_page(chosen={"status": "violation_found"})["items"])
    assert report.version == 1
