"""Released facts in words and shapes, for the templates. It reads only what it is given and decides no status."""

from datetime import date

from django.urls import reverse
from django.utils import formats
from django.utils.translation import get_language, get_language_bidi, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from cms import maps
from cms.languages import country_name
from core import words
from core.statuses import status as status_row

OPEN = ("violation_found", "found_again")
CARDS = (*OPEN, "reported_fixed", "verified_fixed")
STATUS_ORDER = (
    *CARDS, "no_violation_found", "withheld", "not_asked", "undetermined", "not_applicable",
)  # fmt: skip

STATUS_OF_SITE = {
    "suspended": gettext_lazy("suspended from the programme"),
    "closed": gettext_lazy("closed, page kept"),
    "left": gettext_lazy("left the programme, page kept"),
}


def day(text) -> date | None:
    return date.fromisoformat(text) if text else None


# --- counts ---------------------------------------------------------------------------------------------------------


def counts(summary: list[dict]) -> list[dict]:
    """The summary line: each status with its number and its day or age. Not asked and not determined stand together."""
    made, unknown = [], {}
    for row in summary:
        if row["status"] in ("not_asked", "undetermined"):
            unknown[row["status"]] = row["count"]
        else:
            word = _count_word(row["status"], row["count"])
            made.append({"key": row["status"], "word": word, "small": _under_count(row)})
    if unknown:
        made.append(_not_known(**unknown))
    return made


def _count_word(status, n):
    texts = {
        "violation_found": ngettext("%(n)d violation found", "%(n)d violations found", n),
        "found_again": ngettext("%(n)d found again", "%(n)d found again", n),
        "reported_fixed": ngettext("%(n)d reported fixed", "%(n)d reported fixed", n),
        "verified_fixed": ngettext("%(n)d verified fixed", "%(n)d verified fixed", n),
        "no_violation_found": ngettext("%(n)d without a violation", "%(n)d without a violation", n),
        "withheld": ngettext("%(n)d withheld", "%(n)d withheld", n),
        "not_applicable": ngettext("%(n)d did not apply", "%(n)d did not apply", n),
    }
    return texts[status] % {"n": n}


def _under_count(row):
    if row["status"] in OPEN:
        age = words.age(day(row["oldest"]), day(row["as_of"]))
        text = _("open for %(age)s") if row["count"] == 1 else _("the oldest open for %(age)s")
        return text % {"age": age}
    if row["status"] == "reported_fixed":
        return status_row("reported_fixed").aside
    if row["status"] in ("verified_fixed", "no_violation_found") and len(row["days"]) == 1:
        return words.long_date(day(row["days"][0]))
    return _("on the day beside each") if row["status"] == "no_violation_found" else ""


def _not_known(not_asked=0, undetermined=0):
    total = not_asked + undetermined
    parts = []
    if not_asked:
        parts.append(ngettext("%(n)d not asked", "%(n)d not asked", not_asked) % {"n": not_asked})
    if undetermined:
        parts.append(ngettext("%(n)d not determined", "%(n)d not determined", undetermined) % {"n": undetermined})
    return {
        "key": "undetermined" if undetermined else "not_asked",
        "word": ngettext("%(n)d not known", "%(n)d not known", total) % {"n": total},
        "small": ", ".join(parts),
    }


WITHHELD = {
    "person-at-risk": gettext_lazy("a person could be harmed"),
    "court-order": gettext_lazy("a court ordered it"),
    "wrong-factory": gettext_lazy("it may be about another factory"),
    "under-review": gettext_lazy("it is being checked"),
}


def withheld_words(why: dict) -> str:
    """Why something is withheld and since when, in one line."""
    return _("%(reason)s, since %(day)s") % {
        "reason": WITHHELD.get(why["reason"], why["reason"]),
        "day": words.long_date(day(why["on"])),
    }


# --- the register ---------------------------------------------------------------------------------------------------


