"""Writers of the way in for people without e-mail: a printed paper once, then a member code and a PIN.

They refuse to say which half was wrong, to give a paper to anybody who reads reports, and to let a factory's
management reset anything.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from django.contrib.auth.hashers import check_password, make_password
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.actions.entrance import end_all_sessions
from core.entrance import rules
from core.entrance.sealing import digest, digests
from core.errors import Invalid, WrongState
from core.models import MemberCode, Programme, User
from core.people import check_can_give_code, check_can_print

PAPER_LASTS = timedelta(days=14)
DOOR = audit.System("entrance")


@dataclass(frozen=True)
class Paper:
    """What is printed, once: the member code, the one-time code and its last moment."""

    member_code: str
    once: str
    until: datetime


@transaction.atomic
def create_member(*, name, programme, language="en", by) -> User:
    """Somebody without e-mail, before her paper is printed and her seat written down. She gets her member code now,
    and it is also what the seat names her by. Programme staff (check_can_print). Records user.created (no name).
    """
    check_can_print(by, programme)
    name = name.strip()
    if not name:
        raise Invalid(_("Write the name."))
    first, _space, last = name.partition(" ")
    code = _new_member_code()
    user = User(username=code, first_name=first[:150], last_name=last[:150], language=language)
    user.set_unusable_password()
    user.save()
    MemberCode.objects.create(user=user, programme=programme, code=code)
    audit.record("user.created", user, by=by, programme=programme)
    return user


@transaction.atomic
def issue_code(*, user, programme, phone="", by) -> Paper:
    """A paper for a committee member: her member code and a code that works once. The one-time code is shown now and
    never again; a paper printed earlier stops working. `phone`, as she writes it, is another name to sign in with.

    Programme staff (check_can_give_code). Refused while she has a PIN: reset it instead. Records paper.issued.
    """
    check_can_give_code(by, user, programme)
    kept = MemberCode.objects.select_for_update().filter(user=user).first()
    if kept is None:
        kept = MemberCode(user=user, programme=programme, code=_new_member_code())
    elif kept.programme_id != programme.pk:
        raise Invalid(_("This person has a paper from another programme."))
    elif kept.pin or kept.locked_at:
        raise WrongState(_("This person has chosen a PIN. Reset it to print a new paper."))
    if phone.strip():
        kept.phone_digest = _phone_digest(phone, programme, user)
    return _print(kept, by)


@transaction.atomic
def reset_pin(*, user, by) -> Paper:
    """The PIN is forgotten or taken away, or the phone is lost: PIN and open sessions end now, a new paper begins.

    Programme staff (check_can_give_code), never the factory side. Records pin.reset and paper.issued.
    """
    kept = MemberCode.objects.select_for_update().select_related("programme").filter(user=user).first()
    if kept is None:
        raise WrongState(_("This person has no paper yet."))
    check_can_give_code(by, user, kept.programme)
    audit.record("pin.reset", user, by=by, programme=kept.programme, locked=kept.locked_at is not None)
    end_all_sessions(user, by, kept.programme)
    return _print(kept, by)


def _print(kept, by):
    once = rules.new_code(rules.PAPER_CODE, secrets.choice)
    kept.pin, kept.wrong, kept.locked_at = "", 0, None
    kept.paper_digest, kept.paper_until = digest("paper", once), timezone.now() + PAPER_LASTS
    try:
        with transaction.atomic():
            kept.save()
    except IntegrityError:
        raise Invalid(_("Somebody else signs in with this phone number.")) from None
    audit.record("paper.issued", kept.user, by=by, programme=kept.programme, until=kept.paper_until)
    return Paper(kept.code, once, kept.paper_until)


def _new_member_code():
    while True:
        code = rules.new_code(rules.MEMBER_CODE, secrets.choice)
        if not MemberCode.objects.filter(code=code).exists():
            return code


def _phone_digest(phone, programme, user):
    forms = rules.phone_forms(phone, [programme.country])
    if not forms:
        raise Invalid(_("This is no phone number."))
    return digest("phone", forms[0])


def holder_of(once: str):
    """Whose paper this one-time code is on, while it works; else None."""
    code = rules.code_from(once, rules.PAPER_CODE)
    if not code:
        return None
    return (
        MemberCode.objects.select_related("user", "programme")
        .filter(paper_digest__in=digests("paper", code), paper_until__gt=timezone.now(), user__is_active=True)
        .first()
    )


@transaction.atomic
def choose_pin(*, once, pin, by=DOOR) -> User:
    """The paper's code is used up and a PIN takes its place. Other open sessions of hers end. Records pin.chosen."""
    holder = holder_of(once)
    kept = holder and MemberCode.objects.select_for_update().get(pk=holder.pk)
    if kept is None or kept.paper_digest != holder.paper_digest:
        raise Invalid(_("This code does not work any more. Ask the programme for a new paper."))
    pin = rules.digits_of(pin)
    if len(pin) != rules.PIN_LENGTH:
        raise Invalid(_("A PIN is six digits."))
    if rules.pin_is_easy(pin):
        raise Invalid(_("This PIN is easy to guess. Choose another."))
    kept.pin, kept.wrong = make_password(digest("pin", f"{kept.pk}:{pin}")), 0
    kept.paper_digest, kept.paper_until = "", None
    kept.save()
    audit.record("pin.chosen", holder.user, by=by, programme=holder.programme)
    end_all_sessions(holder.user, by, holder.programme)
    return holder.user


@transaction.atomic
def enter_with_pin(*, name, pin, by=DOOR) -> User | None:
    """Who signs in with this member code or phone number and PIN, or None, whatever was wrong.

    The fifth wrong PIN in a row takes the PIN away until the programme resets it. Records pin.locked.
    It answers instead of raising, because a raised refusal would undo the count.
    """
    kept = _named(name)
    pin = rules.digits_of(pin)
    if kept is None or not kept.pin:
        check_password(digest("pin", pin), _hash_of_nobody())  # takes as long as for somebody
        return None
    if any(check_password(one, kept.pin) for one in digests("pin", f"{kept.pk}:{pin}")):
        if kept.wrong:
            kept.wrong = 0
            kept.save(update_fields=["wrong"])
        return kept.user
    kept.wrong += 1
    if kept.wrong >= rules.WRONG_PINS:
        kept.pin, kept.locked_at = "", timezone.now()
        audit.record("pin.locked", kept.user, by=by, programme=kept.programme)
    kept.save(update_fields=["wrong", "pin", "locked_at"])
    return None


def _named(name):
    """The row a typed member code or phone number belongs to, locked; None for nobody or somebody deactivated."""
    code = rules.code_from(name, rules.MEMBER_CODE)
    found = Q(code=code) if code else Q(pk=None)
    countries = Programme.objects.order_by("code").values_list("country", flat=True)
    for form in rules.phone_forms(name, countries):
        found |= Q(phone_digest__in=digests("phone", form))
    rows = MemberCode.objects.select_for_update(of=("self",)).select_related("user", "programme")
    rows = list(rows.filter(found, user__is_active=True)[:2])
    return rows[0] if len(rows) == 1 else None


@cache
def _hash_of_nobody():
    """A hash that no PIN has, made once."""
    return make_password(secrets.token_hex())
