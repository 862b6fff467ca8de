"""In which encoding a text table is written: found and said, or asked for. Never guessed in silence.

Marks at the start and UTF-8 are proof enough. The older encodings are not: the same bytes are French in one, Polish in
another and Thai in a third. So every reading is tried; those are thrown out that no person writes (a symbol inside a
word, a Thai vowel over nothing, a capital in the middle), chardet weighs the letters of the rest, and unless one
reading wins clearly the answer is a question. Only door to chardet.
"""

import codecs
import math
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

# What is looked at: so many bytes of different words that are not plain ASCII.
SAMPLE = 64 * 1024
CHUNK = 1 << 20
# So many characters that only UTF-8 writes so are no accident.
ENOUGH = 4
# From so many bytes in dispute on, the best reading must be so many times as likely as the next.
CLEARLY = ((24, 1.6), (14, 2.2), (10, 2.9), (5, 8), (0, math.inf))
# What most spreadsheet programs write beside UTF-8, and what hardly any writes.
COMMON = {"cp1252": 1.3, "euc_jp": 0.7, "cp866": 0.7}

# codec: whose it is. The first of two that read the same is named.
LEGACY = {
    "cp1252": _("Western European"),
    "cp874": _("Thai"),
    "cp932": _("Japanese"),
    "euc_jp": _("Japanese"),
    "gb18030": _("Chinese, simplified"),
    "big5hkscs": _("Chinese, traditional"),
    "cp949": _("Korean"),
    "cp1258": _("Vietnamese"),
    "cp1250": _("Central European"),
    "cp1251": _("Cyrillic"),
    "cp1253": _("Greek"),
    "cp1254": _("Turkish"),
    "cp1255": _("Hebrew"),
    "cp1256": _("Arabic"),
    "cp1257": _("Baltic"),
    "iso8859_2": _("Central European"),
    "iso8859_6": _("Arabic"),
    "iso8859_15": _("Western European"),
    "koi8_u": _("Cyrillic"),
    "cp866": _("Cyrillic"),
    "mac_roman": _("Western European, Mac"),
    "cp850": _("Western European, DOS"),
    "cp852": _("Central European, DOS"),
}
UNICODE = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32": "UTF-32",
    "iso2022_jp": _("Japanese"),
}
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class Found:
    """`codec` to read with, "" when a person has to say. `plain`: only ASCII, nothing to tell apart. `no_text`:
    bytes that no text has.

    `likely`: the readings to ask about, and `examples` the same words as each of them reads them. `broken_at`: the
    first byte that is not UTF-8, in a file that is UTF-8 before it.
    """

    codec: str = ""
    likely: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    plain: bool = False
    no_text: bool = False
    broken_at: int | None = None


def words_for(codec: str) -> str:
    """ "Thai (cp874)"; "UTF-8"."""
    if codec.removesuffix("-sig") in UNICODE and codec != "iso2022_jp":
        return str(UNICODE[codec.removesuffix("-sig")])
    whose = LEGACY.get(codec) or UNICODE.get(codec)
    return f"{whose} ({codec})" if whose else codec


def known(name: str) -> str | None:
    """The codec of an encoding a person names; None for what is no encoding of text."""
    try:
        codec = codecs.lookup(name.strip())
    except (LookupError, ValueError):
        return None
    if not codec._is_text_encoding or codec.name.replace("-", "_") in _NOT_FOR_FILES:
        return None
    return codec.name


_NOT_FOR_FILES = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem", "charmap"}


def find(path) -> Found:
    """Look through the file once, in pieces."""
    with open(path, "rb") as file:
        start = file.read(4096)
        for mark, codec in MARKS:
            if start.startswith(mark):
                return Found(codec)
        if b"\x00" in start:
            codec = _wide_without_mark(start)
            return Found(codec, no_text=not codec)
        file.seek(0)
        plain, valid, broken_at, words, lines, escaped = _look_through(file)
    if plain:
        return Found("iso2022_jp") if escaped and _reads(path, "iso2022_jp") else Found("utf-8", plain=True)
    if broken_at is None:
        return _utf8(words)
    if valid >= ENOUGH:
        return Found(broken_at=broken_at)
    return _weighed(words, lines)


