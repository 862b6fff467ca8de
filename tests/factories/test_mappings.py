"""Column mappings: which column is what, chosen by the columns, saved, refused with every problem."""

import json
from datetime import datetime

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from core.audit import System
from core.errors import Denied, Invalid
from factories import actions
from factories.imports import read_lists, read_mapping, shipped_mappings
from factories.models import ColumnMapping, ForeignId, Site, SiteName
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


# The five headers of one register, and its three ways to write a day. The rows are invented.
LATER = (
    "CASE_RECEIVED_DATE CASE_STATUS REQUESTED_START_DATE_OF_NEED REQUESTED_END_DATE_OF_NEED CERTIFICATION_BEGIN_DATE "
    "CERTIFICATION_END_DATE EMPLOYER_NAME EMPLOYER_ADDRESS1 EMPLOYER_ADDRESS2 EMPLOYER_CITY EMPLOYER_STATE "
    "EMPLOYER_POSTAL_CODE AGENT_ATTORNEY_NAME AGENT_ATTORNEY_CITY AGENT_ATTORNEY_STATE JOB_TITLE NBR_WORKERS_REQUESTED "
    "NBR_WORKERS_CERTIFIED BASIC_NUMBER_OF_HOURS BASIC_RATE_OF_PAY BASIC_UNIT_OF_PAY ALIEN_WORK_CITY ALIEN_WORK_STATE "
    "ORGANIZATION_FLAG PRIMARY_CROP"
)
HEADERS = {
    "2006": (
        "Case_Number Employer_Name Employer_Address_1 Employer_Address_2 Employer_City Employer_State "
        "Employer_Postal_Code Job_Title Nbr_Workers_Requsted Nbr_Workers_Certified Basic_Nbr_Hours Basic_Rate_of_Pay "
        "Wage_Rate_Per Case_Status Certification_Begin_Date Certification_End_Date"
    ),
    "2008": (
        "CASE_NO APPLICATION_TYPE DECISION_DATE CASE_STATUS CERTIFICATION_BEGIN_DATE CERTIFICATION_END_DATE "
        "EMPLOYER_NAME EMPLOYER_ADDRESS1 EMPLOYER_ADDRESS2 EMPLOYER_CITY EMPLOYER_STATE EMPLOYER_POSTAL_CODE "
        "AGENT_ATTORNEY_NAME JOB_TITLE NBR_WORKERS_REQUESTED NBR_WORKERS_CERTIFIED BASIC_NUMBER_OF_HOURS "
        "BASIC_RATE_OF_PAY BASIC_UNIT_OF_PAY ALIEN_WORK_STATE"
    ),
    "2009": (
        "CASE_NUMBER APPLICATION_TYPE DECISION_DATE CASE_STATUS CERTIFICATION_BEGIN_DATE CERTIFICATION_END_DATE "
        "EMPLOYER_NAME EMPLOYER_ADDRESS_1 EMPLOYER_ADDRESS_2 EMPLOYER_CITY EMPLOYER_STATE EMPLOYER_POSTAL_CODE "
        "AGENT_ATTORNEY_NAME JOB_TITLE NBR_WORKERS_REQUESTED NBR_WORKERS_CERTIFIED BASIC_HOURS_PER_WEEK "
        "BASIC_RATE_OF_PAY BASIC_UNIT_OF_PAY ALIEN_WORK_STATE"
    ),
    "2011": f"CASE_NO DECISION_DATE APPLICATION_TYPE {LATER}",
    "2012": f"CASE_NO DECISION_DATE VISA_CLASS {LATER}",
}
DAYS = ["05/20/06 00:00:00", "5/20/2006", datetime(2006, 5, 20)]


