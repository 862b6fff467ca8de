"""What is not issued is nowhere: a word planted in each secret place is sought in every page, file, letter and log line.

Every address of ours that answers GET is opened as everybody outside the assessment and without signing in, with the
ids of what must stay unseen. New addresses are tried by themselves; a new kind of id has to be given below.
"""

import itertools
import json
import logging
import re
from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.urls import URLPattern, URLResolver, get_resolver

from compliance import actions
from compliance.models import Device, Evidence
from core import access, queue, storage
from core.audit import System
from core.days import today
from core.ids import new_id
from core.models import AuditRecord, Job
from core.roles import Right
from disclosure.models import Entry, Release, ReleasedFactory
from factories import actions as factories
from tests.compliance.test_actions import jpeg
from tests.disclosure.past import publish, regime
from tests.world import SETUP

pytestmark = pytest.mark.every_page

# Where it is planted: the word. None is a word of the program.
WORDS = {
    "finding": "quixotefinding", "note": "quixotenote", "interviews": "quixotecount", "case": "quixotecase",
    "step": "quixotestep", "letter": "quixoteletter", "identity": "quixoteidentity", "visit": "quixotevisit",
    "why": "quixotewhy", "pair": "Quixotepair",
}  # fmt: skip
PHOTO = "sentinel-place"  # what tests.compliance.test_actions.jpeg hides in a photo
PLANNED = date(2031, 11, 17)


@pytest.fixture
def planted(world, caplog):
    """An issued past and a release of it; then, unpublished: an assessment in review, a plan, a case, a visit."""
    caplog.set_level(logging.DEBUG)
    world.mony  # noqa: B018
    regime(world)
    for year in (2023, 2024):
        world.report(on=date(year, 3, 4))
    publish(world, as_of=today(world.programme) - timedelta(days=1))
    assessment = world.planned(on=date(2026, 2, 2))
    photo, data = new_id(), jpeg(exif=True)
    actions.keep_evidence(
        assessment=assessment, evidence_id=photo, data=data, sha256=storage.sha256_of(data), kind="photo", taken_at="",
        by=world.rith,
    )  # fmt: skip
    key = "under-age-workers"
    world.send(
        assessment, world.chanthou, (key, "state", "non_compliant"), (key, "report_text", WORDS["finding"]),
        (key, "note", WORDS["note"]), ("workers-count", "note", WORDS["interviews"]), (key, f"photo:{photo}", True),
    )  # fmt: skip
    actions.submit(assessment=assessment, by=world.chanthou, rest_not_asked=True, visited_on=date(2026, 2, 2))
    pair = world.person(WORDS["pair"], "assessor")
    actions.declare_tie(user=pair, site=world.site, kind="family", since=date(2020, 1, 1), by=pair)
    planned = actions.plan_assessment(
        programme=world.programme, site=world.site, version=world.version, lead=pair, assessors=[],
        planned_from=PLANNED, planned_until=PLANNED, why=WORDS["why"], by=world.sokha,
    )  # fmt: skip
    day = today(world.programme)
    visit = actions.plan_visit(
        site=world.site, kind="verification", people=[pair], planned_from=PLANNED, planned_until=PLANNED, by=world.sokha
    )
    held = actions.plan_visit(
        site=world.site, kind="advisory", people=[world.dara], planned_from=day, planned_until=day, by=world.dara
    )
    actions.write_up_visit(visit=held, held_on=day, done="We met.", note=WORDS["visit"], by=world.dara)
    case = actions.open_case(
        programme=world.programme, cycle=assessment.cycle, kind="child-labour", text=WORDS["case"], readers=[],
        by=world.sokha,
    )  # fmt: skip
    actions.take_step(case=case, step="best-interest", answer="tell", words=WORDS["step"], by=world.sokha)
    actions.take_step(case=case, step="risk-check", answer="safe", by=world.sokha)
    actions.tell_party(case=case, party="ministry", words=WORDS["letter"], by=world.sokha)
    actions.seal_identity(case=case, words=WORDS["identity"], by=world.sokha)
    return {
        "assessment": assessment, "planned": planned, "visit": visit, "case": case, "photo": photo, "held": held,
        "secrets": [
            *WORDS.values(), PHOTO, case.reference, str(case.pk), planned.number, assessment.number,
            PLANNED.isoformat(), "17 November 2031", str(visit.pk), str(photo),
        ],
    }  # fmt: skip


OUTSIDE = [
    "anonymous", "manager of JO", "assessor of JO", "factory manager", "worker member", "management member",
    "union reader", "buyer with consent", "buyer without", "analyst", "advisory-member", "government-officer",
    "checklist-editor", "translator", "content-editor", "administrator",
]  # fmt: skip


def person(world, who):
    """Somebody outside the assessment, by what she is."""
    if who in ("manager of JO", "assessor of JO", "factory manager"):
        return {"manager of JO": world.layla, "assessor of JO": world.omar, "factory manager": world.mony}[who]
    user = world.person(who.replace(" ", ""), *([who] if who in ROLES else []))
    if who in SEATS:
        access.grant(user=user, right=SEATS[who], anchor=world.site)
    if who.startswith("buyer"):
        buyer = factories.create_buyer(name=f"House of {who}", by=SETUP)
        factories.add_buyer_member(buyer=buyer, user=user, since=date(2025, 1, 1), by=SETUP)
        if who == "buyer with consent":
            factories.give_consent(site=world.site, buyer=buyer, since=date(2025, 1, 1), by=world.mony)
    return user


ROLES = {
    "analyst", "advisory-member", "government-officer", "checklist-editor", "translator", "content-editor",
    "administrator",
}  # fmt: skip
SEATS = {
    "worker member": Right.SIT_WORKER_SIDE, "management member": Right.SIT_MANAGEMENT_SIDE,
    "union reader": Right.READ_FOR_WORKERS,
}  # fmt: skip


