"""A statement of the worker side: who reads it, who answers, and that the other side never learns of it."""

import json
import logging
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.core import mail
from django.urls import get_resolver, reverse
from openpyxl import load_workbook

from compliance import actions as compliance
from core.errors import Denied, Invalid
from core.home import lines_for
from core.models import AuditRecord, Job, ProgrammeSetting
from core.redaction import redact
from core.removals import kinds
from improvement_plans import actions, queries
from improvement_plans.models import Statement, StatementWords
from improvement_plans.permissions import statements_visible_to
from improvement_plans.removals import StatementAnswerWords
from tests.improvement_plans.conftest import TODAY

pytestmark = pytest.mark.django_db
SENTINEL = "sentinel-wird-4711"


@pytest.fixture
def people(floor):
    """Everybody who could come near a statement of Sreymom's."""
    world = floor.world
    floor.full()
    found = {name: getattr(world, name) for name in ("sokha", "vannak", "dara", "chanthou", "mony", "layla")}
    found |= {"sreymom": floor.sreymom, "vuthy": floor.vuthy, "nina": floor.buyer_reader}
    found |= {name: world.person(name.capitalize()) for name in ("bopha", "gone", "safety", "reader", "stranger")}
    found["both"] = world.person("Both", "lead-assessor")
    floor.seat("worker", found["bopha"])
    floor.seat("worker", found["gone"], until=TODAY - timedelta(days=1))
    osh = actions.create_committee(site=floor.site, kind="osh", formed_on=date(2025, 1, 1), by=world.dara)
    seat = {"committee": osh, "sex": "x", "since": date(2025, 1, 1), "by": world.dara}
    actions.seat_member(user=found["safety"], side="worker", chosen_by="union", **seat)
    # A lead assessor who once sat for the management of this very factory.
    actions.seat_member(user=found["both"], side="management", chosen_by="employer", until=date(2025, 2, 1), **seat)
    compliance.name_union_reader(
        user=found["reader"], site=floor.site, until=TODAY + timedelta(days=90), by=world.sokha
    )
    return found


def write(floor, readers, text=SENTINEL):
    return actions.write_statement(committee=floor.committee, text=text, readers=readers, by=floor.sreymom)


#            programme  union   workers
READS = {
    "sreymom":  ("yes", "yes", "yes"),
    "sokha":    ("yes", "no",  "no"),
    "vannak":   ("yes", "no",  "no"),
    "dara":     ("yes", "no",  "no"),
    "reader":   ("no",  "yes", "no"),
    "bopha":    ("no",  "no",  "yes"),
    "gone":     ("no",  "no",  "no"),
    "safety":   ("no",  "no",  "no"),
    "both":     ("no",  "no",  "no"),
    "chanthou": ("no",  "no",  "no"),
    "layla":    ("no",  "no",  "no"),
    "mony":     ("no",  "no",  "no"),
    "vuthy":    ("no",  "no",  "no"),
    "nina":     ("no",  "no",  "no"),
    "stranger": ("no",  "no",  "no"),
}  # fmt: skip


def test_only_the_chosen_readers_read_and_answer(floor, people, client):
    """The list, the page, the count and the answer say the same for everybody."""
    written = {readers: write(floor, readers) for readers in Statement.Readers.values}
    for name, row in READS.items():
        client.force_login(people[name])
        for readers, reads in zip(("programme", "union", "workers"), row, strict=True):
            place = f"{name} {readers}"
            address = reverse("improvement_plans:statement", args=[written[readers].pk])
            page = client.get(address)
            assert page.status_code == (200 if reads == "yes" else 404), place
            assert (SENTINEL in page.content.decode()) == (reads == "yes"), place
            assert statements_visible_to(people[name]).filter(pk=written[readers].pk).exists() == (reads == "yes"), (
                place
            )
            if reads == "no":
                with pytest.raises(Denied):
                    actions.answer_statement(statement=written[readers], text="No.", by=people[name])


