"""The sheets and their columns. They are a file format, the same in every language: Chinese, and the English word."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.sheet.cell import CellError
from bot.sheet.problem import Problems
from bot.sheet.workbook import Formula, Sheet, Value

T = TypeVar("T")
PEOPLE, SHIFTS, SWAPS, ABSENCES = "人员 people", "班次 shifts", "换班 swaps", "请假 absences"
COLUMNS: Mapping[str, tuple[str, ...]] = {
    PEOPLE: (
        *("编号 id", "姓名 name", "角色 role", "地区 area", "单位 agency", "语言 languages"),
        *("服务 skills", "在岗 active"),
    ),
    SHIFTS: ("人员 person", "星期 weekdays", "开始 from", "结束 to", "节假日也上班 holidays", "服务 skills"),
    SWAPS: ("日期 day", "休息的人 away", "顶班的人 stand-in"),
    ABSENCES: ("人员 person", "开始 from", "结束 to", "原因 reason", "代班的人 substitute"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One row below the header. Cells go by the English word of their column."""

    sheet: str
    number: int
    cells: Mapping[str, Value | Formula]
    problems: Problems

    def read(self, column: str, reader: Callable[[Value | Formula], T]) -> T | None:
        """What a cell means; None after its problem was noted."""
        try:
            return reader(self.cells[column])
        except CellError as error:
            self.wrong(column, error.what, error.remedy)
            return None

    def wrong(self, column: str, what: str, remedy: str) -> None:
        """Note a problem with one cell."""
        self.problems.add(self.sheet, self.number, titled(self.sheet, column), what, remedy)


def titled(sheet: str, column: str) -> str:
    """The whole header of a column, by its English word."""
    return next((title for title in COLUMNS[sheet] if title.endswith(f" {column}")), column)


def rows(sheets: Mapping[str, Sheet], title: str, problems: Problems) -> Iterator[Row]:
    """The rows of one sheet that are not empty. A sheet or column that is missing is noted, and there are no rows."""
    page = _page(sheets, title)
    if not page:
        problems.add(title, 0, "", "the sheet is missing or empty", "Export the roster and keep all its sheets")
        return
    places = {word: _place(page[0], header) for header in COLUMNS[title] for word in [header.rpartition(" ")[2]]}
    missing = [titled(title, word) for word, place in places.items() if place is None]
    for header in missing:
        problems.add(title, 1, header, "the column is missing", "Put its header back into the first row")
    if missing:
        return
    for number, values in enumerate(page[1:], start=2):
        if any(value not in (None, "") for value in values):
            cells = {word: values[place] for word, place in places.items() if place is not None}
            yield Row(title, number, cells, problems)


def _page(sheets: Mapping[str, Sheet], title: str) -> Sheet | None:
    chinese, _, english = title.partition(" ")
    return next((page for name, page in sheets.items() if _same(name, title, chinese, english)), None)


def _place(header: Sequence[Value | Formula], title: str) -> int | None:
    chinese, _, english = title.partition(" ")
    return next((n for n, value in enumerate(header) if _same(str(value), title, chinese, english)), None)


def _same(given: str, *names: str) -> bool:
    return given.strip().lower() in names
