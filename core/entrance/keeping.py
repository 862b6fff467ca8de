"""For those who keep a programme: its people, invitations, papers with a code, resets. Thin; actions decide."""

import json

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from core import access, actions
from core.entrance import gate
from core.entrance.forms import AddMember, GivePaper, GiveRole, Invite, words_of
from core.entrance.pictures import square
from core.entrance.sealing import seal, unseal
from core.errors import NOTHING_HERE, Denied
from core.home import Place
from core.models import Invitation
from core.people import (
    KEEPERS,
    check_can_give_code,
    check_can_rule_over,
    people_of,
    programmes_kept,
    roles_held,
    roles_in,
    roles_to_give,
)
from core.roles import ROLES, Right

PAGE = 50
PAPER_SHOWN = 15 * 60  # seconds for which a paper may be looked at again and printed


def people_place(user, held):
    """The menu's way to the people, for those who keep a programme."""
    if held.any(*KEEPERS):
        return Place(_("People"), reverse("core:people"), order=80)
    return None


def _kept(request, code=None):
    """The programme looked at, and all that this person keeps."""
    kept = list(programmes_kept(request.user))
    code = code or request.GET.get("programme") or (kept[0].code if kept else "")
    programme = next((one for one in kept if one.code == code), None)
    if programme is None:
        raise Http404(NOTHING_HERE)
    return programme, kept


@require_safe
def people(request):
    """The people of a programme: names, what they do, how they sign in. ?q= looks in names and codes."""
    programme, kept = _kept(request)
    found, words = people_of(programme), request.GET.get("q", "").strip()
    for word in words.split():
        found = found.filter(
            Q(first_name__icontains=word)
            | Q(last_name__icontains=word)
            | Q(username__icontains=word)
            | Q(member_code__code__icontains=word)
        )
    found = found.select_related("member_code").order_by("-is_active", "first_name", "last_name", "pk")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    roles = roles_in(programme, list(page.object_list))
    for user in page.object_list:
        user.does = roles.get(user.pk, [])
    waiting = programme.invitations.filter(accepted_at=None, withdrawn_at=None).order_by("-created_at")
    for one in waiting:
        one.words = words_of(one)
    context = {"programme": programme, "kept": kept, "page": page, "words": words, "waiting": waiting}
    context["administers"] = access.held_in(request).any(Right.ADMINISTER)
    return render(request, "core/entrance/people.html", context)


def invite(request):
    """Ask somebody by e-mail."""
    programme, kept = _kept(request)
    form = Invite(request.POST or None, roles=roles_to_give(request.user, None, programme))
    if request.method == "POST" and form.is_valid():
        actions.invite(programme=programme, by=request.user, **form.cleaned_data)
        messages.success(request, _("The invitation is on its way. It works once, for seven days."))
        return redirect(_list_of(programme))
    status = 400 if request.method == "POST" else 200
    return render(request, "core/entrance/invite.html", {"form": form, "programme": programme}, status=status)


def _list_of(programme):
    return f"{reverse('core:people')}?programme={programme.code}"


def add_member(request):
    """Write down somebody without e-mail; her page offers the paper."""
    programme, _kept_ones = _kept(request)
    form = AddMember(request.POST or None, initial={"language": next(iter(programme.languages), "en")})
    if request.method == "POST" and form.is_valid():
        user = actions.create_member(programme=programme, by=request.user, **form.cleaned_data)
        return redirect("core:person", programme.code, user.pk)
    status = 400 if request.method == "POST" else 200
    return render(request, "core/entrance/add_member.html", {"form": form, "programme": programme}, status=status)


@require_POST
def withdraw(request, invitation_id):
    found = Invitation.objects.filter(programme__in=programmes_kept(request.user))
    found = get_object_or_404(found.select_related("programme"), pk=invitation_id)
    actions.withdraw_invitation(invitation=found, by=request.user)
    messages.success(request, _("The invitation is withdrawn. Its link works no longer."))
    return redirect(_list_of(found.programme))


def _person(request, code, user_id):
    programme, _kept_ones = _kept(request, code)
    return programme, get_object_or_404(people_of(programme).select_related("member_code"), pk=user_id)


def _may(check, *who):
    try:
        check(*who)
    except Denied:
        return False
    return True


def _roles(by, user, programme):
    """(what she holds: [(assignment, role, may it be ended)], the roles that may be given to her)."""
    may = roles_to_give(by, user, programme)
    held = [(one, ROLES[one.role], ROLES[one.role] in may) for one in roles_held(programme, user)]
    has = {role for _one, role, _ends in held}
    has_code = hasattr(user, "member_code") and user.member_code is not None
    return held, [role for role in may if role not in has and user.is_active and not has_code]


