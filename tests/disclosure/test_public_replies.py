"""What a factory says in public: its own words beside the finding, read first, never before it, and removed for good."""

import json
from datetime import date, timedelta

import pytest

from compliance import actions
from compliance.models import PublicReply
from core.actions.removals import agree_to_remove, ask_to_remove
from core.days import today
from core.errors import Denied, Invalid, WrongState
from core.models import digest_of
from disclosure import actions as disclosure
from tests.cms.test_pages import DATA, PAGES, text
from tests.disclosure.past import RULE, checklist, publish, regime, usual, visits

EXITS, OVERTIME, STRIKE = "emergency-exits-clear", "overtime-premium-paid", "strike-notice-given"
PAGE = "/disclosure/paper-heron-sewing/"
WORDS = "ទ្វារ​ត្រូវ​បាន​បើក។ The doors stand open since May."


@pytest.fixture
def reports(world):
    assert world.mony
    regime(world)
    return usual(world)


@pytest.fixture
def write(world, reports):
    def written(text=WORDS, question=EXITS, report=reports[-1], by=world.mony, **more):
        return actions.write_public_reply(report=report, question_key=question, text=text, language="km", by=by, **more)

    return written


def let_through(world, reply, accepted=True, **more):
    return actions.decide_public_reply(reply=reply, accepted=accepted, by=world.vannak, **more)


def shown(release, question=EXITS):
    return next(e for e in release.factories.get().document["entries"] if e["question_key"] == question)


def everything(client):
    return "".join(text(client.get(address)) for address in [*PAGES, *DATA, PAGE])


def test_managers_write_a_lead_assessor_reads_and_nobody_else(world, write, reports):
    for person in (world.chanthou, world.sokha, world.dara, world.layla, world.person("Nobody")):
        with pytest.raises(Denied):
            write(by=person)
    for wrong in (" ", "x" * 601):
        with pytest.raises(Invalid, match="600"):
            write(text=wrong)
    with pytest.raises(Invalid, match="not in the report"):
        write(question=OVERTIME)  # no violation at that visit
    reply = write(text="x" * 600)
    for person in (world.mony, world.chanthou, world.sokha, world.layla):
        with pytest.raises(Denied):
            actions.decide_public_reply(reply=reply, accepted=True, by=person)
    with pytest.raises(Invalid, match="reason"):
        let_through(world, reply, accepted=False)
    let_through(world, reply, accepted=False, reason="It names Bopha.")
    with pytest.raises(WrongState, match="decided"):
        let_through(world, reply)


def test_it_appears_with_the_next_release_marked_and_proved_and_its_words_in_no_document(world, write, client):
    before = publish(world)
    let_through(world, write(text="Earlier words."))
    let_through(world, write())
    write(text="Not read yet.")
    assert shown(before)["reply"] is None
    assert "ទ្វារ" not in everything(client)
    release = publish(world, today(world.programme))
    reply = shown(release)["reply"]
    assert set(reply) == {"id", "on", "sha256"}
    html = client.get(PAGE).content.decode()
    assert WORDS in html and "Earlier words" not in html and "Not read yet" not in html
    assert "not verified" in html and 'lang="km" dir="auto">ទ្វារ' in html
    told = client.get(f"{PAGE}replies/{reply['id']}.json").json()
    assert told["verified"] is False and told["text"] == WORDS
    body = {"text": told["text"], "language": told["language"]}
    assert digest_of(told["salt"], body) == reply["sha256"]
    assert WORDS not in json.dumps(release.factories.get().document, ensure_ascii=False)
    assert client.get(f"{PAGE}replies/{before.pk}.json").status_code == 404


def test_it_never_comes_before_its_finding(world, write):
    """The delay of the last visit is not over: that something was said of it would tell that it found something."""
    on = today(world.programme)
    (last,) = visits(world, (on - timedelta(days=30), {EXITS: "non_compliant"}))
    let_through(world, write(report=last))
    release = publish(world, on)
    assert shown(release)["cycles"][-1]["visit"] == 4 and shown(release)["reply"] is None
    assert shown(release)["status"] == "violation_found"


def test_what_was_said_of_a_violation_that_ended_goes_with_it(world, write, client):
    let_through(world, write())
    visits(world, (date(2026, 9, 1), {}))
    release = publish(world, today(world.programme))
    assert shown(release)["status"] == "no_violation_found" and shown(release)["reply"] is None


def test_a_removal_reaches_every_page_and_the_releases_go_on_verifying(world, write, client):
    reply = write()
    let_through(world, reply)
    release = publish(world, today(world.programme))
    address = f"{PAGE}replies/{reply.pk}.json"
    assert WORDS in client.get(PAGE).content.decode() and client.get(address).status_code == 200
    ask = ask_to_remove(kind="compliance.publicreply", subject_id=reply.pk, reason="worker-named", by=world.sokha)
    agree_to_remove(ask=ask, by=world.person("Thida", "programme-manager"))
    html = client.get(PAGE).content.decode()
    assert "ទ្វារ" not in html and "A worker is named" in html
    assert client.get(address).status_code == 404
    assert PublicReply.objects.get().body is None
    release.refresh_from_db()
    assert shown(release)["reply"]["sha256"]


def test_what_is_withheld_withholds_what_was_said_of_it(world, write, client):
    reply = write()
    let_through(world, reply)
    publish(world, today(world.programme))
    ask = disclosure.ask_to_withhold(
        slug="paper-heron-sewing", question_key=EXITS, reason="person-at-risk", by=world.sokha
    )
    disclosure.agree_to_withhold(ask=ask, by=world.person("Thida", "programme-manager"))
    assert "ទ្វារ" not in everything(client)
    assert client.get(f"{PAGE}replies/{reply.pk}.json").status_code == 404


