"""Visits as worker, resident and county live them: agreed, kept, let go, moved, confirmed; how it is in the heart."""

from __future__ import annotations

import re

from casework import mood
from casework.staff import Role
from casework.ticket import Audience
from tests.talk import Person, Town, photo, pin, types

NEED = "我妈八十了在木垒照壁山乡，要人上门做饭"
TWICE_A_WEEK = "每周二四上午10点，到六月底"


async def accepted(town: Town) -> tuple[Person, Person]:
    worker = town.worker(await town.hire())
    resident = await town.resident().says(NEED)
    await resident.presses("确认提交")
    await worker.presses("接单")
    return resident, worker


async def agreed(town: Town, words: str = TWICE_A_WEEK) -> tuple[Person, Person]:
    resident, worker = await accepted(town)
    await worker.presses("约时间")
    await worker.says(words)
    return resident, worker


async def visits(worker: Person, record: str = "做了饭，40分钟") -> None:
    await worker.presses("记一次")
    await worker.says(record)


def code_in(text: str) -> str:
    found = re.search(r"暗号是 (\d\d)", text)
    assert found, text
    return found[1]


async def test_both_know_how_often_and_when_next_when_a_series_is_agreed(town: Town) -> None:
    resident, worker = await agreed(town)
    for person in (resident, worker):
        assert "每周二、周四，到 2026 年 6 月 30 日" in person.text
        assert "3月5日（周四）10:00 北京时间" in person.text
        assert "新疆时间 08:00" in person.text
    assert worker.labels == ["到了", "记一次", "这次没去", "换个时间去", "约时间", "完成"]
    ticket = await town.ticket()
    assert (ticket.state, types(ticket)[-1]) == ("planned", "series")
    await resident.says("我的申请")
    assert "每周二、周四，到 2026 年 6 月 30 日。下一次：3月5日（周四）" in resident.text
    await worker.says("我的单子")
    await worker.presses("LZ1001")
    assert "约好：每周二、周四" in worker.text


async def test_series_is_asked_again_with_examples_when_it_is_not_understood(town: Town) -> None:
    _, worker = await agreed(town, "除了节日每天都去")
    assert "每天早上" in worker.text
    assert (await town.ticket()).state == "accepted"
    await worker.says("每天早上")
    assert (await town.ticket()).state == "planned"


async def test_next_date_follows_by_itself_when_a_visit_was_made(town: Town) -> None:
    resident, worker = await agreed(town)
    await town.later(days=2)
    await worker.presses("记一次")
    await worker.says("做了饭，一个半小时", photo())
    assert "下一次：3月10日（周二）10:00" in worker.text
    assert "做了饭" in resident.text
    assert "下一次：3月10日（周二）10:00" in resident.text
    ticket = await town.ticket()
    visited = next(event for event in ticket.events if event.type == "visited")
    assert (visited.data["minutes"], len(visited.data["attachments"])) == (90, 1)
    assert ticket.state == "planned"


async def test_done_is_asked_for_when_the_series_has_ended(town: Town) -> None:
    _, worker = await agreed(town, "每周四上午10点，一周")
    await town.later(days=2)
    await visits(worker)
    assert "都去完了" in worker.text
    assert worker.labels == ["约时间", "完成"]
    await worker.presses("完成")
    await worker.says("都办好了")
    assert (await town.ticket()).state == "done"


async def test_single_visit_ends_with_done_as_before(town: Town) -> None:
    _, worker = await agreed(town, "明天上午10点")
    await town.later(days=1)
    await visits(worker)
    assert (await town.ticket()).state == "planned"
    await worker.presses("完成")
    await worker.says("好了")
    assert (await town.ticket()).state == "done"


async def test_place_is_kept_when_the_worker_sends_a_pin(town: Town) -> None:
    resident, worker = await agreed(town)
    await worker.presses("到了")
    await worker.says("", pin(43.8, 90.3))
    event = (await town.ticket()).last
    assert event.type == "arrived"
    assert len(event.data["attachments"]) == 1
    await worker.presses("到了")
    await worker.presses("不发定位")
    assert (await town.ticket()).last.data["attachments"] == []
    await resident.says("我的申请")
    assert "王芳到了" in resident.text


async def test_resident_hears_why_and_when_next_when_nobody_came(town: Town) -> None:
    resident, worker = await agreed(town)
    await town.later(days=2)
    await worker.presses("这次没去")
    await worker.presses("路不通")
    assert "路不通" in resident.text
    assert "3月10日（周二）" in resident.text
    assert (await town.ticket()).last.data["excused"] is False


async def test_one_visit_moves_and_the_series_stays(town: Town) -> None:
    resident, worker = await agreed(town)
    await worker.presses("换个时间去")
    await worker.says("路上下雪")
    assert "没看出来" in worker.text
    await worker.presses("换个时间去")
    await worker.says("周五下午4点，路上下雪")
    assert "3月6日（周五）16:00" in resident.text
    assert "路上下雪" in resident.text
    await town.later(days=3, hours=5)
    await visits(worker)
    assert "下一次：3月10日（周二）10:00" in worker.text


