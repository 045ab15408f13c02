"""When it cannot wait."""

from __future__ import annotations

import pytest

from tests.talk import Town, types


@pytest.mark.parametrize(
    ("text", "number", "service"),
    [
        ("我妈摔倒了起不来，在木垒镇", "120", "emergency-care"),
        ("我不想活了", "12356", "counselling"),
        ("我老公喝了酒打我，我在木垒镇", "110", "emergency-care"),
        ("家里着火了！木垒镇", "119", "emergency-care"),
        ("家里三天没吃的了，断粮了", "120", "emergency-care"),
        ("娃娃一个人锁在家里哭", "110", "emergency-care"),
    ],
)
async def test_numbers_are_shown_and_a_ticket_filed_at_once_when_in_danger(
    town: Town, text: str, number: str, service: str
) -> None:
    await town.hire("赵敏", area="6523")
    resident = await town.resident().says(text)
    assert number in resident.heard[0].text
    ticket = await town.ticket()
    assert ticket.urgent
    assert ticket.need.services == (service,)
    assert ticket.need.words == (text,)


async def test_the_bot_goes_on_asking_when_the_place_is_unknown(town: Town) -> None:
    prefecture = await town.hire("赵敏", area="6523")
    mulei = await town.hire("王芳", area="652328")
    resident = await town.resident().says("我妈摔倒了起不来")
    assert "人在哪儿" in resident.last.text
    assert (await town.ticket()).responsible == prefecture.id
    await resident.says("木垒镇")
    assert (await town.ticket()).responsible == mulei.id
    assert "留个电话" in resident.last.text
    await resident.says("13999123456")
    ticket = await town.ticket()
    assert ticket.need.phone == "13999123456"


async def test_the_worker_is_told_when_something_new_is_known_of_the_danger(town: Town) -> None:
    worker = town.worker(await town.hire())
    resident = await town.resident().says("我妈摔倒了起不来，在木垒镇")
    assert "【急】" in worker.text
    await resident.says("13999123456")
    assert "13999123456" in worker.text


async def test_one_ticket_is_filed_when_the_same_danger_is_told_again(town: Town) -> None:
    worker = town.worker(await town.hire())
    resident = await town.resident().says("我妈摔倒了起不来，在木垒镇")
    await resident.says("快点啊，她摔得动不了了")
    assert len(await town.tickets()) == 1
    assert "动不了了" in worker.text
    assert "120" in resident.text


async def test_danger_is_heard_when_another_question_stands_open(town: Town) -> None:
    await town.hire()
    resident = await town.resident().says("家里太脏了，我干不动，想找人打扫屋子")
    await resident.says("我妈刚摔倒了，起不来")
    assert "120" in resident.text
    assert (await town.ticket()).urgent


async def test_the_urgent_ticket_is_withdrawn_when_it_was_a_mistake(town: Town) -> None:
    await town.hire()
    resident = await town.resident().says("我妈摔倒了起不来，在木垒镇")
    await resident.presses("没事了，是误会")
    ticket = await town.ticket()
    assert ticket.state == "cancelled"
    assert "误会" in str(ticket.last.data)


async def test_the_urgent_ticket_stays_when_the_questions_are_cancelled(town: Town) -> None:
    await town.hire()
    resident = await town.resident().says("我妈摔倒了起不来，在木垒镇")
    await resident.says("取消")
    assert (await town.ticket()).state == "dispatched"
    assert "已经在社工手里" in resident.text


@pytest.mark.parametrize("text", ["饿死我了，今天吃啥好", "累死我了", "笑死我了哈哈哈"])
async def test_no_alarm_is_raised_when_it_is_only_a_way_of_speaking(town: Town, text: str) -> None:
    resident = await town.resident().says(text)
    assert not await town.tickets()
    assert "120" not in resident.heard[0].text


async def test_people_hear_of_the_danger_first_when_the_relay_has_much_to_send(town: Town) -> None:
    await town.hire()
    resident = await town.resident().says("我妈摔倒了起不来，在木垒镇")
    assert types(await town.ticket())[0] == "filed"
    assert resident.heard[0].text.startswith("人摔了")


PERHAPS = "老人在家没人管"
"""Nobody can tell from this whether it is urgent."""


async def test_the_bot_asks_first_when_it_may_be_a_danger(town: Town) -> None:
    await town.hire()
    resident = await town.resident().says(PERHAPS)
    assert "有危险吗" in resident.text
    assert not await town.tickets()


async def test_a_ticket_is_filed_at_once_when_the_resident_says_it_is_urgent(town: Town) -> None:
    officer = town.worker(await town.hire("赵敏", area="6523"))
    resident = await town.resident().says(PERHAPS)
    await resident.presses("有危险，很急")
    ticket = await town.ticket()
    assert ticket.urgent
    assert ticket.need.words == (PERHAPS,)
    assert "【急】" in officer.text


@pytest.mark.parametrize("yes", ["是的", "嗯", "有危险"])
async def test_yes_is_enough_when_the_resident_types_it(town: Town, yes: str) -> None:
    await town.hire()
    resident = await town.resident().says(PERHAPS)
    await resident.says(yes)
    assert (await town.ticket()).urgent


async def test_a_mere_all_right_is_no_alarm_when_the_bot_asks_whether_there_is_danger(town: Town) -> None:
    await town.hire()
    resident = await town.resident().says(PERHAPS)
    await resident.says("好")
    assert not await town.tickets()
    assert resident.text


async def test_nobody_is_said_to_come_when_a_danger_is_told_where_nobody_is_on_duty(town: Town) -> None:
    await town.hire()
    resident = await town.resident().says("我爸摔了头破了流血不止")
    await resident.says("奇台县老奇台镇")
    await resident.presses("就在这里回复我")
    assert "还没有社工值班" in resident.text
    assert "先打上面的" in resident.text


async def test_the_need_is_understood_when_there_is_no_danger(town: Town) -> None:
    await town.hire()
    resident = await town.resident().says(PERHAPS)
    await resident.presses("没有危险，接着说")
    assert not await town.tickets()
    assert "是不是下面" in resident.text


async def test_both_messages_count_when_the_resident_just_goes_on(town: Town) -> None:
    await town.hire()
    resident = await town.resident().says(PERHAPS)
    await resident.says("就是想有人每个星期来看看他，跟他说说话")
    assert "探访关爱" in resident.text
    assert "有危险吗" not in resident.text
    assert not await town.tickets()


async def test_nobody_has_to_answer_first_when_the_need_is_clear(town: Town) -> None:
    await town.hire()
    resident = await town.resident().says("孩子没人接")
    assert "助学接送" in resident.text
    assert "请先打" in resident.heard[0].text
    await resident.presses("有危险，很急")
    ticket = await town.ticket()
    assert ticket.urgent
    assert ticket.need.words == ("孩子没人接",)


async def test_the_button_for_danger_stands_under_the_last_thing_said(town: Town) -> None:
    await town.hire()
    resident = await town.resident().says("我妈瘫在床上，白天没人给她翻身，我们在木垒照壁山乡")
    assert "请先打" in resident.heard[0].text
    assert resident.heard[0].buttons == ()
    assert [button.label for button in resident.last.buttons][-1] == "有危险，很急"
    assert "确认提交" in resident.last.buttons[0].label
