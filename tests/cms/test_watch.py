"""Following what is published by e-mail: nothing before a yes from the mail itself, one letter a release, gone on a tap."""

import re
from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from cms import actions, watching
from cms.models import Watch, WatchLetter
from core import queue, retention
from core.audit import System
from core.errors import Invalid
from core.models import AuditRecord, Job
from tests.cms.test_pages import text
from tests.disclosure.past import AS_OF, publish, regime, usual, visits

ADDRESS = "reader@example.org"
SLUG = "paper-heron-sewing"


@pytest.fixture(autouse=True)
def nobody_counted():
    cache.clear()


@pytest.fixture
def released(world):
    regime(world)
    usual(world)
    release = publish(world)
    queue.run_waiting()
    return release


def ask(client, about="all", address=ADDRESS, **headers):
    answer = client.post("/data/watch/", {"address": address, "about": about}, headers=headers)
    queue.run_waiting()
    return answer


def link(letter):
    return re.search(r"https?://[^/]+(/data/watch/\S+)", letter.body)[1]


def confirmed(client, about="all", address=ADDRESS, **headers):
    ask(client, about, address, **headers)
    client.post(link(mail.outbox.pop()))
    return Watch.objects.get(address=address)


def next_release(world, days=1, **change):
    release = publish(world, AS_OF + timedelta(days=days))
    queue.run_waiting()
    return release


# --- nothing before a yes ---


def test_nothing_is_sent_before_the_address_itself_said_yes(client, world, released):
    assert ask(client)["Location"] == "/data/watch/asked/"
    (letter,) = mail.outbox
    assert letter.to == [ADDRESS] and Watch.objects.get().confirmed_at is None
    assert client.get(link(letter)).status_code == 200 and client.head(link(letter)).status_code == 200
    assert Watch.objects.get().confirmed_at is None, "mail programs open links too"
    next_release(world)
    assert len(mail.outbox) == 1
    client.post(link(letter))
    assert Watch.objects.get().confirmed_at
    next_release(world, 2)
    assert [letter.subject for letter in mail.outbox] == ["You have 1 message", "Something new is published"]


def test_a_link_is_good_for_two_days_and_for_its_own_watch(client, world, released, monkeypatch):
    ask(client)
    address = link(mail.outbox[0])
    assert client.post(address[:-2] + "/").status_code == 404
    assert client.post(address.replace("/yes/", "/")).status_code in (200, 405)
    monkeypatch.setattr(watching, "ASKED_FOR", timedelta(seconds=-1))
    assert client.post(address).status_code == client.get(address).status_code == 404
    assert Watch.objects.get().confirmed_at is None
    letter = watching.own(Watch.objects.get()).split("/")[-2]
    assert client.post(f"/data/watch/yes/{letter}/").status_code == 404, "another letter's link confirms nothing"


def test_an_address_nobody_confirms_is_deleted_after_seven_days(client, world, released):
    confirmed(client, address="kept@example.org")
    ask(client)
    Watch.objects.filter(address=ADDRESS).update(asked_at=timezone.now() - timedelta(days=8))
    Watch.objects.filter(address="kept@example.org").update(asked_at=timezone.now() - timedelta(days=900))
    assert retention.apply(by=System("retention"))["unconfirmed-watches"] == 1
    assert [watch.address for watch in Watch.objects.all()] == ["kept@example.org"]


def test_asked_twice_it_is_one_watch_and_the_answer_tells_nobody_anything(client, released):
    answers = [ask(client), ask(client, address="READER@example.org")]
    client.post(link(mail.outbox[-1]))
    answers.append(ask(client))
    assert Watch.objects.count() == 1 and len(mail.outbox) == 3
    assert {(one.status_code, one["Location"]) for one in answers} == {(302, "/data/watch/asked/")}
    assert Watch.objects.get().confirmed_at


def test_to_one_address_only_few_letters_are_sent_and_from_one_place_only_few_are_asked_for(client, released):
    for _ in range(5):
        assert ask(client).status_code == 302
    assert len(mail.outbox) == 3, "nobody can flood a stranger's mail"
    for n in range(5):
        ask(client, address=f"r{n}@example.org")
    answer = ask(client, address="more@example.org")
    assert answer.status_code == 429 and "Wait an hour" in text(answer)
    assert not Watch.objects.filter(address="more@example.org").exists()


@pytest.mark.parametrize("change", [{"address": "no address"}, {"about": "factory:nobody"}, {"about": "country:XX"}])
def test_what_cannot_be_followed_is_refused_beside_its_field(client, released, change):
    answer = client.post("/data/watch/", {"address": ADDRESS, "about": "all"} | change)
    assert answer.status_code == 200 and 'aria-invalid="true"' in text(answer)
    assert not Watch.objects.exists()
    with pytest.raises(Invalid):
        actions.ask_to_watch(address=ADDRESS, factory="nobody", language="en")
    with pytest.raises(Invalid):
        actions.ask_to_watch(address=ADDRESS, country="XX", language="en")


# --- one letter a release, and no more ---


