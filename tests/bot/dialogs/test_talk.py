"""A worker and a resident speak with each other, and the bot holds its tongue."""

from __future__ import annotations

from casework.staff import Role
from casework.talk import IDLE
from tests.talk import Person, Town, photo, types

NEED = "我妈八十了在木垒照壁山乡，要人上门做饭"


async def accepted(town: Town) -> tuple[Person, Person]:
    worker = town.worker(await town.hire())
    resident = await town.resident().says(NEED)
    await resident.presses("确认提交")
    await worker.presses("接单")
    return resident, worker


async def talking(town: Town) -> tuple[Person, Person]:
    resident, worker = await accepted(town)
    await worker.presses("和居民说话")
    assert "王芳来和您说话了" in resident.text
    assert "发“联助”两个字" in resident.text
    return resident, worker


async def test_the_bot_says_nothing_while_worker_and_resident_speak(town: Town) -> None:
    resident, worker = await talking(town)
    await worker.says("您好，我是王芳，老人现在吃饭怎么样？")
    assert [(reply.author, reply.text) for reply in resident.heard] == [
        ("王芳", "您好，我是王芳，老人现在吃饭怎么样？"),
    ]
    assert worker.heard == []
    await resident.says("一天就吃一顿，中午没人做")
    assert resident.heard == []
    assert "LZ1001 居民：\n一天就吃一顿，中午没人做" in worker.text
    await worker.says("好，我明天中午过来看看")
    assert resident.text == "好，我明天中午过来看看"
    assert types(await town.ticket())[-4:] == ["talk-opened", "spoke", "said", "spoke"]


async def test_a_number_or_a_command_word_goes_to_the_person_when_somebody_speaks(town: Town) -> None:
    resident, worker = await talking(town)
    await worker.says("几号楼？")
    await resident.says("1")
    assert "居民：\n1" in worker.text
    await resident.says("你好")
    assert "居民：\n你好" in worker.text
    assert resident.heard == []
    await worker.says("1")
    assert resident.text == "1"
    await worker.says("帮助")
    assert resident.text == "帮助"


async def test_pictures_go_both_ways_when_somebody_speaks(town: Town) -> None:
    resident, worker = await talking(town)
    await resident.says("", photo())
    assert any(reply.attachment for reply in worker.heard)
    await worker.says("", photo("telegram:photo-2"))
    assert any(reply.attachment and reply.author == "王芳" for reply in resident.heard)


async def test_the_bot_listens_again_when_the_resident_calls_it(town: Town) -> None:
    resident, worker = await talking(town)
    await resident.says("联助")
    assert "我在呢，我是联助" in resident.text
    assert "居民叫回了联助" in worker.text
    await resident.says("我的申请")
    assert "LZ1001" in resident.text
    await worker.says("喂？")
    assert "还没发出去" in worker.text
    assert "喂" not in resident.text
    await worker.presses("发给居民")
    assert "喂？" in resident.text


async def test_the_bot_listens_again_when_the_resident_presses_its_button(town: Town) -> None:
    resident, worker = await talking(town)
    await worker.says("在吗")
    await resident.presses("叫回联助")
    assert "我在呢，我是联助" in resident.text
    assert types(await town.ticket())[-1] == "talk-closed"


async def test_the_resident_hears_that_the_bot_is_back_when_the_worker_is_done(town: Town) -> None:
    resident, worker = await talking(town)
    await worker.says("那就这么定了")
    await worker.presses("说完了")
    assert "王芳先说到这里。我是联助" in resident.text
    await resident.says("你好")
    assert "联助" in resident.text
    assert "居民：\n你好" not in worker.text


async def test_nobody_writes_into_the_void_when_the_worker_has_gone_home(town: Town) -> None:
    resident, worker = await talking(town)
    await worker.says("我去问问")
    await town.later(seconds=IDLE.total_seconds() + 60)
    await resident.says("问到了吗")
    assert "王芳好一阵没说话" in resident.text
    assert "您这句已经转过去了" in resident.text
    assert "居民：\n问到了吗" in worker.text
    assert types(await town.ticket())[-2:] == ["said", "talk-closed"]


async def test_the_bot_takes_up_a_new_need_when_the_talk_has_gone_quiet(town: Town) -> None:
    resident, worker = await talking(town)
    await town.later(days=2)
    await resident.says("我爸躺在床上，想找人上门给他洗澡")
    assert "我是联助，接着听您说" in resident.text
    assert "居民：\n" not in worker.text


async def test_what_is_typed_late_is_kept_when_the_talk_has_gone_quiet(town: Town) -> None:
    resident, worker = await talking(town)
    await town.later(seconds=IDLE.total_seconds() + 60)
    await worker.says("问到了，下午送来")
    assert "还没发出去" in worker.text
    await worker.presses("发给居民")
    assert "问到了，下午送来" in resident.text


async def test_danger_is_answered_at_once_when_it_is_said_in_a_talk(town: Town) -> None:
    resident, worker = await talking(town)
    await resident.says("我不想活了，药都准备好了")
    assert "120" in resident.text
    assert "居民：\n我不想活了，药都准备好了" in worker.text


async def test_nothing_goes_to_another_family_when_two_are_spoken_with(town: Town) -> None:
    _, worker = await talking(town)
    second = await town.resident("r2").says("我爸在木垒照壁山乡，要人上门理发")
    await second.presses("本人知道也同意")
    await worker.presses("接单")
    await worker.presses("和居民说话")
    assert "您还在和 LZ1001 的居民说话" in worker.text
    assert "来和您说话了" not in second.text


