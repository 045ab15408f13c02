"""What open work needs is still there when other things are forgotten."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from bot.app import tidying_of
from bot.message import Address, Outcome, Reply, Sent
from casework.attached import files_of
from casework.staff import Staff
from storage import staff as staff_store
from tests.bot.dialogs.test_errand import asked
from tests.sample import SENT
from tests.talk import Person, Town, photo, types

NEED = "我妈八十了在木垒照壁山乡，要人上门做饭"
PICTURE = SENT["image/jpeg"]


@dataclass
class Line:
    """A channel that takes everything."""

    sent: list[str] = field(default_factory=list)

    async def send(self, address: Address, reply: Reply, key: str) -> Outcome:
        self.sent.append(reply.text)
        return Sent("1")

    async def close(self) -> None:
        """Nothing to close."""


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


async def answered_with_photo(town: Town) -> tuple[Staff, Person]:
    """An open ticket to which the resident has sent a photograph since it was filed."""
    person, worker = await taken(town)
    await town.later(days=1)
    await worker.presses("问居民")
    await worker.says("门口是什么样的？")
    resident = await town.resident().says("就是这样", photo())
    await fetched(town)
    await town.later(days=1)
    assert "said" in types(await town.ticket())
    return person, resident


async def test_a_photo_of_the_open_ticket_stays_when_a_second_need_is_not_agreed_to(town: Town) -> None:
    person, resident = await answered_with_photo(town)
    await resident.presses("说一件新的难处")
    await resident.says("我在木垒照壁山乡，想请人代买点菜", photo("telegram:photo-2"))
    await fetched(town)
    await resident.presses("不同意")
    assert "不存" in resident.text
    await town.later(hours=2)
    assert await opened(town, person) == [PICTURE]
    assert len([path for path in town.app.settings.files.rglob("*") if path.is_file()]) == 1


async def deletes(resident: Person) -> None:
    await resident.says("我的资料")
    await resident.presses("删掉")
    await resident.presses("我想删")
    await resident.presses("确定，删掉")
    assert "还在办" in resident.text


async def test_a_photo_of_the_open_ticket_stays_until_it_ends_when_all_is_to_be_deleted(town: Town) -> None:
    person, resident = await answered_with_photo(town)
    await deletes(resident)
    await town.later(hours=2)
    assert await opened(town, person) == [PICTURE]
    await resident.says("我的申请")
    await resident.presses("撤回")
    await resident.presses("确定撤回")
    await town.later(hours=2)
    assert not [path for path in town.app.settings.files.rglob("*") if path.is_file()]


async def test_the_family_hears_when_somebody_comes_when_they_had_all_deleted_in_the_night(town: Town) -> None:
    _, worker = await taken(town)
    await town.later(hours=11)  # eleven in the evening
    await worker.presses("约时间")
    await worker.says("明天下午3点")
    await deletes(town.resident())
    await town.later(hours=10)
    line = Line()
    await town.app.relay({"webchat": line}).drain()
    assert any("15:00" in text for text in line.sent)


async def test_an_errand_is_still_heard_of_when_the_volunteer_does_not_agree_to_a_need_of_their_own(town: Town) -> None:
    _, _, volunteer = await asked(town)
    await volunteer.says("我妈八十了在木垒照壁山乡，要人上门做饭")
    await volunteer.presses("不同意")
    assert "不存" in volunteer.text
    line = Line()
    await town.app.relay({"webchat": line}).drain()
    assert any("带上小推车" in text for text in line.sent)
