"""What is shipped: whole, lawful in form, in plain words, and honest about what nobody has checked."""

import copy
import json
import re
from collections import Counter

import pytest
from django.core.management import call_command

from checklists import linter, rules
from checklists.actions import add_translation, import_document
from checklists.blueprint import build
from checklists.models import ChecklistVersion
from checklists.public import critical_issues
from checklists.queries import languages_of
from checklists.rules import translations
from config.reference import library as page
from tests.checklists import library
from tests.checklists.library import CHECKLISTS, EDITIONS, GARMENT, LAWS, TRANSLATIONS, files, questions, whole
from tests.conftest import ROOT
from tests.world import SETUP

WHOLE = CHECKLISTS + EDITIONS
# The longest sentence. A reader of 12 loses the beginning of a longer one.
MOST_WORDS = 25


def test_the_library_is_there():
    """Every other test here runs over these lists; an empty one would say that all is well."""
    assert len(CHECKLISTS) == 4 and len(EDITIONS) == len(LAWS) == 5 and len(TRANSLATIONS) == 2


@pytest.mark.parametrize("name", sorted(files()))
def test_every_file_keeps_to_its_form_and_licence(name):
    assert rules.problems_of(files()[name]) == []
    if files()[name]["format"] != rules.LAW_FORMAT:
        assert files()[name]["licence"] == "CC-BY-4.0"


@pytest.mark.parametrize("name", WHOLE)
class TestWords:
    def test_no_sentence_is_too_long(self, name):
        long = [
            (question["key"], place, sentence)
            for question in questions(name)
            for place, text in library.texts(question)
            for sentence in re.split(r"(?<=[.?!:;])\s+", text)
            if len(sentence.split()) > MOST_WORDS
        ]
        assert long == []

    def test_no_two_questions_say_the_same(self, name):
        for place in ("text", "issue", "explain"):
            words = Counter(" ".join((question.get(place) or "").lower().split()) for question in questions(name))
            assert [said for said, times in words.items() if said and times > 1] == []

    def test_a_question_ends_as_one(self, name):
        asked = [question["text"] for question in questions(name) if question["kind"] == "finding"]
        assert [text for text in asked if not text.endswith("?")] == []

    def test_no_phrase_names_a_person(self, name):
        """Slots are filled from counts, places and days. There is none for somebody's name."""
        slots = {
            slot
            for question in questions(name)
            for phrases in (question.get("phrases") or {}).values()
            for phrase in phrases
            for slot in re.findall(r"\{(\w+)\}", phrase)
        }
        assert slots <= {"n", "of", "where", "what", "date", "month", "months", "days", "age", "time", "period",
                         "degrees"}  # fmt: skip


class TestLaw:
    @pytest.mark.parametrize("name", WHOLE)
    def test_every_critical_question_has_law_and_nothing_claims_to_be_checked(self, name):
        for question in questions(name):
            if "critical-public" in question["tags"]:
                assert question.get("law"), question["key"]
            assert {law["status"] for law in question.get("law") or []} <= {"unchecked"}, question["key"]

    @pytest.mark.parametrize("name", LAWS)
    def test_numbers_in_the_law_are_unchecked_known_by_name_and_dated(self, name):
        for parameter in files()[name]["parameters"]:
            assert parameter["key"] in page.PARAMETERS and parameter["value"] > 0
            assert parameter["law"]["status"] == "unchecked" and parameter["from"] >= "1990-01-01"

    def test_the_core_of_safety_and_health_is_dated(self):
        cluster = next(c for c in whole(GARMENT)["clusters"] if c["key"] == "occupational-safety-and-health")
        assert rules.kind_on(cluster, "2022-06-10") == "national"
        assert rules.kind_on(cluster, "2022-06-11") == "core"


