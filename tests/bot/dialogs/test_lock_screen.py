"""What a telephone shows whoever passes by: no name, no illness, no address; one press shows the worker all."""

from __future__ import annotations

from bot.message import Address, Reply
from casework import volunteering
from casework.staff import Role, Staff
from casework.volunteer import Elder
from storage import audit, staff
from tests.bot.dialogs.test_trip import TOWNSHIP, change, set_for
from tests.bot.dialogs.test_volunteer import VILLAGE, approved
from tests.relatives import merged
from tests.talk import Person, Town, photo

NEED = "我妈张桂兰八十了在木垒照壁山乡，瘫痪在床，老榆树东边第三家，要人上门喂饭翻身，电话13899941234"
CONFIDED = ("张桂兰", "瘫痪", "照壁山", "老榆树", "13899941234")


ERRAND = "我妈张桂兰腿脚不好，在木垒照壁山乡，老榆树东边第三家，想请人代买点菜，电话13899941234"


async def bound(town: Town, person: Staff) -> Person:
    """Their telephone."""
    async with town.app.database.write() as connection:
        await staff.bind(connection, person.id, Address("telegram", "77"))
    return town.resident("77", "telegram")


async def on_telegram(town: Town) -> Person:
    return await bound(town, await town.hire("王芳"))


def lying_open(replies: list[Reply]) -> str:
    """What a locked telephone shows: everything but what is covered, and the buttons."""
    shown = []
    for reply in replies:
        text = reply.text
        for word in reply.covered:
            assert word in text, f"{word!r} is covered and does not stand there"
            text = text.replace(word, "")
        shown += [text, *(button.label for button in reply.buttons)]
    return "\n".join(shown)


async def sent_out(town: Town) -> tuple[Person, Staff]:
    """A worker on Telegram, and an officer who may send them on a trip to the family with the NEED."""
    worker = await on_telegram(town)
    resident = await town.resident().says(NEED)
    await resident.presses("确认提交")
    return worker, await town.hire("钱红", Role.COUNTY, "652328")


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
    assert words.covered == ("我妈的褥疮又破了",)
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


async def test_no_family_lies_open_when_an_officer_sends_the_worker_on_a_trip(town: Town) -> None:
    worker, officer = await sent_out(town)
    bathing = await town.resident("r2").says("我爸在木垒照壁山乡，瘫在床上，想请人上门洗个澡")
    await bathing.presses("确认提交")
    leader = (await town.staff())[0]
    trip = await set_for(town, officer, leader, sets_out="10:00")
    heard = [("给您排了一趟下乡", list(worker.heard))]
    trip = await change(town, officer, trip, "move", day="2026-03-09", text="大雪封路")
    heard.append(("改了日子", list(worker.heard)))
    trip = await change(town, officer, trip, "leave-out", choice="LZ1002", text="老人住院了")
    heard.append(("有变动", list(worker.heard)))
    for told, replies in heard:
        shown = lying_open(replies)
        assert told in shown
        assert "LZ1001 居家照护" in shown
        assert [word for word in (*CONFIDED, "浴") if word in shown] == []
    assert "3月5日（周四）下乡，2 站" in heard[0][1][-1].text
    assert "08:00 出发" in heard[0][1][-1].text
    await change(town, officer, trip, "cancel", text="张桂兰住院了")
    assert "3月9日（周一）下乡 取消了：张桂兰住院了" in worker.text
    assert [word for word in CONFIDED if word in lying_open(worker.heard)] == []


async def test_the_whole_trip_is_shown_and_noted_when_the_leader_asks_for_it(town: Town) -> None:
    worker, officer = await sent_out(town)
    leader = (await town.staff())[0]
    await set_for(town, officer, leader)
    await worker.says("下乡")
    assert [word for word in CONFIDED if word not in worker.text] == []
    async with town.app.database.read() as connection:
        rows = await audit.of_object(connection, "LZ1001")
    assert [row.actor for row in rows if row.action == "read"] == [f"staff:{leader.id}"]


async def test_who_wants_to_help_is_covered_when_the_officers_telephone_is_locked(town: Town) -> None:
    officer = await bound(town, await town.hire("古丽娜", Role.TOWNSHIP, TOWNSHIP))
    person = await town.resident("v1").says("我叫周小明，住木垒照壁山乡，想当志愿者，电话13899941234")
    await person.presses("报名当志愿者")
    await person.says("陪我爸看病的时候想到的")
    told = ("周小明", VILLAGE, "13899941234", "陪我爸看病")
    assert [word for word in told if word not in officer.text] == []
    assert [word for word in told if word in lying_open(officer.heard)] == []
    await officer.presses("同意")
    await person.says("我不想当志愿者了")
    await person.presses("先不当了")
    assert "周小明" in officer.text
    assert [word for word in told if word in lying_open(officer.heard)] == []


async def test_a_volunteer_learns_who_and_where_exactly_when_they_have_said_yes(town: Town) -> None:
    worker = town.worker(await town.hire())
    volunteer, _ = await approved(town)
    resident = await town.resident().says(ERRAND)
    await resident.presses("确认提交，本人知道")
    for label in ("接单", "请志愿者帮忙", "周小明"):
        await worker.presses(label)
    await worker.says("去张桂兰家带个推车")
    exact = ("老榆树", "13899941234")
    for word in ("代办代购", VILLAGE, "去张桂兰家带个推车"):
        assert word in volunteer.text
    assert [word for word in exact if word in volunteer.text] == []
    assert [word for word in CONFIDED if word in lying_open(volunteer.heard)] == []
    await volunteer.presses("我去")
    for word in ("代办代购", VILLAGE, "张桂兰", "去张桂兰家带个推车", *exact):
        assert word in volunteer.text


async def test_an_elder_is_covered_when_they_are_given_into_a_volunteers_care(town: Town) -> None:
    volunteer, _ = await approved(town)
    async with town.app.database.write() as connection:
        book = town.app.house.book(connection)
        known = await book.circle.volunteer(1)
        assert known is not None
        await volunteering.assign(book, known, Elder(0, known.id, "张桂兰"))
    await volunteer.listen()
    assert "张桂兰以后请您多留心" in volunteer.text
    assert "张桂兰" not in lying_open(volunteer.heard)


async def test_who_speaks_is_covered_when_two_relatives_asked(town: Town) -> None:
    daughter, _, desk = await merged(town)
    worker = await bound(town, (await town.staff())[0])
    await desk.presses("接单")
    await daughter.says("我的申请")
    await daughter.presses("补充")
    await daughter.says("她的褥疮又破了")
    assert "报 LZ1001 的人说：她的褥疮又破了" in worker.text
    assert "褥疮" not in lying_open(worker.heard)
    assert "报 LZ1001" not in lying_open(worker.heard)
    await desk.presses("和居民说话")
    await desk.presses("报 LZ1001 的人")
    await daughter.says("好，谢谢您")
    assert "报 LZ1001 的人：\n好，谢谢您" in worker.text
    assert "报 LZ1001" not in lying_open(worker.heard)
