"""Sampling, editions, bridges, differences, translations and the linter: pure decisions over documents."""

import copy
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checklists import linter, rules
from checklists.likeness import alike
from checklists.rules import Link, adapting, sampling
from checklists.rules.phrases import fill
from tests.checklists.documents import EDITION, FULL, TRANSLATION, asked, full, question

BANDS = FULL["sampling"]["records"]["payroll"]["bands"]


class TestSampling:
    @pytest.mark.parametrize(
        ("headcount", "taken"), [(0, 0), (1, 1), (10, 10), (100, 10), (101, 15), (500, 15), (501, 25), (90_000, 25)]
    )
    def test_the_band_of_the_headcount_says_how_many(self, headcount, taken):
        assert sampling.take(BANDS, headcount) == taken

    def test_a_draw_is_the_same_everywhere(self):
        """The numbers are those of the digests of «seed:number», so that another program can repeat them."""
        assert sampling.draw("KH-2026-0041", 1240, 5) == [298, 670, 214, 488, 148]

    @given(seed=st.text(max_size=8), of=st.integers(0, 300), count=st.integers(0, 60))
    def test_a_draw_takes_each_once_and_more_only_adds(self, seed, of, count):
        drawn = sampling.draw(seed, of, count)
        assert len(drawn) == len(set(drawn)) == min(of, count)
        assert set(drawn) <= set(range(1, of + 1))
        assert sampling.draw(seed, of, count + 1)[: len(drawn)] == drawn

    @given(of=st.integers(1, 40), count=st.integers(1, 40), missing=st.sets(st.integers(1, 40), max_size=10))
    def test_who_cannot_be_looked_at_gives_way_to_the_next_with_a_reason(self, of, count, missing):
        looked_at, replacements = sampling.replaced("seed", of, count, dict.fromkeys(missing, "on leave"))
        assert not set(looked_at) & missing
        assert len(looked_at) == len(set(looked_at)) == min(count, of - len(missing & set(range(1, of + 1))))
        assert all(each.because == "on leave" and each.drawn in missing for each in replacements)

    def test_a_replacement_without_a_reason_is_refused(self):
        with pytest.raises(ValueError, match="number 3"):
            sampling.replaced("seed", 10, 5, {3: " "})

    @given(st.integers(0, 60), st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 500), max_size=6))
    def test_interviews_are_spread_by_the_size_of_groups(self, total, groups):
        plan = sampling.planned(total, groups)
        here = {name: size for name, size in groups.items() if size}
        assert sum(plan.values()) == min(total, sum(here.values()))
        assert all(plan[name] <= here[name] for name in plan)
        if total >= len(here):
            assert all(plan[name] >= 1 for name in here)

    def test_the_tablet_comes_to_the_same(self):
        """tests/tablet/visit.test.mjs judges its twin by the same cases."""
        cases = json.loads((Path(__file__).parents[1] / "contracts" / "sampling.json").read_text())
        assert len(cases["planned"]) >= 50
        for case in cases["take"]:
            assert sampling.take(case["bands"], case["headcount"]) == case["gives"]
        for case in cases["planned"]:
            assert sampling.planned(case["total"], case["groups"]) == case["gives"], case

    def test_planned_stands_against_done(self):
        plan = sampling.planned(10, {"women": 800, "men": 200})
        assert plan == {"women": 8, "men": 2}
        done = [{"sex": "women"}] * 3 + [{"sex": "men"}] * 3 + [{"sex": "not said"}, {}]
        spread = sampling.against_done(plan, done, "sex")
        assert [(each.group, each.planned, each.done, each.left) for each in spread] == [
            ("women", 8, 3, 5), ("men", 2, 3, 0), ("not said", 0, 1, 0),
        ]  # fmt: skip


def resolved(edition=EDITION, parent=FULL):
    return rules.resolve(parent, edition)


