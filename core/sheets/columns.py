"""Which column of a list is what: as its columns say, or as a mapping does. `fold` is how the app compares words."""

from collections.abc import Callable, Iterable, Mapping

from django.utils.translation import gettext as _

from core.errors import Invalid


def by_name(
    columns: Iterable[str], known: Mapping[str, str], fold: Callable, file: str
) -> dict[str, list[str]]:  # fmt: skip
    """{ours: [the list's]}. `known`: {a column as people call it, folded: ours}. Raises Invalid for one named twice."""
    names: dict[str, list[str]] = {}
    for column in columns:
        ours = known.get(fold(column))
        if ours in names:
            raise Invalid(_("%(file)s names the column %(column)s twice.") % {"file": file, "column": ours})
        if ours:
            names[ours] = [column]
    return names


def by_mapping(
    columns: Iterable[str], fields: Mapping[str, str | list[str]], fold: Callable, file: str, mapping: str
) -> dict[str, list[str]]:
    """{ours: [the list's]} by a mapping's {ours: a column, or several}. Raises Invalid for one that is not there."""
    here = {fold(column): column for column in columns}
    names = {}
    for ours, theirs in fields.items():
        wanted = theirs if isinstance(theirs, list) else [theirs]
        missing = next((column for column in wanted if fold(column) not in here), None)
        if missing:
            raise Invalid(
                _("%(file)s has no column called %(missing)s, which the mapping %(mapping)s reads.")
                % {"file": file, "missing": missing, "mapping": mapping},
                [{"column": missing}],
            )
        names[ours] = [here[fold(column)] for column in wanted]
    return names
