"""Spreadsheets as plain rows: .xlsx files written so that no cell is taken for a formula, and read within limits."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from bot.archive import ArchiveError, contents

Value = str | int | float | bool | date | datetime | time | timedelta | None
MOST_BYTES = 5_000_000
MOST_ROWS = 5_000
MOST_COLUMNS = 50
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
FORMATS = {datetime: "yyyy-mm-dd hh:mm", date: "yyyy-mm-dd", time: "hh:mm"}
WIDTH = 18
DOCTYPES = tuple("<!DOCTYPE".encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be"))


class WorkbookError(Exception):
    """The file cannot be used at all. One line that says what to do."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell that computes something; what it would show cannot be trusted."""

    text: str


Sheet = list[tuple[Value | Formula, ...]]


def write(path: Path, sheets: Mapping[str, Sequence[Sequence[Value]]]) -> None:
    """One sheet after the other; each begins with its header row. Raises WorkbookError when the file cannot be kept."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        page = book.create_sheet(title)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row, start=1):
                _put(page, number, column, value)
        _dress(page, len(rows[0]))
    whole = io.BytesIO()
    book.save(whole)
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_bytes(whole.getvalue())
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise WorkbookError(f"cannot write {path} ({error.strerror}): choose another file") from None


def read(path: Path) -> dict[str, Sheet]:
    """The rows of every sheet by its title. Raises WorkbookError for a file too large, damaged, or of another kind."""
    whole = _bytes(path)
    try:
        _refuse_bomb(path, whole)
        book = load_workbook(io.BytesIO(whole), read_only=True, keep_links=False)
        return {page.title: _rows(path, page) for page in book.worksheets}
    except WorkbookError:
        raise
    # Among what zipfile raises for files it cannot unpack: encrypted ones, and ways of packing that it does not know.
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError) as error:
        raise WorkbookError(f"{path} is no .xlsx file ({error}): save it as an Excel workbook (.xlsx)") from None
    except Exception as error:
        # The library has no error of its own: a damaged part ends in KeyError, ParseError, ValueError and others.
        kind = type(error).__name__
        raise WorkbookError(f"{path} is damaged ({kind}): open it in a spreadsheet program and save it anew") from None


def _put(page: Worksheet, number: int, column: int, value: Value) -> None:
    cell = page.cell(number, column)
    if not isinstance(cell, Cell) or value is None:
        return
    cell.value = value
    if isinstance(value, str):
        # Text stays text in every program, also where it is edited later.
        cell.data_type = "s"
        cell.number_format = "@"
        if value.startswith(FORMULA_STARTS):
            cell.quotePrefix = True
    elif type(value) in FORMATS:
        cell.number_format = FORMATS[type(value)]


def _dress(page: Worksheet, columns: int) -> None:
    page.freeze_panes = "A2"
    for column in range(1, columns + 1):
        page.cell(1, column).font = Font(bold=True)
        page.column_dimensions[get_column_letter(column)].width = WIDTH


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            whole = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise WorkbookError(f"cannot read {path} ({error.strerror}): give the path of an .xlsx file") from None
    if len(whole) > MOST_BYTES:
        raise WorkbookError(f"{path} is larger than {MOST_BYTES // 1_000_000} MB: take out pictures and other sheets")
    return whole


def _refuse_bomb(path: Path, whole: bytes) -> None:
    """Look at the sizes before anything is unpacked, and for entities that would grow when read: openpyxl leaves both
    to its caller. Every part is looked at, since a workbook may call its parts what it likes."""
    try:
        found = contents(io.BytesIO(whole))
    except ArchiveError as error:
        raise WorkbookError(
            f"{path} is no .xlsx file, or meant to do harm ({error}): export the roster anew and copy the rows into it"
        ) from None
    with zipfile.ZipFile(io.BytesIO(whole)) as parts:
        for part in found:
            content = parts.read(part)
            if any(declaration in content for declaration in DOCTYPES):
                raise WorkbookError(f"{path} declares entities, which no spreadsheet program does: export it anew")


def _rows(path: Path, page: Any) -> Sheet:
    """The rows of a sheet read in pieces, a kind that the library has no public type for."""
    rows = []
    for row in page.iter_rows(max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS):
        rows.append(tuple(_value(cell) for cell in row))
    while rows and all(value in (None, "") for value in rows[-1]):
        rows.pop()
    if len(rows) > MOST_ROWS:
        raise WorkbookError(f"{path} has more than {MOST_ROWS} rows in one sheet: import it in parts")
    return rows


def _value(cell: object) -> Value | Formula:
    value = getattr(cell, "value", None)
    if getattr(cell, "data_type", "") == "f":
        return Formula(str(value))
    known = isinstance(value, str | int | float | bool | date | datetime | time | timedelta)
    return value if known else None if value is None else str(value)
