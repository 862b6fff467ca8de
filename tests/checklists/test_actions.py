"""Drafts, publishing, what is in force on a day, and the end of a version."""

import copy
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from checklists import actions
from checklists.imports import read_yaml
from checklists.models import (
    ChecklistVersion,
    Citation,
    Cluster,
    CompliancePoint,
    Draft,
    DraftRevision,
    PublishedText,
    Question,
)
from checklists.queries import in_force, questions_of
from core.errors import Denied, Invalid, WrongState
from core.models import AuditRecord
from tests.world import SETUP, SMALL

GOOD = read_yaml(SMALL)[0]


def document(**change):
    return copy.deepcopy(GOOD) | change


def publish(by=SETUP, **change):
    return actions.import_document(document=document(**change), by=by)[0]


class TestPublishing:
    def test_a_published_version_has_its_rows_in_order_and_a_hash(self, db):
        version = publish()
        assert [cluster.key for cluster in version.clusters.all()] == [
            "child-labour",
            "compensation",
            "safety-and-health",
        ]
        assert list(questions_of(version.pk)) == [
            "under-age-workers", "overtime-premium-paid", "overtime-voluntary-pay-slip", "minimum-wage-paid",
            "workers-count", "emergency-exits-clear", "evacuation-drills", "drills-last-year",
        ]  # fmt: skip
        exits = questions_of(version.pk)["emergency-exits-clear"]
        assert (exits.point.title, exits.extent, exits.required) == ("Emergency preparedness", "exits", True)
        assert [str(citation) for citation in exits.citations.all()] == [
            "Occupational Safety and Health Convention (C155)"
        ]
        assert len(version.content_hash) == 64

    def test_a_reference_to_law_is_unchecked_until_somebody_checks_it(self, db):
        changed = document()
        changed["clusters"][0]["points"][0]["questions"][0]["law"][0]["status"] = "checked"
        actions.import_document(document=changed, by=SETUP)
        assert set(Citation.objects.values_list("status", flat=True)) == {"unchecked"}

    @pytest.mark.parametrize(
        "table", [ChecklistVersion, PublishedText, Cluster, CompliancePoint, Question, Citation, DraftRevision]
    )
    def test_what_is_published_is_frozen(self, db, table):
        publish()
        row = table.objects.first()
        with pytest.raises(WrongState):
            row.save()
        with pytest.raises(WrongState):
            row.delete()
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table._meta.db_table}")

    def test_the_same_text_again_is_the_same_version(self, db):
        first, created = actions.import_document(document=document(), by=SETUP)
        again, created_again = actions.import_document(document=document(), by=SETUP)
        assert (created, created_again, again) == (True, False, first)

    def test_the_same_version_with_another_text_is_refused(self, db):
        publish()
        with pytest.raises(WrongState) as refusal:
            publish(title="Another title")
        assert refusal.value.code == "published"
        assert ChecklistVersion.objects.get().title == GOOD["title"]

    def test_a_second_version_stands_beside_the_first(self, db):
        first = publish()
        second = publish(version="2", in_force_from="2021-01-01", title="A small checklist, again")
        assert first.checklist == second.checklist
        assert Question.objects.filter(key="workers-count").count() == 2
        first.refresh_from_db()
        assert first.title == GOOD["title"]

    def test_two_versions_do_not_come_into_force_on_one_day(self, db):
        publish()
        with pytest.raises(WrongState):
            publish(version="2")
        publish(version="2-kh", country="KH")

    def test_a_checklist_never_changes_its_subject(self, db):
        publish()
        with pytest.raises(Invalid):
            publish(version="2", subject="programme")

    def test_a_draft_that_is_wrong_is_refused_whole_with_every_place(self, db):
        with pytest.raises(Invalid) as refusal:
            actions.save_draft(document=document(title="", subject="person"), by=SETUP)
        assert {problem["place"] for problem in refusal.value.problems} == {("title",), ("subject",)}
        assert DraftRevision.objects.count() == 0

    def test_each_save_is_a_revision_and_one_of_them_is_published(self, db):
        actions.save_draft(document=document(title="First words"), by=SETUP)
        first = DraftRevision.objects.get()
        draft = actions.save_draft(document=document(title="Second words"), based_on=first, by=SETUP)
        assert actions.publish(draft=draft, by=SETUP).title == "Second words"
        assert DraftRevision.objects.count() == 2
        with pytest.raises(WrongState):
            actions.publish(draft=draft, by=SETUP)

    def test_the_record_names_the_hash_and_no_text(self, db):
        version = publish()
        record = AuditRecord.objects.get(verb="checklist.published")
        assert record.facts["content_hash"] == version.content_hash
        assert "small checklist" not in str(record.facts).lower()

    def test_many_questions_cost_no_more_statements(self, db, django_assert_max_num_queries):
        with django_assert_max_num_queries(30):
            publish(clusters=grown(300), version="long")


