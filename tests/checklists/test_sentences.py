"""What importer and linter say reaches a person in her language."""

import ast

import pytest
from babel.messages.pofile import read_po
from django.utils import translation

from checklists import actions, linter, rules
from checklists.rules.words import say
from checklists.sentences import said
from checklists.xlsform import xpath
from core.errors import Invalid
from tests.checklists.documents import asked, full
from tests.conftest import ROOT
from tests.world import SETUP

RULES = sorted((ROOT / "checklists" / "rules").glob("*.py"))


def sentences(tree):
    """(text, whether `say` says it) of everything in a module that reads like a sentence."""
    quiet = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
    spoken = {
        id(node.args[0]) for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say"
    }  # fmt: skip
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            quiet |= {id(each) for each in node.values}
            text = "".join(each.value if isinstance(each, ast.Constant) else "…" for each in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        else:
            continue
        if id(node) in spoken or (id(node) not in quiet and " " in text.strip() and text.strip()[-1:] in ".?"):
            yield text, id(node) in spoken


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_every_sentence_of_the_rules_can_be_said_in_another_language(path):
    found = list(sentences(ast.parse(path.read_text(encoding="utf-8"))))
    assert [text for text, spoken in found if not spoken] == []
    for language in ("km", "ar"):
        with open(ROOT / "checklists" / "locale" / language / "LC_MESSAGES" / "django.po", "rb") as file:
            known = {message.id for message in read_po(file) if message.string}
        assert {text for text, _spoken in found} - known == set(), "Run `make words`."


def test_a_sentence_reads_in_english_by_itself_and_its_holes_are_said_too():
    sentence = say("«%(name)s» is not a word of %(of)s.", name="colour", of=say("a question"))
    assert sentence == "«colour» is not a word of a question."
    with translation.override("ar"):
        assert said(sentence) == "«colour» ليس من كلمات سؤال."
    assert said("100 % typed by a person") == "100 % typed by a person"


def test_a_refused_file_and_the_linter_speak_the_readers_language(db):
    document = full(checks=[])
    asked(document)[0]["colour"] = "red"
    with translation.override("km"), pytest.raises(Invalid) as refusal:
        actions.save_draft(document=document, by=SETUP)
    assert refusal.value.problems[0]["reason"] == "«colour» មិនមែនជាពាក្យរបស់ សំណួរ ទេ។"
    assert "បញ្ជីពិនិត្យនេះ" in str(refusal.value.sentence)
    lonely = full(checks=[])
    asked(lonely)[0]["visible_when"] = 'answers["nobody"] == true'
    with translation.override("ar"):
        told = {found.sentence for found in linter.findings(lonely)}
    assert "تقرأ هذه القاعدة السؤال «nobody»، ولا وجود له." in told
    assert rules.problems(lonely) == []


def test_what_a_form_says_and_we_cannot_is_told_in_the_senders_language():
    with translation.override("km"), pytest.raises(xpath.NotCarried, match="គ្មានអ្វីត្រូវគ្នា"):
        xpath.condition("random() > 1", {})
