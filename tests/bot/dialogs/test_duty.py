"""The worker's side, spoken and pressed as a busy worker does."""

from __future__ import annotations

import pytest

from casework.permission import StepRefusedError
from casework.roster import left
from casework.staff import Role
from storage import staff as staff_store
from tests.talk import Person, Town, photo, types

NEED = "我妈八十了在木垒照壁山乡，要人上门做饭"


async def filed(town: Town) -> tuple[Person, Person]:
    worker = town.worker(await town.hire())
    resident = await town.resident().says(NEED)
    await resident.presses("确认提交")
    return resident, worker


async def test_the_ticket_says_all_a_worker_needs_when_it_arrives(town: Town) -> None:
    _, worker = await filed(town)
    for part in ("LZ1001", "助餐", "我妈", "80 岁", "照壁山乡", NEED, "本人知道并同意", "联系报单人"):
        assert part in worker.text
    assert worker.labels == ["接单", "转给别人", "问居民", "约时间", "完成"]


async def test_the_resident_hears_who_comes_when_the_worker_accepts(town: Town) -> None:
    resident, worker = await filed(town)
    await worker.presses("接单")
    assert "王芳接了您的单" in resident.text
    assert (await town.ticket()).state == "accepted"


async def test_accepting_is_refused_and_recorded_when_it_is_pressed_again(town: Town) -> None:
    _, worker = await filed(town)
    key = worker.last.buttons[0].key
    await worker.presses_key(key)
    await worker.presses_key(key)
    assert "已经接过了" in worker.text
    assert types(await town.ticket()).count("accepted") == 1
    assert types(await town.ticket())[-1] == "press-refused"


async def test_the_next_worker_gets_it_when_the_first_passes_it_on(town: Town) -> None:
    resident, worker = await filed(town)
    other = town.worker(await town.hire("李娜"))
    await worker.presses("转给别人")
    await worker.presses("手上的单太多")
    assert "LZ1001" in other.text
    assert "李娜" in worker.text
    assert "李娜" in resident.text
    ticket = await town.ticket()
    assert ticket.responsible_name == "李娜"
    assert next(e.data["reason"] for e in ticket.events if e.type == "passed") == "手上的单太多"


async def test_nobody_waits_in_vain_when_a_ticket_is_passed_on_after_a_time_was_agreed(town: Town) -> None:
    resident, worker = await filed(town)
    other = town.worker(await town.hire("李娜"))
    await worker.presses("约时间")
    await worker.says("每周二四上午10点，三个月")
    await worker.presses("转给别人")
    await worker.presses("手上的单太多")
    assert "原来约的（每周二、周四，到" in resident.text
    assert "李娜会重新跟您约" in resident.text
    assert "上一位约过：每周二、周四" in other.text


async def test_the_officer_gets_it_when_no_other_worker_is_there(town: Town) -> None:
    _, worker = await filed(town)
    officer = town.worker(await town.hire("李强", Role.COUNTY))
    await worker.presses("转给别人")
    await worker.says("我明天开始休假")
    assert "LZ1001" in officer.text


async def test_it_stays_when_there_is_nobody_to_pass_it_to(town: Town) -> None:
    _, worker = await filed(town)
    await worker.presses("转给别人")
    await worker.says("太远了")
    assert "没有别的人能接" in worker.text
    assert (await town.ticket()).responsible_name == "王芳"


async def test_both_clocks_are_shown_when_a_time_is_planned(town: Town) -> None:
    resident, worker = await filed(town)
    await worker.presses("接单")
    await worker.presses("约时间")
    await worker.says("明天上午10点")
    assert "10:00 北京时间" in resident.text
    assert "新疆时间 08:00" in resident.text
    ticket = await town.ticket()
    assert ticket.state == "planned"
    assert ticket.planned_at is not None
    assert ticket.planned_at.isoformat() == "2026-03-04T02:00:00+00:00"


async def test_the_words_stand_when_the_time_cannot_be_read(town: Town) -> None:
    resident, worker = await filed(town)
    await worker.presses("约时间")
    await worker.says("等雪化了就去")
    assert "等雪化了就去" in resident.text


async def test_planning_accepts_when_the_worker_skips_a_step(town: Town) -> None:
    _, worker = await filed(town)
    await worker.presses("约时间")
    await worker.presses("明天上午10点")
    assert types(await town.ticket())[-2:] == ["accepted", "planned"]


