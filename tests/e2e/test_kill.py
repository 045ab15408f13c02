"""kill -9 between any two messages: nothing is lost, nothing is done twice."""

from __future__ import annotations

import json
import os
from asyncio.subprocess import PIPE
from collections.abc import Sequence

from tests.fakes.bot_user import FakeUser
from tests.process import CONFIRM, GUARD, JSON, LOOP, NEED, Programs, types
from tests.script import open_script
from tests.telegram_town import TelegramTown, wait_for
from tests.waiting import eventually

TOLD_RESIDENT = (
    "您看对吗", "LZ1001", "接了您的单", "门牌号是多少？", "记下了", "10:00 北京时间", "您看解决了吗", "打几分",
    "还有什么想说的吗", "谢谢您，记下了", "晴天还是雪天",
)  # fmt: skip
TOLD_WORKER = (
    "新单，请接单", "接好了", "要问居民什么", "已经发给居民", "三队 12 号", "约在什么时候", "约好了", "做了什么",
    "记为完成", "居民说解决了", "居民打了 5 分", "居民留言：谢谢小王",
)  # fmt: skip


def assert_told(texts: Sequence[str], wanted: Sequence[str]) -> None:
    """Each of these was said, in this order, and nothing else; a repetition has the same words."""
    distinct = list(dict.fromkeys(texts))
    assert len(distinct) == len(wanted), distinct
    for text, part in zip(distinct, wanted, strict=True):
        assert part in text


async def test_one_whole_ticket_is_there_when_the_chat_is_killed_after_every_line(programs: Programs) -> None:
    worker = f"staff:{await programs.hire()}"
    script = await open_script(programs)
    said: list[tuple[str, JSON]] = [
        ("r1", {"text": "我妈八十了在木垒照壁山乡", "more": True}),
        ("r1", {"text": "要人上门做饭"}),
        ("r1", {"button": CONFIRM}),
        (worker, {"button": "接单"}),
        (worker, {"button": "问居民"}),
        (worker, {"text": "门牌号是多少？"}),
        ("r1", {"text": "三队 12 号，红门"}),
        (worker, {"button": "约时间"}),
        (worker, {"button": "明天上午10点"}),
        (worker, {"button": "完成"}),
        (worker, {"text": "做了午饭"}),
        ("r1", {"button": "解决了"}),
        ("r1", {"button": "5 分 很满意"}),
        ("r1", {"text": "谢谢小王"}),
    ]
    for sender, line in said:
        await script.send({"from": sender, **line})
        await script.killed_and_started_again()
    assert (await script.running.finish()).status == 0
    ticket = await programs.ticket()
    assert types(ticket) == LOOP
    assert ticket["need"]["words"] == ["我妈八十了在木垒照壁山乡\n要人上门做饭"]
    assert_told([message["text"] for message in script.heard if message["to"] == "r1"], TOLD_RESIDENT)
    assert_told([message["text"] for message in script.heard if message["to"] == worker], TOLD_WORKER)


async def test_the_answer_is_said_by_the_next_when_nobody_could_hear_the_first(programs: Programs) -> None:
    deaf, output = os.pipe()
    os.close(deaf)
    programs.output = output
    unheard = await programs.start("chat", "--json")
    os.close(output)
    programs.output = PIPE
    await unheard.write(f"{json.dumps({'from': 'r1', 'text': NEED})}\n".encode())
    assert (await unheard.finish()).status != 0
    heard = await (await open_script(programs)).presses("r1", CONFIRM)
    assert_told([message["text"] for message in heard.to("r1")], ("您看对吗", "LZ1001"))


async def test_one_whole_ticket_is_there_when_the_server_is_killed_in_the_middle_of_everything(
    telegram_town: TelegramTown,
) -> None:
    town, programs = telegram_town, telegram_town.programs
    serving = await town.serve()
    worker, resident = await town.worker(), town.api.user(name="古丽")

    async def killed_and_started_again() -> None:
        nonlocal serving
        await serving.kill()
        serving = await town.serve()

    async def told_before_the_kill(user: FakeUser, part: str) -> None:
        await wait_for(user, part)
        await killed_and_started_again()

    async def told_after_the_kill(user: FakeUser, part: str) -> None:
        await killed_and_started_again()
        await wait_for(user, part)

    await resident.say("我妈八十了")
    await resident.say("在木垒照壁山乡")
    await eventually(town.kept, GUARD)
    await killed_and_started_again()
    await resident.say("要人上门做饭")
    await told_after_the_kill(resident, "您看对吗")
    await resident.press(CONFIRM)
    await told_before_the_kill(worker, "新单，请接单")
    await wait_for(resident, "LZ1001")
    await worker.press("接单")
    await told_after_the_kill(resident, "接了您的单")
    await worker.press("问居民")
    await told_before_the_kill(worker, "要问居民什么")
    await worker.say("门牌号是多少？")
    await told_before_the_kill(resident, "门牌号是多少？")
    await resident.say("三队 12 号，红门")
    await told_after_the_kill(worker, "三队 12 号")
    await worker.press("约时间")
    await wait_for(worker, "约在什么时候")
    await worker.press("明天上午10点")
    await told_after_the_kill(resident, "10:00 北京时间")
    await worker.press("完成")
    await wait_for(worker, "做了什么")
    await worker.say("做了午饭")
    await told_before_the_kill(resident, "您看解决了吗")
    await resident.press("解决了")
    await told_after_the_kill(resident, "打几分")
    await resident.press("5 分 很满意")
    await told_before_the_kill(worker, "居民打了 5 分")
    await wait_for(resident, "还有什么想说的吗")
    await resident.say("谢谢小王")
    await told_after_the_kill(worker, "谢谢小王")
    await wait_for(resident, "谢谢您，记下了")

    ticket = await programs.ticket()
    assert types(ticket) == LOOP
    assert ticket["need"]["words"] == ["我妈八十了\n在木垒照壁山乡\n要人上门做饭"]
    assert_told([message.text for message in resident.messages], TOLD_RESIDENT)
    assert_told([message.text for message in worker.messages], ("王芳，您好", "您手上现在没有单", *TOLD_WORKER))
