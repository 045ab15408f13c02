"""Residents who tell a need in five messages: what, which, for whom, where, and yes. Every bot here gets the same."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from benchmarks.network import ME, Network, Shown

Take = Callable[[bytes], Awaitable[None]]
"""A bot's ear: one update as a webhook delivers it."""
PATIENCE = 60.0
"""Seconds after which an answer is taken to be lost."""
FIRST_CHAT = 10_000_000
STEPS = (
    ("没人照顾", "居家照护"),
    ("!居家照护", "家里老人"),
    ("我妈，八十了", "木垒县"),
    ("{place}", "确认提交"),
    ("!确认提交", "LZ"),
)
"""What is said (with ! a button is pressed), and what the awaited answer has in its text or on a button."""
MESSAGES = len(STEPS)


@dataclass(slots=True)
class Resident:
    """Somebody with a telephone."""

    chat: int
    network: Network
    numbers: Iterator[int]
    awaited: str = ""
    answer: asyncio.Future[Shown] | None = None
    buttons: tuple[tuple[str, str], ...] = ()
    text: str = ""

    def hear(self, shown: Shown) -> None:
        """The network shows a message."""
        if self.answer is None or self.answer.done():
            return
        if self.awaited in shown.text or any(self.awaited in label for label, _ in shown.buttons):
            self.answer.set_result(shown)

    async def say(self, take: Take, words: str, awaited: str) -> float:
        """Seconds from an update's arrival to the moment its answer is handed to the network."""
        self.awaited, self.answer = awaited, asyncio.get_running_loop().create_future()
        update = json.dumps(self._update(words)).encode()
        begin = time.perf_counter()
        await take(update)
        async with asyncio.timeout(PATIENCE):
            shown = await self.answer
        self.buttons, self.text = shown.buttons, shown.text
        return shown.at - begin

    def _update(self, words: str) -> dict[str, Any]:
        number, person = next(self.numbers), {"id": self.chat, "is_bot": False, "first_name": "居民"}
        private = {"id": self.chat, "type": "private", "first_name": "居民"}
        message = {"message_id": number, "date": int(time.time()), "chat": private, "from": person, "text": words}
        if not words.startswith("!"):
            return {"update_id": number, "message": message}
        data = next(data for label, data in self.buttons if words[1:] in label)
        under = message | {"from": ME, "text": "…"}
        query = {"id": str(number), "from": person, "chat_instance": "1", "message": under, "data": data}
        return {"update_id": number, "callback_query": query}


@dataclass(slots=True)
class Crowd:
    """Residents who come one after another, `at_once` of them at a time."""

    network: Network
    take: Take
    places: Sequence[str]
    chats: Iterator[int] = field(default_factory=lambda: count(FIRST_CHAT))
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    async def talk(self, conversations: int, at_once: int) -> list[float]:
        """So many whole conversations; the seconds each message waited for its answer."""
        left, waited = iter(range(conversations)), []

        async def one_after_another() -> None:
            for _ in left:
                waited.extend(await self.conversation())

        async with asyncio.TaskGroup() as group:
            for _ in range(at_once):
                group.create_task(one_after_another())
        return waited

    async def conversation(self) -> list[float]:
        """One need, told and confirmed."""
        chat = next(self.chats)
        resident = Resident(chat, self.network, self.numbers)
        self.network.listeners[chat] = resident.hear
        place = self.places[chat % len(self.places)]
        waited = [await resident.say(self.take, words.format(place=place), awaited) for words, awaited in STEPS]
        del self.network.listeners[chat]
        return waited
