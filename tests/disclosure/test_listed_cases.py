"""A list of labour cases, read and compared edition by edition. The firms here are invented."""

import csv
import os
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from disclosure import archive, public, queries
from disclosure import listed_cases as lists
from disclosure.listed_cases import Case
from disclosure.models import Entry, Release, ReleasedFactory

ROOT = Path(__file__).resolve().parent.parent.parent
SHARED = Path(os.environ.get("OPENFLOOR_SHARED") or ROOT.parent / "shared") / "data" / "findings" / "jp-labour-cases"
real_lists = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared lists are not on this machine")

HEAD = "管轄\t最終更新日\t企業・事業場名称\t所在地\t公表日\t違反法条\t事案概要\tその他参考事項\r\n"
PAPER = (
    "架空労働局\t平成29年５月15日\t（株）紙鶴縫製\t架空県鶴市\tH29.5.8\t労働基準法第32条\t時間外労働\tH29.5.8送検\r\n"
)
KETTLE = '架空労働局\t平成29年５月15日\t青釜工業\t架空県\n釜町\tＨ２８．１０．４\t"労働安全衛生法第20条,\n労働安全衛生規則第151条の74労働者派遣法第45条"\t囲いなし\t\r\n'


@pytest.fixture
def edition(tmp_path):
    """Write a list and read it."""

    def write(content, name="001_20161001_to_20170531.tsv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return lists.read(path)

    return write


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("H28.10.4", date(2016, 10, 4)),
        ("平成29年５月15日", date(2017, 5, 15)),
        ("Ｈ３０．３．９", date(2018, 3, 9)),
        ("令和元年５月１日", date(2019, 5, 1)),
        ("R2.12.31", date(2020, 12, 31)),
        ("2019/5/1", date(2019, 5, 1)),
        (" 平成 31 年 5 月 7 日 ", date(2019, 5, 7)),
        ("H28.13.4", None),
        ("未定", None),
        ("", None),
    ],
)
def test_a_day_is_read_in_every_era_and_width(text, read):
    assert lists.day(text) == read


def test_statutes_of_one_cell_come_apart_also_where_no_sign_stands_between():
    assert lists.statutes("労働安全衛生法第20条,労働安全衛生規則第151条の74労働者派遣法第45条") == (
        "労働安全衛生法第20条",
        "労働安全衛生規則第151条の74",
        "労働者派遣法第45条",
    )
    assert lists.statutes("最低賃金法第４条\n最低賃金法第4条") == ("最低賃金法第4条",)
    assert lists.statutes("労働安全衛生規則41条、第97条") == ("労働安全衛生規則41条", "労働安全衛生規則第97条")
    assert lists.statutes("不明な規定") == ("不明な規定",)  # not known: said as it stands, never dropped


def test_a_list_is_read_with_line_breaks_in_cells(edition):
    made = edition(HEAD + PAPER + KETTLE.replace("架空県\n釜町", '"架空県\n釜町"'))
    assert (made.as_of, made.refused) == (date(2017, 5, 31), [])
    paper, kettle = made.cases
    assert (paper.name, paper.published_on, paper.office) == ("(株)紙鶴縫製", date(2017, 5, 8), "架空労働局")
    assert (kettle.place, kettle.published_on) == ("架空県 釜町", date(2016, 10, 4))
    assert len(kettle.statutes) == 3


def test_another_order_of_columns_another_encoding_and_a_bare_name_are_read_too(edition):
    table = "公表日,企業・事業場名称,所在地,違反法条,新しい列\n2019/6/3,紙鶴縫製,架空県,最低賃金法第4条,x\n"
    made = edition(table.encode("cp932"), "later.csv")
    assert made.as_of == date(2019, 6, 3)
    assert made.cases == [Case("紙鶴縫製", "架空県", date(2019, 6, 3), ("最低賃金法第4条",))]


def test_a_line_that_cannot_be_read_is_named_and_the_others_stay(edition):
    made = edition(HEAD + PAPER + PAPER.replace("H29.5.8\t", "未定\t"))
    assert len(made.cases) == 1
    assert made.refused == ["001_20161001_to_20170531.tsv, line 3: no day in «未定». This case is left out."]