class TestEditions:
    def test_it_adds_rewords_drops_and_refers(self):
        made, found = resolved()
        assert found == [] and rules.problems(made) == []
        assert [each["key"] for each in asked(made)] == [
            "night-work", "weeks", "weeks-over", "drills", "night-premium", "overtime-cap-kept",
        ]  # fmt: skip
        assert made["clusters"][0]["points"][1]["key"] == "leave"
        assert question(made, "drills")["text"] == "How many drills in the last year?"
        assert [law["title"] for law in question(made, "overtime-cap-kept")["law"]][-1] == "Prakas on overtime"
        assert (made["country"], made["version"], made["subject"]) == ("KH", "KH-1", "factory")
        assert made["checks"] == []  # the one about a dropped question went with it

    def test_neither_the_parent_nor_the_edition_is_changed(self):
        parent, edition = full(), copy.deepcopy(EDITION)
        resolved(edition, parent)
        assert (parent, edition) == (FULL, EDITION)

    def test_references_may_take_the_place_of_the_parents(self):
        edition = copy.deepcopy(EDITION)
        edition["changes"][3]["replace"] = True
        assert len(question(resolved(edition)[0], "overtime-cap-kept")["law"]) == 1

    @pytest.mark.parametrize(
        "change",
        [
            {"do": "add", "point": "nowhere", "question": {"key": "x"}},
            {"do": "add", "point": "overtime", "after": "nowhere", "question": {"key": "x"}},
            {"do": "add", "point": "overtime", "question": {"key": "drills"}},
            {"do": "add-point", "cluster": "nowhere", "point": {"key": "x", "questions": []}},
            {"do": "add-point", "cluster": "hours", "point": {"key": "overtime", "questions": []}},
            {"do": "add-point", "cluster": "hours", "after": "nowhere", "point": {"key": "x", "questions": []}},
            {"do": "reword", "question": "nowhere", "set": {"text": "x"}},
            {"do": "drop", "question": "nowhere", "because": "x"},
            {"do": "refer", "question": "nowhere", "law": []},
        ],
    )
    def test_a_change_that_finds_nothing_is_named(self, change):
        assert [place for place, _ in resolved(EDITION | {"changes": [change]})[1]] == [("changes", 0)]

    def test_what_a_change_brought_in_wrong_is_said_at_the_change(self):
        edition = copy.deepcopy(EDITION)
        del edition["changes"][0]["question"]["issue"]
        edition["changes"][1]["point"]["questions"][0]["kind"] = "riddle"
        edition["changes"][2]["set"]["text"] = 3
        made, _ = resolved(edition)
        places = {place for place, _ in rules.edition_places(edition, made, rules.problems(made))}
        assert places == {
            ("changes", 0, "question", "issue"), ("changes", 1, "point", "questions", 0, "kind"), ("changes", 2, "set", "text"),
        }  # fmt: skip

    def test_when_the_parent_moves_the_editor_gets_a_list(self):
        newer = full(version="2")
        question(newer, "drills")["text"] = "How many drills were held?"
        asked(newer).remove(question(newer, "shifts"))
        asked(newer).append({"key": "breaks", "kind": "yes_no", "text": "Are there breaks?", "level": "enterprise"})
        moved = rules.carry_over(FULL, newer, EDITION)
        assert [(each.question, each.what, each.fields, each.changes) for each in moved] == [
            ("drills", "reworded", ("text",), (0, 2)), ("breaks", "new", (), ()), ("shifts", "dropped", (), (4,)),
        ]  # fmt: skip