def register_line(factory: dict) -> dict:
    """One factory of the register: what is open or was fixed; where nothing was found, among how many and when."""
    rows = {row["status"]: row for row in factory["summary"]}
    shown = [row for row in counts(factory["summary"]) if row["key"] not in ("no_violation_found", "not_applicable")]
    if "no_violation_found" in rows and not rows.keys() & set(CARDS):
        shown.insert(0, _nothing_found(rows["no_violation_found"]))
    visits = factory["visits"]
    if factory.get("withheld"):
        shown = [{"key": "withheld", "word": _("Withheld"), "small": withheld_words(factory["withheld"])}]
    return factory | {
        "url": reverse("cms:factory", args=[factory["slug"]]),
        "counts": shown,
        "visits_all": visits["public"] + visits["before"],
        "last_on": day(visits["last_on"]),
        "status_words": STATUS_OF_SITE.get(factory["status"], ""),
        "also_called": called(factory["also"]),
    }


def _nothing_found(row):
    n = row["count"]
    if len(row["days"]) > 1:
        small = ngettext("among %(n)d issue asked", "among %(n)d issues asked", n) % {"n": n}
    else:
        small = ngettext("among %(n)d issue asked, on %(day)s", "among %(n)d issues asked, on %(day)s", n)
        small %= {"n": n, "day": words.long_date(day(row["days"][0]))}
    return {"key": "no_violation_found", "word": _("No violation found"), "small": small}


STANDING = {"open": gettext_lazy("Open"), "closed": gettext_lazy("Closed, or left the programme")}
OPEN_STATUS = gettext_lazy("Any violation that stands")
BANDS = {"under-50": gettext_lazy("under 50"), "5000-or-more": gettext_lazy("5,000 or more")}


def filters(known, offered: dict, given, unreadable) -> list[dict]:
    """The register's filters as a form draws them, each with what was chosen; one nobody can use is left out."""
    made = []
    for one in known:
        options = _options(one, offered.get(one.name, []))
        if options is not None and len(options) < 2 and not given.get(one.name):
            continue
        value = _canonical(one, given.get(one.name, "").strip())
        made.append(
            {
                "name": one.name,
                "word": one.word,
                "kind": one.kind if options is None else "choice",
                "value": value,
                "options": [{"value": v, "word": word, "chosen": v == value} for v, word in options or ()],
                "wrong": one.name in unreadable,
            }
        )
    return made


def _canonical(one, text):
    try:
        return str(one.read(text)) if text else ""
    except ValueError:
        return text


def _options(one, values):
    """[(value, word)] a filter offers; None for one that is typed."""
    if one.kind == "status":
        return [("open", OPEN_STATUS), *((status, status_row(status).word) for status in STATUS_ORDER)]
    if one.kind == "either":
        return list(STANDING.items())
    if one.kind == "issue":
        return values
    if one.kind == "cluster":
        return [(key, cluster_word(key)) for key in values]
    if one.kind != "choice":
        return None
    if one.name == "country":
        return sorted(((code, country_name(code)) for code in values), key=lambda row: row[1])
    if one.name == "size":
        return [(value, _band(value)) for value in sorted(values, key=_smallest)]
    return [(value, value) for value in values]


def _smallest(band):
    return 0 if band.startswith("under") else int(band.split("-")[0])


def _band(band):
    return BANDS.get(band) or "–".join(f"{int(number):,}" for number in band.split("-"))


def cluster_word(key: str) -> str:
    """The name of a group of issues by its key."""
    return key.replace("-", " ").capitalize()


def chips(known, offered: dict, chosen: dict, given) -> list[dict]:
    """What the list is narrowed by, each with the address without it."""
    made = []
    for one in known:
        if one.name in chosen:
            rest = given.copy()
            for name in (one.name, "page"):
                rest.pop(name, None)
            value = str(chosen[one.name])
            word = dict(_options(one, offered.get(one.name, [])) or {}).get(value, value)
            if one.kind == "day":
                word = words.long_date(chosen[one.name])
            made.append({"word": one.word, "value": word, "without": f"?{rest.urlencode()}"})
    return made


def called(names: list[dict]) -> str:
    """Other names of a factory in one line: each with until when it was called so."""
    texts = []
    for name in names:
        until = day(name["until"])
        text = _("called “%(name)s” until %(day)s") if until else _("also called “%(name)s”")
        texts.append(text % {"name": name["text"], "day": words.long_date(until) if until else ""})
    return ", ".join(texts)