def grown(count):
    """Clusters with so many questions."""
    question = {"kind": "finding", "text": "Is it?", "issue": "It is not", "explain": "It is.", "level": "enterprise"}
    return [
        {
            "key": f"c{n}", "title": f"Cluster {n}", "kind": "core",
            "points": [
                {
                    "key": f"p{n}", "title": f"Point {n}",
                    "questions": [question | {"key": f"q{n}-{q}"} for q in range(50)],
                }
            ],
        }
        for n in range(count // 50)
    ]  # fmt: skip


class TestWho:
    def test_editors_of_any_programme_two_of_them(self, world):
        writer, reader = world.person("Kunthea", "checklist-editor"), world.person("Bopha", "checklist-editor")
        draft = actions.save_draft(document=document(), by=writer)
        actions.send_to_review(draft=draft, by=writer)
        with pytest.raises(Denied):
            actions.publish(draft=draft, by=writer)
        version = actions.publish(draft=draft, by=reader)
        assert version.published_by == reader

    def test_no_person_publishes_in_one_step(self, world):
        with pytest.raises(Denied):
            publish(by=world.person("Kunthea", "checklist-editor"))

    @pytest.mark.parametrize("who", ["sokha", "vannak", "chanthou"])
    def test_nobody_else(self, world, who):
        by = getattr(world, who)
        version = publish()
        for attempt in (
            lambda: actions.save_draft(document=document(version="2"), by=by),
            lambda: actions.publish(draft=Draft.objects.get(), by=by),
            lambda: actions.send_to_review(draft=Draft.objects.get(), by=by),
            lambda: actions.return_to_draft(draft=Draft.objects.get(), by=by),
            lambda: actions.add_translation(document={}, by=by),
            lambda: actions.set_parameter(country="KH", key="a", value=1, since=date(2026, 1, 1), by=by),
            lambda: actions.import_document(document=document(version="2"), by=by),
            lambda: actions.import_document(document=document(), by=by),
            lambda: actions.retire(version=version, on=date(2030, 1, 1), by=by),
        ):
            with pytest.raises(Denied):
                attempt()
        assert ChecklistVersion.objects.count() == 1


class TestInForce:
    def picked(self, on, country="KH"):
        version = in_force(key="small", country=country, on=on)
        return version and version.version

    @pytest.fixture
    def versions(self, db):
        return {
            "1": publish(),
            "2": publish(version="2", in_force_from="2024-01-01"),
            "kh": publish(version="kh", country="KH", in_force_from="2022-01-01"),
        }

    @pytest.mark.parametrize(
        ("country", "on", "version"),
        [
            ("JO", date(2019, 12, 31), None),
            ("JO", date(2020, 1, 1), "1"),
            ("JO", date(2023, 12, 31), "1"),
            ("JO", date(2024, 1, 1), "2"),
            ("KH", date(2021, 12, 31), "1"),
            ("KH", date(2022, 1, 1), "kh"),
            ("KH", date(2024, 6, 1), "kh"),
        ],
    )
    def test_the_countrys_own_edition_then_the_newest_that_has_begun(self, versions, country, on, version):
        assert self.picked(on, country) == version

    def test_a_retired_version_starts_nothing_from_its_day(self, versions):
        actions.retire(version=versions["2"], on=date(2025, 1, 1), by=SETUP)
        assert self.picked(date(2024, 12, 31), "JO") == "2"
        assert self.picked(date(2025, 1, 1), "JO") == "1"

    def test_a_retired_edition_gives_way_to_the_version_for_all(self, versions):
        actions.retire(version=versions["kh"], on=date(2025, 1, 1), by=SETUP)
        assert self.picked(date(2025, 1, 1)) == "2"

    def test_a_version_is_retired_once_and_stays_readable(self, versions):
        actions.retire(version=versions["1"], on=date(2025, 1, 1), by=SETUP)
        with pytest.raises(WrongState):
            actions.retire(version=versions["1"], on=date(2026, 1, 1), by=SETUP)
        assert len(questions_of(versions["1"].pk)) == 8

    def test_a_checklist_nobody_knows(self, versions):
        assert in_force(key="unknown", country="KH", on=date(2026, 1, 1)) is None
