"""Every status people see: word, shape, colour. The source is core.statuses."""

from config.reference.markdown import code, table
from core.statuses import FAMILY_WORDS, ROWS, family


def page():
    parts = [
        "# Statuses",
        "A status is always a shape, a word and a colour together. The table in `core/statuses.py` is the only one; a "
        "key that is not in it is refused. Why it is so: [How Openfloor looks](../explanation/looks.md).",
    ]
    for name, words in FAMILY_WORDS.items():
        rows = family(name)
        parts += [
            f"## {words}",
            table(
                ("Key", "Word", "Shape", "Colour", "Always said with it"),
                [(code(row.key), row.word, code(row.icon), code(row.token), row.aside) for row in rows],
            ),
        ]
    parts.append(f"{len(ROWS)} statuses. A family may borrow a status of another; it then stands in both tables.")
    return "\n\n".join(parts)
