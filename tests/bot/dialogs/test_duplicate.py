"""Two relatives tell of the same mother, each in their own words; the worker sees it, decides, and may think better."""

from __future__ import annotations

import pytest

from casework.permission import StepRefusedError
from casework.staff import Role
from tests.relatives import DAUGHTER, NEIGHBOUR, SON, asks, both, merged
from tests.talk import Town, photo, types


async def test_the_worker_is_told_of_the_other_ticket_when_it_is_the_same_mother(town: Town) -> None:
    _, _, worker = await both(town)
    assert "可能和 LZ1001 是同一件事：姓名、年龄、关系、县市、要办的事、日子都对得上。" in worker.text
    assert worker.labels[-3:] == ["看看 LZ1001", "是同一件事", "不是"]
    await worker.presses("看看 LZ1001")
    assert DAUGHTER in worker.text
    assert worker.labels == ["是同一件事", "不是"]


async def test_nothing_is_suggested_when_a_neighbour_needs_the_same_service(town: Town) -> None:
    worker = town.worker(await town.hire())
    await asks(town, "daughter", DAUGHTER)
    await asks(town, "other", NEIGHBOUR)
    assert "LZ1002" in worker.text
    assert "可能和" not in worker.text


async def test_it_is_said_again_when_the_worker_opens_the_ticket(town: Town) -> None:
    _, _, worker = await both(town)
    await worker.says("我的单子")
    await worker.presses("LZ1001")
    assert "可能和 LZ1002 是同一件事" in worker.text


async def test_both_are_told_in_their_language_when_it_becomes_one_ticket(town: Town) -> None:
    daughter, son, worker = await merged(town)
    assert "LZ1002 并进了 LZ1001" in worker.text
    assert "把 LZ1002 分开" in worker.labels
    assert "还有一位也报了" in daughter.text
    assert len(daughter.heard) == len(son.heard) == 1
    assert "LZ1002 دىكى ئىشنى يەنە بىر كىشىمۇ ئېيتقان" in son.text
    first, second = await town.tickets()
    assert (first.state, second.state, second.into) == ("dispatched", "merged", "LZ1001")
    assert [each.address for each in first.reporters] == ["webchat:daughter", "webchat:son"]


async def test_both_hear_every_step_when_it_is_one_ticket(town: Town) -> None:
    daughter, son, worker = await merged(town)
    await worker.presses("接单")
    assert "王芳接了您的单（LZ1001" in daughter.text
    assert "LZ1001" in son.text
    assert "王芳" in son.text
    await worker.presses("约时间")
    await worker.presses("明天上午10点")
    assert "10:00 北京时间" in daughter.text
    assert "10:00" in son.text


async def test_the_second_sees_the_course_but_not_what_the_first_said_when_they_look(town: Town) -> None:
    daughter, son, worker = await both(town)
    await daughter.says("她前天摔过一跤")
    await daughter.presses("转给王芳")
    await worker.presses("问居民")
    await worker.says("摔得重不重？")
    await worker.says("我的单子")
    await worker.presses("LZ1002")
    await worker.presses("是同一件事")
    await worker.presses("接单")
    await son.says("/my")
    assert "LZ1001" in son.text
    assert "LZ1002" not in son.text
    for private in ("13899012345", "摔", "阿依古丽", "照壁山"):
        assert private not in son.text
    assert "ئايگۈل" in son.text
    assert "王芳" in son.text
    await daughter.says("我的申请")
    assert "阿依古丽" in daughter.text
    assert "摔过一跤" in daughter.text
    assert "ئايگۈل" not in daughter.text


async def test_the_worker_reads_what_each_said_when_the_ticket_is_opened(town: Town) -> None:
    _, _, worker = await merged(town)
    await worker.says("我的单子")
    await worker.presses("LZ1001")
    for part in (DAUGHTER, SON, "电话 13899012345", "还有一位报的人"):
        assert part in worker.text


async def test_the_worker_hears_it_when_the_second_adds_a_line_by_an_old_button(town: Town) -> None:
    _, son, worker = await merged(town)
    await son.presses_key("open:LZ1002")
    await son.presses("گەپ قوشۇش")
    await son.says("چىشى يوق، يۇمشاق تاماق بولسۇن", photo())
    assert "LZ1001 报 LZ1002 的人说：چىشى يوق، يۇمشاق تاماق بولسۇن" in worker.text
    assert any(reply.attachment for reply in worker.heard)


