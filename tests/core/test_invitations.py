"""Invitations: by whom, to what, once; and that no letter of ours says more than it must."""

import ast
import re
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone, translation

from core import actions, letters, queue
from core.actions.invitations import token_of
from core.audit import System
from core.errors import Denied, Invalid, WrongState
from core.models import AuditRecord, Invitation, Job, RoleAssignment, User
from tests.architecture.source import modules
from tests.core.door import plain, sign_in, text

SETUP = System("test")
ADDRESS = "nary@example.org"


@pytest.fixture
def piseth(world):
    return world.person("Piseth", "administrator")


@pytest.fixture
def invitation(world):
    return actions.invite(email=ADDRESS, programme=world.programme, role="advisory-member", by=world.sokha)


def link_of(letter):
    return re.search(r"/app/invitation/\w+/", letter.body).group()


@pytest.fixture
def link(invitation):
    queue.run_waiting()
    return link_of(mail.outbox[-1])


def take(client, link, name="Nary Tep", password="a long enough password"):
    client.get(link)
    return client.post("/app/invitation/", {"name": name, "password": password})


# --- who, to what -----------------------------------------------------------------------------------------------


def test_administrators_and_managers_invite(world, piseth):
    for by in (piseth, world.sokha):
        assert actions.invite(email=ADDRESS, programme=world.programme, role="advisory-member", by=by)


def test_nobody_else_invites(world):
    for by in (world.vannak, world.dara, world.chanthou, world.mony, world.layla):
        with pytest.raises(Denied):
            actions.invite(email=ADDRESS, programme=world.programme, role="advisory-member", by=by)


@pytest.mark.parametrize("role", ["worker-member", "factory-manager", "buyer", "queen"])
def test_a_role_that_is_not_of_a_programme_is_refused(world, role):
    with pytest.raises(Invalid):
        actions.invite(email=ADDRESS, programme=world.programme, role=role, by=world.sokha)


@pytest.mark.parametrize("email", ["", "nary", "nary@", f"{'n' * 150}@example.org"])
def test_an_address_that_is_none_is_refused(world, email):
    with pytest.raises(Invalid):
        actions.invite(email=email, programme=world.programme, by=world.sokha)


# --- the link ---------------------------------------------------------------------------------------------------


def test_the_link_makes_an_account_with_the_role(client, world, invitation, link):
    assert take(client, link)["Location"] == "/app/"
    nary = User.objects.get(username=ADDRESS)
    assert (nary.name, nary.email) == ("Nary Tep", ADDRESS)
    assert [one.role for one in nary.roles.all()] == ["advisory-member"]
    invitation.refresh_from_db()
    assert invitation.accepted_by == nary
    client.post("/app/sign-out/")
    assert sign_in(client, ADDRESS, "a long enough password")["Location"] == "/app/"


def test_it_works_once(client, world, link):
    take(client, link)
    client.post("/app/sign-out/")
    assert take(client, link).status_code == 410
    assert (
        User.objects.filter(email=ADDRESS).count()
        == RoleAssignment.objects.filter(role="advisory-member", user__email=ADDRESS).count()
        == 1
    )


def test_looking_at_it_uses_nothing_up_and_takes_it_out_of_the_address(client, link):
    for _ in range(3):
        assert client.get(link)["Location"] == "/app/invitation/"
    assert ADDRESS in text(client.get("/app/invitation/"))


def test_a_used_a_withdrawn_a_late_and_a_made_up_link_read_the_same(client, world, invitation, link):
    pages = []

    def look(address):
        client.get(address)
        answer = client.get("/app/invitation/")
        assert answer.status_code == 410
        pages.append(plain(answer))

    look("/app/invitation/0123456789abcdef/")
    actions.withdraw_invitation(invitation=invitation, by=world.sokha)
    look(link)
    late = actions.invite(email="late@example.org", programme=world.programme, by=world.sokha)
    queue.run_waiting()
    late_link = link_of(mail.outbox[-1])
    Invitation.objects.filter(pk=late.pk).update(
        created_at=timezone.now() - timedelta(days=8), expires_at=timezone.now()
    )
    look(late_link)
    assert len(set(pages)) == 1


def test_it_lasts_seven_days(invitation):
    assert invitation.expires_at - invitation.created_at == timedelta(days=7)


def test_it_dies_with_the_right_of_who_sent_it(client, world, link):
    actions.end_role(assignment=RoleAssignment.objects.get(user=world.sokha), by=SETUP)
    assert take(client, link).status_code == 410
    assert not User.objects.filter(email=ADDRESS).exists()


def test_the_newer_one_for_the_same_replaces_the_older(client, world, invitation, link):
    actions.invite(email=ADDRESS.upper(), programme=world.programme, role="advisory-member", by=world.sokha)
    queue.run_waiting()
    assert link_of(mail.outbox[-1]) != link
    assert take(client, link).status_code == 410
    assert take(client, link_of(mail.outbox[-1])).status_code == 302


@pytest.mark.parametrize(
    ("name", "password"), [("", "a long enough password"), ("Nary", "short"), ("Nary", "password123")]
)
def test_a_weak_password_or_no_name_leaves_it_open(client, link, name, password):
    assert take(client, link, name, password).status_code == 400
    assert take(client, link).status_code == 302


def test_somebody_with_an_account_signs_in_and_takes_it(client, world, link):
    world.rith.email = ADDRESS
    world.rith.save()
    client.get(link)
    assert "You have an account already" in text(client.get("/app/invitation/"))
    led = client.post("/app/invitation/")
    assert led["Location"] == "/app/sign-in/?next=/app/invitation/"
    assert sign_in(client, "rith", next="/app/invitation/")["Location"] == "/app/invitation/"
    assert client.post("/app/invitation/")["Location"] == "/app/"
    assert set(world.rith.roles.values_list("role", flat=True)) == {"assessor", "advisory-member"}


