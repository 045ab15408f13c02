"""A worker asks a volunteer to lend a hand; the volunteer knows what they must and no more, and is thanked."""

from __future__ import annotations

from sqlalchemy import select

from casework import volunteering
from casework.ticket import Audience, Event
from storage.table import outbox
from tests.bot.dialogs.test_volunteer import approved, signed_up
from tests.talk import Person, Town, types

NEED = "我腿脚不好，在木垒照壁山乡，想请人代买点菜，电话13900000001"


async def asked(town: Town) -> tuple[Person, Person, Person]:
    """A resident, the worker who took their ticket, and a volunteer who was asked."""
    worker = town.worker(await town.hire())
    volunteer, _ = await approved(town)
    resident = await town.resident().says(NEED)
    await resident.presses("确认提交")
    await worker.presses("接单")
    await worker.presses("请志愿者帮忙")
    await worker.presses("周小明")
    await worker.says("带上小推车")
    return resident, worker, volunteer


async def test_only_what_is_needed_is_told_when_a_volunteer_is_asked(town: Town) -> None:
    _, worker, volunteer = await asked(town)
    for words in ("代办代购", "照壁山乡", "带上小推车"):
        assert words in volunteer.text
    assert "13900000001" not in volunteer.text
    assert "腿脚" not in volunteer.text
    assert volunteer.labels == ["我去", "去不了"]
    ticket = await town.ticket()
    assert ticket.responsible_name == "王芳"
    assert (ticket.last.type, ticket.last.audience) == ("helper-asked", Audience.STAFF)
    assert "已经去问周小明了" in worker.text


async def test_everybody_hears_it_when_the_volunteer_goes(town: Town) -> None:
    resident, worker, volunteer = await asked(town)
    await volunteer.presses("我去")
    assert "周小明答应去了" in worker.text
    assert "志愿者周小明会来搭把手" in resident.text
    assert (await town.ticket()).last.audience is Audience.ALL
    await resident.says("我的申请")
    assert "志愿者周小明来帮忙" in resident.text
    assert (await town.ticket()).responsible_name == "王芳"


async def test_hours_are_kept_and_thanked_for_when_the_worker_closes_it(town: Town) -> None:
    _, worker, volunteer = await asked(town)
    await volunteer.presses("我去")
    await volunteer.presses("办好了")
    await volunteer.presses("两个小时")
    assert "这个月您帮了 1 次、2 个小时，谢谢您" in volunteer.text
    assert "周小明办好了，用了 120 分钟" in worker.text
    await worker.presses("完成")
    await worker.says("菜买到了")
    assert "多亏您" in volunteer.text
    assert "1 次、2 个小时" in volunteer.text
    async with town.app.database.read() as connection:
        (kept,) = await town.app.house.book(connection).circle.helps(1, town.clock.at.replace(day=1))
    assert (kept.minutes, kept.confirmed) == (120, True)
    assert types(await town.ticket())[-3:] == ["helper-accepted", "helper-done", "done"]


async def test_time_is_read_when_it_is_told_in_words(town: Town) -> None:
    _, worker, volunteer = await asked(town)
    await volunteer.presses("我去")
    await volunteer.presses("办好了")
    await volunteer.says("没注意")
    await volunteer.says("大概40分钟")
    assert "用了 40 分钟" in worker.text


async def test_another_is_asked_when_the_first_cannot_go(town: Town) -> None:
    _, worker, volunteer = await asked(town)
    await volunteer.presses("去不了")
    assert "周小明去不了" in worker.text
    await worker.presses("请志愿者帮忙")
    assert "没有能请的志愿者" in worker.text
    await signed_up(town, "马兰", "v2")
    await town.worker((await town.staff())[1]).presses("同意")
    await worker.presses("请志愿者帮忙")
    assert worker.labels == ["马兰（木垒县照壁山乡）"]


