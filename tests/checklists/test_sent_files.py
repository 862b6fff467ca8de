"""A file sent in on a screen: read by a job, shown with what it would do, then taken; and mappings kept for the next."""

import zipfile
from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from checklists import actions, files
from checklists.models import Draft, QuestionMapping, SentFile, Translation
from checklists.tasks import drop_old_files, read_file
from core import queue
from core.audit import System
from core.errors import Denied, Invalid, WrongState
from core.models import AuditRecord
from core.sheets import write_workbook

FORM = {
    "survey": [["type", "name", "label"], ["text", "who", "Who?"], ["geopoint", "where", "Where?"]],
    "settings": [["form_id", "form_title", "version"], ["walk", "A walk", "1"]],
}
LIST = {
    "Notes": [["Read me"], ["Our questions"]],
    "Questions": [
        ["Number", "Chapter", "Question", "Type", "Options", "Dependency", "When value", "Mandatory"],
        ["1", "Work", "Are contracts written?", "Yes/No", "", "", "", "Yes"],
        ["2", "Work", "In which language?", "Pick", "Khmer|English", "1", "Yes", ""],
        ["3", "Safety", "Where is the exit?", "Map", "", "", "", ""],
    ],
}


@pytest.fixture
def kunthea(world):
    return world.person("Kunthea", "checklist-editor")


@pytest.fixture
def send(client, kunthea):
    """Send a file in as Kunthea and let the job read it."""
    client.force_login(kunthea)

    def do(content, name="list.xlsx", version=None):
        data = content if isinstance(content, bytes) else write_workbook(content)
        address = reverse("checklist_editor:translate", args=[version.pk]) if version else TAKE
        answer = client.post(address, {"file": SimpleUploadedFile(name, data)})
        assert answer.status_code == 302
        queue.run_waiting()
        return SentFile.objects.order_by("-sent_at").first()

    return do


TAKE = "/cms/checklists/file/"


def address(sent):
    return reverse("checklist_editor:file", args=[sent.pk])


def press(client, sent, what, **more):
    answer = client.post(address(sent), {"do": what} | more)
    queue.run_waiting()
    sent.refresh_from_db()
    return answer


def columns(**changes):
    said = {
        "sheet": "Questions", "kinds_of": "Type", "name": "our-list", "key": "ours", "title": "Our list",
        "language": "en", "split": "|", "yes": "Yes", "all": "yes_no", "c-text": "Question", "c-key": "Number",
        "c-cluster": "Chapter", "c-kind": "Type", "c-choices": "Options", "c-depends_on": "Dependency",
        "c-depends_value": "When value", "c-required": "Mandatory", "k-0": "yes_no", "k-1": "choice", "k-2": "",
    }  # fmt: skip
    return said | changes


def test_nothing_is_read_in_the_request_and_the_screen_says_how_far_it_is(client, kunthea, monkeypatch):
    client.force_login(kunthea)
    monkeypatch.setattr(files, "read_sheets", lambda *a, **k: pytest.fail("read in the request"))
    answer = client.post(TAKE, {"file": SimpleUploadedFile("walk.xlsx", write_workbook(FORM))})
    sent = SentFile.objects.get()
    assert answer["Location"] == address(sent)
    assert "being read" in client.get(address(sent)).content.decode()
    state = reverse("checklist_editor:file-state", args=[sent.pk])
    assert client.get(state).json()["waiting"] is True
    monkeypatch.undo()
    queue.run_waiting()
    assert client.get(state).json()["waiting"] is False
    read_file(file_id=str(sent.pk))  # a job may run twice


def test_what_cannot_be_carried_is_told_by_its_place_and_nothing_is_written(client, send):
    sent = send(FORM, "walk.xlsx")
    assert not Draft.objects.filter(checklist__key="walk").exists(), "the trial is taken back"
    html = client.get(address(sent)).content.decode()
    assert "geopoint" in html
    lost = next(one for one in sent.told["leavings"] if "geopoint" in one["reason"])
    assert (lost["sheet"], lost["line"], lost["column"]) == ("survey", 3, "type")
    press(client, sent, "take")
    assert not Draft.objects.filter(checklist__key="walk").exists(), "nobody said that it may be taken in part"
    answer = press(client, sent, "take", partly="1")
    draft = Draft.objects.get(checklist__key="walk")
    assert answer["Location"] == reverse("checklist_editor:draft", args=[draft.pk])
    assert (draft.state, sent.state, sent.data) == ("draft", "taken", None)
    assert "became a draft" in client.get(address(sent)).content.decode()
    verbs = AuditRecord.objects.filter(verb__startswith="file.").order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["file.sent", "file.taken"]


def test_a_published_version_is_refused_before_anybody_says_yes(client, send, world):
    taken = client.get(reverse("checklist_editor:take", args=[world.version.pk, "xlsx"]))
    sent = send(taken.content, "small.xlsx")
    assert "published" in sent.told["problem"]
    assert press(client, sent, "take").status_code == 302
    assert sent.state == "read"


