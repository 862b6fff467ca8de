"""A report names its binding language. Its texts are put into others; each is shown while the words it came from stand."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from compliance import actions, documents, permissions, queries, tasks
from compliance.models import ReportTranslation
from core import access, queue
from core import actions as core
from core.actions.removals import agree_to_remove, ask_to_remove
from core.days import today
from core.errors import Denied, Invalid, WrongState
from core.home import lines_for
from core.models import Job
from core.redaction import verify
from core.roles import Right
from tests.compliance.test_permissions import table
from tests.core.test_removals import everywhere
from tests.people import everybody
from tests.world import SETUP

EXITS, DRILLS, AGE = "emergency-exits-clear", "evacuation-drills", "under-age-workers"
TEXT, NEWER, WHERE = "Two exits were locked.", "Three exits were locked.", "Hall 2, behind the press"
KHMER, KHMER_WHERE = "ច្រកចេញពីរត្រូវបានចាក់សោ។", "សាល ២"
SECRETS = {"note": "sentinelnote", "comment": "sentinelcomment"}


@pytest.fixture
def tola(world):
    return world.person("Tola", "translator")


@pytest.fixture
def draft(world):
    """A visit being written up: one finding with words and secrets, one of serious harm."""
    assessment = world.planned()
    world.send(
        assessment, world.chanthou, (EXITS, "state", "non_compliant"), (EXITS, "report_text", TEXT),
        (EXITS, "extent", {"n": 2, "of": 9, "where": WHERE}), *((EXITS, *secret) for secret in SECRETS.items()),
        (AGE, "state", "non_compliant"), (AGE, "report_text", "sentinelharm"), (DRILLS, "state", "compliant"),
        (DRILLS, "report_text", "sentinelcompliant"),
    )  # fmt: skip
    actions.hand_in(assessment=assessment, by=world.chanthou, visited_on=date(2026, 3, 3))
    assessment.refresh_from_db()
    return assessment


def asked(world, assessment, into="km"):
    return actions.ask_report_translation(assessment=assessment, into=into, by=world.rith)


def page(client, user, address):
    client.force_login(user)
    answer = client.get(address)
    return answer.content.decode() if answer.status_code == 200 else answer.status_code


def write(client, user, translation, *texts, html=None):
    """What a translator types beside each text, as her browser sends it."""
    address = f"/app/assessments/translations/{translation.pk}/"
    html = html or page(client, user, address)
    seen = dict(re.findall(r'name="(seen_\d+)" value="(\w*)"', html))
    client.force_login(user)
    return client.post(address, seen | {f"text_{n}": text for n, text in enumerate(texts)})


def issued(world, assessment):
    actions.submit(assessment=assessment, by=world.chanthou, rest_not_asked=True)
    assessment.refresh_from_db()
    return actions.issue_report(assessment=assessment, by=world.vannak)


def reworded(world, assessment, text=NEWER):
    actions.write_texts(assessment=assessment, question_key=EXITS, texts={"report_text": text}, by=world.rith)


def test_side_by_side_then_in_the_report_of_that_language(client, world, draft, tola):
    translation = asked(world, draft)
    assert [line.text for line in lines_for(tola)] == ["1 report waits for a translation"]
    html = page(client, tola, f"/app/assessments/translations/{translation.pk}/")
    assert f'lang="en" dir="ltr">{TEXT}' in html and WHERE in html and 'lang="km"' in html
    assert write(client, tola, translation, KHMER, KHMER_WHERE).status_code == 302
    desk = page(client, world.rith, f"/app/assessments/{draft.number}/write/?question={EXITS}")
    assert KHMER in desk and "Changed since it was translated" not in desk
    report = issued(world, draft)
    khmer, english = documents.html(report, "km"), documents.html(report, "en")
    assert f'<div lang="km" dir="ltr"><p>{KHMER}' in khmer and KHMER_WHERE in khmer and TEXT not in khmer
    assert TEXT in english and KHMER not in english
    assert actions.verify_report(report), "a translation is no part of what was issued"


def test_every_report_says_which_language_binds_and_what_is_not_translated(client, world, draft, tola):
    write(client, tola, asked(world, draft), KHMER, "")
    report = issued(world, draft)
    assert report.facts["language"] == "en"
    html = documents.html(report, "en")
    assert "Binding language" in html and "are not translated" not in html
    tola.language = "ar"
    html = documents.html(report, "ar")
    assert TEXT in html and "sentinelharm" in html, "the binding words stand in for a translation"
    content = documents.content(report, "km")
    assert (content.written_in, content.untranslated, content.texts) == ("en", 1, 2)
    client.force_login(world.sokha)
    shown = client.get(f"/app/assessments/reports/{report.pk}/", headers={"accept-language": "en"}).content.decode()
    assert "Binding language" in shown


def test_words_that_changed_make_a_translation_stale_and_the_report_falls_back(client, world, draft, tola):
    translation = asked(world, draft)
    write(client, tola, translation, KHMER, KHMER_WHERE)
    reworded(world, draft)
    desk = page(client, world.rith, f"/app/assessments/{draft.number}/write/?question={EXITS}")
    html = page(client, tola, f"/app/assessments/translations/{translation.pk}/")
    for told in (desk, html):
        assert "Changed since it was translated" in told and NEWER in told and KHMER in told and TEXT in told
    work = queries.report_to_translate(tola, translation.pk)
    assert (work.left, work.stale, work.of) == (1, 1, 2)
    report = issued(world, draft)
    html = documents.html(report, "km")
    assert NEWER in html and KHMER not in html and KHMER_WHERE in html
    translation.refresh_from_db()
    assert translation.done_at is None
    html = page(client, tola, f"/app/assessments/translations/{translation.pk}/")
    assert "sentinelharm" in html, "once issued, every text of the report is there"
    write(client, tola, translation, "ពាក្យ", "ច្រកចេញបី", KHMER_WHERE)
    translation.refresh_from_db()
    assert translation.done_at and queries.reports_to_translate(tola) == []
    assert "ច្រកចេញបី" in documents.html(report, "km")
    assert Job.objects.filter(name="compliance.make_documents", state="waiting").count() == 1


def test_a_corrected_report_waits_again_for_what_it_changed(client, world, draft, tola):
    translation = asked(world, draft)
    report = issued(world, draft)
    write(client, tola, translation, "ពាក្យ", KHMER, KHMER_WHERE)
    ask = actions.ask_for_correction(report=report, question_key=EXITS, text="It was three.", by=world.vannak)
    new = actions.correct(
        ask=ask,
        reason="So it was.",
        question_key=EXITS,
        state="non_compliant",
        text=NEWER,
        where=WHERE,
        by=world.vannak,
    )
    translation.refresh_from_db()
    assert translation.done_at is None and new.facts["language"] == "en"
    assert [(one.left, one.stale) for one in queries.reports_to_translate(tola)] == [(1, 1)]
    assert KHMER in documents.html(report, "km") and KHMER not in documents.html(new, "km")


def test_nothing_is_translated_unseen(client, world, draft, tola):
    """The words changed between reading and saving: what was typed stays on the page and is not kept."""
    translation = asked(world, draft)
    html = page(client, tola, f"/app/assessments/translations/{translation.pk}/")
    reworded(world, draft)
    answer = write(client, tola, translation, KHMER, KHMER_WHERE, html=html)
    assert answer.status_code == 409 and KHMER in answer.content.decode() and NEWER in answer.content.decode()
    assert not translation.words.exists()


def test_a_translator_sees_report_texts_and_nothing_else(client, world, draft, tola):
    translation = asked(world, draft)
    actions.open_case(
        programme=world.programme, cycle=draft.cycle, kind="child-labour", text="sentinelcase", readers=[],
        by=world.sokha,
    )  # fmt: skip
    told = page(client, tola, f"/app/assessments/translations/{translation.pk}/")
    told += page(client, tola, "/app/assessments/translations/") + page(client, tola, "/app/")
    for secret in (*SECRETS.values(), "sentinelharm", "sentinelcompliant", "sentinelcase", draft.number,
                   world.site.name, world.site.number, "Chanthou", "Rith"):  # fmt: skip
        assert secret not in told, secret
    for place in ("write/", "review/", "languages/", ""):
        assert page(client, tola, f"/app/assessments/{draft.number}/{place}") == 404


def test_who_asks_names_and_translates(world, draft):
    people = everybody(world)
    about = {"its lead", "its assessor", "lead assessor"}
    translation = asked(world, draft)
    assert table(people, lambda who: permissions.can_discuss(who, draft)) == about
    assert table(people, lambda who: permissions.check_can_discuss(who, draft)) == about
    for who, person in people.items():
        if who not in about and person.is_authenticated:
            with pytest.raises(Denied):
                actions.ask_report_translation(assessment=draft, into="km", by=person)
            with pytest.raises(Denied):
                actions.name_language(assessment=draft, language="km", by=person)
    translator = {"translator"}
    assert table(people, lambda who: permissions.translations_visible_to(who).filter(pk=translation.pk)) == translator
    assert table(people, lambda who: permissions.check_can_translate(who, translation)) == translator
    access.grant(user=people["translator"], right=Right.MANAGE_FACTORY, anchor=world.site)
    assert table(people, lambda who: permissions.check_can_translate(who, translation)) == set()


def test_a_translator_of_another_programme_finds_nothing(client, world, draft):
    translation = asked(world, draft)
    other = world.person("Other", "translator", programme=world.other_programme)
    assert page(client, other, f"/app/assessments/translations/{translation.pk}/") == 404
    assert "Nothing waits for you" in page(client, other, "/app/assessments/translations/")
    assert page(client, world.sokha, "/app/assessments/translations/") == 404


def test_the_binding_language_is_named_until_the_factory_reads_the_draft(client, world, draft):
    client.force_login(world.rith)
    client.post(f"/app/assessments/{draft.number}/languages/name/", {"language": "km"})
    draft.refresh_from_db()
    assert draft.written_in == "km"
    with pytest.raises(Invalid):
        actions.name_language(assessment=draft, language="xx", by=world.rith)
    with pytest.raises(Invalid):
        actions.ask_report_translation(assessment=draft, into="km", by=world.rith)
    client.post(f"/app/assessments/{draft.number}/languages/ask/", {"into": "en"})
    assert ReportTranslation.objects.get().into == "en"
    report = issued(world, draft)
    assert (report.written_in, documents.content(report, "km").untranslated) == ("km", None)
    with pytest.raises(WrongState):
        actions.name_language(assessment=draft, language="en", by=world.vannak)


def test_what_is_removed_is_removed_in_every_language(client, world, draft, tola):
    """Also a translation made from an earlier edition of the words."""
    reworded(world, draft, "Sentinel Sok locked them.")
    translation = asked(world, draft)
    write(client, tola, translation, "Sentinel-km", "")
    reworded(world, draft, "Sentinel Sok and Dara locked them.")
    report = issued(world, draft)
    tasks.make_documents(report_id=str(report.pk))
    words = report.findings.get(question_key=EXITS).words
    ask = ask_to_remove(
        kind="compliance.findingtext", subject_id=words.pk, reason="worker-named", by=world.sokha
    )  # fmt: skip
    agree_to_remove(ask=ask, by=world.vannak)
    queue.run_waiting()
    told = everywhere(world)
    assert "entinel Sok" not in told and "entinel-km" not in told


def test_words_of_a_translator_can_be_removed_alone(client, world, draft, tola):
    write(client, tola, asked(world, draft), "Sentinel-km", "")
    report = issued(world, draft)
    row = ReportTranslation.objects.get().words.get()
    ask = ask_to_remove(
        kind="compliance.reporttranslationwords", subject_id=row.pk, reason="worker-named", by=world.sokha
    )  # fmt: skip
    agree_to_remove(ask=ask, by=world.vannak)
    row.refresh_from_db()
    assert (
        verify(row, "") and "Sentinel-km" not in documents.html(report, "km") and TEXT in documents.html(report, "km")
    )


def test_the_factory_reads_the_draft_in_its_language_and_which_words_bind(client, world, draft, tola):
    """No place that the draft leaves out comes back by its translation."""
    core.set_programme_setting(
        programme=world.programme, key="clocks", value={}, in_force_from=today(world.programme), by=SETUP
    )
    write(client, tola, asked(world, draft), KHMER, KHMER_WHERE)
    actions.submit(assessment=draft, by=world.chanthou, rest_not_asked=True)
    actions.accept(assessment=draft, question_keys=[EXITS, AGE], by=world.vannak)
    world.mony.language = "km"
    world.mony.save()
    window = actions.offer(assessment=draft, by=world.vannak)
    address = f"/app/assessments/drafts/{window.pk}/"
    html = page(client, world.mony, address)
    assert f'<div lang="km" dir="ltr"><p>{KHMER}' in html and f'<div lang="en" dir="ltr"><p>{TEXT}' in html
    assert html.index(KHMER) < html.index(TEXT) and KHMER_WHERE not in html and WHERE not in html
    world.mony.language = "en"
    world.mony.save()
    client.logout()
    english = page(client, world.mony, address)
    assert TEXT in english and KHMER not in english and "binding" not in english


def test_the_list_costs_the_same_for_two_reports_and_for_twelve(world, tola):
    def cost(start, end):
        for n in range(start, end):
            assessment = world.in_review(
                {EXITS: "non_compliant"}, site=world.new_site(f"Hut {n}"), extra=[(EXITS, "report_text", TEXT)]
            )
            actions.ask_report_translation(assessment=assessment, into="km", by=world.vannak)
        with CaptureQueriesContext(connection) as found:
            assert len(queries.reports_to_translate(tola)) == end
        return len(found)

    assert cost(0, 2) == cost(2, 12) <= 8
