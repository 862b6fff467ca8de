"""Screens of translations: who reads a text asks for it in her language; a translator finds what was asked for."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import access, languages
from core.errors import NOTHING_HERE, Invalid, WrongState
from core.roles import Right
from core.translating import SideBySide
from improvement_plans import actions, queries
from improvement_plans.views.pages import found, refused, show


def _ask(request, page, thing_id, **thing):
    try:
        actions.ask_translation(into=request.POST.get("into", ""), by=request.user, **thing)
    except (Invalid, WrongState) as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, _("A translator is asked. The words stand here when she has written them."))
    return redirect(f"improvement_plans:{page}", thing_id)


@require_POST
def translate_item(request, item_id):
    """Ask for the words of an item in another language."""
    return _ask(request, "item", item_id, item=found(queries.item_view(request.user, item_id)).item)


@require_POST
def translate_meeting(request, meeting_id):
    """Ask for the words of a meeting in another language."""
    return _ask(request, "meeting", meeting_id, meeting=found(queries.meeting_view(request.user, meeting_id)).meeting)


@require_POST
def translate_statement(request, statement_id):
    """Its author asks for the words of a statement to the programme in another language."""
    view = found(queries.statement_view(request.user, statement_id))
    return _ask(request, "statement", statement_id, statement=view.statement)


@require_GET
def translations(request):
    """What waits for the translator. For others this place does not exist."""
    if not access.held_in(request).any(Right.TRANSLATE_WORDS):
        raise Http404(NOTHING_HERE)
    page = Paginator(queries.to_translate(request.user), 25).get_page(request.GET.get("page"))
    for one in page:
        one.language = languages.name(one.into)
    return show(request, "improvement_plans/translations.html", {"page": page}, phone=False)


def translation(request, translation_id):
    """The words of one thing, and beside each what the translator makes of it."""
    work = found(queries.work_of(request.user, translation_id))
    form = SideBySide(request.POST or None, rows=work.rows, into=work.translation.into)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                actions.translate(translation=work.translation, words=form.words(), seen=form.seen(), by=request.user)
            except (Invalid, WrongState) as error:
                status = refused(form, error)
            else:
                messages.success(request, _("It is there for those who read it."))
                return redirect("improvement_plans:translations")
        else:
            status = 400
    context = {"work": work, "form": form}
    return show(request, "improvement_plans/translation.html", context, phone=False, status=status)