class TestAdapting:
    """An edition on screens: a change made and taken back, and every line of a moved parent taken or left."""

    def test_words_that_are_the_parents_own_are_no_change(self):
        drills = question(FULL, "drills")
        made = adapting.with_words(EDITION, drills, {"text": "How many, in all?", "guidance": ""})
        assert [one for one in made["changes"] if one["do"] == "reword"] == [
            {"do": "reword", "question": "drills", "set": {"text": "How many, in all?"}}
        ]
        made = adapting.with_words(made, drills, {"text": drills["text"], "guidance": ""})
        assert [one for one in made["changes"] if one["do"] == "reword"] == []

    def test_a_question_of_its_own_is_changed_and_taken_out_and_an_empty_point_goes_with_it(self):
        fresh = adapting.own_questions(EDITION)["leave-days"] | {"text": "How many days of leave?"}
        made = adapting.with_own_question(EDITION, "leave-days", fresh)
        assert adapting.own_points(made)["leave"]["questions"] == [fresh]
        assert "leave" not in adapting.own_points(adapting.with_own_question(made, "leave-days", None))
        assert "night-premium" not in adapting.own_questions(adapting.with_own_question(EDITION, "night-premium", None))
        with pytest.raises(LookupError):
            adapting.with_own_question(EDITION, "drills", None)

    @staticmethod
    def newer():
        """A parent that rewords two questions, drops two and asks one more."""
        made = full(version="2", checks=[])
        question(made, "drills")["text"] = "How many drills were held?"
        question(made, "overtime-cap-kept")["law"] = [{"country": "INT", "instrument": "law", "title": "A newer law"}]
        asked(made).remove(question(made, "shifts"))
        asked(made).remove(question(made, "weeks-over"))
        del question(made, "overtime-cap-kept")["suggest"]
        asked(made).append({"key": "breaks", "kind": "yes_no", "text": "Are there breaks?", "level": "enterprise"})
        return made

    def step(self, *left):
        newer = self.newer()
        edition = adapting.on_newer_parent(FULL, newer, EDITION, set(left), "Not asked in this country.")
        assert list(rules.problems_of(edition)) == [] and edition["parent"] == "2"
        made, found = rules.resolve(newer, edition)
        assert found == [] and rules.problems(made) == []
        return made

    def test_a_line_that_is_taken_is_as_the_newer_parent_has_it(self):
        made = self.step()
        keys = [each["key"] for each in asked(made)]
        assert question(made, "drills")["text"] == "How many drills were held?"
        assert [law["title"] for law in question(made, "overtime-cap-kept")["law"]] == [
            "A newer law",
            "Prakas on overtime",
        ]
        assert "weeks-over" not in keys and "breaks" in keys
        assert "night-premium" in keys, "what nobody moved stays"

    def test_a_line_that_is_left_stays_as_the_edition_has_it(self):
        made = self.step("drills", "overtime-cap-kept", "weeks-over", "breaks", "shifts")
        keys = [each["key"] for each in asked(made)]
        was = rules.resolve(FULL, EDITION)[0]
        assert question(made, "drills")["text"] == "How many drills in the last year?"
        assert question(made, "overtime-cap-kept")["law"] == question(was, "overtime-cap-kept")["law"]
        assert question(made, "weeks-over") == question(was, "weeks-over")
        assert keys.index("weeks-over") == keys.index("weeks") + 1
        assert "breaks" not in keys and "shifts" not in keys

    def test_what_stood_behind_a_question_that_is_gone_stands_behind_the_one_before_it(self):
        newer = self.newer()
        asked(newer).remove(question(newer, "drills"))
        edition = adapting.on_newer_parent(FULL, newer, EDITION, set(), "")
        keys = [each["key"] for each in asked(rules.resolve(newer, edition)[0])]
        assert keys.index("night-premium") == keys.index("weeks") + 1

    def test_what_the_parent_asks_by_now_is_asked_once(self):
        newer = self.newer()
        asked(newer).append(adapting.own_questions(EDITION)["night-premium"] | {"text": "The parent's words"})
        for left, words in ((set(), "The parent's words"), ({"night-premium"}, "Is night work paid more?")):
            edition = adapting.on_newer_parent(FULL, newer, EDITION, left, "Asked in our own words.")
            made, found = rules.resolve(newer, edition)
            assert found == [] and question(made, "night-premium")["text"] == words

    def test_a_point_the_parent_dropped_is_kept_by_the_edition_that_leaves_it(self):
        two = full(checks=[])
        point = {"key": "breaks", "title": "Breaks", "questions": [
            {"key": key, "kind": "yes_no", "text": f"{key}?", "level": "enterprise"} for key in ("one", "another")
        ]}  # fmt: skip
        two["clusters"][0]["points"].append(point)
        edition = adapting.on_newer_parent(two, full(version="2", checks=[]), EDITION, {"one", "another"}, "")
        made, found = rules.resolve(full(version="2", checks=[]), edition)
        assert found == [] and point in made["clusters"][0]["points"]

    def test_nothing_given_is_changed(self):
        edition, newer = copy.deepcopy(EDITION), self.newer()
        adapting.on_newer_parent(FULL, newer, edition, {"drills", "weeks-over"}, "")
        assert edition == EDITION and newer == self.newer()


def version(*asked_, number="2"):
    """A version with these (key, text) pairs."""
    document = full(version=number, checks=[])
    document["clusters"][0]["points"][0]["questions"] = [
        {"key": key, "kind": "finding", "text": text, "issue": text, "explain": text, "level": "enterprise"}
        for key, text in asked_
    ]
    return document


