"""What every screen of plans shares: the phone's or the desk's frame, the words of absence, a refusal in its form."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from core import access
from core.errors import NOTHING_HERE, Invalid, NotNow, WrongState
from core.middleware import status_of
from core.roles import Right

PHONE, DESK = "core/phone.html", "core/desk.html"


def found(thing):
    if thing is None:
        raise Http404(NOTHING_HERE)
    return thing


def show(request, template, context, *, here="", phone=True, status=200):
    """Render on the phone's base with its four places, or on the desk's."""
    places = [
        (_("Mine"), "home", "mine"),
        (_("All"), "list", "plans"),
        (_("Committee"), "people", "committees"),
    ]
    if phone and (here == "private" or access.held_in(request).any(Right.SIT_WORKER_SIDE)):
        places.append((_("Private"), "lock", "private"))
    bar = [
        {"title": title, "icon": icon, "url": reverse(f"improvement_plans:{name}"), "current": name == here}
        for title, icon, name in places
    ]
    if len(bar) < 4:
        bar.append({"title": _("Today"), "icon": "cal", "url": reverse("core:home"), "current": False})
    context = context | {"base": PHONE if phone else DESK, "phone_nav": bar if phone else None}
    return render(request, template, context, status=status)


def refused(form, error):
    """Put an action's refusal into the form, beside the field it names. Returns the status to answer with."""
    named = (one.get("field") for one in getattr(error, "problems", ()))
    form.add_error(next((name for name in named if name in form.fields), None), error.sentence)
    return status_of(error)


def sent(request, form, act):
    """(what the action made, None), or (None, the status to show the form again with). Nothing typed is lost."""
    if form is None or request.method != "POST":
        return None, 200
    if not form.is_valid():
        return None, 400
    try:
        return act(), None
    except (Invalid, NotNow, WrongState) as error:
        return None, refused(form, error)
