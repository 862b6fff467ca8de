"""What must stay where it is: a worker's statement with its readers, a worker's name in committee and programme.

Every address of the access table that can be read is asked for as every other role, with what lies behind it, and
searched; the day's letters, jobs, audit record and log as well.
"""

import json
import logging
import re
from uuid import uuid4

import pytest
from django.core import mail

from compliance import actions as compliance
from config.reference.access import addresses
from core import actions as core
from core.models import AuditRecord, Job
from disclosure import actions as disclosure
from improvement_plans import actions
from improvement_plans.models import Statement
from tests.improvement_plans.conftest import TODAY
from tests.world import SETUP

pytestmark = [pytest.mark.django_db, pytest.mark.every_page]
SAID, NAME, READER = "zz-said-4711", "zz-name-4712", "zz-reader-4713"
READABLE = sorted(
    {(route, name) for name, route, methods, _app, _view in addresses() if not methods or "GET" in methods}
)

# Who reads what; nobody else reads anything. "names": of members and of the worker side's reader.
ROLES = {
    "sreymom": {"programme", "union", "workers", "names"},
    "bopha": {"workers", "names"},
    "vuthy": {"names"},
    "safety": set(),
    "reader": {"union", "names"},
    "sokha": {"programme", "names"},
    "vannak": {"programme", "names"},
    "dara": {"programme", "names"},
    "chanthou": {"names"},
    "mony": set(),
    "nina": set(),
    "stranger": set(),
    "anonymous": set(),
    "layla": set(),
    "omar": set(),
    "officer": set(),
    "advisory": set(),
    "analyst": set(),
    "editor": set(),
    "translator": set(),
    "author": set(),
}
STAFF = {
    "officer": "government-officer", "advisory": "advisory-member", "analyst": "analyst",
    "editor": "checklist-editor", "author": "content-editor", "translator": "translator",
}  # fmt: skip


@pytest.fixture
def there(floor):
    """Everybody; a committee whose worker side bears a name that can be found, with all that it writes down."""
    world = floor.world
    people = {name: getattr(world, name) for name in ("sokha", "vannak", "dara", "chanthou", "mony", "layla", "omar")}
    floor.full(2, 3)
    people |= {"sreymom": floor.sreymom, "vuthy": floor.vuthy, "nina": floor.buyer_reader}
    people |= {name: world.person(name.capitalize()) for name in ("bopha", "safety", "stranger")}
    people |= {name: world.person(name.capitalize(), role) for name, role in STAFF.items()}
    people["reader"] = core.create_user(
        username="union-reader", name=READER, password=None, programme=world.programme, by=SETUP
    )
    compliance.name_union_reader(user=people["reader"], site=floor.site, until=TODAY.replace(year=2027), by=world.sokha)
    floor.seat("worker", people["bopha"])
    named = floor.seat("worker", name=NAME)
    osh = actions.create_committee(site=floor.site, kind="osh", formed_on=TODAY, by=world.dara)
    actions.seat_member(
        committee=osh, user=people["safety"], side="worker", sex="x", chosen_by="union", since=TODAY, by=world.dara
    )
    item = floor.planned(witness=named)
    election = actions.record_election(
        committee=floor.committee, held_on=TODAY, seats=1, eligible=9, voted=8, by=world.dara,
        candidates=[{"name": NAME, "sex": "f", "votes": 5}],
    )  # fmt: skip
    actions.agree_item(item=item, by=floor.sreymom)
    meeting = actions.plan_meeting(committee=floor.committee, planned_on=TODAY, by=floor.sreymom)
    actions.write_minutes(meeting=meeting, held_on=TODAY, present=[named, floor.worker_chair], by=floor.sreymom)
    disclosure.set_regime(
        programme=world.programme, name="All", in_force_from=TODAY.replace(year=2025), until=None, by=world.sokha,
        rule={"tag": "critical-public", "from_visit": 1, "delay_days": 0, "zero_tolerance_delay_days": 0},
    )  # fmt: skip
    disclosure.publish_release(programme=world.programme, as_of=TODAY, by=SETUP)
    assessment = item.finding.report.assessment
    ours = {
        "item_id": item.pk, "plan_id": item.plan_id, "committee_id": floor.committee.pk, "meeting_id": meeting.pk,
        "member_id": named.pk, "election_id": election.pk, "ref": floor.site.number, "site_id": floor.site.pk,
        "report_id": item.finding.report_id, "assessment_id": assessment.pk, "number": assessment.number,
        "slug": floor.site.number.lower(), "code": "KH", "programme": "KH", "user_id": floor.sreymom.pk,
        "buyer": floor.consent.buyer_id, "consent": floor.consent.pk, "kind": "zip", "key": "small",
    }  # fmt: skip
    return people, ours


def ask(client, address):
    answer = client.get(address)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode(errors="replace")


def read(client, person, ours):
    """Every readable address as a person, {address: what it says}; where there is a search, what it finds as well."""
    client.logout() if person is None else client.force_login(person)
    client.raise_request_exception = False
    pages = {}
    for route, _name in READABLE:
        address = re.sub(
            r"<(?:(\w+):)?(\w+)>", lambda hole: str(ours.get(hole[2], uuid4() if hole[1] == "uuid" else "x")), route
        )
        if "sign-out" in address:
            continue
        pages[address] = ask(client, address)
        if 'name="q"' in pages[address]:
            pages[f"{address}?q"] = ask(client, f"{address}?q=zz-")
        if person is not None and "_auth_user_id" not in client.session:
            client.force_login(person)
    return pages


@pytest.mark.parametrize("role", ROLES)
def test_what_is_said_and_who_sits_stays_with_who_may_read_it(floor, there, client, caplog, role):
    caplog.set_level(logging.DEBUG)
    people, ours = there
    person, may = people.get(role), ROLES[role]
    made = [
        actions.write_statement(committee=floor.committee, text=f"{SAID}-{readers}", readers=readers, by=floor.sreymom)
        for readers in Statement.Readers.values
    ]
    for one in made:
        actions.answer_statement(statement=one, text=f"{SAID}-{one.readers} more", by=floor.sreymom)
    pages = read(client, person, ours | {"statement_id": made[0].pk})
    for one in made[1:]:
        address = f"/app/plans/private/{one.pk}/"
        pages[address] = client.get(address).content.decode()
    found = "\n".join(pages.values())
    assert len(pages) > 120
    assert {readers for readers in Statement.Readers.values if f"{SAID}-{readers}" in found} == may - {"names"}
    if "names" not in may:
        tells = [address for address, text in pages.items() if NAME in text or READER in text]
        assert tells == []


def test_neither_letters_nor_jobs_nor_the_audit_record_nor_the_log_say_it(floor, there, client, caplog):
    caplog.set_level(logging.DEBUG)
    people, ours = there
    one = actions.write_statement(committee=floor.committee, text=SAID, readers="programme", by=floor.sreymom)
    for name in ("dara", "vuthy"):
        read(client, people[name], ours | {"statement_id": one.pk})
    letters = json.dumps([[letter.subject, letter.body, str(letter.alternatives)] for letter in mail.outbox])
    kept = (
        letters
        + caplog.text
        + json.dumps([str(facts) for facts in AuditRecord.objects.values_list("facts", flat=True)])
    )
    kept += json.dumps([str(one) for one in Job.objects.values_list("arguments", flat=True)])
    assert not [word for word in (SAID, NAME, READER) if word in kept]
