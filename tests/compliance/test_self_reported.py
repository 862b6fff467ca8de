"""What a factory says of itself is said to be that wherever it is read, for ever, and never becomes public."""

from datetime import date, timedelta

import pytest
from django.template.loader import render_to_string

from compliance import actions, analytics, copies, documents, issued, queries

EXITS = "emergency-exits-clear"
LABEL = "Self-reported: nobody has checked"


def assessed(world, kind, on=date(2026, 3, 2), state="non_compliant"):
    """Exits blocked (or so said otherwise), as the factory itself says or as assessors found, in review."""
    assessment = actions.plan_assessment(
        programme=world.programme, site=world.site, version=world.version, lead=world.chanthou,
        assessors=[world.rith], planned_from=on, planned_until=on, kind=kind, why="Nobody else was free.",
        by=world.sokha,
    )  # fmt: skip
    world.send(assessment, world.chanthou, (EXITS, "state", state))
    actions.hand_in(assessment=assessment, by=world.chanthou, visited_on=on)
    return assessment


def submitted(assessment, by):
    actions.submit(assessment=assessment, by=by, rest_not_asked=True)
    assessment.refresh_from_db()
    return assessment


@pytest.fixture(params=["self", "full"])
def kind(request):
    return request.param


def says(client, person, address):
    client.force_login(person)
    response = client.get(address)
    assert response.status_code == 200, address
    return LABEL in response.content.decode()


def test_on_every_screen_of_those_who_work_on_it(world, client, kind):
    assessment = assessed(world, kind)
    at = f"/app/assessments/{assessment.number}/"
    assert says(client, world.rith, at + "write/") == (kind == "self")
    submitted(assessment, world.chanthou)
    for person, address in [(world.vannak, at + "review/"), (world.sokha, at), (world.sokha, "/app/assessments/")]:
        assert says(client, person, address) == (kind == "self")


def test_on_every_page_of_who_reads_the_report(world, client, kind):
    report = actions.issue_report(assessment=submitted(assessed(world, kind), world.chanthou), by=world.vannak)
    for address in (
        f"/app/assessments/reports/{report.pk}/", "/app/assessments/reports/",
        f"/app/assessments/visits/of/{world.site.number}/",
    ):  # fmt: skip
        assert says(client, world.mony, address) == (kind == "self")
    ask = actions.ask_for_correction(report=report, question_key=EXITS, text="Not so.", by=world.mony)
    assert says(client, world.vannak, f"/app/assessments/corrections/{ask.pk}/") == (kind == "self")


def test_in_every_document_and_file(world, kind):
    report = actions.issue_report(assessment=submitted(assessed(world, kind), world.chanthou), by=world.vannak)
    page = documents.html(report, "en")
    assert page.count(LABEL) == (2 if kind == "self" else 0)  # on the cover, and on top of every page
    for language, words in (("km", "រោងចក្ររាយការណ៍ដោយខ្លួនឯង"), ("ar", "أبلغ به المصنع عن نفسه")):
        assert (words in documents.html(report, language)) == (kind == "self")
    taken = actions.take_copy(report=report, form="json", language="en", by=world.sokha)
    content = documents.content(report)
    told = copies.about(content, taken)
    assert told.get("self_reported", False) == (kind == "self")
    given = {"content": content, "board": [], "code": "code", "paper": True}
    assert (LABEL in render_to_string("compliance/notice.html", given)) == (kind == "self")


def test_nothing_of_it_becomes_public_or_counts(world):
    report = actions.issue_report(assessment=submitted(assessed(world, "self"), world.chanthou), by=world.vannak)
    assert documents.content(report).public == []
    assert issued.issued_reports(world.programme.pk) == []
    assert analytics.load(world.programme, date(2027, 1, 1)).empty
    later = date(2026, 3, 2) + timedelta(days=400)
    second = actions.issue_report(
        assessment=submitted(assessed(world, "full", on=later), world.chanthou), by=world.vannak
    )
    assert (report.visit_count, second.visit_count) == (1, 1)
    assert [one.id for one in issued.issued_reports(world.programme.pk)] == [second.pk]


def test_the_reviewer_is_not_told_that_it_becomes_public(world, kind):
    item = queries.review_desk(submitted(assessed(world, kind), world.chanthou), wanted=EXITS).current
    assert ("public" in item.reasons) == item.is_public == (kind == "full")


def test_it_neither_begins_nor_ends_the_age_of_a_finding(world):
    """Found by assessors, said to be kept by the factory itself, found again: one unbroken breach, found twice."""
    days = [date(2026, 3, 2), date(2026, 9, 1), date(2027, 3, 1)]
    first = world.report({EXITS: "non_compliant"}, on=days[0], issued_on=days[0])
    said = assessed(world, "self", on=days[1], state="compliant")
    actions.issue_report(assessment=submitted(said, world.chanthou), by=world.vannak)
    again = submitted(assessed(world, "full", on=days[2]), world.chanthou)
    last = actions.issue_report(assessment=again, by=world.vannak)
    found = last.findings.get(question_key=EXITS)
    assert (found.first_found_on, found.times_found, found.relapsed) == (first.visited_on, 2, False)
    assert [visit["visited_on"] for visit in documents.content(last).visits] == [first.visited_on]
