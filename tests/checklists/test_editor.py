"""The checklist editor: who comes in, one point at a time, a warning before an overwrite, review, publishing, diff."""

import re
from datetime import date

import pytest
from django.urls import reverse

from checklists import actions, queries, rules
from checklists.editor_urls import urlpatterns
from checklists.models import ChecklistVersion, Draft
from tests.world import PASSWORD, SETUP


@pytest.fixture
def kunthea(world):
    return world.person("Kunthea", "checklist-editor")


@pytest.fixture
def reader(world):
    """A second editor, who reads what the first wrote."""
    return world.person("Bora", "checklist-editor")


@pytest.fixture
def draft(world, kunthea):
    document = world.version.text.document | {"version": "2", "in_force_from": "2026-06-01"}
    return actions.save_draft(document=document, by=kunthea)


def fields_of(page):
    """{name: value} of every field of a page as a browser would send it."""
    html = page.content.decode()
    form = html[html.index("data-of-head") :]
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name = re.search(r'name="([^"]*)"', tag)
        if not name or "__prefix__" in name[1]:
            continue
        kind = re.search(r'type="([^"]*)"', tag)[1]
        if kind == "checkbox" and "checked" not in tag:
            continue
        value = re.search(r'value="([^"]*)"', tag)
        found.setdefault(name[1], []).append(value[1] if value else "on" if kind == "checkbox" else "")
    for name, value in re.findall(r'<textarea name="([^"]*)"[^>]*>\r?\n?(.*?)</textarea>', form, re.S):
        if "__prefix__" not in name:
            found[name] = [value]
    for name, body in re.findall(r'<select name="([^"]*)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', body)
        if "__prefix__" not in name:
            found[name] = [chosen[1] if chosen else ""]
    from html import unescape

    return {name: [unescape(value) for value in values] for name, values in found.items()}


def point_address(draft, key="emergency-preparedness"):
    return reverse("checklist_editor:point", args=[draft.pk, key])


def a_point(draft):
    return draft.head.document["clusters"][0]["points"][0]["key"]


def test_every_page_of_the_editor_has_its_door():
    assert all(getattr(pattern.callback, "door", None) or _inner_door(pattern.callback) for pattern in urlpatterns)


def _inner_door(view):
    while view is not None:
        if hasattr(view, "door"):
            return view.door
        view = getattr(view, "__wrapped__", None)
    return None


def test_the_role_opens_the_shell_and_its_end_closes_it(client, world, kunthea):
    client.login(username="kunthea", password=PASSWORD)
    assert client.get(reverse("checklist_editor:index")).status_code == 200
    from core import actions as core

    core.end_role(assignment=kunthea.roles.get(), by=SETUP)
    client.login(username="kunthea", password=PASSWORD)
    assert client.get(reverse("checklist_editor:index")).status_code in (302, 403)


def test_who_edits_content_only_reads_nothing_here(client, world, draft):
    """She is in the same shell, and every page of the checklists is closed to her."""
    client.force_login(world.person("Nary", "content-editor"))
    for address in (
        reverse("checklist_editor:index"),
        point_address(draft, a_point(draft)),
        reverse("checklist_editor:draft", args=[draft.pk]),
        reverse("checklist_editor:law"),
    ):
        answer = client.get(address)
        assert answer.status_code == 403, address
        assert b"emergency" not in answer.content


def test_a_translator_reads_versions_and_no_drafts(client, world, draft):
    client.force_login(world.person("Tola", "translator"))
    assert client.get(reverse("checklist_editor:version", args=[world.version.pk])).status_code == 200
    assert client.get(reverse("checklist_editor:draft", args=[draft.pk])).status_code == 403


def test_a_point_is_saved_as_a_revision_and_what_was_not_touched_stays(client, draft, kunthea):
    client.force_login(kunthea)
    key = a_point(draft)
    page = client.get(point_address(draft, key))
    fields = fields_of(page)
    answer = client.post(point_address(draft, key), fields)
    assert answer.status_code == 302, re.findall(r'role="alert">(.*?)</div>', answer.content.decode(), re.S)
    draft.refresh_from_db()
    assert draft.head.document == draft.head.based_on.document, "a save without a change changes nothing"
    fields = fields_of(client.get(point_address(draft, key)))
    fields["q-0-text"] = ["Is it clear to everybody?"]
    assert client.post(point_address(draft, key), fields).status_code == 302
    draft.refresh_from_db()
    questions = draft.head.document["clusters"][0]["points"][0]["questions"]
    assert questions[0]["text"] == "Is it clear to everybody?"
    (_revision, found), *_rest = queries.changes_since(draft)
    assert [(item.key, [change.field for change in item.changes]) for item in found.questions] == [
        (questions[0]["key"], ["text"])
    ]


