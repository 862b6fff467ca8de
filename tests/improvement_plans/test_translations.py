"""Typed words carry their language, and a translator puts them into another where somebody asked for it."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.actions.removals import agree_to_remove, ask_to_remove
from core.errors import Denied, Invalid, WrongState
from core.home import lines_for
from core.roles import ROLES
from improvement_plans import actions, queries
from improvement_plans.models import Translation
from improvement_plans.permissions import translations_visible_to
from tests.core.test_removals import everywhere
from tests.improvement_plans.conftest import TODAY

pytestmark = pytest.mark.django_db
KHMER, STEPS = "ទឹកស្អាត", "ដាក់ធុងទឹក"


@pytest.fixture
def tola(world):
    return world.person("Tola", "translator")


@pytest.fixture
def idea(floor):
    """An idea written in Khmer."""
    plan = actions.open_plan(site=floor.site, committee=floor.full(), by=floor.world.dara)
    return actions.add_item(plan=plan, issue=KHMER, steps=STEPS, language="km", by=floor.sreymom)


def page_of(client, user, name, *args):
    client.force_login(user)
    answer = client.get(reverse(f"improvement_plans:{name}", args=args))
    return answer.content.decode() if answer.status_code == 200 else answer.status_code


def translated(translation, by, **words):
    return actions.translate(translation=translation, words=words, by=by)


def test_asked_for_written_and_shown_under_the_words_as_they_were_written(client, floor, idea, tola):
    world = floor.world
    client.force_login(world.dara)
    assert f'<bdi lang="km" dir="ltr">{STEPS}</bdi>' in page_of(client, world.dara, "item", idea.pk)
    address = reverse("improvement_plans:translate-item", args=[idea.pk])
    assert client.post(address, {"into": "en"}).status_code == 302
    asked = Translation.objects.get()
    assert "Asked for, and not there yet:" in page_of(client, world.dara, "item", idea.pk)
    assert any("waits for a translation" in line.text for line in lines_for(tola))
    page = page_of(client, tola, "translation", asked.pk)
    assert KHMER in page and STEPS in page
    assert floor.site.name not in page and "Sreymom" not in page
    address, words = (
        reverse("improvement_plans:translation", args=[asked.pk]), {"text_0": "Clean water", "text_1": "Add a tank"}
    )  # fmt: skip
    assert client.post(address, words).status_code == 409, "of words she did not see"
    answer = client.post(address, words | dict(re.findall(r'name="(seen_\d)" value="(\w+)"', page)))
    assert answer.status_code == 302 and not translations_visible_to(tola).filter(done_at=None).exists()
    page = page_of(client, world.dara, "item", idea.pk)
    assert '<bdi lang="en" dir="ltr">Clean water</bdi>' in page and f'<bdi lang="km" dir="ltr">{KHMER}</bdi>' in page
    assert f'<bdi lang="km" dir="ltr">{STEPS}</bdi>' in page and '<p lang="en" dir="ltr">Add a tank</p>' in page
    assert "Clean water" in page_of(client, world.dara, "board", idea.plan_id)
    floor.sreymom.language = "km"
    floor.sreymom.save()
    page = page_of(client, floor.sreymom, "item", idea.pk)
    assert KHMER in page and "Clean water" not in page


def test_words_that_changed_wait_again_and_the_rest_stays(client, floor, idea, tola):
    asked = actions.ask_translation(item=idea, into="en", by=floor.world.dara)
    assert actions.ask_translation(item=idea, into="en", by=floor.sreymom) == asked
    translated(asked, tola, issue="Clean water", steps="Add a tank")
    actions.change_item(item=idea, steps="Two tanks", language="ar", reason="More", by=floor.sreymom)
    assert Translation.objects.get().done_at is None
    page = page_of(client, floor.world.dara, "item", idea.pk)
    assert "Clean water" in page and "Add a tank" not in page
    assert '<bdi lang="ar" dir="rtl">Two tanks</bdi>' in page
    with pytest.raises(WrongState):
        translated(asked, tola, answer="Of something else")
    with pytest.raises(Invalid):
        actions.ask_translation(item=idea, into="xx", by=floor.sreymom)


def test_minutes_and_promises_are_translated_part_by_part(client, floor, tola):
    meeting = actions.plan_meeting(committee=floor.full(), planned_on=TODAY, by=floor.sreymom)
    line = actions.add_topic(meeting=meeting, topic=KHMER, language="km", by=floor.sreymom)
    actions.write_minutes(
        meeting=meeting, held_on=TODAY, present=[floor.worker_chair], decisions={str(line.pk): STEPS}, language="km",
        promises=[{"text": "សន្យា", "side": "management"}], by=floor.sreymom,
    )  # fmt: skip
    asked = actions.ask_translation(meeting=meeting, into="en", by=floor.vuthy)
    promise = meeting.commitments.get()
    words = {f"topic {line.pk}": "Water", f"decision {line.pk}": "A tank", f"promise {promise.pk}": "We promise"}
    actions.translate(translation=asked, words=words, by=tola)
    page = page_of(client, floor.vuthy, "meeting", meeting.pk)
    for text in (*words.values(), KHMER, STEPS, "សន្យា"):
        assert text in page
    ask = ask_to_remove(
        kind="improvement_plans.minuteswords", subject_id=meeting.minutes.get().pk, reason="worker-named",
        by=floor.world.sokha,
    )  # fmt: skip
    agree_to_remove(ask=ask, by=floor.world.vannak)
    assert "A tank" not in everywhere(floor.world)


def test_what_is_removed_is_removed_in_every_language(floor, idea, tola):
    asked = actions.ask_translation(item=idea, into="en", by=floor.sreymom)
    translated(asked, tola, steps="Sentinel Sok brings it")
    ask = ask_to_remove(
        kind="improvement_plans.itemwriting", subject_id=idea.writings.get().pk, reason="worker-named",
        by=floor.world.sokha,
    )  # fmt: skip
    agree_to_remove(ask=ask, by=floor.world.vannak)
    assert "entinel" not in everywhere(floor.world)
    item = actions.change_item(item=idea, steps=STEPS, language="km", by=floor.sreymom)
    translated(Translation.objects.get(item=item), tola, steps="Add a tank")
    assert asked.words.count() == 2 and asked.words.filter(redacted_at=None).count() == 1


def test_a_statement_comes_to_a_translator_only_where_its_author_wrote_to_the_programme_and_asked(client, floor, tola):
    floor.full()
    made = {
        readers: actions.write_statement(
            committee=floor.committee, text=f"{KHMER} {readers}", readers=readers, language="km", by=floor.sreymom
        )
        for readers in ("programme", "workers")
    }
    assert "Private words" not in page_of(client, tola, "translations")
    for user in (floor.world.dara, floor.vuthy, tola):
        with pytest.raises(Denied):
            actions.ask_translation(statement=made["programme"], into="en", by=user)
    with pytest.raises(Denied):
        actions.ask_translation(statement=made["workers"], into="en", by=floor.sreymom)
    asked = actions.ask_translation(statement=made["programme"], into="en", by=floor.sreymom)
    page = page_of(client, tola, "translation", asked.pk)
    assert KHMER in page and "Sreymom" not in page and floor.site.name not in page
    assert page_of(client, tola, "statement", made["programme"].pk) == 404
    # Somebody of this factory's management who translates for the programme besides finds nothing of it.
    both = floor.world.person("Both", "translator")
    floor.seat("management", both, co_chair=False)
    assert page_of(client, both, "translation", asked.pk) == 404
    assert "Private words" not in page_of(client, both, "translations")
    # Nor does it come to anybody after its readers are other ones, whatever rows there are.
    stray = Translation.objects.create(statement=made["workers"], into="en", asked_by=floor.sreymom)
    assert not translations_visible_to(tola).filter(pk=stray.pk).exists()
    translated(asked, tola, text="Clean water")
    assert "Clean water" in page_of(client, floor.world.dara, "statement", made["programme"].pk)
    actions.answer_statement(statement=made["programme"], text="We look", language="en", by=floor.world.dara)
    assert Translation.objects.get(pk=asked.pk).done_at is None


def test_only_a_translator_of_the_programme_translates(client, floor, idea, tola):
    world = floor.world
    asked = actions.ask_translation(item=idea, into="en", by=floor.sreymom)
    others = [world.person(key.title(), key) for key, role in ROLES.items() if role.anchor == "programme"]
    others += [floor.sreymom, floor.vuthy, world.mony, world.layla]
    others += [world.person("Far", "translator", programme=world.other_programme)]
    for user in others:
        if user.username == "translator":
            continue
        assert page_of(client, user, "translation", asked.pk) == 404, user.username
        with pytest.raises(Denied):
            translated(asked, user, steps="No")
    for user in (world.layla, floor.world.person("Nobody")):
        with pytest.raises(Denied):
            actions.ask_translation(item=idea, into="ar", by=user)


def test_twelve_asked_for_cost_as_much_as_two(client, floor, idea, tola):
    def cost():
        client.force_login(tola)
        address = reverse("improvement_plans:translations")
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    def more(n):
        for _number in range(n):
            item = actions.add_item(plan=idea.plan, issue=KHMER, language="km", by=floor.sreymom)
            actions.ask_translation(item=item, into="en", by=floor.sreymom)

    more(2)
    few = cost()
    more(10)
    assert cost() == few


def test_remarks_and_reasons_carry_their_language_too(client, floor):
    """By the forms people use: a signature, a report, a check, a new day, an election, minutes. Said otherwise: none."""
    item = floor.planned()

    def send(person, name, *args, **data):
        client.force_login(person)
        answer = client.post(reverse(f"improvement_plans:{name}", args=args), {"language": "km"} | data)
        assert answer.status_code == 302, answer.content.decode()

    send(
        floor.sreymom, "answer", item.pk, decision="agreed_with_remark", about="plan", edition=item.edition, remark="ល្អ"
    )
    send(floor.vuthy, "report", item.pk, text="រួច")
    send(floor.world.vannak, "reopen", item.pk, reason="មិនទាន់")
    planned = {"steps": item.steps, "due_on": "2026-12-20", "responsible": str(item.responsible_id)}
    send(floor.vuthy, "change", item.pk, reason="យឺត", **planned)
    send(floor.world.vannak, "verify", item.pk, how="visit", text="ឃើញ", language="")
    page = page_of(client, floor.world.dara, "item", item.pk)
    for words in ("ល្អ", "រួច", "មិនទាន់", "យឺត"):
        assert f'<p class="quote soft" lang="km" dir="ltr">{words}</p>' in page
    assert '<p class="quote soft" dir="auto">ឃើញ</p>' in page
    vote = actions.record_election(
        committee=floor.committee, held_on=TODAY, seats=1, eligible=9, voted=2, by=floor.world.dara,
        candidates=[{"name": "A", "sex": "f", "votes": 2}],
    )  # fmt: skip
    send(floor.sreymom, "contest", vote.pk, reason="មិនត្រឹមត្រូវ")
    page = page_of(client, floor.world.dara, "committee", floor.committee.pk)
    assert '<p class="quote soft" lang="km" dir="ltr">មិនត្រឹមត្រូវ</p>' in page
    meeting = actions.plan_meeting(committee=floor.committee, planned_on=TODAY, by=floor.sreymom)
    actions.write_minutes(meeting=meeting, held_on=TODAY, present=list(floor.chairs), by=floor.sreymom)
    send(floor.vuthy, "sign", meeting.pk, decision="reserved", edition=1, reason="ប៉ុន្តែ")
    page = page_of(client, floor.world.dara, "meeting", meeting.pk)
    assert '<p class="quote soft" lang="km" dir="ltr">ប៉ុន្តែ</p>' in page


REMARK, FIXED, LATER = "សូមធ្វើមុនភ្លៀង", "ធុងទឹកដាក់រួចហើយ", "ជាងមកយឺត"


@pytest.fixture
def remarks(floor):
    """An item with a reason, a co-chair's remark and what the factory said of the fix, all in Khmer."""
    floor.full()
    item = floor.planned()
    item = actions.change_item(item=item, priority="high", reason=LATER, language="km", by=floor.vuthy)
    actions.agree_item(item=item, remark=REMARK, language="km", by=floor.sreymom)
    actions.report_done(item=item, text=FIXED, language="km", by=floor.vuthy)
    return item


