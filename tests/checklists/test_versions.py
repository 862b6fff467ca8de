"""From draft to draft: who may save over whom, a second person, a bridge, a second version, an edition, a translation."""

import copy
import json
from datetime import date

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checklists import actions, queries, rules
from checklists.blueprint import build
from checklists.exports import to_yaml
from checklists.imports import read_yaml
from checklists.models import (
    Bridge,
    BridgeRow,
    ChecklistVersion,
    Citation,
    Cluster,
    Draft,
    DraftRevision,
    LawParameter,
    LawRecord,
    Question,
    Translation,
)
from checklists.rules import Link
from core.errors import Denied, Invalid, WrongState
from core.models import AuditRecord
from tests.checklists.documents import EDITION, FULL, TRANSLATION, asked, full, question
from tests.checklists.test_form import LAW
from tests.world import SETUP


@pytest.fixture
def editors(world):
    return world.person("Kunthea", "checklist-editor"), world.person("Bopha", "checklist-editor")


def imported(document=FULL):
    return actions.import_document(document=copy.deepcopy(document), by=SETUP)[0]


class TestTwoEditors:
    def test_a_save_made_from_an_older_revision_says_whose_the_newer_is_and_overwrites_nothing(self, editors):
        kunthea, bopha = editors
        first = actions.save_draft(document=full(), by=kunthea).head
        actions.save_draft(document=full(title="Bopha's words"), based_on=first, by=bopha)
        with pytest.raises(WrongState) as refusal:
            actions.save_draft(document=full(title="Kunthea's words"), based_on=first, by=kunthea)
        assert refusal.value.code == "newer"
        assert "Bopha" in refusal.value.sentence and str(date.today().year) in refusal.value.sentence
        assert Draft.objects.get().head.document["title"] == "Bopha's words"
        assert DraftRevision.objects.count() == 2

    def test_nobody_begins_a_version_somebody_else_began(self, editors):
        kunthea, bopha = editors
        actions.save_draft(document=full(), by=kunthea)
        with pytest.raises(WrongState):
            actions.save_draft(document=full(), by=bopha)
        with pytest.raises(WrongState):
            actions.import_document(document=full(), by=SETUP)

    def test_who_changed_what_since(self, editors):
        kunthea, bopha = editors
        first = actions.save_draft(document=full(), by=kunthea).head
        changed = full()
        question(changed, "drills")["text"] = "How many drills?"
        second = actions.save_draft(document=changed, based_on=first, by=bopha).head
        draft = actions.save_draft(document=changed | {"title": "T"}, based_on=second, by=kunthea)
        since = queries.changes_since(draft, first)
        assert [row.saved_by for row, _ in since] == [kunthea, bopha]
        assert [change.field for change in since[0][1].head] == ["title"]
        assert [each.key for each in since[1][1].questions] == ["drills"]
        assert len(queries.changes_since(draft)) == 3


