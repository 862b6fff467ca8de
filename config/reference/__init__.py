"""The part of docs/reference/ that is made from the code, so that no fact is typed twice.

`pages()` gives every file and its text; `generate_docs` writes them. It opens no database and changes nothing. The
same code gives the same bytes, whatever the day, the machine and the order of files on its disk.
"""

import json

from django.utils import translation

from checklists.rules.schema import schema
from config.reference import (
    access,
    audit,
    commands,
    filters,
    forms,
    library,
    open_data,
    roles,
    settings,
    statuses,
    workflows,
)
from config.reference.markdown import HEADER

FOLDER = "docs/reference"


def pages() -> dict[str, str]:
    """{path below the root of the repository: text} of every generated file, in order of path."""
    with translation.override("en"):
        made = {
            **access.pages(),
            "audit.md": audit.page(),
            "commands.md": commands.page(),
            "filters.md": filters.page(),
            "library.md": library.page(),
            "open-data.md": open_data.page(),
            "roles.md": roles.page(),
            "settings.md": settings.page(),
            "states.md": workflows.page(),
            "statuses.md": statuses.page(),
            "xlsform-outcomes.md": forms.page(),
        }
    pages = {f"{FOLDER}/{name}": f"{HEADER}\n\n{made[name].strip()}\n" for name in sorted(made)}
    return pages | {f"{FOLDER}/checklist.schema.json": json.dumps(schema(), indent=2, sort_keys=True) + "\n"}


def stale(root) -> list[str]:
    """Paths whose file is missing, differs from the code, or is no longer made. Reads only."""
    made = pages()
    found = [path for path, text in made.items() if not _says(root / path, text)]
    for path in sorted((root / FOLDER).rglob("*.md")):
        name = path.relative_to(root).as_posix()
        if name not in made and path.read_text(encoding="utf-8").startswith(HEADER):
            found.append(name)
    return sorted(found)


def write(root) -> list[str]:
    """Bring the files up to date; those no longer made go. Returns the paths that changed."""
    made = pages()
    changed = stale(root)
    for name in changed:
        if name in made:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(made[name], encoding="utf-8")
        else:
            (root / name).unlink()
    return changed


def _says(path, text):
    return path.is_file() and path.read_text(encoding="utf-8") == text
