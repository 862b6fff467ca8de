"""Committees and plans a programme kept before: looked through first, taken once, and no name told to anybody else."""

import io
import json
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from core import actions as core
from core import queue
from core.actions.lists import want_list
from core.models import AuditRecord, Job
from improvement_plans.actions.lists import DESK
from improvement_plans.models import Committee, Member, MemberName, Plan, PlanItem, PlanList
from tests.core.test_removals import everywhere
from tests.improvement_plans.conftest import TODAY
from tests.improvement_plans.test_removals import remove
from tests.world import SETUP

pytestmark = pytest.mark.django_db
LISTS = "/app/plans/lists/"
HEAD = "Number of the factory,Which body,Formed on,Side,Name,Signs in as,Woman or man,How chosen,In office from,Last day in office,Co-chair\n"  # noqa: E501


@pytest.fixture
def rows(floor):
    """Two members of a committee that is not written down yet: one of each side, one of them signs in."""
    floor.world.person("Vuthy2")
    number = floor.site.number
    return (
        f"{number},bipartite,2024-05-01,worker,Sentinel Sok,,woman,election,2024-05-01,,yes\n"
        f"{number},Bipartite committee,,Management side,,vuthy2,m,Named by the employer,2024-05-01,2027-04-30,\n"
    )


@pytest.fixture
def sent(client, floor):
    """Send a list in and let the jobs run; the list."""

    def send(data, kind="members", name="list.csv", by=None):
        client.force_login(by or floor.world.dara)
        data = data if isinstance(data, bytes) else data.encode()
        file = SimpleUploadedFile(name, data)
        answer = client.post(LISTS, {"programme": floor.world.programme.pk, "kind": kind, "file": file})
        assert answer.status_code == 302, answer.content.decode()
        queue.run_waiting()
        return PlanList.objects.order_by("-uploaded_at").first()

    return send


@pytest.fixture
def press(client):
    def send(uploaded, what, **data):
        answer = client.post(f"{LISTS}{uploaded.pk}/", {"do": what, **data})
        queue.run_waiting()
        uploaded.refresh_from_db()
        return answer

    return send


def page(client, uploaded):
    return client.get(f"{LISTS}{uploaded.pk}/").content.decode()


def written():
    """Everything an import could make."""
    models = (Committee, Member, MemberName, Plan, PlanItem)
    return [model.objects.count() for model in models]


def told():
    """Audit rows of what an import could do."""
    verbs = ("committee.created", "member.seated", "plan.opened", "item.added", "plans.imported")
    return AuditRecord.objects.filter(verb__in=verbs).count()


def test_nothing_is_written_before_somebody_says_yes_and_nothing_twice(client, floor, rows, sent, press):
    before = written(), told()
    uploaded = sent(HEAD + rows)
    assert (written(), told()) == before
    assert not Job.objects.filter(name="improvement_plans.seat_begins").exists()
    counts = {"read": 2, "opened": 1, "created": 2, "unchanged": 0, "refused": 0}
    assert (uploaded.state, uploaded.told["counts"]) == ("checked", counts)
    assert "What it would do" in page(client, uploaded)
    press(uploaded, "want")
    assert (uploaded.state, uploaded.stored, uploaded.told["counts"]) == ("done", "", counts)
    committee = Committee.objects.get(site=floor.site)
    seats = list(committee.members.order_by("-side"))
    assert [(one.side, one.co_chair, one.sex, one.since, one.until) for one in seats] == [
        ("worker", True, "f", date(2024, 5, 1), None), ("management", False, "m", date(2024, 5, 1), date(2027, 4, 30)),
    ]  # fmt: skip
    assert seats[0].own_name.body == {"name": "Sentinel Sok"} and seats[1].user.username == "vuthy2"
    made = written()
    again = sent(HEAD + rows)
    assert (again.told["counts"]["created"], again.told["counts"]["unchanged"]) == (0, 2)
    press(again, "want")
    assert (again.state, written()) == ("done", made)