REASONS = {
    "not_assessed": lambda n: ngettext("%(n)d was not assessed yet", "%(n)d were not assessed yet", n),
    "too_few_visits": lambda n: ngettext("%(n)d had too few visits so far", "%(n)d had too few visits so far", n),
    "within_delay": lambda n: ngettext("%(n)d has a report that is too new", "%(n)d have reports that are too new", n),
    "nothing_asked": lambda n: ngettext("%(n)d was asked none of this", "%(n)d were asked none of this", n),
}


def coverage(numbers: dict) -> dict:
    """How many factories are here, and for the others why not, one line a reason."""
    waiting = numbers["waiting"]
    known = [(waiting[name], words_of) for name, words_of in REASONS.items() if waiting.get(name)]
    return numbers | {
        "not_here": numbers["in_programme"] - numbers["disclosed"],
        "reasons": [words_of(n) % {"n": n} for n, words_of in known],
    }


# --- the issues -----------------------------------------------------------------------------------------------------


def told(row: dict, said: dict, language: str = "") -> dict:
    """A row with its issue and explanation in the reader's language, where `said` has them; each with its language.

    `said`: what checklists.public.said_in gave. `language`: of the row's own words, empty where it does not say.
    """
    made = dict(row)
    for name in ("issue", "explain"):
        found = said.get(row.get(name))
        made |= {name: found.text if found else row.get(name), f"{name}_in": get_language() if found else language}
        made[f"{name}_unreviewed"] = bool(found and not found.reviewed)
    return made


def unreviewed(rows) -> bool:
    """Does any row that `told` gave say something in a translation nobody reviewed?"""
    return any(row["issue_unreviewed"] or row["explain_unreviewed"] for row in rows)


def issues(asked: list[dict], counts: dict[str, dict], guidance=(), said=()) -> list[dict]:
    """The issues by cluster, in the checklist's order, each with its counts; those only other checklists ask come last.

    `asked`: what checklists.public gave. `counts`: what disclosure.public.issues gave. `guidance`: links by question.
    `said`: see `told`.
    """
    clusters, said_in = {}, dict(said)
    for issue in asked:
        one = told(issue, said_in, issue["language"])
        one |= {"counts": counts.get(issue["key"]), "guidance": dict(guidance).get(issue["key"], ())}
        clusters.setdefault(issue["cluster"], []).append(one)
    known = {issue["key"] for issue in asked}
    older = [told(row, said_in) | {"key": key, "counts": row} for key, row in counts.items() if key not in known]
    made = []
    for title, rows in clusters.items():
        found = said_in.get(title)
        open_to_doubt = bool(found and not found.reviewed) or unreviewed(rows)
        made.append({"title": found.text if found else title, "issues": rows, "unreviewed": open_to_doubt})
    others = {"title": _("Asked by other checklists"), "issues": older, "unreviewed": unreviewed(older)}
    return made + ([others] if older else [])


FIGURES = ("open", "reported_fixed", "verified_fixed")


def figures(counted: dict, order: list[str]) -> list[dict]:
    """Rows of a table of issues or places: each figure with the factories of which something is known beside it."""
    ordered = sorted(counted, key=lambda key: (order.index(key) if key in order else len(order), str(key)))
    return [
        counted[key]
        | {
            "key": key,
            "figures": [{"name": name, "n": counted[key][name]} for name in FIGURES],
            "none": counted[key]["statuses"].get("no_violation_found", 0),
            "unknown": counted[key]["shown"] - counted[key]["asked"],
        }
        for key in ordered
    ]


def by_place(counted: dict, key: str, by: str) -> list[dict]:
    """One issue's figures by country or sector, in the order of their names."""
    named = {
        place: row | {"place": place, "word": country_name(place) if by == "country" else place}
        for (question, place), row in counted.items()
        if question == key and place
    }
    return sorted(figures(named, []), key=lambda row: row["word"])


def countries(places: list[dict]) -> tuple[list[dict], dict | None]:
    """([country: code, word, n], the map of them)."""
    counts: dict = {}
    for row in places:
        counts[row["country"]] = counts.get(row["country"], 0) + row["n"]
    rows = [{"code": code, "word": country_name(code), "n": n} for code, n in counts.items()]
    return sorted(rows, key=lambda row: row["word"]), maps.view(counts)


