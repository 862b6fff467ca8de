"""Somebody tries every closed address with another programme's objects. She learns nothing and changes nothing.

The addresses are read from the program, so a new one is tried from its first day; one whose argument is not known
here is tried with an id of nothing.
"""

import json
import re
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from PIL import Image

from compliance import actions as compliance
from compliance import sync
from compliance.models import Quarantined
from core import access, storage
from core import actions as core
from core.actions.administrators import open_session
from core.actions.entrance import end_all_sessions
from core.actions.removals import ask_to_remove
from core.entrance.sealing import seal
from core.ids import new_id
from core.models import AuditRecord, Job, ProgrammeGrant
from core.roles import ROLES
from disclosure.actions import ask_to_withhold
from factories import actions as factories
from improvement_plans import actions as plans
from improvement_plans.models import PlanItem
from tests.architecture.test_urls import OURS
from tests.disclosure.past import publish, regime, usual
from tests.world import SETUP, operation

EXITS = "emergency-exits-clear"
# Their argument names no object: a form of one's own programmes.
NO_OBJECT = {"compliance:name-companion"}
# What no stranger may read. Names of factories are public; these are not.
BUYER = "Heliotrope Shirts"
SECRETS = ("KH-2026-", "Sentinel", "Chanthou", "Sokha", BUYER)
# Who keeps a programme finds every buyer by name, so that none is written down twice. Whom it orders from stays secret.
DIRECTORY = {"factories:people", "factories:create-buyer"}


@pytest.fixture
def held(world):
    """One of everything in the programme KH, by the names addresses use for it."""
    regime(world)
    world.mony  # noqa: B018  (she is made when first asked for)
    usual(world)
    publish(world)
    report = world.report(on=date(2026, 10, 12), extra=[(EXITS, "report_text", "Sentinel words")])
    plans.follow_report(report=report, by=SETUP)
    assessment = world.planned(on=date(2026, 11, 23))
    sent = [operation("no-such-question", "note", "Sentinel note"), operation(EXITS, "state", "compliant")]
    sync.receive(assessment_id=assessment.pk, device=world.tablet(world.chanthou), operations=sent, seen=0)
    out = BytesIO()
    Image.new("RGB", (8, 8)).save(out, "JPEG")
    evidence = compliance.keep_evidence(
        assessment=assessment, evidence_id=new_id(), data=out.getvalue(), sha256=storage.sha256_of(out.getvalue()),
        kind="photo", taken_at="", by=world.chanthou,
    )  # fmt: skip
    case = compliance.open_case(
        programme=world.programme, cycle=report.assessment.cycle, kind="violence", text="Sentinel case",
        readers=[world.sokha], by=world.chanthou,
    )  # fmt: skip
    committee = plans.create_committee(site=world.site, kind="bipartite", formed_on=date(2025, 1, 10), by=world.dara)
    seat = plans.seat_member(
        committee=committee, side="worker", sex="f", chosen_by="election", since=date(2025, 1, 10),
        user=world.person("Sentinel"), by=world.dara,
    )  # fmt: skip
    item = PlanItem.objects.filter(plan__site=world.site).first()
    buyer = factories.create_buyer(name=BUYER, by=SETUP)
    consent = factories.give_consent(site=world.site, buyer=buyer, since=date(2026, 1, 1), by=world.mony)
    relation = factories.record_relation(site=world.site, buyer=buyer, since=date(2026, 1, 1), by=world.sokha)
    permit = factories.record_permit(site=world.site, kind="fire", issued_on=date(2026, 1, 1), by=world.sokha)
    suspicion = factories.record_suspicion(
        giver=world.site, words="Sentinel seen", seen_on=date(2026, 1, 5), by=world.dara
    )
    adviser = compliance.assign_adviser(user=world.dara, site=world.site, since=date(2025, 1, 1), by=world.sokha)
    words = report.findings.get(question_key=EXITS).words
    removal = ask_to_remove(kind="compliance.findingtext", subject_id=words.pk, reason="worker-named", by=world.sokha)
    withholding = ask_to_withhold(slug="paper-heron-sewing", reason="person-at-risk", by=world.sokha)
    invitation = core.invite(
        programme=world.programme, email="sentinel@example.org", role="advisory-member", language="en", by=world.sokha
    )
    admin = world.person("Admina", "administrator")
    session = open_session(programme=world.programme, reason="fault-reported", request="R-1", by=admin)
    job = Job.objects.create(name="test.note", state="dead", finished_at=timezone.now(), error="ValueError")
    return {
        "number": [assessment.number, report.assessment.number],
        "assessment_id": [assessment.pk, report.assessment.pk],
        "report_id": [report.pk],
        "evidence_id": [evidence.pk],
        "version_id": [world.version.pk],
        "case_id": [case.pk],
        "item_id": [Quarantined.objects.get().pk, item.pk],
        "plan_id": [item.plan_id],
        "committee_id": [committee.pk],
        "member_id": [seat.pk],
        "device_id": [world.tablet(world.chanthou).pk],
        "session_id": [session.pk],
        "job_id": [job.pk],
        "user_id": [world.sokha.pk],
        "code": ["KH"],
        "invitation_id": [invitation.pk],
        "sealed": [
            seal("paper-page", json.dumps([str(world.sokha.pk), "en", "K7-43-RT", "AAAAA-BBBBB", "2099-01-01"]))
        ],
        "ask_id": [removal.pk, withholding.pk],
        "ref": [world.site.ref],
        "relation": [relation.pk],
        "consent": [consent.pk],
        "permit": [permit.pk],
        "suspicion": [suspicion.pk],
        "pk": [adviser.pk],
        "kind": ["adviser"],
        "what": ["name", "manager"],
        "verb": ["deactivate", "end-sessions", "paper", "agree"],
    }