def test_somebody_else_does_not_take_it(client, world, link):
    world.rith.email = ADDRESS
    world.rith.save()
    client.force_login(world.chanthou)
    client.get(link)
    assert client.post("/app/invitation/").status_code == 403
    with pytest.raises(WrongState):  # nor does a stranger make a second account for her address
        actions.accept_invitation(token=link.split("/")[-2], name="X", password="a long enough password")


def test_an_account_alone_brings_no_right(client, world):
    actions.invite(email=ADDRESS, programme=world.programme, by=world.sokha)
    queue.run_waiting()
    take(client, link_of(mail.outbox[-1]))
    assert not RoleAssignment.objects.filter(user__email=ADDRESS).exists()
    assert client.get("/app/people/").status_code == 404


def test_the_second_step_comes_first(client, world, piseth, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    sent = actions.invite(email=ADDRESS, programme=world.programme, role="adviser", by=piseth)
    assert take(client, f"/app/invitation/{token_of(sent)}/")["Location"] == "/app/account/"


# --- what is kept -----------------------------------------------------------------------------------------------


def test_neither_row_nor_job_nor_audit_holds_the_token_and_audit_no_address(world, invitation, link):
    token = link.split("/")[-2]
    rows = f"{vars(invitation)}{list(Job.objects.values())}{list(AuditRecord.objects.values())}"
    assert token not in rows
    assert ADDRESS not in str(list(AuditRecord.objects.values()))
    assert AuditRecord.objects.get(verb="invitation.sent").facts == {"role": "advisory-member"}


def test_a_letter_sent_twice_is_the_same_letter(world, invitation):
    job = Job.objects.get(name="core.send_invitation")
    for _ in range(2):
        queue.known_jobs()[job.name](**job.arguments)
    first, second = mail.outbox
    assert (first.body, first.extra_headers) == (second.body, second.extra_headers)


def test_one_withdrawn_in_time_is_never_sent(world, invitation):
    actions.withdraw_invitation(invitation=invitation, by=world.sokha)
    queue.run_waiting()
    assert mail.outbox == []


def test_the_screen_sends_and_withdraws(client, world):
    client.force_login(world.sokha)
    sent = client.post(
        "/app/people/invite/", {"email": ADDRESS, "role": "advisory-member", "language": "km"}, follow=True
    )
    assert ADDRESS in text(sent)
    row = Invitation.objects.get()
    assert (row.language, row.invited_by) == ("km", world.sokha)
    client.force_login(world.layla)
    assert client.post(f"/app/people/invitations/{row.pk}/withdraw/").status_code == 404
    client.force_login(world.sokha)
    gone = client.post(f"/app/people/invitations/{row.pk}/withdraw/", follow=True)
    assert ADDRESS not in text(gone)


# --- every letter -----------------------------------------------------------------------------------------------

# Words that tell whoever looks over a shoulder what this is about.
TELLING = re.compile(
    r"factor(y|ies)|finding|violation|union|committee|worker|report|assess|harm|complian|programme|openfloor|visit"
    r"|adviser|manager|code|PIN\b|cambodia|heron|sokha|nary tep",
    re.IGNORECASE,
)


@pytest.mark.parametrize("language", ["en", "km", "ar"])
@pytest.mark.parametrize("name", sorted(letters.LETTERS))
def test_no_letter_says_what_it_is_about(name, language):
    words = set(re.findall(r"%\((\w+)\)s", str(letters.LETTERS[name].text))) - {"url"}
    given = dict.fromkeys(words, "X")
    letters.write(name, to="a@example.org", language=language, path="/p/", message_key="k", **given)
    letter = mail.outbox[-1]
    assert not TELLING.search(letter.subject) and not TELLING.search(letter.body)
    with translation.override(language):
        assert letter.subject == str(letters.LETTERS[name].subject)


def test_letters_as_they_are_sent_name_nobody_and_nothing(world, invitation, django_capture_on_commit_callbacks):
    world.sokha.email = "sokha@example.org"
    world.sokha.save()
    queue.enqueue("core.send_new_password", user_id=world.sokha.pk, asked="1")
    queue.enqueue("core.tell_of_change", user_id=world.sokha.pk, change="2")
    queue.run_waiting()
    assert len(mail.outbox) == 3
    for letter in mail.outbox:
        assert not TELLING.search(letter.subject + letter.body), letter.body


def test_letters_are_written_in_one_place():
    """Who wants to write to people adds a letter to core/letters.py, where the tests above read it."""
    senders = {
        name
        for name, (_, tree) in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and re.search(
            r"\b(send_mail|send_mass_mail|EmailMessage|EmailMultiAlternatives|mail\.send|email_user)$",
            ast.unparse(node.func),
        )
    }
    assert senders <= {"core.letters", "core.mail"}, "Write letters.write('something-waits', …), or add a letter there."


@pytest.mark.parametrize("text", ["A new report", "your committee", "The factory", "Paper Heron"])
def test_the_list_of_telling_words_catches_them(text):
    assert TELLING.search(text)


def test_the_screen_offers_an_account_alone(client, world):
    client.force_login(world.sokha)
    client.post("/app/people/invite/", {"email": ADDRESS, "role": "account-only", "language": "en"})
    assert Invitation.objects.get().role == ""
    assert client.post("/app/people/invite/", {"email": ADDRESS, "role": "", "language": "en"}).status_code == 400