class TestReview:
    def test_the_second_person_publishes_and_the_first_may_not(self, editors):
        kunthea, bopha = editors
        draft = actions.save_draft(document=full(), by=kunthea)
        with pytest.raises(WrongState):
            actions.publish(draft=draft, by=bopha)  # nobody sent it to review
        draft = actions.send_to_review(draft=draft, by=kunthea)
        with pytest.raises(Denied):
            actions.publish(draft=draft, by=kunthea)
        version = actions.publish(draft=draft, by=bopha)
        assert (version.published_by, Draft.objects.get().state) == (bopha, "published")

    def test_what_is_in_review_is_not_written_on_and_comes_back_with_words(self, editors):
        kunthea, bopha = editors
        draft = actions.send_to_review(draft=actions.save_draft(document=full(), by=kunthea), by=kunthea)
        with pytest.raises(WrongState):
            actions.save_draft(document=full(title="T"), based_on=draft.head, by=kunthea)
        draft = actions.return_to_draft(draft=draft, note="Name the law.", by=bopha)
        assert (draft.state, draft.note) == ("draft", "Name the law.")
        actions.save_draft(document=full(title="T"), based_on=draft.head, by=bopha)
        draft = actions.send_to_review(draft=draft, by=kunthea)
        with pytest.raises(Denied):
            actions.publish(draft=draft, by=bopha)  # she saved last
        actions.publish(draft=draft, by=kunthea)

    def test_an_error_of_the_linter_keeps_it_from_being_published_and_a_warning_does_not(self, editors):
        kunthea, bopha = editors
        wrong = full()
        question(wrong, "drills") | {"text": "How many shifts are there?"}
        question(wrong, "drills")["visible_when"] = 'answers["overtime-cap-kept"] == "compliant"'
        draft = actions.send_to_review(draft=actions.save_draft(document=wrong, by=kunthea), by=kunthea)
        with pytest.raises(Invalid) as refusal:
            actions.publish(draft=draft, by=bopha)
        place = refusal.value.problems[0]["place"]
        assert place[-1] == "visible_when" and ChecklistVersion.objects.count() == 0
        question(wrong, "drills")["visible_when"] = ""
        question(wrong, "drills")["text"] = "How many shifts are there?"
        draft = actions.return_to_draft(draft=draft, by=bopha)
        draft = actions.save_draft(document=wrong, based_on=draft.head, by=kunthea)
        draft = actions.send_to_review(draft=draft, by=kunthea)
        assert {each.code for each in queries.lint_of(draft)} == {"same-words"}
        actions.publish(draft=draft, by=bopha)

    @pytest.mark.parametrize(
        ("key", "name", "value"),
        [
            ("drills", "visible_when", 'answers["shifts"] == "three"'),
            ("night-work", "visible_when", 'answers["drills"] > 1.0'),
            ("drills", "visible_when", 'answers["nowhere"] > 1.0'),
            ("overtime-cap-kept", "law", []),
        ],
        ids=["never asked", "reads a later question", "reads a missing question", "public without a law"],
    )
    def test_what_the_linter_calls_an_error_is_never_published(self, editors, key, name, value):
        kunthea, bopha = editors
        wrong = full()
        question(wrong, key)[name] = value
        with pytest.raises(Invalid):  # what is public without a law is not even a draft
            draft = actions.send_to_review(draft=actions.save_draft(document=wrong, by=kunthea), by=kunthea)
            actions.publish(draft=draft, by=bopha)
        assert not ChecklistVersion.objects.exists()

    def test_each_step_is_recorded(self, editors):
        kunthea, bopha = editors
        draft = actions.send_to_review(draft=actions.save_draft(document=full(), by=kunthea), by=kunthea)
        actions.return_to_draft(draft=draft, note="words nobody may find in the record", by=bopha)
        actions.send_to_review(draft=draft, by=kunthea)
        version = actions.publish(draft=draft, by=bopha)
        actions.retire(version=version, on=date(2030, 1, 1), by=bopha)
        verbs = list(
            AuditRecord.objects.filter(verb__startswith="checklist.").order_by("pk").values_list("verb", flat=True)
        )
        assert verbs == [
            "checklist.draft-saved", "checklist.sent", "checklist.returned", "checklist.sent", "checklist.published", "checklist.retired",
        ]  # fmt: skip
        assert not AuditRecord.objects.filter(facts__icontains="words nobody").exists()
        assert Draft.objects.get().state == "retired"


