"""People without e-mail: a paper once, then code and PIN; reset by the programme, never by the factory."""

import re
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from core import actions
from core.actions import member_codes
from core.audit import System
from core.errors import Denied, Invalid, WrongState
from core.models import AuditRecord, MemberCode, Session
from factories import actions as factories
from improvement_plans import actions as plans
from tests.core.door import Clock, plain, text

SETUP = System("test")
PIN = "482913"
SINCE = date(2025, 1, 1)


@pytest.fixture(autouse=True)
def fresh_counts():
    cache.clear()


@pytest.fixture
def committee(world):
    return plans.create_committee(site=world.site, kind="bipartite", formed_on=SINCE, by=SETUP)


def seat(world, committee, name, side="worker"):
    person = actions.create_user(username=name.lower(), name=name, by=SETUP, programme=world.programme)
    chosen = "election" if side == "worker" else "employer"
    plans.seat_member(committee=committee, user=person, side=side, sex="f", chosen_by=chosen, since=SINCE, by=SETUP)
    return person


@pytest.fixture
def sreymom(world, committee):
    return seat(world, committee, "Sreymom Chan")


@pytest.fixture
def paper(world, sreymom):
    return actions.issue_code(user=sreymom, programme=world.programme, phone="012 345 678", by=world.sokha)


@pytest.fixture
def with_pin(sreymom, paper):
    actions.choose_pin(once=paper.once, pin=PIN)
    return MemberCode.objects.get(user=sreymom)


def enter(client, name, pin=PIN):
    return client.post("/app/enter/", {"name": name, "pin": pin})


# --- who may give one -------------------------------------------------------------------------------------------


def test_managers_advisers_and_administrators_of_the_programme_give_papers(world, committee):
    for n, by in enumerate((world.sokha, world.dara, world.person("Piseth", "administrator"))):
        member = seat(world, committee, f"Member{n}")
        assert actions.issue_code(user=member, programme=world.programme, by=by).once


def test_nobody_else_does(world, sreymom, committee):
    manager_side = seat(world, committee, "Chenda", side="management")
    for by in (world.mony, manager_side, world.chanthou, world.layla, sreymom):
        with pytest.raises(Denied):
            actions.issue_code(user=sreymom, programme=world.programme, by=by)
    with pytest.raises(Denied):  # of her own programme, over a worker of another
        actions.issue_code(user=sreymom, programme=world.other_programme, by=world.layla)


def test_factory_management_never_resets_even_with_a_role_in_the_programme(world, sreymom, paper):
    actions.assign_role(user=world.mony, programme=world.programme, role="adviser", by=SETUP)
    for act in (
        lambda: actions.issue_code(user=sreymom, programme=world.programme, by=world.mony),
        lambda: actions.reset_pin(user=sreymom, by=world.mony),
    ):
        with pytest.raises(Denied, match="factory"):
            act()


def test_who_reads_reports_or_works_for_the_programme_gets_none(world, sreymom):
    for person in (world.mony, world.vannak, world.person("Vibol", "analyst")):
        with pytest.raises(Denied, match="name and a password"):
            actions.issue_code(user=person, programme=world.programme, by=world.sokha)
    actions.assign_role(user=sreymom, programme=world.programme, role="adviser", by=SETUP)
    with pytest.raises(Denied):
        actions.issue_code(user=sreymom, programme=world.programme, by=world.sokha)


def test_a_member_who_reads_reports_somewhere_else_gets_none(world, sreymom):
    buyer = factories.create_buyer(name="Marmalade Outfitters", by=SETUP)
    factories.add_buyer_member(buyer=buyer, user=sreymom, since=SINCE, by=SETUP)
    with pytest.raises(Denied, match="name and a password"):
        actions.issue_code(user=sreymom, programme=world.programme, by=world.sokha)


def test_somebody_without_a_seat_gets_none(world):
    with pytest.raises(Denied, match="no seat"):
        actions.issue_code(user=world.person("Stranger"), programme=world.programme, by=world.sokha)


