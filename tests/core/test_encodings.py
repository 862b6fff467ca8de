"""In which encoding a list is: the right text or a question, never wrong text in silence.

The words are the translated names of countries and places that pycountry brings along: real texts of the languages
factories are in, never kept here.
"""

import gettext
import random
import unicodedata
from functools import cache

import pycountry
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import Invalid
from core.sheets import Unclear, encodings, open_table

WRITTEN = {
    "th": ["cp874", "utf-8", "utf-16", "utf-16-le"],
    "ja": ["cp932", "euc_jp", "iso2022_jp", "utf-8", "utf-16-be"],
    "vi": ["cp1258", "utf-8", "utf-16"],
    "fr": ["cp1252", "iso8859_15", "mac_roman", "utf-8", "utf-8-sig"],
    "ar": ["cp1256", "iso8859_6", "utf-8", "utf-16-le"],
    "zh_CN": ["gb18030", "utf-8", "utf-16"],
    "zh_TW": ["cp950", "utf-8"],
    "ko": ["cp949", "utf-8"],
    "tr": ["cp1254", "utf-8"],
    "es": ["cp1252", "utf-8"],
    "pl": ["cp1250", "iso8859_2"],
    "ru": ["cp1251", "koi8_r", "cp866"],
    "el": ["cp1253"],
    "he": ["cp1255"],
    "km": ["utf-8", "utf-16", "utf-16-be"],
    "bn": ["utf-8", "utf-16"],
}
CASES = [(language, encoding) for language, all_of in WRITTEN.items() for encoding in all_of]


def as_vietnamese_windows_writes(text):
    """The tones stand behind their vowels, as that encoding has no letter for both."""
    parts = []
    for letter in text:
        apart = unicodedata.normalize("NFD", letter)
        tones = "".join(c for c in apart if c in "\u0300\u0301\u0303\u0309\u0323")
        parts.append(unicodedata.normalize("NFC", "".join(c for c in apart if c not in tones)) + tones)
    return "".join(parts)


@cache
def words_of(language, encoding):
    """Words beyond ASCII that this encoding can write."""
    found = []
    for domain in ("iso3166-1", "iso3166-2"):
        catalog = gettext.translation(domain, pycountry.LOCALES_DIR, languages=[language], fallback=True)
        for said in getattr(catalog, "_catalog", {}).values():
            said = as_vietnamese_windows_writes(said) if encoding == "cp1258" else said
            try:
                if isinstance(said, str) and not said.isascii() and said.encode(encoding).decode(encoding) == said:
                    found.append(" ".join(said.replace(",", " ").replace('"', " ").split()))
            except UnicodeError:
                continue
    return sorted(set(found))


def table(words):
    rows = [f'XX,{one} {n},"{words[n - 1]}, {n * 7}"' for n, one in enumerate(words)]
    return "country,name,address\r\n" + "\r\n".join(rows) + "\r\n"


def read(path):
    found = open_table(path)
    return "\n".join("|".join(row.cells.values()) for row in found), found


def in_utf8(path, text):
    path.write_text(text, encoding="utf-8", newline="")
    return read(path)[0]


@pytest.mark.parametrize(("language", "encoding"), CASES)
@given(seed=st.integers(0, 10**9), count=st.integers(1, 12))
@settings(max_examples=12, deadline=None, derandomize=True)  # of one word nobody is always right
def test_the_right_text_or_a_question(tmp_path_factory, language, encoding, seed, count):
    """Also of one word: never the wrong text."""
    base = tmp_path_factory.getbasetemp()
    words = random.Random(seed).choices(words_of(language, encoding), k=count)
    (base / "list.csv").write_bytes(table(words).encode(encoding))
    try:
        assert read(base / "list.csv")[0] == in_utf8(base / "same.csv", table(words))
    except Unclear as asked:
        assert asked.sentence


