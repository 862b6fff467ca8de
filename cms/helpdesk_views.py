"""The helpdesk: a form for everybody, the address where an answer is found, and the desk of whoever answers."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from checklists import public as checklists
from cms import actions, queries
from cms.addresses import place_of
from cms.forms import AnswerForm, AskForm, PublishForm
from cms.languages import in_language, other_languages
from cms.permissions import can_publish_answer, programmes_of
from cms.retention import days_kept
from core.audit import System
from core.entrance.gate import a_stranger_may_ask
from core.errors import NOTHING_HERE, Invalid, WrongState

# --- for everybody ------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@in_language
def ask(request):
    """Ask without an account. Below the form: how much was asked lately, by topic."""
    programmes, clusters = list(queries.answering_programmes()), checklists.clusters()
    form = AskForm(
        request.POST or None, programmes=queries.answering_programmes(), clusters=clusters,
        initial={"topic": request.GET.get("topic", "")},
    )  # fmt: skip
    status = 200
    if request.method == "POST" and programmes:
        status = 400
        if form.is_valid():
            told = {name: form.cleaned_data[name] for name in ("programme", "topic", "words", "contact")}
            if form.cleaned_data["website"]:
                return redirect("cms:asked")
            if a_stranger_may_ask(request, "enquiry"):
                enquiry = actions.ask(**told, language=get_language(), by=System("helpdesk"))
                return redirect("cms:asked-here", place_of(enquiry))
            status = 429
            form.add_error(None, _("Too many questions came from here. Wait ten minutes and send it again."))
    context = {
        "form": form,
        "open": bool(programmes),
        "days": max(map(days_kept, programmes), default=0),
        "lately": queries.asked_lately(programmes, clusters),
        "other_languages": other_languages(request),
    }
    return render(request, "cms/helpdesk/ask.html", context, status=status)


@never_cache
@require_safe
@in_language
def asked(request, place=""):
    """Where its asker, who alone has this address, reads the answer. What she asked is not shown again."""
    enquiry = queries.enquiry_at(place) if place else None
    if place and enquiry is None:
        raise Http404(NOTHING_HERE)
    answer = getattr(enquiry, "answer", None)
    context = {
        "place": place,
        "gone": bool(enquiry and enquiry.words.redacted_at),
        "answer": answer.words.body["words"] if answer and not answer.set_aside and answer.words.body else "",
        "days": days_kept(enquiry.programme) if enquiry else 0,
        "received_on": enquiry and enquiry.received_on,
        "other_languages": other_languages(request),
    }
    response = render(request, "cms/helpdesk/asked.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
@in_language
def answers(request, topic):
    """Published questions and answers of a topic."""
    title, found = checklists.clusters().get(topic), list(queries.answers_on(topic)[: queries.MOST_ANSWERS])
    if title is None or not found:
        raise Http404(NOTHING_HERE)
    context = {"topic": topic, "title": title, "answers": found, "other_languages": other_languages(request)}
    return render(request, "cms/helpdesk/answers.html", context)


# --- the desk -----------------------------------------------------------------------------------------------------


@require_safe
def desk(request):
    """What was asked and waits for an answer, and what was answered and may be published."""
    if not programmes_of(request.user).exists():
        raise Http404(NOTHING_HERE)
    waiting, answered = queries.desk(request.user)
    clusters = checklists.clusters()
    lists = [_titled(waiting[: queries.MOST_LISTED], clusters), _titled(answered[: queries.MOST_LISTED], clusters)]
    return render(request, "cms/helpdesk/desk.html", {"waiting": lists[0], "answered": lists[1]})


@require_http_methods(["GET", "HEAD", "POST"])
def enquiry(request, enquiry_id):
    """One question: to answer it, to set it aside, or, for another person, to publish it in words of her own."""
    found = queries.enquiry(request.user, enquiry_id)
    if found is None:
        raise Http404(NOTHING_HERE)
    clusters = checklists.clusters()
    answer = getattr(found, "answer", None)
    form = None
    if answer is None:
        form = AnswerForm(request.POST if request.POST.get("act") == "answer" else None)
    elif can_publish_answer(request.user, answer) and not hasattr(answer, "published"):
        given = {"topic": found.topic, "language": found.language}
        form = PublishForm(request.POST or None, clusters=clusters, initial=given)
    if request.method == "POST":
        done = _act(request, found, answer, form)
        if done:
            messages.success(request, done)
            return redirect("helpdesk:desk")
    _titled([found], clusters)
    return render(request, "cms/helpdesk/enquiry.html", {"enquiry": found, "answer": answer, "form": form})


def _act(request, enquiry, answer, form):
    """Do what was asked for; the sentence to say then, or nothing where the form says what is wrong."""
    try:
        if answer is None and request.POST.get("act") == "set-aside":
            actions.set_aside(enquiry=enquiry, by=request.user)
            return _("Set aside. What was typed is destroyed.")
        if form is None or not form.is_valid():
            return ""
        if answer is None:
            actions.answer_enquiry(enquiry=enquiry, by=request.user, **form.cleaned_data)
            return _("Answered.")
        actions.publish_answer(answer=answer, by=request.user, **form.cleaned_data)
        return _("Published.")
    except (Invalid, WrongState) as refusal:
        if form is None:
            raise
        form.add_error(None, refusal.sentence)
        return ""


def _titled(enquiries, clusters):
    rows = list(enquiries)
    for row in rows:
        row.topic_title = clusters.get(row.topic, _("Something else"))
    return rows
