"""The intake, spoken to as residents speak."""

from __future__ import annotations

import pytest

from tests.talk import Town, photo, pin, types, voice

NEED = "我妈八十了在木垒照壁山乡，要人上门做饭"


async def test_two_turns_make_a_ticket_when_need_and_place_are_clear(town: Town) -> None:
    worker = await town.hire()
    resident = await town.resident().says(NEED)
    assert "助餐" in resident.text
    assert "您母亲" in resident.text
    assert "80 岁" in resident.text
    assert "照壁山乡" in resident.text
    await resident.presses("确认提交，本人知道也同意")
    ticket = await town.ticket()
    assert ticket.need.services == ("meals",)
    assert ticket.need.place == "652328201"
    assert ticket.need.beneficiary.relation == "mother"
    assert ticket.need.beneficiary.age == 80
    assert ticket.need.beneficiary.agrees == "yes"
    assert ticket.need.words == (NEED,)
    assert ticket.responsible == worker.id
    assert ticket.number in resident.text


async def test_nothing_is_filed_when_the_card_is_not_confirmed(town: Town) -> None:
    await town.resident().says(NEED)
    assert await town.tickets() == []


@pytest.mark.parametrize("yes", ["对的", "恩", "dui de", "Hao"])
async def test_the_card_is_confirmed_when_the_resident_types_yes(town: Town, yes: str) -> None:
    await town.hire()
    resident = await town.resident().says(NEED)
    await resident.says(yes)
    assert (await town.ticket()).need.services == ("meals",)


async def test_a_mere_yes_is_no_place_when_the_place_was_asked(town: Town) -> None:
    await town.hire()
    resident = await town.resident().says("我妈八十了，要人上门做饭")
    await resident.says("好")
    await resident.presses("木垒县")
    assert "木垒县\n" in resident.text
    assert "好" not in resident.text


async def test_only_the_place_is_asked_when_only_the_place_is_missing(town: Town) -> None:
    await town.hire()
    resident = await town.resident().says("我腿断了下不了楼，想找人扶我去医院看病")
    assert "人在哪儿" in resident.text
    await resident.says("照壁山乡")
    assert "木垒县照壁山乡" in resident.text
    assert "确认提交" in resident.labels


async def test_a_county_can_be_tapped_when_the_place_is_not_found(town: Town) -> None:
    resident = await town.resident().says("我一个人住，腿脚不好，想找人帮我打扫屋子")
    await resident.says("就是大渠东头那棵老榆树底下")
    assert "没找到" in resident.text
    await resident.presses("奇台县")
    assert "奇台县" in resident.text
    assert "老榆树" in resident.text


async def test_the_intake_goes_on_when_nobody_can_say_the_place(town: Town) -> None:
    await town.hire("赵敏", area="6523")
    resident = await town.resident().says("家里太脏了，我干不动，想找人打扫屋子")
    await resident.says("不知道咋说")
    await resident.presses("说不清楚")
    assert "确认提交" in resident.labels


async def test_a_pin_gives_the_county_when_it_is_sent_for_the_place(town: Town) -> None:
    resident = await town.resident().says("家里太脏了，我干不动，想找人打扫屋子")
    await resident.says("", pin(44.02, 89.60))
    assert "奇台县" in resident.text


async def test_for_whom_is_asked_when_a_service_is_only_named(town: Town) -> None:
    resident = await town.resident().says("助餐")
    assert "替别人" in resident.text
    await resident.presses("我自己")
    assert "人在哪儿" in resident.text


async def test_each_slot_changes_when_the_resident_corrects_it_at_the_card(town: Town) -> None:
    await town.hire()
    resident = await town.resident().says(NEED)
    await resident.presses("改一改")
    await resident.presses("改地方")
    await resident.says("木垒镇")
    assert "木垒镇" in resident.text
    await resident.presses("改一改")
    await resident.presses("改联系方式")
    await resident.says("13999123456")
    assert "13999123456" in resident.text
    await resident.presses("改一改")
    await resident.presses("改时间")
    await resident.says("每周二下午")
    assert "每周二" in resident.text
    await resident.presses("改一改")
    await resident.presses("补一句话")
    await resident.says("她耳朵背，敲门大声点")
    assert "耳朵背" in resident.text
    await resident.presses("改一改")
    await resident.presses("改要什么帮助")
    await resident.presses("生活照护")
    await resident.presses("助浴")
    assert "助浴" in resident.text
    await resident.presses("改一改")
    await resident.presses("改给谁")
    await resident.says("是隔壁王大爷")
    assert "邻居" in resident.text
    await resident.presses("确认提交")
    need = (await town.ticket()).need
    assert need.services == ("bathing",)
    assert need.phone == "13999123456"
    assert need.beneficiary.relation == "neighbour"


async def test_the_service_is_replaced_when_the_resident_says_not_this_but_that(town: Town) -> None:
    resident = await town.resident().says(NEED)
    await resident.says("不是送饭，是要人来洗澡")
    assert "助浴" in resident.text
    assert "助餐" not in resident.text


