"""The stream of events: nothing lost, nothing doubled, and an end when the server or the reader goes."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from bot.handlers.webchat import router
from bot.handlers.webchat_lines import events
from bot.handlers.webchat_session import SESSION_COOKIE, address_of_token
from bot.message import Address, Logged, Reply
from tests.browser import free_port, serving
from tests.fakes.mailbox import FakeFiles, FakeMailbox, clock
from tests.webchat import texts

SOMEBODY = Address("webchat", "abc")


class HastyMailbox(FakeMailbox):
    """Says a second line in the very moment between a reader's look and its waiting."""

    async def after(self, address: Address, last_id: int) -> list[Logged]:
        found = await super().after(address, last_id)
        if len(self.lines) == 1:
            self.say(address, Reply("second"))
        return found


def chat(mailbox: FakeMailbox, folder: Path) -> Callable[[asyncio.Event], FastAPI]:
    """What makes the application."""

    def make(closing: asyncio.Event) -> FastAPI:
        app = FastAPI()
        app.include_router(router(mailbox, mailbox, FakeFiles(folder), texts, clock, closing=closing))
        return app

    return make


async def read(stream: AsyncIterator[str], count: int) -> list[Any]:
    """The next `count` lines that carry an id."""
    found: list[Any] = []
    async for block in stream:
        if block.startswith("id: "):
            found.append(json.loads(block.split("data: ", 1)[1]))
        if len(found) == count:
            break
    return found


async def test_lines_come_once_and_in_order_when_reader_resumes() -> None:
    mailbox, closing = FakeMailbox(), asyncio.Event()
    for number in range(1, 6):
        mailbox.say(SOMEBODY, Reply(f"line {number}"))
    async with aclosing(events(mailbox, SOMEBODY, 0, closing)) as stream:
        first = await read(stream, 3)
    async with aclosing(events(mailbox, SOMEBODY, first[-1]["id"], closing)) as stream:
        mailbox.say(SOMEBODY, Reply("line 6"))
        rest = await read(stream, 3)
    assert [line["text"] for line in first + rest] == [f"line {number}" for number in range(1, 7)]


async def test_line_comes_at_once_when_said_between_looking_and_waiting() -> None:
    mailbox = HastyMailbox()
    mailbox.say(SOMEBODY, Reply("first"))
    async with aclosing(events(mailbox, SOMEBODY, 0, asyncio.Event())) as stream, asyncio.timeout(2):
        assert [line["text"] for line in await read(stream, 2)] == ["first", "second"]


async def test_stream_shows_life_when_nothing_is_said() -> None:
    async with aclosing(events(FakeMailbox(), SOMEBODY, 0, asyncio.Event(), keep_alive=0.05)) as stream:
        async with asyncio.timeout(2):
            blocks = [await anext(stream) for _ in range(3)]
    assert blocks[0] == "retry: 3000\n\n"
    assert blocks[1:] == [": keep-alive\nevent: beat\ndata: 1\n\n"] * 2


async def test_stream_ends_when_the_server_closes() -> None:
    closing = asyncio.Event()
    stream = events(FakeMailbox(), SOMEBODY, 0, closing)
    assert await anext(stream)
    asyncio.get_running_loop().call_later(0.05, closing.set)
    async with asyncio.timeout(2):
        assert [block async for block in stream] == []


async def test_stream_ends_quietly_when_storage_fails() -> None:
    class Failing(FakeMailbox):
        async def after(self, address: Address, last_id: int) -> list[Logged]:
            raise ConnectionError("the database is away")

    blocks = [block async for block in events(Failing(), SOMEBODY, 0, asyncio.Event())]
    assert len(blocks) == 1


def lines_in(response: httpx.Response, count: int) -> list[Any]:
    """The next `count` data lines of an open response."""
    found = []
    for text in response.iter_lines():
        if text.startswith("data: {"):
            found.append(json.loads(text[6:]))
        if len(found) == count:
            break
    return found


@pytest.mark.parametrize(("query", "header", "first"), [("?after=1", {}, 2), ("?after=1", {"Last-Event-ID": "3"}, 4)])
def test_last_event_id_wins_when_browser_reconnects(
    tmp_path: Path, query: str, header: dict[str, str], first: int
) -> None:
    mailbox = FakeMailbox()

    with serving(chat(mailbox, tmp_path), free_port()) as url, httpx.Client(base_url=url, timeout=10) as http:
        http.get("/")
        address = address_of_token(http.cookies[SESSION_COOKIE])
        for number in range(1, 5):
            mailbox.say(address, Reply(f"line {number}"))
        with http.stream("GET", f"/chat/events{query}", headers=header) as response:
            assert response.headers["content-type"].startswith("text/event-stream")
            assert response.headers["cache-control"] == "no-store"
            mailbox.say(address, Reply("line 5"))
            assert [line["id"] for line in lines_in(response, 6 - first)] == list(range(first, 6))


def test_server_stops_at_once_when_streams_are_open(tmp_path: Path) -> None:
    mailbox = FakeMailbox()

    with httpx.Client(timeout=10) as http:
        with serving(chat(mailbox, tmp_path), free_port()) as url:
            http.get(url)
            opened = http.send(http.build_request("GET", f"{url}/chat/events"), stream=True)
            stopping = time.monotonic()
        assert time.monotonic() - stopping < 5
        assert not [text for text in opened.iter_lines() if text.startswith("data")]


def test_waiter_is_let_go_when_the_reader_leaves(tmp_path: Path) -> None:
    waiting: list[int] = []

    class Counting(FakeMailbox):
        async def wait(self, address: Address, seconds: float) -> None:
            waiting.append(1)
            try:
                await super().wait(address, seconds)
            finally:
                waiting.pop()

    mailbox = Counting()

    with serving(chat(mailbox, tmp_path), free_port()) as url, httpx.Client(base_url=url, timeout=10) as http:
        http.get("/")
        with http.stream("GET", "/chat/events") as response:
            assert next(response.iter_lines()) == "retry: 3000"
        end = time.monotonic() + 5
        while waiting and time.monotonic() < end:
            time.sleep(0.02)
    assert not waiting
