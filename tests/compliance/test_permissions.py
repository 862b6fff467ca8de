"""Who may do what with assessments, visits, reports and cases: rule × role × state, without HTTP.

A row is one person, a column one rule, a table one state of the assessment. A rule that stands in no table fails.
"""

import inspect
from datetime import date
from pathlib import Path

import pytest
from django.core import mail

from compliance import actions, permissions, tasks
from compliance.models import Assessment, CommentWindow, Extract
from compliance.states import STATES
from core import access
from core import actions as core
from core.audit import System
from core.errors import Denied
from core.roles import ROLES, Right
from tests.people import DAY, everybody


@pytest.fixture
def people(world):
    return everybody(world)


def may(ask, *given):
    """Yes or no of a rule, whatever its form: it raises, it answers, or it lists."""
    try:
        answer = ask(*given)
    except Denied:
        return False
    if answer is None:
        return True
    return answer.exists() if hasattr(answer, "exists") else bool(answer)


def table(people, ask):
    return {who for who, person in people.items() if may(ask, person)}


STAFF = {"manager", "lead assessor", "its lead", "its assessor", "other assessor", "adviser"}
OF_FACTORY = {"factory manager", "worker member", "management member", "union reader"}
READ_IN_PROGRAMME = {"manager", "lead assessor", "adviser"}


@pytest.mark.parametrize("state", STATES)
def test_who_sees_an_assessment_does_not_depend_on_its_state(people, world, state):
    """Before and after issue: its own assessors, who plans and who leads. The report is another thing."""
    assessment = world.planned(on=DAY)
    Assessment.objects.filter(pk=assessment.pk).update(state=state)
    assessment.refresh_from_db()
    seen = table(people, lambda person: permissions.visible_to(person).filter(pk=assessment.pk))
    assert seen == {"manager", "lead assessor", "its lead", "its assessor"}
    drafted = seen if state in ("in_review", "comment_window") else set()
    rules = {
        "check_is_assessor": {"its lead", "its assessor"},
        "check_is_lead": {"its lead"},
        "can_end": {"manager", "its lead"},
        "check_can_review": {"lead assessor"},
        "can_review": {"lead assessor"},
        "check_can_discuss": {"lead assessor", "its lead", "its assessor"},
        "can_take_draft": drafted,
        "check_can_take_draft": drafted,
        "check_was_assessor": {"its lead", "its assessor"},
        "check_can_take_handover": {"manager", "its lead", "its assessor"},
    }
    for name, allowed in rules.items():
        rule = getattr(permissions, name)
        assert table(people, lambda person, rule=rule: rule(person, assessment)) == allowed, (name, state)


@pytest.mark.parametrize("state", STATES)
def test_the_draft_lies_before_the_factorys_managers_while_the_window_stands(people, world, state):
    """Neither the committee nor a buyer reads a draft; and nobody of the factory once it is issued or taken back."""
    assessment = world.planned(on=DAY)
    Assessment.objects.filter(pk=assessment.pk).update(state=state)
    window = CommentWindow.objects.create(assessment=assessment, opened_by=world.vannak, until=date(2099, 1, 1))
    reads = {"factory manager"} if state == "comment_window" else set()
    assert table(people, lambda person: permissions.windows_visible_to(person).filter(pk=window.pk)) == reads
    assert table(people, lambda person: permissions.check_can_reply(person, window)) == reads
    assert table(people, lambda person: permissions.can_read_reply(person, window)) == {
        "factory manager", "lead assessor"
    }  # fmt: skip
    CommentWindow.objects.filter(pk=window.pk).update(taken_back_at=window.opened_at)
    assert table(people, permissions.windows_visible_to) == set()


def test_who_asks_for_a_correction(people, world):
    report = world.report(on=DAY)
    allowed = READ_IN_PROGRAMME | {"its lead", "its assessor", "factory manager"}
    for rule in (permissions.can_ask_for_correction, permissions.check_can_ask_for_correction):
        answers = table(people, lambda person, rule=rule: rule(person, report) in (None, True))
        assert answers == allowed, rule
    hands_in = table(people, lambda person: permissions.check_can_hand_in(person, report) is None)
    assert "factory manager" not in hands_in and allowed - {"factory manager"} <= hands_in
    assert not hands_in & (OF_FACTORY | {"nobody"}), "no party's word comes from the factory it is about"


def test_who_says_something_in_public(people, world):
    report = world.report(on=DAY)
    writes = READ_IN_PROGRAMME | {"its lead", "its assessor", "factory manager"}
    assert table(people, lambda person: permissions.can_reply_in_public(person, report)) == writes
    own = table(people, lambda person: permissions.check_can_reply_in_public(person, report) is None)
    assert own == {"factory manager"}
    union = table(people, lambda person: permissions.check_can_reply_in_public(person, report, "union") is None)
    assert union == writes - {"factory manager"}