def part_of(item, rows):
    part = {"facts": "fact", "changes": "reason", "agreements": "remark"}[rows]
    return f"{part} {getattr(item, rows).last().pk}"


def test_remarks_are_translated_and_stand_under_what_was_written_for_who_reads_it(client, floor, remarks, tola):
    asked = actions.ask_translation(item=remarks, into="en", by=floor.world.mony)
    page = page_of(client, tola, "translation", asked.pk)
    assert all(words in page for words in (REMARK, FIXED, LATER))
    assert "Sreymom" not in page and "Vuthy" not in page and floor.site.name not in page
    made = {"agreements": "Before the rain, please", "facts": "The tank is there", "changes": "The builder is late"}
    translated(asked, tola, **{part_of(remarks, rows): text for rows, text in made.items()})
    for reader, reads in (
        (floor.vuthy, made), (floor.world.dara, made), (floor.world.mony, {"facts", "changes"}),
        (floor.buyer_reader, set()),
    ):  # fmt: skip
        page = page_of(client, reader, "item", remarks.pk)
        for rows, text in made.items():
            assert (f'<p lang="en" dir="ltr">{text}</p>' in page) is (rows in reads), (reader.name, text)
        assert (REMARK in page) is ("agreements" in reads), reader.name
        known = queries.item_view(reader, remarks.pk).yours.words
        assert not reads or set(known) == {part_of(remarks, rows) for rows in reads}, reader.name


