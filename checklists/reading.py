"""What reading a foreign file gives: a document, where each of its places stands, and what could not be carried."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Leaving:
    """Something of the file that the checklist will not hold as it was. `loss`: it is gone, not only said otherwise."""

    sheet: str
    line: int
    column: str
    reason: str
    loss: bool = True

    def as_place(self, file: str) -> dict[str, Any]:
        """The five words in which every importer names a place."""
        return {"file": file, "sheet": self.sheet, "line": self.line, "column": self.column, "reason": self.reason}


@dataclass
class Reading:
    """A document read from a file. `where(place)` gives (sheet, line, column) of a place in the document."""

    document: dict[str, Any]
    where: Callable[[tuple[Any, ...]], tuple[str, int, str]]
    leavings: list[Leaving] = field(default_factory=list)
    translations: list[dict[str, Any]] = field(default_factory=list)
    # (code, name as the file writes it) of every language of a form, the one that was read first.
    languages: list[tuple[str, str]] = field(default_factory=list)
    # Read from a form or table that is not our own.
    foreign: bool = False

    @property
    def losses(self) -> list[Leaving]:
        """What is gone: such a file is taken only when somebody says that it may be taken in part."""
        return [one for one in self.leavings if one.loss]