def test_questions_are_put_in_another_order_and_taken_out(client, draft, kunthea):
    client.force_login(kunthea)
    document = draft.head.document
    key, questions = next(
        (point["key"], point["questions"])
        for cluster in document["clusters"] for point in cluster["points"] if len(point["questions"]) > 1
    )  # fmt: skip
    fields = fields_of(client.get(point_address(draft, key)))
    fields["q-0-ORDER"], fields["q-1-ORDER"] = ["2"], ["1"]
    assert client.post(point_address(draft, key), fields).status_code == 302
    draft.refresh_from_db()
    found = next(p for c in draft.head.document["clusters"] for p in c["points"] if p["key"] == key)["questions"]
    assert [question["key"] for question in found[:2]] == [questions[1]["key"], questions[0]["key"]]
    fields = fields_of(client.get(point_address(draft, key)))
    fields["q-0-DELETE"] = ["on"]
    assert client.post(point_address(draft, key), fields).status_code == 302
    draft.refresh_from_db()
    found = next(p for c in draft.head.document["clusters"] for p in c["points"] if p["key"] == key)["questions"]
    assert questions[1]["key"] not in [question["key"] for question in found]


def test_the_second_of_two_editors_is_told_and_overwrites_nothing(client, draft, kunthea, reader):
    key = a_point(draft)
    client.force_login(kunthea)
    mine = fields_of(client.get(point_address(draft, key)))
    actions.save_draft(document=draft.head.document | {"title": "From Bora"}, based_on=draft.head, by=reader)
    warned = client.get(reverse("checklist_editor:head", args=[draft.pk])).json()
    assert warned["who"] == "Bora"
    assert warned["revision"] != mine["based_on"][0]
    mine["q-0-text"] = ["My words, kept on the screen"]
    answer = client.post(point_address(draft, key), mine)
    assert answer.status_code == 400
    html = answer.content.decode()
    assert "Bora" in html
    assert "My words, kept on the screen" in html
    draft.refresh_from_db()
    assert draft.head.document["title"] == "From Bora"


def test_what_cannot_be_taken_is_named_by_its_question(client, draft, kunthea):
    client.force_login(kunthea)
    key = a_point(draft)
    fields = fields_of(client.get(point_address(draft, key)))
    fields["q-0-more"] = ["law: [{title: No instrument}]"]
    answer = client.post(point_address(draft, key), fields)
    assert answer.status_code == 400
    assert "question 1" in answer.content.decode()
    fields["q-0-more"] = ["law: [a, : b"]
    assert "is not YAML" in client.post(point_address(draft, key), fields).content.decode()
    assert Draft.objects.get(pk=draft.pk).head_id == draft.head_id


def screen(name, draft, *more):
    return reverse(f"checklist_editor:{name}", args=[draft.pk, *more])


def sent(client, address, **changes):
    """A screen's own fields, changed and sent back."""
    return client.post(address, fields_of(client.get(address)) | {name: [value] for name, value in changes.items()})


def mistakes(answer):
    return re.findall(r'(?:role="alert"|of-refused)[^>]*>(.*?)</', answer.content.decode(), re.S)


def test_clusters_are_added_renamed_put_in_order_and_taken_out(client, draft, kunthea):
    client.force_login(kunthea)
    fresh = {
        "do": "add", "based_on": draft.head_id, "key": "working-hours", "title": "Working hours", "kind": "national",
        "point_key": "overtime", "point": "Overtime", "question": "Is overtime written down?",
    }  # fmt: skip
    answer = client.post(screen("clusters", draft), fresh)
    assert answer["Location"] == screen("point", draft, "overtime"), mistakes(answer)
    draft.refresh_from_db()
    keys = [cluster["key"] for cluster in draft.head.document["clusters"]]
    assert keys[-1] == "working-hours"
    order = {"do": "order", "based_on": draft.head_id, "cluster": keys[::-1]}
    assert client.post(screen("clusters", draft), order).status_code == 302
    draft.refresh_from_db()
    assert [cluster["key"] for cluster in draft.head.document["clusters"]] == keys[::-1]
    assert sent(client, screen("cluster", draft, "working-hours"), title="Hours of work").status_code == 302
    draft.refresh_from_db()
    first = draft.head.document["clusters"][0]
    assert (first["title"], first["kind"]) == ("Hours of work", "national")
    assert [point["key"] for point in first["points"]] == ["overtime"]
    drop = {"do": "drop", "based_on": draft.head_id}
    assert client.post(screen("cluster", draft, "working-hours"), drop)["Location"] == screen("clusters", draft)
    draft.refresh_from_db()
    assert "working-hours" not in [cluster["key"] for cluster in draft.head.document["clusters"]]