class TestBridge:
    OLD = version(
        ("exits", "Are all emergency exits unlocked and free of obstacles?"),
        ("drill", "Is an evacuation drill held twice a year?"),
        ("machines", "Are sewing machines and cutting machines guarded?"),
        ("gloves", "Do cutters wear steel gloves?"),
        ("needles", "Do sewers have needle guards?"),
        ("canteen", "Is the canteen clean?"),
        number="1",
    )
    NEW = version(
        ("exits", "Are all emergency exits unlocked and free of obstacles?"),
        ("drill", "Is an evacuation drill held each year, with everybody?"),
        ("guards-sewing", "Are sewing machines guarded?"),
        ("guards-cutting", "Are cutting machines guarded?"),
        ("protection", "Do cutters wear steel gloves and do sewers have needle guards?"),
        ("canteen-clean", "Is the canteen kept clean?"),
        ("dust", "Is cotton dust drawn off?"),
    )

    def test_it_is_proposed_by_key_and_by_likeness(self):
        assert rules.propose(self.OLD, self.NEW, alike) == [
            Link("same", "exits", "exits"),
            Link("reworded", "drill", "drill"),
            Link("split", "machines", "guards-sewing"),
            Link("split", "machines", "guards-cutting"),
            Link("merged", "gloves", "protection"),
            Link("merged", "needles", "protection"),
            Link("reworded", "canteen", "canteen-clean"),
            Link("new", "", "dust"),
        ]

    def test_a_question_of_another_kind_is_another(self):
        newer = copy.deepcopy(self.NEW)
        asked(newer)[5] |= {"kind": "yes_no"}
        assert Link("dropped", "canteen", "") in rules.propose(self.OLD, newer, alike)

    def test_a_proposal_covers_both_versions(self):
        links = rules.propose(self.OLD, self.NEW, alike)
        assert rules.bridge_problems(self.OLD, self.NEW, links) == []
        assert rules.bridge_problems(self.OLD, self.NEW, rules.by_keys(self.OLD, self.NEW)) == []

    @given(st.randoms(), st.integers(0, 8))
    def test_whatever_is_shuffled_reworded_and_dropped_the_proposal_is_sound(self, rng, left_out):
        newer = copy.deepcopy(self.NEW)
        rng.shuffle(asked(newer))
        del asked(newer)[: min(left_out, 6)]
        for each in asked(newer):
            if rng.random() < 0.5:
                each["key"] = f"k{rng.randrange(10**9)}-{each['key']}"
        assert rules.bridge_problems(self.OLD, newer, rules.propose(self.OLD, newer, alike)) == []

    @pytest.mark.parametrize(
        ("take", "put"),
        [
            (Link("same", "exits", "exits"), []),
            (Link("same", "exits", "exits"), [Link("alike", "exits", "exits")]),
            (Link("new", "", "dust"), [Link("new", "gloves", "dust")]),
            (Link("new", "", "dust"), [Link("same", "nowhere", "dust")]),
            (Link("split", "machines", "guards-cutting"), [Link("new", "", "guards-cutting")]),
            (Link("new", "", "dust"), [Link("new", "", "dust"), Link("reworded", "exits", "dust")]),
        ],
    )
    def test_a_bridge_that_forgets_or_contradicts_is_refused(self, take, put):
        links = [link for link in rules.propose(self.OLD, self.NEW, alike) if link != take] + put
        assert rules.bridge_problems(self.OLD, self.NEW, links)

    def test_a_series_goes_through_rewording_splits_and_mergers(self):
        first = rules.propose(self.OLD, self.NEW, alike)
        second = [
            Link("merged", "drill", "safety"),
            Link("merged", "exits", "safety"),
            Link("reworded", "dust", "dust-drawn"),
        ]
        series = rules.series([("1", "2", first), ("2", "3", second)])
        assert series["1", "canteen"] == series["2", "canteen-clean"] == ("2", "canteen-clean")
        assert series["1", "drill"] == series["1", "exits"] == ("3", "safety")
        assert series["1", "machines"] == series["2", "guards-sewing"] == series["2", "guards-cutting"]
        assert series["2", "dust"] == ("3", "dust-drawn")
        assert series["1", "machines"] != series["1", "gloves"]