def test_a_table_that_is_no_such_list_is_refused_with_what_is_missing(edition):
    with pytest.raises(Invalid, match="公表日, 違反法条"):
        edition("企業・事業場名称\t所在地\nA\tB\n")


# --- one edition against the one before ---

A = Case("(株)紙鶴縫製", "架空県鶴市", date(2017, 5, 8), ("労働基準法第32条",), "架空労働局", "時間外労働")
B = Case("青釜工業", "架空県釜町", date(2017, 5, 8), ("最低賃金法第4条",), "架空労働局", "不払い")


def replaced(case, **change):
    return Case(**{**case.__dict__, **change})


@pytest.mark.parametrize(
    "change",
    [
        {"name": "株式会社紙鶴縫製"},
        {"place": "架空県鶴市本町"},
        {"name": "(株)紙鶴ホールディングス"},
        {"statutes": ("労働基準法第32条", "労働基準法第37条"), "summary": "時間外労働と割増賃金"},
        {"published_on": date(2017, 5, 9)},
    ],
)
def test_a_case_written_otherwise_is_the_same_case_of_the_same_firm(change):
    first = lists.compare([], [A, B])
    made = lists.compare(first.cases, [B, replaced(A, **change)])
    assert (made.new, made.left, len(made.kept), len(made.reworded)) == ([], [], 2, 1)
    assert {case.firm for case in made.cases} == {case.firm for case in first.cases}


def test_two_firms_of_one_office_and_day_are_not_taken_for_each_other():
    made = lists.compare(lists.compare([], [A]).cases, [B])
    assert (made.new[0].name, made.left[0].name, made.kept) == (B.name, A.name, [])
    assert made.new[0].firm != made.left[0].firm


def test_a_new_case_of_a_firm_on_the_list_stands_under_that_firm():
    before = lists.compare([], [A]).cases
    later = replaced(A, published_on=date(2017, 9, 1), summary="賃金不払い", statutes=("最低賃金法第4条",))
    made = lists.compare(before, [A, later])
    assert [case.firm for case in made.cases] == [before[0].firm] * 2
    assert made.new == [replaced(later, firm=before[0].firm)]


CASES = st.lists(
    st.builds(
        Case,
        name=st.sampled_from(["紙鶴", "青釜", "赤糸"]),
        place=st.sampled_from(["鶴市", "釜町"]),
        published_on=st.sampled_from([date(2017, 5, 8), date(2017, 6, 8)]),
        statutes=st.sampled_from([("最低賃金法第4条",), ("労働基準法第32条",)]),
        office=st.sampled_from(["甲", "乙"]),
        summary=st.sampled_from(["一", "二"]),
    ),
    max_size=8,
)


@given(CASES, CASES)
def test_every_case_is_new_or_kept_once_and_every_earlier_one_kept_or_left_once(before, now):
    before = lists.compare([], before).cases
    made = lists.compare(before, now)
    told = [replaced(case, firm="") for case in made.cases]
    assert sorted(told, key=repr) == sorted(now, key=repr)
    assert sorted([old for old, _new in made.kept] + made.left, key=repr) == sorted(before, key=repr)
    again = lists.compare(made.cases, now)
    assert (again.new, again.left, again.reworded) == ([], [], [])


@real_lists
def test_the_fourteen_real_editions_are_read_whole():
    before, listed = [], set()
    for path in sorted(SHARED.glob("*.tsv")):
        edition = lists.read(path)
        lines = sum(1 for _ in csv.reader(path.open(encoding="utf-8-sig", newline=""), delimiter="\t"))
        assert (edition.refused, len(edition.cases)) == ([], lines - 1)
        made = lists.compare(before, edition.cases)
        if before:
            assert len(made.kept) > len(made.left)  # a month changes the smaller part of a list
        before = made.cases
        listed |= {case.firm for case in before}
    assert len(listed) > len({case.firm for case in before})


# --- replayed into a register of its own ---


@pytest.fixture
def replay(db, capsys):
    """Run the command; returns what it said."""

    def command(*files, **options):
        call_command("replay_labour_cases", *map(str, files), **options)
        return capsys.readouterr().out

    return command


def written(folder, number, day, *rows):
    path = folder / f"{number:03}_20161001_to_{day}.tsv"
    path.write_text(HEAD + "".join(rows), encoding="utf-8")
    return path


