"""What open work needs is still there when other things are forgotten."""

from __future__ import annotations

from collections.abc import AsyncIterator

from bot.app import tidying_of
from bot.message import Address
from casework.attached import files_of
from casework.staff import Staff
from storage import staff as staff_store
from tests.sample import SENT
from tests.talk import Person, Town, photo

NEED = "我妈八十了在木垒照壁山乡，要人上门做饭"
PICTURE = SENT["image/jpeg"]


async def fetched(town: Town) -> None:
    """The bytes of what was sent come home."""

    async def fetch(handle: str) -> AsyncIterator[bytes]:
        yield PICTURE

    await town.app.files.fetch_due("telegram", fetch)


async def on_telegram(town: Town, person: Staff) -> Person:
    async with town.app.database.write() as connection:
        await staff_store.bind(connection, person.id, Address("telegram", "77"))
    return town.resident("77", "telegram")


async def taken(town: Town) -> tuple[Staff, Person]:
    """A ticket in the hands of a worker who writes by Telegram."""
    person = await town.hire()
    worker = await on_telegram(town, person)
    resident = await town.resident().says(NEED)
    await resident.presses("确认提交")
    await worker.presses("接单")
    return person, worker


async def asks_with_photo(town: Town, worker: Person) -> None:
    await worker.presses("问居民")
    await worker.says("门口是这样的吗？", photo())
    await fetched(town)


async def opened(town: Town, reader: Staff, number: str = "LZ1001") -> list[bytes]:
    """The files of a ticket that come at the desk."""
    ticket = next(each for each in await town.tickets() if each.number == number)
    files = [await town.app.office.file(reader, number, each) for each in files_of(ticket.events)]
    return [each.content() for each in files if each is not None]


async def told(town: Town) -> set[tuple[str, str]]:
    return {(each.name, each.channel) for each in await town.app.office.told(await town.ticket())}


async def test_the_desk_opens_what_a_worker_sent_when_they_have_said_nothing_for_a_month(town: Town) -> None:
    person, worker = await taken(town)
    await worker.presses("完成")
    await worker.says("做了饭", photo())
    await fetched(town)
    await town.later(days=31)
    assert await opened(town, person) == [PICTURE]


async def test_the_desk_says_which_worker_was_told_when_they_have_said_nothing_for_a_month(town: Town) -> None:
    await taken(town)
    before = await told(town)
    await town.later(days=31)
    assert await told(town) == before
    assert {("王芳", "telegram"), ("", "webchat")} < before


async def test_what_a_worker_sent_stays_when_they_have_left(town: Town) -> None:
    _, worker = await taken(town)
    colleague = await town.hire("李强")
    await asks_with_photo(town, worker)
    async with town.app.database.write() as connection:
        await staff_store.remove(connection, 1)
    await town.later(days=1)
    for _ in range(3):
        await town.later(days=31)
    holder = town.worker(colleague)
    await holder.says("我的单子")
    assert await opened(town, colleague) == [PICTURE]


async def test_what_a_worker_sent_goes_after_a_year_unless_its_ticket_is_open(town: Town) -> None:
    person, worker = await taken(town)
    await asks_with_photo(town, worker)
    await worker.presses("约时间")
    await worker.says("每周二上午10点，到2027年6月")
    await town.later(days=370)
    assert await opened(town, person) == [PICTURE]
    await worker.presses("完成")
    await worker.says("做完了")
    await town.later(days=30)
    await tidying_of(town.app.house).run()
    assert await opened(town, person) == []
