"""What every screen of plans shares: the phone's or the desk's frame, the words of absence, a refusal in its form."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from core import access
from core.errors import NOTHING_HERE, WrongState
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
    """Put an action's refusal into the form, so that nothing typed is lost. Returns the status to answer with."""
    form.add_error(None, error.sentence)
    return 409 if isinstance(error, WrongState) else 400