def test_a_name_is_for_committee_and_programme_and_stands_nowhere_else(
    client, floor, rows, sent, press, django_capture_on_commit_callbacks
):
    """Neither in what a look at the list found, nor in audit, jobs, refusals; a refused row tells its place only."""
    bad = f"{floor.site.number},bipartite,,Sentinel Sok,worker,,f,Sentinel Sok,Sentinel Sok,,\n"
    uploaded = sent(HEAD + rows + bad)
    assert "Who will see the names" in page(client, uploaded) and "entinel" not in page(client, uploaded)
    with django_capture_on_commit_callbacks(execute=True):  # the file is destroyed with it
        press(uploaded, "want", partial="yes")
    shown = page(client, uploaded)
    assert uploaded.state == "done" and "entinel" not in shown + str(uploaded.told)
    assert everywhere(floor.world).count("entinel") == 1  # the name itself, in its own row
    address = f"/app/plans/committees/{Committee.objects.get().pk}/"
    for reader, sees in ((floor.world.dara, True), (floor.world.mony, False)):
        client.force_login(reader)
        assert ("Sentinel Sok" in client.get(address).content.decode()) == sees
    for outside in (floor.buyer_reader, floor.world.layla, floor.world.chanthou):
        client.force_login(outside)
        assert client.get(address).status_code == 404
        assert client.get(f"{LISTS}{uploaded.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("KH-F-9999,bipartite,2024-05-01,worker,A,,f,election,2024-05-01,,", "Number of the factory", "No factory"),
        ("{n},board,2024-05-01,worker,A,,f,election,2024-05-01,,", "Which body", "none of these"),
        ("{n},osh,,worker,A,,f,election,2024-05-01,,", "Formed on", "Say since when"),
        ("{n},osh,2024-05-01,worker,A,,f,election,1/5/2024,,", "In office from", "not a day we can read"),
        ("{n},osh,2024-05-01,worker,,,f,election,2024-05-01,,", "Name", "Name the member"),
        ("{n},osh,2024-05-01,worker,,nobody-at-all,f,election,2024-05-01,,", "Signs in as", "Nobody signs in"),
        ("{n},osh,2024-05-01,management,A,,f,election,2024-05-01,,", "How chosen", "named by the employer"),
        ("{n},osh,2024-05-01,worker,A,,f,election,2023-05-01,,", "In office from", "outside the committee"),
        ("{n},osh,2024-05-01,worker,A,,f,election,2024-05-01,2024-04-01,", "Last day in office", "before the first"),
        ("{n},osh,2024-05-01,worker,,mony,f,election,2024-05-01,,", "Side", "does not sit on the worker side"),
        ("{n},osh,2024-05-01,worker,#REF!,,f,election,2024-05-01,,", "Name", "error of a formula"),
        ("{n},osh,2024-05-01,,A,,f,election,2024-05-01,,", "Side", "It is empty"),
        ("{n},osh,2024-05-01,worker,A,,f,election,2024-05-01,,,x,y", "", "more cells"),
    ],
)
def test_a_row_that_cannot_be_is_named_by_line_and_column(client, floor, sent, row, column, reason):
    """The whole list waits; the committee the row would have made is gone with it."""
    _ = floor.world.mony
    uploaded = sent(HEAD + row.format(n=floor.site.number) + "\n")
    (refused,) = uploaded.told["refused"]
    assert (refused["line"], refused["column"]) == (2, column) and reason in refused["reason"]
    assert client.post(f"{LISTS}{uploaded.pk}/", {"do": "want"}).status_code == 400
    assert not Committee.objects.exists()


def test_columns_are_named_once_and_the_next_list_is_read_so(client, floor, sent, press):
    strange = f"番号,会,設立,側,氏名,選出,就任\n{floor.site.number},osh,2024-05-01,worker,Sok,union,05/06/2024\n"
    uploaded = sent(strange)
    assert "Say below which of its columns it is" in uploaded.told["problem"]
    given = {
        "factory": "番号", "kind": "会", "formed_on": "設立", "side": "側", "name": "氏名", "chosen_by": "選出",
        "since": "就任", "dates": "day-first",
    }  # fmt: skip
    half = sent(strange.replace("番号", "factory"))
    assert '<option value="factory" selected>' in page(client, half)  # what is known is chosen already
    assert press(uploaded, "columns", **given | {"side": ""}).status_code == 400
    press(uploaded, "columns", **given)
    assert uploaded.told["counts"]["created"] == 1
    press(uploaded, "want")
    assert Member.objects.get().since == date(2024, 6, 5)
    assert sent(strange).told["counts"]["unchanged"] == 1