class TestSecondVersion:
    @pytest.fixture
    def second(self, editors):
        kunthea, bopha = editors
        imported()
        document = full(version="2", in_force_from="2024-01-01")
        question(document, "drills")["key"] = "drills-held"
        question(document, "shifts")["text"] = "How many shifts does the factory have?"
        draft = actions.save_draft(document=document, by=kunthea)
        return actions.send_to_review(draft=draft, by=kunthea)

    def test_a_person_confirms_the_bridge_and_it_is_frozen(self, editors, second):
        with pytest.raises(Invalid) as refusal:
            actions.publish(draft=second, by=editors[1])
        assert refusal.value.code == "bridge"
        proposed = queries.proposed_bridge(second)
        assert (
            Link("reworded", "drills", "drills-held") in proposed and Link("reworded", "shifts", "shifts") in proposed
        )
        with pytest.raises(Invalid):
            actions.publish(draft=second, bridge=proposed[:-1], by=editors[1])
        version = actions.publish(draft=second, bridge=proposed, by=editors[1])
        assert version.bridge.confirmed_by == editors[1]
        assert version.bridge.rows.count() == len(proposed)
        for row in (version.bridge, version.bridge.rows.first()):
            with pytest.raises(WrongState):
                row.save()

    def test_two_versions_are_compared_over_the_bridge(self, editors, second):
        version = actions.publish(draft=second, bridge=queries.proposed_bridge(second), by=editors[1])
        found = queries.difference(version.bridge.earlier, version)
        assert [(each.key, each.what) for each in found.questions] == [
            ("shifts", "changed"),
            ("drills-held", "changed"),
        ]

    def test_the_program_itself_goes_by_keys_alone(self, db):
        imported()
        document = full(version="2", in_force_from="2024-01-01")
        question(document, "drills")["key"] = "drills-held"
        version = imported(document)
        rows = set(BridgeRow.objects.filter(bridge=version.bridge).values_list("relation", "old_key", "new_key"))
        assert {("dropped", "drills", ""), ("new", "", "drills-held"), ("same", "shifts", "shifts")} <= rows
        assert version.bridge.confirmed_by is None

    def test_a_first_version_has_none(self, db):
        imported()
        assert not Bridge.objects.exists()

    @pytest.mark.parametrize(
        "row", [("new", "a", "b"), ("dropped", "", "b"), ("same", "a", ""), ("reworded", "", ""), ("new", "", "")]
    )
    def test_the_database_refuses_a_row_without_its_ends(self, db, row):
        imported()
        version = imported(full(version="2", in_force_from="2024-01-01"))
        relation, old, new = row
        with pytest.raises(IntegrityError), transaction.atomic():
            BridgeRow.objects.bulk_create(
                [BridgeRow(bridge=version.bridge, relation=relation, old_key=old, new_key=new)]
            )

    def test_many_questions_cost_no_more_statements(self, db):
        counts = []
        for number in (3, 60):
            document = full(key=f"long-{number}", version="1", checks=[])
            asked(document).extend(
                {"key": f"q{n}", "kind": "number", "text": f"{n}?", "level": "enterprise",
                 "law": [{"instrument": "law", "title": f"Law {n}"}]} for n in range(number)
            )  # fmt: skip
            imported(document)
            with CaptureQueriesContext(connection) as run:
                imported(document | {"version": "2", "in_force_from": "2024-01-01"})
            counts.append(len(run))
        assert counts[0] == counts[1]


class TestEdition:
    def test_it_is_published_whole_and_knows_its_parent(self, db):
        parent = imported()
        edition = imported(EDITION)
        assert (edition.parent, edition.country, edition.bridge.earlier) == (parent, "KH", parent)
        assert "night-premium" in queries.questions_of(edition.pk) and "shifts" not in queries.questions_of(edition.pk)
        assert edition.content_hash == rules.content_hash(rules.resolve(FULL, EDITION)[0])
        assert queries.in_force(key="full", country="KH", on=date(2022, 1, 1)) == edition
        assert Draft.objects.get(version="KH-1").head.document == EDITION

    def test_the_same_edition_again_changes_nothing(self, db):
        imported()
        imported(EDITION)
        assert actions.import_document(document=EDITION, by=SETUP)[1] is False

    def test_an_edition_of_nothing_is_refused(self, db):
        with pytest.raises(Invalid) as refusal:
            imported(EDITION)
        assert refusal.value.problems[0]["place"] == ("parent",)

    def test_the_editor_sees_what_moved_in_the_parent(self, editors):
        imported()
        draft = actions.save_draft(document=copy.deepcopy(EDITION), by=editors[0])
        newer = full(version="2", in_force_from="2024-01-01")
        question(newer, "drills")["text"] = "How many drills were held?"
        moved = queries.carry_over(draft, imported(newer))
        assert [(each.question, each.what) for each in moved] == [("drills", "reworded")]


