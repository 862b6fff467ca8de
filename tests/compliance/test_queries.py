"""Reads of compliance: what the checks find, in which order, for whom, and at a cost that does not grow."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from checklists.actions import import_document
from checklists.imports import read_yaml
from compliance import actions, queries
from core import storage
from core.audit import System
from core.home import lines_for, places_for
from core.ids import new_id
from factories import actions as factories
from tests.compliance.test_actions import jpeg
from tests.world import SMALL

EXITS, DRILLS, AGE = "emergency-exits-clear", "evacuation-drills", "under-age-workers"
OVERTIME, SLIP, WAGE = "overtime-premium-paid", "overtime-voluntary-pay-slip", "minimum-wage-paid"


def look(**facts):
    """The checks on one answer, of which nothing stands out unless named."""
    plain = {"state": "compliant", "conflicts": [], "report_text": "", "texts": "", "evidence": 0, "is_public": False}
    return queries.reasons_to_look(**(plain | facts))


class TestChecks:
    def test_nothing_stands_out(self):
        assert look() == []
        assert look(state="non_compliant", report_text="Two exits.", evidence=1) == []
        assert look(state="not_asked", is_public=True) == []

    def test_the_most_urgent_first(self):
        everything = look(state="non_compliant", conflicts=["extent"], is_public=True)
        assert everything == ["conflict", "no-evidence", "no-report-text", "public"]

    @pytest.mark.parametrize("words", ["", " \n"])
    def test_undetermined_needs_a_reason_somewhere(self, words):
        assert look(state="undetermined", texts=words) == ["no-reason"]
        assert look(state="undetermined", texts=words + "The books were locked away.") == []

    def test_blanks_are_no_report_text(self):
        assert look(state="non_compliant", report_text=" \n", evidence=1) == ["no-report-text"]

    def test_every_reason_has_words(self):
        assert set(look(state="non_compliant", conflicts=["state"], is_public=True)) < set(queries.REASONS)


def with_photo(world, question):
    """A change that links a photo, which has arrived once `keep` is called with the assessment."""
    photo = new_id()

    def keep(assessment):
        data = jpeg()
        actions.keep_evidence(
            assessment=assessment, evidence_id=photo, data=data, sha256=storage.sha256_of(data), kind="photo",
            taken_at="", by=world.chanthou,
        )  # fmt: skip
        return photo

    return (question, f"photo:{photo}", True), keep


@pytest.fixture
def reviewed(world):
    return in_review(world)


def in_review(world):
    """In review: exits with words and a photo, no drill without anything, wages undetermined without a reason."""
    linked, keep = with_photo(world, EXITS)
    planned = world.planned()
    world.send(
        planned,
        world.chanthou,
        (EXITS, "state", "non_compliant"),
        (EXITS, "extent", {"n": 2, "of": 9, "workers": "50-249"}),
        (EXITS, "report_text", "Two of nine exits could not be used."),
        linked,
        (DRILLS, "state", "non_compliant"),
        (WAGE, "state", "undetermined"),
        (OVERTIME, "state", "compliant"),
        ("workers-count", "value", 1200),
    )
    keep(planned)
    actions.submit(assessment=planned, by=world.chanthou, rest_not_asked=True, visited_on=date(2026, 3, 3))
    planned.refresh_from_db()
    return planned


def keys(items):
    return [item.question.key for item in items]


class TestDesk:
    def test_the_order_of_reading(self, reviewed):
        desk = queries.review_desk(reviewed)
        assert keys(desk.first) == [DRILLS, WAGE, EXITS]
        assert [item.reasons for item in desk.first] == [
            ["no-evidence", "no-report-text", "no-law"], ["no-reason"], ["public"],
        ]  # fmt: skip
        assert desk.others == []
        counts = {count["key"]: count["n"] for count in desk.counts}
        assert counts == {"compliant": 1, "unanswered": 2, "information": 2}
        assert len(desk.items) == 8
        assert (desk.non_compliant, desk.public, desk.unanswered) == (2, 1, 2)

    def test_next_and_previous_pass_every_question_once(self, reviewed):
        seen, wanted = [], ""
        while wanted is not None:
            desk = queries.review_desk(reviewed, wanted=wanted)
            seen.append(desk.current.question.key)
            wanted = desk.next.question.key if desk.next else None
        assert sorted(seen) == sorted(keys(desk.items))
        assert desk.previous.question.key == seen[-2]

    def test_a_state_unfolds_and_stays_within_itself(self, reviewed):
        desk = queries.review_desk(reviewed, show="unanswered")
        assert keys(desk.listed) == [AGE, SLIP]
        assert desk.next.question.key == SLIP
        assert queries.review_desk(reviewed, wanted=SLIP, show="unanswered").next is None

    def test_a_key_of_no_question_is_nothing(self, reviewed):
        assert queries.review_desk(reviewed, wanted="no-such-question") is None

    def test_numbers_count_within_the_point(self, reviewed):
        numbers = {item.question.key: item.number for item in queries.review_desk(reviewed).items}
        assert (numbers[EXITS], numbers[DRILLS], numbers[WAGE]) == (1, 2, 1)

    def test_extent_in_words(self, reviewed):
        desk = queries.review_desk(reviewed, wanted=EXITS)
        assert (desk.current.extent, desk.current.workers) == ("2 of 9 exits", "50–249 workers")
        assert [link.word for link in desk.current.evidence] == ["image/jpeg"]

    def test_earlier_cycles_stand_in_a_row_with_this_one_last(self, world):
        world.report(on=date(2024, 3, 4))
        world.report(on=date(2025, 3, 4))
        desk = queries.review_desk(in_review(world), wanted=EXITS)
        assert [(step["key"], step["label"]) for step in desk.strip] == [
            ("non_compliant", "2024"), ("non_compliant", "2025"), ("non_compliant", "2026"),
        ]  # fmt: skip
        assert (desk.age.first_found_on, desk.age.times) == (date(2024, 3, 4), 3)

    def test_at_the_first_visit_there_is_no_row(self, reviewed):
        assert queries.review_desk(reviewed, wanted=EXITS).strip == []

    def test_only_lead_assessors_of_the_programme_have_a_desk(self, world, reviewed):
        assert queries.desk_assessment(world.vannak, reviewed.number) == reviewed
        for other in (world.sokha, world.chanthou, world.mony, world.layla):
            assert queries.desk_assessment(other, reviewed.number) is None

    def test_what_issuing_does_in_numbers(self, reviewed):
        becomes = queries.becomes_of(reviewed)
        assert (becomes.findings, becomes.non_compliant, becomes.public, becomes.unanswered) == (6, 2, 1, 2)


def large_version(world, points):
    """The small checklist with one cluster of many more points of four questions each."""
    document, _ = read_yaml(SMALL)
    document |= {"key": f"large-{points}", "title": "Large"}
    template = document["clusters"][2]["points"][0]["questions"][1]
    document["clusters"].append(
        {
            "key": "more",
            "title": "More",
            "kind": "national",
            "points": [
                {
                    "key": f"point-{n}",
                    "title": f"Point {n}",
                    "questions": [template | {"key": f"question-{n}-{m}"} for m in range(4)],
                }
                for n in range(points)
            ],
        }
    )
    return import_document(document=document, by=System("test"))[0]


class TestCost:
    @pytest.mark.parametrize("points", [6, 300])
    def test_the_desk_opens_in_seven_queries_whatever_its_length(self, world, points):
        world.version = large_version(world, points)
        planned = world.planned()
        every = [f"question-{n}-{m}" for n in range(points) for m in range(4)]
        for start in range(0, len(every), 300):
            world.send(
                planned, world.chanthou, *[(key, "state", "non_compliant") for key in every[start : start + 300]]
            )
        actions.submit(assessment=planned, by=world.chanthou, rest_not_asked=True, visited_on=date(2026, 3, 3))
        assert len(self.opened(world, planned).items) == 8 + 4 * points
        with CaptureQueriesContext(connection) as spent:
            self.opened(world, planned)
        assert len(spent) == 7

    @staticmethod
    def opened(world, assessment):
        return queries.review_desk(queries.desk_assessment(world.vannak, assessment.number), wanted=EXITS)

    def test_nor_do_threads_verdicts_permits_or_photos_make_it_more(self, world, reviewed):
        """Words to compare with other reports take one query more, and who read the open question twice another."""
        self.opened(world, reviewed)  # what is asked is read once for a version
        costs = []
        for times in (1, 6):
            for n in range(times):
                actions.comment(assessment=reviewed, question_key=EXITS, text=f"Look again {n}.", by=world.vannak)
                factories.record_permit(
                    site=world.site, kind="boiler", number=f"{times}-{n}", authority="Fire office",
                    issued_on=date(2025, 1, 1), expires_on=date(2027, 1, 1), by=world.sokha,
                )  # fmt: skip
            actions.accept(assessment=reviewed, question_keys=[DRILLS, WAGE, OVERTIME][:times], by=world.vannak)
            with CaptureQueriesContext(connection) as spent:
                desk = self.opened(world, reviewed)
            costs.append(len(spent))
        assert (len(desk.thread), len(desk.permits), desk.verdicts["accepted"]) == (7, 7, 3)
        assert costs == [8, 8]

    def test_home_and_menu_cost_the_same_for_one_and_for_many(self, world):
        costs = []
        for n in range(1, 8):
            world.in_review({EXITS: "non_compliant"}, site=world.new_site(f"Site {n}"))
            world.planned(site=world.new_site(f"Planned {n}"), on=date(2026, 4, n))
            if n in (1, 7):
                spent = []
                for user in (world.vannak, world.chanthou, world.sokha):
                    with CaptureQueriesContext(connection) as used:
                        lines_for(user)
                        places_for(user)
                    spent.append(len(used))
                costs.append(spent)
        assert costs[0] == costs[1]


class TestHome:
    def texts(self, user):
        return [line.text for line in lines_for(user)]

    def titles(self, user):
        return [place.title for place in places_for(user)]

    def test_who_is_waited_for(self, world, reviewed):
        assert f"Review {reviewed.number}" in self.texts(world.vannak)
        for other in (world.sokha, world.chanthou, world.mony, world.layla):
            assert not any(text.startswith("Review") for text in self.texts(other))

    def test_an_assessor_finds_her_visits(self, world):
        planned = world.planned()
        assert f"Take {planned.number} on your tablet" in self.texts(world.rith)
        world.send(planned, world.rith, (EXITS, "state", "compliant"))
        assert f"Go on with {planned.number}" in self.texts(world.chanthou)
        assert not any(planned.number in text for text in self.texts(world.sokha) + self.texts(world.mony))

    def test_a_report_waits_until_it_is_opened(self, world):
        report = world.report()
        assert "Open the report of Paper Heron Sewing" in self.texts(world.mony)
        assert "Open the report of Paper Heron Sewing" not in self.texts(world.vannak)
        actions.open_report(report=report, by=world.mony)
        assert "Open the report of Paper Heron Sewing" not in self.texts(world.mony)

    def test_a_case_is_a_place_for_its_readers_and_a_line_for_nobody(self, world):
        planned = world.planned()
        before = {user: (self.texts(user), self.titles(user)) for user in (world.sokha, world.rith, world.mony)}
        actions.open_case(
            programme=world.programme, cycle=planned.cycle, kind="violence", text="Seen.", readers=[world.sokha],
            by=world.rith,
        )  # fmt: skip
        for user, (lines, titles) in before.items():
            assert self.texts(user) == lines
            assert self.titles(user) == titles + ["Serious harm"] * (user != world.mony)
        assert "Serious harm" not in self.titles(world.vannak)

    def test_places_by_role(self, world):
        world.report()
        assert {"Assessments", "Reports", "Tablets"} <= set(self.titles(world.sokha))
        assert "Assessments" not in self.titles(world.mony)
        assert "Reports" in self.titles(world.mony)
        assert not {"Assessments", "Reports", "Tablets", "Serious harm"} & set(self.titles(world.person("Nobody")))


class TestReads:
    def test_the_newest_language_then_english_then_any(self, world):
        report = world.report()
        assert queries.document(report, form="pdf", language="km") is None
        for language in ("ar", "en", "km"):
            actions.keep_document(
                report=report, language=language, form="pdf", data=language.encode(), by=System("test")
            )
        found = {wanted: queries.document(report, form="pdf", language=wanted).language for wanted in ("km", "bn")}
        assert found == {"km": "km", "bn": "en"}

    def test_who_can_be_named_a_reader_of_a_case(self, world):
        officer = world.person("Bopha", "government-officer")
        world.person("Vibol", "analyst")
        names = [person.name for person in queries.case_readers(world.programme, but=world.rith)]
        assert names == ["Bopha", "Chanthou", "Dara", "Sokha", "Vannak"]
        assert officer.name in names

    def test_a_case_is_opened_only_where_one_may_see_the_assessment(self, world):
        planned = world.planned()
        assert queries.case_subject(world.rith, planned.number) == planned
        # An adviser learns of no visit that is only planned; of a report she reads, yes.
        assert queries.case_subject(world.dara, planned.number) is None
        report = world.report(on=date(2027, 3, 1))
        assert queries.case_subject(world.dara, report.assessment.number) == report.assessment
        # The factory reads its report and is no staff.
        assert queries.reports_of(world.mony, report.assessment).exists()
        for stranger in (world.layla, world.mony):
            assert queries.case_subject(stranger, planned.number) is None
            assert queries.case_subject(stranger, report.assessment.number) is None
