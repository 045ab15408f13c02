"""What is written into a spreadsheet stays what it was, as text; what would harm whoever reads it is refused."""

from __future__ import annotations

import zipfile
from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from bot.sheet.workbook import Formula, WorkbookError, read, write
from tests.sample import archive, claimed_size

FORMULAS = ["=1+1", "=HYPERLINK(\"http://evil.example\",\"x\")", "+1", "-1", "@SUM(A1)", "\t=1", "=cmd|'/c calc'!A1", "'=1", "＝1", "=", "-", "1e5", "00123", "TRUE", "2026-03-05", "#REF!"]  # fmt: skip  # noqa: E501
TEXTS = st.sampled_from(FORMULAS) | st.text(
    st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("=+-@\t'\"|"), min_size=1, max_size=40
).filter(lambda text: text == text.strip())


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sheet") / "roster.xlsx"


@given(st.lists(TEXTS, min_size=1, max_size=5))
def test_text_is_no_formula_and_stays_the_same_when_it_goes_out_and_in(path: Path, texts: list[str]) -> None:
    write(path, {"A": [["name"] * len(texts), texts]})
    cells = next(load_workbook(path)["A"].iter_rows(min_row=2))
    assert [(cell.data_type, cell.value) for cell in cells] == [("s", text) for text in texts]
    assert all(cell.quotePrefix for cell in cells if str(cell.value)[0] in "=+-@")
    (_, row) = read(path)["A"]
    assert list(row[: len(texts)]) == texts
    assert not any(isinstance(each, Formula) for each in row)


def test_numbers_and_dates_stay_what_they_are_when_they_go_out_and_in(path: Path) -> None:
    row = [-5, 3.5, date(2026, 3, 5), time(8, 30), None]
    write(path, {"A": [["a"] * 5, row]})
    (_, found) = read(path)["A"]
    assert [str(each)[:10] for each in found[:5]] == ["-5", "3.5", "2026-03-05", "08:30:00", "None"]


def whole(path: Path) -> dict[str, bytes]:
    write(path, {"A": [["name"], ["张三"]]})
    with zipfile.ZipFile(path) as parts:
        return {part.filename: parts.read(part) for part in parts.infolist()}


LAUGHS = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
) + b"]>"  # fmt: skip
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    "what", ["laughs", "outside", "wide", "elsewhere", "bomb", "announced", "many", "leaving", "cut", "xls", "zip"]
)
def test_workbook_is_refused_in_one_line_when_it_would_do_harm(path: Path, what: str) -> None:
    parts = whole(path)
    sheet = parts["xl/worksheets/sheet1.xml"]
    match what:
        case "laughs":
            parts["xl/worksheets/sheet1.xml"] = LAUGHS + sheet.partition(b"?>")[2]
        case "outside":
            parts["xl/styles.xml"] = OUTSIDE + parts["xl/styles.xml"].partition(b"?>")[2]
        case "wide":
            parts["xl/workbook.xml"] = (OUTSIDE + b"<x/>").decode().encode("utf-16")
        case "elsewhere":
            parts["xl/theme.bin"] = LAUGHS + b"<x/>"
        case "bomb":
            parts["xl/worksheets/sheet1.xml"] = sheet + b" " * 60_000_000
        case "many":
            parts |= {f"xl/{n}.xml": b"" for n in range(1200)}
        case "leaving":
            parts["../../x"] = b""
    made = archive(parts)
    if what == "announced":
        made = claimed_size(made, 4_000_000_000)
    made = {
        "cut": made[:-40],
        "xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        "zip": archive({"a": b"x"}),
    }.get(what, made)
    path.write_bytes(made)
    with pytest.raises(WorkbookError) as refused:
        read(path)
    assert len(str(refused.value).splitlines()) == 1
    assert ":" in str(refused.value)
