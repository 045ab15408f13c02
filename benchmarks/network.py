"""A Telegram that costs next to nothing: it takes what a library would have sent by HTTP and answers as the real one.

Everything above the two libraries' own HTTP clients runs as always: requests are built and serialised, answers parsed.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any, cast

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.methods import TelegramMethod
from aiogram.methods.base import TelegramType
from telegram.request import BaseRequest, RequestData

TOKEN = "4200:fake-token"
ME = {"id": 4200, "is_bot": True, "first_name": "联助", "username": "lz_bot"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A message that has reached a telephone: its buttons as label and data, and when (seconds of perf_counter)."""

    text: str
    buttons: tuple[tuple[str, str], ...]
    at: float


@dataclass(slots=True)
class Network:
    """Hands every message to whoever listens in its chat, and every other one to `elsewhere`."""

    listeners: dict[int, Callable[[Shown], None]] = field(default_factory=dict)
    elsewhere: Callable[[int, Mapping[str, Any]], None] | None = None
    messages: int = 0
    _numbers: count[int] = field(default_factory=lambda: count(1))

    def call(self, method: str, given: dict[str, Any]) -> Any:
        """The result of a method of the Bot API, with parameters as they would stand in a form."""
        if method != "sendMessage":
            return ME if method == "getMe" else True
        self.messages += 1
        chat, text = int(given["chat_id"]), str(given["text"])
        if chat in self.listeners:
            self.show(chat, given)
        elif self.elsewhere is not None:
            self.elsewhere(chat, given)
        private = {"id": chat, "type": "private", "first_name": "居民"}
        return {"message_id": next(self._numbers), "date": int(time.time()), "chat": private, "from": ME, "text": text}

    def show(self, chat: int, given: Mapping[str, Any]) -> None:
        """A message reaches whoever listens in its chat, if anybody does."""
        listener = self.listeners.get(chat)
        if listener is not None:
            markup = given.get("reply_markup") or {}
            keyboard = (json.loads(markup) if isinstance(markup, str) else markup).get("inline_keyboard", ())
            buttons = tuple((key["text"], key["callback_data"]) for row in keyboard for key in row)
            listener(Shown(str(given["text"]), buttons, time.perf_counter()))


class LightRequest(BaseRequest):
    """python-telegram-bot's HTTP client, without HTTP."""

    def __init__(self, network: Network) -> None:
        self._network = network

    @property
    def read_timeout(self) -> float:
        return 5.0

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *timeouts: Any, **more_timeouts: Any
    ) -> tuple[int, bytes]:
        await asyncio.sleep(0)
        given = request_data.json_parameters if request_data is not None else {}
        return 200, json.dumps({"ok": True, "result": self._network.call(url.rpartition("/")[2], given)}).encode()


class LightSession(AiohttpSession):
    """aiogram's HTTP client, without HTTP."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self._network = network

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 - aiogram's own
    ) -> TelegramType:
        await asyncio.sleep(0)
        form = {
            name: prepared
            for name, value in method.model_dump(warnings=False).items()
            if (prepared := self.prepare_value(value, bot=bot, files={}))
        }
        answer = json.dumps({"ok": True, "result": self._network.call(method.__api_method__, form)})
        return cast(TelegramType, self.check_response(bot, method, 200, answer).result)

    async def close(self) -> None: ...

    async def stream_content(self, *given: Any, **more: Any) -> AsyncGenerator[bytes]:
        raise NotImplementedError("nobody sends a file here")
        yield b""
