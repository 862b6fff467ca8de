"""Writers of a portfolio. Nothing here tells anybody but the buyer's own people what they call their factories, or
which ones they follow: the audit record takes ids of rows and numbers only.
"""

from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, letters
from core.actions import lists
from core.actions.lists import Desk
from core.errors import Denied, WrongState
from core.models import User
from disclosure.portfolio import queries
from disclosure.portfolio.imports import read_list
from disclosure.portfolio.models import Followed, FollowedChange, PortfolioList, PortfolioReader
from disclosure.portfolio.permissions import check_can_follow
from disclosure.portfolio.rules import changes
from factories.issued import places_like, survivors

BATCH = 1000
SHOWN = 500  # so many refused rows of a list are kept to be shown
KNOWN = 20  # mappings of earlier lists that are tried
# A person gets at most one letter in so many days, however much changed.
PERIOD = timedelta(days=7)
WORDS = ("name", "country", "address", "os_id")
TAKEN = ("site", "taken_by", "likely", "another")
TakenBy = Followed.TakenBy


@dataclass
class Outcome:
    """What following a list did, or would do: rows new, in other words, the same; and of those new or in other words,
    how many are taken for a factory, wait to be decided, or are none we may tell of."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    sure: int = 0
    decide: int = 0
    none: int = 0


class _TakenBack(Exception):  # noqa: N818
    """Ends a transaction whose work is not to stay."""


def follow(*, buyer, rows, dry_run=False, after=None, by) -> Outcome:
    """Follow factories, each under its vendor code; a code that is followed already takes the new words.

    The buyer's own people. `rows`: `Named`, each code once. `after(outcome)` is called in the transaction. A fixed
    number of queries for every thousand. Records portfolio.followed once, without a word of it.
    """
    check_can_follow(by, buyer)
    rows, outcome = list(rows), Outcome()
    try:
        with transaction.atomic():
            for start in range(0, len(rows), BATCH):
                _follow(buyer, rows[start : start + BATCH], outcome)
            if dry_run:
                raise _TakenBack
            audit.record("portfolio.followed", buyer, by=by, created=outcome.created, updated=outcome.updated)
            if after:
                after(outcome)
    except _TakenBack:
        pass
    return outcome


def _follow(buyer, rows, outcome):
    known = Followed.objects.select_for_update().filter(buyer=buyer, code__in=[row.code for row in rows])
    known = {one.code: one for one in known}
    new, changed = [], []
    for row in rows:
        words = {word: getattr(row, word) for word in WORDS}
        one = known.get(row.code)
        if one is None:
            new.append(Followed(buyer=buyer, code=row.code, **words))
        elif any(getattr(one, word) != said for word, said in words.items()):
            for word, said in words.items():
                setattr(one, word, said)
            changed.append(one)
    outcome.created += len(new)
    outcome.updated += len(changed)
    outcome.unchanged += len(rows) - len(new) - len(changed)
    # What a person decided stands, in whatever words.
    _match(buyer, [*new, *(one for one in changed if one.taken_by != TakenBy.PERSON)])
    for one in (*new, *changed):
        outcome.sure += one.site_id is not None
        outcome.decide += one.likely_id is not None
        outcome.none += one.site_id is None and one.likely_id is None
    _look(buyer, (*new, *changed))
    Followed.objects.bulk_create(new)
    Followed.objects.bulk_update(changed, [*WORDS, *TAKEN, "seen"])


def _match(buyer, followed):
    """Take each for the factory it speaks of, as far as the buyer may be told of it. Writes nothing."""
    hits = places_like(followed, buyer_id=buyer.pk, public=queries.now_public())
    for one, hit in zip(followed, hits, strict=True):
        site_id, sure = hit if hit and hit[0] != one.another_id else (None, False)
        one.site_id = site_id if sure else None
        one.taken_by = TakenBy.RULES if sure else ""
        one.likely_id = None if sure else site_id


def _look(buyer, followed):
    """Note what the portfolio shows of each now; (row, kind) of what is otherwise than before. Writes nothing."""
    found = []
    for line in queries.lines(buyer.pk, followed):
        found += [(line.followed, kind) for kind in changes(line.followed.seen, line.look)]
        line.followed.seen = line.look
    return found


@transaction.atomic
def decide(*, followed, same, by) -> Followed:
    """Say whether a row speaks of the likely factory. The buyer's own people. Records portfolio.decided."""
    followed = _own(followed, by)
    if followed.likely_id is None:
        raise WrongState(_("There is nothing to decide here any more."))
    if same:
        followed.site_id, followed.taken_by = followed.likely_id, TakenBy.PERSON
    else:
        followed.another_id = followed.likely_id
    followed.likely_id = None
    _look(followed.buyer, [followed])
    followed.save(update_fields=[*TAKEN, "seen"])
    audit.record("portfolio.decided", followed, by=by, same=bool(same))
    return followed


