"""Every paper, file and link, over HTTP: who gets it and who does not, with whatever could be taken for a right.

A row is one address: how to make it from what was planted, who gets it, and a word that is in it. Everybody else is
refused in the very words of something that was never there. A view of ours that sends a file and stands in no row
fails. Who is who: tests/people.py.
"""

import inspect
import re
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import NoReverseMatch, resolve, reverse
from django.utils import timezone

from compliance import actions
from compliance.models import DraftFinding, Report
from core import access, pdf, storage
from core import actions as core
from core.actions.lists import upload_list
from core.audit import System
from core.days import today
from core.ids import new_id
from core.roles import Right
from factories import actions as factories
from improvement_plans import actions as plans
from improvement_plans import tasks
from improvement_plans.actions.lists import DESK
from improvement_plans.models import PlanItem, TaskLink
from tests.architecture.test_urls import OURS
from tests.compliance.test_actions import jpeg
from tests.people import DAY, everybody, nearly
from tests.world import SETUP

EXITS = "emergency-exits-clear"
WORD = "Quixotepaper"
PAPER = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
JPEG = b"\xff\xd8"
LATER = date(2026, 9, 1)


def photo_of(assessment, by):
    photo, data = new_id(), jpeg()
    return actions.keep_evidence(
        assessment=assessment, evidence_id=photo, data=data, sha256=storage.sha256_of(data), kind="photo", taken_at="",
        by=by,
    )  # fmt: skip


def recorded(world, on):
    """A visit with one finding and its photo, handed in."""
    visit = world.planned(on=on)
    photo = photo_of(visit, world.rith)
    found = [(EXITS, "state", "non_compliant"), (EXITS, "report_text", WORD), (EXITS, f"photo:{photo.pk}", True)]
    world.send(visit, world.chanthou, *found)
    actions.submit(assessment=visit, by=world.chanthou, rest_not_asked=True, visited_on=on)
    visit.refresh_from_db()
    return visit, photo


def letters(world, officer):
    """A case with a letter to the ministry and one to a service; grants alone for those a grant does not help."""
    cycle = Report.objects.first().assessment.cycle
    case = actions.open_case(
        programme=world.programme, cycle=cycle, kind="violence", text=WORD, readers=[officer], by=world.dara
    )
    actions.take_step(case=case, step="survivor-asked", answer="agrees", by=world.dara)
    actions.take_step(case=case, step="risk-check", answer="safe", by=world.dara)
    for party in ("ministry", "service"):
        actions.tell_party(case=case, party=party, words=WORD, by=world.dara)
    return case


def links(world, item):
    """Links for who has no account: one that works, and one for each way in which it ends."""
    helper = world.person("Helper", "adviser")
    made = {name: plans.make_link(item=item, days=3, by=helper if name == "orphan" else world.dara)
            for name in ("good", "revoked", "over", "orphan")}  # fmt: skip
    plans.revoke_link(link=made["revoked"], by=world.mony)
    past = timezone.now() - timedelta(days=9)
    TaskLink.objects.filter(pk=made["over"].pk).update(made_at=past, expires_at=past + timedelta(days=1))
    core.end_role(assignment=helper.roles.get(), by=SETUP)
    return {name: plans.token_of(link) for name, link in made.items()}


def advised(world, people):
    """A paper of the advisory committee, on which one member sits."""
    committee = plans.create_advisory(programme=world.programme, formed_on=DAY, by=world.sokha)
    plans.give_advisory_seat(
        committee=committee, group="workers", organisation="A federation", user=people["advisory-member"], since=DAY,
        by=world.sokha,
    )  # fmt: skip
    meeting = plans.plan_advisory_meeting(committee=committee, planned_on=LATER, by=world.sokha)
    return plans.add_paper(meeting=meeting, title=WORD, data=jpeg(), by=world.sokha).pk


