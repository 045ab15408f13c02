"""The casebook of one transaction reads somebody's tickets once, and again when it has written."""

from __future__ import annotations

from casework import step
from tests.talk import Town

NEED = "我妈八十了在木垒照壁山乡，要人上门做饭"


async def test_what_was_just_written_is_read_when_the_tickets_were_read_before(town: Town) -> None:
    worker = await town.hire()
    resident = await town.resident().says(NEED)
    await resident.presses("确认提交")
    address = str(resident.address)
    async with town.app.house.database.write() as connection:
        book = town.app.house.book(connection)
        [before] = await book.of_reporter(address)
        assert await book.of_staff(worker) == [before]
        after = await step.say(book, before, address, "门铃坏了，请敲门")
        assert await book.of_reporter(address) == await book.of_staff(worker) == [after]


async def test_tickets_are_read_once_when_nothing_was_written(town: Town) -> None:
    worker = await town.hire()
    resident = await town.resident().says(NEED)
    await resident.presses("确认提交")
    async with town.app.house.database.read() as connection:
        book = town.app.house.book(connection)
        asked, held = await book.of_reporter(str(resident.address)), await book.of_staff(worker)
        assert await book.of_reporter(str(resident.address)) is asked
        assert await book.of_staff(worker) is held
        assert len(await book.of_reporter(str(resident.address), 1)) == 1