RED = "架空労働局\t平成29年7月15日\t赤糸染色\t架空県糸町\tH29.7.3\t最低賃金法第4条\t不払い\t\r\n"


def test_cases_appear_stay_and_leave_and_every_edition_can_still_be_read(replay, tmp_path):
    written(tmp_path, 1, "20170531", PAPER)
    written(tmp_path, 2, "20170731", PAPER.replace("（株）", "株式会社"), RED)
    said = replay(tmp_path)
    assert "001_20161001_to_20170531: 1 new, 0 kept (0 of them worded otherwise), 0 left" in said
    assert "002_20161001_to_20170731: 1 new, 1 kept (1 of them worded otherwise), 0 left" in said
    later = written(tmp_path, 3, "20180630", RED)
    said = replay(later, archive=tmp_path / "archive")
    assert "003_20161001_to_20180630: 0 new, 1 kept (0 of them worded otherwise), 1 left" in said
    assert "left after 14 months (median); 0 before eleven months" in said
    names = [[row.name for row in release.factories.all()] for release in Release.objects.order_by("number")]
    assert [sorted(one) for one in names] == [["(株)紙鶴縫製"], ["株式会社紙鶴縫製", "赤糸染色"], ["赤糸染色"]]
    paper = (
        ReleasedFactory.objects.filter(name__contains="紙鶴").values_list("site_id", "slug").order_by("slug").distinct()
    )
    assert len(paper) == 1  # one firm and one address, however the list writes it
    page = public.factory(paper[0][1])
    assert not page["current"] and page["release"]["number"] == 2
    assert list(archive.problems(tmp_path / "archive")) == [] == list(queries.problems())


def test_every_edition_is_read_as_it_was_and_no_page_speaks_of_a_visit(replay, tmp_path, client):
    replay(written(tmp_path, 1, "20170531", PAPER), written(tmp_path, 2, "20170731", RED))
    code = Release.objects.first().programme.code.lower()
    for number, here, gone in ((1, "紙鶴縫製", "赤糸染色"), (2, "赤糸染色", "紙鶴縫製")):
        html = client.get(f"/disclosure/releases/{code}-{number}/").content.decode()
        assert here in html and gone not in html and "listed, last on" in html and "assessed once" not in html
    slug = ReleasedFactory.objects.get(name__contains="紙鶴").slug
    for address in (f"/disclosure/{slug}/", f"/disclosure/{slug}/releases/{code}-1/"):
        html = client.get(address).content.decode()
        assert "Nobody of this programme visited it" in html and lists.SOURCE["name"] in html
        assert "About the visit" not in html and "assessors saw" not in html and "From visit" not in html


def test_the_same_edition_again_publishes_nothing_and_an_older_one_is_left(replay, tmp_path):
    first, second = written(tmp_path, 1, "20170531", PAPER), written(tmp_path, 2, "20170731", RED)
    replay(first, second)
    said = replay(first, second)
    assert "001_20161001_to_20170531: a later edition is published, so this one stays as it is" in said
    assert Release.objects.count() == 2


def test_an_issue_is_a_statute_and_its_age_is_that_of_the_first_case(replay, tmp_path):
    again = PAPER.replace("H29.5.8\t", "H29.6.9\t").replace("第32条", "第32条,労働基準法第37条")
    replay(written(tmp_path, 1, "20170731", PAPER, again))
    entries = Entry.objects.values_list("question_key", "issue", "since", "found_on")
    assert list(entries) == [
        ("labour-standards-act-32", "労働基準法第32条", date(2017, 5, 8), date(2017, 6, 9)),
        ("labour-standards-act-37", "労働基準法第37条", date(2017, 6, 9), date(2017, 6, 9)),
    ]


def test_a_list_of_real_firms_is_never_mixed_with_what_assessors_found(replay, world, tmp_path):
    with pytest.raises(CommandError, match="an instance of its own"):
        replay(written(tmp_path, 1, "20170531", PAPER))
    assert not Release.objects.exists()


@real_lists
def test_the_fourteen_real_editions_are_a_whole_ledger(replay):
    said = replay(SHARED)
    assert said.count(" new, ") == 14 == Release.objects.count()
    assert list(queries.problems()) == []
    head = Release.objects.get(next=None)
    assert head.coverage["in_programme"] > head.coverage["disclosed"] == head.factories.count() > 400