async def test_record_and_photos_are_kept_when_the_work_is_done(town: Town) -> None:
    resident, worker = await filed(town)
    await worker.presses("接单")
    await worker.presses("完成")
    await worker.says("做了午饭，老人吃得不错", photo())
    ticket = await town.ticket()
    assert ticket.record == "做了午饭，老人吃得不错"
    assert len(ticket.last.data["attachments"]) == 1
    assert any(r.attachment for r in resident.heard)
    assert resident.labels == ["解决了", "还没解决"]


async def test_nothing_happens_when_the_worker_thinks_better_of_it(town: Town) -> None:
    _, worker = await filed(town)
    await worker.presses("完成")
    await worker.says("取消")
    assert (await town.ticket()).state == "dispatched"


async def test_open_tickets_are_listed_when_the_worker_writes_anything_else(town: Town) -> None:
    _, worker = await filed(town)
    await worker.says("我的单子")
    await worker.presses("LZ1001")
    assert NEED in worker.text


async def test_another_worker_can_do_nothing_when_the_ticket_is_not_theirs(town: Town) -> None:
    _, worker = await filed(town)
    stranger = town.worker(await town.hire("马力", area="652301"))
    await stranger.presses_key(worker.last.buttons[0].key)
    assert "NEED" not in stranger.text
    ticket = await town.ticket()
    assert ticket.state == "dispatched"
    assert types(ticket)[-1] == "press-refused"


async def test_a_resident_can_do_nothing_when_they_press_a_staff_button(town: Town) -> None:
    resident, worker = await filed(town)
    await resident.presses_key(worker.last.buttons[0].key)
    await resident.presses_key("accept:LZ1001")
    assert (await town.ticket()).state == "dispatched"
    assert "press-refused" in types(await town.ticket())


async def test_the_officer_takes_over_when_they_accept_a_ticket_of_their_area(town: Town) -> None:
    _, worker = await filed(town)
    officer = await town.hire("李强", Role.COUNTY)
    app = town.app
    await app.office.act(officer, "LZ1001", "accept")
    await worker.listen()
    assert "李强接手" in worker.text
    assert (await town.ticket()).responsible == officer.id


async def test_a_refused_action_stands_in_the_thread_when_it_came_from_the_desk(town: Town) -> None:
    await filed(town)
    staff = next(s for s in await town.staff())
    await town.app.office.act(staff, "LZ1001", "accept")
    with pytest.raises(StepRefusedError):
        await town.app.office.act(staff, "LZ1001", "accept")
    assert types(await town.ticket())[-1] == "press-refused"


async def test_tickets_go_to_the_next_when_a_worker_leaves(town: Town) -> None:
    _, _worker = await filed(town)
    other = await town.hire("李娜")
    async with town.app.database.write() as connection:
        ticket = await town.app.house.book(connection).ticket("LZ1001")
        assert ticket is not None
        assert ticket.responsible is not None
        gone = next(s for s in await town.app.house.book(connection).roster() if s.id == ticket.responsible)
        await staff_store.remove(connection, gone.id)
        await left(town.app.house.book(connection), gone)
    assert (await town.ticket()).responsible == other.id


async def test_made_up_staff_give_way_when_a_real_worker_comes(town: Town) -> None:
    trial = await town.hire("试用", trial=True)
    resident = await town.resident().says(NEED)
    await resident.presses("确认提交")
    assert "还没有社工值班" in resident.text
    assert (await town.ticket()).responsible == trial.id
    real = await town.hire("王芳")
    await resident.listen()
    assert "王芳" in resident.text
    assert (await town.ticket()).responsible == real.id


async def test_the_worker_hears_it_when_an_officer_goes_on_with_their_ticket(town: Town) -> None:
    _, worker = await filed(town)
    await worker.presses("接单")
    officer = town.worker(await town.hire("赵主任", Role.TOWNSHIP, "652328"))
    await officer.presses_key(town.app.house.signer(officer.address, "contact:LZ1001"))
    await officer.says("电话里说好了，我来办")
    assert "LZ1001 助餐 已由赵主任接手" in worker.text
    assert (await town.ticket()).responsible_name == "赵主任"
