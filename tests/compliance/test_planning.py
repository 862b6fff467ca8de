"""What speaks against a plan is told and kept; the board takes as many statements for twelve factories as for two."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from checklists.blueprint import build
from compliance import actions, judging, queries, rules, tablet
from compliance.models import PlanDecision
from core.days import today
from core.errors import Denied, Invalid
from factories import actions as factories
from tests.world import SETUP

MONDAY = date(2026, 3, 2)
PAIR = frozenset({"a", "b"})


def facts(**changed):
    free = {
        "people": PAIR, "days": (MONDAY,), "free": {}, "ties": frozenset(), "advised": frozenset(), "before": (),
        "busy": frozenset(), "away": frozenset(), "unspoken": (), "peaks": (), "window": None,
    }  # fmt: skip
    return rules.PlanFacts(**free | changed)


class TestRules:
    @pytest.mark.parametrize(
        ("changed", "found"),
        [
            ({}, []),
            ({"ties": frozenset({"a", "z"})}, [("tie", "a")]),
            ({"advised": frozenset({"b"})}, [("advised", "b")]),
            ({"before": (PAIR,)}, []),
            ({"before": (PAIR, PAIR)}, [("same-pair", "")]),
            ({"before": (PAIR, frozenset({"a", "c"}))}, []),
            ({"busy": frozenset({"a"}), "away": frozenset({"b"})}, [("busy", "a"), ("leave", "b")]),
            ({"free": {MONDAY: "New Year"}}, [("holiday", "2026-03-02")]),
            ({"free": {MONDAY: ""}}, [("weekend", "2026-03-02")]),
            ({"unspoken": ("zh",)}, [("interpreter", "zh")]),
            ({"peaks": ((11, 3),)}, [("peak", "")]),
            ({"peaks": ((4, 9),)}, []),
            ({"window": (date(2026, 4, 1), date(2026, 6, 1))}, [("early", "2026-04-01")]),
            ({"window": (date(2025, 4, 1), date(2025, 6, 1))}, [("late", "2025-06-01")]),
        ],
    )
    def test_each_fact_warns_of_itself_alone(self, changed, found):
        assert rules.plan_warnings(facts(**changed)) == found

    @given(st.integers(1, 12), st.integers(1, 12), st.integers(1, 12))
    def test_a_season_over_the_years_end_is_the_months_between(self, month, first, last):
        months, one = {first}, first
        while one != last:
            one = one % 12 + 1
            months.add(one)
        assert rules.in_season(month, first, last) == (month in months)

    def test_every_warning_has_a_sentence(self, world):
        found = [(code, "2026-03-02") for code in rules.PLAN_WARNINGS]
        assert all(queries.warning_words(found, []))


def plan(world, **changed):
    given = {
        "programme": world.programme, "site": world.site, "version": world.version, "lead": world.chanthou,
        "assessors": [world.rith], "planned_from": MONDAY, "planned_until": MONDAY, "by": world.sokha,
    }  # fmt: skip
    return actions.plan_assessment(**given | changed)


class TestDecisions:
    def test_a_declared_tie_needs_a_reason_and_both_are_kept(self, world):
        actions.declare_tie(user=world.rith, site=world.site, kind="family", since=MONDAY, by=world.rith)
        with pytest.raises(Invalid) as refused:
            plan(world)
        assert refused.value.code == "conflict"
        assessment = plan(world, why="His cousin left last year.")
        kept = PlanDecision.objects.get(assessment=assessment)
        assert kept.warnings == [["tie", str(world.rith.pk)]]
        assert (kept.decided_by, kept.body) == (world.sokha, {"why": "His cousin left last year."})

    def test_the_same_pair_a_third_time_warns(self, world):
        for year in (2023, 2024):
            world.report(on=date(year, 3, 4))
        assert not any("same-pair" in str(one.warnings) for one in PlanDecision.objects.all())
        with pytest.raises(Invalid, match="Say why"):
            plan(world)
        actions.plan_assessment(
            programme=world.programme, site=world.site, version=world.version, lead=world.rith, assessors=[],
            planned_from=MONDAY, planned_until=MONDAY, by=world.sokha,
        )  # fmt: skip

    def test_what_is_no_conflict_is_kept_without_a_reason(self, world):
        """8 March is a Sunday and a public holiday."""
        factories.record_season(site=world.site, kind="peak", first_month=2, last_month=4, by=SETUP)
        actions.record_absence(
            programme=world.programme, user=world.rith, since=MONDAY, until=date(2026, 3, 9), by=world.rith
        )
        assessment = plan(world, planned_from=date(2026, 3, 8), planned_until=date(2026, 3, 8))
        codes = [code for code, _about in assessment.plan_decisions.get().warnings]
        assert codes == ["leave", "holiday", "peak"]

    def test_workers_who_speak_another_language_need_an_interpreter(self, world):
        factories.count_workers(
            site=world.site, counted_on=date(2026, 2, 1), total=1000,
            parts=[("language", "zh", 200), ("language", "bn", 20)], by=SETUP,
        )  # fmt: skip
        assert plan(world).plan_decisions.get().warnings == [["interpreter", "zh"]]
        mei = world.person("Mei")
        actions.name_interpreter(programme=world.programme, user=mei, language="zh", since=MONDAY, by=world.sokha)
        other = plan(world, interpreter=mei, planned_from=date(2026, 4, 20), planned_until=date(2026, 4, 20))
        assert not other.plan_decisions.exists()

    @pytest.mark.parametrize(("who", "may"), [("rith", True), ("sokha", True), ("chanthou", False), ("mony", False)])
    def test_who_declares_for_whom(self, world, who, may):
        given = {"user": world.rith, "site": world.site, "kind": "money", "since": MONDAY, "by": getattr(world, who)}
        if may:
            tie = actions.declare_tie(**given)
            assert actions.declare_tie(**given) == tie
            with pytest.raises(Denied):
                actions.end_tie(tie=tie, by=world.rith)
            assert actions.end_tie(tie=tie, by=world.sokha).until
        else:
            with pytest.raises(Denied):
                actions.declare_tie(**given)


class TestKinds:
    def test_a_virtual_check_names_its_sections_and_asks_everything_critical(self, world):
        with pytest.raises(Invalid, match="virtual"):
            plan(world, kind="virtual")
        with pytest.raises(Invalid, match="virtual"):
            plan(world, clusters=["occupational-safety"])
        first = queries.clusters_of(world.version)[0][0]
        assert plan(world, kind="virtual", clusters=[first]).clusters == [first]

    def test_tablet_and_desk_are_told_only_of_what_a_virtual_check_asks(self, world):
        full = plan(world)
        sections = {cluster["key"]: cluster["points"] for cluster in build(world.version)["clusters"]}
        questions = {key: [one for point in points for one in point["questions"]] for key, points in sections.items()}
        first, *others = questions
        inside = [one["key"] for one in questions[first]]
        critical = [one["key"] for key in others for one in questions[key] if "critical-public" in one["tags"]]
        virtual = plan(world, kind="virtual", clusters=[first], site=world.new_site("Blue Kettle"))
        told, all_told = tablet.item(virtual, world.chanthou), tablet.item(full, world.chanthou)
        assert inside and critical and set(told["asked"]) == {*inside, *critical}
        assert told["questions"] == len(inside) + len(critical) < all_told["questions"]
        assert "asked" not in all_told
        assert set(judging.left(judging.judge(virtual, {}))) <= set(told["asked"])
        assert set(judging.left(judging.judge(full, {}))) - set(told["asked"])
        assert queries.progress(virtual).of < queries.progress(full).of
        assert queries.progress(virtual).left < queries.progress(full).left


class TestBoard:
    def test_constant_statements_and_only_for_who_plans(self, world, client):
        def asked():
            client.force_login(world.sokha)
            n = 0
            for show in queries.SHOWS:
                with CaptureQueriesContext(connection) as seen:
                    assert client.get(f"/app/assessments/board/?show={show}").status_code == 200
                n += len(seen)
            return n

        def grow(names):
            for n, name in enumerate(names):
                site = world.new_site(name)
                factories.record_season(site=site, kind="peak", first_month=2, last_month=4, by=SETUP)
                if n % 2:
                    world.report(site=site, on=MONDAY - timedelta(days=500), issued_on=MONDAY)
                else:
                    world.planned(site=site, on=today(world.programme) + timedelta(days=20))

        grow(["Mill 1", "Mill 2"])
        few = asked()
        grow([f"Shed {n}" for n in range(10)])
        assert asked() == few
        for person in (world.vannak, world.rith, world.dara, world.mony):
            client.force_login(person)
            assert client.get("/app/assessments/board/").status_code == 404

    def test_factories_stand_in_the_list_they_belong_to(self, world):
        new, due, ahead = world.new_site("New"), world.new_site("Due"), world.new_site("Ahead")
        world.report(site=due, on=today(world.programme) - timedelta(days=400))
        world.planned(site=ahead, on=today(world.programme) + timedelta(days=20))

        def names(show):
            (times,) = queries.times_of([world.programme])
            return [row.site.name for row in queries.fill_board(times, queries.board_rows(world.programme, show), show)]

        assert {show: names(show) for show in queries.SHOWS} == {
            "due": [due.name], "late": [due.name], "never": [new.name], "planned": [ahead.name],
        }  # fmt: skip

    def test_a_plan_is_made_after_its_warnings_were_seen(self, world, client):
        actions.declare_tie(user=world.rith, site=world.site, kind="family", since=MONDAY, by=world.rith)
        day = MONDAY.isoformat()
        given = {
            "programme": "KH", "site": world.site.pk, "version": world.version.pk, "lead": world.chanthou.pk,
            "assessors": [world.rith.pk], "planned_from": day, "planned_until": day,
        }  # fmt: skip
        client.force_login(world.sokha)
        page = client.post("/app/assessments/plan/", given)
        text = page.content.decode()
        assert page.status_code == 400 and "Rith declared a tie to this factory." in text
        seen = {"seen": page.context["seen"]}
        assert "Say why" in client.post("/app/assessments/plan/", given | seen).content.decode()
        done = client.post("/app/assessments/plan/", given | seen | {"why": "Nobody else is free."}, follow=True)
        assert "is planned. The factory sees nothing of it." in done.content.decode()

    def test_what_is_declared_is_written_and_ended_on_a_screen(self, world, client):
        client.force_login(world.sokha)
        address = "/app/assessments/board/facts/"
        given = {"what": "absence", "absence-user": world.rith.pk, "absence-since": "2099-01-01",
                 "absence-until": "2099-01-09"}  # fmt: skip
        assert "Rith" in client.post(address, given, follow=True).content.decode()
        absence = world.rith.absences.get()
        client.post(f"{address}end/absence/{absence.pk}/", {"programme": "KH"})
        absence.refresh_from_db()
        assert absence.ended_at
        client.force_login(world.rith)
        assert client.get(address).status_code == 404