def test_somebody_who_becomes_of_the_management_reads_no_more(floor, people):
    write(floor, "workers")
    assert statements_visible_to(people["bopha"]).exists()
    member = floor.committee.members.get(user=people["bopha"])
    actions.end_seat(member=member, on=TODAY - timedelta(days=1), by=floor.world.dara)
    floor.seat("management", people["bopha"], since=TODAY, chosen_by="employer", until=TODAY)
    assert not statements_visible_to(people["bopha"]).exists()


def addresses(floor, statement):
    """Every address of the signed-in site that takes no argument, or one of ours."""
    ours = {
        "plan_id": floor.item().plan_id, "item_id": floor.item().pk, "committee_id": floor.committee.pk,
        "site_id": floor.site.pk, "member_id": floor.worker_chair.pk, "statement_id": statement.pk,
        "meeting_id": floor.committee.meetings.get().pk, "programme": "KH",
    }  # fmt: skip
    found = []

    def walk(patterns, prefix, names):
        for one in patterns:
            text = prefix + str(one.pattern)
            taken = {**names, **one.pattern.converters}
            if hasattr(one, "url_patterns"):
                walk(one.url_patterns, text, taken)
            elif set(taken) <= set(ours):
                for name in taken:
                    text = text.replace(f"<{name}>", str(ours[name]))
                    for kind in ("uuid", "str", "slug"):
                        text = text.replace(f"<{kind}:{name}>", str(ours[name]))
                found.append("/" + text.replace("^", "").replace("$", ""))

    walk(get_resolver().url_patterns, "", {})
    return [address for address in found if address.startswith(("/app/", "/api/", "/data/", "/disclosure/"))]


@pytest.mark.every_page
def test_the_other_side_never_learns_of_it(floor, people, client, caplog):
    """Every page, feed, export and count of management and buyers; letters, jobs, audit and log of everybody."""
    caplog.set_level(logging.DEBUG)
    floor.planned()
    actions.plan_meeting(committee=floor.committee, planned_on=TODAY, by=floor.sreymom)
    management = ("vuthy", "mony", "nina", "both")
    statement = Statement(pk=floor.committee.pk)
    client.raise_request_exception = False
    before = {
        name: {a: client_text(client, people[name], a) for a in addresses(floor, statement)} for name in management
    }
    assert len(before["vuthy"]) > 40 and sum(status == 200 for status, _text in before["vuthy"].values()) > 8
    made = [write(floor, readers) for readers in Statement.Readers.values]
    for one in made:
        actions.answer_statement(statement=one, text=f"{SENTINEL} answer", by=floor.sreymom)
    for name in management:
        for address, (status_before, text_before) in before[name].items():
            status, text = client_text(client, people[name], address)
            assert SENTINEL not in text, f"{name} {address}"
            assert (status, len(text)) == (status_before, len(text_before)), f"{name} {address} tells of it"
        for one in made:
            for address in ("statement", "answer-statement"):
                url = reverse(f"improvement_plans:{address}", args=[one.pk])
                status, text = client_text(client, people[name], url)
                assert status in (404, 405) and SENTINEL not in text, f"{name} {url}"
        assert not any("message" in line.text for line in lines_for(people[name]))
    letters = json.dumps([[letter.subject, letter.body, str(letter.alternatives)] for letter in mail.outbox])
    assert SENTINEL not in letters + caplog.text
    assert SENTINEL not in json.dumps([str(facts) for facts in AuditRecord.objects.values_list("facts", flat=True)])
    assert SENTINEL not in json.dumps(list(Job.objects.values_list("arguments", flat=True)))
    audit = AuditRecord.objects.filter(verb="statement.written").values_list("facts", flat=True)
    assert [facts for facts in audit if facts] == []


def client_text(client, person, address):
    if client.session.get("_auth_user_id") != str(person.pk):
        client.force_login(person)
    response = client.get(address)
    if getattr(response, "streaming", False):
        return response.status_code, b"".join(response.streaming_content).decode(errors="replace")
    if response.content.startswith(b"PK"):  # a workbook is packed, and its time of day is in it: read what it says
        sheets = load_workbook(BytesIO(response.content))
        return response.status_code, str(
            [[cell.value for cell in row] for sheet in sheets for row in sheet.iter_rows()]
        )
    text = response.content.decode(errors="replace")
    for varying in ("csrfmiddlewaretoken", "csrf"):
        text = "\n".join(line for line in text.splitlines() if varying not in line.lower())
    return response.status_code, text