def test_a_point_is_taken_out_and_another_editors_save_keeps_it(client, draft, kunthea, reader):
    client.force_login(kunthea)
    key, old = "overtime-wages", draft.head
    actions.save_draft(document=old.document | {"title": "From Bora"}, based_on=old, by=reader)
    told = client.post(screen("drop-point", draft, key), {"based_on": old.pk}, follow=True)
    assert "Bora saved a newer revision" in told.content.decode()
    draft.refresh_from_db()
    assert f"'{key}'" in str(draft.head.document["clusters"])
    client.post(screen("drop-point", draft, key), {"based_on": draft.head_id})
    draft.refresh_from_db()
    assert f"'{key}'" not in str(draft.head.document["clusters"])


def test_every_new_screen_warns_the_second_of_two_editors_and_overwrites_nothing(client, draft, kunthea, reader):
    client.force_login(kunthea)
    places = [screen("clusters", draft), screen("cluster", draft, draft.head.document["clusters"][0]["key"]),
              screen("sampling", draft), screen("checks", draft)]  # fmt: skip
    mine = [fields_of(client.get(address)) for address in places]
    actions.save_draft(document=draft.head.document | {"title": "From Bora"}, based_on=draft.head, by=reader)
    for address, fields in zip(places, mine, strict=True):
        answer = client.post(address, fields | {"do": "order"})
        assert answer.status_code == 400, address
        assert "Bora saved a newer revision" in answer.content.decode(), address
    draft.refresh_from_db()
    assert draft.head.document["title"] == "From Bora"


def test_sampling_plans_are_written_and_tried(client, draft, kunthea):
    client.force_login(kunthea)
    address = screen("sampling", draft)
    answer = sent(client, address, **{
        "r-TOTAL_FORMS": "1", "r-0-key": "pay-slips", "r-0-title": "Pay slips", "r-0-months": "peak",
        "r-0-bands-TOTAL_FORMS": "2", "r-0-bands-INITIAL_FORMS": "0", "r-0-bands-0-upto": "100",
        "r-0-bands-0-take": "5", "r-0-bands-1-upto": "", "r-0-bands-1-take": "8",
        "i-bands-0-take": "12", "i-spread": "sex", "i-notes": "privacy",
    })  # fmt: skip
    assert answer.status_code == 302, mistakes(answer)
    draft.refresh_from_db()
    plan = draft.head.document["sampling"]
    assert plan["records"]["pay-slips"] == {
        "title": "Pay slips", "months": ["peak"], "bands": [{"from": 1, "to": 100, "take": 5}, {"from": 101, "take": 8}]
    }  # fmt: skip
    assert plan["interviews"]["spread"] == ["sex"]
    assert plan["interviews"]["notes"] == ["privacy"]
    before = draft.head.document
    assert sent(client, address).status_code == 302
    draft.refresh_from_db()
    assert draft.head.document == before, "a save without a change changes nothing"

    def drawn(seed):
        html = client.get(address, {"people": "300", "seed": seed}).content.decode()
        return re.search(r'<td>8</td><td><span dir="ltr">([\d, ]+)<', html)[1].split(", ")

    assert len(set(drawn("a"))) == 8
    assert drawn("a") == drawn("a") != drawn("b"), "a seed repeats its draw"
    refused = sent(client, address, **{"r-0-bands-0-upto": "900", "r-0-bands-1-upto": "100"})
    assert refused.status_code == 400
    assert sent(client, address, **{"r-0-bands-2-upto": "7"}).status_code == 400, "a band that takes nothing"


