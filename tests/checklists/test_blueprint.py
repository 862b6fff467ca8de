"""The shipped checklist, and a published version as the tablet takes it along."""

import gzip
import json

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from checklists import rules
from checklists.actions import import_document
from checklists.blueprint import build, question_facts
from checklists.imports import read_yaml
from checklists.models import ChecklistVersion, Question
from tests.world import SETUP

LIBRARY = settings.ROOT / "checklists" / "library" / "decent-work-garment.yaml"


@pytest.fixture(scope="module")
def shipped():
    return read_yaml(LIBRARY)[0]


class TestShipped:
    def test_it_has_the_shape_it_says(self, shipped):
        assert rules.problems(shipped) == []
        assert len(shipped["clusters"]) == 8
        assert sum(len(cluster["points"]) for cluster in shipped["clusters"]) == 39
        assert sum(1 for _ in rules.questions(shipped)) >= 250
        kinds = [rules.kind_on(cluster, shipped["in_force_from"]) for cluster in shipped["clusters"]]
        assert set(kinds) == {"core", "national"}

    def test_every_finding_can_be_asked_explained_and_grounded(self, shipped):
        for _, _, question in rules.questions(shipped):
            if question["kind"] == "finding":
                for name in ("issue", "explain", "guidance", "law", "sources"):
                    assert question.get(name), f"{question['key']} has no {name}"

    def test_texts_are_short_enough_to_be_read(self, shipped):
        limits = {"text": 300, "issue": 120, "explain": 300, "guidance": 1200}
        for _, _, question in rules.questions(shipped):
            for name, limit in limits.items():
                assert len(question.get(name) or "") <= limit, f"{question['key']}.{name}"

    def test_an_issue_names_a_wrong_and_not_a_person(self, shipped):
        issues = [question["issue"] for _, _, question in rules.questions(shipped) if question["kind"] == "finding"]
        assert len(issues) == len(set(issues))
        assert not any(issue.endswith(("?", ".")) for issue in issues)

    def test_the_law_is_unchecked(self, shipped):
        assert {law["status"] for _, _, q in rules.questions(shipped) for law in q.get("law") or []} == {"unchecked"}

    def test_some_issues_become_public_and_some_are_grave(self, shipped):
        tags = [question.get("tags") or [] for _, _, question in rules.questions(shipped)]
        assert sum("critical-public" in each for each in tags) >= 10
        assert sum("zero-tolerance" in each for each in tags) >= 3

    def test_the_command_takes_it(self, db, capsys):
        call_command("import_checklist", str(LIBRARY), "--json")
        said = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
        version = ChecklistVersion.objects.get()
        assert (said["created"], said["key"], said["refused"]) == (1, "decent-work-garment", [])
        assert said["questions"] == version.questions.count() >= 250
        assert (version.clusters.count(), version.points.count()) == (8, 39)


class TestBlueprint:
    def test_it_holds_every_question_in_order(self, world):
        made = build(world.version)
        keys = [q["key"] for cluster in made["clusters"] for point in cluster["points"] for q in point["questions"]]
        assert keys == list(Question.objects.filter(version=world.version).values_list("key", flat=True))
        assert [cluster["key"] for cluster in made["clusters"]] == ["child-labour", "compensation", "safety-and-health"]
        assert made["version"]["hash"] == world.version.content_hash
        assert json.loads(json.dumps(made)) == made

    def test_a_question_carries_what_the_tablet_shows(self, world):
        exits = build(world.version)["clusters"][2]["points"][0]["questions"][0]
        assert (exits["kind"], exits["extent"], exits["required"]) == ("finding", "exits", True)
        assert exits["tags"] == ["critical-public", "committee-priority"]
        assert exits["law"] == [{"citation": "Occupational Safety and Health Convention (C155)", "status": "unchecked"}]

    def test_the_shipped_one_is_small_and_takes_few_statements(self, db, world, shipped):
        version, _ = import_document(document=shipped, by=SETUP)
        counts = []
        for one in (world.version, version):
            one = ChecklistVersion.objects.get(pk=one.pk)
            with CaptureQueriesContext(connection) as asked:
                made = build(one)
            counts.append(len(asked))
        assert counts[0] == counts[1] <= 5
        assert len(gzip.compress(json.dumps(made, ensure_ascii=False).encode(), 6)) < 60_000

    def test_the_server_checks_with_the_same_facts(self, world):
        facts = question_facts(world.version.pk)
        made = {
            q["key"]: (
                q["kind"],
                q["choices"],
                q["required"],
                q.get("columns", []),
                q.get("rows", {}),
                q["tags"],
                cluster["key"],
            )
            for cluster in build(world.version)["clusters"]
            for point in cluster["points"]
            for q in point["questions"]
        }
        assert facts == made
        with CaptureQueriesContext(connection) as asked:
            question_facts(world.version.pk)
        assert len(asked) == 0