class TestDifference:
    def test_the_same_document_has_none(self):
        assert rules.difference(FULL, full()).is_empty

    def test_it_tells_changes_moves_new_and_dropped_apart(self):
        newer = full(title="Another title")
        questions = asked(newer)
        questions.insert(0, questions.pop(4))  # drills to the front
        question(newer, "shifts")["text"] = "How many shifts?"
        questions.remove(question(newer, "weeks-over"))
        questions.append({"key": "breaks", "kind": "yes_no", "text": "Are there breaks?", "level": "enterprise"})
        newer["clusters"][0]["points"].append({"key": "leave", "title": "Leave", "questions": [questions.pop(1)]})
        found = rules.difference(FULL, newer)
        assert [(each.key, each.what) for each in found.questions] == [
            ("drills", "moved"), ("shifts", "changed"), ("breaks", "new"), ("night-work", "moved"), ("weeks-over", "dropped"),
        ]  # fmt: skip
        assert found.questions[1].changes == (("text", "How many shifts are there?", "How many shifts?"),)
        assert found.questions[3].moved_from == ("hours", "overtime")
        assert [(each.key, each.what) for each in found.points] == [("leave", "new")]
        assert found.head == (("title", FULL["title"], "Another title"),)

    def test_with_a_bridge_a_renamed_question_is_one_question(self):
        newer = full()
        question(newer, "drills")["key"] = "drills-held"
        links = [Link("reworded", "drills", "drills-held")]
        assert [(each.key, each.what, each.old_key) for each in rules.difference(FULL, newer, links).questions] == [
            ("drills-held", "changed", "drills")
        ]

    @given(st.randoms())
    def test_the_fewest_are_called_moved(self, rng):
        """One question put elsewhere is one that moved, wherever it goes."""
        newer = full()
        questions = asked(newer)
        one = questions.pop(rng.randrange(len(questions)))
        questions.insert(rng.randrange(len(questions) + 1), one)
        found = rules.difference(FULL, newer).questions
        assert len(found) <= 1 and all(each.what == "moved" for each in found)
        assert bool(found) == (asked(newer) != asked(FULL))

    @given(st.randoms())
    def test_what_was_dropped_one_way_is_new_the_other(self, rng):
        newer = full()
        left = [each for each in asked(newer) if rng.random() < 0.6] or asked(newer)[:1]
        newer["clusters"][0]["points"][0]["questions"] = left
        there = {each.key for each in rules.difference(FULL, newer).questions if each.what == "dropped"}
        back = {each.key for each in rules.difference(newer, FULL).questions if each.what == "new"}
        assert there == back == {each["key"] for each in asked(FULL)} - {each["key"] for each in left}


class TestTranslations:
    def test_it_fits_and_every_text_can_be_put_in_its_place(self):
        assert rules.unfit(TRANSLATION, FULL) == []
        made = rules.in_language(FULL, TRANSLATION)
        assert rules.problems(made) == []
        assert made["title"] == "KM title" and made["checks"][0]["says"] == "KM says"
        assert question(made, "shifts")["choices"] == [
            {"key": "one", "text": "KM one"},
            FULL["clusters"][0]["points"][0]["questions"][1]["choices"][1],
        ]
        weeks = question(made, "weeks")["columns"]
        assert (weeks[0]["title"], weeks[0]["unit"], weeks[2]["choices"]) == (
            "KM hours",
            "KM h",
            [{"key": "yes", "text": "KM yes"}, {"key": "no", "text": "no"}],
        )
        assert question(made, "drills")["constraint"]["says"] == "KM not fewer"
        kept = question(made, "overtime-cap-kept")
        assert kept["suggest"][0]["because"] == "KM because"
        assert kept["phrases"]["finding"] == ["{of} KM {n}"]
        assert kept["explain"] == "Nobody works longer than the cap."  # has no translation, stays as it is

    def test_a_choice_in_another_language_keeps_its_key(self):
        made = rules.in_language(FULL, TRANSLATION)
        column = question(made, "weeks")["columns"][2]
        assert rules.answers_value("choice", column["choices"], "yes")

    @given(st.randoms())
    def test_every_text_of_a_checklist_has_an_address_and_can_be_said(self, rng):
        texts = {}
        addresses = list(rules.translations.sources(FULL))
        for address in rng.sample(addresses, rng.randint(1, len(addresses))):
            if "phrases" in address or "because" in address:
                continue
            node = texts
            for name in address[:-1]:
                node = node.setdefault(name, {})
            node[address[-1]] = "KM " + ".".join(address)
        translation = TRANSLATION | {"texts": texts or {"checklist": {"title": "KM"}}}
        assert rules.problems_of(translation) == [] and rules.unfit(translation, FULL) == []
        said = rules.translations.sources(rules.in_language(FULL, translation))
        for address, words in rules.translated(translation).items():
            assert said[address] == words
        assert set(rules.missing(translation, FULL)) == set(addresses) - set(rules.translated(translation))

    def test_what_is_not_there_and_a_lost_slot_are_named(self):
        wrong = copy.deepcopy(TRANSLATION)
        wrong["texts"]["nowhere"] = {"text": "x"}
        wrong["texts"]["shifts"]["choices"]["three"] = "x"
        wrong["texts"]["overtime-cap-kept"]["phrases"]["finding"] = ["{n} only"]
        assert {place for place, _ in rules.unfit(wrong, FULL)} == {
            ("texts", "nowhere", "text"), ("texts", "shifts", "choices", "three"), ("texts", "overtime-cap-kept", "phrases", "finding", "0"),
        }  # fmt: skip

    def test_a_translation_is_stale_when_its_source_changed(self):
        marks = {"shifts.text": rules.translations.mark("How many shifts are there?"), "drills.says": "0" * 12}
        assert rules.stale(TRANSLATION | {"of": marks}, FULL) == [("drills", "says")]

    def test_a_phrase_is_filled_and_an_empty_slot_is_seen(self):
        assert fill("In {n} of {of} weeks", {"n": 3}) == "In 3 of {of} weeks"


