"""The roster as a spreadsheet, as somebody in an office uses it: export, edit a cell, import, see who gets the next."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from bot import roster_file
from casework.calendar import BEIJING
from casework.duty import Roster
from casework.shift import Absence, Shift
from casework.staff import Role, Staff
from casework.ticket import State
from storage import roster as roster_store
from tests.command import command
from tests.talk import Town

NEED = "我妈八十了在木垒照壁山乡，要人上门做饭"
PEOPLE, SHIFTS, SWAPS, ABSENCES = range(4)


async def exported(town: Town, path: Path) -> Path:
    result = await command(town, "roster", "export", path)
    assert result.exit_code == 0, result.output
    return path


async def imported(town: Town, path: Path) -> str:
    result = await command(town, "roster", "import", path)
    assert result.exit_code == 0, result.output
    return result.output.strip()


async def refused(town: Town, path: Path) -> str:
    """What an import says that is refused; it changed nothing."""
    before = await whole(town)
    result = await command(town, "roster", "import", path)
    assert result.exit_code == 2, result.output
    assert await whole(town) == before
    return result.output


def edit(path: Path, change: Callable[[list[Worksheet]], object]) -> Path:
    """The workbook with a change, as a spreadsheet program saves it."""
    book = load_workbook(path)
    change(book.worksheets)
    book.save(path)
    return path


def cell(path: Path, sheet: int, where: str) -> Any:
    return load_workbook(path).worksheets[sheet][where]


async def whole(town: Town) -> Roster:
    async with town.app.database.read() as connection:
        return await roster_store.whole(connection)


async def staff_of(town: Town, *names: str) -> list[Staff]:
    found = {person.name: person for person in await whole(town)}
    return [found[name] for name in names]


async def file_need(town: Town, name: str = "r1") -> str:
    """A confirmed need; who got it."""
    resident = await town.resident(name).says(NEED)
    await resident.presses("确认提交")
    return (await town.tickets())[-1].responsible_name


async def test_the_next_ticket_goes_elsewhere_when_a_cell_was_edited(town: Town, tmp_path: Path) -> None:
    await town.hire("测试甲", area="652328201")
    await town.hire("测试乙", area="652301")
    assert await file_need(town) == "测试甲"
    path = await exported(town, tmp_path / "roster.xlsx")

    def move(sheets: list[Worksheet]) -> None:
        shown = [each.value for each in sheets[PEOPLE][2]]
        assert shown[:4] == [1, "测试甲", "社工 worker", "652328201 木垒县照壁山乡"]
        sheets[PEOPLE]["D2"], sheets[PEOPLE]["D3"] = "昌吉市", "照壁山乡"

    assert "2 changed" in await imported(town, edit(path, move))
    assert await file_need(town, "r2") == "测试乙"


async def test_nothing_changes_when_an_export_is_imported_again(town: Town, tmp_path: Path) -> None:
    await furnish(town, tmp_path)
    before = await whole(town)
    assert len(before.shifts) == 2
    path = await exported(town, tmp_path / "again.xlsx")
    assert await imported(town, path) == (
        "people: 0 added, 0 changed, 0 left; shifts, swaps and absences: as before"
    )  # fmt: skip
    # Saved by a spreadsheet program without a change, it is the same still.
    await imported(town, edit(path, lambda sheets: None))
    assert await whole(town) == before


async def furnish(town: Town, tmp_path: Path) -> None:
    """Two people with everything a sheet can say of them."""
    await town.hire("测试甲")
    path = await exported(town, tmp_path / "first.xlsx")

    def fill(sheets: list[Worksheet]) -> None:
        sheets[PEOPLE].append(
            [None, "测试乙", "worker", "木垒县", "=测试机构", "哈萨克语、汉语", "助餐, rehabilitation", None]
        )
        sheets[SHIFTS].append(["1 测试甲", "周一至周五", time(9), "17:30", "否", None])
        sheets[SHIFTS].append(["测试乙", "67", "20:00", "08:00", "yes", "daily-care"])
        sheets[SWAPS].append([date(2026, 3, 7), "测试乙", "测试甲"])
        sheets[ABSENCES].append([1, "2026年3月9日", datetime(2026, 3, 10), "培训", "测试乙"])
        sheets[ABSENCES].append(["测试乙", "2026-03-12 14:00", "2026-03-12 18:00", "", ""])
        for letter in "ABCDEFGH":
            sheets[PEOPLE][f"{letter}3"].data_type = "n" if letter in "AH" else "s"

    await imported(town, edit(path, fill))


async def test_every_way_of_writing_is_understood_when_imported(town: Town, tmp_path: Path) -> None:
    await furnish(town, tmp_path)
    found = await whole(town)
    second = found.staff[1]
    assert (second.name, second.area, second.languages, second.skills, second.agency) == (
        "测试乙", "652328", ("kk", "zh"), ("meals", "rehabilitation"), "=测试机构",
    )  # fmt: skip
    assert list(found.shifts) == [
        Shift(1, (1, 2, 3, 4, 5), time(9), time(17, 30)),
        Shift(2, (6, 7), time(20), time(8), True, ("daily-care",)),
    ]
    assert found.swaps[0].day == date(2026, 3, 7)
    first, last = datetime(2026, 3, 9, tzinfo=BEIJING), datetime(2026, 3, 11, tzinfo=BEIJING)
    assert found.absences[0] == Absence(1, first, last, "培训", 2)
    assert found.absences[1].last - found.absences[1].first == timedelta(hours=4)


async def test_text_is_no_formula_when_it_is_exported(town: Town, tmp_path: Path) -> None:
    await furnish(town, tmp_path)
    for name in ("+1+1", "-2", "@SUM(A1)", "=cmd|' /C calc'!A0"):
        await town.hire(name)
    path = await exported(town, tmp_path / "out.xlsx")
    rows = load_workbook(path).worksheets[PEOPLE]
    texts = [each for row in rows.iter_rows() for each in row if str(each.value).startswith(("=", "+", "-", "@"))]
    assert len(texts) == 5
    assert all(each.data_type == "s" and each.quotePrefix for each in texts)
    assert "0 changed" in await imported(town, path)


async def test_all_mistakes_are_named_when_there_are_several(town: Town, tmp_path: Path) -> None:
    await town.hire("测试甲")
    path = await exported(town, tmp_path / "roster.xlsx")

    def spoil(sheets: list[Worksheet]) -> None:
        sheets[PEOPLE]["B2"] = "测试新"
        sheets[PEOPLE].append([99, "测试丙", "boss", "火星", None, "??", "flying", "maybe"])
        sheets[PEOPLE].append([None, "", "county", "照壁山乡"])
        sheets[SHIFTS].append(["测试丁", date(2026, 1, 5), "25:00", "=NOW()"])
        sheets[SWAPS].append(["someday", 1, 1])
        sheets[ABSENCES].append([1, "2026-03-09", "2026-03-08", "", "1"])
        sheets[ABSENCES].append([1, "2026-03-09", "9999-12-31"])

    said = await refused(town, edit(path, spoil))
    for part in (
        "nothing was changed",
        "人员 people, row 3, 编号 id: nobody has the number 99. Leave it empty",
        "人员 people, row 3, 角色 role: 'boss' is no role. Write one of: 社工 worker",
        "row 3, 语言 languages",
        "row 3, 服务 skills: 'flying' is no service",
        "row 3, 在岗 active",
        "人员 people, row 4, 姓名 name: no name",
        "人员 people, row 4, 地区 area: '照壁山乡' does not suit the role county",
        "班次 shifts, row 2, 人员 person: nobody is called '测试丁'",
        "班次 shifts, row 2, 星期 weekdays: the program made a date of it",
        "班次 shifts, row 2, 开始 from: '25:00' is no time of day. Write",
        "班次 shifts, row 2, 结束 to: a formula",
        "换班 swaps, row 2, 日期 day: 'someday' is no date",
        "请假 absences, row 2, 结束 to: ends before it begins",
        "请假 absences, row 2, 代班的人 substitute",
        "请假 absences, row 3, 结束 to: the year 9999",
    ):
        assert part in said


async def test_twenty_mistakes_are_named_when_there_are_more(town: Town, tmp_path: Path) -> None:
    await town.hire("测试甲")
    path = await exported(town, tmp_path / "roster.xlsx")
    said = await refused(town, edit(path, lambda s: [s[SWAPS].append(["?", 1, 1]) for _ in range(33)]))
    assert said.count("is no date") == 20
    assert "and 13 more" in said


@pytest.mark.parametrize("gone", ["sheet", "column"])
async def test_it_is_refused_when_a_sheet_or_column_is_missing(town: Town, tmp_path: Path, gone: str) -> None:
    path = await exported(town, tmp_path / "roster.xlsx")
    book = load_workbook(path)
    if gone == "sheet":
        del book["班次 shifts"]
    else:
        book["班次 shifts"].delete_cols(2)
    book.save(path)
    said = await refused(town, path)
    assert "班次 shifts" in said
    assert "missing" in said


async def test_people_stay_when_they_vanish_from_the_sheet(town: Town, tmp_path: Path) -> None:
    await furnish(town, tmp_path)
    path = await exported(town, tmp_path / "roster.xlsx")

    def cut(sheets: list[Worksheet]) -> None:
        for sheet in sheets[:2]:
            sheet.delete_rows(3)

    await imported(town, edit(path, cut))
    found = await whole(town)
    assert [person.active for person in found] == [True, True]
    assert sorted(shift.staff for shift in found.shifts) == [1, 2]


async def test_tickets_move_on_when_the_sheet_says_somebody_left(town: Town, tmp_path: Path) -> None:
    await town.hire("测试甲", area="652328201")
    await town.hire("测试乙")
    resident = town.resident()
    assert await file_need(town) == "测试甲"
    path = await exported(town, tmp_path / "roster.xlsx")
    said = await imported(town, edit(path, lambda sheets: sheets[PEOPLE].__setitem__("H2", "否")))
    assert "1 left" in said
    assert (await town.ticket()).responsible_name == "测试乙"
    await resident.listen()
    assert "测试乙" in resident.text
    # Back again under the same number.
    path = await exported(town, tmp_path / "roster.xlsx")
    row = [1, "测试甲", "worker", "照壁山乡", None, "zh", None, "是"]
    await imported(town, edit(path, lambda sheets: sheets[PEOPLE].append(row)))
    assert [person.active for person in await whole(town)] == [True, True]


async def test_tickets_go_to_the_substitute_when_the_sheet_says_somebody_is_away(town: Town, tmp_path: Path) -> None:
    await town.hire("测试甲", area="652328201")
    await town.hire("测试乙", area="652301")
    await town.hire("测试丙")
    assert await file_need(town) == "测试甲"
    path = await exported(town, tmp_path / "roster.xlsx")
    row = ["测试甲", date(2026, 3, 3), date(2026, 3, 4), "病假", "测试乙"]
    # By the clock of the town: the command would look at the real one.
    await roster_file.load(town.app.house, edit(path, lambda sheets: sheets[ABSENCES].append(row)))
    assert (await town.ticket()).responsible_name == "测试乙"
    assert await file_need(town, "r2") == "测试乙"
    await town.later(days=2)
    assert await file_need(town, "r3") == "测试甲"


async def test_waiting_tickets_are_taken_when_the_sheet_brings_somebody(town: Town, tmp_path: Path) -> None:
    await file_need(town)
    assert (await town.ticket()).state is State.WAITING
    path = await exported(town, tmp_path / "roster.xlsx")
    row = ["", "测试甲", "township", "652328201", "测试机构", "kk", "", "是"]
    assert "1 added" in await imported(town, edit(path, lambda sheets: sheets[PEOPLE].append(row)))
    assert (await town.ticket()).responsible_name == "测试甲"
    # The same row without a number is the same person.
    assert "0 added" in await imported(town, path)


async def test_nothing_is_kept_of_somebody_when_they_are_new_and_gone(town: Town, tmp_path: Path) -> None:
    await town.hire("测试甲")
    path = await exported(town, tmp_path / "roster.xlsx")

    def fill(sheets: list[Worksheet]) -> None:
        sheets[PEOPLE].append(["", "测试乙", "worker", "652328", "", "", "", "no"])
        sheets[SHIFTS].append(["测试乙", "1", "08:00", "12:00"])
        sheets[SWAPS].append(["2026-03-05", "测试乙", "测试甲"])
        sheets[ABSENCES].append(["测试甲", "2026-03-05", "2026-03-06", "", "测试乙"])

    assert "0 added" in await imported(town, edit(path, fill))
    found = await whole(town)
    assert (len(found), len(found.shifts), len(found.swaps)) == (1, 0, 0)
    assert [each.substitute for each in found.absences] == [None]


async def test_made_up_people_are_left_out_when_exported(town: Town, tmp_path: Path) -> None:
    await town.hire("试用", trial=True)
    path = await exported(town, tmp_path / "roster.xlsx")
    assert cell(path, PEOPLE, "A2").value is None
    row = [1, "测试甲", "worker", "652328", "", "zh", "", ""]
    assert "made up for a trial" in await refused(town, edit(path, lambda sheets: sheets[PEOPLE].append(row)))


async def test_a_file_is_refused_when_it_is_no_workbook(town: Town, tmp_path: Path) -> None:
    path = tmp_path / "roster.xlsx"
    assert "cannot read" in await refused(town, path)
    path.write_text("编号,姓名\n1,测试甲\n", "utf-8")
    assert "no .xlsx file" in await refused(town, path)
    with zipfile.ZipFile(path, "w") as parts:
        parts.writestr("hello.txt", "hello")
    assert "damaged" in await refused(town, path)
    path.write_bytes(b"PK" + b"0" * 5_000_001)
    assert "larger than 5 MB" in await refused(town, path)


async def test_a_file_is_refused_when_it_grows_on_unpacking(town: Town, tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as parts:
        for n in range(6):
            parts.writestr(f"xl/worksheets/sheet{n}.xml", b"0" * 10_000_000)
    assert path.stat().st_size < 200_000
    assert "unpacks to more than 50 MB" in await refused(town, path)


async def test_a_file_is_refused_when_it_declares_entities(town: Town, tmp_path: Path) -> None:
    path = await exported(town, tmp_path / "roster.xlsx")
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as old, zipfile.ZipFile(path, "w") as parts:
        for name in old.namelist():
            text = old.read(name)
            if name == "xl/workbook.xml":
                text = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + text
            parts.writestr(name, text)
    assert "declares entities" in await refused(town, path)


async def test_a_sheet_is_refused_when_it_has_too_many_rows(town: Town, tmp_path: Path) -> None:
    path = tmp_path / "long.xlsx"
    book = Workbook()
    for _ in range(5_002):
        book.worksheets[0].append(["x"])
    book.save(path)
    assert "more than 5000 rows" in await refused(town, path)


async def test_night_tickets_go_to_the_night_shift_when_there_is_one(town: Town, tmp_path: Path) -> None:
    await town.hire("测试日", area="652328201")
    await town.hire("测试夜", role=Role.WORKER)
    path = await exported(town, tmp_path / "roster.xlsx")

    def fill(sheets: list[Worksheet]) -> None:
        sheets[SHIFTS].append(["测试夜", "一二三四五六日", "20:00", "08:00", "是"])

    await imported(town, edit(path, fill))
    assert await file_need(town) == "测试日"
    await town.later(hours=10)
    assert await file_need(town, "r2") == "测试夜"
    event = next(each for each in (await town.tickets())[-1].events if each.type == "dispatched")
    assert (event.data["why"], event.data["reasons"]) == ("duty-worker", ["place-county", "on-duty"])
