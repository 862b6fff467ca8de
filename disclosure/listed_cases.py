"""A ministry's list of labour cases, edition after edition: what is new, kept, or left. Pure; it writes nothing.

Such a list names firms by case and keeps each for about a year: the shape is that of Japan's monthly table, its dates
in eras (H28.10.4, 平成29年５月15日), its digits of both widths, several statutes and line breaks in one cell. The words
of a case are the ministry's, never ours.
"""

import re
import unicodedata
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path

from anyascii import anyascii

from core.errors import Invalid
from core.sheets import open_table

# Column of the list: our name. The first four say which case it is.
COLUMNS = {
    "企業・事業場名称": "name",
    "所在地": "place",
    "公表日": "published_on",
    "違反法条": "statutes",
    "管轄": "office",
    "最終更新日": "updated_on",
    "事案概要": "summary",
    "その他参考事項": "notes",
}
NEEDED = ("name", "place", "published_on", "statutes")
FIRST_YEAR = {"明治": 1868, "大正": 1912, "昭和": 1926, "平成": 1989, "令和": 2019}
ERAS = FIRST_YEAR | dict(zip("MTSHR", FIRST_YEAR.values(), strict=True))
DAY = re.compile(rf"({'|'.join(ERAS)})?(元|\d{{1,4}})[年./-](\d{{1,2}})[月./-](\d{{1,2}})日?", re.IGNORECASE)
# A statute is a law and an article. Lists leave out the sign between two, and now and then the 第.
ARTICLE = re.compile(r"第?\d+(?:条)?(?:の\d+)*(?:第\d+[項号](?:の\d+)*)*")
# Legal forms as they are written out, and short: (同) is 合同会社.
FORMS = {"株式会社": "(株)", "有限会社": "(有)", "合同会社": "(同)", "合資会社": "(資)", "合名会社": "(名)"}
# Laws as keys. Of a law that is not here the key is its name in Latin letters.
LAWS = {
    "労働基準法": "labour-standards-act",
    "最低賃金法": "minimum-wage-act",
    "労働者派遣法": "worker-dispatching-act",
    "労働安全衛生法": "safety-and-health-act",
    "労働安全衛生法施行令": "safety-and-health-order",
    "労働安全衛生規則": "safety-and-health-rules",
    "クレーン等安全規則": "crane-safety-rules",
}
SOURCE = {
    "name": "厚生労働省 労働基準関係法令違反に係る公表事案",
    "says": "A ministry named this firm in its list. The words are the ministry's, not this register's.",
    "licence": "CC0-1.0",
}
FIRM = uuid.UUID("5d1c2a52-64a5-5f0c-8f5d-0f6b6f0a4c11")  # the namespace of the firms' ids


@dataclass(frozen=True)
class Case:
    """One row of a list. `firm` identifies the firm; a name or place that is written otherwise later keeps it."""

    name: str
    place: str
    published_on: date
    statutes: tuple[str, ...]
    office: str = ""
    summary: str = ""
    notes: str = ""
    firm: str = ""

    def as_plain(self) -> dict:
        return asdict(self) | {"published_on": self.published_on.isoformat(), "statutes": list(self.statutes)}

    @classmethod
    def from_plain(cls, row: dict) -> "Case":
        return cls(
            **row | {"published_on": date.fromisoformat(row["published_on"]), "statutes": tuple(row["statutes"])}
        )


@dataclass
class Edition:
    """One list as read: its day, its cases, and a sentence for every line that could not be read."""

    name: str
    as_of: date
    cases: list[Case]
    refused: list[str] = field(default_factory=list)


@dataclass
class Comparison:
    """One edition against the one before. `kept`: (before, now) pairs; `reworded` of them say something otherwise."""

    new: list[Case] = field(default_factory=list)
    kept: list[tuple[Case, Case]] = field(default_factory=list)
    left: list[Case] = field(default_factory=list)

    @property
    def reworded(self) -> list[tuple[Case, Case]]:
        return [(before, now) for before, now in self.kept if before != now]

    @property
    def cases(self) -> list[Case]:
        """All cases of the edition, each under the firm it has had from the start."""
        return [now for _before, now in self.kept] + self.new