def test_who_comes_second_overwrites_nothing(client, send, world, kunthea):
    document = world.version.text.document | {"version": "2", "in_force_from": "2026-06-01"}
    draft = actions.save_draft(document=document, by=kunthea)
    taken = client.get(reverse("checklist_editor:text", args=[draft.pk])).context["form"]["text"].value()
    sent = send(taken.encode(), "small.yaml")
    assert sent.based_on_id == draft.head_id
    bora = world.person("Bora", "checklist-editor")
    actions.save_draft(document=document | {"title": "From Bora"}, based_on=draft.head, by=bora)
    with pytest.raises(WrongState, match="Bora"):
        actions.take_file(sent=sent, by=kunthea)
    draft.refresh_from_db()
    assert draft.head.document["title"] == "From Bora"


def bomb():
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", b"0" * (300 * 1024 * 1024))
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bomb.xlsx", bomb),
        ("noise.xlsx", lambda: b"\x00\xff not a workbook" * 50),
        ("deep.yaml", lambda: b"[" * 5000),
        ("alias.yaml", lambda: b"a: &a [1]\nb: *a\n"),
        ("page.csv", lambda: b"\xff\xfe\x00"),
        ("twice.yaml", lambda: b"key: a\nkey: b\n"),
    ],
)
def test_a_hostile_file_is_refused_by_the_job_with_a_sentence(client, send, name, content):
    sent = send(content(), name)
    assert sent.state == "read"
    assert sent.told["problem"]
    assert not Draft.objects.exists()
    assert client.get(address(sent)).status_code == 200
    press(client, sent, "drop")
    assert (sent.state, sent.data, sent.told) == ("dropped", None, {})


def test_what_is_no_such_file_is_refused_at_the_door(client, kunthea):
    client.force_login(kunthea)
    for name, data in (("a.exe", b"x"), ("empty.xlsx", b""), ("large.yaml", b"x" * (10 * 1024 * 1024 + 1))):
        client.post(TAKE, {"file": SimpleUploadedFile(name, data)})
    assert not SentFile.objects.exists()


def test_a_file_is_its_senders_own(client, send, world):
    sent = send(FORM, "walk.xlsx")
    client.force_login(world.person("Bora", "checklist-editor"))
    assert client.get(address(sent)).status_code == 404
    tola = world.person("Tola", "translator")
    client.force_login(tola)
    assert client.post(TAKE, {"file": SimpleUploadedFile("a.yaml", b"a: 1")}).status_code == 403
    with pytest.raises(Denied):
        actions.take_file(sent=sent, partly=True, by=tola)


def test_a_sheet_of_questions_is_read_once_a_person_says_which_column_is_what(client, send, world):
    sent = send(LIST)
    assert "mapping" in sent.told["problem"]
    html = client.get(address(sent), {"sheet": "Questions"}).content.decode()
    assert "In which language?" in html, "the first rows are shown"
    kept = columns(programme=world.programme.pk)
    guessed = press(client, sent, "columns", **(kept | {"kinds_of": ""})).content.decode()
    assert "Say what each of its kinds is" in guessed, "the kinds are asked before anything is kept"
    assert not QuestionMapping.objects.exists()
    assert press(client, sent, "columns", **kept).status_code == 302
    mapping = QuestionMapping.objects.get()
    assert (mapping.name, mapping.programme) == ("our-list", world.programme)
    assert (sent.told["questions"], sent.told["rules"], sent.told["losses"]) == (2, 1, 1)
    lost = next(one for one in sent.told["leavings"] if one["loss"])
    assert (lost["sheet"], lost["line"], lost["column"]) == ("Questions", 4, "Type")
    press(client, sent, "take", partly="1")
    clusters = Draft.objects.get(checklist__key="ours").head.document["clusters"]
    assert [cluster["title"] for cluster in clusters] == ["Work"]
    second = clusters[0]["points"][0]["questions"][1]
    assert second["visible_when"] == 'answered("1") && answers["1"]'
    again = send(LIST | {"Questions": LIST["Questions"][:3]}, "next-year.xlsx")
    assert again.told["questions"] == 2, "the next file of this sender is known by its columns"
    plain = "Number,Chapter,Question,Type,Options,Dependency,When value,Mandatory\n1,Work,Is it so?,Yes/No,,,,Yes\n"
    assert send(plain.encode(), "list.csv").told["questions"] == 1


