"""The helpdesk: asked without an account, kept for a time, answered by one person, published by another in new words."""

import json
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from cms import actions, queries, rules
from cms.addresses import place_of
from cms.models import AnswerWords, Enquiry, EnquiryAnswer, EnquiryWords, PublishedAnswer, PublishedWords
from core import actions as core
from core import removals, retention
from core.audit import System
from core.errors import Denied, Invalid, WrongState
from core.home import lines_for
from core.models import AuditRecord, Job
from core.redaction import redact
from tests.cms.test_pages import text, words_of
from tests.conftest import cached_keys
from tests.world import SETUP

ASKED = "My supervisor at line 4 says I must stay until nine. Is overtime a duty?"
CLOCK, HELPDESK = System("clock"), System("helpdesk")


@pytest.fixture(autouse=True)
def nothing_counted():
    cache.clear()


@pytest.fixture
def maly(world):
    assert world.version
    return world.person("Maly", "content-editor")


@pytest.fixture
def enquiry(world, maly):
    return actions.ask(
        programme=world.programme,
        topic="compensation",
        words=ASKED,
        contact="somebody@example.org",
        language="km",
        by=HELPDESK,
    )


@pytest.fixture
def answer(world, enquiry):
    return actions.answer_enquiry(enquiry=enquiry, words="No. Overtime is voluntary.", by=world.dara)


def send(client, **change):
    facts = {"programme": "", "topic": "compensation", "words": ASKED, "contact": "", "website": ""} | change
    facts["programme"] = facts["programme"] or _programme().pk
    return client.post("/ask/", facts)


def _programme():
    from core.models import Programme

    return Programme.objects.get()


def published(answer, by, **change):
    facts = {
        "topic": "compensation", "language": "en", "question": "Can somebody make me work longer?",
        "text": "Nobody may be made to work overtime.",
    } | change  # fmt: skip
    return actions.publish_answer(answer=answer, by=by, **facts)


# --- asking ---


def test_somebody_without_an_account_asks_and_finds_the_answer(client, world, maly):
    response = send(client)
    place = response["Location"]
    assert response.status_code == 302 and "sessionid" not in client.cookies
    assert "Your question is with us" in text(client.get(place))
    found = Enquiry.objects.get()
    actions.answer_enquiry(enquiry=found, words="No. <b>Overtime</b> is voluntary.", by=world.dara)
    html = text(client.get(place))
    assert "No. &lt;b&gt;Overtime&lt;/b&gt; is voluntary." in html
    assert "supervisor" not in html, "what was asked is not shown again"
    assert client.get(place)["X-Robots-Tag"] == "noindex" and "no-store" in client.get(place)["Cache-Control"]


def test_nobody_guesses_the_address_of_an_answer(client, enquiry):
    place = place_of(enquiry)
    assert client.get(f"/ask/{place}/").status_code == 200
    for wrong in (place[:-1], enquiry.pk.hex, f"{enquiry.pk.hex}.", "x", "a" * 500):
        assert client.get(f"/ask/{wrong}/").status_code == 404


def test_no_address_of_a_machine_is_kept(client, world, maly):
    send(client, words="Where do I find the law?")
    with connection.cursor() as cursor:
        for model in (Enquiry, EnquiryWords, AuditRecord, Job):
            cursor.execute(f"SELECT * FROM {model._meta.db_table}")
            assert "127.0.0.1" not in str(cursor.fetchall())
    assert "127.0.0.1" not in cached_keys()


def test_a_program_that_fills_in_everything_is_thanked_and_forgotten(client, maly):
    response = send(client, website="https://buy.example")
    assert response["Location"] == "/ask/sent/"
    assert client.get("/ask/sent/").status_code == 200
    assert not Enquiry.objects.exists()


def test_one_place_asks_five_times_in_ten_minutes(client, maly):
    assert [send(client).status_code for _n in range(6)] == [302] * 5 + [429]
    assert Enquiry.objects.count() == 5


