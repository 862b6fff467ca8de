"""docs/reference/xlsform-outcomes.md: what becomes of each form that is shared for trying the importer."""

import json
from pathlib import Path

from config.reference.markdown import table

ROOT = Path(__file__).resolve().parent.parent.parent
KEPT = ROOT / "config" / "reference" / "forms.json"


def page():
    """The page, from the outcomes as they were last looked at: forms are not part of this repository."""
    kept = json.loads(KEPT.read_text(encoding="utf-8"))
    rows = [[f"`{one['file']}`", one["outcome"], str(one["questions"] or ""), one["words"]] for one in kept]
    taken = sum(one["outcome"] != "refused" for one in kept)
    return f"""# What becomes of real forms

{len(kept)} XLSForms that others published were read: {taken} are imported, {len(kept) - taken} refused. Where something
is left out, `import_checklist` lists each cell, and takes the rest with `--accept-partial`. How:
[Bring your own checklist](../how-to/bring-your-own-checklist.md).

{table(["form", "outcome", "questions", "why, or what is left out"], rows)}
"""


def keep(forms):
    """Read every form again and keep what became of it."""
    made = [outcome(path, path.relative_to(forms).as_posix()) for path in sorted(forms.glob("**/*.xls*"))]
    KEPT.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def outcome(path, name):
    """What becomes of one form: imported, imported in part, or refused; questions, and why."""
    from collections import Counter

    from checklists import rules
    from checklists.xlsform.reading import read_xlsform
    from core.errors import Invalid

    try:
        reading = read_xlsform(path, day="2026-01-01")
    except Invalid as refused:
        first = refused.problems[0] if refused.problems else {}
        place = f"{first.get('sheet', '')}, line {first.get('line', 1)}: " if first else ""
        more = "".join(f" {one['reason']}" for one in refused.problems[:2] if one.get("reason"))
        return {"file": name, "outcome": "refused", "questions": 0, "words": f"{place}{refused.sentence}{more}"}
    why = Counter(one.column.split(":")[0] or one.sheet for one in reading.losses)
    words = ", ".join(f"{column} ({n})" for column, n in sorted(why.items()))
    return {
        "file": name,
        "outcome": "in part" if words else "imported",
        "questions": sum(1 for _ in rules.questions(reading.document)),
        "words": words,
    }
