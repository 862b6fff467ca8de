"""A country's edition on screens: begun on a parent, changed point by point, carried over to the parent's next version."""

import pytest
from django.urls import reverse

from checklists import actions, queries, rules
from checklists.models import Draft
from tests.checklists.documents import FULL, asked, full, question
from tests.world import SETUP


@pytest.fixture
def kunthea(world):
    return world.person("Kunthea", "checklist-editor")


@pytest.fixture
def parent(world):
    return actions.import_document(document=FULL, by=SETUP)[0]


@pytest.fixture
def edition(client, parent, kunthea):
    client.force_login(kunthea)
    said = {"version": "KH-1", "in_force_from": "2021-01-01", "country": "KH", "title": "Every word, Cambodia"}
    answer = client.post(reverse("checklist_editor:begin", args=[parent.pk]), said)
    draft = Draft.objects.get(version="KH-1")
    assert answer["Location"] == reverse("checklist_editor:draft", args=[draft.pk])
    assert (draft.head.document["title"], draft.head.document["changes"]) == ("Every word, Cambodia", [])
    return draft


def screen(draft, key="overtime"):
    return reverse("checklist_editor:edition-point", args=[draft.pk, key])


def press(client, draft, do, of="", *, point="overtime", **said):
    """Send one form of a point's screen, as it stands there; the draft is read anew."""
    prefix = "add" if do == "add" else f"{do}-{of}"
    fields = {f"{prefix}-{name}": value for name, value in said.items()}
    answer = client.post(screen(draft, point), {"do": do, "of": of, "based_on": draft.head_id} | fields)
    draft.refresh_from_db()
    return answer


def made(draft):
    return queries.whole_document(draft)


def test_each_point_shows_its_questions_and_every_kind_of_change_is_made_and_taken_back(client, edition):
    page = client.get(screen(edition)).content.decode()
    assert all(each["key"] in page for each in asked(FULL))
    words = {"text": "How many drills in the last year?", "issue": "", "explain": "", "guidance": "Ask for the book."}
    assert press(client, edition, "reword", "drills", **words).status_code == 302
    law = {"country": "KH", "instrument": "regulation", "title": "Prakas on overtime", "number": "80", "replace": "on"}
    assert press(client, edition, "refer", "overtime-cap-kept", **law).status_code == 302
    assert press(client, edition, "drop", "shifts", because="Not asked here.").status_code == 302
    fresh = {"key": "night-premium", "kind": "finding", "text": "Is night work paid more?", "issue": "Not paid more",
             "explain": "Night work is paid more.", "level": "national", "after": "drills", "required": "on"}  # fmt: skip
    assert press(client, edition, "add", **fresh).status_code == 302
    whole = made(edition)
    keys = [each["key"] for each in asked(whole)]
    assert "shifts" not in keys and keys.index("night-premium") == keys.index("drills") + 1
    assert question(whole, "drills")["guidance"] == "Ask for the book."
    assert question(whole, "drills")["constraint"] == question(FULL, "drills")["constraint"]
    assert [each["title"] for each in question(whole, "overtime-cap-kept")["law"]] == ["Prakas on overtime"]
    assert question(whole, "overtime-cap-kept")["law"][0]["status"] == "unchecked"
    page = client.get(screen(edition)).content.decode()
    assert "How many drills a year?" in page, "the parent's words stand beside the edition's"
    assert "Not asked here." in page
    change = {"key": "night-premium", "kind": "finding", "text": "Is work at night paid more?", "issue": "Not paid",
              "explain": "It is.", "level": "national"}  # fmt: skip
    assert press(client, edition, "change", "night-premium", **change).status_code == 302
    assert question(made(edition), "night-premium")["text"] == "Is work at night paid more?"
    press(client, edition, "out", "night-premium")
    for key in ("drills", "overtime-cap-kept", "shifts"):
        at = next(n for n, one in enumerate(edition.head.document["changes"]) if one["question"] == key)
        assert press(client, edition, f"back-{at}", key).status_code == 302
    assert asked(made(edition)) == asked(FULL)
    assert edition.head.document["changes"] == []


def test_a_point_of_its_own_is_added_and_one_that_lost_all_its_questions_can_come_back(client, edition):
    new = {"key": "leave", "title": "Leave", "question": "How many days?"}
    answer = client.post(reverse("checklist_editor:add-point", args=[edition.pk, "hours"]), new)
    assert answer["Location"] == screen(edition, "leave")
    edition.refresh_from_db()
    for each in asked(FULL):
        if each["key"] not in ("night-work", "weeks", "weeks-over", "drills"):
            press(client, edition, "drop", each["key"], because="Not here.")
    for key in ("drills", "weeks-over", "weeks", "night-work"):
        press(client, edition, "drop", key, because="Not here.")
    assert [point["key"] for point in made(edition)["clusters"][0]["points"]] == ["leave"]
    assert screen(edition) in client.get(reverse("checklist_editor:draft", args=[edition.pk])).content.decode()
    assert client.get(screen(edition)).status_code == 200
    answer = press(client, edition, "out", "leave-1", point="leave")
    assert answer.status_code == 400, "a checklist without a question is none"