@pytest.mark.parametrize(
    "change",
    [
        {"words": ""}, {"words": " \n "}, {"words": "x" * 3001}, {"words": "a\x00b"}, {"contact": "no address"},
        {"contact": "a@b.example\nBcc: c@d.example"}, {"topic": "nobody-has-this"}, {"programme": "7"},
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_said_and_not_kept(client, maly, change):
    assert send(client, **change).status_code == 400
    assert not Enquiry.objects.exists()


def test_where_nobody_answers_nobody_is_asked_to_ask(client, db):
    assert "Nobody answers here at the moment" in text(client.get("/ask/"))
    assert client.post("/ask/", {"words": "x"}).status_code == 200


def test_the_form_says_how_long_it_is_kept(client, world, maly):
    assert "deleted after 180 days" in words_of(text(client.get("/ask/")))
    core.set_programme_setting(
        programme=world.programme, key="keep-days.enquiries", value=30, in_force_from=date(2020, 1, 1), by=SETUP
    )
    assert "deleted after 30 days" in words_of(text(client.get("/ask/")))


# --- answering ---


def test_an_answer_is_told_by_one_letter_and_the_address_is_destroyed(world, enquiry, answer, mailoutbox):
    actions.tell_asker(enquiry_id=enquiry.pk, by=HELPDESK)
    actions.tell_asker(enquiry_id=enquiry.pk, by=HELPDESK)
    (letter,) = mailoutbox
    assert letter.to == ["somebody@example.org"] and f"/ask/{place_of(enquiry)}/" in letter.body
    assert "vertime" not in letter.body and ASKED not in letter.body
    assert "example.org" not in json.dumps(EnquiryWords.objects.get().body)
    assert Job.objects.filter(name="cms.tell_asker").count() == 1
    assert "example.org" not in str(list(Job.objects.values()))


def test_only_people_of_the_programme_see_and_answer(client, world, enquiry):
    other = core.create_programme(
        code="JO", name="Jordan", country="JO", time_zone="Asia/Amman", languages=["en"], by=SETUP
    )
    foreign = world.person("Layla", "content-editor", programme=other)
    for person in (foreign, world.vannak, world.sokha):
        client.force_login(person)
        assert client.get(f"/app/helpdesk/{enquiry.pk}/").status_code == 404
        with pytest.raises(Denied):
            actions.answer_enquiry(enquiry=enquiry, words="x", by=person)
        with pytest.raises(Denied):
            actions.set_aside(enquiry=enquiry, by=person)
    client.force_login(world.dara)
    assert "supervisor" in text(client.get(f"/app/helpdesk/{enquiry.pk}/"))
    assert any("question to the helpdesk" in line.text for line in lines_for(world.dara))
    assert not any("helpdesk" in line.text for line in lines_for(world.vannak))


def test_it_is_answered_once(world, enquiry, answer):
    with pytest.raises(WrongState):
        actions.answer_enquiry(enquiry=enquiry, words="Yes.", by=world.dara)


def test_what_is_set_aside_is_destroyed_at_once_and_not_counted(world, enquiry):
    actions.set_aside(enquiry=enquiry, by=world.dara)
    assert EnquiryWords.objects.get().body is None
    assert [list(part) for part in queries.desk(world.dara)] == [[], []]
    with pytest.raises(WrongState):
        published(EnquiryAnswer.objects.get(), world.person("Sothea", "content-editor"))


def test_the_desk_works_through_its_screens(client, world, enquiry, maly):
    client.force_login(world.dara)
    assert "supervisor" in text(client.get("/app/helpdesk/"))
    assert client.post(f"/app/helpdesk/{enquiry.pk}/", {"act": "answer", "words": ""}).status_code == 200
    client.post(f"/app/helpdesk/{enquiry.pk}/", {"act": "answer", "words": "No."})
    assert 'name="question"' not in text(client.get(f"/app/helpdesk/{enquiry.pk}/")), "who answered does not publish"
    client.force_login(maly)
    html = text(client.get(f"/app/helpdesk/{enquiry.pk}/"))
    assert "</textarea>" in html and ASKED not in html.split("Publish it for everybody")[1], "the form starts empty"
    facts = {
        "topic": "compensation",
        "language": "en",
        "question": "Is overtime a duty for me?",
        "text": "No, it is not.",
    }
    assert "own words" in text(client.post(f"/app/helpdesk/{enquiry.pk}/", facts | {"text": ASKED}))
    assert client.post(f"/app/helpdesk/{enquiry.pk}/", facts).status_code == 302
    assert PublishedAnswer.objects.get().published_by == maly


# --- publishing ---


def test_publishing_is_another_persons_act(world, answer, maly):
    core.assign_role(user=world.dara, programme=world.programme, role="content-editor", by=SETUP)
    with pytest.raises(Denied):
        published(answer, world.dara)
    with pytest.raises(Denied):
        published(answer, world.sokha)
    row = published(answer, maly)
    assert row.digest == row.words.digest
    with pytest.raises(WrongState):
        published(answer, maly)


def test_the_database_refuses_one_person_alone(world, answer):
    with pytest.raises(IntegrityError), transaction.atomic():
        PublishedAnswer.objects.create(
            answer=answer, language="en", published_on=date(2026, 1, 1), answered_by=world.dara,
            published_by=world.dara, digest="",
        )  # fmt: skip


@pytest.mark.parametrize("change", [{"question": ASKED}, {"text": f"Somebody wrote: {ASKED.upper()} Well."}])
def test_the_askers_own_words_are_refused(answer, maly, change):
    with pytest.raises(Invalid):
        published(answer, maly, **change)


def test_everybody_reads_what_was_published_and_nothing_of_the_asker(client, answer, maly):
    published(answer, maly)
    html = text(client.get("/ask/about/compensation/"))
    assert "Can somebody make me work longer?" in html and "Nobody may be made" in html
    assert "supervisor" not in html and "Maly" not in html and "Dara" not in html
    assert "/ask/about/compensation/" in text(client.get("/guidance/"))
    assert client.get("/ask/about/child-labour/").status_code == 404


def test_two_people_remove_what_was_published(client, world, answer, maly):
    row = published(answer, maly)
    kind = removals.kinds()["cms.publishedwords"]
    assert kind.programme_of(row.words) == world.programme
    redact(payload=row.words, asked_by=world.sokha, agreed_by=world.vannak, reason="identity-at-risk")
    assert client.get("/ask/about/compensation/").status_code == 404
    assert {"cms.enquirywords", "cms.answerwords"} <= set(removals.kinds())


# --- kept for a time ---


def test_words_go_when_their_time_is_over_and_the_count_stays(client, world, answer, maly):
    row = published(answer, maly)
    for days, gone in ((179, False), (181, True)):
        with _days_from_now(days):
            retention.apply(by=CLOCK)
        assert (EnquiryWords.objects.get().body is None) is gone
        assert (AnswerWords.objects.get().body is None) is gone
    assert Enquiry.objects.count() == 1
    assert PublishedWords.objects.get().body["answer"]
    assert "This is not kept any more" in text(client.get(f"/ask/{place_of(row.answer.enquiry)}/"))
    assert [list(part) for part in queries.desk(world.dara)] == [[], []]


class _days_from_now:
    def __init__(self, days):
        self.patch, self.now = pytest.MonkeyPatch(), timezone.now() + timedelta(days=days)

    def __enter__(self):
        self.patch.setattr(timezone, "now", lambda: self.now)

    def __exit__(self, *why):
        self.patch.undo()


# --- what is counted in public ---


@pytest.mark.parametrize(
    "on, period",
    [
        (date(2026, 11, 27), (date(2026, 7, 1), date(2026, 9, 30))),
        (date(2026, 10, 1), (date(2026, 7, 1), date(2026, 9, 30))),
        (date(2026, 1, 1), (date(2025, 10, 1), date(2025, 12, 31))),
        (date(2026, 6, 30), (date(2026, 1, 1), date(2026, 3, 31))),
    ],
)
def test_the_last_whole_quarter_is_counted(on, period):
    assert rules.counted_period(on) == period


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 30), max_size=12))
def test_no_small_cell_can_be_found_out(counts):
    shown, others = rules.shown_counts(counts)
    assert all(n >= rules.LEAST and counts[topic] == n for topic, n in shown.items())
    hidden = [n for topic, n in counts.items() if topic not in shown and n]
    assert others is None or (others == sum(hidden) and others >= rules.LEAST and len(hidden) > 1)


