"""A strict Bot API server over real HTTP on a loopback port.

    async with FakeBotApi() as api:
        bot = Telegram(api.token, api.url, inbox)      # or python-telegram-bot with base_url=f"{api.url}/bot"
        resident = api.user(name="古丽")
        await resident.say("你好")
        await resident.wait_for("联助")

Refuses what the real server refuses and delivers updates again until they are confirmed.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.fakes.bot_check import MAX_DOWNLOAD, Params
from tests.fakes.bot_methods import METHODS
from tests.fakes.bot_state import JSON, ApiError, Fault, FaultKind, Person, RateLimits, SentMessage, State
from tests.fakes.bot_updates import Updates
from tests.fakes.bot_user import FakeUser

TOKEN = "4200:fake-token"
MAX_REQUEST = 60 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a method, whatever became of it. `at` is in seconds of a clock that only goes forward."""

    method: str
    params: JSON
    at: float


class FakeBotApi:
    """The server and the remote control of everything that happens on it."""

    def __init__(
        self,
        token: str = TOKEN,
        limits: RateLimits | None = None,
        *,
        query_lifetime: float = 15.0,
        webhook_retry: float = 0.05,
    ) -> None:
        self.token = token
        self.calls: list[Call] = []
        self._state = State(token, limits or RateLimits(), query_lifetime)
        self._updates = Updates(webhook_retry)
        self._stopping = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self._port = 0

    async def __aenter__(self) -> FakeBotApi:
        await self.start()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen; after a `stop` on the same port again, with everything remembered."""
        self._stopping.clear()
        app = web.Application(client_max_size=MAX_REQUEST)
        app.router.add_get("/file/bot{token}/{path:.+}", self._download)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        # A poller that hangs up must not count as a second one.
        self._runner = web.AppRunner(app, handler_cancellation=True, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Stop listening; calls that hang are let go."""
        self._stopping.set()
        await self._updates.stop()
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def url(self) -> str:
        """The root to give to a bot."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def sent(self) -> list[SentMessage]:
        """Everything that the bot has sent, to whomever, oldest first."""
        return self._state.sent

    @property
    def pending(self) -> list[JSON]:
        """The updates that are not confirmed yet."""
        return list(self._updates.pending)

    @property
    def answered(self) -> list[str]:
        """The ids of the button presses that were answered."""
        return self._state.answered

    @property
    def commands(self) -> list[JSON]:
        """What setMyCommands set."""
        return self._state.commands

    @property
    def hook_error(self) -> str:
        """What was wrong with the last delivery to the webhook; empty if nothing."""
        return str(self._updates.hook["last_error"])

    def user(self, id: int = 0, name: str = "居民", language: str = "zh-hans") -> FakeUser:
        """Somebody who has started the bot; the same person for the same id."""
        number = id or 100_000 + self._state.number()
        person = self._state.people.setdefault(number, Person(number, name, language))
        return FakeUser(self._state, self._updates, person)

    def fail(
        self, kind: FaultKind, times: int = 1, method: str = "send", retry_after: int = 1, user: FakeUser | None = None
    ) -> None:
        """Let the next calls go wrong; see `Fault`. `user` narrows it to one person's chat."""
        self._state.faults.append(Fault(kind, times, method, retry_after, user.id if user is not None else None))

    async def deliver(self, content: JSON) -> JSON:
        """Put any update in the queue (all but its number), also one that no library can read."""
        return await self._updates.add(content)

    def called(self, method: str) -> list[Call]:
        """The calls of one method."""
        return [call for call in self.calls if call.method == method]

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if request.match_info["token"] != self.token:
            return failure(ApiError(401, "Unauthorized"))
        params = await parameters(request)
        self.calls.append(Call(method, dict(params), time.monotonic()))
        try:
            return await self._answer(request, method, params)
        except ApiError as error:
            return failure(error)

    async def _answer(self, request: web.Request, method: str, params: Params) -> web.StreamResponse:
        known = METHODS.get(method.lower())
        if known is None:
            raise ApiError(404, "Not Found: method not found")
        chat = params.text("chat_id")
        fault = self._state.fault(method, int(chat) if chat.isdigit() else None)
        if fault is not None:
            await self._strike(fault)
        result = await known(self._state, self._updates, params)
        if fault is not None:
            return await half_an_answer(request)
        return web.json_response({"ok": True, "result": result})

    async def _strike(self, fault: Fault) -> None:
        if fault.kind == "hang":
            await self._stopping.wait()
        if fault.kind in ("error", "hang"):
            raise ApiError(500, "Internal Server Error")
        if fault.kind == "flood":
            raise ApiError(429, f"Too Many Requests: retry after {fault.retry_after}", fault.retry_after)

    async def _download(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self.token:
            return failure(ApiError(401, "Unauthorized"))
        fault = self._state.fault("download", None)
        if fault is not None:
            await self._strike(fault)
        for file in self._state.files.values():
            if file.path == request.match_info["path"] and file.size <= MAX_DOWNLOAD:
                return web.Response(body=file.read(), content_type="application/octet-stream")
        return failure(ApiError(404, "Not Found"))


async def parameters(request: web.Request) -> Params:
    """A call's parameters, from the query, a form, a multipart upload or a JSON body."""
    params = Params(request.query)
    if request.content_type == "application/json":
        params.update(await request.json())
        return params
    for name, value in (await request.post()).items():
        params[name] = uploaded(value) if isinstance(value, web.FileField) else value
    return params


def uploaded(field: web.FileField) -> Any:
    """An uploaded file as name, kind and bytes."""
    return field.filename, field.content_type, field.file.read()


def failure(error: ApiError) -> web.Response:
    """An error as the Bot API writes it."""
    body: JSON = {"ok": False, "error_code": error.code, "description": error.description}
    if error.retry_after:
        body["parameters"] = {"retry_after": error.retry_after}
    return web.json_response(body, status=error.code)


async def half_an_answer(request: web.Request) -> web.StreamResponse:
    """The beginning of an answer, and then the line goes dead."""
    response = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b'{"ok": true, "resu')
    if request.transport is not None:
        request.transport.abort()
    return response
