"""A list sent in on a screen: looked through by a job, shown, taken by another, its file destroyed."""

import io
import zipfile
from datetime import timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core import queue
from core.audit import System
from core.errors import Denied
from core.models import AuditRecord, Job
from core.sheets import workbooks
from core.storage import store
from factories import actions
from factories.models import ColumnMapping, ImportDoubt, Site, SiteImport, UploadedList
from factories.tasks import drop_old_lists, take_list

SETUP = System("test")
LISTS = "/app/factories/lists/"
HEAD = "country,name,address,sector\n"
GOOD = HEAD + "KH,Paper Heron,Road 4,Apparel\nKH,Blue Kettle,Road 5,Apparel\n"


@pytest.fixture
def sent(client, world):
    """Send in a list as the programme's manager and let the job look through it."""
    client.force_login(world.sokha)

    def send(content, name="list.csv", person=None):
        data = content if isinstance(content, bytes) else content.encode()
        if person:
            client.force_login(person)
        answer = client.post(LISTS, {"programme": world.programme.pk, "file": SimpleUploadedFile(name, data)})
        if answer.status_code != 302:
            return answer
        queue.run_waiting()
        return UploadedList.objects.order_by("-uploaded_at").first()

    return send


@pytest.fixture
def press(client):
    def do(uploaded, what, **more):
        answer = client.post(f"{LISTS}{uploaded.pk}/", {"do": what} | more)
        queue.run_waiting()
        uploaded.refresh_from_db()
        return answer

    return do


def page(client, uploaded):
    return client.get(f"{LISTS}{uploaded.pk}/").content.decode()


def test_from_the_file_to_the_factories(client, world, sent, press):
    uploaded = sent(GOOD)
    assert (uploaded.state, uploaded.told["counts"]["created"]) == ("checked", 2)
    assert not Site.objects.exists()
    assert not SiteImport.objects.exists()
    assert "What it would do" in page(client, uploaded)
    key = uploaded.stored
    assert store().has(key)
    press(uploaded, "want")
    assert (uploaded.state, uploaded.stored, uploaded.result.created) == ("done", "", 2)
    assert {site.programme for site in Site.objects.all()} == {world.programme}
    assert "What was done" in page(client, uploaded)
    verbs = list(AuditRecord.objects.filter(verb__startswith="list.").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["list.uploaded", "list.wanted"]
    again = sent(GOOD)
    assert (again.told["counts"]["created"], again.told["counts"]["unchanged"]) == (0, 2)


def test_the_work_is_not_done_in_the_request(client, world):
    client.force_login(world.sokha)
    client.post(LISTS, {"programme": world.programme.pk, "file": SimpleUploadedFile("list.csv", GOOD.encode())})
    uploaded = UploadedList.objects.get()
    assert (uploaded.state, uploaded.told) == ("checking", {})
    shown = page(client, uploaded)
    assert "being looked through" in shown and '<meta http-equiv="refresh"' in shown
    assert client.post(f"{LISTS}{uploaded.pk}/", {"do": "want"}).status_code == 409


def test_the_file_goes_when_the_list_is_taken_or_dropped(sent, press, django_capture_on_commit_callbacks):
    one = sent(GOOD)
    key = one.stored
    other = sent(GOOD, "same.csv")
    with django_capture_on_commit_callbacks(execute=True):
        press(one, "want")
    assert store().has(key), "another list on its way is the same file"
    with django_capture_on_commit_callbacks(execute=True):
        press(other, "drop")
    assert (other.state, store().has(key)) == ("dropped", False)


def test_refused_rows_are_shown_with_their_places_and_may_be_left_out(client, sent, press):
    uploaded = sent(GOOD + "Korea,Third,Road 6,Apparel\n=1+1,Fourth,Road 7,Apparel\n")
    assert uploaded.told["counts"]["refused"] == 2
    shown = page(client, uploaded)
    assert '<td class="num">4</td>' in shown and "“Korea” is not a country we know" in shown
    assert client.post(f"{LISTS}{uploaded.pk}/", {"do": "want"}).status_code == 400
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{LISTS}{uploaded.pk}/places/").content))
    rows = list(book.active.values)
    assert [row[:2] for row in rows] == [("Line", "Column"), (4, "country"), (5, "country")]
    press(uploaded, "want", partial="yes")
    assert (uploaded.state, Site.objects.count()) == ("done", 2)


def test_an_unclear_encoding_is_a_choice(client, sent, press):
    uploaded = sent((HEAD + "KH,Calçado,è à,Apparel\n").encode("cp1252"))
    assert uploaded.told["unclear"]
    shown = page(client, uploaded)
    assert 'value="cp1252"' in shown and "Calçado" in shown and "Take this list" not in shown
    assert press(uploaded, "want").status_code == 409
    press(uploaded, "read", encoding="cp1252")
    assert uploaded.told["counts"]["created"] == 1
    assert "Read as Western European (cp1252)." in page(client, uploaded)
    press(uploaded, "want")
    assert Site.objects.get().name == "Calçado"


def test_columns_are_named_once_for_each_sender(client, world, sent, press):
    strange = "工場名,所在地,番地,製品\n紙鷺,港区,1,シャツ|ズボン\n"
    uploaded = sent(strange)
    assert "no column called country" in uploaded.told["problem"]
    shown = page(client, uploaded)
    assert "Say which column is what" in shown and "所在地" in shown
    assert press(uploaded, "columns", sender="x").status_code == 400
    said = {
        "sender": "Tokyo",
        "name": "工場名",
        "address": "所在地",
        "address_2": "番地",
        "products": "製品",
        "split": "|",
    }
    assert press(uploaded, "columns", **said).status_code == 302
    assert uploaded.told["counts"]["created"] == 1
    assert ColumnMapping.objects.get().programme == world.programme
    press(uploaded, "want")
    site = Site.objects.get()
    assert (site.address, site.country, site.products) == ("港区, 1", "KH", "シャツ, ズボン")
    assert sent(strange).told["mapped"] == "kh-tokyo"


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("list.exe", b"MZ\x90\x00", "csv, xls, xlsx or ods"),
        ("list.csv", b"", "is empty"),
        ("../../list.html", b"<script>", "csv, xls, xlsx or ods"),
        ("list.csv", b"x" * 101, "larger than"),
    ],
)  # fmt: skip
def test_what_is_no_list_is_refused_at_the_door(sent, monkeypatch, name, data, said):
    monkeypatch.setattr("core.actions.lists.MAX_BYTES", 100)
    answer = sent(data, name)
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert not UploadedList.objects.exists()