def test_somebody_without_e_mail_is_added_seated_by_her_code_and_gets_a_paper(client, world, committee):
    client.force_login(world.sokha)
    page = client.post("/app/people/add/", {"name": "Kosal Meas", "language": "km"}, follow=True)
    assert "Kosal Meas" in text(page) and "Print a paper" in text(page)
    kosal = MemberCode.objects.get().user
    assert (kosal.username, kosal.language, kosal.has_usable_password()) == (kosal.member_code.code, "km", False)
    seated = {
        "username": kosal.username, "name": "", "side": "worker", "chosen_by": "union", "sex": "m",
        "since": "2026-01-05",
    }  # fmt: skip
    client.force_login(world.dara)
    assert client.post(f"/app/plans/committees/{committee.pk}/seat/", seated).status_code == 302
    once = actions.issue_code(user=kosal, programme=world.programme, by=world.dara).once
    assert actions.choose_pin(once=once, pin=PIN) == kosal


def test_the_factory_side_adds_nobody(world, client):
    for by in (world.mony, world.chanthou, world.layla):
        with pytest.raises(Denied):
            actions.create_member(name="Somebody", programme=world.programme, by=by)
    with pytest.raises(Invalid):
        actions.create_member(name=" ", programme=world.programme, by=world.sokha)


# --- the paper --------------------------------------------------------------------------------------------------


def test_what_is_printed_is_not_in_the_database(paper, sreymom):
    row = MemberCode.objects.get(user=sreymom)
    kept = str(vars(row)) + str(list(AuditRecord.objects.values_list("facts", flat=True)))
    assert paper.once not in kept and "85512345678" not in kept and "012" not in row.phone_digest[:3]
    assert re.fullmatch(r"[A-Z2-9]{2}-[A-Z2-9]{2}-[A-Z2-9]{2}", paper.member_code)


def test_the_code_says_nothing_of_the_person(world, committee):
    codes = {
        actions.issue_code(user=seat(world, committee, f"M{n}"), programme=world.programme, by=SETUP).member_code
        for n in range(9)
    }
    assert len(codes) == 9


def test_a_paper_works_once_and_for_fourteen_days(world, sreymom, paper):
    row = MemberCode.objects.get(user=sreymom)
    assert timedelta(days=13) < row.paper_until - timezone.now() < timedelta(days=15)
    actions.choose_pin(once=paper.once.lower(), pin=PIN)
    with pytest.raises(Invalid, match="does not work any more"):
        actions.choose_pin(once=paper.once, pin=PIN)


def test_a_paper_runs_out(world, sreymom, paper):
    row = MemberCode.objects.get(user=sreymom)
    row.paper_until = timezone.now() - timedelta(seconds=1)
    row.save()
    with pytest.raises(Invalid):
        actions.choose_pin(once=paper.once, pin=PIN)


def test_a_newer_paper_ends_the_older(world, sreymom, paper):
    newer = actions.issue_code(user=sreymom, programme=world.programme, by=world.dara)
    assert newer.member_code == paper.member_code
    with pytest.raises(Invalid):
        actions.choose_pin(once=paper.once, pin=PIN)
    assert actions.choose_pin(once=newer.once, pin=PIN) == sreymom


@pytest.mark.parametrize("pin", ["12345", "1234567", "123456", "111111", "abcdef", ""])
def test_a_weak_pin_leaves_the_paper_as_it_was(sreymom, paper, pin):
    with pytest.raises(Invalid):
        actions.choose_pin(once=paper.once, pin=pin)
    assert actions.choose_pin(once=paper.once, pin=PIN) == sreymom


def test_two_people_cannot_have_one_phone_number(world, committee, paper):
    other = seat(world, committee, "Sophea Phan")
    with pytest.raises(Invalid, match="phone number"):
        actions.issue_code(user=other, programme=world.programme, phone="+85512345678", by=world.sokha)