def routes(resolver=None, route=""):
    """Every route of ours, Wagtail's own left out."""
    for pattern in (resolver or get_resolver()).url_patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, here)
        elif isinstance(pattern, URLPattern) and not here.startswith(("cms/", "^")):
            yield here


def addresses(world, planted):
    """Every address, its holes filled with the ids of what must not be seen."""
    site, assessment = world.site, planted["assessment"]
    ids = [assessment.pk, planted["planned"].pk, planted["case"].pk, planted["visit"].pk, planted["photo"]]
    given = {
        "number": [assessment.number, planted["planned"].number], "ref": [site.ref], "code": ["KH"],
        "slug": [site.number.lower()], "kind": ["adviser"], "what": ["tie"], "verb": ["end"], "name": ["questions"],
        "rest": ["index.html"], "n": [1], "assessment_id": [assessment.pk, planted["planned"].pk],
        "case_id": [planted["case"].pk], "visit_id": [planted["visit"].pk], "evidence_id": [planted["photo"]],
        "user_id": [world.rith.pk], "device_id": list(Device.objects.values_list("pk", flat=True)),
        "version_id": [world.version.pk], "report_id": [assessment.pk],
    }  # fmt: skip
    for route in routes():
        holes = re.findall(r"<(?:(\w+):)?(\w+)>", route)
        values = [
            [1] if kind == "int" else given.get(name) or (ids if kind.startswith("uuid") else ["x"])
            for kind, name in holes
        ]
        for chosen in itertools.islice(itertools.product(*values), 6):
            filled = route
            for value in chosen:
                filled = re.sub(r"<(?:\w+:)?\w+>", str(value), filled, count=1)
            yield "/" + filled.removeprefix("^").removesuffix("$")


def said(answer):
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body.decode("utf-8", "replace")


def _same(text):
    """Without what changes with each request: the form's token, the page's nonce."""
    return re.sub(r'(name="csrfmiddlewaretoken" value=|nonce=)"[^"]*"', "", text)


def told(text, secrets):
    return [word for word in secrets if word.lower() in text.lower()]


@pytest.mark.parametrize("who", OUTSIDE)
def test_no_page_tells_an_outsider(world, planted, client, who, caplog):
    if who != "anonymous":
        client.force_login(person(world, who))
    leaks, opened = {}, 0
    for address in addresses(world, planted):
        answer = client.get(address)
        opened += answer.status_code == 200
        text = said(answer) + json.dumps(dict(answer.headers))
        # What the visitor wrote into the address herself may come back to her.
        for echo in address.split("/"):
            if len(echo) > 4:
                text = re.sub(re.escape(echo), "", text, flags=re.IGNORECASE)
        found = told(text, planted["secrets"])
        # Who keeps people's roles reads their names. That somebody is an assessor is no secret; where she goes is.
        if who == "administrator" and address == "/app/people/":
            found = [word for word in found if word != WORDS["pair"]]
        if found:
            leaks[address] = found
    assert leaks == {}
    assert opened > 10
    # A log line may name the address somebody asked for; never a word of what stands there.
    assert told(caplog.text, [*WORDS.values(), PHOTO]) == []
    # A search for a secret answers as a search for nothing does.
    for page in ("/app/assessments/", "/app/assessments/visits/", "/app/factories/", "/disclosure/", "/app/plans/"):
        for word in (WORDS["finding"], planted["planned"].number, planted["case"].reference):
            nothing = "x" * len(word)
            found, none = (client.get(f"{page}?q={one}") for one in (word, nothing))
            assert found.status_code == none.status_code
            assert _same(said(found).replace(word, nothing)) == _same(said(none)), (page, word)


def test_nothing_that_leaves_or_lies_beside_it_tells(world, planted, client):
    """Jobs, letters, the record of acts, the cache, releases and what is stored of the photo."""
    for user in (world.sokha, world.mony, world.vannak):
        user.email = f"{user.username}@example.org"
        user.save()
    client.force_login(world.mony)
    client.get("/app/")
    publish(world, as_of=today(world.programme))
    actions.remind(programme=world.programme, by=System("clocks"))
    actions.remind_of_cases(programme=world.programme, by=System("clocks"))
    queue.run_waiting()
    words = [*WORDS.values(), PHOTO]
    assert told(str(list(Job.objects.values_list("arguments", "error"))), words) == []
    assert told(str(list(AuditRecord.objects.values_list("verb", "facts"))), words) == []
    letters = [str(letter.message()) for letter in mail.outbox]
    assert told("".join(letters), planted["secrets"]) == []
    for model in (Release, ReleasedFactory, Entry):
        assert told(str(list(model.objects.values())), planted["secrets"]) == []
    assert told(str(getattr(cache, "_cache", "")), words) == []
    assert PHOTO.encode() not in storage.store().get(Evidence.objects.get(pk=planted["photo"]).stored)


def test_the_same_release_is_made_with_and_without_a_case(world):
    """Neither content nor time of a publication tells that a case is open."""
    regime(world)
    world.report(on=date(2023, 3, 4))
    report = world.report(on=date(2024, 3, 4))
    before = publish(world, as_of=today(world.programme) - timedelta(days=1))
    actions.open_case(
        programme=world.programme, cycle=report.assessment.cycle, kind="child-labour", text="x", readers=[],
        by=world.sokha,
    )  # fmt: skip
    after = publish(world, as_of=today(world.programme))

    def entries(release):
        rows = Entry.objects.filter(released_factory__release=release).order_by("question_key")
        return list(rows.values_list("question_key", "status"))

    assert entries(before) == entries(after)