async def test_one_voice_at_a_time_when_an_officer_wants_to_speak_too(town: Town) -> None:
    resident, _ = await talking(town)
    officer = town.worker(await town.hire("赵主任", Role.TOWNSHIP, "652328"))
    await officer.presses_key(town.app.house.signer(officer.address, "talk:LZ1001:LZ1001"))
    assert "同事正在和 LZ1001 的居民说话" in officer.text
    assert "赵主任" not in resident.text


async def test_the_talk_is_over_when_the_ticket_goes_to_somebody_else(town: Town) -> None:
    resident, worker = await talking(town)
    other = town.worker(await town.hire("李娜"))
    await worker.presses("转给别人")
    await worker.presses("手上的单太多")
    await resident.says("她是不是不来了，饭还没人做")
    assert "转给李娜" in "".join(resident.labels) + resident.text
    assert "居民：\n" not in worker.text
    await other.presses("接单")
    await other.presses("和居民说话")
    assert "李娜来和您说话了" in resident.text


async def test_the_talk_is_over_when_an_officer_takes_the_ticket_over(town: Town) -> None:
    resident, worker = await talking(town)
    officer = town.worker(await town.hire("赵主任", Role.TOWNSHIP, "652328"))
    await officer.presses_key(town.app.house.signer(officer.address, "accept:LZ1001"))
    assert "赵主任" in resident.text
    await worker.says("那我明天就不过来了")
    assert "那我明天就不过来了" not in resident.text
    await officer.presses("和居民说话")
    assert "赵主任来和您说话了" in resident.text


async def test_speaking_counts_as_contact_when_the_resident_is_spoken_to(town: Town) -> None:
    _, worker = await talking(town)
    await worker.says("您好，我这周就来")
    await town.later(days=6)
    assert not [e for e in (await town.ticket()).events if e.data.get("clock") == "contact"]


async def test_an_open_question_is_answered_when_the_worker_has_telephoned(town: Town) -> None:
    resident, worker = await accepted(town)
    await worker.presses("问居民")
    await worker.says("门牌号是多少？")
    await worker.presses("已联系")
    await worker.says("电话里问到了，三队 12 号")
    await town.later(days=5)
    assert "nudged" not in types(await town.ticket())
    await resident.says("饭还是没人做")
    assert "转给王芳" in "".join(resident.labels)


async def test_words_reach_the_resident_when_a_question_was_left_open_before_the_talk(town: Town) -> None:
    resident, worker = await accepted(town)
    await worker.presses("完成")
    await worker.presses("和居民说话")
    await worker.says("您好，下午我过来行吗？")
    assert resident.text == "您好，下午我过来行吗？"
    await worker.presses_key(town.app.house.signer(worker.address, "plan:LZ1001"))
    await resident.says("等等，我女儿要来")
    await worker.presses("接着说")
    await worker.says("好的，那我等她")
    assert resident.text == "好的，那我等她"
    assert (await town.ticket()).state == "accepted"


async def test_nothing_kept_goes_to_another_family_when_an_old_button_is_pressed(town: Town) -> None:
    first, worker = await talking(town)
    await town.later(seconds=IDLE.total_seconds() + 60)
    await worker.says("张家的药在我这儿")
    old = next(b.key for r in await worker.recent() for b in r.buttons if "kept" in b.key)
    second = await town.resident("r2").says("我爸在木垒照壁山乡，要人上门理发")
    await second.presses("本人知道也同意")
    await worker.presses("接单")
    await worker.presses("和居民说话")
    await town.later(seconds=IDLE.total_seconds() + 60)
    await worker.says("存折在您家抽屉里")
    await worker.presses_key(old)
    assert first.heard == []
    await worker.presses("发给居民")
    assert "存折在您家抽屉里" in second.text


async def test_nothing_goes_to_a_relative_when_whoever_was_spoken_with_has_left(town: Town) -> None:
    first, worker = await accepted(town)
    second = await town.resident("r2").says("我家老太太八十了，住木垒照壁山乡，没人做饭，要人上门做饭")
    await second.presses("本人知道也同意")
    await worker.presses_key(town.app.house.signer(worker.address, "same:LZ1002:LZ1001"))
    await worker.presses_key(town.app.house.signer(worker.address, "talk:LZ1001:LZ1001"))
    await worker.says("存折我放桌上了")
    assert "存折我放桌上了" in first.text
    await first.presses_key(town.app.house.signer(first.address, "drop:LZ1001:yes"))
    await worker.says("密码您自己改一下")
    assert "没有发给任何人" in worker.text
    assert second.heard == []


async def test_the_bot_hears_the_answer_when_it_asked_after_a_press_in_a_talk(town: Town) -> None:
    resident, worker = await talking(town)
    await resident.presses_key(town.app.house.signer(resident.address, "want:bathing"))
    assert "和王芳先说到这里" in resident.heard[0].text
    assert "是给您自己" in resident.last.text
    assert "居民叫回了联助" in worker.text
    await resident.says("我爸，七十八了")
    assert "人在哪儿" in resident.text
    assert "居民：\n" not in worker.text


async def test_the_urgent_ticket_hears_where_it_is_when_danger_was_told_in_a_talk(town: Town) -> None:
    resident, worker = await talking(town)
    await resident.says("我爸摔倒了起不来，头上流血了")
    assert "人在哪儿" in resident.text
    await resident.says("木垒照壁山乡")
    assert "居民：\n木垒照壁山乡" in worker.text
    urgent = (await town.tickets())[1]
    assert urgent.need.place.startswith("652328")
    assert urgent.responsible_name == "王芳"
    await worker.says("我马上到，您别动他")
    assert "我马上到，您别动他" in resident.text
