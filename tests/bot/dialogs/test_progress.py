"""After the confirming: the course of a ticket, its end, and what the resident thinks of it."""

from __future__ import annotations

import pytest

from casework.staff import Role
from tests.talk import Person, Town, photo, types

NEED = "我妈八十了在木垒照壁山乡，要人上门做饭"


async def filed(town: Town) -> tuple[Person, Person]:
    worker = town.worker(await town.hire())
    resident = await town.resident().says(NEED)
    await resident.presses("确认提交")
    return resident, worker


async def done(town: Town) -> tuple[Person, Person]:
    resident, worker = await filed(town)
    await worker.presses("接单")
    await worker.presses("完成")
    await worker.says("做了三天饭")
    return resident, worker


async def test_the_course_is_told_in_plain_words_when_the_resident_asks(town: Town) -> None:
    resident, worker = await filed(town)
    await worker.presses("接单")
    await resident.says("我的申请")
    assert "王芳接单了" in resident.text
    assert "您提交了" in resident.text
    assert "LZ1001" in resident.text


async def test_each_request_can_be_opened_when_there_are_several(town: Town) -> None:
    resident, _ = await filed(town)
    await resident.presses("说一件新的难处")
    await resident.says("我家太脏了，我干不动，在木垒镇，想找人打扫屋子")
    await resident.presses("确认提交")
    await resident.says("我的申请")
    assert any("LZ1001" in label for label in resident.labels)
    await resident.presses("LZ1002")
    assert "助洁" in resident.text


async def test_nothing_to_show_is_said_when_there_are_no_requests(town: Town) -> None:
    resident = await town.resident().says("我的申请")
    assert "还没有交过申请" in resident.text


async def test_the_worker_reads_it_when_the_resident_adds_something(town: Town) -> None:
    resident, worker = await filed(town)
    await resident.says("我的申请")
    await resident.presses("补充一句话")
    await resident.says("门口有狗，先打电话", photo())
    assert "门口有狗" in worker.text
    assert any(r.attachment for r in worker.heard)
    assert types(await town.ticket())[-1] == "said"


async def test_the_worker_is_told_when_the_resident_withdraws(town: Town) -> None:
    resident, worker = await filed(town)
    await resident.says("我的申请")
    await resident.presses("撤回")
    assert (await town.ticket()).state == "dispatched"
    await resident.presses("确定撤回")
    assert (await town.ticket()).state == "cancelled"
    assert "不用去了" in worker.text


async def test_stars_and_a_comment_are_kept_when_it_is_solved(town: Town) -> None:
    resident, worker = await done(town)
    assert "做了三天饭" in resident.text
    await resident.presses("解决了")
    await resident.presses("4 分")
    await resident.says("小王人很好")
    ticket = await town.ticket()
    assert (ticket.state, ticket.stars, ticket.comment) == ("closed", 4, "小王人很好")
    assert "小王人很好" in worker.text


async def test_a_typed_number_is_the_number_of_stars_when_stars_are_asked(town: Town) -> None:
    resident, _ = await done(town)
    await resident.says("解决了")
    await resident.says("5")
    assert (await town.ticket()).stars == 5


async def test_no_comment_is_kept_when_there_is_nothing_to_add(town: Town) -> None:
    resident, _ = await done(town)
    await resident.presses("解决了")
    await resident.presses("5 分")
    await resident.presses("没有了")
    assert (await town.ticket()).comment == ""
    assert "谢谢您" in resident.text


async def test_the_stars_are_shown_again_when_solved_is_pressed_twice(town: Town) -> None:
    resident, _ = await done(town)
    solved = next(b.key for b in resident.last.buttons if "解决了" in b.label)
    await resident.presses_key(solved)
    await resident.presses_key(solved)
    assert "没有改动" not in resident.text
    assert any(label.startswith("5 分") for label in resident.labels)


async def test_a_ticket_is_rated_once_when_the_stars_are_pressed_twice(town: Town) -> None:
    resident, _ = await done(town)
    await resident.presses("解决了")
    five, one = (next(b.key for b in resident.last.buttons if b.label.startswith(n)) for n in ("5", "1"))
    await resident.presses_key(five)
    await resident.presses_key(one)
    assert "打过分" in resident.text
    assert (await town.ticket()).stars == 5
    assert types(await town.ticket())[-1] == "press-refused"


async def test_the_ticket_opens_again_with_the_story_when_it_is_not_solved(town: Town) -> None:
    resident, worker = await done(town)
    await resident.presses("还没解决")
    await resident.says("饭送了一天就停了")
    ticket = await town.ticket()
    assert ticket.state == "dispatched"
    assert ticket.reopened == 1
    assert "重新打开" in worker.text
    assert "饭送了一天就停了" in str([dict(e.data) for e in ticket.events])
    await worker.presses("接单")
    assert (await town.ticket()).state == "accepted"


async def test_the_worker_can_still_be_asked_about_it_when_it_has_gone_one_level_up(town: Town) -> None:
    await town.hire("赵主任", Role.TOWNSHIP, "652328201")
    resident, worker = await done(town)
    await resident.presses("还没解决")
    await resident.says("饭送了一天就停了")
    assert (await town.ticket()).responsible_name == "赵主任"
    await worker.presses_key(town.app.house.signer(worker.address, "open:LZ1001"))
    assert "LZ1001：助餐" in worker.text
    await worker.presses_key(town.app.house.signer(worker.address, "accept:LZ1001"))
    assert "现在不归您负责" in worker.text
    assert (await town.ticket()).responsible_name == "赵主任"


async def test_the_answer_reaches_the_worker_when_the_worker_has_asked(town: Town) -> None:
    resident, worker = await filed(town)
    await worker.presses("问居民")
    await worker.says("老人家有忌口吗")
    assert resident.text == "老人家有忌口吗"
    assert resident.last.author == "王芳"
    await resident.says("牙不好，吃软的")
    assert "牙不好" in worker.text
    assert types(await town.ticket())[-2:] == ["asked", "said"]


@pytest.mark.parametrize("text", ["他们啥时候来", "门锁换了，到了打电话"])
async def test_the_resident_chooses_when_a_line_may_be_for_the_worker(town: Town, text: str) -> None:
    resident, worker = await filed(town)
    await resident.says(text)
    await resident.presses("转给王芳")
    assert text in worker.text


async def test_nobody_else_sees_or_changes_it_when_they_know_the_number(town: Town) -> None:
    resident, _ = await filed(town)
    stranger = town.resident("r2")
    for key in ("open:LZ1001", "drop:LZ1001:yes", resident.last.buttons[0].key):
        await stranger.presses_key(key)
        assert "照壁山" not in stranger.text
    ticket = await town.ticket()
    assert ticket.state == "dispatched"
    assert "press-refused" in types(ticket)


async def test_the_worker_is_reminded_when_the_resident_wants_a_person(town: Town) -> None:
    resident, worker = await filed(town)
    await resident.says("找人工")
    assert "尽快联系" in worker.text
    assert "王芳" in resident.text