def statuses_said(method: dict) -> list[dict]:
    """The statuses in the order of every list, and what the formulas make of each."""
    return [
        {"key": status, "open": status in method["open"], "known": status in method["known"]}
        for status in method["statuses"]
    ]


# --- the factory's page ---------------------------------------------------------------------------------------------


LESS_SURE = {
    "coaching": gettext_lazy("Answers seemed prepared beforehand"),
    "conflicting-records": gettext_lazy("Records did not agree with each other"),
    "time-cut-short": gettext_lazy("The visit was cut short"),
    "other": gettext_lazy("The assessors say that something made the record less sure"),
}
SCHEMES = {"os-id": gettext_lazy("OS ID"), "national": gettext_lazy("National register")}


def _identity(document):
    """Names and ids of a factory, each with its days; the name it has now and alone says nothing more."""
    names = [row | _days(row) for row in document.get("names", ())]
    ids = [row | _days(row) | {"word": SCHEMES.get(row["scheme"], row["scheme"])} for row in document.get("ids", ())]
    return {"names": names if len(names) > 1 else [], "ids": ids}


def _days(row):
    return {name: day(row[name]) for name in ("since", "until")}


def factory_page(shown: dict, summary: list[dict], guidance=(), replies=(), said=()) -> dict:
    """Everything the factory page draws. `shown`: what disclosure.public.factory gave. `guidance`: by question.
    `replies`: what disclosure.public.replies gave. `said`: see `told`."""
    document, release = shown["document"], shown["release"]
    visits, rule, said_in = document["visits"], document["rule"], dict(said)
    language = language_of_words(document)
    links, spoken = dict(guidance), dict(replies)
    entries = [
        told(_entry(entry, document), said_in, language)
        | {"guidance": links.get(entry["question_key"], ()), "reply": _reply(entry.get("reply"), spoken)}
        for entry in document["entries"]
    ]
    later = [told(row, said_in, language) | {"from_on": day(row["from_on"])} for row in document["later"]]
    at_last = [entry["at_last"] for entry in entries if entry["at_last"]]
    return {
        "document": document,
        "withheld": withheld_words(document["withheld"]) if document.get("withheld") else "",
        "low": low_compliance(document.get("low_compliance")),
        "as_of": day(document["as_of"]),
        "current": shown["current"],
        "counts": counts(summary),
        "cards": [entry for entry in entries if entry["status"] in CARDS],
        "rest": [entry for entry in entries if entry["status"] not in CARDS],
        "identity": _identity(document),
        "held": [
            row | {"on": day(row["on"]), "less_sure": [LESS_SURE.get(code, code) for code in row["reliability"]]}
            for row in visits.get("held", ())
        ],
        "later": later,
        "unreviewed": unreviewed([*entries, *later]),
        "last_on": day(visits["last_on"]),
        "asked": sum(status != "not_asked" for status in at_last),
        "to_ask": len(at_last),
        "behind": bool(document["later"]) or any(entry["behind_days"] for entry in entries),
        "status_words": STATUS_OF_SITE.get(document["status"], ""),
        "rule": rule | {"in_force_from": day(rule["in_force_from"])},
        "visits": visits | {"all": visits["public"] + visits["before"]},
        "release_line": release_line(release),
    }


def language_of_words(document: dict) -> str:
    """The language of what a document says of its issues; empty where it does not say."""
    return (document["visits"].get("checklist") or {}).get("language", "")


def release_line(release: dict) -> str:
    """One sentence naming the release a page stands on."""
    return _("Openfloor public record · release %(name)s of %(day)s · fingerprint %(short)s") % {
        "name": f"{release['programme']}-{release['number']}",
        "day": words.long_date(release["as_of"]),
        "short": f"{release['digest'][:4]}…{release['digest'][-4:]}",
    }


