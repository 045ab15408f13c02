"""Who asks for news too often, or from where too many do, waits; nobody else does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from bot.handlers.webchat import line_routes
from bot.handlers.webchat_parts import Parts
from bot.handlers.webchat_session import SESSION_COOKIE
from bot.throttle import MemoryThrottle, Streams, counted, wait_for
from tests.fakes.mailbox import FakeFiles, FakeMailbox, clock

VILLAGE, ELSEWHERE = "203.0.113.5", "203.0.113.6"


@asynccontextmanager
async def browser(
    folder: Path, streams: Streams, throttle: MemoryThrottle, host: str
) -> AsyncIterator[httpx.AsyncClient]:
    """A browser at `host`; whoever it is, its cookie has the right form."""
    mailbox, app, closing = FakeMailbox(), FastAPI(), asyncio.Event()
    # The server is about to stop, so a stream that is opened ends by itself.
    closing.set()
    app.include_router(line_routes(Parts(mailbox, mailbox, FakeFiles(folder), clock, closing, throttle, streams)))
    transport = httpx.ASGITransport(app, client=(host, 5))
    async with httpx.AsyncClient(transport=transport, base_url="http://chat.test") as http:
        yield http


async def asks(http: httpx.AsyncClient, who: int, path: str = "/chat/history") -> int:
    answer = await http.get(path, headers={"Cookie": f"{SESSION_COOKIE}={who:043}"})
    assert (answer.status_code == 429) == (int(answer.headers.get("retry-after", 0)) >= 1)
    return answer.status_code


@pytest.mark.parametrize("path", ["/chat/history", "/chat/events"])
async def test_made_up_people_wait_when_one_machine_asks_for_all_of_them(tmp_path: Path, path: str) -> None:
    throttle, streams = MemoryThrottle(lambda: 0.0), Streams()
    while not await wait_for(throttle, "news", address=VILLAGE):
        pass
    async with browser(tmp_path, streams, throttle, VILLAGE) as http:
        assert await asks(http, 1, path) == 429
    async with browser(tmp_path, streams, throttle, ELSEWHERE) as http:
        assert await asks(http, 1, path) == 200


async def test_neighbours_read_on_when_one_page_asks_without_end(tmp_path: Path) -> None:
    async with browser(tmp_path, Streams(), MemoryThrottle(lambda: 0.0), VILLAGE) as http:
        assert [await asks(http, 1) for _ in range(100)][-1] == 429
        assert await asks(http, 2) == 200


async def lines() -> AsyncGenerator[str, None]:
    while True:
        yield "x"


async def test_a_page_waits_when_too_many_of_its_address_are_told_news(tmp_path: Path) -> None:
    throttle, streams = MemoryThrottle(lambda: 0.0), Streams(most=6, most_of_address=2)
    open_pages = [counted(streams, f"p{n}", lines(), VILLAGE) for n in range(2)]
    for each in open_pages:
        await anext(each)
    async with browser(tmp_path, streams, throttle, VILLAGE) as http:
        assert await asks(http, 1, "/chat/events") == 429
        await open_pages[0].aclose()
        assert await asks(http, 1, "/chat/events") == 200
    async with browser(tmp_path, Streams(6, 0), throttle, "127.0.0.1") as http:
        # A web server on this machine that nobody named: behind it everybody looks alike.
        assert await asks(http, 1, "/chat/events") == 200
    await open_pages[1].aclose()