async def test_nothing_is_noted_when_the_resident_has_taken_it_back(town: Town) -> None:
    resident, worker = await agreed(town, "明天上午10点")
    await worker.presses("换个时间去")
    await resident.presses("看看进度")
    await resident.presses("不需要了")
    await resident.presses("确定撤回")
    await worker.says("周五下午4点")
    assert "已经办完或撤回" in worker.text
    assert "moved" not in types(await town.ticket())


async def test_both_are_reminded_on_the_eve_by_both_clocks(town: Town) -> None:
    resident, worker = await agreed(town)
    await town.later(days=1, hours=4.9)
    assert "提醒" not in resident.text
    await town.later(hours=0.2)  # Wednesday, five in the afternoon
    for person in (resident, worker):
        assert "3月5日（周四）10:00 北京时间，也就是新疆时间 08:00" in person.text
    code = code_in(resident.text)
    assert "暗号" not in worker.text
    await resident.says("我的申请")
    assert f"暗号是 {code}" in resident.text
    await town.later(hours=10)
    assert types(await town.ticket()).count("eve") == 1


async def test_nobody_is_reminded_of_a_visit_that_was_agreed_the_same_evening(town: Town) -> None:
    _, worker = await accepted(town)
    await town.later(hours=6)
    await worker.presses("约时间")
    await worker.says("明天上午10点")
    await town.later(hours=12)
    assert "eve" not in types(await town.ticket())


async def test_each_visit_has_its_eve_also_after_a_restart(town: Town) -> None:
    _, worker = await agreed(town)
    await town.later(days=2)
    await visits(worker)
    town.clock.at = town.clock.at.replace(day=9, hour=9, minute=1)
    for _ in range(2):
        async with town.restarted() as app:
            await app.clockwork.run_due()
    eves = [event.data["visit"] for event in (await town.ticket()).events if event.type == "eve"]
    assert eves == ["2026-03-05T02:00:00+00:00", "2026-03-10T02:00:00+00:00"]


async def test_county_is_told_once_a_week_when_a_series_falls_behind(town: Town) -> None:
    county = town.worker(await town.hire("县里的钱红", Role.COUNTY, "652328"))
    _, worker = await agreed(town)
    await town.later(days=2)
    await visits(worker)
    told = []
    for _ in range(16):
        await town.later(days=1)
        told += [reply.text for reply in county.heard if "只去了" in reply.text]
    assert len(told) == 2
    assert "约好 2 次，只去了 1 次（负责：王芳）" in told[0]
    assert "只去了 0 次" in told[1]
    periods = [event.data["period"] for event in (await town.ticket()).events if event.type == "behind"]
    assert periods == ["2026-03-04", "2026-03-11"]


async def test_nobody_is_told_when_the_visits_were_made_or_not_wanted(town: Town) -> None:
    county = town.worker(await town.hire("县里的钱红", Role.COUNTY, "652328"))
    _, worker = await agreed(town)
    await town.later(days=2)
    await visits(worker)
    await town.later(days=5)
    await worker.presses("这次没去")
    await worker.presses("居民说这次不用")
    for _ in range(6):
        await town.later(days=1)
        assert "只去了" not in county.text


async def test_extra_visit_makes_up_for_a_missed_one_when_only_the_number_is_agreed(town: Town) -> None:
    _, worker = await agreed(town, "一个月两次，半年")
    await town.later(days=23)
    for _ in range(2):
        await visits(worker)
    await town.later(days=15)
    assert "behind" not in types(await town.ticket())


async def test_the_worker_hears_it_when_the_day_does_not_suit_although_it_sounds_like_another_need(town: Town) -> None:
    resident, worker = await agreed(town)
    await resident.says("那个 下周二不行 我妈要去医院")
    await resident.presses("转给王芳")
    assert "那个 下周二不行 我妈要去医院" in worker.text
    assert "转给王芳" in resident.text


async def test_a_figure_is_the_answer_when_something_is_asked_that_has_no_buttons(town: Town) -> None:
    _, worker = await agreed(town)
    await town.later(days=2)
    await visits(worker)
    last = len(worker.last.buttons)
    await worker.presses("填暗号")
    await worker.says(str(last))
    assert "暗号对不上" in worker.text


async def test_visit_is_confirmed_when_the_worker_types_the_code(town: Town) -> None:
    resident, worker = await agreed(town)
    await town.later(days=1, hours=6)
    code = code_in(resident.text)
    await town.later(hours=18)
    await visits(worker)
    await worker.presses("填暗号")
    await worker.says(f"{(int(code) + 1) % 100:02}")
    assert "暗号对不上" in worker.text
    await worker.says("我的单子")
    await worker.presses("LZ1001")
    await worker.presses("填暗号")
    await worker.says(code)
    assert "暗号对上了" in worker.text
    ticket = await town.ticket()
    assert [e.data["by"] for e in ticket.events if e.type == "visit-confirmed"] == ["code"]
    assert "填暗号" not in worker.labels


