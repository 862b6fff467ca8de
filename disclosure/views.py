"""The desk of whoever publishes: the releases so far, what the next one would change, and two people's words."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.days import today
from core.errors import NOTHING_HERE, Denied, Invalid, WrongState
from disclosure import queries
from disclosure.actions import agree_to_publish, agree_to_withhold, ask_to_lift, ask_to_publish, ask_to_withhold
from disclosure.forms import CHANGES, REASONS, REGISTERS, PublishForm, WithholdForm
from disclosure.permissions import programmes_of


@require_safe
def releases(request):
    """Every release of the programmes this person publishes for, and what waits before the next."""
    programmes = list(programmes_of(request.user).order_by("code"))
    if not programmes:
        raise Http404(NOTHING_HERE)
    asked = list(queries.release_asks(programmes))
    page = Paginator(queries.releases_for(request.user), 30).get_page(request.GET.get("page"))
    return render(request, "disclosure/releases.html", {"programmes": programmes, "page": page, "asked": asked})


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request, code):
    """What a release of a day would change; by POST, ask a second person to publish it."""
    programme = get_object_or_404(programmes_of(request.user), code=code.upper())
    if request.method == "POST":
        form = PublishForm(request.POST)
        if form.is_valid():
            try:
                ask_to_publish(programme=programme, by=request.user, **form.cleaned_data)
            except (Invalid, WrongState) as refusal:
                form.add_error("as_of", refusal.sentence)
            else:
                messages.success(request, _("Asked. It is published when a second person agrees."))
                return redirect("disclosure:releases")
    else:
        form = PublishForm({"as_of": request.GET.get("as_of") or today(programme).isoformat()})
    context = {"programme": programme, "form": form}
    if form.is_valid():
        context |= _preview(request, programme, form.cleaned_data["as_of"])
    return render(request, "disclosure/publish.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def agree(request, ask_id):
    """What was asked for, as it stands now; by POST of another person, publish it or let it wait for its day."""
    ask = queries.release_ask(request.user, ask_id)
    if ask is None:
        raise Http404(NOTHING_HERE)
    if request.method == "POST":
        try:
            release = agree_to_publish(ask=ask, by=request.user)
        except WrongState as refusal:
            messages.error(request, refusal.sentence)
        else:
            waits = _("Agreed. It waits for its day.")
            said = _("Release %(name)s is public.") % {"name": str(release)} if release else waits
            messages.success(request, said)
        return redirect("disclosure:releases")
    context = {"programme": ask.programme, "ask": ask} | _preview(request, ask.programme, ask.as_of)
    return render(request, "disclosure/agree.html", context)


def _preview(request, programme, as_of):
    """What a release of this day would change; the sentence where nothing can be published."""
    try:
        preview = queries.preview(programme=programme, as_of=as_of, user=request.user)
    except WrongState as refusal:
        return {"refusal": refusal.sentence}
    page = Paginator(preview["changes"], 50).get_page(request.GET.get("page"))
    for change in page:
        change["kind"], change["list"] = CHANGES[change["kind"]], REGISTERS[change["register"]]
    kinds = [(word, preview["issues"][kind]) for kind, word in CHANGES.items() if preview["issues"][kind]]
    return {"preview": preview, "as_of": as_of, "page": page, "kinds": kinds}


@require_http_methods(["GET", "HEAD", "POST"])
def withhold(request):
    """What is withheld, what waits for a second person, and the form to ask."""
    if not programmes_of(request.user).exists():
        raise Http404(NOTHING_HERE)
    form = WithholdForm(request.POST or None)
    if form.is_valid():
        try:
            ask_to_withhold(by=request.user, **form.cleaned_data)
        except (Denied, Invalid, WrongState) as refusal:
            form.add_error("slug", refusal.sentence)
        else:
            messages.success(request, _("Asked. It is withheld as soon as a second person agrees."))
            return redirect("disclosure:withhold")
    waiting, held = queries.withholdings_for(request.user)
    for ask in (*waiting, *held):
        ask.why = dict(REASONS)[ask.reason]
    return render(request, "disclosure/withhold.html", {"form": form, "waiting": waiting, "held": held})


@require_POST
def withhold_act(request, ask_id, verb):
    """Agree to an ask, or ask to lift what is withheld."""
    ask = queries.withholding(request.user, ask_id)
    if ask is None or verb not in ("agree", "lift"):
        raise Http404(NOTHING_HERE)
    if verb == "agree":
        agree_to_withhold(ask=ask, by=request.user)
        messages.success(request, _("It is shown again.") if ask.lifts_id else _("It is withheld now."))
    else:
        ask_to_lift(ask=ask, by=request.user)
        messages.success(request, _("Asked. It is shown again as soon as a second person agrees."))
    return redirect("disclosure:withhold")