async def test_a_second_need_is_added_when_the_resident_says_also(town: Town) -> None:
    resident = await town.resident().says(NEED)
    await resident.says("还要人打扫屋子洗衣服")
    assert "助餐" in resident.text
    assert "助洁" in resident.text


async def test_a_remark_is_kept_when_it_fits_no_slot(town: Town) -> None:
    await town.hire()
    resident = await town.resident().says(NEED)
    await resident.says("她牙不好，只能吃软的")
    assert "只能吃软的" in resident.text
    await resident.presses("确认提交")
    assert "只能吃软的" in (await town.ticket()).need.note


async def test_a_voice_note_alone_is_a_need_when_it_is_all_there_is(town: Town) -> None:
    worker = await town.hire()
    resident = await town.resident().says("", voice())
    assert "人在哪儿" in resident.text
    await resident.says("木垒镇")
    assert "听了语音" in resident.text
    await resident.presses("确认提交")
    ticket = await town.ticket()
    assert ticket.need.services == ()
    assert len(ticket.need.attachments) == 1
    assert any(r.attachment and r.attachment.kind == "voice" for r in await town.worker(worker).recent())


async def test_photos_travel_with_the_ticket_when_they_come_before_the_confirming(town: Town) -> None:
    worker = town.worker(await town.hire())
    resident = await town.resident().says(NEED, photo())
    await resident.presses("确认提交")
    assert len((await town.ticket()).need.attachments) == 1
    assert [r.attachment.kind for r in worker.heard if r.attachment] == ["photo"]


async def test_did_you_mean_is_asked_when_the_match_is_not_sure(town: Town) -> None:
    resident = await town.resident().says("老人在家没人管")
    assert resident.labels
    assert not await town.tickets()


async def test_ways_out_are_offered_when_nothing_fits(town: Town) -> None:
    resident = await town.resident().says("就是那个嘛就那样")
    assert "看看能帮什么" in resident.labels
    assert "找人工" in resident.labels
    assert "常用电话" in resident.labels


async def test_two_unclear_pieces_are_understood_when_they_make_sense_together(town: Town) -> None:
    resident = town.resident()
    await resident.says("我妈瘫了")
    await resident.says("白天没人给翻身")
    await resident.says("木垒镇")
    assert "居家照护" in resident.text


@pytest.mark.parametrize("question", ["停电了咋办", "老板拖欠我工资三个月了"])
async def test_the_right_line_is_named_when_others_deal_with_it(town: Town, question: str) -> None:
    resident = await town.resident().says(question)
    assert "12345" in resident.text
    assert not await town.tickets()


async def test_the_clock_is_asked_when_an_hour_is_named(town: Town) -> None:
    await town.hire()
    resident = await town.resident().says("我想洗澡，自己洗不了，我在木垒镇，明天上午10点来行吗")
    assert "北京时间" in resident.labels
    await resident.presses("新疆时间")
    assert "新疆时间" in resident.text
    await resident.presses("确认提交")
    assert (await town.ticket()).need.clock == "xinjiang"


async def test_the_beneficiary_stays_when_a_neighbour_is_named_to_call(town: Town) -> None:
    await town.hire()
    resident = await town.resident().says(NEED)
    await resident.presses("改一改")
    await resident.presses("改联系方式")
    await resident.says("找我邻居王婶 13999123456")
    assert "您母亲，80 岁" in resident.text
    await resident.presses("确认提交")
    need = (await town.ticket()).need
    assert (need.beneficiary.relation, need.phone) == ("mother", "13999123456")
    assert "王婶" in need.through


async def test_another_way_is_offered_when_no_guess_was_right(town: Town) -> None:
    resident = await town.resident().says("想找人来帮着看看我爸")
    await resident.says("不对")
    assert "找人工" in resident.labels
    assert "是不是下面" not in resident.text


async def test_a_button_is_pressed_when_part_of_its_label_is_typed(town: Town) -> None:
    resident = await town.resident().says("家里太脏了，我干不动，想找人打扫屋子")
    await resident.says("阜康")
    assert "在哪：阜康市" in resident.text


async def test_the_card_says_for_yourself_when_the_resident_speaks_of_themself(town: Town) -> None:
    resident = await town.resident().says("我腿断了下不了楼，在木垒镇，想找人陪我去医院")
    assert "您自己" in resident.text
    assert "确认提交" in resident.labels


async def test_the_first_ticket_stays_one_when_confirm_is_pressed_twice(town: Town) -> None:
    await town.hire()
    resident = await town.resident().says(NEED)
    key = next(b.key for b in resident.last.buttons if "确认提交" in b.label)
    await resident.presses_key(key)
    await resident.presses_key(key)
    assert "过时" in resident.text
    assert types(await town.ticket()) == ["filed", "dispatched"]


async def test_the_ticket_waits_and_says_so_when_nobody_is_on_the_roster(town: Town) -> None:
    resident = await town.resident().says(NEED)
    await resident.presses("确认提交")
    assert "还没有社工值班" in resident.text
    assert (await town.ticket()).state == "waiting"
    await town.hire()
    await resident.listen()
    assert "已经排给王芳" in resident.text
    assert (await town.ticket()).state == "dispatched"
