"""What random input found once, kept as it was found."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from bot.handlers.telegram import Telegram
from bot.message import Address
from bot.plain import row_number
from bot.server import build_web
from casework.staff import Role
from desk.session import COOKIE, csrf_of
from storage import session as session_store
from storage import staff as staff_store
from tests.fakes.inbox import Kept
from tests.talk import Town

CHAT = {"id": 7, "type": "private"}
HUGE = ["9" * 19, "9" * 30, "9" * 5000]


@pytest.mark.parametrize(
    "update",
    [
        {"update_id": 1, "message": {"message_id": 5, "date": 10**30, "chat": CHAT, "text": "x"}},
        {"update_id": 1, "message": {"message_id": 5, "date": float("inf"), "chat": CHAT, "text": "x"}},
        {"update_id": 1, "message": {"message_id": float("inf"), "date": 1, "chat": CHAT}},
        {
            "update_id": 1,
            "edited_message": {"message_id": 5, "date": 1, "edit_date": 10**18, "chat": CHAT, "text": "x"},
        },
    ],
)
async def test_later_updates_are_not_stopped_when_a_time_is_in_no_calendar(update: dict[str, Any]) -> None:
    inbox = Kept()
    telegram = Telegram("7312345678:AAH9secretSECRETsecretSECRETsecret12", "http://127.0.0.1:9", inbox)
    await telegram.take(update)
    await telegram.take({"update_id": 2, "message": {"message_id": 6, "date": 1, "chat": CHAT, "text": "我妈八十了"}})
    await telegram.close()
    assert inbox.texts[-1] == "我妈八十了"


@pytest.mark.parametrize("number", HUGE)
async def test_desk_finds_nothing_when_a_number_is_larger_than_any_database_holds(town: Town, number: str) -> None:
    officer = await town.hire("钱红", Role.PREFECTURE, "6523")
    async with town.app.database.write() as connection:
        session = await session_store.open_session(connection, officer.id, town.clock(), passed=True)
    resident = await town.resident().says("我妈八十了在木垒照壁山乡，要人上门做饭")
    await resident.presses("确认提交")
    web = build_web(town.app, None, asyncio.Event())
    headers = {"Cookie": f"{COOKIE}={session}", "Sec-Fetch-Site": "same-origin"}
    sent = {"csrf": csrf_of(session), "choice": number, "text": "x", "leader": number, "age": number, "name": "张"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(web), base_url="http://127.0.0.1") as client:
        read = [
            await client.get(path, headers=headers) for path in (f"/desk/trips/{number}", f"/desk/tickets/{number}")
        ]
        addresses = (
            f"/desk/trips/{number}/cancel",
            f"/desk/volunteers/{number}/elder",
            "/desk/tickets/LZ1001/reassign",
        )
        written = [await client.post(path, headers=headers, data=sent) for path in addresses]
    assert all(400 <= answer.status_code < 500 for answer in (*read, *written)), [a.status_code for a in written]


@pytest.mark.parametrize("number", [*HUGE, "-1", "²", "٣", "1.0", "", " 1"])
async def test_nobody_sits_at_a_desk_whose_number_is_none(town: Town, number: str) -> None:
    assert row_number(number) == 0
    async with town.app.database.read() as connection:
        assert await staff_store.at_address(connection, Address("desk", number)) is None
