"""Updates on their way to the bot: by long polling or by webhook, each until it is confirmed."""

from __future__ import annotations

import asyncio
import contextlib
import re
from typing import Any
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout

from tests.fakes.bot_state import JSON, ApiError, bad_request

HOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
OTHER_POLLER = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
DEFAULT_KINDS = frozenset({"message", "edited_message", "callback_query", "my_chat_member"})


class Updates:
    """The queue of updates. `retry_seconds` is the pause after a webhook that did not answer 2xx."""

    def __init__(self, retry_seconds: float) -> None:
        self.pending: list[JSON] = []
        self.delivered = 0
        self.hook: JSON = {"url": "", "secret_token": "", "last_error": ""}
        self._kinds = DEFAULT_KINDS
        self._next_id = 1000
        self._poller = 0
        self._arrived = asyncio.Condition()
        self._retry_seconds = retry_seconds
        self._courier: asyncio.Task[None] | None = None

    async def add(self, content: JSON) -> JSON:
        """Queue an update under the next number, unless the bot did not ask for its kind."""
        update = {**content, "update_id": self._next_id}
        self._next_id += 1
        if self._kinds.intersection(content):
            self.pending.append(update)
            await self._wake()
        return update

    async def poll(self, offset: int, limit: int, seconds: float, kinds: list[str] | None) -> list[JSON]:
        """getUpdates: confirm what lies below `offset`, then wait up to `seconds` for something to give out."""
        if self.hook["url"]:
            raise ApiError(409, HOOK_ACTIVE)
        if not 1 <= limit <= 100 or seconds < 0:
            raise bad_request("limit must be 1 to 100 and timeout not negative")
        self._poller += 1
        mine = self._poller
        self._remember_kinds(kinds)
        self._confirm(offset)
        # The older of two pollers loses, as at the real server.
        await self._wake()
        await self._wait(mine, seconds)
        if mine != self._poller:
            raise ApiError(409, OTHER_POLLER)
        return self.pending[:limit]

    async def set_hook(self, url: str, secret: str, kinds: list[str] | None, drop: bool) -> None:
        """setWebhook; an empty url removes it. Loopback may be plain http, everything else must be https."""
        parts = urlsplit(url)
        if url and parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost"):
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
            raise bad_request("secret token contains unallowed characters")
        await self.stop()
        self._remember_kinds(kinds)
        if drop:
            self.pending.clear()
        self.hook = {"url": url, "secret_token": secret, "last_error": ""}
        if url:
            self._poller += 1
            await self._wake()
            self._courier = asyncio.create_task(self._deliver())

    async def stop(self) -> None:
        """End the deliveries."""
        if self._courier is not None:
            self._courier.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._courier
            self._courier = None

    def info(self) -> JSON:
        """getWebhookInfo."""
        found: dict[str, Any] = {
            "url": self.hook["url"],
            "has_custom_certificate": False,
            "pending_update_count": len(self.pending),
        }
        if self.hook["last_error"]:
            found |= {"last_error_message": self.hook["last_error"], "last_error_date": 1}
        return found

    def _remember_kinds(self, kinds: list[str] | None) -> None:
        # Left out means "as last time", an empty list means the usual ones.
        if kinds is not None:
            self._kinds = frozenset(kinds) or DEFAULT_KINDS

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            self.pending = self.pending[offset:]
        else:
            self.pending = [update for update in self.pending if update["update_id"] >= offset]

    async def _wait(self, mine: int, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds), self._arrived:
                await self._arrived.wait_for(lambda: self.pending or mine != self._poller)

    async def _wake(self) -> None:
        async with self._arrived:
            self._arrived.notify_all()

    async def _deliver(self) -> None:
        async with ClientSession(timeout=ClientTimeout(total=60)) as session:
            while True:
                async with self._arrived:
                    await self._arrived.wait_for(lambda: self.pending)
                # One chat that is not taken in does not hold up the others, and its own updates stay in order.
                taken = [await self._post(session, update) for update in self._heads()]
                if not all(taken):
                    await asyncio.sleep(self._retry_seconds)

    def _heads(self) -> list[JSON]:
        heads: dict[int, JSON] = {}
        for update in self.pending:
            heads.setdefault(chat_of(update), update)
        return list(heads.values())

    async def _post(self, session: ClientSession, update: JSON) -> bool:
        secret = self.hook["secret_token"]
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
        try:
            async with session.post(self.hook["url"], json=update, headers=headers) as response:
                accepted = 200 <= response.status < 300
                self.hook["last_error"] = "" if accepted else f"Wrong response from the webhook: {response.status}"
        except (ClientError, TimeoutError) as error:
            accepted = False
            self.hook["last_error"] = type(error).__name__
        if accepted:
            self.delivered += 1
            self.pending = [waiting for waiting in self.pending if waiting["update_id"] != update["update_id"]]
        return accepted


def chat_of(update: JSON) -> int:
    """The chat an update belongs to."""
    content = next(value for key, value in update.items() if key != "update_id")
    chat = (content.get("message") or content)["chat"] if "data" in content else content["chat"]
    return int(chat["id"])