@given(st.text(min_size=1), st.text(), st.text())
def test_what_holds_the_whole_question_repeats_it(asked, before, after):
    if rules._letters(asked):
        assert rules.repeats(before + " " + asked + " " + after, asked)


@pytest.mark.parametrize(
    "written, asked, repeats",
    [
        ("Is overtime voluntary?", ASKED, False),
        ("my SUPERVISOR, at line 4, says: I must stay until nine", ASKED, True),
        ("តើខ្ញុំត្រូវធ្វើការបន្ថែមម៉ោងរាល់ថ្ងៃដែរឬទេបើខ្ញុំមិនចង់ធ្វើ", "តើខ្ញុំត្រូវធ្វើការបន្ថែមម៉ោងរាល់ថ្ងៃដែរឬទេបើខ្ញុំមិនចង់ធ្វើទេ?", True),
        ("Yes.", "", False),
    ],
)
def test_words_are_compared_by_letters(written, asked, repeats):
    assert rules.repeats(written, asked) is repeats


def test_counts_are_public_with_a_last_day_and_no_small_cell(client, world, maly):
    first, last = rules.counted_period(timezone.localdate())
    for topic, n, on in (
        ("compensation", 6, last), ("child-labour", 2, first), ("safety-and-health", 3, first),
        ("child-labour", 9, last + timedelta(days=1)),
    ):  # fmt: skip
        for _n in range(n):
            Enquiry.objects.create(programme=world.programme, topic=topic, language="en", received_on=on)
    said = words_of(text(client.get("/ask/")))
    table = said.split("What was asked lately")[1]
    assert "Compensation 6 Other topics together 5" in table
    assert "Child labour" not in table and "11" not in table.split("Topic Questions")[1]
    assert f"to {last.day} {last:%B} {last.year}, by topic" in table


def test_the_desk_asks_as_few_questions_for_twelve_as_for_two(client, world, maly, django_assert_max_num_queries):
    def asked(n):
        for _n in range(n):
            actions.ask(programme=world.programme, topic="", words="Why?", contact="", language="en", by=HELPDESK)

    client.force_login(world.dara)
    asked(2)
    text(client.get("/app/helpdesk/"))
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as two:
        text(client.get("/app/helpdesk/"))
    asked(10)
    with django_assert_max_num_queries(len(two)):
        text(client.get("/app/helpdesk/"))


def test_the_daily_job_is_the_ordinary_one(db):
    assert "enquiries" in {one.key for one in retention.classes()}
    call_command("check")