class TestBlueprint:
    def test_every_word_of_the_form_arrives(self, db):
        made = build(imported())
        first = made["clusters"][0]
        assert (first["kinds"], first["optional"], first["number"], first["group"]) == (
            FULL["clusters"][0]["kinds"], True, 4, "Conditions",
        )  # fmt: skip
        assert made["sampling"] == FULL["sampling"] and made["checks"] == FULL["checks"]
        for ours, given_ in zip(first["points"][0]["questions"], asked(FULL), strict=True):
            for name in rules.QUESTION - {"law"}:
                if name in given_:
                    assert ours[name] == given_[name], (given_["key"], name)
        assert json.loads(json.dumps(made)) == made

    def test_it_speaks_another_language_and_names_both_hashes(self, db, django_assert_num_queries):
        version = imported()
        first, created = actions.add_translation(document=TRANSLATION, by=SETUP)
        assert created and not actions.add_translation(document=TRANSLATION, by=SETUP)[1]
        newer = copy.deepcopy(TRANSLATION) | {"as_of": "2026-02-01", "status": "reviewed"}
        newer["texts"]["shifts"]["text"] = "KM newer"
        second, _ = actions.add_translation(document=newer, by=SETUP)
        version = ChecklistVersion.objects.select_related("checklist").get()
        with django_assert_num_queries(5):
            made = build(version, "km")
        assert made["version"]["hash"] == version.content_hash
        assert made["version"]["translation"] == {
            "language": "km", "as_of": "2026-02-01", "status": "reviewed", "hash": second.content_hash,
        }  # fmt: skip
        questions = made["clusters"][0]["points"][0]["questions"]
        assert questions[1]["text"] == "KM newer" and made["version"]["title"] == "KM title"
        assert build(version)["clusters"][0]["points"][0]["questions"][1]["text"] == "How many shifts are there?"
        assert first.content_hash != second.content_hash != version.content_hash
        assert queries.languages_of(version) == ["en", "km"]

    def test_a_translation_that_does_not_fit_is_refused_whole(self, db):
        imported()
        for change in ({"version": "9"}, {"language": "en"}, {"texts": {"nowhere": {"text": "x"}}}):
            with pytest.raises(Invalid):
                actions.add_translation(document=copy.deepcopy(TRANSLATION) | change, by=SETUP)
        assert not Translation.objects.exists()

    def test_a_translator_may_add_one_and_not_write_the_checklist(self, world):
        imported()
        translator = world.person("Sreymom", "translator")
        assert actions.add_translation(document=TRANSLATION, by=translator)[0].added_by == translator
        with pytest.raises(Denied):
            actions.save_draft(document=full(version="2"), by=translator)