def test_each_hears_of_what_it_follows(client, world, released):
    for n, about in enumerate(["all", "country:KH", f"factory:{SLUG}"]):
        confirmed(client, about, f"r{n}@example.org")
    visits(world, (date(2024, 1, 9), {}), (date(2025, 2, 3), {}), site=world.new_site("White Heron"))
    next_release(world)
    assert sorted(letter.to[0] for letter in mail.outbox) == ["r0@example.org", "r1@example.org"]
    visits(world, (date(2026, 8, 1), {}), site=world.site)
    mail.outbox.clear()
    next_release(world, 2)
    assert sorted(letter.to[0] for letter in mail.outbox) == [
        "r0@example.org", "r1@example.org", "r2@example.org",
    ], "a factory's reader hears when its page says something new"  # fmt: skip


def test_another_country_is_not_told(client, world, released):
    visits(world, (date(2024, 1, 9), {}), (date(2025, 2, 3), {}), site=world.new_site("Cedar", country="JO"))
    next_release(world)
    confirmed(client, "country:JO")
    regime(world, programme=world.other_programme)
    publish(world, programme=world.other_programme)
    queue.run_waiting()
    assert mail.outbox == []


def test_after_a_kill_at_any_step_each_is_told_once(client, world, released, monkeypatch):
    for n in range(3):
        confirmed(client, address=f"r{n}@example.org")
    sent = []
    steps = iter([1, 2])

    def dies(**letter):
        if next(steps, None) == 2:
            raise SystemExit  # stands for SIGKILL: nothing after it runs
        sent.append((letter["to"], letter["message_key"]))

    monkeypatch.setattr("core.mail.send", dies)
    release = publish(world, AS_OF + timedelta(days=1))
    with pytest.raises(SystemExit):
        queue.run_waiting()
    Job.objects.filter(state=Job.State.RUNNING).update(leased_until=timezone.now() - timedelta(seconds=1))
    for row in Job.objects.filter(state=Job.State.RUNNING):
        queue.run(row.pk)
    queue.run_waiting()
    actions.ask_watchers_to_be_told(release_id=release.pk, by=System("releases"))  # the fan-out came twice
    queue.run_waiting()
    assert sorted(to for to, _key in sent) == [f"r{n}@example.org" for n in range(3)]
    assert len({key for _to, key in sent}) == 3 and WatchLetter.objects.count() == 3


@pytest.mark.parametrize(("language", "subject"), [("km", "មានអ្វីថ្មីត្រូវបានចេញផ្សាយ"), ("ar", "نُشر شيء جديد")])
def test_letters_come_in_the_readers_language_and_name_nothing(client, world, released, language, subject):
    confirmed(client, f"factory:{SLUG}", **{"accept-language": language})
    visits(world, (date(2026, 8, 1), {}), site=world.site)
    next_release(world)
    (letter,) = mail.outbox
    assert letter.subject == subject
    assert "heron" not in (letter.subject + letter.body + str(letter.message())).lower()
    assert "Paper Heron" in text(client.get(link(letter)))


# --- stopping ---


def test_one_tap_of_a_mail_program_stops_it_and_the_address_is_gone(world, client, released):
    confirmed(client)
    next_release(world)
    (letter,) = mail.outbox
    stop = letter.extra_headers["List-Unsubscribe"]
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = re.fullmatch(r"<https?://[^/]+(/data/watch/\S+)>", stop)[1]
    strict = Client(enforce_csrf_checks=True)
    assert strict.get(path).status_code == 302 and Watch.objects.exists(), "opening it stops nothing"
    for _ in range(2):
        assert strict.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not Watch.objects.exists() and not WatchLetter.objects.exists()
    assert "Nothing is sent to you" in text(client.get(link(letter)))
    next_release(world, 2)
    assert len(mail.outbox) == 1


def test_no_trace_of_the_address_or_the_machine_stays(client, world, released):
    watch = confirmed(client)
    client.post(watching.stop(watch))
    rows = [str(row) for row in AuditRecord.objects.filter(verb__startswith="watch.").values()]
    rows += [str(row) for row in Job.objects.values()]
    assert len([row for row in rows if "watch." in row]) == 3
    assert not [row for row in rows if ADDRESS in row or "127.0.0.1" in row]


def test_pages_of_a_watch_are_kept_by_nobody_and_start_no_session(client, released):
    watch = confirmed(client)
    for path in ("/data/watch/", f"/data/watch/?factory={SLUG}", watching.own(watch), watching.asking(watch)):
        response = client.get(path)
        assert response.status_code == 200 and not response.cookies
        assert "no-store" in response["Cache-Control"] and response["X-Robots-Tag"] == "noindex"
        assert response["Referrer-Policy"] == "no-referrer"
    html = text(client.get(f"/data/watch/?factory={SLUG}"))
    assert f'value="factory:{SLUG}" selected' in html and "Paper Heron" in html


def test_the_database_keeps_one_watch_of_one_thing(db):
    about = {"address": ADDRESS, "language": "en"}
    Watch.objects.create(**about)
    for wrong in ({}, {"country": "KH", "factory": SLUG}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Watch.objects.create(**about, **wrong)