def test_checks_are_written_tried_and_named_by_the_linter(client, draft, kunthea):
    client.force_login(kunthea)
    document = draft.head.document
    counts = [{"key": key, "kind": "number", "text": f"{key}?", "level": "enterprise"} for key in ("women", "people")]
    point = document["clusters"][0]["points"][0]
    point = point | {"questions": [*counts, *point["questions"]]}
    first = document["clusters"][0] | {"points": [point, *document["clusters"][0]["points"][1:]]}
    made = document | {"clusters": [first, *document["clusters"][1:]], "checks": []}
    draft = actions.save_draft(document=made, based_on=draft.head, by=kunthea)
    address = screen("checks", draft)
    rule = 'answers["women"] > answers["people"]'
    answer = sent(client, address, **{
        "c-TOTAL_FORMS": "1", "c-0-key": "more-women", "c-0-says": "More women than people.", "c-0-when": rule,
        "c-0-questions": "", "c-0-ORDER": "1",
    })  # fmt: skip
    assert answer.status_code == 302, mistakes(answer)
    draft.refresh_from_db()
    assert draft.head.document["checks"] == [
        {"key": "more-women", "when": rule, "says": "More women than people.", "questions": ["women", "people"]}
    ]
    trial = screen("try-check", draft, "more-women")
    assert "More women than people." in client.get(trial, {"women": "9", "people": "3"}).content.decode()
    assert "fit together" in client.get(trial, {"women": "2", "people": "3"}).content.decode()
    assert "an answer is missing" in client.get(trial, {"women": "2"}).content.decode()
    assert sent(client, address, **{"c-0-when": 'answers["nobody"] > 1', "c-0-questions": "women"}).status_code == 302
    told = client.get(address).content.decode()
    assert "nobody" in re.search(r"of-lints.*?</ul>", told, re.S)[0]
    assert screen("checks", draft) in client.get(screen("draft", draft)).content.decode()
    assert sent(client, address, **{"c-0-DELETE": "on"}).status_code == 302
    draft.refresh_from_db()
    assert "checks" not in draft.head.document


def test_an_edition_has_no_screens_of_its_own_for_what_its_parent_holds(client, world, kunthea):
    client.force_login(kunthea)
    client.post(reverse("checklist_editor:begin", args=[world.version.pk]),
                {"version": "KH-1", "in_force_from": "2026-06-01", "country": "KH"})  # fmt: skip
    draft = Draft.objects.get(version="KH-1")
    for name in ("clusters", "sampling", "checks"):
        assert client.get(screen(name, draft)).status_code == 404
        assert f'href="{screen(name, draft)}"' not in client.get(screen("draft", draft)).content.decode()


def test_sample_answers_show_what_the_rules_make_of_them_and_nothing_is_kept(client, draft, kunthea):
    client.force_login(kunthea)
    document = draft.head.document
    point = document["clusters"][0]["points"][0]
    question = point["questions"][0] | {"suggest": [
        {"when": 'answers["how-many"] > 3', "state": "non_compliant", "because": "More than three."}
    ]}  # fmt: skip
    count = {"key": "how-many", "kind": "number", "text": "How many?", "level": "enterprise"}
    point = point | {"questions": [count, question, *point["questions"][1:]]}
    cluster = document["clusters"][0] | {"points": [point, *document["clusters"][0]["points"][1:]]}
    changed = document | {"clusters": [cluster, *document["clusters"][1:]]}
    draft = actions.save_draft(document=changed, based_on=draft.head, by=kunthea)
    address = reverse("checklist_editor:try", args=[draft.pk, point["key"]])
    assert "More than three." not in client.get(address).content.decode()
    assert "More than three." in client.get(address, {"how-many": "4"}).content.decode()
    assert "More than three." not in client.get(address, {"how-many": "2"}).content.decode()


def test_from_draft_to_published_takes_two_people_and_a_confirmed_bridge(client, world, draft, kunthea, reader):
    client.force_login(kunthea)
    old = world.version
    planned = world.planned()
    client.post(reverse("checklist_editor:send", args=[draft.pk]))
    client.post(reverse("checklist_editor:publish", args=[draft.pk]), {"form-TOTAL_FORMS": 0, "form-INITIAL_FORMS": 0})
    assert ChecklistVersion.objects.count() == 1, "who saved it last does not publish it"
    client.force_login(reader)
    page = client.get(reverse("checklist_editor:publish", args=[draft.pk]))
    html = page.content.decode()
    fields = {}
    for tag in re.findall(r'<input type="hidden"[^>]*>', html):
        fields[re.search(r'name="([^"]*)"', tag)[1]] = re.search(r'value="([^"]*)"', tag)[1]
    for name in re.findall(r'<select name="(form-\d+-relation)"', html):
        fields[name] = "same"
    answer = client.post(reverse("checklist_editor:publish", args=[draft.pk]), fields)
    assert answer.status_code == 302, answer.content.decode()[:2000]
    new = ChecklistVersion.objects.exclude(pk=old.pk).get()
    assert new.version == "2"
    assert queries.in_force(key=new.checklist.key, country="KH", on=date(2026, 7, 1)) == new
    planned.refresh_from_db()
    assert planned.version_id == old.pk
    compared = client.get(reverse("checklist_editor:compare"), {"old": old.pk, "new": new.pk})
    assert "In force from" in compared.content.decode()
    client.post(reverse("checklist_editor:retire", args=[old.pk]), {"on": "2026-06-01"})
    assert ChecklistVersion.objects.get(pk=old.pk).retirement.on == date(2026, 6, 1)


