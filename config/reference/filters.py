"""The filters of the public register. The source is disclosure.finding, which page, table and API read too."""

from config.reference.markdown import code, table
from disclosure.finding import FILTERS


def page():
    rows = [
        (
            code(one.name),
            one.word,
            "one issue at it, the same for all of these" if one.of == "issue" else "the factory",
            one.meaning,
        )
        for one in FILTERS
    ]
    parts = [
        "# Filters of the public register",
        "The same names stand in the address of the page (`/disclosure/`), of its table (`/disclosure/register.csv`) "
        "and of the API (`/data/api/v1/factories`). They hold together. `q` beside them is what somebody types: part "
        "of a name the factory has or had, of its number or place, in any script; where nothing is called so, near "
        "names. What is found stands in name order; no order by what was found exists.",
        table(("Name", "Word", "Asked of", "Value"), rows),
        "What cannot be read is left out on the page, which says so, and refused by the API with its name.",
    ]
    return "\n\n".join(parts)
