"""Telegram when it limits, fails, refuses, or calls us."""

from __future__ import annotations

import contextlib
import socket

import httpx

from tests.process import CONFIRM, GUARD, NEED, types
from tests.script import open_script
from tests.telegram_town import TelegramTown, filed, wait_for
from tests.waiting import eventually


async def test_everything_arrives_in_order_when_telegram_limits_and_fails(telegram_town: TelegramTown) -> None:
    town = telegram_town
    await town.serve()
    worker, resident = await town.worker(), town.api.user(name="古丽")
    town.api.fail("error", times=2, method="getUpdates")
    town.api.fail("flood", times=2, retry_after=1)
    town.api.fail("error", times=2)
    town.api.fail("cut")
    town.api.fail("error", times=3, method="answerCallbackQuery")
    await filed(resident)
    await wait_for(worker, "新单，请接单")
    town.api.fail("flood", times=1, retry_after=2, user=worker)
    await worker.press("接单")
    await wait_for(resident, "接了您的单")
    await wait_for(worker, "接好了")
    assert types(await town.programs.ticket()) == ["filed", "dispatched", "accepted"]
    distinct = list(dict.fromkeys(message.text for message in resident.messages))
    assert len(distinct) == 3
    assert len(resident.messages) <= 4


async def test_the_desk_keeps_the_ticket_when_the_worker_has_blocked_the_bot(telegram_town: TelegramTown) -> None:
    town, programs = telegram_town, telegram_town.programs
    officer = await programs.hire("李强", role="county")
    await town.serve()
    worker, resident = await town.worker(), town.api.user(name="古丽")
    worker.block()
    await filed(resident)
    seat = await town.web.sits(officer, officer=True)

    async def parked() -> bool:
        board = (await seat.http.get("/desk")).text
        return "LZ1001" in board and "bot was blocked by the user" in board

    await eventually(parked, GUARD)
    script = await open_script(programs)
    assert any("LZ1001" in label for label in (await script.says("staff:2", "我的单子")).labels("staff:2"))
    assert (await script.presses("staff:2", "accept:LZ1001")).errors == []
    await wait_for(resident, "接了您的单")
    worker.block(False)
    await worker.say("我的单子")
    await wait_for(worker, "您手上有 1 张单")


async def test_updates_are_taken_once_when_telegram_calls_the_webhook(telegram_town: TelegramTown) -> None:
    town = telegram_town
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    serving = await town.serve(port=port, telegram_webhook=url)
    resident = town.api.user(name="古丽")
    said = await resident.say(NEED)
    await wait_for(resident, "助餐")
    assert town.api.called("setWebhook")[0].params["url"] == f"{url}/telegram/webhook"
    pressed = await resident.press(CONFIRM)
    for update in (said, pressed, pressed):
        await resident.replay(update)
    await wait_for(resident, "LZ1001")
    await eventually(town.kept, GUARD)
    async with httpx.AsyncClient(trust_env=False, timeout=GUARD) as http:
        for headers in ({}, {"X-Telegram-Bot-Api-Secret-Token": "guess"}):
            forged = await http.post(f"{url}/telegram/webhook", json=said | {"update_id": 7}, headers=headers)
            assert forged.status_code == 403
    assert types(await town.programs.ticket()) == ["filed", "dispatched"]
    assert len(resident.messages) == 2
    assert town.api.called("getUpdates") == []
    ended = await serving.stop()
    assert (ended.status, ended.err) == (0, "")


async def test_long_polling_takes_over_when_the_webhook_is_given_up(telegram_town: TelegramTown) -> None:
    town = telegram_town
    resident = town.api.user(name="古丽")
    async with httpx.AsyncClient(trust_env=False, timeout=GUARD) as http:
        await http.post(f"{town.api.url}/bot{town.api.token}/setWebhook", json={"url": "http://127.0.0.1:9/nobody"})
    await resident.say("你好")
    await town.serve()
    await wait_for(resident, "我是联助")
    assert town.api.called("deleteWebhook")
