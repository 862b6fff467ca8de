"""The door: the same words for everybody, attempts that cost more each time, a second step for who reads reports."""

import os
import re
import subprocess
import sys
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, reverse

from core import actions, queue
from core.audit import System
from core.models import AuditRecord, Session
from core.roles import ROLES, SECOND_STEP
from factories import actions as factories
from improvement_plans import actions as plans
from tests.architecture.source import ROOT, imports, modules
from tests.core.door import Clock, plain, set_up_app, sign_in, text, totp
from tests.world import PASSWORD

SETUP = System("test")
WRONG = "The name and password do not go together."
WAIT = "Too many attempts."


@pytest.fixture(autouse=True)
def fresh_counts():
    cache.clear()


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


@pytest.fixture
def two_steps(settings):
    settings.SECOND_FACTOR_REQUIRED = True


# --- name and password ------------------------------------------------------------------------------------------


def test_name_and_password_lead_to_today(client, world):
    answer = sign_in(client, "sokha")
    assert (answer.status_code, answer["Location"]) == (302, "/app/")
    assert client.get("/app/").status_code == 200


def test_a_phone_that_writes_a_capital_first_is_understood(client, world):
    assert sign_in(client, "Sokha ")["Location"] == "/app/"


def test_a_known_name_an_unknown_one_and_somebody_deactivated_read_the_same(client, world):
    world.rith.is_active = False
    world.rith.save()
    pages = []
    for name, password in (("sokha", "not it"), ("nobody", "not it"), ("rith", PASSWORD), ("rith", "not it")):
        answer = sign_in(client, name, password)
        assert answer.status_code == 200
        pages.append(plain(answer).replace(name, "NAME"))
    assert WRONG in pages[0]
    assert len(set(pages)) == 1


def test_the_field_names_stay_as_browsers_keep_them(client, db):
    page = text(client.get("/app/sign-in/"))
    assert re.search(r'<input type="text" name="username"[^>]*id="id_username"', page)
    assert re.search(r'<input type="password" name="password"[^>]*id="id_password"', page)
    assert page.count("<form") == page.count("<button") == 1


def test_where_she_wanted_to_go_is_kept_and_elsewhere_is_not(client, world):
    assert sign_in(client, "sokha", next="/app/factories/")["Location"] == "/app/factories/"
    client.logout()
    assert sign_in(client, "sokha", next="https://elsewhere.example/")["Location"] == "/app/"


def test_what_was_typed_is_in_no_audit_row(client, world):
    sign_in(client, "sokha", "not it")
    sign_in(client, "sokha")
    row = AuditRecord.objects.get(verb="session.started")
    assert row.actor_id == world.sokha.pk
    assert row.facts == {"session": client.session["handle"], "ways": ["password"]}


# --- attempts ---------------------------------------------------------------------------------------------------


def fail(client, name, times):
    for _ in range(times):
        answer = sign_in(client, name, "not it")
    return text(answer)


@pytest.mark.parametrize("name", ["sokha", "nobody"])
def test_each_five_wrong_passwords_cost_more(client, world, clock, name):
    """After five, five minutes; after ten, an hour; after twenty, a day. For names that do not exist, too."""
    assert WRONG in fail(client, name, 5)
    assert WAIT in fail(client, name, 1)
    clock.forward(minutes=6)
    assert WRONG in fail(client, name, 5)
    clock.forward(minutes=6)
    assert WAIT in fail(client, name, 1)
    clock.forward(minutes=60)
    assert WRONG in fail(client, name, 5)
    clock.forward(minutes=6)
    assert WRONG in fail(client, name, 5)
    clock.forward(hours=3)
    assert WAIT in fail(client, name, 1)
    clock.forward(days=1)
    assert WRONG in fail(client, name, 1)


def test_while_the_name_waits_the_right_password_waits_too(client, world, clock):
    fail(client, "sokha", 5)
    assert WAIT in text(sign_in(client, "sokha"))
    assert WAIT in text(sign_in(client, "SOKHA"))
    assert WAIT in text(sign_in(Client(REMOTE_ADDR="10.1.2.3"), "sokha"))
    assert sign_in(client, "vannak").status_code == 302  # nobody else waits
    client.logout()
    clock.forward(minutes=6)
    assert sign_in(client, "sokha")["Location"] == "/app/"


def test_signing_in_again_and_again_is_no_wrong_attempt(client, world, clock):
    for _ in range(8):
        assert sign_in(client, "sokha").status_code == 302
        client.logout()


def test_one_address_may_not_try_many_names(client, world, clock):
    for n in range(30):
        assert WRONG in fail(client, f"guess{n}", 1)
    assert WAIT in fail(client, "guess30", 1)
    assert WRONG in fail(Client(REMOTE_ADDR="10.1.2.3"), "guess31", 1)


