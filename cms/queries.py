"""Reads of the public side's own rows: which guidance is about a question, and the desk of the helpdesk."""

from collections import Counter

from django.conf import settings
from django.db.models import Q
from django.utils.translation import get_language

from checklists import public as checklists
from cms import presenting, rules
from cms.addresses import key_at
from cms.models import Enquiry, GuidanceTopic, PublishedAnswer
from cms.permissions import ANSWERERS, programmes_of
from core import access
from core.days import today
from core.models import Programme
from core.prepared import prepared

KINDS = ("question", "point", "cluster")
MOST_ANSWERS = 50
MOST_LISTED = 100


def guidance_there() -> list[dict]:
    """What every page of guidance that is public is about, with all a link to it says. One query.

    It is also what tells that something kept of a page with such links is out of date.
    """
    names = ("title", "url_path", "same", "locale__language_code", "about")
    return [dict(zip(names, row, strict=True)) for row in _guidance()]


@prepared()
def _guidance():
    rows = GuidanceTopic.objects.filter(page__live=True, page__alias_of=None).order_by("page__title", "pk")
    of_page = ("page__title", "page__url_path", "page__translation_key", "page__locale__language_code")
    return rows.values_list(*of_page, "about")


def guidance_for(entries, there=None) -> dict[str, list[dict]]:
    """{question key: the guidance about it, as links}, for entries of a release or issues of the checklists.

    Guidance about the question comes first, then about its point, then about its cluster. `there`: what
    `guidance_there` gave, which is asked for otherwise. Two queries more for entries, which do not name their point,
    where some guidance is about one.
    """
    found: dict = {}
    for row in guidance_there() if there is None else there:
        found.setdefault(row["about"], []).append(row)
    places = {}
    for entry in entries:
        key = entry.get("question_key") or entry["key"]
        cluster = entry.get("cluster_key", entry["cluster"])
        places[key] = {"question": key, "point": entry.get("point_key"), "cluster": cluster}
    points = {}
    if any(about.startswith("point/") for about in found) and any(one["point"] is None for one in places.values()):
        points = checklists.points_of(places)
    made = {}
    for key, one in places.items():
        one["point"] = one["point"] or points.get(key)
        links = _in_one_language([row for kind in KINDS for row in found.get(f"{kind}/{one[kind]}", ())])
        if links:
            made[key] = links
    return made


def _in_one_language(rows):
    """Of each page its translation for the reader, else the one in the site's own language; every page once."""
    wanted = [settings.LANGUAGE_CODE, get_language()]
    chosen: dict = {}
    for row in rows:
        best = chosen.setdefault(row["same"], row)
        if _rank(row, wanted) > _rank(best, wanted):
            chosen[row["same"]] = row
    return [presenting.link(row) for row in chosen.values()]


def _rank(row, wanted):
    """How much a reader wants this translation: her language, then the site's, then any."""
    language = row["locale__language_code"]
    return max((place for place, code in enumerate(wanted, start=1) if code == language), default=0)


def answering_programmes():
    """Programmes where somebody answers now: only there is anybody asked to ask."""
    held = Q()
    for right in ANSWERERS:
        held |= Q(pk__in=access.current_grants(Programme, right).values("content_object_id"))
    return Programme.objects.filter(held).order_by("name")


def desk(user):
    """What was asked in this person's programmes: (no answer yet, answered and not published), oldest first."""
    own = Enquiry.objects.filter(programme__in=programmes_of(user), words__redacted_at=None)
    own = own.select_related("programme", "words").order_by("received_on", "pk")
    waiting = own.filter(answer=None)
    answered = own.filter(answer__set_aside=False, answer__published=None, answer__words__redacted_at=None)
    return waiting, answered.select_related("answer__answered_by", "answer__words")


def enquiry(user, enquiry_id):
    """One of them, whose words are still here."""
    found = Enquiry.objects.filter(programme__in=programmes_of(user), words__redacted_at=None, pk=enquiry_id)
    return found.select_related(
        "programme", "words", "answer__words", "answer__answered_by", "answer__published"
    ).first()


def answers_on(topic):
    """Published questions and answers of a topic, newest first."""
    return PublishedAnswer.objects.readable().filter(topic=topic).select_related("words")


def asked_lately(programmes, clusters: dict) -> dict:
    """How much was asked by topic in the last whole quarter, small cells hidden, with its first and last day."""
    periods = {programme.pk: rules.counted_period(today(programme)) for programme in programmes}
    if not periods:
        return {}
    first, last = max(periods.values())
    rows = Enquiry.objects.filter(received_on__range=(first, last)).exclude(answer__set_aside=True)
    counts = Counter(topic if topic in clusters else "" for topic in rows.values_list("topic", flat=True))
    shown, others = rules.shown_counts(counts)
    topics = [{"key": key, "title": title, "n": shown[key]} for key, title in clusters.items() if key in shown]
    return {"first": first, "last": last, "topics": topics, "something_else": shown.get("", 0), "others": others}


def enquiry_at(place):
    """The enquiry of the address its asker was given; None for any other."""
    key = key_at(place)
    found = Enquiry.objects.select_related("programme", "words", "answer__words")
    return found.filter(pk=key).first() if key else None