def test_who_takes_extracts_and_who_learns_of_them(people, world):
    for rule in (permissions.can_take_extracts, permissions.check_can_take_extracts):
        assert table(people, lambda person, rule=rule: rule(person, world.programme)) == {"analyst"}
    Extract.objects.create(
        programme=world.programme, taken_by=people["analyst"], purpose="research", form="csv", since=DAY, until=DAY,
        law_caused=True, rows=1, sha256="0" * 64,
    )  # fmt: skip
    assert table(people, permissions.extracts_visible_to) == {"analyst", "manager"}


def test_who_lost_the_role_of_an_assessor_has_no_visit_any_more(people, world):
    assessment = world.planned(on=DAY)
    access.revoke(user=world.rith, right=Right.ASSESS, anchor=world.programme)
    assert not may(permissions.check_is_assessor, world.rith, assessment)
    assert not permissions.visible_to(world.rith).exists()


def test_the_factory_side_knows_of_an_assessment_once_it_was_held(people, world):
    planned = world.planned(on=DAY)
    ask = lambda person: permissions.assessments_held_at(person).filter(pk=planned.pk)  # noqa: E731
    assert table(people, ask) == set()
    Assessment.objects.filter(pk=planned.pk).update(visited_on=DAY, state="in_review")
    assert table(people, ask) == OF_FACTORY
    Assessment.objects.filter(pk=planned.pk).update(state="cancelled")
    assert table(people, ask) == set()


def test_who_reads_an_issued_report(people, world):
    report = world.report(on=DAY)
    allowed = READ_IN_PROGRAMME | {"its lead", "its assessor", "buyer with consent"} | OF_FACTORY
    assert table(people, lambda person: permissions.check_can_read_report(person, report)) == allowed
    assert table(people, lambda person: permissions.reports_visible_to(person).filter(pk=report.pk)) == allowed
    reads = {who: permissions.reads_as(people[who], report) for who in allowed}
    assert {who for who, how in reads.items() if how == "worker"} == {"worker member", "union reader"}
    assert {who for who, how in reads.items() if how == "management"} == {"factory manager", "management member"}
    assert {who for who, how in reads.items() if how == "buyer"} == {"buyer with consent"}
    opening = lambda person: person.is_authenticated and permissions.consents_opening(person, report)  # noqa: E731
    assert table(people, opening) == {"buyer with consent"}


COMMITTEE = {"worker member", "management member", "union reader"}
EVERY_WAY = ("", "pdf/", "notice/km/", "xlsx/", "csv/", "json/")


@pytest.mark.parametrize(("value", "reads"), [(None, True), (True, True), (False, False)])
def test_a_programme_may_keep_reports_from_committees_and_unions(people, world, value, reads):
    """On where nobody said otherwise, and from its day on. Nobody else reads less by it, nor does another programme."""
    report = world.report(on=DAY)
    others = READ_IN_PROGRAMME | {"its lead", "its assessor", "buyer with consent", "factory manager"}
    if value is not None:
        set_reading(world.other_programme, not value)
        set_reading(world.programme, value)
        set_reading(world.programme, not value, from_day=date(2099, 1, 1))
    allowed = others | (COMMITTEE if reads else set())
    assert table(people, lambda person: permissions.check_can_read_report(person, report)) == allowed
    assert table(people, lambda person: permissions.reports_visible_to(person).filter(pk=report.pk)) == allowed


def set_reading(programme, value, from_day=DAY):
    core.set_programme_setting(
        programme=programme, key=permissions.COMMITTEES_READ, value=value, in_force_from=from_day, by=System("test")
    )


@pytest.mark.parametrize("who", sorted(COMMITTEE))
def test_what_a_programme_keeps_from_committees_it_keeps_by_every_way(people, world, client, who):
    report = world.report(on=DAY)
    person = people[who]
    client.force_login(person)
    at = f"/app/assessments/reports/{report.pk}/"
    assert at in client.get("/app/assessments/reports/").content.decode()
    assert (at in client.get("/app/").content.decode()) == (who != "union reader")
    # The PDF is not drawn yet: whoever may have it is led to where she asks for it.
    before = {way: client.get(at + way).status_code for way in EVERY_WAY}
    assert before == dict.fromkeys(EVERY_WAY, 200) | {"pdf/": before["pdf/"]} and before["pdf/"] != 404
    set_reading(world.programme, False)
    assert {way: client.get(at + way).status_code for way in EVERY_WAY} == dict.fromkeys(EVERY_WAY, 404)
    for page in ("/app/assessments/reports/", "/app/"):
        told = client.get(page).content.decode()
        assert at not in told and report.facts["number"] not in told
    for write in (
        lambda: actions.open_report(report=report, by=person),
        lambda: actions.ask_for_documents(report=report, by=person),
        lambda: actions.take_copy(report=report, form="json", language="en", by=person),
    ):
        with pytest.raises(Denied):
            write()
    mail.outbox.clear()
    tasks.write_of_something(user_id=str(person.pk), key="a-key")
    assert not [one for one in mail.outbox if str(report.pk) in one.body or report.facts["number"] in one.body]


