"""A country's edition: what it changes in each point of its parent, and what becomes of it when the parent moves."""

from django.shortcuts import redirect
from django.utils.translation import gettext as _

from checklists import queries, rules
from checklists.forms import BasedOn, CarryOverForm, DropForm, LawForm, NewQuestionForm, QuestionForm, RewordForm
from checklists.rules import adapting, editing
from checklists.views.common import a_draft, a_version, above, for_editors, nothing, page, saved, screen_of


def _an_edition(draft_id):
    found = a_draft(draft_id)
    if found.head.document["format"] != rules.EDITION_FORMAT:
        nothing()
    return found


@for_editors
def point(request, draft_id, key):
    """One compliance point: each question of the parent may be reworded, given other law or dropped; others are added.

    Every button saves one change as a revision.
    """
    draft = _an_edition(draft_id)
    edition, parent = draft.head.document, queries.parent_document(draft)
    whole = queries.whole_document(draft)
    title, cards = _cards(edition, parent, whole, key)
    if title is None:
        nothing()
    asked = request.POST.get("do"), request.POST.get("of", "")
    for card in cards:
        card["forms"] = _forms(card, edition, asked, request.POST)
    fresh = NewQuestionForm(
        request.POST if asked[0] == "add" else None, prefix="add", initial={"kind": "finding", "required": True},
        behind=[card["question"] for card in cards if not card.get("dropped")],
    )  # fmt: skip
    head = BasedOn(request.POST or None, initial={"based_on": draft.head_id}, auto_id=False)
    problems = []
    if request.method == "POST":
        document = _changed(edition, cards, fresh, asked, key)
        if document is not None and head.is_valid():
            done, problems = saved(request, head, document)
            if done:
                there = key in adapting.own_points(document) or editing.point_place(parent, key)
                return redirect(screen_of(draft, key) + f"#{asked[1]}" if there else above(draft)[1])
    context = {
        "draft": draft, "cards": cards, "fresh": fresh, "head": head, "problems": problems,
        "writable": draft.state == "draft", "is_own": key in adapting.own_points(edition),
    }  # fmt: skip
    return page(request, "edition_point", title, context, above(draft), status=400 if request.POST else 200)


def _cards(edition, parent, whole, key):
    """(the title of the point, what is shown of each of its questions); (None, []) where there is no such point."""
    changes, own = adapting.changes_of(edition), adapting.own_questions(edition)
    before = {q["key"]: q for _c, node, q in rules.questions(parent) if node["key"] == key}
    place = editing.point_place(whole, key)
    node = whole["clusters"][place[1]]["points"][place[3]] if place else None
    title = node["title"] if node else next((p["title"] for _c, p in editing.points(parent) if p["key"] == key), None)
    now = {question["key"]: question for question in node["questions"]} if node else {}
    cards = [
        {"question": question, "parent": before.get(name), "is_own": name in own, "changes": changes.get(name, [])}
        for name, question in now.items()
    ]  # fmt: skip
    for at, (name, question) in enumerate(before.items()):
        if name not in now:
            cards.insert(at, {"question": question, "parent": question, "is_own": False, "dropped": True,
                              "changes": changes.get(name, [])})  # fmt: skip
    return title, cards


def _forms(card, edition, asked, posted):
    """The forms by which this question can be changed, the one that was sent with what was sent."""
    question = card["question"]
    key = question["key"]

    def form(do, make, **start):
        return make(posted if asked == (do, key) else None, initial=start, prefix=f"{do}-{key}")

    if card["is_own"]:
        return {"change": form("change", QuestionForm, **QuestionForm.initial_of(question))}
    if card.get("dropped"):
        return {}
    return {
        "reword": form("reword", RewordForm, **RewordForm.initial_of(question)),
        "refer": form("refer", LawForm, country=edition["country"]),
        "drop": form("drop", DropForm),
    }


def _changed(edition, cards, fresh, asked, point_key):
    """The edition as the form that was sent makes it; None where that form is not whole."""
    do, key = asked
    if do == "add":
        if not fresh.is_valid():
            return None
        change = {"do": "add", "point": point_key, "question": fresh.question()}
        after = fresh.cleaned_data["after"]
        return adapting.with_change(edition, change | ({"after": after} if after else {}))
    card = next((card for card in cards if card["question"]["key"] == key), None)
    if card is None or do is None:
        nothing()
    if do == "out" and card["is_own"]:
        return adapting.with_own_question(edition, key, None)
    if do in (f"back-{n}" for n, _change in card["changes"]):
        return adapting.without_change(edition, int(do.removeprefix("back-")))
    if do not in card["forms"]:
        nothing()
    form = card["forms"][do]
    if not form.is_valid():
        return None
    match do:
        case "reword":
            return adapting.with_words(edition, card["parent"], form.words())
        case "change":
            return adapting.with_own_question(edition, key, form.question())
        case "drop":
            change = {"do": "drop", "question": key, "because": form.cleaned_data["because"]}
        case _:
            change = {"do": "refer", "question": key, "law": [form.law()]}
            change |= {"replace": True} if form.cleaned_data["replace"] else {}
    return adapting.with_change(edition, change)


@for_editors
def carry_over(request, draft_id, version_id):
    """What the parent's newer version means for an edition: each line is taken, or left as the edition has it."""
    draft, parent = _an_edition(draft_id), a_version(version_id)
    if parent not in queries.newer_parents(draft):
        nothing()
    old, new, edition = queries.parent_document(draft), parent.text.document, draft.head.document
    lines = rules.carry_over(old, new, edition)
    head = CarryOverForm(request.POST or None, initial={"based_on": draft.head_id}, auto_id=False)
    posted = {line.question: request.POST.get(f"line-{line.question}") for line in lines}
    problems = []
    if request.method == "POST" and head.is_valid():
        if None in posted.values():
            head.add_error(None, _("Say of every line whether it is taken or left."))
        else:
            left = {key for key, said in posted.items() if said == "leave"}
            made = adapting.on_newer_parent(old, new, edition, left, head.cleaned_data["because"])
            done, problems = saved(request, head, made)
            if done:
                return redirect(above(draft)[1])
    was, own, now = _asked(old), _asked(queries.whole_document(draft)), _asked(new)
    rows = [_row(line, posted[line.question], was, own, now) for line in lines]
    context = {
        "draft": draft, "parent": parent, "rows": rows, "head": head, "problems": problems,
        "writable": draft.state == "draft", "has_new": any(line.what == "new" for line in lines),
    }  # fmt: skip
    return page(request, "carry_over", _("The parent has moved"), context, above(draft),
                status=400 if head.errors else 200)  # fmt: skip


def _asked(document):
    return {question["key"]: question for _c, _p, question in rules.questions(document)}


def _row(line, said, was, own, now):
    """A line of the list with the words of all three, and what is proposed: the edition's own word where it has one."""
    key = line.question
    has_own = bool(line.changes) and own.get(key) != was.get(key)
    can = adapting.can_be_left(line)
    return {
        "line": line, "can_be_left": can, "said": said or ("leave" if can and has_own else "take"),
        "title": (now.get(key) or was.get(key))["text"], "dropped_here": key in was and key not in own,
        "fields": [
            {"field": field, "was": was[key].get(field), "own": own.get(key, {}).get(field), "now": now[key].get(field)}
            for field in line.fields
        ],
    }  # fmt: skip
