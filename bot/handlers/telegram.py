"""Telegram in: updates become `Incoming`, by long polling or by webhook, and nothing is confirmed that was not kept.

aiogram's own polling moves the offset on whether or not a handler succeeded, so every failure of storage would lose a
message; that is why the loop is here. Only private chats are answered; a group's messages are left alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator
from typing import Any, TypeVar

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.session.base import BaseSession
from aiogram.client.telegram import PRODUCTION, TelegramAPIServer
from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramBadRequest,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.utils.token import TokenValidationError
from aiohttp import ClientError, ClientResponseError

from bot.handlers.telegram_error import BadTokenError, GoneError, TelegramCallError
from bot.handlers.telegram_lane import Backoff, Lanes
from bot.handlers.telegram_raw import SOURCE, Taken
from bot.handlers.telegram_update import read, understand
from bot.message import Inbox

log = logging.getLogger(__name__)
Result = TypeVar("Result")

ALLOWED_UPDATES = ["message", "edited_message", "callback_query"]
BACKOFF = Backoff()
CALL_SECONDS = 15
DOWNLOAD_SECONDS = 180
PAUSE_WHILE_PENDING = 1.0
"""Seconds between two polls while something is not kept yet, since such a poll returns at once."""


class Telegram:
    """The bot's ear at Telegram.

    `api_base_url` is the root of a Bot API server ("http://127.0.0.1:8081"), None for Telegram's own; `poll_seconds` is
    how long one poll waits for news, `session` the client that speaks HTTP. Raises BadTokenError for a token that can't
    be one.
    """

    def __init__(
        self,
        token: str,
        api_base_url: str | None,
        inbox: Inbox,
        *,
        backoff: Backoff = BACKOFF,
        poll_seconds: int = 25,
        session: BaseSession | None = None,
    ) -> None:
        server = TelegramAPIServer.from_base(api_base_url) if api_base_url else PRODUCTION
        try:
            self._bot = Bot(token, session=session or AiohttpSession(api=server))
        except TokenValidationError:
            # Its text may quote the token, which must not reach a log.
            raise BadTokenError from None
        self._inbox = inbox
        self._backoff = backoff
        self._poll_seconds = poll_seconds
        self._answers: set[asyncio.Task[None]] = set()

    async def poll(self) -> None:
        """Take updates until cancelled. A webhook that was set is removed first; nothing waiting is dropped.

        Raises BadTokenError when Telegram does not know the token; everything else is waited out.
        """
        lanes: Lanes[Taken] = Lanes(self._keep, self._backoff)
        try:
            await self._retrying(self._bot.delete_webhook)
            while True:
                for number, taken in await self._retrying(lambda: self._news(lanes.offset())):
                    lanes.add(number, taken.lane, taken)
                await lanes.settle(PAUSE_WHILE_PENDING)
        finally:
            await lanes.close()

    async def take(self, raw: bytes | dict[str, Any]) -> None:
        """Take one update that a webhook delivered.

        Raises what the inbox raises when the message could not be kept: then Telegram must not get a 2xx.
        """
        await self._keep(read(raw if isinstance(raw, dict) else json.loads(raw)))

    async def register_webhook(self, url: str, secret: str) -> None:
        """Have updates delivered to `url` with `secret` in the header X-Telegram-Bot-Api-Secret-Token.

        Raises BadTokenError, TelegramCallError.
        """
        with plain_errors():
            await self._bot.set_webhook(url, secret_token=secret, allowed_updates=ALLOWED_UPDATES)

    async def username(self) -> str:
        """The bot's name without @, as in https://t.me/<name>. Raises BadTokenError, TelegramCallError."""
        with plain_errors():
            return (await self._bot.me()).username or ""

    async def fetch(self, file_id: str) -> AsyncIterator[bytes]:
        """The bytes of a file, by its file_id or an attachment's `source`.

        Raises GoneError when Telegram will never hand it out (unknown, expired, over 20 MB), TelegramCallError for now.
        """
        with plain_errors():
            try:
                found = await self._bot.get_file(file_id.removeprefix(SOURCE), request_timeout=CALL_SECONDS)
            except (TelegramBadRequest, TelegramNotFound) as error:
                raise GoneError(error.message) from error
        if not found.file_path:
            raise GoneError("no path")
        with plain_errors():
            async with contextlib.aclosing(self._download(found.file_path)) as chunks:
                async for chunk in chunks:
                    yield chunk

    async def close(self) -> None:
        """Close the connections; answers to button presses still under way are given up."""
        for task in self._answers:
            task.cancel()
        await asyncio.gather(*self._answers, return_exceptions=True)
        await self._bot.session.close()

    async def _news(self, offset: int | None) -> list[tuple[int, Taken]]:
        seconds = self._poll_seconds
        try:
            updates = await self._bot.get_updates(
                offset, timeout=seconds, allowed_updates=ALLOWED_UPDATES, request_timeout=seconds + CALL_SECONDS
            )
        except ClientDecodeError as error:
            # One update of a kind this aiogram can't read spoils the whole batch; the others must not wait for it.
            if not isinstance(error.data, dict) or not isinstance(error.data.get("result"), list):
                raise
            return [(int(raw["update_id"]), read(raw)) for raw in error.data["result"]]
        return [(update.update_id, understand(update)) for update in updates]

    async def _retrying(self, call: Callable[[], Awaitable[Result]]) -> Result:
        failures = 0
        while True:
            try:
                return await call()
            except (TelegramUnauthorizedError, TelegramNotFound):
                raise BadTokenError from None
            except Exception as error:
                # Whatever stands between us and Telegram may answer anything at all, and residents go on writing.
                failures += 1
                pause = self._backoff.after(failures)
                if isinstance(error, TelegramRetryAfter):
                    pause = max(pause, error.retry_after)
                log.warning("no updates from Telegram: %s; next try in %.1f s", brief(error), pause)
                await asyncio.sleep(pause)

    async def _keep(self, taken: Taken) -> None:
        if taken.incoming is not None:
            await self._inbox.receive(taken.incoming)
        if taken.query:
            task = asyncio.create_task(self._answer(taken.query))
            self._answers.add(task)
            task.add_done_callback(self._answers.discard)

    async def _answer(self, query: str) -> None:
        # Only stops the spinner on the phone; a press that comes again after a failure is too old to be answered.
        try:
            await self._bot.answer_callback_query(query, request_timeout=CALL_SECONDS)
        except (AiogramError, ClientError, OSError) as error:
            log.info("a button press was not answered: %s", brief(error))

    async def _download(self, path: str) -> AsyncGenerator[bytes]:
        url = self._bot.session.api.file_url(self._bot.token, path)
        try:
            async with contextlib.aclosing(self._bot.session.stream_content(url, timeout=DOWNLOAD_SECONDS)) as chunks:
                async for chunk in chunks:
                    yield chunk
        except ClientResponseError as error:
            # `from None`: the error's text holds the address, and the address holds the token.
            if error.status in (400, 404):
                raise GoneError(error.message) from None
            raise TelegramCallError(f"HTTP {error.status}") from None


@contextlib.contextmanager
def plain_errors() -> Iterator[None]:
    """aiogram's errors as ours."""
    try:
        yield
    except (TelegramUnauthorizedError, TelegramNotFound):
        raise BadTokenError from None
    except (AiogramError, ClientError, OSError) as error:
        raise TelegramCallError(brief(error)) from error


def brief(error: Exception) -> str:
    """An error in one line for a log."""
    return f"{type(error).__name__}: {getattr(error, 'message', '') or type(error).__name__}"
