"""A worker, two relatives of one elder, and more than one device."""

from __future__ import annotations

from casework.roster import left
from casework.staff import Role
from storage import staff as staff_store
from tests.relatives import merged
from tests.talk import Town, types


async def test_the_worker_knows_who_speaks_when_two_relatives_asked(town: Town) -> None:
    daughter, son, worker = await merged(town)
    await worker.presses("接单")
    await worker.presses("和居民说话")
    assert "和谁说话" in worker.text
    assert worker.labels == ["报 LZ1001 的人", "报 LZ1002 的人"]
    await worker.presses("报 LZ1001 的人")
    await worker.says("老人在家吗？")
    assert daughter.text == "老人在家吗？"
    assert son.heard == []
    await daughter.says("在")
    assert "LZ1001 报 LZ1001 的人：\n在" in worker.text


async def test_the_other_relative_is_answered_when_the_worker_turns_to_them(town: Town) -> None:
    daughter, son, worker = await merged(town)
    await worker.presses("接单")
    await worker.presses("和居民说话")
    await worker.presses("报 LZ1001 的人")
    await worker.presses_key(town.app.house.signer(worker.address, "talk:LZ1001:LZ1002"))
    assert "我是联助，接着听您说" in daughter.text
    await worker.says("您明天在吗？")
    assert "您明天在吗？" in son.text
    assert "您明天在吗？" not in daughter.text


async def test_words_are_not_lost_when_the_worker_goes_on_from_another_device(town: Town) -> None:
    daughter, _, worker = await merged(town)
    await worker.presses("接单")
    await worker.presses("和居民说话")
    await worker.presses("报 LZ1001 的人")
    person = (await town.staff())[0]
    phone = town.resident("5501", "telegram")
    async with town.app.database.write() as connection:
        await staff_store.bind(connection, person.id, phone.address)
    await phone.says("我快到了")
    assert "这句要发给居民吗" in phone.text
    assert "我快到了" not in daughter.text
    await phone.presses("发给居民")
    assert "我快到了" in daughter.text


async def test_somebody_reads_it_when_the_worker_of_a_done_ticket_has_left(town: Town) -> None:
    officer = town.worker(await town.hire("赵主任", Role.TOWNSHIP, "652328201"))
    daughter, _, worker = await merged(town)
    await worker.presses("完成")
    await worker.says("饭做好了")
    leaver = next(each for each in await town.staff() if each.name == "王芳")
    async with town.app.database.write() as connection:
        await staff_store.remove(connection, leaver.id)
        await left(town.app.house.book(connection), leaver)
    await officer.listen()
    assert "王芳走了" in officer.text
    await daughter.presses("解决了")
    assert "LZ1001" in officer.text
    assert "entrusted" in types((await town.tickets())[0])