# --- code and PIN -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pin", [PIN, "៤៨២៩១៣", "٤٨٢٩١٣", "482 913"])
@pytest.mark.parametrize("how", ["code", "small", "phone", "phone abroad"])
def test_code_or_phone_and_pin_open(world, sreymom, with_pin, how, pin):
    name = {
        "code": with_pin.code,
        "small": with_pin.code.lower(),
        "phone": "012-345-678",
        "phone abroad": "+855 12 345 678",
    }
    assert actions.enter_with_pin(name=name[how], pin=pin) == sreymom


def test_everything_wrong_reads_the_same(client, world, with_pin):
    locked = MemberCode.objects.create(
        user=world.rith, programme=world.programme, code="K7-43-RT", locked_at=timezone.now(), wrong=5
    )
    tries = [
        (with_pin.code, "999998"),
        ("CC-CC-CC", PIN),
        ("099 999 999", PIN),
        (locked.code, PIN),
        ("?", "x"),
        ("", ""),
    ]
    pages = set()
    for name, pin in tries:
        answer = enter(client, name, pin)
        assert answer.status_code == 400
        page = plain(answer)
        pages.add(re.sub(r'value="[^"]*"', "", page[page.index('role="alert"') :]).partition("</div>")[0])
    assert len(pages) == 1 and "Code and PIN do not go together" in pages.pop()


def test_the_fifth_wrong_pin_takes_the_pin_away(client, with_pin, sreymom):
    for _ in range(5):
        enter(client, with_pin.code, "999998")
    assert enter(client, with_pin.code).status_code == 400  # the right one, too late
    with_pin.refresh_from_db()
    assert (with_pin.pin, with_pin.wrong) == ("", 5) and with_pin.locked_at
    assert AuditRecord.objects.get(verb="pin.locked").actor_system == "entrance"


def test_four_wrong_ones_are_forgiven_by_a_right_one(with_pin, sreymom):
    for _ in range(3):
        for _ in range(4):
            assert actions.enter_with_pin(name=with_pin.code, pin="999998") is None
        assert actions.enter_with_pin(name=with_pin.code, pin=PIN) == sreymom


def test_other_names_do_not_get_round_the_count(with_pin):
    for name in (with_pin.code, "012 345 678", with_pin.code.lower(), "+85512345678", "85512345678"):
        actions.enter_with_pin(name=name, pin="999998")
    assert actions.enter_with_pin(name=with_pin.code, pin=PIN) is None


def test_only_the_programme_gives_her_a_new_beginning(world, sreymom, with_pin):
    for _ in range(5):
        actions.enter_with_pin(name=with_pin.code, pin="999998")
    with pytest.raises(WrongState, match="Reset"):
        actions.issue_code(user=sreymom, programme=world.programme, by=world.sokha)
    paper = actions.reset_pin(user=sreymom, by=world.dara)
    assert actions.enter_with_pin(name=with_pin.code, pin=PIN) is None
    assert actions.choose_pin(once=paper.once, pin="739164") == sreymom
    assert actions.enter_with_pin(name=with_pin.code, pin="739164") == sreymom
    assert AuditRecord.objects.get(verb="pin.reset").facts == {"locked": True}


def test_a_reset_ends_the_old_pin_and_every_session_at_once(client, world, sreymom, with_pin):
    enter(client, with_pin.code)
    assert client.get("/app/").status_code == 200
    actions.reset_pin(user=sreymom, by=world.sokha)
    assert client.get("/app/").status_code == 302
    assert actions.enter_with_pin(name=with_pin.code, pin=PIN) is None


def test_a_deactivated_member_is_nobody(world, sreymom, with_pin, client):
    enter(client, with_pin.code)
    actions.deactivate(user=sreymom, programme=world.programme, by=world.person("Piseth", "administrator"))
    assert actions.enter_with_pin(name=with_pin.code, pin=PIN) is None
    assert client.get("/app/").status_code == 302
    assert not Session.objects.filter(user=sreymom).exists()