async def test_it_stands_for_the_other_when_one_steps_out(town: Town) -> None:
    daughter, son, worker = await merged(town)
    await son.says("/my")
    await son.presses("قايتۇرۇۋالىمەن")
    assert "يەنە بىرسىمۇ ئېيتقان" in son.text
    await son.presses("ھەئە")
    assert "چېكىندىڭىز" in son.text
    assert "报的人退出了一位" in worker.text
    await worker.presses("接单")
    assert "王芳接了您的单" in daughter.text
    assert son.heard == []
    assert (await town.tickets())[0].state == "accepted"


async def test_the_other_is_asked_whether_it_is_solved_when_the_first_stepped_out(town: Town) -> None:
    daughter, son, worker = await merged(town)
    await daughter.says("我的申请")
    await daughter.presses("撤回")
    await daughter.presses("确定撤回")
    assert "您已经退出" in daughter.text
    await worker.says("我的单子")
    await worker.presses("LZ1001")
    assert "已退出，不再联系" in worker.text
    await worker.presses("完成")
    await worker.says("做了午饭")
    assert len(son.labels) == 2
    assert daughter.heard == []
    await daughter.says("我的申请")
    assert "LZ1001" not in daughter.text


async def test_it_is_taken_back_when_both_step_out(town: Town) -> None:
    daughter, son, worker = await merged(town)
    for person, button, sure in ((son, "قايتۇرۇۋالىمەن", "ھەئە"), (daughter, "撤回", "确定撤回")):
        await person.presses_key("open:LZ1001")
        await person.presses(button)
        await person.presses(sure)
    assert "居民撤回了" in worker.text
    assert (await town.tickets())[0].state == "cancelled"


async def test_only_the_first_is_asked_to_rate_when_the_work_is_done(town: Town) -> None:
    daughter, son, worker = await merged(town)
    await worker.presses("接单")
    await worker.presses("完成")
    await worker.says("做了午饭")
    assert daughter.labels == ["解决了", "还没解决"]
    assert "做了午饭" in son.text
    assert len(son.labels) == 1
    await daughter.presses("解决了")
    await daughter.presses("5 分")
    await son.presses_key("open:LZ1001")
    await son.presses("2 نومۇر")
    first = (await town.tickets())[0]
    assert first.stars == 5
    assert first.last.type == "rated-by-reporter"
    assert first.last.data["stars"] == 2
    await son.presses_key("rate:LZ1001:1")
    assert (await town.tickets())[0].last.type == "press-refused"


async def test_the_second_rating_counts_when_the_first_gives_none(town: Town) -> None:
    _, son, worker = await merged(town)
    await worker.presses("完成")
    await worker.says("做了午饭")
    await son.presses_key("open:LZ1001")
    await son.presses("ھەل بولدى")
    await son.presses("4 نومۇر")
    assert (await town.tickets())[0].stars == 4


async def test_each_goes_their_own_way_when_they_are_taken_apart(town: Town) -> None:
    daughter, son, worker = await merged(town)
    await worker.presses("接单")
    await worker.presses("把 LZ1002 分开")
    assert "LZ1002 单独开了，由王芳负责" in worker.text
    assert "可能和" not in worker.text
    assert "现在分开办" in daughter.text
    assert "LZ1002" in son.text
    first, second = await town.tickets()
    assert (first.state, second.state, second.responsible) == ("accepted", "dispatched", first.responsible)
    await worker.presses_key("accept:LZ1002")
    assert "LZ1002" in son.text
    assert daughter.heard == []
    await son.says("/my")
    assert "LZ1002" in son.text
    assert "LZ1001" not in son.text


async def test_the_other_family_is_not_forgotten_when_the_work_is_done_before_anybody_notices(town: Town) -> None:
    daughter, son, worker = await merged(town)
    await worker.presses("完成")
    await worker.says("饭做好了")
    await worker.says("我的单子")
    await worker.presses("LZ1001")
    assert worker.labels == ["把 LZ1002 分开"]
    await worker.presses("把 LZ1002 分开")
    assert "LZ1002 单独开了，由王芳负责" in worker.text
    assert "LZ1002" in son.text
    first, second = await town.tickets()
    assert (first.state, second.state, second.responsible) == ("done", "dispatched", first.responsible)
    await daughter.presses("解决了")
    assert (await town.tickets())[0].state == "closed"