def test_she_sees_who_answers_and_by_when(floor, people, client):
    made = write(floor, "programme")
    client.force_login(floor.sreymom)
    address = reverse("improvement_plans:statement", args=[made.pk])
    assert "The programme answers, by 4 December 2026" in client.get(address).content.decode()
    assert any("1 message waits" in line.text for line in lines_for(people["dara"]))
    actions.answer_statement(statement=made, text="I come on Monday.", by=people["dara"])
    page = client.get(address).content.decode()
    assert "I come on Monday." in page and "Answered" in page
    assert not any("message waits" in line.text for line in lines_for(people["dara"]))


def test_a_programme_sets_its_own_days(floor, people):
    ProgrammeSetting.objects.create(
        programme=floor.site.programme, key="statements", value={"answer_days": 2}, in_force_from=TODAY
    )
    assert write(floor, "programme").answer_by == TODAY + timedelta(days=2)


def test_a_union_without_a_reader_cannot_be_chosen(floor):
    floor.full()
    with pytest.raises(Invalid, match="Nobody reads for your union"):
        write(floor, "union")
    assert [value for value, _words in queries.readers_for(floor.committee)] == ["programme", "workers"]


@pytest.mark.parametrize("name", ["vuthy", "mony", "gone", "dara", "safety", "nina"])
def test_only_the_worker_side_in_office_writes(floor, people, name, client):
    with pytest.raises(Denied):
        actions.write_statement(committee=floor.committee, text="No.", readers="programme", by=people[name])
    client.force_login(people[name])
    page = client.get(reverse("improvement_plans:write-statement", args=[floor.committee.pk]))
    assert page.status_code in (403, 404)


def test_the_private_place_exists_for_the_worker_side_only(floor, people, client):
    for name, there in (("sreymom", True), ("vuthy", False)):
        client.force_login(people[name])
        mine = client.get(reverse("improvement_plans:mine")).content.decode()
        assert ("/app/plans/private/" in mine) == there
        assert client.get(reverse("improvement_plans:private")).status_code == (200 if there else 404)


def test_leave_is_on_each_of_these_screens(floor, people, client):
    made = write(floor, "programme")
    for name in ("sreymom", "dara"):
        client.force_login(people[name])
        for address in (reverse("improvement_plans:private"), reverse("improvement_plans:statement", args=[made.pk])):
            response = client.get(address)
            page = response.content.decode()
            assert "/app/sign-out/" in page and ">Leave</button>" in page
            assert response.headers["Cache-Control"] == "no-store"


def test_through_its_pages(floor, people, client):
    client.force_login(floor.sreymom)
    address = reverse("improvement_plans:write-statement", args=[floor.committee.pk])
    refused = client.post(address, {"text": SENTINEL})
    assert refused.status_code == 400 and SENTINEL in refused.content.decode()
    page = client.post(address, {"text": SENTINEL, "readers": "workers"}, follow=True)
    assert SENTINEL in page.content.decode()
    client.force_login(people["bopha"])
    answer = reverse("improvement_plans:answer-statement", args=[Statement.objects.get().pk])
    assert "We talk on Friday." in client.post(answer, {"text": "We talk on Friday."}, follow=True).content.decode()


def test_two_people_remove_it_for_good(floor, people, client):
    made = write(floor, "programme")
    actions.answer_statement(statement=made, text=SENTINEL, by=people["dara"])
    for words in (StatementWords.objects.get(), StatementAnswerWords.objects.get()):
        redact(payload=words, asked_by=people["sokha"], agreed_by=people["vannak"], reason="worker-named")
    client.force_login(floor.sreymom)
    page = client.get(reverse("improvement_plans:statement", args=[made.pk])).content.decode()
    assert SENTINEL not in page and "The words were removed for good." in page


def test_its_kinds_can_be_asked_for_on_the_screen_of_removals(floor):
    assert {"improvement_plans.statementwords", "improvement_plans.statementanswerwords"} <= set(kinds())
    floor.full()
    row = write(floor, "programme").words
    assert kinds()["improvement_plans.statementwords"].programme_of(row) == floor.site.programme