def test_a_new_remark_waits_for_the_translator_but_not_into_its_own_language(floor, remarks, tola):
    asked = [actions.ask_translation(item=remarks, into=into, by=floor.vuthy) for into in ("en", "ar")]
    for one in asked:
        translated(one, tola, **{part_of(remarks, "facts"): "The tank is there"})
    actions.reopen_item(item=remarks, reason="Empty", language="en", by=floor.world.vannak)
    waits = {one.into: one.done_at is None for one in Translation.objects.all()}
    assert waits == {"en": False, "ar": True}


@pytest.mark.parametrize("rows", ["facts", "changes", "agreements"])
def test_a_remark_that_is_removed_is_removed_in_every_language(floor, remarks, tola, rows):
    asked = actions.ask_translation(item=remarks, into="en", by=floor.vuthy)
    translated(asked, tola, **{part_of(remarks, rows): "SECRET TANK"})
    words = getattr(remarks, rows).last().words
    kind = words._meta.label_lower
    ask = ask_to_remove(kind=kind, subject_id=words.pk, reason="worker-named", by=floor.world.sokha)
    agree_to_remove(ask=ask, by=floor.world.vannak)
    assert "SECRET TANK" not in everywhere(floor.world)


def test_a_reservation_is_translated_with_the_minutes(client, floor, tola):
    floor.full()
    meeting = actions.plan_meeting(committee=floor.committee, planned_on=TODAY, by=floor.sreymom)
    minutes = actions.write_minutes(meeting=meeting, held_on=TODAY, present=list(floor.chairs), by=floor.sreymom)
    signed = actions.sign_minutes(minutes=minutes, decision="reserved", reason=REMARK, language="km", by=floor.sreymom)
    asked = actions.ask_translation(meeting=meeting, into="en", by=floor.vuthy)
    translated(asked, tola, **{f"signature {signed.pk}": "Before the rain, please"})
    page = page_of(client, floor.vuthy, "meeting", meeting.pk)
    assert '<p lang="en" dir="ltr">Before the rain, please</p>' in page and REMARK in page


def test_what_a_report_found_is_marked_with_the_language_of_its_checklist(client, floor):
    """So that a voice of the page's language does not read words in another."""
    item = floor.planned()
    assert item.languages["issue"] == item.finding.question.version.language == "en"
    floor.world.dara.language = "km"
    floor.world.dara.save()
    assert f'<bdi lang="en" dir="ltr">{item.issue}</bdi>' in page_of(client, floor.world.dara, "item", item.pk)
    floor.world.dara.language = "en"
    floor.world.dara.save()
    assert f'id="issue">{item.issue}</h1>' in page_of(client, floor.world.dara, "item", item.pk)