@pytest.fixture
def planted(world):
    people = everybody(world)
    visit, photo = recorded(world, DAY)
    old = actions.issue_report(assessment=visit, by=world.vannak, on=DAY + timedelta(days=21))
    ask = actions.ask_for_correction(report=old, question_key=EXITS, text="x", by=world.mony)
    new = actions.correct(
        ask=ask, reason="x", by=world.vannak, question_key=EXITS, state="non_compliant", text=WORD
    )  # fmt: skip
    made = pdf.render(f"<p>{WORD}</p>") if pdf.available() else PAPER
    for report in (old, new):
        for language in ("en", "km"):
            actions.keep_document(report=report, language=language, form="pdf", data=made, by=System("test"))
    copy = actions.take_copy(report=new, form="csv", language="en", by=people["union reader"])
    tasks.after_report(report_id=str(new.pk))
    item = PlanItem.objects.get(question_key=EXITS)
    kept = [plans.add_evidence(item=item, moment=moment, data=jpeg(), by=world.mony) for moment in ("before", "after")]
    plans.mark_no_person(evidence=kept[1], shows_no_person=True, by=world.dara)
    progress = plans.issue_progress(
        plan=item.plan, number=1, dialogue="none", words={"done": WORD, "next": "", "dialogue": ""}, by=world.dara
    )
    permit = factories.record_permit(site=world.site, kind="boiler", issued_on=DAY, paper=PAPER, by=world.mony)
    uploaded = factories.upload_list(programme=world.programme, name=f"{WORD}.csv", data=b"country\n", by=world.sokha)
    plan_list = upload_list(
        desk=DESK, programme=world.programme, kind="members", name=f"{WORD}.csv", data=b"factory\n", by=world.dara
    )
    case = letters(world, people["government-officer"])
    # The next visit lies before the factory as a draft.
    offered = {"key": "clocks", "value": {}, "in_force_from": today(world.programme)}
    core.set_programme_setting(programme=world.programme, by=SETUP, **offered)
    draft, draft_photo = recorded(world, LATER)
    actions.accept(assessment=draft, question_keys=[EXITS], by=world.vannak)
    window = actions.offer(assessment=draft, by=world.vannak)
    sent = actions.send_evidence(draft=DraftFinding.objects.get(window=window), data=jpeg(), by=world.mony)
    people |= nearly(world, draft.cycle)
    for who in ("analyst", "factory manager", "manager of JO", "officer of JO", "deactivated manager"):
        access.grant(user=people[who], right=Right.READ_CASE, anchor=case)
    return {
        "people": people, "old": old.pk, "new": new.pk, "photo": photo.pk, "draft photo": draft_photo.pk,
        "draft": draft.number, "window": window.pk, "sent": sent.pk, "case": case.pk, "plan": item.plan_id,
        "item": item.pk, "before": kept[0].pk, "after": kept[1].pk, "progress": progress.pk, "permit": permit.pk,
        "site": world.site.ref, "list": uploaded.pk, "plan list": plan_list.pk, "paper": advised(world, people), "version": world.version.pk, "code": copy.code,
    } | {f"link {name}": token for name, token in links(world, item).items()}  # fmt: skip


STAFF = {"manager", "lead assessor", "its lead", "its assessor", "other assessor", "adviser"}
PROGRAMME = {"manager", "lead assessor", "adviser"}
FACTORY = {"factory manager", "worker member", "management member"}
WROTE = {"its lead", "its assessor"}
REPORT = PROGRAMME | WROTE | FACTORY | {"union reader", "buyer with consent", "buyer of reports"}
PLAN = PROGRAMME | FACTORY | {"buyer with consent", "buyer of progress"}
ANYBODY = None


@dataclass(frozen=True)
class Row:
    name: str
    given: tuple
    gets: set | None  # ANYBODY: also who is not signed in
    says: str = ""
    asks: str = ""

    def address(self, planted):
        """The address, and the same with an id of nothing in place of the last."""
        filled = [planted.get(one, one) for one in self.given]
        own = reverse(self.name, args=filled)
        ids = [n for n, one in enumerate(self.given) if one in planted and one != "site"]
        for n in ids[-1:]:
            filled[n] = "0" * len(filled[n]) if isinstance(filled[n], str) else new_id()
        return own + self.asks.format(**planted), reverse(self.name, args=filled), bool(ids)


ROWS = [
    *(
        Row(f"compliance:{name}", (version, *more), REPORT, says)
        for version in ("old", "new")
        for name, more, says in [
            ("report", (), WORD), ("report-pdf", (), "%PDF"), ("notice", ("km",), "%PDF"), ("export-xlsx", (), "PK"),
            ("export-json", (), WORD), ("export-csv", (), WORD),
        ]
    ),
    Row("compliance:copies", (), {"manager"}, "unionreader", asks="?q={code}"),
    Row("compliance:extracts", (), {"manager", "analyst", "manager of JO"}),
    Row("compliance:evidence", ("photo",), {"manager", "lead assessor"} | WROTE, "JFIF"),
    Row("compliance:original", ("photo",), {"lead assessor"} | WROTE, "JFIF"),
    Row("compliance:evidence", ("draft photo",), {"manager", "lead assessor"} | WROTE, "JFIF"),
    Row("compliance:assessment", ("draft",), {"manager", "lead assessor"} | WROTE),
    *(
        Row(f"compliance:draft-{form}", ("draft",), {"manager", "lead assessor"} | WROTE, says)
        for form, says in [("xlsx", "PK"), ("json", WORD), ("csv", WORD)]
    ),
    Row("compliance:review", ("draft",), {"lead assessor"}, WORD),
    Row("compliance:draft", ("window",), {"factory manager"}, WORD),
    Row("compliance:reply-file", ("sent",), {"factory manager", "lead assessor"}, "JFIF"),
    Row("compliance:case", ("case",), {"adviser", "government-officer"}),
    Row("compliance:case-letter", ("case", 1), {"adviser", "government-officer"}, WORD),
    Row("compliance:case-letter", ("case", 2), {"adviser"}, WORD),
    Row("factories:permit-paper", ("site", "permit"), STAFF | FACTORY, "%PDF"),
    Row("factories:uploaded-list", ("list",), {"manager"}, WORD),
    Row("factories:places-to-mend", ("list",), {"manager"}, "PK"),
    *(
        Row(f"improvement_plans:{name}", (given,), PLAN)
        for name, given in [
            ("board", "plan"), ("item", "item"), ("plan-sheet", "plan"), ("progress", "plan"),
            ("progress-report", "progress"),
        ]
    ),
    Row("improvement_plans:evidence", ("before",), PROGRAMME | FACTORY, "JFIF"),
    Row("improvement_plans:evidence", ("after",), PLAN, "JFIF"),
    Row("improvement_plans:advisory-paper", ("paper",), PROGRAMME | {"advisory-member"}, "JFIF"),
    Row("improvement_plans:plan-list", ("plan list",), {"manager", "adviser"}, WORD),
    Row("improvement_plans:plan-list-places", ("plan list",), {"manager", "adviser"}, "PK"),
    Row("improvement_plans:send", ("link good",), ANYBODY, "<form"),
    *(Row("improvement_plans:send", (f"link {ended}",), set()) for ended in ("revoked", "over", "orphan")),
    # Last: the editor's shell leaves its refusal to be said on the next page.
    Row("checklist_editor:take", ("version", "yaml"), {"checklist-editor", "translator"}, EXITS),
]  # fmt: skip