async def test_code_is_taken_from_the_record_when_it_stands_there(town: Town) -> None:
    resident, worker = await agreed(town)
    await town.later(days=1, hours=6)
    code = code_in(resident.text)
    await town.later(hours=18)
    await visits(worker, f"做了饭，40分钟，暗号{code}")
    ticket = await town.ticket()
    assert "visit-confirmed" in types(ticket)
    assert next(e.data["minutes"] for e in ticket.events if e.type == "visited") == 40


async def test_code_cannot_be_guessed_for_long(town: Town) -> None:
    resident, worker = await agreed(town)
    await town.later(days=1, hours=6)
    code = code_in(resident.text)
    await town.later(hours=18)
    await visits(worker)
    for guess in [number for number in range(10, 99) if str(number) != code][:3]:
        await worker.presses("填暗号")
        await worker.says(str(guess))
    await worker.presses("填暗号")
    await worker.says(code)
    assert "不能用暗号" in worker.text
    assert "visit-confirmed" not in types(await town.ticket())


async def test_visit_is_confirmed_once_when_the_resident_or_family_presses(town: Town) -> None:
    resident, worker = await agreed(town)
    await town.later(days=2)
    await visits(worker)
    assert resident.labels == ["来过了", "我是家人，来过了"]
    await resident.presses("我是家人")
    await resident.presses("来过了")
    confirmed = [event.data["by"] for event in (await town.ticket()).events if event.type == "visit-confirmed"]
    assert confirmed == ["relative"]


async def test_old_button_confirms_its_own_visit_and_no_later_one(town: Town) -> None:
    resident, worker = await agreed(town)
    await town.later(days=2)
    await visits(worker)
    old = resident.last.buttons[0].key
    await town.later(days=5)
    await visits(worker)
    await resident.presses_key(old)
    ticket = await town.ticket()
    made = [index for index, event in enumerate(ticket.events) if event.type == "visited"]
    assert [event.data["of"] for event in ticket.events if event.type == "visit-confirmed"] == made[:1]
    await resident.presses("来过了")
    confirmed = [event.data["of"] for event in (await town.ticket()).events if event.type == "visit-confirmed"]
    assert confirmed == made


async def test_three_meals_a_day_are_noted_and_told_once(town: Town) -> None:
    resident, worker = await agreed(town, "工作日三餐，一个月")
    await town.later(days=1, hours=8)
    told = 0
    for meal in ("早饭", "午饭", "晚饭"):
        await visits(worker, meal)
        told += "来过了" in resident.text
        await resident.listen()
    assert told == 1
    assert "下一次：3月5日（周四）08:00" in worker.text


async def snows(town: Town, resident: Person, worker: Person, weather: str = "下雪") -> None:
    await visits(worker)
    await resident.presses("来过了")
    await resident.presses(weather)


async def test_heart_is_asked_after_a_visit_at_most_once_a_week_and_seen_by_staff_alone(town: Town) -> None:
    resident, worker = await agreed(town)
    await town.later(days=2)
    await visits(worker)
    await resident.presses("来过了")
    assert "晴天还是雪天" in resident.text
    assert len(resident.labels) == 6
    await resident.presses("晴间多云")
    assert "谢谢" in resident.text
    await town.later(days=5)
    await visits(worker)
    await resident.presses("来过了")
    assert "晴天还是雪天" not in resident.text
    ticket = await town.ticket()
    kept = [event for event in ticket.events if event.type == "mood"]
    assert [(event.data["mood"], event.audience) for event in kept] == [("fair", Audience.STAFF)]


async def test_worker_is_told_and_nothing_is_filed_when_it_snowed_twice(town: Town) -> None:
    resident, worker = await agreed(town)
    await town.later(days=2)
    await snows(town, resident, worker)
    await resident.presses("下雪")
    assert "两次" not in worker.text
    assert "12356" in resident.text
    await town.later(days=7)
    await snows(town, resident, worker)
    assert "接连两次说心里像下雪天" in worker.text
    await resident.presses("下雪")
    assert "接连两次" not in worker.text
    before = len(types(await town.ticket()))
    await worker.presses("心理疏导")
    assert "先听" in worker.text
    assert len(types(await town.ticket())) == before
    assert [each for _, each in mood.line(await town.tickets())] == ["snowy", "snowy"]


async def test_heart_is_asked_after_the_thanks_when_the_work_is_done(town: Town) -> None:
    resident, worker = await accepted(town)
    await worker.presses("完成")
    await worker.says("做了三天饭")
    await resident.presses("解决了")
    await resident.presses("5 分")
    await resident.says("饭菜合口")
    assert "晴天还是雪天" in resident.last.text
    await resident.presses("晴天")
    assert [each for _, each in mood.line(await town.tickets())] == ["sunny"]
