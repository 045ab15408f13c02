"""What is wrong with a sheet, collected, so that whoever filled it in can put all of it right at once."""

from __future__ import annotations

from dataclasses import dataclass, field

MOST = 20


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to put right. `row` counts from 1 as the spreadsheet program shows it; 0 is the sheet as a whole."""

    sheet: str
    row: int
    column: str
    what: str
    remedy: str

    def __str__(self) -> str:
        parts = [self.sheet, f"row {self.row}" if self.row else "", self.column]
        return f"{', '.join(part for part in parts if part)}: {self.what}. {self.remedy}"


class SheetError(Exception):
    """Nothing was changed. `problems` are the first of what must be put right; `more` is how many there are beyond."""

    def __init__(self, problems: list[Problem], more: int = 0) -> None:
        lines = ["the roster was not imported and nothing was changed:", *(f"  {each}" for each in problems)]
        super().__init__("\n".join([*lines, *([f"  and {more} more"] if more else [])]))
        self.problems = problems
        self.more = more


@dataclass
class Problems:
    """Collects; `refuse` raises them."""

    found: list[Problem] = field(default_factory=list)

    def add(self, sheet: str, row: int, column: str, what: str, remedy: str) -> None:
        self.found.append(Problem(sheet, row, column, what, remedy))

    def refuse(self) -> None:
        """Raises SheetError if anything was found."""
        if self.found:
            raise SheetError(self.found[:MOST], max(0, len(self.found) - MOST))
