"""What looks like a template, a format or a tag is said on letter by letter, in the chat and at the desk."""

from __future__ import annotations

import asyncio
import html
import re
from pathlib import Path

import httpx
import pytest

from bot.handlers.webchat_session import SESSION_COOKIE, address_of_token
from bot.message import Incoming
from bot.server import build_web
from casework.staff import Role
from desk.html import ENVIRONMENT, FOLDER
from desk.session import COOKIE
from storage import session as session_store
from tests.talk import Town

TOKEN = "b" * 43
PAYLOADS = [
    "{{7*7}}",
    "{% for x in ().__class__.__bases__ %}x{% endfor %}",
    "{name}",
    "{0.__class__.__mro__}",
    "{",
    "%s%(name)s%n",
    "$x ${7*7} #{7*7}",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</textarea><b>x</b>",
    "' OR 1=1; --",
    "&lt;b&gt;",
    "javascript:alert(1)",
    "[[${7*7}]]",
    "\\u0041\\n",
]
READABLE = re.compile(r"<(script|style)\b.*?</\1>|<[^>]*>", re.S)


async def page(town: Town, area: str, path: str) -> str:
    """A page of the desk, as the program sends it."""
    officer = await town.hire("钱红", Role.COUNTY, area)
    async with town.app.database.write() as connection:
        session = await session_store.open_session(connection, officer.id, town.clock(), passed=True)
    web = build_web(town.app, None, asyncio.Event())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(web), base_url="http://127.0.0.1") as client:
        answer = await client.get(path, headers={"Cookie": f"{COOKIE}={session}"})
        assert answer.status_code == 200
    return answer.text


async def history(town: Town) -> list[str]:
    """What the resident's own page reads."""
    web = build_web(town.app, None, asyncio.Event())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(web), base_url="http://127.0.0.1") as client:
        answer = await client.get("/chat/history", headers={"Cookie": f"{SESSION_COOKIE}={TOKEN}"})
    return [line["text"] for line in answer.json()]


@pytest.mark.parametrize("payload", PAYLOADS)
async def test_words_arrive_as_they_were_written_when_they_look_like_a_template(town: Town, payload: str) -> None:
    worker = town.worker(await town.hire("王芳"))
    resident = town.resident(address_of_token(TOKEN).conversation)
    need = f"我妈八十了在木垒照壁山乡，要人上门做饭 {payload}"
    await resident.sends(Incoming(resident.address, "n1", town.clock(), need, sender_name=payload, more=False))
    if not any("确认提交" in label for label in resident.labels):
        await resident.presses("助餐")
    await resident.presses("确认提交")
    assert payload in worker.text
    await worker.presses("接单")
    await worker.presses("问居民")
    await worker.says(f"在家吗 {payload}")
    assert payload in resident.text
    await resident.says(f"在家 {payload}")
    assert payload in worker.text
    (ticket,) = await town.tickets()
    shown = await page(town, "652328", f"/desk/tickets/{ticket.number}")
    read = html.unescape(READABLE.sub(" ", shown))
    assert read.count(payload) >= 3
    if "<" in payload:
        assert payload not in shown
    assert any(payload in line for line in await history(town))


def test_every_template_escapes_what_it_shows() -> None:
    assert ENVIRONMENT.autoescape is True
    for path in (*FOLDER.rglob("*.html"), *Path("bot/handlers/page").glob("*.html")):
        text = path.read_text("utf-8")
        assert not re.search(r"\|\s*safe|autoescape|Markup", text), path
    for path in Path("bot/handlers/page").glob("*.js"):
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", path.read_text("utf-8")
        )
    for path in (FOLDER.parent / "static").glob("*.js"):
        assert not re.search(r"outerHTML|insertAdjacentHTML|document\.write|\beval\(", path.read_text("utf-8"))
