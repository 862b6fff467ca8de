"""Which question of one version is which in the next: proposed by key and by likeness, confirmed by a person.

The measure of likeness is handed in (checklists/likeness.py is the door of the library that has one).
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from checklists.rules.form import questions
from checklists.rules.words import Problem, say

RELATIONS = ("same", "reworded", "split", "merged", "new", "dropped")
# From how alike two texts are proposed as one question, and as parts of one; 0 to 1.
ALIKE, PART = 0.82, 0.6
# Fields that may change without the question being another to the person who answers it.
_UNHEARD = {"law", "tags", "sources", "guidance", "phrases", "level", "required"}


class Link(NamedTuple):
    """One pair of keys. A split is one old key in several links, a merger one new key in several."""

    relation: str
    old: str
    new: str


def by_keys(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Link]:
    """The bridge by keys alone, in the new order, dropped ones last."""
    before, after = _by_key(old), _by_key(new)
    links = [_kept(key, before, after) if key in before else Link("new", "", key) for key in after]
    return links + [Link("dropped", key, "") for key in before if key not in after]


def _by_key(document: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {question["key"]: question for _, _, question in questions(document)}


def _kept(key: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Link:
    names = (set(before[key]) | set(after[key])) - _UNHEARD
    same = all(before[key].get(name) == after[key].get(name) for name in names)
    return Link("same" if same else "reworded", key, key)


def propose(old: Mapping[str, Any], new: Mapping[str, Any], alike: Callable[[str, str], float]) -> list[Link]:
    """The bridge as a person is asked to confirm it: by keys, and where a key is gone or new by likeness of texts.

    Only questions of one kind are compared, and only with those that share a rare word: the work grows with the
    number of questions, not with its square.
    """
    before, after = _by_key(old), _by_key(new)
    gone = {key: question for key, question in before.items() if key not in after}
    come = {key: question for key, question in after.items() if key not in before}
    scores: dict[str, dict[str, float]] = defaultdict(dict)
    for old_key, new_key in _candidates(gone, come):
        score = alike(gone[old_key]["text"], come[new_key]["text"])
        if score >= PART:
            scores[old_key][new_key] = score
    pairs = _pairs(scores)
    links = []
    for key in after:
        if key in before:
            links.append(_kept(key, before, after))
        else:
            links += [Link(relation, one, key) for relation, one in pairs.pop(key, [("new", "")])]
    taken = {link.old for link in links}
    return links + [Link("dropped", key, "") for key in before if key not in taken]


def _candidates(gone: Mapping[str, Any], come: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Pairs worth comparing: of one kind, sharing one of their three rarest words; at most twenty for each."""
    words = {key: _words(question) for each in (gone, come) for key, question in each.items()}
    often = Counter(word for each in words.values() for word in each)
    by_word: dict[str, list[str]] = defaultdict(list)
    for key in come:
        for word in sorted(words[key], key=lambda word: (often[word], word))[:6]:
            by_word[word].append(key)
    found = []
    for key, question in gone.items():
        rare = sorted(words[key], key=lambda word: (often[word], word))[:6]
        near = dict.fromkeys(new_key for word in rare for new_key in by_word[word][:20])
        found += [(key, new_key) for new_key in list(near)[:20] if come[new_key]["kind"] == question["kind"]]
    return found


def _words(question: Mapping[str, Any]) -> set[str]:
    return {word.strip(".,;:?!()«»\"'").lower() for word in question["text"].split()} - {""}


def _pairs(scores: Mapping[str, Mapping[str, float]]) -> dict[str, list[tuple[str, str]]]:
    """{new key: [(relation, old key)]}: alike ones one to one, best first; the rest of those near as parts."""
    found: dict[str, list[tuple[str, str]]] = {}
    used: set[str] = set()
    ranked = sorted(((-score, old, new) for old, each in scores.items() for new, score in each.items()))
    for score, old, new in ranked:
        if -score >= ALIKE and old not in used and new not in found:
            found[new] = [("reworded", old)]
            used.add(old)
    parts: dict[str, list[str]] = defaultdict(list)
    wholes: dict[str, list[str]] = defaultdict(list)
    for _, old, new in ranked:
        if old not in used and new not in found:
            parts[old].append(new)
            wholes[new].append(old)
    for old, news in parts.items():
        if len(news) > 1 and all(wholes[new] == [old] for new in news):
            found |= {new: [("split", old)] for new in news}
    for new, olds in wholes.items():
        if new not in found and len(olds) > 1 and all(parts[old] == [new] for old in olds):
            found[new] = [("merged", old) for old in olds]
    return found


def bridge_problems(old: Mapping[str, Any], new: Mapping[str, Any], links: Sequence[Link]) -> list[Problem]:
    """What is wrong with a confirmed bridge: each question of both versions stands in it, and in one relation."""
    before, after = set(_by_key(old)), set(_by_key(new))
    found: list[Problem] = []
    for n, link in enumerate(links):
        if link.relation not in RELATIONS:
            found.append(
                ((n, "relation"), say("The relation is one of: %(relations)s.", relations=", ".join(RELATIONS)))
            )
        elif (link.relation == "new") != (link.old == "") or (link.relation == "dropped") != (link.new == ""):
            found.append(
                ((n,), say("A new question has no old one, a dropped one no new one, and all others have both."))
            )
        elif link.old and link.old not in before:
            found.append(((n, "old"), say("The version before has no question «%(old)s».", old=link.old[:80])))
        elif link.new and link.new not in after:
            found.append(((n, "new"), say("This version has no question «%(new)s».", new=link.new[:80])))
    for side, keys, many in (("old", before, "split"), ("new", after, "merged")):
        of: dict[str, list[str]] = defaultdict(list)
        for link in links:
            of[getattr(link, side)].append(link.relation)
        for key in sorted(keys):
            stands = of.get(key, [])
            if not stands:
                found.append(((side, key), say("«%(key)s» stands in no relation.", key=key)))
            elif len(stands) > 1 and set(stands) != {many}:
                found.append(((side, key), say("«%(key)s» stands in several relations.", key=key)))
            elif stands == [many]:
                found.append(
                    (
                        (side, key),
                        say("«%(key)s» is said to be %(many)s and stands with one question only.", key=key, many=many),
                    )
                )
    return found


Place = tuple[str, str]


def series(bridges: Iterable[tuple[str, str, Sequence[Link]]]) -> dict[Place, Place]:
    """{(version, key): (version, key) by which its series is called}, over bridges (earlier version, version, links).

    Questions are one series where a chain of same, reworded, split or merged joins them: a split is followed by its
    parts taken together, since no one of them asks what the old question asked. A series is called by the newest
    question of it; give the bridges in the order of time.
    """
    chief: dict[Place, Place] = {}

    def head(place: Place) -> Place:
        steps = []
        while chief.setdefault(place, place) != place:
            steps.append(place)
            place = chief[place]
        for step in steps:
            chief[step] = place
        return place

    for earlier, version, links in bridges:
        for link in links:
            if link.old and link.new:
                a, b = head((earlier, link.old)), head((version, link.new))
                if a != b:
                    chief[a] = b
    return {place: head(place) for place in list(chief)}
