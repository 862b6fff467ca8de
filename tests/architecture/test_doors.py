"""One door per outside library, one kind of writer, and no way round the access door."""

import ast

import pytest

from tests.architecture.source import imports, modules

DOORS = {
    "guardian": {"core.access"},
    "boto3": {"core.storage.bucket"},
    "botocore": {"core.storage.bucket"},
    "weasyprint": {"core.pdf"},
    "pypdf": {"core.pdf"},
    "python_calamine": {"core.sheets.telling"},
    "openpyxl": {"core.sheets.writing"},
    "pyarrow": {"core.sheets.parquet"},
    "icalendar": {"improvement_plans.exports"},
    "csv": {"core.sheets", "core.sheets.writing"},
    "chardet": {"core.sheets.encodings"},
    "rapidfuzz": {"factories.matching", "checklists.likeness", "compliance.likeness"},
    "anyascii": {"factories.matching", "disclosure.listed_cases"},
    "cel": {"checklists.expressions.engine"},
    "cryptography": {"core.entrance.sealing", "compliance.handover", "disclosure.signing"},
    "rfc8785": {"disclosure.archive"},
    "pyxform": {"checklists.xlsform.workbook"},
    "holidays": {"core.days"},
    "pandas": {"compliance.analytics"},
    "numpy": {"compliance.analytics"},
}
# Who may write rows, beside every actions.py. The value is the reason; a stale entry fails.
WRITERS = {
    "compliance.sync": "receives the tablet's operations: the one other door of compliance",
    "core.numbers": "gives numbers inside an action's transaction",
    "core.audit": "the audit row inside every action",
    "core.queue": "the job row inside every action, and its progress",
    "core.holders": "marks every row that names a removed file, inside the removal",
    "core.redaction": "the two-person removal is an action of the ground floor",
    "core.access": "the grants that actions keep in step",
    "core.covering": "saves a picture, no row",
    "core.frozen": "refuses writes",
    "core.retention": "ends what its time is over, for the action that applies retention",
    "compliance.retention": "what retention ends in compliance, called by that action only",
    "cms.retention": "what retention ends of the helpdesk and of unconfirmed addresses, called by that action only",
    "improvement_plans.retention": "what retention ends of plans, called by that action only",
    "compliance.removals": "what a two-person removal reaches in compliance, called by the removal action only",
    "factories.removals": "what a two-person removal empties in factories, called by the removal action only",
    "improvement_plans.removals": "what a two-person removal empties in plans, called by the removal action only",
    "core.scanning": "saves a picture into memory, never a row",
    "config.pictures": "the same, for the demonstration",
    "config.demo_pages": "pages of the demonstration, as Wagtail and its translators write them",
}
WRITES = {"save", "create", "delete", "update", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
MANAGERS = {"objects"}


def _writes(tree):
    """Lines on which a row is written: a manager's or queryset's writing call, or .save()/.delete()."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
            source = ast.unparse(node.func.value)
            if node.func.attr in ("save", "delete"):
                if not source.startswith("super"):
                    yield node.lineno, f"{source}.{node.func.attr}"
            elif any(part in MANAGERS for part in source.replace("(", ".").split(".")):
                yield node.lineno, f"{source}.{node.func.attr}"


def _is_actions(name):
    parts = name.split(".")
    return "actions" in parts[1:]


@pytest.mark.parametrize("library", DOORS)
def test_each_library_has_its_door(library):
    users = {
        name
        for name, (_, tree) in modules().items()
        for target, _, _ in imports(tree)
        if target.split(".")[0] == library
    }
    analytics = {name for name in users if name.endswith(".analytics")}
    allowed = DOORS[library] | (analytics if library in ("pandas", "numpy") else set())
    assert users <= allowed, f"{library} is used in {users - allowed}"


def test_only_actions_write():
    found = {}
    for name, (path, tree) in modules().items():
        if not _is_actions(name) and name not in WRITERS and ".management." not in name:
            for line, call in _writes(tree):
                found[f"{path.parent.name}/{path.name}:{line}"] = call
    assert found == {}


def test_commands_write_through_actions():
    found = {}
    for name, (path, tree) in modules().items():
        if ".management." in name:
            for line, call in _writes(tree):
                found[f"{path.name}:{line}"] = call
    assert found == {}


def test_no_writer_is_stale():
    assert set(WRITERS) <= set(modules())


def test_actions_are_keyword_only_and_name_who_acts():
    """Every public function of an actions.py that writes takes keywords and `by`."""
    for name, (path, tree) in modules().items():
        if not _is_actions(name):
            continue
        for node in tree.body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                continue
            atomic = any("atomic" in ast.unparse(decorator) for decorator in node.decorator_list)
            if not atomic:
                continue
            place = f"{path.parent.name}/{path.name}: {node.name}"
            assert not node.args.args, f"{place} takes arguments by position"
            assert {arg.arg for arg in node.args.kwonlyargs} & {"by", "asked_by"}, f"{place} does not say who acts"


def test_has_perm_is_asked_nowhere():
    """It answers without asking until when a grant lasts; core.access does."""
    for name, (path, tree) in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in ("has_perm", "has_perms", "user_passes_test"):
                raise AssertionError(f"{path.name}:{node.lineno} asks {node.attr} ({name})")