def day(text: str) -> date | None:
    """A day as lists write it: H28.10.4, 平成29年５月15日, 令和元年5月1日, 2019/5/1. None: it cannot be read."""
    found = DAY.fullmatch(plain(text))
    if found is None:
        return None
    era, year, month, day_of_month = found.groups()
    number = 1 if year == "元" else int(year)
    try:
        return date(ERAS[era.upper()] + number - 1 if era else number, int(month), int(day_of_month))
    except ValueError:
        return None


def statutes(text: str) -> tuple[str, ...]:
    """The statutes of a cell, each once, in its order. What is in no form we know stays as it stands."""
    made: list[str] = []
    law = ""
    for piece in re.split(r"[,、，;；\n\r・]", unicodedata.normalize("NFKC", text)):
        piece = plain(piece)
        at = 0
        for article in ARTICLE.finditer(piece):
            law = piece[at : article.start()] or law
            at = article.end()
            made.append(law + article.group())
        if piece[at:]:
            made.append(piece[at:])
    return tuple(dict.fromkeys(made))


def plain(text: str) -> str:
    """One width of digits and letters, no spaces and no line breaks: how two editions' cells are compared."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def read(path: Path) -> Edition:
    """One edition. Raises Invalid, with the missing columns, for a table that is no such list.

    Its day is the last of its file name (001_20161001_to_20170430.tsv); else the last day a row was updated on.
    """
    table = open_table(path)
    columns = {column: COLUMNS[plain(column)] for column in table.columns if plain(column) in COLUMNS}
    missing = [column for column, name in COLUMNS.items() if name in NEEDED and name not in columns.values()]
    if missing:
        raise Invalid(f"{path.name}: these columns are missing: {', '.join(missing)}.")
    cases, refused, updated = [], [], []
    for row in table.rows:
        cells = {name: row.cells.get(column) or "" for column, name in columns.items()}
        published = day(cells["published_on"])
        if published is None or not plain(cells["name"]):
            what = "no name" if published else f"no day in «{cells['published_on']}»"
            refused.append(f"{path.name}, line {row.line}: {what}. This case is left out.")
            continue
        updated.append(day(cells.get("updated_on", "")) or published)
        cases.append(
            Case(
                name=_one_line(cells["name"]),
                place=_one_line(cells["place"]),
                published_on=published,
                statutes=statutes(cells["statutes"]),
                **{name: _one_line(cells.get(name, "")) for name in ("office", "summary", "notes")},
            )
        )
    if not cases:
        raise Invalid(f"{path.name}: no case could be read.")
    return Edition(path.stem, _day_of_name(path.stem) or max(updated), cases, refused)


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip()


def _day_of_name(stem: str) -> date | None:
    days = re.findall(r"(20\d\d)(\d\d)(\d\d)", stem)
    try:
        return date(*map(int, days[-1])) if days else None
    except ValueError:
        return None


# How a case is found again, the surest way first: by all it says, by firm and day, by firm and office where it moved,
# by all but the firm where that is written otherwise, by all but a day that was corrected. None rests on a name alone.
WAYS = (
    lambda case: replace(case, firm=""),
    lambda case: (_firm_key(case), case.published_on, case.statutes, plain(case.summary)),
    lambda case: (_firm_key(case), case.published_on, case.statutes),
    lambda case: (_firm_key(case), case.published_on),
    lambda case: (_letters(case.name), plain(case.office), case.published_on),
    lambda case: (plain(case.office), case.published_on, case.statutes, plain(case.summary)),
    lambda case: (_letters(case.name), plain(case.office), case.statutes, plain(case.summary)),
)


def compare(before: Sequence[Case], now: Sequence[Case]) -> Comparison:
    """Pair the cases of two editions, each at most once; a kept case keeps its firm, a new one of a known firm too."""
    firms = {_firm_key(case): case.firm for case in before}
    old: dict[int, Case] = dict(enumerate(before))
    open_now = dict(enumerate(now))
    pairs: dict[int, Case] = {}
    for way in WAYS:
        known = defaultdict(list)
        for place, case in old.items():
            known[way(case)].append(place)
        for place, case in list(open_now.items()):
            if found := known[way(case)]:
                pairs[place] = old.pop(found.pop(0))
                del open_now[place]
    made = Comparison(left=list(old.values()))
    for place, case in enumerate(now):
        if place in pairs:
            made.kept.append((pairs[place], replace(case, firm=pairs[place].firm)))
        else:
            made.new.append(replace(case, firm=firms.get(_firm_key(case)) or _firm_id(case)))
    return made


def _firm_key(case: Case) -> tuple[str, str]:
    return _letters(case.name), plain(case.place)


def _letters(name: str) -> str:
    """A firm's name without its marks, in one case; its legal form short."""
    short = plain(name)
    for long, sign in FORMS.items():
        short = short.replace(long, sign)
    return "".join(sign for sign in short.casefold() if sign.isalnum())