def _entry(entry, document):
    as_of, since, status = day(document["as_of"]), day(entry["since"]), entry["status"]
    dated = {name: day(entry[name]) for name in ("found_on", "reported_on", "agreed_on", "verified_on", "confirmed_on")}
    last = entry["cycles"][-1] if entry["cycles"] else {"on": "", "status": ""}
    return entry | dated | {
        "party_words": _party(entry.get("party")),
        "since": since,
        "on": dated[{"reported_fixed": "reported_on", "verified_fixed": "verified_on"}.get(status, "found_on")],
        "age": words.age(since, dated["verified_on"] if status == "verified_fixed" else as_of) if since else "",
        "law_words": [law_words(law) for law in entry.get("law", ())],
        "photos": [photo | {"on": day(photo["on"])} for photo in entry.get("photos", ())],
        "extent_words": extent(entry["extent"], noun=True),
        "strip": _strip(entry["cycles"], document["visits"]["before"]),
        "has_facts": any(dated[name] for name in dated if name != "found_on"),
        "at_last": last["status"] if last["on"] == document["visits"]["last_on"] else "",
        "small": _under_status(entry),
    }  # fmt: skip


def _reply(reply, said):
    """A reply with its words as they may be read now; None where there is none."""
    return reply and said.get(reply["id"], {}) | {"id": reply["id"], "on": day(reply["on"])}


def law_words(law: dict) -> dict:
    """One place of law in a line, and whether somebody compared it."""
    article = _("art. %(article)s") % {"article": _whole(law["article"])} if law["article"] else ""
    parts = words.comma().join(part for part in (law["number"], law["year"], article) if part)
    return {"text": f"{_whole(law['title'])} ({parts})" if parts else law["title"], "checked": law["checked"]}


def _whole(text) -> str:
    """A title or "65-70" in a line that runs from right to left: it keeps its own order."""
    return f"\u2068{text}\u2069" if get_language_bidi() else str(text)


def _party(party):
    return _("A duty of %(party)s, not of the factory.") % {"party": PARTIES[party]} if party else ""


def extent(value: dict | None, *, noun: bool = False) -> str:
    """ "2 of 9", "2 of 9 exits", "12", or nothing. The noun is the checklist's, in its language."""
    if not value:
        return ""
    text = str(value["n"]) if value["of"] is None else _("%(n)d of %(of)d") % value
    return f"{text} {value['noun']}".strip() if noun else text


def _under_status(entry):
    """What must be said under a status of the table, so that it claims no more than is known."""
    if entry.get("withheld"):
        return withheld_words(entry["withheld"])
    if entry["behind_days"]:
        return _("Issues of this kind appear later, for every factory alike")
    earlier = [cycle for cycle in entry["cycles"][:-1] if cycle["status"] == "violation_found"]
    if earlier:
        return _("Found before, on %(day)s") % {"day": words.long_date(day(earlier[-1]["on"]))}
    return ""


def _strip(cycles, before):
    """One shape a visit, oldest first; the visits that are not public are one dot."""
    if len(cycles) < 2:
        return []
    small = {
        "no_violation_found": _("none found"),
        "not_asked": _("not asked"),
        "undetermined": _("not determined"),
        "not_applicable": _("did not apply"),
        "violation_found": _("found"),
    }
    years = [cycle["on"][:4] for cycle in cycles]
    made = [
        {
            "key": cycle["status"],
            "label": year if years.count(year) == 1 else words.long_date(day(cycle["on"])),
            "small": extent(cycle["extent"]) or small[cycle["status"]],
        }
        for cycle, year in zip(cycles, years, strict=True)
    ]
    if before:
        made.insert(0, {"key": "", "label": _("Before"), "small": _("not public")})
    return made


# --- the data -------------------------------------------------------------------------------------------------------

COLUMN_KINDS = {
    "text": gettext_lazy("text"),
    "number": gettext_lazy("number"),
    "date": gettext_lazy("day"),
    "code": gettext_lazy("code"),
    "key": gettext_lazy("key"),
    "word": gettext_lazy("fixed word"),
}


def format_name(name: str) -> str:
    """What people call the form of a file."""
    if name == "open-supply-hub.csv":
        return "CSV, Open Supply Hub"
    ending = name.rpartition(".")[2]
    return "Parquet" if ending == "parquet" else ending.upper()