def test_who_plans(people, world):
    assert table(people, lambda person: permissions.check_can_plan(person, world.programme)) == {"manager"}
    assert may(permissions.check_can_plan, System("setup"), world.programme)
    plans = table(people, lambda person: permissions.check_can_plan_visit(person, world.programme))
    assert plans == {"manager", "adviser"}
    assert not may(permissions.check_can_plan_visit, world.sokha, None)
    herself = table(people, lambda person: permissions.check_can_declare(person, world.rith, world.programme))
    assert herself == {"manager", "its assessor"}
    assert not may(permissions.check_can_declare, world.sokha, world.mony, world.programme)


@pytest.mark.parametrize(
    ("kind", "held", "of_factory"),
    [
        ("advisory", False, True), ("training", False, True), ("verification", False, False),
        ("advisory", True, True), ("training", True, True), ("verification", True, True),
    ],
)  # fmt: skip
def test_who_sees_a_visit(people, world, kind, held, of_factory):
    visit = actions.plan_visit(
        site=world.site, kind=kind, people=[world.dara], planned_from=DAY, planned_until=DAY, by=world.dara
    )
    if held:
        actions.write_up_visit(visit=visit, held_on=DAY, done="x", by=world.dara)
    seen = table(people, lambda person: permissions.visits_visible_to(person).filter(pk=visit.pk))
    assert seen == STAFF | (OF_FACTORY if of_factory else set())
    asks = lambda rule: lambda person: person.is_authenticated and rule(person, visit)  # noqa: E731
    assert table(people, asks(permissions.reads_visit_notes)) == STAFF
    for rule in (permissions.check_can_write_up, permissions.can_write_up):
        assert table(people, asks(lambda person, visit, rule=rule: rule(person, visit) in (None, True))) == {
            "manager",
            "adviser",
        }
    assert table(people, lambda person: permissions.can_read_visits(person, world.site)) == STAFF | OF_FACTORY


def test_who_cuts_a_tablet_off(people, world):
    device = world.tablet(world.rith)
    allowed = table(people, lambda person: permissions.check_can_revoke(person, device))
    assert allowed == {"manager", "its assessor"}


@pytest.mark.parametrize("ended", [False, True])
def test_a_case_is_its_readers_alone(people, world, ended):
    """A grant alone opens nothing: who was named still belongs to the staff, or is still that country's officer."""
    cycle = world.planned(on=DAY).cycle
    case = actions.open_case(
        programme=world.programme, cycle=cycle, kind="violence", text="x", readers=[people["government-officer"]],
        by=world.dara,
    )  # fmt: skip
    if ended:
        actions.close_case(case=case, outcome="put-right", by=world.dara)
    for who in ("analyst", "factory manager", "manager of JO", "deactivated manager"):
        access.grant(user=people[who], right=Right.READ_CASE, anchor=case)
    readers = {"adviser", "government-officer"}
    assert table(people, lambda person: permissions.cases_visible_to(person).filter(pk=case.pk)) == readers
    assert table(people, lambda person: permissions.check_can_read_case(person, case)) == readers
    for rule in (permissions.reads_whole_case, permissions.check_can_work_on_case):
        assert table(people, lambda person, rule=rule: rule(person, case)) == {"adviser"}


def test_who_opens_a_case(people, world):
    allowed = table(people, lambda person: permissions.check_can_open_case(person, world.programme))
    assert allowed == STAFF


def test_a_role_opens_what_its_rights_say_and_no_other_role_does(world):
    """Each right of a programme alone, so that no rule hides behind a person who holds several."""
    assessment = world.planned(on=DAY)
    report = world.report(site=world.new_site("Tin Kite"), on=DAY)
    opens = {}
    for right in sorted({right for role in ROLES.values() if role.anchor == "programme" for right in role.rights}):
        person = world.person(f"only{right}")
        access.grant(user=person, right=right, anchor=world.programme)
        opens[right] = (
            permissions.visible_to(person).filter(pk=assessment.pk).exists(),
            permissions.reports_visible_to(person).filter(pk=report.pk).exists(),
        )
    assert {right for right, (drafts, _) in opens.items() if drafts} == {Right.PLAN_VISITS, Right.LEAD_ASSESSMENTS}
    assert {right for right, (_, read) in opens.items() if read} == {Right.READ_REPORTS, Right.LEAD_ASSESSMENTS}


def test_every_rule_of_the_file_stands_in_a_table():
    """So that a new rule is written here too, or by name in a test beside this one."""
    written = "".join(path.read_text() for path in sorted(Path(__file__).parent.glob("test_*.py")))
    rules = [name for name, rule in inspect.getmembers(permissions, inspect.isfunction)
             if rule.__module__ == permissions.__name__ and not name.startswith("_")]  # fmt: skip
    assert [name for name in rules if name not in written] == []


def test_nobody_is_promoted_by_a_role_on_a_buyer_or_a_site(world):
    """Rights of a site or a buyer open no draft."""
    assessment = world.planned(on=DAY)
    for right in (Right.MANAGE_FACTORY, Right.SIT_WORKER_SIDE, Right.SIT_MANAGEMENT_SIDE, Right.READ_FOR_WORKERS):
        person = world.person(f"site{right}")
        access.grant(user=person, right=right, anchor=world.site)
        assert not permissions.visible_to(person).filter(pk=assessment.pk).exists()