def addresses(held):
    """Every closed address, filled with the objects held; each argument's other values on their own."""
    for name, route in OURS:
        route = route.replace("<int:number>", "1")
        if access.TABLE[name].kind == "public" or route.startswith("app/account/"):
            continue
        names = re.findall(r"<(?:\w+:)?(\w+)>", route)
        longest = max([len(held.get(one, [])) for one in names] or [1])
        for n in range(max(1, longest)):
            values = {one: (held.get(one) or [new_id()]) for one in names}
            here = re.sub(r"<(?:\w+:)?(\w+)>", lambda m, v=values, n=n: str(v[m[1]][n % len(v[m[1]])]), route)
            yield name, "/" + here


def everything_of_another_programme(world):
    user = world.person("Everything", programme=world.other_programme)
    for role in ROLES.values():
        if role.anchor == "programme":
            core.assign_role(user=user, programme=world.other_programme, role=role.key, by=SETUP)
    factories.name_manager(site=world.other_site, user=user, since=date(2020, 1, 1), by=SETUP)
    return user


def somebody_whose_roles_have_ended(world):
    user = world.person("Ended")
    for role in ROLES.values():
        if role.anchor == "programme":
            core.assign_role(user=user, programme=world.programme, role=role.key, by=SETUP)
    ProgrammeGrant.objects.filter(user=user).update(until=timezone.now() - timedelta(seconds=1))
    return user


def a_buyer_without_consent(world):
    user, buyer = world.person("Nora"), factories.create_buyer(name="Northwind", by=SETUP)
    factories.add_buyer_member(buyer=buyer, user=user, since=date(2026, 1, 1), by=SETUP)
    return user


def a_union_reader_of_another_factory(world):
    user = world.person("Rany")
    site = world.new_site("White Heron")
    compliance.name_union_reader(user=user, site=site, until=date(2099, 1, 1), by=world.sokha)
    return user


def all_roles_that_read_nothing_of_one_factory(world):
    return world.person("Figures", "analyst", "government-officer", "advisory-member", "content-editor", "translator")


STRANGERS = [
    everything_of_another_programme,
    somebody_whose_roles_have_ended,
    a_buyer_without_consent,
    a_union_reader_of_another_factory,
    all_roles_that_read_nothing_of_one_factory,
]


@pytest.mark.parametrize("who", STRANGERS, ids=lambda one: one.__name__)
def test_a_stranger_opens_and_changes_nothing(client, world, held, who):
    user = who(world)
    client.force_login(user)
    client.raise_request_exception = False
    # Jobs belong to no programme, and whether a buyer's person gets letters is her own.
    own = ("job.retried", "portfolio.letters-set")
    acts = AuditRecord.objects.filter(actor_id=user.pk).exclude(verb__in=own)
    before = acts.count()
    wrong = []
    for name, address in addresses(held):
        for ask in (client.get, client.post):
            answer = ask(address)
            text = b"".join(answer).decode("utf-8", "replace") if answer.streaming else answer.content.decode()
            said = [secret for secret in SECRETS if secret in text and not (secret == BUYER and name in DIRECTORY)]
            if said:
                wrong.append(f"{name} {ask.__name__} says {said}")
            if "<" in dict(OURS)[name] and name not in NO_OBJECT and answer.status_code == 200:
                wrong.append(f"{name} {ask.__name__} opens {address}")
            if answer.status_code >= 500:
                wrong.append(f"{name} {ask.__name__} breaks")
    assert wrong == []
    assert acts.count() == before


def test_a_session_that_was_ended_opens_nothing_from_then_on(client, world, held):
    client.force_login(world.sokha)
    address = f"/app/assessments/{held['number'][0]}/"
    assert client.get(address).status_code == 200
    end_all_sessions(world.sokha, SETUP)
    for _name, here in addresses(held):
        answer = client.get(here)
        assert answer.status_code in (302, 401, 404, 405), here
        assert not any(secret in answer.content.decode() for secret in SECRETS), here
