"""The only writers of checklists: drafts, publishing, translations, the law.

Keyword-only, `by=` a person or a named part of the program, one transaction, the audit row inside.
"""

from checklists.actions.drafts import return_to_draft, save_draft, send_to_review
from checklists.actions.editors import keep_checklist_editor
from checklists.actions.files import (
    ask_again,
    drop_file,
    drop_old_files,
    look_through,
    read_file_as,
    save_mapping,
    send_file,
    take_file,
)
from checklists.actions.law import check_law, check_parameter, end_law, set_parameter, take_parameters
from checklists.actions.publishing import import_document, publish, retire
from checklists.actions.translations import add_translation

__all__ = [
    "add_translation", "ask_again", "check_law", "check_parameter", "drop_file", "drop_old_files", "end_law",
    "import_document", "keep_checklist_editor", "look_through", "publish", "read_file_as", "retire", "return_to_draft",
    "save_draft", "save_mapping", "send_file", "send_to_review", "set_parameter", "take_file", "take_parameters",
]  # fmt: skip
