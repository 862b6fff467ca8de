"""Open sessions: seen by their person, ended by her, or all of them by an administrator."""

from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.utils import timezone

from core import actions
from core.audit import System
from core.entrance import sessions
from core.errors import Denied, WrongState
from core.models import AuditRecord, Session
from tests.core.door import sign_in, text

ANDROID = "Mozilla/5.0 (Linux; Android 9) Chrome/88.0 Mobile"
DESK = "Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0"
SETUP = System("test")
LIST = "/app/account/sessions/"


@pytest.fixture
def desk(world):
    client = Client(HTTP_USER_AGENT=DESK)
    sign_in(client, "sokha")
    return client


@pytest.fixture
def phone(world):
    client = Client(HTTP_USER_AGENT=ANDROID)
    sign_in(client, "sokha")
    return client


@pytest.fixture
def piseth(world):
    return world.person("Piseth", "administrator")


def test_each_browser_is_listed_in_rough_words(desk, phone):
    page = text(desk.get(LIST))
    assert "Firefox, Linux" in page and "Chrome, Android" in page
    assert page.count("This one") == 1


def test_nothing_is_kept_of_where_she_was(phone):
    row = Session.objects.get()
    assert {field.name for field in Session._meta.fields} == {
        "session_key", "session_data", "expire_date", "handle", "user", "device", "first_seen_at", "last_seen_at",
    }  # fmt: skip
    data = str(row.get_decoded())
    assert "127.0.0.1" not in data and "Mozilla" not in data
    assert (row.last_seen_at.minute, row.last_seen_at.second) == (0, 0)


def test_the_page_does_not_hold_the_key_of_a_session(desk, phone):
    page = text(desk.get(LIST))
    for key in Session.objects.values_list("session_key", flat=True):
        assert key not in page


def test_she_ends_one(desk, phone):
    desk.post(LIST, {"end": phone.session["handle"]})
    assert "/app/sign-in/" in phone.get("/app/")["Location"]
    assert desk.get("/app/").status_code == 200
    assert AuditRecord.objects.filter(verb="session.ended").count() == 1


def test_she_ends_all_others(desk, phone):
    third = Client(HTTP_USER_AGENT=ANDROID)
    sign_in(third, "sokha")
    desk.post(LIST, {"end": "others"})
    for client in (phone, third):
        assert client.get("/app/").status_code == 302
    assert desk.get("/app/").status_code == 200


def test_ending_this_one_is_leaving(desk):
    assert desk.post(LIST, {"end": desk.session["handle"]})["Location"] == "/app/left/"
    assert not Session.objects.exists()


@pytest.mark.parametrize("given", ["", "nonsense", "00000000-0000-0000-0000-000000000000"])
def test_what_is_no_session_ends_none(desk, given):
    assert desk.post(LIST, {"end": given}).status_code == 302
    assert desk.get("/app/").status_code == 200


def test_nobody_ends_or_sees_the_session_of_another(desk, world):
    stranger = Client()
    sign_in(stranger, "vannak")
    assert "Firefox" not in text(stranger.get(LIST))
    stranger.post(LIST, {"end": desk.session["handle"]})
    assert not actions.end_session(handle=desk.session["handle"], by=world.vannak)
    assert desk.get("/app/").status_code == 200
    with pytest.raises(Denied):
        actions.end_sessions(user=world.sokha, programme=world.programme, by=world.vannak)


def test_an_administrator_ends_all_of_a_person(desk, phone, world, piseth):
    assert actions.end_sessions(user=world.sokha, programme=world.programme, by=piseth) == 2
    assert desk.get("/app/").status_code == phone.get("/app/").status_code == 302


def test_an_administrator_of_another_programme_does_not(desk, world):
    other = world.person("Zeina", "administrator", programme=world.other_programme)
    for programme in (world.programme, world.other_programme):
        with pytest.raises(Denied):
            actions.end_sessions(user=world.sokha, programme=programme, by=other)
    actions.assign_role(user=world.layla, programme=world.programme, role="analyst", by=SETUP)
    with pytest.raises(Denied, match="another programme too"):
        actions.deactivate(user=world.layla, programme=world.other_programme, by=other)


def test_deactivating_ends_them_and_is_not_done_to_oneself(desk, world, piseth):
    actions.deactivate(user=world.sokha, programme=world.programme, by=piseth)
    assert desk.get("/app/").status_code == 302
    assert not Session.objects.exists()
    assert "do not go together" in text(sign_in(desk, "sokha"))
    with pytest.raises(WrongState):
        actions.deactivate(user=world.sokha, programme=world.programme, by=piseth)
    with pytest.raises(Denied):
        actions.deactivate(user=piseth, programme=world.programme, by=piseth)


def test_a_new_password_ends_the_others_and_keeps_this_one(desk, phone):
    new = {
        "oldpassword": "a long enough password",
        "password1": "quite another phrase",
        "password2": "quite another phrase",
    }
    assert desk.post("/app/account/password/", new)["Location"] == "/app/account/"
    assert [row.device for row in Session.objects.exclude(user=None)] == ["Firefox, Linux"]
    assert desk.get("/app/").status_code == 200
    assert phone.get("/app/").status_code == 302


def test_the_hour_is_noted_once_an_hour(desk, django_assert_num_queries):
    row = Session.objects.get()
    earlier = (timezone.now() - timedelta(hours=5)).replace(minute=0, second=0, microsecond=0)
    session = desk.session
    session["last_seen"] = earlier.isoformat()
    session.save()
    desk.get("/app/")
    row.refresh_from_db()
    assert row.last_seen_at > earlier
    expires = row.expire_date
    desk.get("/app/")
    row.refresh_from_db()
    assert row.expire_date == expires  # not written again within the hour


def test_sessions_that_ran_out_are_cleared_at_the_next_sign_in(desk, world):
    Session.objects.update(expire_date=timezone.now() - timedelta(days=1))
    sign_in(Client(), "vannak")
    assert [row.user_id for row in Session.objects.all()] == [world.vannak.pk]


def test_somebody_not_signed_in_belongs_to_nobody(client, db):
    client.post("/app/enter/paper/", {"code": "x"})
    store = sessions.SessionStore()
    store["something"] = 1
    store.save()
    row = Session.objects.get(session_key=store.session_key)
    assert (row.user, row.device, row.last_seen_at) == (None, "", None)
    assert SESSION_KEY not in row.get_decoded()


def test_a_desk_stays_a_week_and_a_page_without_a_cookie_opens_none(desk, client):
    assert desk.session.get_expiry_age() == 7 * 24 * 3600
    before = Session.objects.count()
    client.get("/")
    client.get("/app/sign-in/")
    assert Session.objects.count() == before