class TestLinter:
    def codes(self, document, *translations):
        return {(each.level, each.code) for each in linter.findings(document, translations)}

    def test_a_sound_checklist_has_no_error(self):
        assert linter.errors(FULL) == []

    @pytest.mark.parametrize(
        ("key", "name", "value", "code"),
        [
            ("night-work", "visible_when", 'answers["drills"] > 1.0', "later-question"),
            ("drills", "visible_when", 'answers["drills"] > 1.0', "own-question"),
            ("drills", "visible_when", 'answers["nowhere"] > 1.0', "rule"),
            ("drills", "visible_when", 'answers["shifts"] ==', "rule"),
            ("drills", "visible_when", 'answers["shifts"] == "three"', "unreachable"),
            (
                "drills",
                "visible_when",
                'answers["night-work"] == true && answers["night-work"] == false',
                "unreachable",
            ),
            ("drills", "visible_when", "false", "unreachable"),
            ("overtime-cap-kept", "visible_when", 'answers["drills"] > 3.0 && answers["drills"] < 2.0', "unreachable"),
        ],
    )
    def test_errors(self, key, name, value, code):
        document = full()
        question(document, key)[name] = value
        assert code in {each.code for each in linter.errors(document)}

    @pytest.mark.parametrize(
        "value",
        ['answers["shifts"] == "two"', 'answers["weeks-over"] > 3.0 && answers["weeks-over"] < 5.0',
         'answered("shifts")', 'facts.workers > 100.0'],
    )  # fmt: skip
    def test_a_rule_that_can_hold_is_no_error(self, value):
        document = full()
        question(document, "drills")["visible_when"] = value
        assert linter.errors(document) == []

    def test_a_question_that_waits_for_one_never_asked_is_never_asked(self):
        document = full()
        question(document, "shifts")["visible_when"] = "false"
        question(document, "drills")["visible_when"] = 'answers["shifts"] == "one"'
        assert [each.place[5] for each in linter.errors(document) if each.code == "unreachable"] == [1, 4]

    def test_what_becomes_public_without_a_law_is_an_error_and_with_good_practice_alone_a_warning(self):
        document = full()
        node = question(document, "overtime-cap-kept")
        node["law"] = [{"instrument": "benchmark", "title": "Good practice"}]
        assert ("warning", "no-legal-basis") in self.codes(document)
        node["law"] = []
        assert ("error", "no-legal-basis") in self.codes(document)

    def test_the_same_words_twice_are_a_warning(self):
        document = full()
        question(document, "drills")["text"] = "  how many SHIFTS are there"
        assert self.codes(document) == {("warning", "same-words")}

    def test_missing_and_stale_translations_are_warnings(self):
        assert self.codes(FULL, TRANSLATION) == {("warning", "missing-translation")}
        assert ("warning", "stale-translation") in self.codes(FULL, TRANSLATION | {"of": {"shifts.text": "0" * 12}})

    def test_errors_come_first(self):
        document = full()
        question(document, "drills")["text"] = "How many shifts are there?"
        question(document, "shifts")["visible_when"] = "false"
        assert [each.level for each in linter.findings(document)] == ["error", "warning"]
