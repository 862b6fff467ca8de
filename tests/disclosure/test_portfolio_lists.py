"""A buyer's list on its way into the portfolio: what it would do, who sees it, what of it stays."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core import queue
from core.errors import Denied
from core.models import AuditRecord
from core.sheets import write_workbook
from core.storage import store
from disclosure.portfolio import actions
from disclosure.portfolio.models import Followed, PortfolioList
from factories import actions as factories
from tests import people
from tests.disclosure.past import publish, regime, usual
from tests.world import SETUP

LISTS = "/app/portfolio/lists/"
HEAD = "Vendor code,Factory name,Country,Address,OS ID\n"


@pytest.fixture
def buyer(world):
    return factories.create_buyer(name="Marmalade Outfitters", by=SETUP)


@pytest.fixture
def iris(world, buyer):
    person = world.person("Iris")
    factories.add_buyer_member(buyer=buyer, user=person, since=date(2025, 1, 1), by=SETUP)
    return person


@pytest.fixture
def send(client, iris, buyer, work):
    """Send a list in as Iris and look through it; the list."""

    def sent(data, name="ours.csv"):
        client.force_login(iris)
        file = SimpleUploadedFile(name, data if isinstance(data, bytes) else data.encode())
        response = client.post(LISTS, {"buyer": buyer.pk, "file": file})
        assert response.status_code == 302, response.content.decode()
        work()
        return PortfolioList.objects.order_by("-uploaded_at").first()

    return sent


@pytest.fixture
def work():
    """Do the background work that was asked for."""
    return queue.run_waiting


def one(uploaded):
    return reverse("portfolio:list", args=[uploaded.pk])


def rows(world):
    return (
        HEAD + f'SECRET-1,Paper Heron Sewing,Cambodia,"{world.site.address}",\n'
        "SECRET-2,Paper  Heron Sewing,KH,,\n"
        "SECRET-3,Harbour Stitch,Viet Nam,Lot 4,\n"
    )


def test_a_list_is_shown_first_then_taken_and_its_file_destroyed(
    client, world, buyer, iris, send, work, django_capture_on_commit_callbacks
):
    regime(world)
    usual(world)
    publish(world)
    uploaded = send(rows(world))
    counts = uploaded.told["counts"]
    assert {name: counts[name] for name in ("created", "sure", "decide", "none", "refused")} == {
        "created": 3, "sure": 1, "decide": 1, "none": 1, "refused": 0,
    }  # fmt: skip
    assert not Followed.objects.exists()
    html = client.get(one(uploaded)).content.decode()
    assert "What it would do" in html and "Marmalade Outfitters" in html
    stored = uploaded.stored
    assert store().has(stored)
    client.post(one(uploaded), {"do": "want"})
    with django_capture_on_commit_callbacks(execute=True):
        work()
    uploaded.refresh_from_db()
    assert (uploaded.state, uploaded.stored) == ("done", "")
    assert not store().has(stored)
    found = {row.code: row for row in Followed.objects.all()}
    assert found["SECRET-1"].site == world.site and found["SECRET-2"].likely == world.site
    assert (found["SECRET-3"].country, found["SECRET-3"].site) == ("VN", None)
    again = send(rows(world))
    assert (again.told["counts"]["created"], again.told["counts"]["unchanged"]) == (0, 3)


def test_each_row_that_cannot_be_taken_is_named_without_its_words(client, world, iris, buyer, send, work):
    uploaded = send(
        HEAD + "SECRET-1,Good Mill,KH,Road 1,\n"
        "SECRET-1,Other Mill,KH,Road 2,\n"
        ",Nameless,KH,Road 3,\n"
        "SECRET-4,□,KH,Road 4,\n"
        "SECRET-5,Far Mill,Korea,Road 5,\n"
        "SECRET-6,#REF!,KH,Road 6,\n"
        "SECRET-7,Shifted,KH,Road 7,,,more\n"
        f"{'x' * 81},Long,KH,Road 8,\n"
    )
    assert [(row["line"], row["column"]) for row in uploaded.told["refused"]] == [
        (3, "Vendor code"), (4, "Vendor code"), (5, "Factory name"), (6, "Country"), (7, "Factory name"), (8, ""),
        (9, "Vendor code"),
    ]  # fmt: skip
    assert "SECRET" not in str(uploaded.told["refused"])
    client.post(one(uploaded), {"do": "want"})
    work()
    assert not Followed.objects.exists(), "nobody said that the rest is enough"
    client.post(one(uploaded), {"do": "want", "partial": "yes"})
    work()
    assert list(Followed.objects.values_list("code", "name")) == [("SECRET-1", "Good Mill")]
    assert client.get(one(uploaded) + "places/").content.startswith(b"PK")


def test_columns_called_otherwise_are_said_once_and_remembered(client, world, iris, buyer, send, work):
    book = write_workbook({"x": [["Nr", "Wer", "Land"], ["SECRET-1", "Good Mill", "KH"]]})
    uploaded = send(book, "ours.xlsx")
    assert "Say which column is what" in uploaded.told["problem"]
    client.post(one(uploaded), {"do": "columns", "code": "Nr", "name": "Wer", "country": "Land"})
    work()
    uploaded.refresh_from_db()
    assert uploaded.told["counts"]["created"] == 1
    assert send(book, "ours.xlsx").told["counts"]["created"] == 1, "the next one is read so by itself"


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04 not a workbook", b"\x00\x01\x02", b"\xff\xfe", (HEAD * 2).encode(), b'"', b"a,a\n1,2\n"]
)
@pytest.mark.parametrize("name", ["ours.csv", "ours.xlsx"])
def test_what_is_no_list_says_so(client, iris, buyer, send, data, name):
    uploaded = send(data, name)
    assert uploaded.state == "checked"
    assert client.get(one(uploaded)).status_code == 200
    assert not Followed.objects.exists()


def test_a_list_is_seen_by_the_buyers_own_people_only(client, world, iris, buyer, send, work):
    uploaded = send(HEAD + "SECRET-1,Good Mill,KH,Road 1,\n", "SECRET.csv")
    for what, person in people.everybody(world).items():
        client.logout() if what == "anonymous" else client.force_login(person)
        for address in (one(uploaded), one(uploaded) + "places/"):
            assert client.get(address).status_code in (302, 404), what
        assert client.post(one(uploaded), {"do": "want"}).status_code in (302, 404)
        sees = client.get(LISTS)
        assert sees.status_code in ((200,) if what.startswith("buyer") else (302, 404)), what
        assert "SECRET" not in sees.content.decode()
        file = SimpleUploadedFile("x.csv", b"x")
        assert client.post(LISTS, {"buyer": buyer.pk, "file": file}).status_code in (302, 400, 404)
    uploaded.refresh_from_db()
    assert uploaded.state == "checked"
    assert PortfolioList.objects.count() == 1
    assert "SECRET" not in str(list(AuditRecord.objects.values_list("facts", flat=True)))
    assert not AuditRecord.objects.filter(verb="list.uploaded").exclude(programme_id=None).exists()


def test_who_left_the_buyer_meanwhile_brings_nothing_in(world, iris, buyer, send, work):
    uploaded = send(HEAD + "SECRET-1,Good Mill,KH,Road 1,\n")
    actions.want_list(uploaded=uploaded, by=iris)
    factories.end_buyer_member(member=buyer.members.get(user=iris), by=iris)
    work()
    assert not Followed.objects.exists()
    with pytest.raises(Denied):
        actions.want_list(uploaded=uploaded, by=iris)