@pytest.mark.parametrize("kind", ["bomb", "junk", "nul", "torn"])
def test_hostile_files_become_a_sentence(client, sent, press, monkeypatch, kind):
    monkeypatch.setattr(workbooks, "MAX_UNPACKED", 10**6)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/workbook.xml", bytes(4 * 10**6))
    name, data = {
        "bomb": ("list.xlsx", packed.getvalue()), "junk": ("list.ods", b"PK\x03\x04 junk"),
        "nul": ("list.csv", b"\x00" * 50), "torn": ("list.csv", HEAD.encode() + b'KH,"x\n'),
    }[kind]  # fmt: skip
    uploaded = sent(data, name)
    assert uploaded.state == "checked" and uploaded.told["problem"].endswith(".")
    assert "This list cannot be read yet" in page(client, uploaded)
    assert press(uploaded, "want").status_code == 409
    assert Job.objects.filter(state="dead").count() == 0


def test_only_managers_of_the_programme(client, world, sent):
    uploaded = sent(GOOD)
    for person in (world.rith, world.layla):
        client.force_login(person)
        assert client.get(f"{LISTS}{uploaded.pk}/").status_code == 404
        assert client.get(f"{LISTS}{uploaded.pk}/places/").status_code == 404
        assert client.post(f"{LISTS}{uploaded.pk}/", {"do": "want"}).status_code == 404
    client.force_login(world.rith)
    assert client.get(LISTS).status_code == 404
    for act, more in (
        (actions.want_list, {}),
        (actions.drop_list, {}),
        (actions.read_list_as, {}),
        (actions.ask_again, {}),
    ):
        with pytest.raises(Denied):
            act(uploaded=uploaded, by=world.layla, **more)
    with pytest.raises(Denied):
        actions.upload_list(programme=world.programme, name="list.csv", data=b"x", by=world.layla)


def test_a_list_is_taken_once(world, sent):
    """Also by a second worker that read the row before the first was done."""
    uploaded = sent(GOOD)
    actions.want_list(uploaded=uploaded, by=world.sokha)
    stale = UploadedList.objects.get(pk=uploaded.pk)
    take_list(str(uploaded.pk))
    actions.take_list(uploaded=stale, by=SETUP)
    take_list(str(uploaded.pk))
    assert SiteImport.objects.count() == 1
    uploaded.refresh_from_db()
    assert (uploaded.state, uploaded.told["counts"]["created"]) == ("done", 2)


def test_who_lost_her_right_meanwhile_takes_nothing(world, sent):
    uploaded = sent(GOOD)
    actions.want_list(uploaded=uploaded, by=world.sokha)
    world.sokha.is_active = False
    world.sokha.save(update_fields=["is_active"])
    queue.run_waiting()
    uploaded.refresh_from_db()
    assert (uploaded.state, Site.objects.count()) == ("checked", 0)
    assert uploaded.told["problem"]


def test_doubts_go_to_the_screen_where_a_person_decides(client, world, sent, press):
    press(sent(HEAD + "KH,Golden River Knitwear,Road 271 Phnom Penh,Apparel\n"), "want")
    uploaded = sent(HEAD + "KH,Golden River Knitwears,Road 272 Phnom Penh,Apparel\n")
    assert uploaded.told["counts"]["doubts"] == 1
    press(uploaded, "want")
    assert "/app/factories/doubts/" in page(client, uploaded)
    doubt = ImportDoubt.objects.get()
    actions.decide_doubt(doubt=doubt, same=True, by=world.sokha)
    assert Site.objects.filter(survivor=None).count() == 1
    actions.reopen_doubt(doubt=doubt, by=world.sokha)
    assert Site.objects.filter(survivor=None).count() == 2


def test_a_job_that_failed_is_said_and_asked_for_again(client, world, monkeypatch):
    uploaded = actions.upload_list(programme=world.programme, name="list.csv", data=GOOD.encode(), by=world.sokha)
    Job.objects.update(state="dead", finished_at=timezone.now())
    client.force_login(world.sokha)
    assert "It could not be finished" in page(client, uploaded)
    client.post(f"{LISTS}{uploaded.pk}/", {"do": "again"})
    queue.run_waiting()
    uploaded.refresh_from_db()
    assert uploaded.state == "checked"


def test_lists_nobody_came_back_to_are_dropped(world, sent):
    old, new = sent(GOOD), sent(GOOD + "KH,Third,Road 6,Apparel\n")
    UploadedList.objects.filter(pk=old.pk).update(uploaded_at=timezone.now() - timedelta(days=31))
    drop_old_lists()
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.state, old.stored, new.state) == ("dropped", "", "checked")


def test_the_page_of_lists_asks_as_often_for_twelve_as_for_two(client, world, sent):
    counts = []
    for many in (2, 10):
        for n in range(many):
            actions.upload_list(programme=world.programme, name=f"{many}-{n}.csv", data=GOOD.encode(), by=world.sokha)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(LISTS).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