@pytest.mark.parametrize(
    ("language", "encoding", "said"),
    [
        ("th", "cp874", "Thai (cp874)"), ("ja", "cp932", "Japanese (cp932)"), ("ja", "euc_jp", "Japanese (euc_jp)"),
        ("ja", "iso2022_jp", "Japanese (iso2022_jp)"), ("zh_CN", "gb18030", "Chinese, simplified (gb18030)"),
        ("zh_TW", "cp950", "Chinese, traditional (big5hkscs)"), ("ko", "cp949", "Korean (cp949)"),
        ("vi", "cp1258", "Vietnamese (cp1258)"), ("ar", "cp1256", "Arabic (cp1256)"), ("ru", "cp1251", "Cyrillic (cp1251)"),
        ("el", "cp1253", "Greek (cp1253)"), ("tr", "cp1254", "Turkish (cp1254)"), ("km", "utf-8", "UTF-8"),
        ("th", "utf-16-le", "UTF-16"), ("th", "utf-16-be", "UTF-16"), ("bn", "utf-16", "UTF-16"), ("bn", "utf-32", "UTF-32"),
    ],
)  # fmt: skip
def test_a_list_of_sixty_is_read_and_said(tmp_path, language, encoding, said):
    """A question for everything would pass the test above."""
    words = random.Random(1).choices(words_of(language, encoding), k=60)
    (tmp_path / "list.csv").write_bytes(table(words).encode(encoding))
    text, found = read(tmp_path / "list.csv")
    assert text == in_utf8(tmp_path / "same.csv", table(words))
    assert found.notes == [f"Read as {said}."]


FRENCH = (
    "country,name,address\nFR,Société Générale de Confection,12 rue de la République\nFR,Tricotage du Rhône,Forêt\n"
    "FR,Bonneterie à la Chaîne,Là-haut près de l’Hôtel de Ville\nFR,Père et Mère,Côte d’Opale\nFR,Grève,Sète\n"
)


def test_a_few_french_words_are_asked_about_with_the_best_guess_first(tmp_path):
    (tmp_path / "list.csv").write_bytes(FRENCH.encode("cp1252"))
    with pytest.raises(Unclear) as asked:
        open_table(tmp_path / "list.csv")
    codec, words, example = asked.value.likely[0]
    assert (codec, words) == ("cp1252", "Western European (cp1252)")
    assert "Forêt" in example


def test_plain_ascii_says_nothing(tmp_path):
    (tmp_path / "list.csv").write_text("name\nPaper Heron\n")
    assert open_table(tmp_path / "list.csv").notes == []


def test_a_question_names_the_likely_ones_and_an_answer_reads(tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes("name,town\nCalçado,São à è\n".encode("cp1252"))
    with pytest.raises(Unclear) as asked:
        open_table(path)
    codecs = [codec for codec, _words, _example in asked.value.likely]
    assert "cp1252" in codecs and len(codecs) > 1
    assert "Western European (cp1252)" in asked.value.sentence
    assert dict((codec, example) for codec, _words, example in asked.value.likely)["cp1252"].count("ã") >= 1
    found = open_table(path, encoding="Windows-1252")
    assert next(iter(found)).cells["town"] == "São à è"
    assert found.notes == ["Read as Western European (cp1252)."]


def test_what_no_encoding_of_ours_holds_is_asked_for_not_guessed(tmp_path):
    """Vietnamese in TCVN3, which Python does not know: as Western letters it would have signs inside words."""
    path = tmp_path / "list.csv"
    path.write_bytes("name,town\nC«ng ty TNHH ViÖt H­ng,H¶i Phßng\n".encode("latin-1"))
    with pytest.raises(Unclear):
        open_table(path)


@pytest.mark.parametrize("name", ["no-such", "base64", "rot13", "idna", "\x00", "unicode_escape"])
def test_only_encodings_of_text_are_taken(tmp_path, name):
    (tmp_path / "list.csv").write_bytes(FRENCH.encode("cp1252"))
    with pytest.raises(Invalid, match="no encoding"):
        open_table(tmp_path / "list.csv", encoding=name)


def test_a_wrong_answer_is_refused_where_it_does_not_fit(tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes(FRENCH.encode("cp1252"))
    with pytest.raises(Invalid, match="line 2: the text is not in UTF-8"):
        list(open_table(path, encoding="utf-8"))


def test_a_file_that_changes_its_encoding_is_refused_with_the_line(tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes("name\nភ្នំពេញ\n".encode() + "Café\n".encode("cp1252"))
    with pytest.raises(Invalid, match="line 3: the text is not in UTF-8, unlike what stands before"):
        open_table(path)


def test_the_words_beyond_the_first_piece_count(tmp_path, monkeypatch):
    """A long list is looked through to its end, in pieces that may cut a character."""
    monkeypatch.setattr(encodings, "CHUNK", 7)
    words = random.Random(2).choices(words_of("th", "cp874"), k=60)
    for encoding in ("cp874", "utf-8"):
        (tmp_path / "list.csv").write_bytes(table(words).encode(encoding))
        assert read(tmp_path / "list.csv")[0] == in_utf8(tmp_path / "same.csv", table(words))