def test_too_many_forms_from_one_address_meet_a_page_of_ours(client, world, clock, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login": "2/m/ip"}
    statuses = [sign_in(client, "sokha", "x").status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert WAIT in text(sign_in(client, "sokha", "x"))


def test_the_address_is_what_our_own_proxy_wrote(client, world, clock, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for n in range(31):
        made_up = f"10.9.9.{n}, 10.0.0.1"  # the first is what a stranger may write herself
        answer = client.post("/app/sign-in/", {"username": f"g{n}", "password": "x"}, HTTP_X_FORWARDED_FOR=made_up)
    assert WAIT in text(answer)


def test_the_editor_has_no_sign_in_of_its_own(client, world):
    answer = client.get("/cms/login/?next=/cms/")
    assert (answer.status_code, answer["Location"]) == (302, "/app/sign-in/?next=/cms/")
    assert client.post("/cms/login/", {"username": "sokha", "password": PASSWORD}).status_code == 302
    assert "_auth_user_id" not in client.session
    assert "/app/sign-in/" in client.get("/cms/")["Location"]
    assert client.get("/cms/password_reset/").status_code == 404


@pytest.mark.parametrize("name", ["account_signup", "account_email", "account_logout", "account_inactive", "mfa_trust"])
def test_what_we_do_not_use_of_the_library_has_no_address(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.parametrize("library", ["allauth", "segno"])
def test_the_libraries_of_the_door_stay_at_the_door(library):
    users = {
        n for n, (_, tree) in modules().items() for target, _, _ in imports(tree) if target.split(".")[0] == library
    }
    assert users and all(name.startswith(("core.entrance.", "core.actions.entrance")) for name in users)


# --- the second step --------------------------------------------------------------------------------------------


def test_the_roles_that_read_reports_are_led_to_a_second_step(client, world, two_steps):
    wanting = {key for key, role in ROLES.items() if role.anchor == "programme" and role.rights & SECOND_STEP}
    readers = {"assessor", "lead-assessor", "adviser", "programme-manager", "administrator"}
    assert wanting == readers | {"translator", "analyst"}, "and who reads what members wrote, or takes findings away"
    for key in sorted(role.key for role in ROLES.values() if role.anchor == "programme"):
        person = world.person(key.title(), key)
        client.force_login(person)
        answer = client.get("/app/")
        led = answer.status_code == 302 and answer["Location"] == "/app/account/"
        assert led == (key in wanting), key


def test_factory_managers_and_buyers_people_are_led_there_too(client, world, two_steps):
    buyer = factories.create_buyer(name="Marmalade Outfitters", by=SETUP)
    iris = world.person("Iris")
    factories.add_buyer_member(buyer=buyer, user=iris, since=world.site.created_at.date(), by=SETUP)
    for person in (world.mony, iris):
        client.force_login(person)
        assert client.get("/app/factories/")["Location"] == "/app/account/"


@pytest.fixture
def sreymom(world):
    """A worker member."""
    committee = plans.create_committee(
        site=world.site, kind="bipartite", formed_on=world.site.created_at.date() - timedelta(days=9), by=SETUP
    )
    person = world.person("Sreymom")
    plans.seat_member(
        committee=committee, user=person, side="worker", sex="f", chosen_by="election", since=committee.formed_on,
        by=SETUP,
    )  # fmt: skip
    return person


def test_worker_members_are_not_asked(client, world, sreymom, two_steps):
    client.force_login(sreymom)
    assert client.get("/app/").status_code == 200
    assert client.get("/app/plans/mine/").status_code == 200


def test_no_page_opens_before_and_no_answer_of_the_api(client, world, two_steps):
    sign_in(client, "vannak")
    for address in ("/app/", "/app/factories/", "/app/plans/", "/app/account/sessions/", "/cms/", "/app/people/"):
        assert client.get(address)["Location"] == "/app/account/", address
    answer = client.post("/api/v1/tablet/devices", "{}", content_type="application/json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "second-step")
    assert client.get("/").status_code == 200
    assert client.post("/app/sign-out/").status_code == 302


def test_a_tablets_token_is_not_asked(client, world, two_steps):
    token = world.tablet(world.chanthou)
    assert token  # registered before
    from compliance import actions as compliance
    from core.ids import new_id

    token = compliance.register_device(device_id=new_id(), name="Tablet", by=world.chanthou)
    answer = client.get("/api/v1/tablet/assessments", HTTP_AUTHORIZATION=f"Bearer {token}")
    assert answer.status_code == 200


def test_signing_in_without_one_leads_there_and_on_to_where_she_wanted_to_go(client, world, two_steps):
    assert sign_in(client, "vannak", next="/tablet/")["Location"] == "/app/account/"
    assert "Set up a second step first" in text(client.get("/app/account/"))
    set_up_app(client)
    page = text(client.get("/app/account/recovery-codes/"))
    assert 'href="/tablet/"' in page
    assert client.get("/app/").status_code == 200


def test_the_second_step_is_asked_at_every_sign_in(client, world, two_steps):
    sign_in(client, "vannak")
    secret = set_up_app(client)
    client.post("/app/sign-out/")
    answer = sign_in(client, "vannak", next="/app/factories/")
    assert answer["Location"] == "/app/sign-in/second-step/"
    assert "/app/sign-in/" in client.get("/app/")["Location"]  # not in yet
    wrong = client.post("/app/sign-in/second-step/", {"code": "000000"})
    assert "This code is not right" in text(wrong)
    right = client.post("/app/sign-in/second-step/", {"code": totp(secret, step=1)})
    assert right["Location"] == "/app/factories/"
    assert AuditRecord.objects.filter(verb="session.started").latest("at").facts["ways"] == ["password", "totp"]


def test_six_digits_open_once(client, world, two_steps):
    sign_in(client, "vannak")
    code = totp(set_up_app(client), step=1)
    for expected in (302, 200):
        client.post("/app/sign-out/")
        sign_in(client, "vannak")
        assert client.post("/app/sign-in/second-step/", {"code": code}).status_code == expected


def test_a_recovery_code_works_once(client, world, two_steps):
    sign_in(client, "vannak")
    set_up_app(client)
    code = client.get("/app/account/recovery-codes/").context["unused_codes"][0]
    for expected in (302, 200):
        client.post("/app/sign-out/")
        sign_in(client, "vannak")
        assert client.post("/app/sign-in/second-step/", {"code": code}).status_code == expected


def test_guessing_the_six_digits_is_counted_like_guessing_the_password(client, world, clock, two_steps):
    sign_in(client, "vannak")
    secret = set_up_app(client)
    client.post("/app/sign-out/")
    sign_in(client, "vannak")
    for n in range(5):
        client.post("/app/sign-in/second-step/", {"code": f"00000{n}"})
    assert WAIT in text(client.post("/app/sign-in/second-step/", {"code": totp(secret)}))


def test_what_an_app_keeps_is_unreadable_in_the_database(client, world, settings):
    sign_in(client, "vannak")
    secret = set_up_app(client)
    app = Authenticator.objects.get(type="totp")
    assert secret not in str(app.data)
    settings.SECRET_KEY, old = "another key of at least fifty characters, truly random?", settings.SECRET_KEY
    assert not app.wrap().validate_code(totp(secret))  # a lost key opens nothing, and breaks nothing
    settings.SECRET_KEY_FALLBACKS = [old]
    assert app.wrap().validate_code(totp(secret))


def test_removing_the_last_second_step_leads_back_to_the_beginning(client, world, two_steps):
    sign_in(client, "vannak")
    set_up_app(client)
    assert client.get("/app/").status_code == 200
    assert client.post("/app/account/app/remove/").status_code == 302
    assert not Authenticator.objects.exists()
    assert client.get("/app/")["Location"] == "/app/account/"


def test_before_a_change_the_password_is_asked_again(client, world, clock):
    sign_in(client, "vannak")
    clock.forward(minutes=20)
    answer = client.get("/app/account/app/")
    assert answer["Location"].startswith("/app/account/again/?next=")
    assert "This is not your password" in text(client.post(answer["Location"], {"password": "no"}))
    assert client.post(answer["Location"], {"password": PASSWORD})["Location"] == "/app/account/app/"
    assert client.get("/app/account/app/").status_code == 200


def test_each_change_is_recorded_and_told_to_the_person_alone(client, world, django_capture_on_commit_callbacks):
    world.vannak.email = "vannak@example.org"
    world.vannak.save()
    with django_capture_on_commit_callbacks(execute=True):
        sign_in(client, "vannak")
        set_up_app(client)
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/app/account/app/remove/")
    words = list(AuditRecord.objects.filter(verb__startswith="factor.").order_by("at").values_list("verb", "facts"))
    assert words == [("factor.added", {"kind": "totp"}), ("factor.removed", {"kind": "totp"})]
    queue.run_waiting()
    assert [letter.to for letter in mail.outbox] == [["vannak@example.org"]] * 2


def test_an_administrator_takes_a_lost_second_step_away(client, world, two_steps):
    admin = world.person("Piseth", "administrator")
    sign_in(client, "vannak")
    set_up_app(client)
    actions.remove_factors(user=world.vannak, programme=world.programme, by=admin)
    assert not Authenticator.objects.exists()
    assert "/app/sign-in/" in client.get("/app/")["Location"]  # her sessions have ended
    assert sign_in(client, "vannak")["Location"] == "/app/account/"


def test_a_passkey_page_offers_nothing_that_names_a_person(client, world):
    page = client.get("/app/sign-in/passkey/")
    asked = page.context["options"]["publicKey"]
    assert asked["rpId"] == "testserver" and asked["userVerification"] == "required"
    assert not asked.get("allowCredentials")
    refused = client.post("/app/sign-in/passkey/", {"credential": '{"id": "x"}'}, follow=True)
    assert "This passkey does not open this door." in text(refused)


# --- a new password ---------------------------------------------------------------------------------------------


@pytest.fixture
def reachable(world):
    world.sokha.email = "sokha@example.org"
    world.sokha.save()
    return world.sokha


def test_asking_for_a_password_says_the_same_whatever_is_known(client, reachable):
    pages = []
    for address in ("sokha@example.org", "nobody@example.org"):
        answer = client.post("/app/sign-in/password/", {"email": address}, follow=True)
        pages.append(plain(answer))
    assert pages[0] == pages[1]
    queue.run_waiting()
    assert [letter.to for letter in mail.outbox] == [["sokha@example.org"]]


def test_the_link_of_the_letter_works_once_and_ends_every_session(client, reachable):
    elsewhere = Client()
    sign_in(elsewhere, "sokha")
    client.post("/app/sign-in/password/", {"email": "sokha@example.org"})
    queue.run_waiting()
    link = re.search(r"/app/sign-in/password/\S+", mail.outbox[0].body).group()
    form = client.get(link, follow=True).request["PATH_INFO"]
    assert link.split("/")[-2] not in form  # the secret left the address
    assert "too common" in text(client.post(form, {"password1": "password12", "password2": "password12"}))
    new = {"password1": "another long password", "password2": "another long password"}
    assert client.post(form, new)["Location"] == "/app/sign-in/password/set/"
    assert "/app/sign-in/" in elsewhere.get("/app/")["Location"]
    assert not Session.objects.filter(user=reachable).exists()
    assert "does not work any more" in text(Client().get(link, follow=True))
    assert sign_in(client, "sokha", "another long password").status_code == 302


def test_no_job_holds_the_link(client, reachable):
    client.post("/app/sign-in/password/", {"email": "sokha@example.org"})
    from core.models import Job

    assert set(Job.objects.get(name="core.send_new_password").arguments) == {"user_id", "asked"}


# --- the way out ------------------------------------------------------------------------------------------------


def test_leaving_ends_the_session_and_says_nothing(world):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.sokha)
    answer = client.post("/app/sign-out/")  # from a page so old that its token is stale
    assert answer["Location"] == "/app/left/"
    assert answer["Clear-Site-Data"] == '"cache"'
    assert not Session.objects.filter(user=world.sokha).exists()
    assert AuditRecord.objects.filter(verb="session.ended", actor_id=world.sokha.pk).exists()
    page = text(client.get("/app/left/"))
    assert "You have left." in page
    for word in ("Openfloor", "Sokha", "sign", "factory", "work", "<a ", "<script", "mark.svg"):
        assert word not in page


def test_left_stays_in_the_readers_language(client, world):
    world.rith.language = "ar"
    world.rith.save()
    client.force_login(world.rith)
    answer = client.post("/app/sign-out/")
    assert answer["Location"] == "/app/left/?in=ar"
    assert 'dir="rtl"' in text(client.get(answer["Location"]))


def test_looking_at_the_way_out_does_not_leave(client, world):
    client.force_login(world.sokha)
    assert client.get("/app/sign-out/").status_code == 405
    assert client.get("/app/").status_code == 200


# --- settings ---------------------------------------------------------------------------------------------------

SAFE = {
    "SECRET_KEY": "a long random value of many different characters 7Q",
    "ALLOWED_HOSTS": "floor.example",
    "DATABASE_URL": "sqlite:////tmp-none",
    "BASE_URL": "https://floor.example",
    "EMAIL_URL": "smtp://mail.example",
}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, ""),
        ({"SECOND_FACTOR_REQUIRED": "0"}, "SECOND_FACTOR_REQUIRED: never off"),
        ({"CELERY_BROKER_URL": "redis://localhost/1"}, "CACHE_URL: name a cache all processes share"),
        ({"CELERY_BROKER_URL": "redis://localhost/1", "CACHE_URL": "redis://localhost/2"}, ""),
    ],
)
def test_production_never_does_without_the_second_step(given, sentence):
    env = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME")} | SAFE | given
    look = "from config.settings import production as p; print(p.SECOND_FACTOR_REQUIRED, p.ALLAUTH_TRUSTED_PROXY_COUNT)"
    done = subprocess.run([sys.executable, "-c", look], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)
    assert sentence in done.stderr
    assert done.stdout.strip() == ("" if sentence else "True 1")