@transaction.atomic
def part(*, followed, by) -> Followed:
    """Say that a row speaks of another factory than it was taken for. Its own people. Records portfolio.parted."""
    followed = _own(followed, by)
    if followed.site_id is None:
        raise WrongState(_("It is taken for no factory."))
    followed.another_id, followed.site_id, followed.taken_by = followed.site_id, None, ""
    _look(followed.buyer, [followed])
    followed.save(update_fields=[*TAKEN, "seen"])
    audit.record("portfolio.parted", followed, by=by)
    return followed


@transaction.atomic
def unfollow(*, followed, by) -> None:
    """Take a row out of the portfolio, for good: it is the buyer's own note. Records portfolio.unfollowed."""
    followed = _own(followed, by)
    audit.record("portfolio.unfollowed", followed, by=by)
    followed.delete()


@transaction.atomic
def set_letters(*, wanted, by) -> PortfolioReader:
    """Say whether one wants letters about the portfolio. Records portfolio.letters-set."""
    reader, _made = PortfolioReader.objects.update_or_create(user=by, defaults={"letters": bool(wanted)})
    audit.record("portfolio.letters-set", reader, by=by, wanted=bool(wanted))
    return reader


def _own(followed, by):
    """The row, locked, if it is of a buyer this person acts for."""
    check_can_follow(by, followed.buyer)
    return Followed.objects.select_for_update(of=("self",)).select_related("buyer").get(pk=followed.pk)


# --- lists ------------------------------------------------------------------------------------------------------


def _read_in(uploaded, path, told, *, dry_run, accept_partial, watch, after):
    """Follow the factories of a list; see core.actions.lists.Desk."""
    before = PortfolioList.objects.filter(buyer=uploaded.buyer, mapping__isnull=False).exclude(pk=uploaded.pk)
    known = [one.mapping for one in before.order_by("-uploaded_at")[:KNOWN]]
    rows, refused = read_list(
        told, path, name=uploaded.name, mapping=uploaded.mapping, known=known, encoding=uploaded.encoding or None
    )
    watch(len(rows))
    told["counts"] = {"refused": len(refused)}
    told["refused"] = refused[:SHOWN]
    stopped = bool(refused) and not accept_partial
    if not stopped:
        outcome = follow(buyer=uploaded.buyer, rows=rows, dry_run=dry_run, after=after, by=uploaded.uploaded_by)
        told["counts"] |= asdict(outcome)
    return stopped


DESK = Desk(model=PortfolioList, check_can=check_can_follow, jobs="disclosure", look=_read_in)
upload_list, want_list, check_list, take_list, drop_old_lists = (
    partial(act, desk=DESK)
    for act in (lists.upload_list, lists.want_list, lists.check_list, lists.take_list, lists.drop_old_lists)
)


# --- what the program does by itself ----------------------------------------------------------------------------


def _check_is_the_program(by):
    if not isinstance(by, audit.System):
        raise Denied(_("The program does this by itself."))


def look_through(*, buyer_id, by) -> int:
    """Look through a portfolio: take open rows for factories that became known, note what changed. How many changes.

    The program, once a day and after a release; again at once finds nothing. Each batch in a transaction of its own.
    """
    _check_is_the_program(by)
    ids = list(Followed.objects.filter(buyer=buyer_id).order_by("pk").values_list("pk", flat=True))
    return sum(_look_through(ids[start : start + BATCH]) for start in range(0, len(ids), BATCH))


@transaction.atomic
def _look_through(ids):
    followed = list(Followed.objects.select_for_update(of=("self",)).filter(pk__in=ids).select_related("buyer"))
    if not followed:
        return 0
    buyer = followed[0].buyer
    moved = survivors(one.site_id for one in followed if one.site_id)
    for one in followed:
        if one.site_id in moved:
            one.site_id = moved[one.site_id]
            one.seen = one.seen | {"site": str(one.site_id)}
    _match(buyer, [one for one in followed if one.site_id is None])
    found = _look(buyer, followed)
    Followed.objects.bulk_update(followed, [*TAKEN, "seen"])
    FollowedChange.objects.bulk_create(FollowedChange(followed=one, kind=kind) for one, kind in found)
    return len(found)


def write_letters(*, by) -> int:
    """Write to who acts for a buyer that something changed in its portfolio: one letter in a period, if she wants any.

    The program, once a day. Returns how many were written.
    """
    _check_is_the_program(by)
    return sum(_write_letter(user_id, buyer_ids, by) for user_id, buyer_ids in queries.followers().items())


@transaction.atomic
def _write_letter(user_id, buyer_ids, by):
    """One neutral letter that leads to the portfolio. Records portfolio.letter-written. Was it written?"""
    reader, _made = PortfolioReader.objects.select_for_update(of=("self",)).get_or_create(user_id=user_id)
    now = timezone.now()
    if not reader.letters or (reader.written_at and reader.written_at > now - PERIOD):
        return False
    if not queries.news(buyer_ids, since=reader.written_at or now - PERIOD).exists():
        return False
    key, path = f"portfolio-{now:%Y-%m-%d}-{user_id}", reverse("portfolio:home")
    if not letters.reach("something-waits", user=User.objects.get(pk=user_id), path=path, message_key=key):
        return False
    reader.written_at = now
    reader.save(update_fields=["written_at"])
    audit.record("portfolio.letter-written", reader, by=by)
    return True
