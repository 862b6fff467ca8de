"""When two spellings are one place. No database."""

from datetime import date

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from factories import states
from factories.rules import (
    KEY_LENGTH,
    SiteRow,
    consent_state,
    first_of_each_place,
    folded,
    match_key,
    site_number,
    tidy,
    workers_band,
)

TODAY = date(2026, 11, 10)
some_text = st.text(max_size=60)
patient = settings(deadline=None)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("HUI'AN COUNTY,QUANZHOU CITY, FUJIAN PROVINCE□", "Hui’an County, Quanzhou City, Fujian Province"),
        ("PPAM VILLAGE，R.S ROAD", "PPAM Village, R.S. Road"),
        ("ＡＢＣ　１２", "abc 12"),
        ("Road\u00a05\u2002Block\tA\r\n", "road 5 block a"),
        ("Stra\u00dfe", "STRASSE"),
        ("İstanbul Sanayi", "ISTANBUL SANAYI"),
        ("Istanbul Sanayı", "istanbul sanayi"),
        ("Caf\u00e9", "Cafe\u0301"),
        ("Plot\u00ad 7\ufeff", "plot 7"),
        ("Nº 280-400", "N¬∫ 280-400"),
        ("Nº 280-400", "NÂº 280-400"),
        ("Calçados São José", "CalÃ§ados SÃ£o JosÃ©"),
        ("Women’s Wear", "Womenâ€™s Wear"),
        ("ភ្នំពេញ", "ភ្នំ\u200bពេញ"),
    ],
)
def test_spellings_of_one_place_meet(one, other):
    assert folded(one) == folded(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Block 1-12", "Block 11-2"),
        ("Nguyen Ltd", "Nguyên Ltd"),
        ("Lucky Star Co., Ltd", "Lucky Star"),
        ("ភ្នំពេញ", "ភនពញ"),
        ("Mill No. 2", "Mill No. 3"),
    ],
)
def test_different_places_stay_apart(one, other):
    """Legal forms, marks and the borders between numbers count: a wrong merge is worse than a double."""
    assert folded(one) != folded(other)


def test_what_is_kept_reads_as_it_was_written():
    assert tidy("  CHEN FENG（JIANGSU）\nCo.，LTD.□ ") == "CHEN FENG(JIANGSU) Co.,LTD."
    assert tidy("JOSÉ’S “LÔ™") == "JOSÉ’S “LÔ™"
    assert tidy("ok\u202egnp.exe\x00") == "okgnp.exe"


@patient
@given(some_text)
@example("a'\u0301")
@example("ŉ")
def test_folding_is_idempotent(text):
    assert folded(folded(text)) == folded(text)


@patient
@given(some_text)
def test_tidying_twice_changes_nothing_more(text):
    assume(not any(sign in tidy(text) for sign in "¬√‚ÂÃâ"))
    assert tidy(tidy(text)) == tidy(text)


@patient
@given(st.text(alphabet=st.characters(codec="latin-1", categories=["L", "N", "Zs"]), max_size=60))
def test_case_does_not_matter(text):
    assume(not any(sign in text for sign in "ÂÃâã"))
    assert folded(text.upper()) == folded(text.lower()) == folded(text)


@patient
@given(st.text(alphabet=st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=60))
def test_width_does_not_matter(text):
    assert folded("".join(chr(ord(c) + 0xFEE0) for c in text)) == folded(text)


@patient
@given(
    st.lists(st.text(alphabet="abc123 ", min_size=1), max_size=8), st.sampled_from([" ", "  ", "\t", "\u3000", " , "])
)
def test_the_kind_and_number_of_spaces_do_not_matter(words, space):
    assert folded(space.join(words)) == folded(" ".join(words))


@patient
@given(some_text, some_text, some_text, some_text)
def test_a_key_never_mixes_name_and_address(name, address, name2, address2):
    same = match_key("KH", name, address) == match_key("KH", name2, address2)
    assert same == ((folded(name), folded(address)) == (folded(name2), folded(address2)))


def test_a_long_address_still_has_its_own_key():
    one, other = (match_key("CN", "Mill", "road " * 300 + end) for end in "ab")
    assert one != other
    assert len(one) == len(other) == KEY_LENGTH
    assert one.startswith("CN|mill|road")


def test_the_country_is_part_of_the_place():
    assert match_key("KH", "Mill", "Road 1") != match_key("VN", "Mill", "Road 1")
    assert match_key("kh", "Mill", "Road 1") == match_key("KH", "Mill", "Road 1")


@pytest.mark.parametrize(
    ("workers", "band"),
    [
        (None, ""),
        (0, "under 50"),
        (49, "under 50"),
        (50, "50–249"),
        (249, "50–249"),
        (250, "250–999"),
        (999, "250–999"),
        (1000, "1,000–4,999"),
        (4999, "1,000–4,999"),
        (5000, "5,000 or more"),
    ],
)
def test_bands_of_workers(workers, band):
    assert workers_band(workers) == band


def test_numbers_grow_beyond_four_digits():
    assert site_number("KH", 117) == "KH-F-0117"
    assert site_number("KH", 12345) == "KH-F-12345"


def row(line, **facts):
    return SiteRow("list.csv", "", line, **({"country": "KH", "name": "Mill", "address": "Road 1"} | facts))


def test_the_first_row_of_a_place_speaks_and_later_ones_fill_gaps():
    places, duplicates = first_of_each_place(
        [
            row(2, sector="Apparel"),
            row(3, name="MILL", sector="Shoes", latitude=11.5, longitude=104.9),
            row(4, latitude=1.0, longitude=2.0),
            row(5, name="Other"),
        ]
    )
    assert duplicates == 2
    first = places[row(2).key]
    assert (first.line, first.name, first.sector) == (2, "Mill", "Apparel")
    assert (first.latitude, first.longitude) == (11.5, 104.9)


def test_an_empty_cell_says_nothing():
    assert row(2).facts == {"name": "Mill", "address": "Road 1"}


@pytest.mark.parametrize(
    ("since", "until", "ended", "state"),
    [
        (date(2026, 1, 1), None, False, "open"),
        (date(2026, 11, 10), date(2026, 11, 10), False, "open"),
        (date(2026, 1, 1), date(2026, 11, 9), False, "lapsed"),
        (date(2026, 11, 11), None, False, "later"),
        (date(2026, 1, 1), None, True, "ended"),
    ],
)
def test_the_state_of_a_consent(since, until, ended, state):
    assert consent_state(since, until, ended, TODAY) == state


def test_the_table_of_states_is_whole():
    """Every state can be left and reached, and every step has its word in the record."""
    assert {row.source for row in states.TABLE} == {row.target for row in states.TABLE} == set(states.STATES)
    assert all(row.audit.startswith("site.") and row.who for row in states.TABLE)
    assert states.step_to("suspended", "active").verb == "reopen"
    with pytest.raises(LookupError):
        states.step_to("closed", "suspended")
