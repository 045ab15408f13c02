"""The loop on Telegram, between the real server process and a strict Bot API server."""

from __future__ import annotations

import asyncio

from tests.process import CONFIRM, GUARD, LOOP, NEED, types
from tests.sample import SENT
from tests.telegram_town import TelegramTown, filed, wait_for

PICTURES = (SENT["image/jpeg"], SENT["image/png"])
VOICE = SENT["audio/ogg"]


async def test_the_ticket_goes_round_when_worker_and_resident_are_on_telegram(telegram_town: TelegramTown) -> None:
    await telegram_town.serve()
    staff = await telegram_town.programs.hire("王芳")
    worker, resident, stranger = (telegram_town.api.user(name=name) for name in ("王芳", "古丽", "路人"))
    token = await telegram_town.token(staff)
    await worker.say(f"/start {token}")
    await wait_for(worker, "王芳，您好")
    await stranger.say(f"/start {token}")
    await wait_for(stranger, "这个链接已经用过")

    await filed(resident)
    told = await wait_for(worker, "新单，请接单")
    assert told.labels == ["接单", "转给别人", "问居民", "约时间", "完成", "看详情"]
    assert NEED not in told.text
    await worker.press("看详情")
    ticket = await wait_for(worker, NEED)
    assert ticket.labels == ["接单", "转给别人", "问居民", "约时间", "完成"]
    await worker.press("接单")
    await wait_for(resident, "王芳接了您的单")
    await worker.press("问居民")
    await wait_for(worker, "要问居民什么")
    await worker.say("门牌号是多少？")
    await wait_for(resident, "王芳：\n门牌号是多少？")
    await resident.say("三队 12 号，红门")
    await wait_for(worker, "三队 12 号，红门")
    await worker.press("约时间")
    await wait_for(worker, "约在什么时候")
    await worker.press("明天上午10点")
    await wait_for(resident, "10:00 北京时间")
    await worker.press("完成")
    await wait_for(worker, "做了什么")
    await worker.say("做了午饭，老人吃得不错")
    await wait_for(resident, "您看解决了吗")
    await resident.press("解决了")
    await wait_for(resident, "打几分")
    await resident.press("5 分 很满意")
    await wait_for(worker, "5 分")
    await resident.say("谢谢小王")
    await wait_for(worker, "谢谢小王")

    ticket_now = await telegram_town.programs.ticket()
    assert types(ticket_now) == [*LOOP[:2], "seen", *LOOP[2:]]
    assert (ticket_now["state"], ticket_now["stars"]) == ("closed", 5)
    assert ticket_now["reporter"] == {"address": f"telegram:{resident.id}", "name": "古丽"}
    assert not [message for message in stranger.messages if "LZ1001" in message.text]


async def test_files_reach_the_worker_when_they_come_with_several_short_messages(telegram_town: TelegramTown) -> None:
    await telegram_town.serve()
    worker, resident = await telegram_town.worker(), telegram_town.api.user(name="古丽")
    first = await resident.say("我妈七十了")
    await resident.say_edit(first["message"]["message_id"], "我妈八十了")
    await resident.say("在木垒照壁山乡")
    await resident.say("要人上门做饭")
    await resident.send_album(PICTURES, "灶台坏了")
    await resident.send_voice(VOICE)
    await resident.send_location(43.8, 90.3)
    card = await wait_for(resident, "助餐")
    assert all(part in card.text for part in ("80 岁", "照壁山乡", "附件：4 个"))
    assert [message.text for message in resident.messages if "助餐" in message.text] == [card.text]
    await resident.press(CONFIRM)
    await wait_for(worker, "新单，请接单")
    async with asyncio.timeout(GUARD):
        while len(files := [m for m in worker.messages if m.file is not None or m.location is not None]) < 4:
            await worker.wait_count(len(worker.messages) + 1, GUARD)
    assert [message.file.read() for message in files if message.file is not None] == [*PICTURES, VOICE]
    assert [message.location for message in files if message.location] == [(43.8, 90.3)]
    ticket = await telegram_town.programs.ticket()
    assert ticket["beneficiary"]["age"] == 80
    assert ticket["need"]["words"] == ["我妈八十了\n在木垒照壁山乡\n要人上门做饭\n灶台坏了"]
    assert len(ticket["need"]["attachments"]) == 4


async def test_nothing_changes_when_a_resident_presses_what_is_not_theirs(telegram_town: TelegramTown) -> None:
    await telegram_town.serve()
    worker, resident, thief = (
        await telegram_town.worker(),
        telegram_town.api.user(name="古丽"),
        telegram_town.api.user(name="贼"),
    )
    await filed(resident)
    ticket = await wait_for(worker, "新单，请接单")
    accept = ticket.keyboard[0][0]["callback_data"]
    for user in (resident, thief):
        await user.press_data(5, accept)
        await wait_for(user, "这个按钮已经过时了")
        await user.press_data(6, f"accept:LZ1001.{'A' * 10}")
        await wait_for(user, "这个按钮已经过时了")
    shown = await telegram_town.programs.ticket()
    assert types(shown) == ["filed", "dispatched", *["press-refused"] * 4]
    assert shown["state"] == "dispatched"
    refused = [event for event in shown["events"] if event["type"] == "press-refused"]
    assert [event["actor"] for event in refused] == [
        f"resident:telegram:{user.id}" for user in (resident, resident, thief, thief)
    ]
    assert {event["audience"] for event in refused} == {"staff"}
    assert {event["data"]["action"] for event in refused} == {"accept"}


async def test_nobody_else_sees_the_ticket_when_no_worker_is_bound_and_updates_come_thrice(
    telegram_town: TelegramTown,
) -> None:
    await telegram_town.serve()
    resident, other = telegram_town.api.user(name="古丽"), telegram_town.api.user(name="路人")
    said = await resident.say(NEED)
    card = await wait_for(resident, "助餐")
    await resident.replay(said)
    confirm = next(b["callback_data"] for row in card.keyboard for b in row if b["text"] == CONFIRM)
    pressed = await resident.press_data(card.message_id, confirm)
    await resident.replay(pressed)
    await resident.replay(said)
    await resident.replay(pressed)
    await wait_for(resident, "LZ1001")
    await other.say("我的申请")
    await wait_for(other, "还没有交过申请")
    assert types(await telegram_town.programs.ticket()) == ["filed", "dispatched"]
    assert len(resident.messages) == 2
    assert {message.chat_id for message in telegram_town.api.sent if "LZ1001" in message.text} == {resident.id}
