"""The route to which updates are delivered, alone and with the strict server at the other end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from bot.handlers.telegram import Telegram
from bot.handlers.webhook import MAX_BODY_BYTES, SECRET_HEADER, router
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.inbox import GUARD, Kept
from tests.waiting import eventually

SECRET = "a-long-secret"
PATH = "/telegram/webhook"


class Taker:
    """Takes updates, or refuses them all."""

    def __init__(self) -> None:
        self.updates: list[dict[str, Any]] = []
        self.away = False

    async def take(self, update: dict[str, Any]) -> None:
        if self.away:
            raise OSError("the storage is away")
        self.updates.append(update)


@pytest.fixture
def taker() -> Taker:
    return Taker()


@pytest.fixture
async def client(taker: Taker) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    app.include_router(router(taker.take, SECRET))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://bot") as found:
        found.headers[SECRET_HEADER] = SECRET
        yield found


async def test_update_is_taken_when_the_secret_is_right(client: httpx.AsyncClient, taker: Taker) -> None:
    assert (await client.post(PATH, json={"update_id": 1})).status_code == 200
    assert taker.updates == [{"update_id": 1}]


@pytest.mark.parametrize("secret", ["", "a-long-secre", "a-long-secretx", "秘密".encode()])
async def test_forbidden_when_the_secret_is_wrong(client: httpx.AsyncClient, taker: Taker, secret: str | bytes) -> None:
    headers = httpx.Headers([(SECRET_HEADER.encode(), secret if isinstance(secret, bytes) else secret.encode())])
    assert (await client.post(PATH, json={"update_id": 1}, headers=headers)).status_code == 403
    del client.headers[SECRET_HEADER]
    assert (await client.post(PATH, json={"update_id": 1})).status_code == 403
    assert taker.updates == []


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b"1", b"\xff\xfe", b"[" * 200_000])
async def test_bad_request_when_the_body_is_no_object(client: httpx.AsyncClient, taker: Taker, body: bytes) -> None:
    assert (await client.post(PATH, content=body)).status_code == 400
    assert taker.updates == []


async def test_too_large_when_the_body_is_over_a_megabyte(client: httpx.AsyncClient, taker: Taker) -> None:
    async def unannounced() -> AsyncIterator[bytes]:
        for _ in range(MAX_BODY_BYTES // 1024 + 1):
            yield b" " * 1024

    assert (await client.post(PATH, content=b" " * (MAX_BODY_BYTES + 1))).status_code == 413
    assert (await client.post(PATH, content=unannounced())).status_code == 413
    assert taker.updates == []


async def test_unavailable_when_the_update_was_not_kept(client: httpx.AsyncClient, taker: Taker) -> None:
    taker.away = True
    assert (await client.post(PATH, json={"update_id": 1})).status_code == 503
    taker.away = False
    assert (await client.post(PATH, json={"update_id": 1})).status_code == 200


async def test_other_methods_are_refused_when_asked(client: httpx.AsyncClient) -> None:
    assert (await client.get(PATH)).status_code == 405


async def test_router_is_refused_when_there_is_no_secret(taker: Taker) -> None:
    with pytest.raises(ValueError, match="secret"):
        router(taker.take, "")


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[str]:
    """The app on a loopback port; gives its address."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="off"))
    running = asyncio.create_task(server.serve())
    await eventually(lambda: server.started, GUARD)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await running


async def test_nothing_is_lost_when_the_inbox_fails_behind_the_webhook() -> None:
    inbox = Kept()
    inbox.failures = 2
    async with FakeBotApi() as api:
        telegram = Telegram(api.token, api.url, inbox)
        app = FastAPI()
        app.include_router(router(telegram.take, SECRET, path="/hook"))
        async with served(app) as address:
            await telegram.register_webhook(f"{address}/hook", SECRET)
            user = api.user()
            await user.say("我妈没人照顾")
            await user.say("在木垒")
            await inbox.until(2)
            # Confirmed a moment after it was answered.
            await eventually(lambda: not api.pending, GUARD)
            await telegram.close()
    assert inbox.texts == ["我妈没人照顾", "在木垒"]
    assert len(inbox.tries) == 4


async def test_update_waits_when_the_webhook_was_registered_with_another_secret() -> None:
    inbox = Kept()
    async with FakeBotApi() as api:
        telegram = Telegram(api.token, api.url, inbox)
        app = FastAPI()
        app.include_router(router(telegram.take, SECRET, path="/hook"))
        async with served(app) as address:
            await telegram.register_webhook(f"{address}/hook", "another")
            await api.user().say("你好")
            await eventually(lambda: "403" in api.hook_error, GUARD)
            assert (len(api.pending), inbox.tries) == (1, [])
            await telegram.register_webhook(f"{address}/hook", SECRET)
            await inbox.until(1)
            await telegram.close()
