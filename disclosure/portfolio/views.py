"""Screens of a portfolio, for the people who act for its buyer. They decide nothing and write through actions."""

import itertools
import tempfile

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import list_pages, statuses
from core.errors import NOTHING_HERE
from core.list_pages import Pages
from core.sheets import save_workbook_to, write_csv
from disclosure.portfolio import actions, exports, queries
from disclosure.portfolio.forms import AskTogetherForm, ChooseForm, ColumnsForm, ListForm, NamedForm, consent_words
from disclosure.portfolio.permissions import lists_visible_to, visible_to
from factories.issued import buyers_of

PAGE = 50
NEWS = 5
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LISTS = Pages(
    desk=actions.DESK, owners=buyers_of, rows=lists_visible_to, home="portfolio:lists", one="portfolio:list",
    templates=("portfolio/lists.html", "portfolio/list.html"), upload=ListForm,
    columns=lambda posted, uploaded: ColumnsForm(posted, uploaded=uploaded),
)  # fmt: skip


@require_safe
def home(request):
    """The portfolio of the buyer this person acts for; the first by name where there are several."""
    buyer = buyers_of(request.user).first()
    if buyer is None:
        raise Http404(NOTHING_HERE)
    return redirect("portfolio:portfolio", buyer.pk)


@require_safe
def portfolio(request, buyer):
    """One row a factory: what is public, how it answers, its plan where it lets the buyer read that."""
    buyers = list(buyers_of(request.user))
    buyer = _one(buyers, buyer)
    choose = ChooseForm(request.GET)
    found = queries.portfolio(request.user, buyer.pk, **choose.chosen())
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    lines = queries.lines(buyer.pk, page)
    for line in lines:
        line.followed.public_words = _counted(line.statuses)
        line.followed.plan_words = _counted(line.progress or {})
        line.followed.consent_words = consent_words(line.consent)
    context = {
        "buyer": buyer,
        "buyers": buyers,
        "choose": choose,
        "chosen": any(choose.chosen().values()),
        "page": page,
        "lines": lines,
        "undecided": queries.to_decide(request.user, buyer.pk).count(),
        "ask": AskTogetherForm() if any(line.can_be_asked for line in lines) else None,
        "all_marked": "mark" in request.GET,
        "news": queries.news([buyer.pk])[:NEWS],
        "letters": queries.wants_letters(request.user),
    }
    return render(request, "portfolio/portfolio.html", context)


def _counted(counts):
    """[(status, words)]; that no violation was found is never said without its day (`Line.nothing_found`)."""
    return [
        (key, f"{statuses.status(key).word}: {n}")
        for key, n in counts.items()
        if key not in ("no_violation_found", "not_applicable")
    ]


@require_safe
def news(request, buyer):
    """What changed, the newest first."""
    buyer = _own(request, buyer)
    page = Paginator(queries.news([buyer.pk]), PAGE).get_page(request.GET.get("page"))
    return render(request, "portfolio/news.html", {"buyer": buyer, "page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def add(request, buyer):
    """Follow one factory, or give one that is followed other words."""
    buyer = _own(request, buyer)
    form = NamedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.follow(buyer=buyer, rows=[form.named], by=request.user)
        messages.success(request, _("Written down."))
        return redirect("portfolio:one", visible_to(request.user).get(buyer=buyer, code=form.named.code).pk)
    context = {"buyer": buyer, "form": form}
    return render(request, "portfolio/add.html", context, status=400 if form.errors else 200)


@require_safe
def decide_next(request, buyer):
    """The next row to decide; the portfolio when all are decided."""
    buyer = _own(request, buyer)
    following = queries.to_decide(request.user, buyer.pk).first()
    if following is None:
        return redirect("portfolio:portfolio", buyer.pk)
    return redirect("portfolio:one", following.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def one(request, pk):
    """One row: the buyer's words beside what is known; say whether they speak of one factory, or take the row away."""
    followed = get_object_or_404(visible_to(request.user).select_related("buyer"), pk=pk)
    if request.method == "POST":
        return _act(request, followed)
    line = queries.lines(followed.buyer_id, [followed])[0]
    context = {
        "followed": followed,
        "line": line,
        "told": queries.told_of(line),
        "public_words": _counted(line.statuses),
        "plan_words": _counted(line.progress or {}),
        "consent_words": consent_words(line.consent),
    }
    return render(request, "portfolio/one.html", context)


def _act(request, followed):
    asked = request.POST.get("do")
    if asked in ("same", "another"):
        actions.decide(followed=followed, same=asked == "same", by=request.user)
        return redirect("portfolio:decide", followed.buyer_id)
    if asked == "part":
        actions.part(followed=followed, by=request.user)
        messages.success(request, _("It is taken for no factory now."))
        return redirect("portfolio:one", followed.pk)
    if asked == "unfollow":
        actions.unfollow(followed=followed, by=request.user)
        messages.success(request, _("Taken out of your portfolio."))
        return redirect("portfolio:portfolio", followed.buyer_id)
    raise Http404(NOTHING_HERE)


@require_POST
def letters(request):
    """Say whether one wants letters."""
    if not buyers_of(request.user).exists():
        raise Http404(NOTHING_HERE)
    wanted = request.POST.get("letters") == "yes"
    actions.set_letters(wanted=wanted, by=request.user)
    messages.success(request, _("You get letters.") if wanted else _("You get no letters."))
    return redirect("portfolio:home")


@require_safe
def table(request, buyer, ending):
    """What the portfolio shows, filtered as the page is, as a file."""
    buyer = _own(request, buyer)
    found = queries.portfolio(request.user, buyer.pk, **ChooseForm(request.GET).chosen())
    rows = exports.rows(buyer.pk, found, lambda slug: request.build_absolute_uri(f"/disclosure/{slug}/"))
    if ending == "csv":
        response = StreamingHttpResponse(write_csv(exports.header(), rows), content_type="text/csv; charset=utf-8")
    else:
        book = tempfile.TemporaryFile()  # noqa: SIM115 closed with the response
        save_workbook_to(book, [("portfolio", itertools.chain([exports.header()], rows))])
        book.seek(0)
        response = FileResponse(book, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="portfolio.{ending}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def lists(request):
    """Send in a list; see those sent before."""
    return list_pages.home(request, LISTS)


def one_list(request, pk):
    """One list: how far it is, what it would do, and what the person says to that."""
    return list_pages.one(request, LISTS, pk)


@require_safe
def places_to_mend(request, pk):
    """The refused rows as a workbook, to mend the list by."""
    return list_pages.places_to_mend(request, LISTS, pk)


def _own(request, buyer):
    return _one(buyers_of(request.user), buyer)


def _one(buyers, pk):
    found = next((buyer for buyer in buyers if buyer.pk == pk), None)
    if found is None:
        raise Http404(NOTHING_HERE)
    return found