def test_somebody_deactivated_is_nobody_whatever_is_left(sreymom, with_pin):
    sreymom.is_active = False
    sreymom.save()
    assert actions.enter_with_pin(name=with_pin.code, pin=PIN) is None


def test_one_address_may_not_try_for_ever(client, world, monkeypatch):
    clock = Clock(monkeypatch)
    assert {enter(client, "CC-CC-CC").status_code for _ in range(30)} == {400}
    assert enter(client, "CC-CC-CC").status_code == 429
    clock.forward(minutes=2)
    assert enter(client, "CC-CC-CC").status_code == 400


# --- as pages ---------------------------------------------------------------------------------------------------


def test_looking_at_the_link_uses_nothing_up(client, paper):
    for _ in range(3):
        looked = client.get(f"/app/enter/paper/{paper.once}/")
        assert looked["Location"] == "/app/enter/pin/"
    assert paper.member_code in text(client.get("/app/enter/pin/"))
    assert MemberCode.objects.get().paper_digest


def test_from_paper_to_pin_to_her_page_and_back_again(world, sreymom, paper):
    client = Client(HTTP_USER_AGENT="Mozilla/5.0 (Linux; Android 9) Chrome/88.0 Mobile")
    typed = client.post("/app/enter/paper/", {"code": paper.once.replace("-", " ").lower()})
    assert typed["Location"] == "/app/enter/pin/"
    differ = client.post("/app/enter/pin/", {"pin": PIN, "again": "482914"})
    assert differ.status_code == 400 and "The two PINs differ" in text(differ)
    done = client.post("/app/enter/pin/", {"pin": PIN, "again": PIN})
    assert (done.status_code, done["Location"]) == (302, "/app/")
    assert client.get("/app/plans/mine/").status_code == 200
    assert client.session.get_expiry_age() > 29 * 24 * 3600
    client.post("/app/sign-out/")
    assert client.get("/app/").status_code == 302
    assert enter(client, paper.member_code)["Location"] == "/app/"
    assert AuditRecord.objects.filter(verb="session.started").latest("at").facts["ways"] == ["pin"]


def test_a_phone_that_somebody_else_left_signed_in_is_handed_over(client, world, committee, with_pin):
    other = seat(world, committee, "Sophea Phan")
    client.force_login(other)
    enter(client, with_pin.code)
    assert str(client.session["_auth_user_id"]) == str(with_pin.pk)
    assert not Session.objects.filter(user=other).exists()


def test_a_wrong_paper_code_and_a_used_one_read_the_same(client, sreymom, paper):
    actions.choose_pin(once=paper.once, pin=PIN)
    pages = {
        plain(client.post("/app/enter/paper/", {"code": code})).replace(code, "")
        for code in (paper.once, "CCCCC-CCCCC")
    }
    assert len(pages) == 1


def test_a_second_step_set_up_elsewhere_is_asked_for_after_the_pin_too(client, world, with_pin, sreymom):
    from allauth.mfa.totp.internal.auth import TOTP

    TOTP.activate(sreymom, "JBSWY3DPEHPK3PXP")
    assert enter(client, with_pin.code)["Location"] == "/app/sign-in/second-step/"
    assert client.get("/app/").status_code == 302


def test_the_pages_speak_the_language_asked_for_without_a_script(client, world, sreymom, paper):
    assert 'dir="rtl"' in text(client.get("/app/enter/?in=ar"))
    sreymom.language = "ar"
    sreymom.save()
    client.get(f"/app/enter/paper/{paper.once}/")
    assert 'dir="rtl"' in text(client.get("/app/enter/pin/"))


# --- the programme's screens ------------------------------------------------------------------------------------


