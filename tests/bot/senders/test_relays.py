"""A channel that is slow or away holds up no other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from bot.health import Part
from bot.message import Address, Outcome, Reply, Sender, Sent
from storage import outbox
from tests.talk import Town
from tests.waiting import eventually

AT_ONCE = 20.0
"""Seconds that a busy test machine may take for what takes none."""
WEB, DESK = Address("webchat", "r1"), Address("desk", "1")


class Silent:
    """A channel that takes what it is given and never answers."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self._answer = asyncio.Event()

    async def send(self, address: Address, reply: Reply, key: str) -> Outcome:
        self.taken.append(address.conversation)
        await self._answer.wait()
        return Sent()

    async def close(self) -> None:
        """Nothing to close."""


async def put(town: Town, *addresses: Address) -> None:
    async with town.app.database.write() as connection:
        for address in addresses:
            await outbox.put(connection, address, [Reply("您好")], town.clock(), urgent=address.channel == "telegram")


async def read(town: Town, address: Address) -> int:
    """How many messages lie in a mailbox."""
    return len(await town.app.mailbox.after(address, 0))


@asynccontextmanager
async def running(town: Town, senders: Mapping[str, Sender]) -> AsyncIterator[None]:
    task = asyncio.create_task(town.app.relay(senders).run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_web_chat_and_desk_are_answered_when_telegram_answers_nobody(town: Town) -> None:
    silent = Silent()
    await put(town, *(Address("telegram", str(number)) for number in range(50)))
    async with running(town, {"telegram": silent}):
        await eventually(lambda: len(silent.taken) == 40, AT_ONCE)
        await put(town, WEB, DESK)
        town.app.signals.work(WEB)
        await eventually(lambda: read(town, WEB), AT_ONCE)
        await eventually(lambda: read(town, DESK), AT_ONCE)
    assert len(silent.taken) == 40


async def test_the_beat_of_each_channel_is_known_when_relays_run(town: Town) -> None:
    async with running(town, {"telegram": Silent()}):
        await eventually(lambda: len(town.app.pulse.parts()) == 2, AT_ONCE)
    assert town.app.pulse.parts() == [Part("relay"), Part("relay-telegram")]
