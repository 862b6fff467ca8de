"""Column mappings: which column is what, chosen by the columns, saved, refused with every problem."""

import pytest
from django.core.management import CommandError, call_command

from core.audit import System
from core.errors import Denied, Invalid
from factories import actions
from factories.imports import read_lists, read_mapping, shipped_mappings
from factories.models import ColumnMapping, ForeignId, Site
from factories.rules import Refused, mapping_problems, suits

SETUP = System("test")
HUB = (
    "os_id,contribution_date,name,address,country_code,country_name,lat,lng,sector,contributor (list),is_closed\n"
    "KH2026001ABCDEF,2022-05-18,Paper Heron,Road 4,KH,Cambodia,11.5,104.9,Apparel|Textiles|Apparel,A (B)|C,False\n"
)
LOCAL = {
    "name": "local",
    "fields": {"name": "工場名", "address": "所在地", "spot": "座標", "products": "製品", "national_id": "番号"},
    "constants": {"country": "JP", "isic": "1410"},
    "split": {"products": "|", "name": "|"},
    "issuer": "JP-REG",
}


@pytest.fixture
def given(tmp_path):
    def write(content, name="list.csv"):
        path = tmp_path / name
        path.write_text(content, encoding="utf-8")
        return str(path)

    return write


def test_a_download_of_the_hub_is_known_by_its_columns(given, db):
    reading = read_lists([given(HUB)])
    assert reading.mapped == {"list.csv": "open-supply-hub"}
    actions.import_sites(rows=reading, by=SETUP)
    site = Site.objects.get()
    assert (site.country, site.sector, site.latitude) == ("KH", "Apparel, Textiles", 11.5)
    assert ForeignId.objects.get().code == "KH2026001ABCDEF"
    assert actions.import_sites(rows=read_lists([given(HUB)]), by=SETUP).unchanged == 1


def test_lists_in_cells_pairs_of_coordinates_and_line_breaks(given, db):
    path = given(
        '工場名,所在地,座標,製品,番号\n紙鷺|Kamisagi,"東京都\n港区１－２","[35.68, 139.76]",シャツ|ズボン,７７\n'
    )
    (row,) = read_lists([path], LOCAL)
    assert (row.name, row.address, row.products) == ("紙鷺", "東京都 港区1-2", "シャツ, ズボン")
    assert (row.latitude, row.longitude, row.ids, row.isic) == (35.68, 139.76, (("national", "JP-REG", "77"),), "1410")
    (bad,) = read_lists([given("工場名,所在地,座標,製品,番号\n紙鷺,東京,35.68;x,,\n")], LOCAL)
    assert isinstance(bad, Refused)
    assert bad.column == "座標"


@pytest.mark.parametrize(
    ("columns", "name"),
    [
        ("CASE_NO DECISION_DATE EMPLOYER_NAME EMPLOYER_ADDRESS1", "us-h2a"),
        ("CASE_NUMBER DECISION_DATE EMPLOYER_NAME EMPLOYER_ADDRESS_1", "us-h2a-2009"),
        ("Case_Number Employer_Name Employer_Address_1 Nbr_Workers_Requsted", "us-h2a-2006"),
    ],
)
def test_each_head_of_the_register_has_its_mapping(columns, name):
    assert [key for key, document in shipped_mappings().items() if suits(document, columns.split())] == [name]


def test_an_agreed_day_is_read_and_another_is_refused(given, db):
    head = "Case_Number,Employer_Name,Employer_Address_1,Employer_Address_2,Employer_City,Employer_State,"
    head += "Employer_Postal_Code,Nbr_Workers_Requsted,Certification_Begin_Date\n"
    good, bad = read_lists(
        [given(head + "1,Mill,Road 1,,Town,NJ,08037,2,05/20/06 00:00:00\n2,Mill,Road 2,,,,,2,20.5.2006\n")]
    )
    assert (good.address, good.country, str(good.on)) == ("Road 1, Town, NJ, 08037", "US", "2006-05-20")
    assert (bad.line, bad.column) == (3, "Certification_Begin_Date")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"fields": {"name": "a"}}, "Nothing says the address"),
        ({"fields": {"colour": "a"}}, "colour"),
        ({"fields": []}, "is a table"),
        ({"dates": "any"}, "month-first"),
        ({"extra": 1}, "extra"),
        ({"constants": {"country": 5}}, "names nothing"),
    ],
)
def test_a_mapping_that_cannot_be_used_says_why(change, said):
    assert said in " ".join(mapping_problems(LOCAL | change))
    assert mapping_problems("x")


def test_mappings_are_saved_and_used_by_name(given, world, capsys):
    actions.save_mapping(name="local", document=LOCAL, by=SETUP)
    actions.save_mapping(name="local", document=LOCAL | {"title": "Local"}, by=SETUP)
    assert ColumnMapping.objects.get().document["title"] == "Local"
    path = given("工場名,所在地,座標,製品,番号\n紙鷺,東京,,,\n")
    call_command("import_factories", path)
    assert Site.objects.get().country == "JP"
    call_command("import_factories", path, mapping="local")
    with pytest.raises(CommandError, match="no mapping other"):
        call_command("import_factories", path, mapping="other")
    with pytest.raises(Denied):
        actions.save_mapping(name="mine", document=LOCAL, by=world.sokha)
    with pytest.raises(Invalid, match="has this name"):
        actions.save_mapping(name="local", document=LOCAL, programme=world.programme, by=world.sokha)
    with pytest.raises(Invalid, match="cannot be read"):
        read_mapping(given("{", "bad.yaml"))
    assert "local" in capsys.readouterr().out
