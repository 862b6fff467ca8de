"""Named figures an editor may put on a page, each bound to a release and counted from what that release froze.

A later release changes none of them. What two people withhold leaves the numbers at once, as everywhere in public.
"""

from dataclasses import dataclass

from django.core.cache import cache
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checklists import public as checklists
from core import words
from disclosure import public

KEPT_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Bound:
    """What a figure is made from: its release with those before, the counts of any of them, titles, the issue."""

    releases: list
    issues: dict  # {digest: {question key: counts}}
    clusters: dict
    issue: str

    @property
    def release(self):
        return self.releases[-1]


@dataclass(frozen=True)
class Named:
    """title, what is counted (`about`), the heads of the two numbers, and `rows(bound)`: (label, n, of) in order."""

    title: object
    about: object
    heads: tuple
    rows: object
    of_an_issue: bool = False


WAITING = {
    "not_assessed": gettext_lazy("Not assessed yet"),
    "too_few_visits": gettext_lazy("Too few visits so far"),
    "within_delay": gettext_lazy("Its report is too new"),
    "nothing_asked": gettext_lazy("Asked none of this"),
}


def _factories(bound):
    coverage = bound.release["coverage"]
    of = coverage["in_programme"]
    rows = [(_("In this record"), coverage["disclosed"], of)]
    rows += [(str(word), coverage["waiting"].get(why, 0), of) for why, word in WAITING.items()]
    other = sum(n for why, n in coverage["waiting"].items() if why not in WAITING)
    return rows + ([(_("Another reason"), other, of)] if other else [])


def _open_by_cluster(bound):
    counted: dict = {}
    for one in bound.issues[bound.release["digest"]].values():
        n, of = counted.get(one["cluster"], (0, 0))
        counted[one["cluster"]] = (n + one["open"], of + one["asked"])
    order = [key for key in bound.clusters if key in counted]
    order += sorted(counted.keys() - bound.clusters.keys())
    return [(bound.clusters.get(key, key), *counted[key]) for key in order]


def _over_releases(bound):
    rows = []
    for release in bound.releases:
        one = bound.issues[release["digest"]].get(bound.issue, {"open": 0, "asked": 0})
        name = f"{release['programme']}-{release['number']}"
        label = _("%(name)s, %(day)s") % {"name": name, "day": words.long_date(release["as_of"])}
        rows.append((label, one["open"], one["asked"]))
    return rows


FIGURES = {
    "factories": Named(
        gettext_lazy("Factories in the record"),
        gettext_lazy("Of the factories enrolled: how many are in this record, and why the others are not."),
        (gettext_lazy("Factories"), gettext_lazy("Enrolled")),
        _factories,
    ),
    "open-by-cluster": Named(
        gettext_lazy("Open violations by cluster"),
        gettext_lazy("Each public issue at each factory counts once. Of those where it is known, these are open."),
        (gettext_lazy("Open"), gettext_lazy("Known")),
        _open_by_cluster,
    ),
    "issue-over-releases": Named(
        gettext_lazy("Factories where one issue is open, release by release"),
        gettext_lazy("Of the factories where it is known. A share may also move because other factories joined."),
        (gettext_lazy("Open at"), gettext_lazy("Known at")),
        _over_releases,
        of_an_issue=True,
    ),
}  # fmt: skip


def choices():
    return [(key, named.title) for key, named in FIGURES.items()]


def key_of(value) -> tuple:
    """What tells one figure from another."""
    return value["shows"], value["release"], value["issue"] or ""


def made(blocks) -> dict:
    """{key_of(block): what its template draws, or None}. The same queries for ten as for one."""
    keys = {key_of(block) for block in blocks}
    if not keys:
        return {}
    chains = public.releases_until({release for _shows, release, _issue in keys})
    issues = _counted({digest for key in keys for digest in _needed(key, chains)})
    titles = checklists.clusters_of({_made(chain) for chain in chains.values() if chain})
    return {key: _drawn(key, chains[key[1]], issues, titles) for key in keys}


def _made(chain):
    """The day and the moment of a release: a figure keeps the titles of then, whatever a later checklist calls them."""
    return chain[-1]["as_of"], chain[-1]["published_at"]


def _needed(key, chains):
    """The (digest, question) pairs it is counted from; question "" is all of a release."""
    shows, release, issue = key
    chain = chains[release]
    if not chain or shows == "factories":
        return []
    if issue:
        return [(row["digest"], issue) for row in chain]
    return [(chain[-1]["digest"], "")]


def _counted(pairs) -> dict:
    """{digest: {question key: counts}} for those pairs.

    Counting reads every line of a release, so what is counted is kept. The key names release and stamp, which is all
    it depends on: what is kept is never out of date.
    """
    if not pairs:
        return {}
    stamp = public.stamp()
    kept_as = {pair: f"figure:{pair[0]}:{pair[1]}:{stamp}" for pair in pairs}
    kept = cache.get_many(kept_as.values())
    new = {}
    missing = [pair for pair in pairs if kept_as[pair] not in kept]
    for whole in (True, False):
        own = [pair for pair in missing if (pair[1] == "") == whole]
        if own:
            digests, questions = {digest for digest, _q in own}, None if whole else {question for _d, question in own}
            counted = public.issues_of(digests, questions)
            for digest, question in own:
                rows = counted[digest]
                new[kept_as[digest, question]] = rows if whole else {key: rows[key] for key in rows if key == question}
    if new:
        cache.set_many(new, KEPT_SECONDS)
    found: dict = {}
    for (digest, _question), key in kept_as.items():
        found.setdefault(digest, {}).update(new.get(key, kept.get(key)))
    return found


def _drawn(key, chain, issues, titles):
    shows, _release, issue = key
    named = FIGURES.get(shows)
    if named is None or not chain:
        return None
    bound = Bound(chain, issues, titles[_made(chain)], issue)
    rows = [
        {
            "label": label, "n": n, "of": of, "share": round(100 * n / of) if of else None,
            "width": f"{100 * n / of:.1f}" if of else "0",
        }
        for label, n, of in named.rows(bound)
    ]  # fmt: skip
    said = [issues[row["digest"]][issue]["issue"] for row in chain if issue and issue in issues[row["digest"]]]
    return {
        "title": named.title,
        "issue": said[-1] if said else "",
        "about": named.about,
        "heads": named.heads,
        "rows": rows,
        "release": chain[-1],
        "name": f"{chain[-1]['programme']}-{chain[-1]['number']}",
    }