def register_rows(year, day):
    """The same employer on three rows, and another."""
    columns = HEADERS[year].split()
    said = {"name": "Nine Lanterns Orchard", "city": "Town", "state": "NJ", "code": "08037"}
    for place in ("Road 1", "Road 1", "ROAD 1", "Road 2"):
        row = dict.fromkeys(columns, "")
        for column in columns:
            kind = column.lower()
            if kind == "employer_name":
                row[column] = said["name"]
            elif kind in ("employer_address1", "employer_address_1"):
                row[column] = place
            elif kind.startswith("employer_"):
                row[column] = next((text for part, text in said.items() if part in kind), "")
            elif kind in ("decision_date", "certification_begin_date"):
                row[column] = day
        yield list(row.values())


@pytest.mark.parametrize("year", HEADERS)
@pytest.mark.parametrize("day", DAYS, ids=["with an hour", "short", "a cell with a date"])
def test_each_header_and_each_form_of_a_day(tmp_path, db, year, day):
    if isinstance(day, str):
        path = tmp_path / "register.csv"
        lines = [HEADERS[year].split(), *register_rows(year, day)]
        path.write_text("".join(",".join(line) + "\n" for line in lines))
    else:
        path = tmp_path / "register.xlsx"
        book = openpyxl.Workbook()
        for line in (HEADERS[year].split(), *register_rows(year, day)):
            book.active.append(line)
        book.save(path)
    first = actions.import_sites(rows=read_lists([path]), by=SETUP)
    assert (first.created, first.duplicate, first.refused) == (2, 2, [])
    site = Site.objects.get(address__startswith="Road 1")
    assert (site.country, site.address, site.isic) == ("US", "Road 1, Town, NJ, 08037", "01")
    assert str(SiteName.objects.get(site=site).since) == "2006-05-20"
    second = actions.import_sites(rows=read_lists([path]), by=SETUP)
    assert (second.created, second.unchanged) == (0, 2)


JAPANESE = {
    "name": "jp-register",
    "fields": {"name": "工場名", "address": "所在地", "spot": "座標", "products": "製品", "national_id": "番号"},
    "constants": {"country": "JP"},
    "split": {"products": "|", "name": "|"},
    "issuer": "JP-REG",
}
THAI = {
    "name": "th-register",
    "fields": {"name": "ชื่อโรงงาน", "address": "ที่อยู่", "spot": "พิกัด", "products": "สินค้า", "national_id": "ทะเบียน"},
    "constants": {"country": "TH"},
    "split": {"products": "|"},
    "issuer": "TH-REG",
}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "native"])
@pytest.mark.parametrize(
    ("mapping", "native", "name", "address", "spot", "products", "read"),
    [
        (JAPANESE, "cp932", "紙鷺縫製工場|Kamisagi", "東京都\n港区１－２", "[35.68, 139.76]", "シャツ|ズボン", "東京都 港区1-2"),
        (THAI, "cp874", "โรงงานนกกระสากระดาษ", "ถนนสุขุมวิท\nกรุงเทพมหานคร", "[13.75, 100.5]", "เสื้อ|กางเกง", "ถนนสุขุมวิท กรุงเทพมหานคร"),
    ],
    ids=["Japanese", "Thai"],
)  # fmt: skip
def test_a_national_register_as_it_comes(tmp_path, db, encoding, mapping, native, name, address, spot, products, read):
    """Lists with bars, both coordinates in one cell, line breaks in cells, and the encodings of the country."""
    head = ",".join(mapping["fields"].values())
    row = f'"{name}","{address}","{spot}",{products},77'
    path = tmp_path / "register.csv"
    path.write_bytes(f"{head}\r\n{row}\r\n".encode(native if encoding == "native" else encoding))
    outcome = actions.import_sites(rows=read_lists([path], mapping), by=SETUP)
    assert (outcome.created, outcome.refused) == (1, [])
    site = Site.objects.get()
    assert (site.name, site.address, site.products) == (name.split("|")[0], read, products.replace("|", ", "))
    assert [site.latitude, site.longitude] == json.loads(spot)
    assert actions.import_sites(rows=read_lists([path], mapping), by=SETUP).created == 0