@require_safe
def person(request, code, user_id):
    """One person: what she does, and what can be done for her at the door."""
    programme, user = _person(request, code, user_id)
    may_give = user.is_active and _may(check_can_give_code, request.user, user, programme)
    member = getattr(user, "member_code", None)
    held, to_give = _roles(request.user, user, programme)
    context = {
        "held": held,
        "role_form": GiveRole(roles=to_give) if to_give else None,
        "programme": programme,
        "person": user,
        "does": roles_in(programme, [user]).get(user.pk, []),
        "member": member,
        "may_issue": may_give and not (member and (member.pin or member.locked_at)),
        "may_reset": may_give and member is not None,
        "may_rule": user.is_active and _may(check_can_rule_over, request.user, user, programme),
        "administers": access.has(request.user, Right.ADMINISTER, programme),
        "has_second_step": gate.has_second_step(user),
        "form": GivePaper(),
        "back": _list_of(programme),
    }
    return render(request, "core/entrance/person.html", context)


@require_POST
def act(request, code, user_id, verb):
    """A button on a person's page."""
    programme, user = _person(request, code, user_id)
    by = request.user
    if verb == "paper":
        form = GivePaper(request.POST)
        phone = form.cleaned_data["phone"] if form.is_valid() else ""
        return _show(by, user, actions.issue_code(user=user, programme=programme, phone=phone, by=by))
    if verb == "reset":
        return _show(by, user, actions.reset_pin(user=user, by=by))
    if verb == "end-sessions":
        actions.end_sessions(user=user, programme=programme, by=by)
        messages.success(request, _("All sessions of this person have ended."))
    elif verb == "remove-second-step":
        actions.remove_factors(user=user, programme=programme, by=by)
        messages.success(request, _("The second step is removed. At the next sign-in a new one is set up."))
    elif verb == "give-role":
        form = GiveRole(request.POST, roles=_roles(by, user, programme)[1])
        if not form.is_valid():
            raise Http404(NOTHING_HERE)
        actions.assign_role(user=user, programme=programme, role=form.cleaned_data["role"], by=by)
        messages.success(request, _("The role is given, from now."))
    elif verb == "end-role":
        held = [one for one in roles_held(programme, user) if one.role == request.POST.get("role")]
        if not held:
            raise Http404(NOTHING_HERE)
        actions.end_role(assignment=held[0], by=by)
        messages.success(request, _("The role has ended. What this person wrote stands."))
    elif verb == "deactivate":
        actions.deactivate(user=user, programme=programme, by=by)
        messages.success(request, _("This person signs in no more."))
    else:
        raise Http404(NOTHING_HERE)
    return redirect("core:person", programme.code, user.pk)


# --- the paper --------------------------------------------------------------------------------------------------


def _show(by, user, paper):
    """The code is nowhere in the database; it travels sealed in the address of the page to print, for some minutes."""
    facts = [str(by.pk), user.language, paper.member_code, paper.once, paper.until.isoformat()]
    return redirect("core:paper", seal("paper-page", json.dumps(facts)))


def _unsealed(request, sealed):
    facts = unseal("paper-page", sealed, seconds=PAPER_SHOWN)
    by, *rest = json.loads(facts) if facts else [None]
    if by != str(request.user.pk):
        raise Http404(NOTHING_HERE)
    return rest


def _address(request, name, *arguments):
    return request.build_absolute_uri(reverse(name, args=arguments))


@never_cache
@require_safe
def paper(request, sealed):
    """The page to print: a square picture, the code, and how to begin. No name: papers get lost."""
    language, member_code, once, until = _unsealed(request, sealed)
    with translation.override(language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
        context = {
            "sealed": sealed,
            "member_code": member_code,
            "once": once,
            "until": parse_datetime(until),
            "address": _address(request, "core:enter-paper").partition("//")[2],
            "later": _address(request, "core:enter").partition("//")[2],
        }
        return render(request, "core/entrance/paper.html", context)


@never_cache
@require_safe
def paper_picture(request, sealed):
    """The square picture a phone's camera reads: the address with the one-time code."""
    _language, _member_code, once, _until = _unsealed(request, sealed)
    picture = square(_address(request, "core:enter-with", once), scale=8, border=4)
    return HttpResponse(picture, content_type="image/svg+xml")