def test_a_mapping_is_kept_for_a_programme_by_its_editors_and_for_all_by_the_command(world, kunthea, tmp_path):
    document = {"fields": {"text": "Question"}, "checklist": {"key": "a", "title": "A", "language": "en"}}
    for programme in (None, world.other_programme):
        with pytest.raises(Denied):
            actions.save_mapping(name="ours", document=document, programme=programme, by=kunthea)
    with pytest.raises(Invalid):
        actions.save_mapping(name="ours", document={"fields": {}}, programme=world.programme, by=kunthea)
    actions.save_mapping(name="for-all", document=document, by=System("import"))
    with pytest.raises(Invalid, match="Another mapping"):
        actions.save_mapping(name="for-all", document=document, programme=world.programme, by=kunthea)
    made = tmp_path / "mine.yaml"
    made.write_text("fields: {text: Frage}\nchecklist: {key: b, title: B, language: de}\nconstants: {kind: yes_no}\n")
    table = tmp_path / "b.csv"
    table.write_text("Frage\nIst das so?\n")
    call_command("import_checklist", str(table), mapping=str(made), keep_mapping=True)
    assert QuestionMapping.objects.get(name="mine").programme is None
    call_command("import_checklist", str(table), mapping="mine")


def test_translators_take_a_sheet_and_bring_it_back(client, world, send):
    client.force_login(world.person("Tola", "translator"))
    sheet = client.get(reverse("checklist_editor:take", args=[world.version.pk, "translation"]), {"language": "km"})
    book = openpyxl.load_workbook(BytesIO(sheet.content))
    texts = next(one for one in book if "translation" in [cell.value for cell in one[1]])
    texts.cell(2, [cell.value for cell in texts[1]].index("translation") + 1).value = "ការងារកុមារ"
    filled = BytesIO()
    book.save(filled)
    sent = send(filled.getvalue(), "km.xlsx", world.version)
    assert (sent.told.get("problem"), sent.told["texts"]) == (None, 1)
    before = Translation.objects.count()
    assert press(client, sent, "take")["Location"] == reverse("checklist_editor:version", args=[world.version.pk])
    assert Translation.objects.count() == before + 1
    wrong = send(
        b"format: openfloor-translation/1\nchecklist: other\nversion: '9'\nlanguage: km\n", "x.yaml", world.version
    )
    assert wrong.told["problem"]
    assert Translation.objects.count() == before + 1


def test_what_nobody_came_back_to_is_destroyed(send):
    sent = send(FORM, "walk.xlsx")
    drop_old_files()
    sent.refresh_from_db()
    assert sent.state == "read"
    SentFile.objects.filter(pk=sent.pk).update(sent_at=timezone.now() - timedelta(days=31))
    drop_old_files()
    sent.refresh_from_db()
    assert (sent.state, sent.data) == ("dropped", None)


SPOKEN = {
    "survey": [
        ["type", "name", "label::English (en)", "label::العربية (ar)"],
        ["select_one yn", "doors", "Are the doors open?", "هل الأبواب مفتوحة؟"],
    ],
    "choices": [
        ["list_name", "name", "label::English (en)", "label::العربية (ar)"],
        ["yn", "y", "Yes", "نعم"],
        ["yn", "n", "No", "لا"],
    ],
    "settings": [["form_id", "form_title", "version"], ["walk", "A walk", "1"]],
}


def test_key_version_and_first_language_of_a_form_are_chosen_before_anything_is_written(client, send):
    sent = send(SPOKEN, "walk.xlsx")
    assert sent.told["languages"] == [["en", "English (en)"], ["ar", "العربية (ar)"]]
    assert "Choose its key" in client.get(address(sent)).content.decode()
    refused = press(client, sent, "form", key="No key", version="1", language="ar")
    assert refused.status_code == 400
    assert press(client, sent, "form", key="our-walk", version="2027", language="ar").status_code == 302
    assert not Draft.objects.exists()
    press(client, sent, "take")
    document = Draft.objects.get(checklist__key="our-walk", version="2027").head.document
    assert document["language"] == "ar"
    assert document["clusters"][0]["points"][0]["questions"][0]["text"] == "هل الأبواب مفتوحة؟"


def test_the_other_languages_of_a_form_are_taken_once_its_version_is_published(client, send):
    sent = send(SPOKEN, "walk.xlsx")
    press(client, sent, "take")
    draft = Draft.objects.get(checklist__key="walk")
    version = actions.publish(draft=draft, by=System("import"))
    sent = send(SPOKEN, "walk.xlsx", version)
    assert sent.told.get("problem") is None, sent.told
    press(client, sent, "take")
    made = Translation.objects.get(version=version)
    assert (made.language, made.status) == ("ar", "unreviewed")
    assert "هل الأبواب مفتوحة؟" in str(made.document["texts"])


def test_a_form_in_a_language_nobody_knows_is_read_once_a_person_names_it(client, send):
    lost = {"survey": [["type", "name", "label::Gibberish"], ["text", "who", "nuq?"]]}
    sent = send(lost, "walk.xlsx")
    assert "no language we know" in sent.told["problem"]
    assert "Choose its key" in client.get(address(sent)).content.decode()
    assert press(client, sent, "form", key="walk", version="1", language="zz-no").status_code == 400
    assert press(client, sent, "form", key="walk", version="1", language="tlh").status_code == 302
    assert sent.told.get("problem") is None