def _firm_id(case: Case) -> str:
    return str(uuid.uuid5(FIRM, "|".join(_firm_key(case))))


def statute_key(statute: str) -> str:
    """A statute as the key of an issue, in Latin letters: 労働安全衛生法第20条 is safety-and-health-act-20."""
    return _latin(law_of(statute) + "-" + "-".join(re.findall(r"\d+", statute)))[:80]


def law_of(statute: str) -> str:
    """The law of a statute, as a key."""
    law = re.split(r"第?\d", plain(statute))[0]
    return _latin(LAWS.get(law, anyascii(law)))[:60]


def _latin(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "statute"


def document(firm: str, cases: Sequence[Case], edition: Edition) -> dict:
    """What the register says of one firm, but its address: an issue for each statute, its cycles the firm's cases.

    `listed` keeps the cases word for word: the next edition is compared with them.
    """
    cases = sorted(cases, key=lambda case: (case.published_on, case.statutes))
    newest = cases[-1]
    visits = {case.published_on for case in cases}
    return {
        "as_of": edition.as_of.isoformat(),
        "id": firm,
        "name": newest.name[:255],
        "number": f"JPL-{firm[:8]}".upper(),
        "country": "JP",
        "region": newest.place[:120],
        "products": "",
        "workers_band": "",
        "status": "active",
        "visits": {
            "public": len(visits),
            "before": 0,
            "last_on": newest.published_on.isoformat(),
            "checklist": {"key": "jp-labour-cases", "version": edition.name},
        },
        "entries": _entries(cases),
        "later": [],
        "listed": {"source": SOURCE, "cases": [case.as_plain() for case in cases]},
    }


def _entries(cases):
    named = defaultdict(list)
    words = {}
    for case in cases:
        for statute in case.statutes:
            key = statute_key(statute)
            words.setdefault(key, statute)
            named[key].append(case)
    order = sorted(named, key=lambda key: (named[key][0].published_on, key))
    return [
        {
            "position": position,
            "question_key": key,
            "cluster": law_of(words[key]),
            "issue": words[key][:120],
            "explain": " / ".join(dict.fromkeys(_told_of(case) for case in named[key])),
            "status": "violation_found",
            "found_on": named[key][-1].published_on.isoformat(),
            "since": named[key][0].published_on.isoformat(),
            **dict.fromkeys(("reported_on", "agreed_on", "verified_on", "confirmed_on", "extent")),
            "cycles": [
                {"visit": n, "on": on, "status": "violation_found", "extent": None}
                for n, on in enumerate(sorted({case.published_on.isoformat() for case in named[key]}), start=1)
            ],
            "behind_days": 0,
        }
        for position, key in enumerate(order, start=1)
    ]


def _told_of(case):
    return f"{case.summary} ({case.notes})" if case.notes else case.summary


def listed(documents: Iterable[dict]) -> list[Case]:
    """The cases of an edition that was published, from its documents."""
    return [Case.from_plain(row) for document in documents for row in document["listed"]["cases"]]


def told(name: str, made: Comparison, as_of: date) -> Iterable[str]:
    """What an edition changed, in sentences for whoever replays it. A month counts thirty days here."""
    months = sorted((as_of - case.published_on).days / 30 for case in made.left)
    early = sum(stood < 11 for stood in months)
    yield (
        f"{name}: {len(made.new)} new, {len(made.kept)} kept ({len(made.reworded)} of them worded otherwise), "
        f"{len(made.left)} left"
    )
    if made.left:
        yield (
            f"  left after {months[len(months) // 2]:.0f} months (median); "
            f"{early} before eleven months: the list does not say why"
        )
    late = sum((as_of - case.published_on).days > 62 for case in made.new)
    if made.new and late and made.kept:
        yield f"  {late} of the new ones were published more than two months before this edition"