def test_another_party_speaks_of_its_duty_through_the_programme(world, client):
    world.__dict__["version"] = checklist(more=[(STRIKE, "Strike without notice", ["duty-of-union"])])
    regime(world, rule=RULE | {"other_parties": ["union"]})
    assert world.mony
    both = {STRIKE: "non_compliant", EXITS: "non_compliant"}
    _first, last = visits(world, (date(2024, 2, 2), both), (date(2025, 5, 14), both))
    said = {"report": last, "question_key": STRIKE, "text": "Notice was given.", "language": "en"}
    with pytest.raises(Denied):
        actions.write_public_reply(**said, party="union", by=world.mony)
    with pytest.raises(Invalid, match="duty of that party"):
        actions.write_public_reply(**said | {"question_key": EXITS}, party="union", by=world.sokha)
    client.force_login(world.sokha)
    address = f"/app/assessments/reports/{last.pk}/"
    assert "Strike without notice" in client.get(address).content.decode().split('id="of"')[1].split("</select>")[0]
    client.post(f"{address}say-in-public/", {"question": STRIKE, "text": "Notice was given.", "language": "en"})
    let_through(world, PublicReply.objects.get())
    let_through(world, actions.write_public_reply(**said | {"text": "We said it."}, by=world.mony))
    assert shown(publish(world, today(world.programme)), STRIKE)["reply"]
    html = client.get(PAGE).content.decode()
    assert "Notice was given." in html and "We said it." not in html


def test_each_reply_stands_beside_its_own_finding_and_no_other(world, client):
    """A factory with three violations answers two: the third stays unanswered, and no answer changes places."""
    regime(world)
    found = {EXITS: "non_compliant", OVERTIME: "non_compliant", STRIKE: "non_compliant"}
    _first, last = visits(world, (date(2024, 2, 2), found), (date(2025, 5, 14), found))
    said = {}
    for key, words in ((EXITS, "The doors stand open."), (OVERTIME, "The hours were paid.")):
        said[key] = actions.write_public_reply(report=last, question_key=key, text=words, language="en", by=world.mony)
        let_through(world, said[key])
    release = publish(world, today(world.programme))
    entries = {e["question_key"]: e["reply"] for e in release.factories.get().document["entries"]}
    assert {key: reply["id"] for key, reply in entries.items() if reply} == {k: str(r.pk) for k, r in said.items()}


def test_refused_words_stay_on_the_screen_and_the_end_of_a_line_counts_once(world, reports, client):
    where = f"/app/assessments/reports/{reports[-1].pk}/"
    client.force_login(world.mony)
    given = {"question": EXITS, "text": "Too long. " * 70, "language": "km"}
    page = client.post(f"{where}say-in-public/", given)
    assert page.status_code == 400 and not PublicReply.objects.exists()
    html = page.content.decode()
    assert "Too long. Too long." in html and "at most 600 characters" in html
    assert client.get(f"{where}say-in-public/").url == where
    client.post(f"{where}say-in-public/", given | {"text": "a\r\n" * 299 + "a"})
    assert len(PublicReply.objects.get().body["text"]) == 599


def test_words_refused_where_nothing_can_be_said_any_more_stay_with_the_reason(world, reports, client):
    """The form was open when a corrected version of the report was issued."""
    client.force_login(world.mony)
    given = {"question": EXITS, "text": "It was open.", "language": "km"}
    ask = actions.ask_for_correction(report=reports[-1], question_key=EXITS, text="It was open.", by=world.mony)
    actions.correct(ask=ask, reason="Yes.", by=world.vannak, question_key=EXITS, state="compliant", text="")
    page = client.post(f"/app/assessments/reports/{reports[-1].pk}/say-in-public/", given)
    html = page.content.decode()
    assert page.status_code == 400 and not PublicReply.objects.exists()
    own = html.split('id="in-public"')[1].split("</section>")[0]
    assert "It was open.</p>" in own and 'role="alert"' in own and "<textarea" not in own


def test_on_the_screens(world, reports, client):
    where = f"/app/assessments/reports/{reports[-1].pk}/"
    given = {"question": EXITS, "text": WORDS, "language": "km"}
    for person, status in ((world.layla, 404), (world.person("Nobody"), 404)):
        client.force_login(person)
        assert client.post(f"{where}say-in-public/", given).status_code == status
    client.force_login(world.chanthou)
    client.post(f"{where}say-in-public/", given)
    assert not PublicReply.objects.exists()
    client.force_login(world.mony)
    page = client.get(where).content.decode()
    assert 'action="' + where + 'say-in-public/"' in page
    assert WORDS in client.post(f"{where}say-in-public/", given, follow=True).content.decode()
    reply = PublicReply.objects.get()
    desk = f"/app/assessments/public-replies/{reply.pk}/"
    assert client.get(desk).status_code == 404
    client.force_login(world.vannak)
    assert desk in client.get("/app/").content.decode()
    assert WORDS in client.get(desk).content.decode()
    assert client.post(desk, {"outcome": "returned", "reason": ""}).status_code == 400
    client.post(desk, {"outcome": "returned", "reason": "It names Bopha."})
    client.force_login(world.mony)
    assert "It names Bopha." in client.get(where).content.decode()
    client.force_login(world.layla)
    assert client.get(desk).status_code == 404