# --- the record about the record --------------------------------------------------------------------------------------

CHANGES = {
    "relapsed": gettext_lazy("Open again, or worse"),
    "new": gettext_lazy("New on the page"),
    "withdrawn": gettext_lazy("No longer on the page"),
    "improved": gettext_lazy("Better"),
    "changed": gettext_lazy("Other details"),
    "unchanged": gettext_lazy("Unchanged"),
}
PARTIES = {
    "union": gettext_lazy("a union"),
    "employers-association": gettext_lazy("an employers’ association"),
}
ASKED_BY = PARTIES | {"factory": gettext_lazy("the factory"), "programme": gettext_lazy("the programme")}
OUTCOMES = {
    "": gettext_lazy("Not decided yet"),
    "upheld": gettext_lazy("Stays as it was"),
    "amended": gettext_lazy("Corrected"),
    "withdrawn": gettext_lazy("The finding was withdrawn"),
    "withheld": gettext_lazy("Withheld from public view"),
}
KINDS = {
    "correction": gettext_lazy("Correction of an issued report"),
    "dispute": gettext_lazy("Reply to the draft of a report"),
    "withholding": gettext_lazy("Withholding"),
}


def change_kinds(counts: dict) -> list[tuple]:
    """(word, how many issues) of each kind of change, none left out."""
    return [(word, counts[kind]) for kind, word in CHANGES.items() if kind in counts]


def changes(lines: list[dict]) -> list[dict]:
    """Lines of a change log in words."""
    return [line | {"word": CHANGES[line["kind"]]} for line in lines]


def correction(line: dict) -> dict:
    """A line of the log of corrections in words; its days as dates."""
    dated = {name: day(line[name]) for name in ("visited_on", "asked_on", "decided_on", "lifted_on")}
    told = {
        "what": KINDS[line["kind"]],
        "who": ASKED_BY[line["asked_by"]],
        "how": OUTCOMES[line["outcome"]],
        "why": WITHHELD.get(line["reason"], ""),
    }
    return line | dated | told


def low_compliance(told: dict | None) -> dict | None:
    """Why a factory stands in the wider list, or does not, with every figure of it; shares as per cent."""
    if not told:
        return None
    per_cent = {
        name: _per_cent(told[name]) for name in ("mean", "standard_deviation", "below", "share") if name in told
    }
    return told | per_cent


def _per_cent(share):
    return formats.number_format(round(share * 100, 2), use_l10n=True)


# --- guidance -------------------------------------------------------------------------------------------------------


def link(row: dict) -> dict:
    """A page of the editors as a link: title, url, language. An address has no part for the language's own tree."""
    return {
        "title": row["title"],
        "url": "/" + row["url_path"].split("/", 2)[2],
        "language": row["locale__language_code"],
    }


def _places(clusters: list[dict]) -> dict:
    """{"point/…": its kind, key, title and cluster} of every topic there is, in order."""
    made = {}
    for cluster in clusters:
        own = [("cluster", cluster)]
        for point in cluster["points"]:
            own += [("point", point), *(("question", question) for question in point["questions"])]
        for kind, one in own:
            about = f"{kind}/{one['key']}"
            made[about] = {"kind": kind, "key": one["key"], "title": one["title"], "cluster": cluster["key"]}
    return made


def topics_of(clusters: list[dict], chosen: list[str]) -> list[dict]:
    """The topics a page is about, in the checklists' order. One no checklist knows any more is left out."""
    return [place for about, place in _places(clusters).items() if about in set(chosen)]


def guidance(clusters: list[dict], rows, answered: set) -> list[dict]:
    """The clusters somebody wrote about or asked about, each with its pages by title, every page once."""
    places = _places(clusters)
    found: dict = {}
    for row in rows:
        if place := places.get(row["about"]):
            one = link(row)
            found.setdefault(place["cluster"], {})[one["url"]] = one
    return [
        {
            "key": cluster["key"],
            "title": cluster["title"],
            "pages": list(found.get(cluster["key"], {}).values()),
            "answered": cluster["key"] in answered,
        }
        for cluster in clusters
        if cluster["key"] in found or cluster["key"] in answered
    ]