def test_what_is_not_whole_is_said_and_saves_nothing(client, edition):
    assert press(client, edition, "drop", "shifts", because="").status_code == 400
    assert press(client, edition, "reword", "drills", text="").status_code == 400
    answer = press(client, edition, "add", key="drills", kind="yes_no", text="Again?", level="enterprise")
    assert answer.status_code == 400 and "already" in answer.content.decode()
    assert press(client, edition, "back-7", "drills").status_code == 404
    assert press(client, edition, "drop", "nobody", because="x").status_code == 404
    assert client.get(screen(edition, "nowhere")).status_code == 404
    assert edition.head.document["changes"] == []


def test_the_second_of_two_editors_of_an_edition_is_told(client, edition, world):
    old = edition.head_id
    bora = world.person("Bora", "checklist-editor")
    actions.save_draft(document=edition.head.document | {"title": "From Bora"}, based_on=edition.head, by=bora)
    fields = {"do": "drop", "of": "shifts", "based_on": old, "drop-shifts-because": "My words stay"}
    answer = client.post(screen(edition), fields)
    assert answer.status_code == 400
    assert "Bora saved a newer revision" in answer.content.decode() and "My words stay" in answer.content.decode()
    edition.refresh_from_db()
    assert edition.head.document["title"] == "From Bora" and edition.head.document["changes"] == []


def test_a_whole_draft_has_no_edition_screens_and_a_reader_none_at_all(client, parent, edition, world):
    whole = actions.save_draft(document=full(version="9", in_force_from="2030-01-01"), by=SETUP)
    assert client.get(screen(whole)).status_code == 404
    client.force_login(world.person("Tola", "translator"))
    assert client.get(screen(edition)).status_code == 403


class TestCarryOver:
    """The parent moved: each line of the list is taken or left, and the edition stands on the newer version."""

    @pytest.fixture
    def moved(self, client, edition):
        press(client, edition, "reword", "drills", text="How many drills in the last year?")
        press(client, edition, "drop", "shifts", because="Not asked here.")
        newer = full(version="2", in_force_from="2024-01-01", checks=[])
        question(newer, "drills")["text"] = "How many drills were held?"
        question(newer, "night-work")["kind"], question(newer, "night-work")["polarity"] = "yes_no", "yes"
        question(newer, "weeks")["required_when"] = 'answers["night-work"] == false'
        asked(newer).append({"key": "breaks", "kind": "yes_no", "text": "Are there breaks?", "level": "enterprise"})
        return actions.import_document(document=newer, by=SETUP)[0]

    def address(self, draft, version):
        return reverse("checklist_editor:carry-over", args=[draft.pk, version.pk])

    def test_the_list_is_shown_and_each_line_is_taken_or_left(self, client, edition, moved):
        address = self.address(edition, moved)
        assert address in client.get(reverse("checklist_editor:draft", args=[edition.pk])).content.decode()
        page = client.get(address).content.decode()
        for words in ("How many drills a year?", "How many drills in the last year?", "How many drills were held?"):
            assert words in page
        assert 'name="line-drills" value="leave" checked' in page, "the edition's own word is proposed where it has one"
        assert 'name="line-breaks" value="take" required checked' in page
        assert 'name="line-weeks" value="leave"' not in page, "how it is judged is the parent's"
        said = {"based_on": edition.head_id, "because": "Not asked in this country.", "line-drills": "leave",
                "line-breaks": "leave", "line-night-work": "take", "line-weeks": "take"}  # fmt: skip
        assert client.post(address, said | {"line-breaks": "take"}).status_code == 302
        edition.refresh_from_db()
        whole = made(edition)
        assert edition.head.document["parent"] == "2"
        assert question(whole, "drills")["text"] == "How many drills in the last year?"
        assert "breaks" in [each["key"] for each in asked(whole)]
        assert queries.newer_parents(edition) == []
        assert client.get(address).status_code == 404, "it stands on this version already"

    def test_a_new_question_that_is_left_is_dropped_with_its_reason(self, client, edition, moved):
        said = {"based_on": edition.head_id, "because": "No breaks by law.", "line-drills": "take",
                "line-breaks": "leave", "line-night-work": "take", "line-weeks": "take"}  # fmt: skip
        assert client.post(self.address(edition, moved), said).status_code == 302
        edition.refresh_from_db()
        assert {"do": "drop", "question": "breaks", "because": "No breaks by law."} in edition.head.document["changes"]
        assert question(made(edition), "drills")["text"] == "How many drills were held?"

    def test_a_line_without_a_word_is_asked_for_and_nothing_is_saved(self, client, edition, moved):
        said = {"based_on": edition.head_id, "because": "x", "line-drills": "leave"}
        answer = client.post(self.address(edition, moved), said)
        assert answer.status_code == 400 and "every line" in answer.content.decode()
        edition.refresh_from_db()
        assert edition.head.document["parent"] == "1"

    def test_the_next_version_of_a_published_edition_is_an_edition_and_can_be_carried_over(
        self, client, edition, moved, world
    ):
        published = actions.import_document(
            document=edition.head.document | {"version": "KH-2", "in_force_from": "2025-01-01"}, by=SETUP
        )[0]
        client.post(
            reverse("checklist_editor:begin", args=[published.pk]), {"version": "KH-3", "in_force_from": "2026-01-01"}
        )
        third = Draft.objects.get(version="KH-3")
        assert third.head.document["format"] == rules.EDITION_FORMAT
        assert third.head.document["changes"] == edition.head.document["changes"]
        assert [each.pk for each in queries.newer_parents(third)] == [moved.pk]
        page = client.get(reverse("checklist_editor:version", args=[published.pk])).content.decode()
        assert 'name="country"' not in page  # an edition has its country; nothing is begun on it for another