async def test_the_volunteer_stays_home_when_the_resident_withdraws(town: Town) -> None:
    resident, _, volunteer = await asked(town)
    await volunteer.presses("我去")
    await resident.says("我的申请")
    await resident.presses("撤回")
    await resident.presses("确定撤回")
    assert "不用再跑" in volunteer.text
    await volunteer.presses("办好了")
    assert "不用您跑了" in volunteer.text


async def test_the_volunteer_stays_home_when_the_alarm_was_nothing(town: Town) -> None:
    resident, _, volunteer = await asked(town)
    await volunteer.presses("我去")
    await resident.presses_key(town.app.house.signer(resident.address, "calm:LZ1001"))
    assert (await town.ticket()).state == "cancelled"
    assert "不用再跑" in volunteer.text


async def test_it_is_noted_already_when_they_press_twice_that_they_cannot(town: Town) -> None:
    resident, worker, volunteer = await asked(town)
    await volunteer.presses("我去")
    for _ in range(2):
        await volunteer.presses_key(town.app.house.signer(volunteer.address, "help-no:LZ1001"))
    assert "已经记下您去不了" in volunteer.text
    assert "不用您跑了" not in volunteer.text
    assert (worker.heard, resident.heard) == ([], [])
    assert types(await town.ticket()).count("helper-declined") == 1


async def test_the_volunteer_stays_home_when_the_worker_did_it(town: Town) -> None:
    _, worker, volunteer = await asked(town)
    await worker.presses("完成")
    await worker.says("顺路买了")
    assert "不用再跑" in volunteer.text
    await volunteer.presses("我去")
    assert "不用您跑了" in volunteer.text


async def test_no_volunteer_can_be_asked_when_the_need_is_not_simple(town: Town) -> None:
    worker = town.worker(await town.hire())
    await approved(town)
    resident = await town.resident().says("我妈八十了在木垒照壁山乡，要人上门做饭")
    await resident.presses("确认提交")
    await worker.presses("接单")
    assert "请志愿者帮忙" not in worker.labels
    await worker.presses_key(town.app.house.signer(worker.address, "helper:LZ1001"))
    assert "不能交给志愿者" in worker.text


async def test_no_volunteer_is_told_anything_when_there_is_violence(town: Town) -> None:
    worker = town.worker(await town.hire())
    volunteer, _ = await approved(town)
    await town.resident().says("我丈夫打我，我不敢回家，在木垒照壁山乡")
    assert (await town.ticket()).need.danger == "violence"
    await worker.presses("接单")
    assert "请志愿者帮忙" not in worker.labels
    await worker.presses_key(town.app.house.signer(worker.address, "helper:LZ1001"))
    assert "不能交给志愿者" in worker.text
    assert "helper-asked" not in types(await town.ticket())
    assert volunteer.text == ""


async def test_a_stranger_learns_nothing_when_they_press_anothers_errand(town: Town) -> None:
    await asked(town)
    other = await town.resident("v9").says("您好")
    await other.presses_key(town.app.house.signer(other.address, "help-yes:LZ1001"))
    assert "照壁山" not in other.text
    assert types(await town.ticket())[-1] == "helper-asked"


async def test_hours_count_when_the_worker_closed_it_first(town: Town) -> None:
    _, worker, volunteer = await asked(town)
    await volunteer.presses("我去")
    await worker.presses("完成")
    await worker.says("菜买到了")
    assert "去过了" in volunteer.text
    await volunteer.presses("办好了")
    await volunteer.presses("半个小时")
    assert "1 次、0.5 个小时" in volunteer.text


async def test_the_worker_knows_it_when_the_volunteer_stops_helping(town: Town) -> None:
    _, worker, volunteer = await asked(town)
    await volunteer.presses("我去")
    await volunteer.says("我不想当志愿者了")
    await volunteer.presses("先不当了")
    assert "周小明去不了" in worker.text