class TestLaw:
    def test_a_law_is_recorded_once_and_lives_on_while_the_citation_stays(self, editors, db):
        version = imported()
        imported(full(version="2", in_force_from="2024-01-01"))
        law = LawRecord.objects.get(title="Labour Law")
        assert (law.year, law.article, law.in_force_from, law.status) == ("1997", "137", date(1997, 3, 13), "unchecked")
        assert law.citations.count() == 2
        actions.check_law(law=law, on=date(2026, 1, 1), in_force_to=date(2026, 6, 30), by=editors[0])
        assert set(Citation.objects.filter(question__version=version).values_list("status", flat=True)) == {"unchecked"}
        third = imported(full(version="3", in_force_from="2025-01-01"))
        assert Citation.objects.get(question__version=third, law=law).status == "checked"

    def test_a_repealed_law_shows_which_published_questions_cite_it(self, editors):
        first = imported()
        imported(full(version="2", in_force_from="2024-01-01"))
        actions.retire(version=first, on=date(2024, 1, 1), by=SETUP)
        law = LawRecord.objects.get(title="Labour Law")
        assert list(queries.repealed_but_cited(date(2026, 7, 1))) == []
        actions.end_law(law=law, on=date(2026, 6, 30), by=editors[0])
        cited = queries.repealed_but_cited(date(2026, 7, 1))
        assert [(each.law, each.question.key, each.question.version.version) for each in cited] == [
            (law, "overtime-cap-kept", "2")
        ]
        assert list(queries.repealed_but_cited(date(2026, 6, 30))) == []
        assert [each.question.version.version for each in queries.questions_citing(law)] == ["2"]

    def test_that_a_law_was_checked_is_the_word_of_a_person_with_the_right(self, world, editors):
        imported()
        law = LawRecord.objects.get(title="Labour Law")
        jordan = world.person("Rania", "checklist-editor", programme=world.other_programme)
        for by in (SETUP, world.sokha, world.vannak, jordan):
            with pytest.raises(Denied):
                actions.check_law(law=law, on=date(2026, 1, 1), by=by)
        international = LawRecord.objects.get(country="INT")
        assert actions.check_law(law=international, on=date(2026, 1, 1), by=jordan).checked_by == jordan
        with pytest.raises(IntegrityError), transaction.atomic():
            LawRecord.objects.filter(pk=law.pk).update(checked_on=date(2026, 1, 1))

    def wage(self, value, since, **more):
        return actions.set_parameter(
            country="KH", key="minimum-wage-monthly", value=value, since=since, by=SETUP, **more
        )[0]

    def test_a_new_value_ends_the_one_before_and_each_day_has_its_own(self, db):
        old = self.wage(200, date(2024, 1, 1))
        self.wage("204.50", date(2025, 1, 1))
        self.wage(210, date(2025, 1, 1), zone="Phnom Penh")
        old.refresh_from_db()
        assert old.until == date(2024, 12, 31)
        for on, zone, value in (
            (date(2023, 12, 31), "", None), (date(2024, 12, 31), "", 200), (date(2025, 1, 1), "", 204.5),
            (date(2025, 1, 1), "Phnom Penh", 210), (date(2025, 1, 1), "Kandal", 204.5),
        ):  # fmt: skip
            assert queries.parameters(country="KH", on=on, zone=zone).get("minimum-wage-monthly") == value

    def test_the_same_again_changes_nothing_and_another_on_the_same_days_is_refused(self, db):
        first = self.wage(200, date(2024, 1, 1))
        assert self.wage(200, date(2024, 1, 1)) == first
        for value, since in ((201, date(2024, 1, 1)), (150, date(2023, 1, 1))):
            with pytest.raises(WrongState):
                self.wage(value, since)
        self.wage(150, date(2023, 1, 1), until=date(2023, 12, 31))

    @pytest.mark.parametrize(
        ("since", "until"), [(date(2023, 1, 1), None), (date(2024, 6, 1), date(2024, 7, 1)), (date(2025, 6, 1), None)]
    )
    def test_the_database_refuses_two_values_on_one_day(self, db, since, until):
        self.wage(200, date(2024, 1, 1), until=date(2025, 12, 31))
        with pytest.raises(IntegrityError), transaction.atomic():
            LawParameter.objects.create(country="KH", key="minimum-wage-monthly", value=1, since=since, until=until)

    def test_a_value_is_checked_by_a_person(self, editors):
        wage = self.wage(200, date(2024, 1, 1))
        assert wage.status == "unchecked"
        with pytest.raises(Denied):
            actions.check_parameter(parameter=wage, on=date(2026, 1, 1), by=SETUP)
        assert actions.check_parameter(parameter=wage, on=date(2026, 1, 1), by=editors[0]).status == "checked"


# --- files ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def given_file(tmp_path):
    def write(document, name="file.yaml"):
        path = tmp_path / name
        path.write_text(document if isinstance(document, str) else to_yaml(document), encoding="utf-8")
        return str(path)

    return write


def command(capsys, name, *arguments):
    try:
        call_command(name, *arguments)
        code = 0
    except SystemExit as ended:
        code = ended.code
    out, err = capsys.readouterr()
    return code, out, err


