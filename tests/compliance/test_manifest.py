"""What a tablet takes along: one list with hashes, each part fetched only when it changed, for its assessors alone."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from compliance import actions
from core.ids import new_id
from improvement_plans import tasks

EXITS, DRILLS = "emergency-exits-clear", "evacuation-drills"


@pytest.fixture
def get(world, client):
    tokens = {}

    def ask(person, address, **headers):
        token = tokens.setdefault(
            person.pk,
            actions.register_device(device_id=new_id(), name="T", by=person) if person.pk not in tokens else "",
        )
        return client.get(f"/api/v1/tablet/{address}", headers={"Authorization": f"Bearer {token}"} | headers)

    return ask


def parts(answer):
    return {one["name"]: one for one in answer.json()["parts"]}


def test_it_names_every_part_with_the_hash_under_which_it_is_fetched(world, get):
    planned = world.planned()
    found = parts(get(world.rith, f"assessments/{planned.pk}/manifest"))
    assert set(found) == {"checklist", "visit", "permits", "plan-items"}
    for name, one in found.items():
        answer = get(world.rith, one["path"])
        assert answer.status_code == 200
        if name != "permits":
            assert answer["ETag"] == f'"{one["hash"]}"'


def test_what_did_not_change_is_not_sent_again_and_what_did_is(world, get):
    planned = world.planned()
    address = f"assessments/{planned.pk}/manifest"
    first = get(world.rith, address)
    world.send(planned, world.chanthou, (EXITS, "state", "compliant"))  # operations are fetched by revision
    assert get(world.rith, address, **{"If-None-Match": first["ETag"]}).status_code == 304
    world.site.name = "Paper Heron Two"
    world.site.save()
    again = get(world.rith, address, **{"If-None-Match": first["ETag"]})
    assert again.status_code == 200
    changed = {name for name, one in parts(again).items() if one["hash"] != parts(first)[name]["hash"]}
    assert changed == {"visit"}


def test_open_plan_items_come_along_without_a_typed_word(world, get):
    report = world.report({EXITS: "non_compliant", DRILLS: "non_compliant"}, on=date(2025, 3, 2))
    tasks.after_report(report_id=str(report.pk))
    planned = world.planned()
    answer = get(world.rith, f"assessments/{planned.pk}/parts/plan-items")
    assert [one["question"] for one in answer.json()] == [EXITS, DRILLS]
    assert set(answer.json()[0]) == {"question", "due_on", "reported_on", "agreed_on", "verified_on"}
    assert (
        get(world.rith, f"assessments/{planned.pk}/parts/plan-items", **{"If-None-Match": answer["ETag"]}).status_code
        == 304
    )


def test_who_is_not_named_on_the_visit_gets_nothing(world, get):
    planned = world.planned()
    for person in (world.vannak, world.omar, world.dara):
        for address in ("manifest", "parts/plan-items"):
            assert get(person, f"assessments/{planned.pk}/{address}").status_code == 404
    assert get(world.rith, f"assessments/{planned.pk}/parts/no-such").status_code == 404


def test_it_costs_the_same_with_two_findings_and_with_many(world, get):
    def cost(assessment):
        get(world.rith, f"assessments/{assessment.pk}/manifest")
        with CaptureQueriesContext(connection) as spent:
            assert get(world.rith, f"assessments/{assessment.pk}/manifest").status_code == 200
        return len(spent)

    before = cost(world.planned(site=world.new_site("New")))
    for year in (2022, 2023, 2024):
        report = world.report({EXITS: "non_compliant", DRILLS: "non_compliant"}, on=date(year, 3, 2))
        tasks.after_report(report_id=str(report.pk))
    assert cost(world.planned()) == before