class TestGarment:
    def test_no_key_ever_shipped_is_lost(self):
        """A key is a question's name for ever. One that goes on purpose is taken off this list by hand."""
        shipped = (ROOT / "tests" / "fixtures" / "garment-keys.txt").read_text().split()
        there = [question["key"] for question in questions(GARMENT)]
        assert len(shipped) == 282 and [key for key in shipped if key not in there] == []

    def test_the_drafting_desk_has_words_for_all_that_is_critical_and_for_every_point(self):
        with_words, points = set(), {}
        for _, point, question in rules.questions(whole(GARMENT)):
            phrases = question.get("phrases") or {}
            if set(phrases) == {"finding", "good_practice", "recommendation"} and all(phrases.values()):
                with_words.add(question["key"])
                points[point["key"]] = True
            else:
                points.setdefault(point["key"], False)
                assert "critical-public" not in question["tags"], question["key"]
        assert [point for point, said in points.items() if not said] == []

    def test_both_tables_are_drawn_by_a_plan_of_their_own(self):
        tables = {question["key"]: question["sample"] for question in questions(GARMENT) if question["kind"] == "table"}
        assert tables == {"payroll-sample": "payroll", "time-record-sample": "time-records"}
        for plan in whole(GARMENT)["sampling"]["records"].values():
            taken = [band["take"] for band in plan["bands"]]
            assert taken == sorted(set(taken)) and plan["months"] == ["latest", "peak", "low"]


class TestEditions:
    @pytest.mark.parametrize("name", EDITIONS)
    def test_an_edition_becomes_a_whole_checklist(self, name):
        edition = files()[name]
        made, left = rules.resolve(whole(GARMENT), edition)
        assert left == [] and rules.problems(made) == []
        assert made["country"] == edition["country"] and made["version"] != whole(GARMENT)["version"]

    @pytest.mark.parametrize("name", EDITIONS)
    def test_an_edition_brings_law_of_its_own_country(self, name):
        edition = files()[name]
        brought = [law for change in edition["changes"] if change["do"] == "refer" for law in change["law"]]
        assert {law["country"] for law in brought} == {edition["country"]}
        own = [change["question"] for change in edition["changes"] if change["do"] == "add"]
        assert 3 <= len(own) <= 6 and all(question["law"] for question in own)

    @pytest.mark.parametrize("name", EDITIONS)
    def test_nothing_critical_is_left_out(self, name):
        parent = {question["key"]: question for question in questions(GARMENT)}
        for change in files()[name]["changes"]:
            if change["do"] == "drop":
                assert "critical-public" not in parent[change["question"]]["tags"]
                assert change["because"].endswith(".")

    def test_a_check_goes_with_the_question_it_needs(self):
        viet_nam = whole("editions/decent-work-garment-VN.yaml")
        kept = {check["key"] for check in viet_nam["checks"]}
        assert {check["key"] for check in whole(GARMENT)["checks"]} - kept == {"overtime-compliant-over-cap"}


class TestOthers:
    def test_the_17_conditions_have_each_their_number_and_one_of_four_groups(self):
        clusters = whole("enabling-environment.yaml")["clusters"]
        assert sorted(cluster["number"] for cluster in clusters) == list(range(1, 18))
        assert [cluster["number"] for cluster in clusters] != sorted(cluster["number"] for cluster in clusters)
        assert len({cluster["group"] for cluster in clusters}) == 4
        assert all(cluster["optional"] for cluster in clusters)

    def test_nothing_of_a_country_is_added_up_to_a_score(self):
        assert [q["key"] for q in questions("enabling-environment.yaml") if q.get("compute") or q.get("suggest")] == []

    def test_a_committee_is_asked_about_four_things(self):
        clusters = whole("committee-health.yaml")["clusters"]
        assert [cluster["key"] for cluster in clusters] == ["elected", "represented", "protected", "able-to-act"]