def _wide_without_mark(start):
    """UTF-16 without its mark; "" for what is no text. A line's end read the wrong way round is no character."""
    possible = []
    for codec in ("utf-16-le", "utf-16-be"):
        try:
            text = start[: len(start) // 2 * 2].decode(codec)
        except UnicodeDecodeError as error:
            if error.end < len(start) - 2:
                continue
            text = start[: error.start].decode(codec)
        if not any(unicodedata.category(c) in ("Cn", "Co", "Cs") or (c < " " and c not in "\t\r\n") for c in text):
            possible.append((sum(c in ",;\t\r\n " for c in text), codec))
    possible = [codec for signs, codec in possible if signs]
    return possible[0] if len(possible) == 1 else ""


def _look_through(file):
    """(only ASCII?, UTF-8 characters before the first wrong byte, that byte's place, different words, an ESC?)"""
    decoder = codecs.getincrementaldecoder("utf-8")()
    plain, valid, broken_at, place, size, escaped = True, 0, None, 0, 0, False
    words, lines, rest = {}, [], b""
    while piece := file.read(CHUNK):
        escaped = escaped or b"\x1b" in piece
        if not piece.isascii():
            plain = False
        if broken_at is None:
            try:
                text = decoder.decode(piece)
                valid += sum(1 for c in text if c > "\x7f") if not text.isascii() else 0
            except UnicodeDecodeError as error:
                # `error.start` counts from what the decoder had kept of the piece before.
                broken_at = place - (len(error.object) - len(piece)) + error.start
                text = error.object[: error.start].decode()
                valid += sum(1 for c in text if c > "\x7f")
        place += len(piece)
        if size < SAMPLE:
            *whole, rest = (rest + piece).splitlines(keepends=True)
            whole = [line for line in whole if not line.isascii()]
            lines += whole[:1000] if len(lines) < 1000 else []
            for word in (word for line in whole for word in _BREAKS.split(line)):
                if word and not word.isascii() and word not in words and size < SAMPLE:
                    words[word] = None
                    size += len(word)
    if broken_at is None:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            broken_at = place - len(error.object)
    if rest and not rest.isascii():
        lines.append(rest)
        words |= dict.fromkeys(word for word in _BREAKS.split(rest) if word and not word.isascii())
    return plain, valid, broken_at, list(words), lines, escaped


# Signs that are no part of a longer character in any of the encodings.
_BREAKS = re.compile(rb'[\s,;"!#$%&()*+/:.\x00-\x1f]+')


def _reads(path, codec):
    decoder = codecs.getincrementaldecoder(codec)()
    try:
        with open(path, "rb") as file:
            while piece := file.read(CHUNK):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _utf8(words):
    """The file is UTF-8 throughout: sure with enough characters, else only if it is not words of another kind."""
    texts = [word.decode(errors="replace") for word in words]
    if sum(1 for text in texts for c in text if c > "\x7f") >= ENOUGH or not any(map(_stands_alone, texts)):
        return Found("utf-8")
    others = [codec for codec, _text in _readings(words) if codec in _OWN_SCRIPT]
    return _asked(("utf-8", *others), words) if others and flaws(texts) else Found("utf-8")


_OWN_SCRIPT = {
    "cp874", "cp932", "euc_jp", "gb18030", "big5hkscs", "cp949", "cp1251", "cp1253", "cp1255", "cp1256", "koi8_u",
    "cp866",
}  # fmt: skip


def _stands_alone(text):
    return not re.search("[A-Za-z]", text)


def _readings(words):
    """[(codec, text)] of the readings somebody could have written."""
    found = []
    most = len(words) // 100
    for codec in LEGACY:
        try:
            texts = [word.decode(codec) for word in words]
        except UnicodeDecodeError:
            continue
        if codec == "cp1258" and not any(c in _TONES for text in texts for c in text):
            continue  # Vietnamese without a tone is another language
        if codec in ("gb18030", "big5hkscs", "cp949") and sum(map(_has_kana, texts)) > most:
            continue  # these can write Japanese, and nobody does
        if flaws(texts) <= most and not any(_no_character(c) for text in texts for c in text):
            found.append((codec, "\n".join(texts)))
    return found


def _has_kana(text):
    return any(script(c) == "Kana" for c in text)


def _weighed(words, lines):
    readings = dict(_readings(words))
    weights = _weights(words, lines, readings) if len(set(readings.values())) > 1 else dict.fromkeys(readings, 1.0)
    texts = {}
    for codec, text in readings.items():
        texts.setdefault(text, []).append((weights[codec], codec))
    # The heaviest of each different text, under the name that comes first.
    ranked = sorted(((max(same)[0], same[0][1]) for same in texts.values()), key=lambda one: -one[0])
    if not ranked:
        return Found()
    written = sum(1 for byte in _in_dispute(words, readings) if byte > 127)
    clearly = next(times for least, times in CLEARLY if written >= least)
    if len(ranked) == 1 or ranked[0][0] >= clearly * ranked[1][0]:
        return Found(ranked[0][1])
    likely = [codec for weight, codec in ranked if weight >= ranked[0][0] / 4][:4]
    return _asked(tuple(likely if len(likely) > 1 else [codec for _weight, codec in ranked[:2]]), words)


def _asked(likely, words):
    """A question, with a few words on which the readings differ most."""
    telling = sorted(words, key=lambda word: -len({word.decode(codec, "replace") for codec in likely}))[:3]
    return Found(likely=likely, examples=tuple(" ".join(word.decode(c, "replace") for word in telling) for c in likely))


def _weights(words, lines, readings):
    """How likely each reading is: chardet's view of words and of lines, and how far it is one language."""
    import chardet

    names = {codecs.lookup(codec if codec != "euc_jp" else "euc_jis_2004").name: codec for codec in readings}
    shared = set.intersection(*map(set, readings.values()))
    weights = {codec: COMMON.get(codec, 1.0) * of_one_language(text, shared) ** 2 for codec, text in readings.items()}
    for codec, text in readings.items():
        if any(script(c) == "Cyrillic" for c in text) and text == text.lower():
            weights[codec] *= 0.4  # names begin with a capital; Hebrew, which has none, reads so
    for sample in (_in_dispute(words, readings), _in_dispute(lines, readings)):
        said = chardet.detect_all(
            sample, ignore_threshold=True, include_encodings=list(names), no_match_encoding=next(iter(names)),
            compat_names=False,
        )  # fmt: skip
        heard = {names[codecs.lookup(one["encoding"]).name]: one["confidence"] for one in said if one["encoding"]}
        weights = {codec: weight * heard.get(codec, 0) ** 0.5 for codec, weight in weights.items()}
    return weights


def _in_dispute(pieces, readings):
    """The pieces that not all readings read alike: the others say nothing."""
    return b"\n".join(piece for piece in pieces if len({piece.decode(codec, "replace") for codec in readings}) > 1)


# Letters beyond a to z of the languages that share the Latin encodings.
_ALPHABETS = [
    frozenset(letters + letters.upper())
    for letters in (
        "àâæçéèêëîïôœùûüÿ", "äöüß", "áéíñóúü", "àçèéíïòóúü", "ãáàâçéêíóôõúü", "àèéìòùî", "åäöæøéü", "áéíóúýþæðö",
        "ëïéèöü", "äõöüšž", "ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "ăâîşţșț", "čćđšž", "çë",
        "ąčęėįšųūž", "āčēģīķļņšūž", "çğıöşüâîûİ", "ăâđêôơưàáãèéìíòóõùúý\u0300\u0301\u0303\u0309\u0323",
    )
]  # fmt: skip


def of_one_language(text: str, shared=frozenset()) -> float:
    """Which share of a text's letters beyond a to z, but for the shared, one language has; 1 where there are none."""
    count = Counter(c for c in text if ("\xc0" <= c <= "\u024f" and c.isalpha() or c in _TONES) and c not in shared)
    if not count:
        return 1.0
    return max(sum(times for c, times in count.items() if c in letters) for letters in _ALPHABETS) / count.total()


# --- what nobody writes ----------------------------------------------------------------------------------------

_INSIDE = frozenset("’‘´ʼ·‐‑–—")
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_VOWELS = frozenset("aeiouyăâêôơưAEIOUYĂÂÊÔƠƯ")


def flaws(texts) -> int:
    """In how many of these words stands something that a wrong reading makes and a person does not write."""
    return sum(1 for text in texts if _flawed(text))


def _flawed(text):
    if _NOT_ICELANDIC.search(text):
        return True
    if len(text) >= 8 and any(len(set(every)) == 1 and every > "\x7f" for every in (text[::2], text[1::2])):
        return True  # every second sign the same: Japanese, whose letters begin with one byte, taken for single ones
    before = ""
    for n, c in enumerate(text):
        after = text[n + 1] if n + 1 < len(text) else ""
        if c > "\x7f" or before > "\x7f":
            if _no_character(c) or _unjoined(before, c):
                return True
            if _symbol(c) and _misplaced(before, c, after):
                return True
            if c in "｡､" and script(before) == script(after) == "Half":
                return True
            if script(c) == "Han" and _ascii_letter(before) and _ascii_letter(after):
                return True
        before = c
    return False


def _ascii_letter(c):
    return c.isascii() and c.isalpha()


def _no_character(c):
    return c == "\ufffd" or (unicodedata.category(c) in ("Cc", "Cn", "Co", "Cs") and c not in "\t\r\n")


def _symbol(c):
    if "\u0300" <= c < "\u2010" or not "\x7f" < c < "\u2e80":
        return False
    return unicodedata.category(c)[0] not in "LMN" or "\u02b0" <= c <= "\u02ff" or c == "ƒ"


def _misplaced(before, c, after):
    """Is this sign where nobody puts it: inside a word, or touching one as only marks of names and quotations do?"""
    if before.isalpha() and after.isalpha():
        return c not in _INSIDE
    opens = after.isalpha() and c in "«»“‘„‚¿¡’–—"
    closes = before.isalpha() and c in "«»”’“‘®™©…–—ºª°†"
    return (before.isalpha() or after.isalpha()) and not opens and not closes


def _unjoined(before, c):
    """Do these two never stand side by side?"""
    if c in _TONES:
        return before not in _VOWELS
    one, other = script(before), script(c)
    if c in "ฃฅ" or "\u0e50" <= before <= "\u0e59" and other == "Thai":
        return True  # letters out of use; a word that begins with a figure
    if other == "Thai" and _THAI_ABOVE.match(c):
        return not _THAI_UNDER.match(before)
    if one == "Thai" and "\u0e40" <= before <= "\u0e44":
        return not "\u0e01" <= c <= "\u0e2e"
    if one and other and one != other:
        east = {"Han", "Kana", "Hangul"}
        if {one, other} <= east:
            return "Hangul" in (one, other)
        if "Latin" in (one, other) and {one, other} & east:
            latin = before if one == "Latin" else c
            return not latin.isascii() or latin.islower()
        return True
    return before.islower() and c.isupper() and one == other and one in ("Latin", "Cyrillic", "Greek")


# Turkish taken for Icelandic, the one language with these letters: there they begin a word, or never do.
_NOT_ICELANDIC = re.compile(r"[þÞ]\b|\bð")
# Vowels and tones that stand over or under a letter, and what carries them.
_THAI_ABOVE = re.compile("[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]")
_THAI_UNDER = re.compile("[\u0e01-\u0e2e\u0e31-\u0e3a\u0e47-\u0e4e]")
_BLOCKS = (
    (0x0041, 0x024F, "Latin"), (0x0370, 0x03FF, "Greek"), (0x0400, 0x052F, "Cyrillic"), (0x0590, 0x05FF, "Hebrew"),
    (0x0600, 0x06FF, "Arabic"), (0x0E00, 0x0E7F, "Thai"), (0x1E00, 0x1EFF, "Latin"), (0x3040, 0x30FF, "Kana"),
    (0x3400, 0x9FFF, "Han"), (0xAC00, 0xD7A3, "Hangul"), (0xFF66, 0xFF9F, "Half"),
)  # fmt: skip


def script(c: str) -> str:
    """Of a letter, as far as the encodings reach; "" for everything else."""
    if not c or not c.isalpha() and unicodedata.category(c)[0] != "M":
        return ""
    code = ord(c)
    return next((name for first, last, name in _BLOCKS if first <= code <= last), "")