def test_keepers_see_the_people_of_their_programme_only(client, world, sreymom, committee):
    client.force_login(world.sokha)
    page = text(client.get("/app/people/"))
    for name in ("Sreymom Chan", "Vannak", "Committee member, worker side"):
        assert name in page
    assert world.omar.name not in page and world.layla.name not in page
    for person in (world.chanthou, world.dara, world.mony, sreymom, world.person("Vibol", "analyst")):
        client.force_login(person)
        assert client.get("/app/people/").status_code == 404
    client.force_login(world.layla)
    assert "Sreymom" not in text(client.get("/app/people/?programme=JO"))
    assert client.get("/app/people/?programme=KH").status_code == 404
    assert client.get(f"/app/people/KH/{sreymom.pk}/").status_code == 404
    assert client.get(f"/app/people/JO/{sreymom.pk}/").status_code == 404


def test_the_list_costs_the_same_with_two_and_with_twelve(client, world, committee, django_assert_max_num_queries):
    client.force_login(world.sokha)
    seat(world, committee, "First")
    with django_assert_max_num_queries(40) as two:
        client.get("/app/people/")
    for n in range(10):
        seat(world, committee, f"Another {n}")
    with django_assert_max_num_queries(len(two)):
        client.get("/app/people/")


def test_a_paper_is_shown_once_printed_and_named_nowhere(client, world, sreymom):
    client.force_login(world.sokha)
    page = client.post(f"/app/people/KH/{sreymom.pk}/paper/", {"phone": ""})
    assert page.status_code == 302
    sheet = client.get(page["Location"])
    row = MemberCode.objects.get(user=sreymom)
    once = re.search(r"[A-Z2-9]{5}-[A-Z2-9]{5}", text(sheet)).group()
    assert row.code in text(sheet) and member_codes.holder_of(once) == row
    for word in ("Sreymom", "Paper Heron", "Cambodia", "union", "committee", "factory"):
        assert word not in text(sheet)
    picture = client.get(re.search(r"/app/people/paper/[^\"]+\.svg", text(sheet)).group())
    assert picture["Content-Type"] == "image/svg+xml" and picture.content.startswith(b"<?xml")
    assert sheet["Cache-Control"] and "no-store" in sheet["Cache-Control"]
    client.force_login(world.person("Piseth", "administrator"))  # the address in somebody else's hands
    assert client.get(page["Location"]).status_code == 404


def test_the_page_of_a_person_offers_what_may_be_done(client, world, sreymom):
    client.force_login(world.sokha)
    mine = text(client.get(f"/app/people/KH/{sreymom.pk}/"))
    assert "Print a paper" in mine and "Deactivate" not in mine
    theirs = text(client.get(f"/app/people/KH/{world.vannak.pk}/"))
    assert "Print a paper" not in theirs
    client.force_login(world.person("Piseth", "administrator"))
    assert "Deactivate" in text(client.get(f"/app/people/KH/{world.vannak.pk}/"))


def test_the_buttons_do_what_they_say(client, world, sreymom, with_pin):
    client.force_login(world.sokha)
    assert client.post(f"/app/people/KH/{sreymom.pk}/reset/").status_code == 302
    with_pin.refresh_from_db()
    assert with_pin.pin == "" and with_pin.paper_digest
    assert client.post(f"/app/people/KH/{world.rith.pk}/deactivate/").status_code == 403
    assert client.post(f"/app/people/KH/{world.rith.pk}/nonsense/").status_code == 404
    assert client.post(f"/app/people/KH/{world.mony.pk}/paper/").status_code == 403


# --- promises of the database -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "facts",
    [
        {"code": "k7-43-rt"},
        {"code": "K74-3-RT"},
        {"wrong": 6},
        {"locked_at": timezone.now(), "pin": "hash"},
        {"paper_digest": "x"},
        {"paper_until": timezone.now()},
    ],
)
def test_the_database_keeps_its_promises(world, facts):
    with pytest.raises(IntegrityError), transaction.atomic():
        MemberCode.objects.create(**({"user": world.rith, "programme": world.programme, "code": "K7-43-RT"} | facts))
