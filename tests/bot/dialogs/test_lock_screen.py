"""What a telephone shows whoever passes by: no name, no illness, no address; one press shows the worker all."""

from __future__ import annotations

from bot.message import Address
from storage import audit, staff
from tests.talk import Person, Town, photo

NEED = "我妈张桂兰八十了在木垒照壁山乡，瘫痪在床，老榆树东边第三家，要人上门喂饭翻身，电话13899941234"
CONFIDED = ("张桂兰", "瘫痪", "照壁山", "老榆树", "13899941234")


async def on_telegram(town: Town) -> Person:
    person = await town.hire("王芳")
    address = Address("telegram", "77")
    async with town.app.database.write() as connection:
        await staff.bind(connection, person.id, address)
    return town.resident("77", "telegram")


async def test_the_telephone_shows_no_more_than_number_and_urgency_when_a_ticket_comes(town: Town) -> None:
    worker = await on_telegram(town)
    resident = await town.resident().says(NEED)
    await resident.presses("确认提交")
    assert "LZ1001" in worker.text
    assert [word for word in CONFIDED if word in worker.text] == []


async def test_what_the_family_adds_is_covered_when_the_telephone_is_locked(town: Town) -> None:
    worker = await on_telegram(town)
    resident = await town.resident().says(NEED)
    await resident.presses("确认提交")
    await worker.presses("接单")
    await resident.says("我的申请")
    await resident.presses("补充")
    await resident.says("我妈的褥疮又破了", photo())
    told = [reply for reply in worker.heard if "LZ1001" in reply.text or reply.attachment]
    words, picture = told[-2:]
    assert "居民说" in words.text
    assert words.covered == "我妈的褥疮又破了"
    assert picture.veiled
    desk = town.worker((await town.staff())[0])
    await desk.listen()
    assert "褥疮" in desk.text
    assert not [reply for reply in desk.heard if reply.covered or reply.veiled]


async def test_everything_is_shown_and_noted_when_the_worker_presses_details(town: Town) -> None:
    worker = await on_telegram(town)
    resident = await town.resident().says(NEED)
    await resident.presses("确认提交")
    await worker.presses("看详情")
    assert [word for word in CONFIDED if word not in worker.text] == []
    assert "接单" in " ".join(worker.labels)
    async with town.app.database.read() as connection:
        rows = await audit.of_object(connection, "LZ1001")
    read = [(row.actor, row.purpose) for row in rows if row.action == "read"]
    assert read == [(f"staff:{(await town.staff())[0].id}", "casework")]


async def test_a_service_that_tells_of_an_illness_is_not_named_when_it_is_accepted(town: Town) -> None:
    worker = town.worker(await town.hire("王芳"))
    resident = await town.resident().says("我心里难受，想找心理医生聊聊，在木垒镇，给我自己")
    await resident.presses("确认提交")
    await worker.presses("接单")
    assert "LZ1001" in resident.text
    assert "心理" not in resident.text