async def test_nobody_asks_again_when_the_worker_says_they_are_two(town: Town) -> None:
    _, _, worker = await both(town)
    await worker.presses("不是")
    assert "不再提醒" in worker.text
    for number in ("LZ1001", "LZ1002"):
        await worker.says("我的单子")
        await worker.presses(number)
        assert "可能和" not in worker.text
    assert "not-duplicate" in types((await town.tickets())[1])


async def test_it_becomes_urgent_when_an_urgent_ticket_joins_it(town: Town) -> None:
    worker = town.worker(await town.hire())
    await asks(town, "daughter", "我妈马秀兰八十岁，在木垒照壁山乡，家里突然没人照顾，要临时照护")
    await town.resident("son").says("我妈马秀兰八十岁在木垒照壁山乡，三天没吃饭了，一个人在家起不来")
    assert [ticket.urgent for ticket in await town.tickets()] == [False, True]
    await worker.presses("是同一件事")
    assert (await town.tickets())[0].urgent
    await worker.presses("把 LZ1002 分开")
    assert [ticket.urgent for ticket in await town.tickets()] == [False, True]


URGENT = "我妈马秀兰八十岁在木垒照壁山乡，三天没吃饭了，一个人在家"


async def test_what_is_answered_after_merging_stands_beside_when_an_urgent_ticket_was_merged(town: Town) -> None:
    worker = town.worker(await town.hire())
    await asks(town, "daughter", "我妈马秀兰八十岁，在木垒照壁山乡，家里突然没人照顾，要临时照护")
    son = await town.resident("son").says(URGENT)
    await worker.presses("是同一件事")
    await son.says("13899012345")
    assert "13899012345" in worker.text
    first, second = await town.tickets()
    assert (first.need.phone, first.reporters[1].need.phone, second.need.phone) == ("", "13899012345", "")


async def test_violence_opens_a_ticket_of_its_own_when_the_urgent_one_is_shared(town: Town) -> None:
    worker = town.worker(await town.hire())
    await town.resident("husband").says(URGENT)
    await town.resident("wife").says(URGENT)
    await worker.presses("是同一件事")
    await town.resident("wife").says("我男人正在打我，救命")
    first, _, third = await town.tickets()
    assert (third.need.danger, third.reporter) == ("violence", "webchat:wife")
    assert "said" not in [event.type for event in first.events]


async def test_nothing_is_merged_any_more_when_violence_is_told_in_an_urgent_ticket(town: Town) -> None:
    await town.hire()
    await town.resident("husband").says(URGENT)
    await town.resident("wife").says(URGENT)
    await town.resident("wife").says("我男人正在打我，救命")
    staff = (await town.staff())[0]
    with pytest.raises(StepRefusedError, match="private"):
        await town.app.office.act(staff, "LZ1002", "same", "LZ1001")


async def test_the_worker_is_sent_to_the_other_ticket_when_they_press_on_a_merged_one(town: Town) -> None:
    _, _, worker = await both(town)
    accept = worker.last.buttons[0].key
    await worker.presses("是同一件事")
    await worker.presses_key(accept)
    assert "LZ1002 已经并进别的单了" in worker.text


async def test_it_is_said_that_they_stepped_out_when_they_press_an_old_button(town: Town) -> None:
    _, son, _ = await merged(town)
    await son.presses_key("open:LZ1001")
    await son.presses("قايتۇرۇۋالىمەن")
    await son.presses("ھەئە")
    await son.says("/my")
    assert "بىللە بېجىرىلىۋاتىدۇ" in son.text
    await son.presses_key("open:LZ1001")
    assert (await town.tickets())[0].last.type == "press-refused"