async def test_the_resident_knows_it_when_the_volunteer_who_was_coming_cannot(town: Town) -> None:
    resident, _, volunteer = await asked(town)
    await volunteer.presses("我去")
    await volunteer.presses("去不了")
    assert "志愿者周小明这次不过来了。\n这件事还是王芳管着" in resident.text
    await resident.says("我的申请")
    assert "志愿者周小明来帮忙" in resident.text
    assert resident.text.index("周小明来帮忙") < resident.text.index("周小明这次不过来了")


async def test_the_resident_hears_nothing_when_nobody_had_said_they_come(town: Town) -> None:
    resident, _, volunteer = await asked(town)
    await volunteer.presses("去不了")
    assert resident.heard == []
    await resident.says("我的申请")
    assert "周小明" not in resident.text


async def test_the_resident_knows_it_when_the_volunteer_who_was_coming_stops_helping(town: Town) -> None:
    resident, _, volunteer = await asked(town)
    await volunteer.presses("我去")
    await volunteer.says("我不想当志愿者了")
    await volunteer.presses("先不当了")
    assert "志愿者周小明这次不过来了" in resident.text


async def test_the_resident_knows_it_when_the_township_ends_the_volunteering(town: Town) -> None:
    resident, _, volunteer = await asked(town)
    await volunteer.presses("我去")
    officer = (await town.staff())[1]
    async with town.app.database.write() as connection:
        await volunteering.end(town.app.house.book(connection), 1, officer)
    await resident.listen()
    assert "志愿者周小明这次不过来了" in resident.text


async def test_a_worker_is_looked_for_when_the_volunteer_cannot_come_and_nobody_has_the_ticket(town: Town) -> None:
    resident, _, volunteer = await asked(town)
    await volunteer.presses("我去")
    async with town.app.database.write() as connection:
        book = town.app.house.book(connection)
        passed = Event("passed", book.now, "staff:1", {"by": 1, "name": "王芳", "reason": ""}, Audience.STAFF)
        await book.append(await town.ticket(), [passed, Event("unassigned", book.now, "system", {}, Audience.STAFF)])
    await volunteer.presses("去不了")
    assert "这次不过来了。\n这件事没有落下" in resident.text


async def test_hours_count_when_the_ticket_went_to_another_worker(town: Town) -> None:
    _, worker, volunteer = await asked(town)
    await town.hire("李娜")
    await volunteer.presses("我去")
    await worker.presses("转给别人")
    await worker.presses("手上的单太多")
    await volunteer.presses("办好了")
    await volunteer.presses("一个小时")
    assert "1 次、1 个小时" in volunteer.text


async def test_the_volunteer_sleeps_when_they_are_asked_at_night(town: Town) -> None:
    worker = town.worker(await town.hire())
    volunteer, _ = await approved(town)
    resident = await town.resident().says(NEED)
    await resident.presses("确认提交")
    await worker.presses("接单")
    await town.later(hours=11)
    await worker.presses("请志愿者帮忙")
    await worker.presses("周小明")
    await worker.says("带上小推车")
    async with town.app.database.read() as connection:
        due = (await connection.execute(select(outbox.c.due_at).order_by(outbox.c.id.desc()))).scalars().all()
    assert due[0] <= town.clock.at < due[1]
    assert volunteer.labels == ["我去", "去不了"]


async def test_nobody_is_sent_home_when_they_press_twice_that_they_go(town: Town) -> None:
    resident, worker, volunteer = await asked(town)
    await volunteer.presses("我去")
    await volunteer.presses_key(town.app.house.signer(volunteer.address, "help-yes:LZ1001"))
    assert "谢谢您！办完点一下" in volunteer.text
    assert (worker.heard, resident.heard) == ([], [])
    assert types(await town.ticket()).count("helper-accepted") == 1


async def test_the_volunteer_may_go_when_the_ticket_is_between_two_workers(town: Town) -> None:
    _, worker, volunteer = await asked(town)
    other = town.worker(await town.hire("李娜"))
    await worker.presses("转给别人")
    await worker.presses("手上的单太多")
    await volunteer.presses("我去")
    assert "周小明答应去了" in other.text