def test_a_split_and_a_merger_are_said_by_the_person_who_publishes_and_the_trend_knows(client, world, kunthea, reader):
    """What nobody could propose, since no words are alike; the rows that are not needed any more are emptied."""

    def asks(version, day, texts):
        questions = [{"key": key, "kind": "yes_no", "text": text, "level": "enterprise"} for key, text in texts.items()]
        point = {"key": "p", "title": "Point", "questions": questions}
        document = {"format": rules.FORMAT, "key": "walk", "version": version, "title": "Walk", "language": "en",
                    "subject": "factory", "in_force_from": day}  # fmt: skip
        return document | {"clusters": [{"key": "c", "title": "C", "kind": "core", "points": [point]}]}

    old = {"doors": "Doors wide open?", "lamps": "Do lamps burn?", "water": "Clean drinking water nearby?"}
    new = {
        "fire": "Whole building prepared for fire?",
        "taps": "Enough taps per floor?",
        "tested": "Is quality tested?",
    }
    first = actions.import_document(document=asks("1", "2020-01-01", old), by=SETUP)[0]
    draft = actions.save_draft(document=asks("2", "2026-06-01", new), by=kunthea)
    actions.send_to_review(draft=draft, by=kunthea)
    client.force_login(reader)
    address = reverse("checklist_editor:publish", args=[draft.pk])
    proposed = [form["relation"].value() for form in client.get(address).context["formset"]]
    assert sorted(proposed) == ["dropped"] * 3 + ["new"] * 3
    meant = [("merged", "doors", "fire"), ("merged", "lamps", "fire"), ("split", "water", "taps"),
             ("split", "water", "tested"), ("new", "", ""), ("dropped", "", "")]  # fmt: skip

    def fields(rows):
        said = {"form-TOTAL_FORMS": len(rows), "form-INITIAL_FORMS": len(rows)}
        for n, row in enumerate(rows):
            said |= {f"form-{n}-{name}": value for name, value in zip(("relation", "old", "new"), row, strict=True)}
        return said

    half = client.post(address, fields([("merged", "doors", "fire"), *meant[2:]]))
    assert half.status_code == 200
    assert "stands in no relation" in half.content.decode()
    assert client.post(address, fields(meant)).status_code == 302
    second = ChecklistVersion.objects.get(checklist__key="walk", version="2")
    assert second.bridge.confirmed_by == reader
    series = queries.series_of([first.pk, second.pk])
    heads = {key: series[first.pk, key] for key in old}
    assert heads["doors"] == heads["lamps"] == series[second.pk, "fire"]
    assert heads["water"] == series[second.pk, "taps"] == series[second.pk, "tested"]


def test_an_edition_is_begun_from_a_version(client, world, kunthea):
    client.force_login(kunthea)
    said = {"version": "KH-1", "in_force_from": "2026-06-01", "country": "KH"}
    answer = client.post(reverse("checklist_editor:begin", args=[world.version.pk]), said)
    draft = Draft.objects.get(version="KH-1")
    assert answer["Location"].endswith(f"/drafts/{draft.pk}/")
    assert draft.head.document["parent"] == world.version.version
    assert client.get(answer["Location"]).status_code == 200
    file = client.get(reverse("checklist_editor:text", args=[draft.pk])).content.decode()
    assert "openfloor-edition/1" in file


def test_the_pages_do_not_ask_more_when_there_is_more(client, world, draft, kunthea, django_assert_max_num_queries):
    client.force_login(kunthea)
    for address in (reverse("checklist_editor:index"), reverse("checklist_editor:draft", args=[draft.pk])):
        client.get(address)
        with django_assert_max_num_queries(45):
            client.get(address)