def workbook(*rows):
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def test_a_plan_comes_from_a_workbook_and_its_formulas_stay_text(client, floor, sent, press):
    """Late on the day it came: that is what it was. Typed words that look like a formula leave as words."""
    _ = floor.committee
    head = ("Number of the factory", "What should get better?", "Where it comes from", "What will change", "Planned on",
            "By", "How soon", "Cost", "Currency", "Written in")  # fmt: skip
    data = workbook(
        head,
        (floor.site.number, "'=cmd|' /C calc'!A0", "self", "Buy fans.\nHang them.", "2026-09-01", "2026-10-01", "First", 1200.5, "usd", "km"),  # noqa: E501
        (floor.site.number, "Clean water", None, None, None, None, None, None, None, None),
        (floor.site.number, "Soap", "a report", None, None, None, None, None, None, None),
        (floor.site.number, "Gloves", None, None, None, "2026-10-01", None, None, None, None),
    )  # fmt: skip
    uploaded = sent(data, "items", "plan.xlsx")
    assert [(one["line"], one["column"]) for one in uploaded.told["refused"]] == [(4, "Where it comes from"), (5, "By")]
    assert not Plan.objects.exists()
    press(uploaded, "want", partial="yes")
    plan = Plan.objects.get()
    first, second = plan.items.order_by("due_on")
    if first.issue == "Clean water":
        first, second = second, first
    assert (first.origin, first.added_on, first.due_on) == ("self", date(2026, 9, 1), date(2026, 10, 1))
    assert (str(first.cost), first.currency, first.priority, first.languages["steps"]) == (
        "1200.50",
        "USD",
        "high",
        "km",
    )
    assert (second.issue, second.origin, second.added_on) == ("Clean water", "idea", TODAY)
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/app/plans/{plan.pk}/table/").content))
    assert all(cell.data_type != "f" for row in book.active.iter_rows() for cell in row)
    again = sent(data, "items", "plan.xlsx")
    assert (again.told["counts"]["created"], again.told["counts"]["opened"], again.told["counts"]["unchanged"]) == (
        0,
        0,
        2,
    )
    places = openpyxl.load_workbook(io.BytesIO(client.get(f"{LISTS}{again.pk}/places/").content))
    assert [row[:2] for row in places.active.values][1:] == [(4, "Where it comes from"), (5, "By")]


def test_a_cycle_that_is_not_there_is_not_made_up(floor, sent):
    _ = floor.committee
    uploaded = sent(f"factory,cycle,issue\n{floor.site.number},7,Soap\n", "items")
    (refused,) = uploaded.told["refused"]
    assert (refused["line"], refused["column"]) == (2, "cycle") and "no cycle of this number" in refused["reason"]


def test_a_removed_name_does_not_come_back_by_an_old_list(floor, rows, sent, press):
    press(sent(HEAD + rows), "want")
    remove(floor.world, MemberName.objects.get())
    made = written()
    press(sent(HEAD + rows), "want")
    assert written() == made and "entinel" not in str(list(MemberName.objects.values_list("body")))


def test_a_factory_of_another_programme_is_no_factory_of_this_one(floor, sent):
    other = floor.world.other_site.number
    uploaded = sent(HEAD + f"{other},osh,2024-05-01,worker,A,,f,election,2024-05-01,,\n")
    assert "No factory of the programme" in uploaded.told["refused"][0]["reason"]