@pytest.mark.parametrize("name", TRANSLATIONS)
class TestTranslations:
    def test_it_fits_is_not_stale_and_says_that_nobody_reviewed_it(self, name):
        translation = files()[name]
        assert translations.unfit(translation, whole(GARMENT)) == []
        assert translations.stale(translation, whole(GARMENT)) == []
        assert translation["status"] == "unreviewed"
        marked = {".".join(address) for address in translations.translated(translation)}
        assert set(translation["of"]) == marked

    def test_child_labour_is_whole_and_so_is_what_the_public_reads_of_the_rest(self, name):
        asked, public = set(), set()
        for cluster, point, question in rules.questions(whole(GARMENT)):
            if cluster["key"] == "child-labour":
                asked |= {question["key"], f"point:{point['key']}", "cluster:child-labour"}
            if "critical-public" in question["tags"]:
                public |= {
                    (question["key"], "issue"),
                    (question["key"], "explain"),
                    (f"cluster:{cluster['key']}", "title"),
                }
        missing = translations.missing(files()[name], whole(GARMENT))
        assert [address for address in missing if address[0] in asked or address in public] == []

    def test_it_is_written_in_its_script(self, name):
        """A text left in English, or pasted under the wrong key, is seen by its letters."""
        script = {"km": r"[\u1780-\u17ff]", "ar": r"[\u0600-\u06ff]"}[files()[name]["language"]]
        for address, words in translations.translated(files()[name]).items():
            without_slots = re.sub(r"\{\w+\}", "", words)
            assert re.search(script, words) and not re.search("[A-Za-z]", without_slots), address


class TestImporting:
    def test_the_whole_library_comes_into_an_empty_database(self, db, capsys):
        """In the order of the how-to: checklists, then editions, then law and translations."""
        order = CHECKLISTS + EDITIONS + LAWS + TRANSLATIONS
        assert sorted(order) == sorted(files())
        for name in order:
            call_command("import_checklist", str(ROOT / page.FOLDER / name), "--json")
            said = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
            assert said["created"] >= 1 and said["refused"] == [], name
        for name in WHOLE:
            version = ChecklistVersion.objects.get(
                checklist__key=whole(name)["key"], version=str(whole(name)["version"])
            )
            assert version.questions.count() == len(questions(name))
            assert version.content_hash == rules.content_hash(whole(name))

    def test_issues_stay_public_whichever_checklist_came_last(self, db):
        """A checklist of practices, taken in later, has nothing critical; it must not empty the public list."""
        for name in (GARMENT, "sme-practices.yaml", "committee-health.yaml"):
            document = {**files()[name], "in_force_from": "2020-01-01" if name == GARMENT else "2026-01-01"}
            import_document(document=document, by=SETUP)
        critical = [q["key"] for q in questions(GARMENT) if "critical-public" in q["tags"]]
        assert [issue["key"] for issue in critical_issues()] == critical

    def test_an_edition_speaks_its_parents_language_where_it_has_not_changed_the_words(self, db):
        """Otherwise Cambodia's own edition would be the one that speaks no Khmer."""
        edition = copy.deepcopy(files()["editions/decent-work-garment-KH.yaml"])
        words = {
            "do": "reword",
            "question": "night-work-under-18",
            "set": {"text": "Is nobody under 18 here at night?"},
        }
        edition["changes"].append(words)
        khmer = files()["translations/decent-work-garment-km.yaml"]
        import_document(document=files()[GARMENT], by=SETUP)
        version, _ = import_document(document=edition, by=SETUP)
        add_translation(document=khmer, by=SETUP)
        assert languages_of(version) == ["en", "km"]
        made = build(version, "km")
        said = {q["key"]: q["text"] for point in made["clusters"][0]["points"] for q in point["questions"]}
        assert said["under-age-workers"] == khmer["texts"]["under-age-workers"]["text"]
        assert said["night-work-under-18"] == "Is nobody under 18 here at night?"
        assert said["young-register-shown-to-inspector"].startswith("Has the labour inspector")
        assert made["clusters"][0]["title"] == khmer["texts"]["cluster:child-labour"]["title"]
        assert made["version"]["translation"]["status"] == "unreviewed"

    @pytest.mark.parametrize("name", WHOLE)
    def test_the_linter_finds_no_error_in_what_is_shipped(self, name):
        assert [found for found in linter.findings(whole(name)) if found.level == "error"] == []