async def test_violence_is_neither_suggested_nor_merged_when_another_reported(town: Town) -> None:
    worker = town.worker(await town.hire())
    await asks(town, "husband", "我老婆马秀兰五十岁，在木垒照壁山乡，要紧急照护，电话13899012345")
    await town.resident("wife").says("我叫马秀兰，五十岁，在木垒照壁山乡，我男人正在打我，救命")
    second = (await town.tickets())[1]
    assert (second.need.danger, second.need.services) == ("violence", (await town.tickets())[0].need.services)
    assert "LZ1002" in worker.text
    assert "可能和" not in worker.text
    staff = (await town.staff())[0]
    with pytest.raises(StepRefusedError, match="private"):
        await town.app.office.act(staff, "LZ1002", "same", "LZ1001")
    assert [ticket.state for ticket in await town.tickets()] == ["dispatched", "dispatched"]


@pytest.mark.parametrize("action", ["same", "differ", "apart", "look"])
async def test_a_stranger_can_do_nothing_when_they_press_another_workers_button(town: Town, action: str) -> None:
    _, _, worker = await (merged if action == "apart" else both)(town)
    stranger = town.worker(await town.hire("马力", area="652301"))
    key = next(b.key for r in worker.heard for b in r.buttons if b.key.startswith(f"{action}:"))
    await stranger.presses_key(key)
    await stranger.presses_key(key.partition(".")[0])
    assert DAUGHTER not in stranger.text
    assert [t.state for t in await town.tickets()] == ["dispatched", "merged" if action == "apart" else "dispatched"]


async def test_the_colleague_is_told_when_the_other_ticket_was_theirs(town: Town) -> None:
    worker, colleague = town.worker(await town.hire()), town.worker(await town.hire("李娜"))
    await asks(town, "daughter", DAUGHTER)
    await asks(town, "son", SON, "ug")
    first, second = await town.tickets()
    assert first.responsible != second.responsible
    late, early = (colleague, worker) if second.responsible_name == "李娜" else (worker, colleague)
    await late.presses("是同一件事")
    assert "LZ1002 和 LZ1001 是同一件事" in early.text
    assert SON in early.text
    assert late.labels == []


async def test_an_officer_may_merge_when_both_lie_in_their_area(town: Town) -> None:
    daughter, _, worker = await both(town)
    officer = await town.hire("李强", Role.COUNTY)
    await town.app.office.act(officer, "LZ1002", "same", "LZ1001")
    for person in (daughter, worker):
        await person.listen()
    assert "还有一位也报了" in daughter.text
    assert len(worker.heard) == 1
    assert "LZ1002 和 LZ1001 是同一件事" in worker.text


async def test_one_reporter_hears_it_once_when_they_asked_twice(town: Town) -> None:
    worker = town.worker(await town.hire())
    daughter = await asks(town, "daughter", DAUGHTER)
    await daughter.presses("说一件新的难处")
    await daughter.says(DAUGHTER)
    await daughter.presses("另一件新的难处")
    await daughter.presses("确认提交")
    await worker.presses("是同一件事")
    assert len(daughter.heard) == 1
    assert "您报的 LZ1002 和 LZ1001 是同一件事" in daughter.text
    await worker.presses("把 LZ1002 分开")
    assert len(daughter.heard) == 1
    assert "单独办了：LZ1002" in daughter.text


async def test_both_are_heard_when_they_say_at_the_same_time_that_it_is_not_solved(town: Town) -> None:
    daughter, son, worker = await merged(town)
    officer = town.worker(await town.hire("赵主任", Role.TOWNSHIP, "652328"))
    await worker.presses("完成")
    await worker.says("饭送到了")
    for relative in (daughter, son):
        await relative.presses_key(town.app.house.signer(relative.address, "unsolved:LZ1001"))
    await daughter.says("饭是凉的")
    assert "饭是凉的" in officer.text
    await son.says("بەك كېچىكىپ كەلدى")
    assert "بەك كېچىكىپ كەلدى" in officer.text
    assert "赵主任" in son.text
    assert types((await town.tickets())[0])[-3:] == ["unsolved", "dispatched", "said"]


async def test_the_comment_reaches_somebody_when_the_other_opened_it_again(town: Town) -> None:
    daughter, son, worker = await merged(town)
    await worker.presses("完成")
    await worker.says("饭送到了")
    await daughter.presses("解决了")
    await daughter.presses("2 分")
    await son.presses_key(town.app.house.signer(son.address, "unsolved:LZ1001"))
    await son.says("بەك كېچىكىپ كەلدى")
    await daughter.says("来得太晚了")
    assert "来得太晚了" in worker.text
    assert "王芳" in daughter.text
