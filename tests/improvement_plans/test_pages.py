"""The screens: what each reader finds, what she never reads, and that a long plan costs no more than a short one."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from checklists.actions import add_translation
from compliance import actions as compliance
from core.home import lines_for, places_for
from core.redaction import redact
from improvement_plans import actions, queries, tasks
from improvement_plans.models import Agreement, Member, Plan, PlanItem
from tests.improvement_plans.conftest import TODAY
from tests.world import SETUP

pytestmark = pytest.mark.django_db

EXITS = "emergency-exits-clear"


@pytest.fixture
def see(client):
    """Open an address as somebody; the text of the page."""

    def look(person, name, *args, status=200):
        client.force_login(person)
        response = client.get(reverse(f"improvement_plans:{name}", args=args))
        assert response.status_code == status
        return response.content.decode()

    return look


@pytest.fixture
def press(client):
    """Send a form as somebody; the response, where it led."""

    def send(person, name, /, *args, **data):
        client.force_login(person)
        return client.post(reverse(f"improvement_plans:{name}", args=args), data, follow=True)

    return send


def answer(item, decision, about="plan", edition=None, **more):
    return {"decision": decision, "about": about, "edition": edition or item.edition} | more


# --- my items -----------------------------------------------------------------------------------------------------


def test_one_question_stands_on_top(floor, see):
    item = floor.planned()
    page = see(floor.sreymom, "mine")
    assert page.index("Do you agree with it?") < page.index(f"/app/plans/items/{item.pk}/")
    actions.agree_item(item=item, by=floor.sreymom)
    page = see(floor.sreymom, "mine")
    assert "Do you agree" not in page
    assert "You are the witness." in page
    actions.report_done(item=item, text="Cleared.", by=floor.world.mony)
    assert "The factory says that it is fixed. Do you agree?" in see(floor.sreymom, "mine")


def test_the_rest_is_by_urgency(floor, see, clock):
    """Behind schedule before not started before on track; what is verified is no item of mine any more."""
    floor.report(
        {key: "non_compliant" for key in (EXITS, "evacuation-drills", "minimum-wage-paid", "under-age-workers")},
        on=date(2026, 10, 5),
    )
    floor.planned(EXITS, due_on=date(2026, 12, 1))
    floor.planned("evacuation-drills", due_on=date(2027, 2, 1))
    actions.verify_item(item=floor.item("under-age-workers"), how="visit", by=floor.world.dara)
    clock.on(date(2026, 12, 6))
    words = [one.status for one in queries.my_items(floor.world.mony)]
    assert words == ["behind_schedule", "not_started", "on_track"]
    assert "Due on 1 December 2026, 5 days ago." in see(floor.world.mony, "mine")


def test_who_left_last_night_has_no_items(floor, see, clock):
    floor.planned()
    actions.end_seat(member=floor.worker_chair, on=TODAY, by=floor.world.dara)
    assert "Do you agree" in see(floor.sreymom, "mine")
    clock.forward(days=1)
    assert "Nothing waits for you" in see(floor.sreymom, "mine")
    see(floor.sreymom, "item", floor.item().pk, status=404)


def test_leave_is_there_on_every_committee_screen(floor, see):
    item = floor.planned()
    for name, args in (("mine", ()), ("plans", ()), ("item", (item.pk,)), ("board", (item.plan_id,)),
                       ("change", (item.pk,)), ("committee", (floor.committee.pk,))):  # fmt: skip
        page = see(floor.sreymom, name, *args)
        assert 'action="/app/sign-out/"' in page, name
        assert "phonebar" in page, name


def test_home_says_what_waits_for_whom(floor):
    item = floor.planned()
    assert "1 item waits for your answer" in [line.text for line in lines_for(floor.sreymom)]
    assert not [line for line in lines_for(floor.world.dara) if "fix" in line.text]
    actions.report_done(item=item, text="Done.", by=floor.world.mony)
    assert "1 fix is reported and not checked" in [line.text for line in lines_for(floor.world.dara)]
    assert "1 fix is reported and not checked" in [line.text for line in lines_for(floor.world.sokha)]
    assert "1 fix is reported and not checked" not in [line.text for line in lines_for(floor.world.layla)]
    titles = {person: [place.title for place in places_for(person)] for person in (floor.sreymom, floor.world.dara)}
    assert "My items" in titles[floor.sreymom]
    assert "Plans" in titles[floor.world.dara]
    assert not {"My items", "Plans"} & {place.title for place in places_for(floor.world.person("Nobody"))}


# --- signing ------------------------------------------------------------------------------------------------------


def test_three_equal_answers_and_why_the_meeting_may_decide(floor, see):
    floor.full(workers=3)
    floor.seat("worker", name="Bopha", until=TODAY - timedelta(days=1))
    page = see(floor.sreymom, "item", floor.planned().pk)
    for value in ("agreed", "agreed_with_remark", "declined"):
        assert f'<button class="btn line tall" name="decision" value="{value}">' in page
    assert "Yes, with a warning" in page
    assert "The sides are not equal in number" in page
    assert "A seat of the worker side is empty: a term ended on 26 November 2026." in page
    assert "This warns, it does not stop you." in page
    assert "employer’s duty by law, agreed or not" in page


def test_signing_from_the_page(floor, press):
    item = floor.planned()
    done = press(floor.sreymom, "answer", item.pk, **answer(item, "agreed"))
    assert "Your answer is signed." in done.content.decode()
    press(floor.vuthy, "answer", item.pk, **answer(item, "declined", remark="មិនទាន់"))
    assert list(Agreement.objects.values_list("side", "decision")) == [("worker", "agreed"), ("management", "declined")]


def test_a_remark_needs_words_and_a_refusal_keeps_what_was_typed(floor, press):
    item = floor.planned()
    sent = press(floor.sreymom, "answer", item.pk, **answer(item, "agreed_with_remark"))
    assert sent.status_code == 400
    assert "Write the remark, or press Agree." in sent.content.decode()
    actions.change_item(item=item, steps="Other.", reason="Cost", by=floor.world.mony)
    sent = press(floor.sreymom, "answer", item.pk, **answer(item, "agreed", edition=2, remark="My own words"))
    assert sent.status_code == 409
    assert "This was changed after you opened it." in sent.content.decode()
    assert "My own words" in sent.content.decode()
    assert not Agreement.objects.exists()


def test_who_is_no_co_chair_finds_no_buttons_and_is_refused(floor, see, press):
    item = floor.planned()
    bopha = floor.world.person("Bopha")
    floor.seat("worker", bopha)
    assert 'name="decision"' not in see(bopha, "item", item.pk)
    assert press(bopha, "answer", item.pk, **answer(item, "agreed")).status_code == 403
    assert press(floor.world.layla, "answer", item.pk, **answer(item, "agreed")).status_code == 404


def test_the_whole_way_of_a_fix_through_the_pages(floor, press):
    floor.report(on=date(2026, 10, 5))
    worker, management = floor.chairs
    item = floor.item()
    press(
        floor.world.mony, "change", item.pk, steps="Keep them free.", cause="nobody_named", due_on="2026-12-11",
        responsible=str(management.pk), witness=str(worker.pk),
    )  # fmt: skip
    press(floor.world.mony, "report", item.pk, text="Cleared.")
    for chair in (floor.sreymom, floor.vuthy):
        press(chair, "answer", item.pk, **answer(item, "agreed", about="fix", edition=1))
    press(floor.world.dara, "verify", item.pk, how="visit", text="Both open.")
    assert list(item.facts.values_list("kind", flat=True)) == ["reported", "agreed", "verified"]
    press(floor.world.dara, "reopen", item.pk, reason="Blocked again at noon.")
    item.refresh_from_db()
    assert item.round == 2


def test_a_plan_form_offers_only_who_may_be_named(floor, see, press):
    floor.report(on=date(2026, 10, 5))
    worker, management = floor.chairs
    page = see(floor.world.mony, "change", floor.item().pk)
    assert "Sreymom" not in page, "the manager does not sit in the committee"
    assert "Vuthy, management side" in page
    sent = press(floor.world.mony, "change", floor.item().pk, responsible=str(worker.pk))
    assert sent.status_code == 400
    assert not floor.item().responsible_id


def test_a_change_needs_a_reason_on_the_page_too(floor, press):
    item = floor.planned()
    sent = press(
        floor.vuthy, "change", item.pk, steps="Other words.", due_on="2026-12-20",
        responsible=str(floor.management_chair.pk), witness=str(floor.worker_chair.pk),
    )  # fmt: skip
    assert sent.status_code == 400
    assert "Why is this changed?" in sent.content.decode()
    assert "Other words." in sent.content.decode()


def test_an_idea_from_the_page(floor, press):
    item = floor.planned()
    press(floor.sreymom, "add", item.plan_id, issue="Quieter fans")
    assert PlanItem.objects.get(origin="idea").issue == "Quieter fans"


# --- who reads what -----------------------------------------------------------------------------------------------


def everything_said(floor):
    """An item with a word of everybody: nothing of it may reach a buyer."""
    floor.full()
    item = floor.planned()
    actions.agree_item(item=item, remark="Remark of the worker side", by=floor.sreymom)
    actions.change_item(item=item, due_on=date(2026, 12, 18), reason="Reason of the manager", by=floor.world.mony)
    actions.report_done(item=item, text="Words of the report", by=floor.world.mony)
    actions.agree_item(item=item, by=floor.vuthy)
    actions.verify_item(item=item, how="visit", text="Words of the adviser", by=floor.world.dara)
    return PlanItem.objects.get(pk=item.pk)


SECRETS = ["Sreymom", "Vuthy", "Dara", "Mony", "Remark of", "Reason of", "Words of", "Worker 0", "May this committee"]


def test_a_buyer_reads_facts_and_no_person(floor, see):
    item = everything_said(floor)
    page = see(floor.buyer_reader, "item", item.pk)
    for secret in SECRETS:
        assert secret not in page, secret
    assert "Verified fixed" in page
    assert "Worker co-chair" in page
    assert "The day was moved from 11 December 2026 to 18 December 2026" in page
    board = see(floor.buyer_reader, "board", item.plan_id)
    for secret in SECRETS:
        assert secret not in board, secret
    assert "Add an idea" not in board
    see(floor.buyer_reader, "committee", floor.committee.pk, status=404)


def test_the_factorys_manager_reads_no_workers_name_and_no_remark(floor, see):
    item = everything_said(floor)
    page = see(floor.world.mony, "item", item.pk)
    for secret in ("Sreymom", "Remark of", "Worker 0"):
        assert secret not in page, secret
    assert "Reason of the manager" in page
    seats = see(floor.world.mony, "committee", floor.committee.pk)
    assert "Sreymom" not in seats
    assert "Worker 0" not in seats
    assert "Manager 0" in seats


def test_committee_and_programme_read_names(floor, see):
    item = everything_said(floor)
    for person in (floor.vuthy, floor.world.dara):
        page = see(person, "item", item.pk)
        assert "Sreymom" in page
        assert "Remark of the worker side" in page


def test_words_that_were_removed_are_gone_from_the_page(floor, see):
    item = everything_said(floor)
    words = item.facts.get(kind="verified").words
    redact(payload=words, asked_by=floor.world.dara, agreed_by=floor.world.sokha, reason="worker-named")
    page = see(floor.sreymom, "item", item.pk)
    assert "Words of the adviser" not in page
    assert "Verified, by a visit" in page


@pytest.mark.parametrize("name", ["item", "board", "committee", "change", "add", "seat"])
def test_what_may_not_be_read_does_not_exist(floor, see, name):
    item = floor.planned()
    ids = {"board": item.plan_id, "add": item.plan_id, "committee": floor.committee.pk, "seat": floor.committee.pk}
    see(floor.world.layla, name, ids.get(name, item.pk), status=404)
    see(floor.world.dara, name, "00000000-0000-7000-8000-000000000000", status=404)


def test_typed_words_never_become_markup(floor, see):
    item = floor.planned(steps="<script>alert(1)</script>")
    assert "<script>alert" not in see(floor.sreymom, "item", item.pk)


# --- committees ---------------------------------------------------------------------------------------------------


def test_seats_are_written_down_by_the_adviser(floor, press, see):
    _ = floor.chairs
    facts = {
        "name": "Bopha", "side": "worker", "chosen_by": "election", "sex": "f", "since": "2026-11-27",
        "until": "2028-01-09",
    }  # fmt: skip
    assert press(floor.sreymom, "seat", floor.committee.pk, **facts).status_code == 403
    press(floor.world.dara, "seat", floor.committee.pk, **facts)
    seat = Member.objects.get(user=None)
    sent = press(floor.world.dara, "seat", floor.committee.pk, **facts | {"co_chair": "on"})
    assert sent.status_code == 400
    assert "This side has a co-chair on some of these days." in sent.content.decode()
    press(floor.world.dara, "end-seat", seat.pk, on="2026-11-27")
    seat.refresh_from_db()
    assert seat.until == TODAY
    assert press(floor.world.mony, "end-seat", seat.pk, on="2026-11-27").status_code == 403


def test_a_committee_is_written_down_where_a_plan_has_none(floor, press, see):
    floor.report(on=date(2026, 10, 5))
    plan = Plan.objects.get()
    assert "Write down a committee" in see(floor.world.dara, "board", plan.pk)
    assert "Write down a committee" not in see(floor.world.mony, "board", plan.pk)
    facts = {"kind": "bipartite", "formed_on": "2026-11-01"}
    assert press(floor.world.mony, "form-committee", plan.pk, **facts).status_code == 403
    press(floor.world.dara, "form-committee", plan.pk, **facts)
    plan.refresh_from_db()
    assert plan.committee.formed_on == date(2026, 11, 1)
    assert press(floor.world.dara, "form-committee", plan.pk, **facts).status_code == 409


def test_a_members_only_committee_opens_at_once(floor, see, client):
    _ = floor.worker_chair
    client.force_login(floor.sreymom)
    response = client.get(reverse("improvement_plans:committees"))
    assert response.url == reverse("improvement_plans:committee", args=[floor.committee.pk])


# --- cost ---------------------------------------------------------------------------------------------------------


def grown(floor, items):
    """A plan with so many items, each planned and signed by one side."""
    _ = floor.chairs
    plan = Plan.objects.first() or actions.open_plan(site=floor.site, committee=floor.committee, by=floor.sreymom)
    for number in range(items - plan.items.count()):
        item = actions.add_item(
            plan=plan, issue=f"Idea {number}", steps="Do it.", due_on=date(2026, 12, 11),
            responsible=floor.management_chair, witness=floor.worker_chair, by=floor.sreymom,
        )  # fmt: skip
        actions.agree_item(item=item, by=floor.sreymom)
        actions.report_done(item=item, text="Done.", by=floor.world.mony)
    return plan


@pytest.mark.parametrize("name", ["mine", "plans", "board", "item", "committee"])
def test_twelve_items_cost_as_much_as_two(floor, client, name):
    plan = grown(floor, 2)
    item = plan.items.first()
    args = {"board": [plan.pk], "item": [item.pk], "committee": [floor.committee.pk]}.get(name, [])
    address = reverse(f"improvement_plans:{name}", args=args)
    client.force_login(floor.sreymom)

    def cost():
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return [query["sql"] for query in seen.captured_queries]

    few = cost()
    grown(floor, 12)
    for number in range(6):
        floor.seat("worker", name=f"Member {number}")
    many = cost()
    assert len(many) == len(few), "\n".join(many)


def test_a_plan_of_sixty_items_opens_with_six_queries(floor, client):
    plan = grown(floor, 2)
    for number in range(58):
        actions.add_item(plan=plan, issue=f"Item {number}", by=floor.sreymom)
    client.force_login(floor.sreymom)
    address = reverse("improvement_plans:board", args=[plan.pk])
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        page = client.get(address)
    assert page.content.decode().count("<article") == 60
    assert len(seen) <= 6, "\n".join(query["sql"] for query in seen.captured_queries)


def test_what_a_report_found_is_named_in_the_readers_language(floor, client):
    """A question's issue as its translators put it, on every screen that names the item; one query for all."""
    floor.full()
    floor.planned()
    words = "ច្រកចេញត្រូវបានបិទ"
    document = {
        "format": "openfloor-translation/1", "checklist": floor.world.version.checklist.key, "language": "km",
        "version": floor.world.version.version, "status": "unreviewed", "as_of": "2026-01-01", "licence": "CC-BY-4.0",
        "texts": {"emergency-exits-clear": {"issue": words}},
    }  # fmt: skip
    add_translation(document=document, by=SETUP)
    meeting = actions.plan_meeting(committee=floor.committee, planned_on=TODAY, by=floor.sreymom)
    floor.sreymom.language = "km"
    floor.sreymom.save()
    client.force_login(floor.sreymom)
    for name, args in (
        ("mine", []), ("item", [floor.item().pk]), ("board", [floor.item().plan_id]), ("meeting", [meeting.pk]),
        ("minutes", [meeting.pk]), ("sheet", [meeting.pk]),
    ):  # fmt: skip
        page = client.get(reverse(f"improvement_plans:{name}", args=args)).content.decode()
        assert words in page and floor.item().issue not in page, name


def test_an_item_of_a_self_assessment_says_so_and_no_other_does(floor, see):
    world, label = floor.world, "Self-reported: nobody has checked"
    for kind in ("full", "self"):
        site = world.new_site(f"Kite {kind}")
        assessment = compliance.plan_assessment(
            programme=world.programme, site=site, version=world.version, lead=world.chanthou, assessors=[world.rith],
            planned_from=date(2026, 10, 5), planned_until=date(2026, 10, 5), kind=kind, why="Nobody else was free.",
            by=world.sokha,
        )  # fmt: skip
        world.send(assessment, world.chanthou, ("emergency-exits-clear", "state", "non_compliant"))
        compliance.submit(assessment=assessment, by=world.chanthou, rest_not_asked=True, visited_on=date(2026, 10, 5))
        report = compliance.issue_report(assessment=assessment, by=world.vannak, on=date(2026, 10, 26))
        tasks.after_report(report_id=str(report.pk))
        item = PlanItem.objects.get(finding__report=report)
        pages = [("item", item.pk), ("board", item.plan_id), ("plan-sheet", item.plan_id)]
        for name, pk in pages:
            assert (label in see(world.sokha, name, pk)) == (kind == "self"), name