def test_who_may_not_write_down_committees_brings_in_no_list(client, floor, rows, sent):
    """The menu, the pages, and each action; and who lost the right meanwhile, when the job runs."""
    adviser = floor.world.person("Rany", "adviser")
    uploaded = sent(HEAD + rows, by=adviser)
    for person in (floor.world.vannak, floor.world.chanthou, floor.world.mony, floor.sreymom, floor.world.layla):
        client.force_login(person)
        own = person == floor.world.layla  # a keeper of lists, of another programme
        assert client.get(LISTS).status_code == (200 if own else 404)
        for address in ("", "places/"):
            assert client.get(f"{LISTS}{uploaded.pk}/{address}").status_code == 404
        assert client.post(f"{LISTS}{uploaded.pk}/", {"do": "want"}).status_code == 404
    want_list(desk=DESK, uploaded=uploaded, by=adviser)
    core.end_role(assignment=adviser.roles.get(), by=SETUP)
    queue.run_waiting()
    uploaded.refresh_from_db()
    assert (uploaded.state, Committee.objects.exists()) == ("checked", False)


def test_the_pages_stand_in_the_frame_of_the_desk(client, floor, rows, sent):
    """One heading, and the way out."""
    uploaded = sent(HEAD + rows)
    for shown in (client.get(LISTS).content.decode(), page(client, uploaded)):
        assert shown.count("<h1") == 1 and "/app/sign-out/" in shown


# --- by a command -------------------------------------------------------------------------------------------------


@pytest.fixture
def command(tmp_path, capsys):
    """Run import_plans on a list: (exit status, the line for programs, everything said)."""

    def run(data, kind="members", **options):
        path, status = tmp_path / "kept.csv", 0
        path.write_text(data)
        try:
            call_command("import_plans", kind, str(path), programme="KH", json=True, **options)
        except SystemExit as stop:
            status = stop.code
        said = capsys.readouterr()
        return status, json.loads(said.out.rstrip("\n").rpartition("\n")[2]), said.out + said.err

    return run


def test_a_command_looks_through_and_writes_when_told_to(floor, rows, command):
    before = written(), told()
    status, counts, said = command(HEAD + rows)
    made = {"opened": 1, "created": 2, "unchanged": 0, "updated": 0, "duplicate": 0, "refused": []}
    assert (status, counts, (written(), told())) == (0, made, before)
    assert "Nothing was written: this was a dry run." in said
    assert command(HEAD + rows, take=True)[:2] == (0, made)
    after = written()
    assert after != before[0] and AuditRecord.objects.get(verb="plans.imported").actor_system == "import"
    assert command(HEAD + rows, take=True)[1]["unchanged"] == 2
    assert written() == after


def test_a_command_names_line_and_column_and_writes_all_or_nothing(floor, rows, command):
    bad = f"{floor.site.number},bipartite,,Sentinel Sok,worker,,f,Sentinel Sok,Sentinel Sok,,\n"
    before = written()
    status, counts, said = command(HEAD + rows + bad, take=True)
    assert (status, counts["created"], written()) == (1, 0, before)
    assert [(one["line"], one["column"]) for one in counts["refused"]] == [(4, "Side")]
    assert "kept.csv, line 4, Side: " in said and "entinel" not in said
    status, counts, _said = command(HEAD + rows + bad, take=True, accept_partial=True)
    assert (status, counts["created"], len(counts["refused"])) == (1, 2, 1)
    assert written() != before


def test_a_command_reads_columns_as_it_is_told(floor, command):
    listed = f"Place,Problem,Till\n{floor.site.number},No water,03/04/2027\n"
    floor.chairs  # noqa: B018
    status, counts, said = command(listed, "items")
    assert status == 1 and "Number of the factory" in said
    told = ["factory=Place", "issue=Problem", "due_on=Till"]
    assert command(listed, "items", column=told, dates="day-first", take=True)[0] == 0
    assert PlanItem.objects.get(issue="No water").due_on == date(2027, 4, 3)
    with pytest.raises(CommandError, match="Ours are: factory"):
        command(listed, "items", column=["plant=Place"])
    with pytest.raises(CommandError, match="There is no programme"):
        call_command("import_plans", "items", "nothing.csv", programme="XX")