class TestFiles:
    @pytest.mark.parametrize(
        "document", [FULL, EDITION, LAW, TRANSLATION], ids=["checklist", "edition", "law", "translation"]
    )
    def test_each_form_is_tried_then_taken_then_unchanged(self, db, capsys, given_file, document):
        if document in (EDITION, TRANSLATION):
            imported()
        before = AuditRecord.objects.count()
        path = given_file(document)
        code, out, _ = command(capsys, "import_checklist", path, "--dry-run", "--json")
        assert code == 0 and json.loads(out.splitlines()[-1])["created"] == 1
        assert AuditRecord.objects.count() == before
        assert json.loads(command(capsys, "import_checklist", path, "--json")[1].splitlines()[-1])["created"] == 1
        said = json.loads(command(capsys, "import_checklist", path, "--json")[1].splitlines()[-1])
        assert (said["created"], said["unchanged"]) == (0, 1)

    @pytest.mark.parametrize(
        ("document", "part", "wrong"),
        [
            (FULL, "value >= 0.0", "value >="),
            (EDITION, "question: drills", "question: drill-count"),
            (LAW, "value: 12", "value: many"),
            (TRANSLATION, "  drills:", "  drill-count:"),
        ],
        ids=["checklist", "edition", "law", "translation"],
    )
    def test_what_cannot_be_taken_is_named_by_line_and_nothing_is_written(
        self, db, capsys, given_file, document, part, wrong
    ):
        if document in (EDITION, TRANSLATION):
            imported()
        before = AuditRecord.objects.count()
        text = to_yaml(document)
        assert text.count(part) == 1
        path = given_file(text.replace(part, wrong))
        code, out, _ = command(capsys, "import_checklist", path, "--json")
        refused = json.loads(out.splitlines()[-1])["refused"]
        assert code == 1 and AuditRecord.objects.count() == before
        line = text[: text.index(part)].count("\n") + 1
        assert refused and all(
            abs(each["line"] - line) <= 2 and each["column"] and each["file"] == "file.yaml" for each in refused
        ), refused

    def test_parameters_that_contradict_what_is_there_are_refused_whole(self, db, capsys, given_file):
        command(capsys, "import_checklist", given_file(LAW))
        other = copy.deepcopy(LAW)
        other["parameters"][0]["value"] = 60
        other["parameters"].append(other["parameters"][0] | {"key": "regular-hours-daily"})
        assert command(capsys, "import_checklist", given_file(other))[0] == 1
        assert LawParameter.objects.count() == 1

    def test_what_is_exported_can_be_imported_and_has_the_same_hash(self, db, capsys, tmp_path):
        version = imported()
        path = tmp_path / "out.yaml"
        assert command(capsys, "export_checklist", "full@1", "--format", "yaml", "--output", str(path))[0] == 0
        document = read_yaml(path)[0]
        assert document == FULL and rules.content_hash(document) == version.content_hash
        said = json.loads(command(capsys, "import_checklist", str(path), "--json")[1].splitlines()[-1])
        assert said["unchanged"] == 1
        assert command(capsys, "export_checklist", "full")[1] == path.read_text(encoding="utf-8")


TEXT = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
    | st.sampled_from("\n\t :#-'\"&*!|>%@`{}[],?\u2028\x85\ufeff"),
    max_size=40,
)
NUMBER = st.integers(-(10**12), 10**12) | st.floats(allow_nan=False, allow_infinity=False)
ANY = st.recursive(
    st.none()
    | st.booleans()
    | NUMBER
    | TEXT
    | st.dates().map(str)
    | st.sampled_from(["yes", "no", "1", "1e3", "null", "~", "0x1f", "=", "<<"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=12,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(document=st.dictionaries(TEXT, ANY, min_size=1, max_size=4))
def test_a_document_written_as_yaml_reads_back_the_same(tmp_path, document):
    path = tmp_path / "document.yaml"
    path.write_text(to_yaml(document), encoding="utf-8")
    again = read_yaml(path)[0]
    assert again == document
    assert rules.content_hash(again) == rules.content_hash(document)


def test_rows_know_the_kind_of_a_day(db):
    imported()
    assert Cluster.objects.get().kind_on(date(2022, 6, 10)) == "national"
    assert Question.objects.count() == 6