# Everybody is asked in so many parts, side by side.
PARTS = 4


def said(answer):
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body.decode("latin-1")


def plain(text, address):
    """A refusal without what changes with each request: its form's token, its nonce, the address asked for."""
    text = re.sub(r'(name="csrfmiddlewaretoken" value=|nonce=)"[^"]*"', "", text)
    return text.replace(address, "")


@pytest.mark.parametrize("part", range(PARTS))
def test_each_paper_reaches_whom_it_may_and_is_absent_for_everybody_else(planted, part):
    """Own, foreign, consented, revoked, expired, not begun, of another cycle or scope; and superseded versions."""
    wrong = []
    for who, person in list(planted["people"].items())[part::PARTS]:
        client, absent = Client(), {}
        if person.is_authenticated:
            client.force_login(person)
        for row in ROWS:
            address, nowhere, comparable = row.address(planted)
            answer = client.get(address)
            text = said(answer)
            got = answer.status_code == 200 and row.says in text
            if got != (row.gets is ANYBODY or who in row.gets):
                wrong.append(f"{who} {'gets' if got else 'does not get'} {row.name} {row.given}: {answer.status_code}")
            elif not got and comparable:
                if row.name not in absent:
                    nothing = client.get(nowhere)
                    absent[row.name] = nothing.status_code, plain(said(nothing), nowhere)
                if absent[row.name] != (answer.status_code, plain(text, address)):
                    wrong.append(f"{who} learns that {row.name} {row.given} exists: {answer.status_code}")
            kind = answer["Content-Type"].split(";")[0]
            if got and kind != "text/html" and not _kept_from_others(answer):
                wrong.append(f"{row.name} is kept for whoever uses this browser next")
    assert not wrong, "\n".join(wrong)


def _kept_from_others(answer):
    """A browser that several people share keeps nothing of one for the next."""
    alone = "no-store" in answer["Cache-Control"] or "Cookie" in answer.get("Vary", "")
    return alone and "public" not in answer["Cache-Control"]


# What makes an answer a file, in the source of a view.
SENDS = ("stored_file(", "places_to_mend(", "as_file(", "Content-Disposition", "FileResponse(")
ELSEWHERE = {
    "api:tablet-evidence-file": "tests/compliance/test_api.py, by its own token",
    "portfolio:csv": "tests/disclosure/test_portfolio.py: a buyer's own list, by its own people",
    "portfolio:xlsx": "the same",
    "portfolio:places-to-mend": "tests/disclosure/test_portfolio_lists.py: the same",
    "cms:picture-for-editors": "tests/cms/test_written_pages.py: pictures of public pages, before they are public",
}


def test_every_view_that_sends_a_file_stands_in_a_row():
    """Public ones are not asked: they read published releases alone."""
    known = {row.name for row in ROWS} | set(ELSEWHERE)
    for name, route in OURS:
        if access.TABLE[name].kind == "public":
            continue
        view = _view(name, route)
        source = inspect.getsource(inspect.unwrap(view)) if view else ""
        assert name in known or not any(mark in source for mark in SENDS), name


def _view(name, route):
    kinds = re.findall(r"<(?:(\w+):)?\w+>", route)
    try:
        return resolve(reverse(name, args=[{"int": 1, "uuid": new_id()}.get(kind, "x") for kind in kinds])).func
    except NoReverseMatch:  # an address with a pattern of its own: none of ours but the keys of sign-in
        return None
