"""A flood of one chat holds up no other."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from bot.conversation import WIDTH
from bot.line import Gate, Lines
from bot.message import Address, Incoming
from storage.table import inbox
from tests.talk import Town

FLOOD = 60


async def test_the_next_chat_is_answered_soon_when_another_is_flooded(town: Town) -> None:
    answered: list[str] = []

    async def say(who: str, number: int) -> None:
        said = Incoming(Address("webchat", who), f"m{number}", town.clock(), "你好", more=False)
        await town.app.conversation.receive(said)
        answered.append(who)

    flood = [asyncio.create_task(say("flood", number)) for number in range(FLOOD)]
    await asyncio.sleep(0)
    await say("neighbour", 0)
    await asyncio.gather(*flood)
    assert answered.index("neighbour") < FLOOD / 4
    assert await heard(town, "flood") == [f"m{number}" for number in range(FLOOD)]


async def heard(town: Town, who: str) -> list[str]:
    """What a chat said, in the order it was kept."""
    past = await town.app.mailbox.history(Address("webchat", who), 2 * FLOOD)
    return [line.external_id for line in past if line.direction == "in"]


async def test_nothing_is_remembered_when_all_have_gone() -> None:
    lines = Lines()
    order: list[int] = []

    async def stand(number: int) -> None:
        async with lines.turn(number % 2):
            await asyncio.sleep(0)
            order.append(number)
            if number == 4:
                raise ValueError

    results = await asyncio.gather(*(stand(number) for number in range(8)), return_exceptions=True)
    assert [type(each) for each in results if each] == [ValueError]
    assert [number for number in order if number % 2] == [1, 3, 5, 7]
    assert len(lines) == 0


async def test_the_line_goes_on_when_somebody_in_it_gives_up() -> None:
    lines = Lines()
    first, done = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        async with lines.turn("a"):
            await first.wait()

    async def follow() -> None:
        async with lines.turn("a"):
            done.set()

    holding = asyncio.create_task(hold())
    await asyncio.sleep(0)
    gives_up, stays = asyncio.create_task(follow()), asyncio.create_task(follow())
    await asyncio.sleep(0)
    gives_up.cancel()
    first.set()
    await asyncio.gather(holding, stays)
    assert done.is_set()
    with pytest.raises(asyncio.CancelledError):
        await gives_up
    assert len(lines) == 0


async def test_a_danger_comes_first_when_many_wait(town: Town) -> None:
    async def say(who: str, text: str) -> None:
        await town.app.conversation.receive(Incoming(Address("webchat", who), "m", town.clock(), text, more=False))

    wave = [asyncio.create_task(say(str(number), "没人做饭，我走不动")) for number in range(FLOOD)]
    await asyncio.sleep(0)
    await say("danger", "我妈摔倒了起不来，流了好多血")
    await asyncio.gather(*wave)
    async with town.app.database.read() as connection:
        kept = (await connection.execute(select(inbox.c.conversation).order_by(inbox.c.id))).scalars().all()
    assert len(kept) == FLOOD + 1
    assert kept.index("danger") < 2 * WIDTH


async def test_the_gate_lets_the_next_in_when_somebody_who_waits_gives_up() -> None:
    gate, order = Gate(1), list[str]()
    inside, leave = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        async with gate.turn():
            inside.set()
            await leave.wait()

    async def pass_through(name: str, *, urgent: bool) -> None:
        async with gate.turn(lambda: urgent):
            order.append(name)

    holding = asyncio.create_task(hold())
    await inside.wait()
    waiting = [
        asyncio.create_task(pass_through(name, urgent=name.startswith("urgent")))
        for name in ("first", "second", "urgent", "urgent, gone")
    ]
    await asyncio.sleep(0)
    waiting[3].cancel()
    leave.set()
    await asyncio.gather(holding, *waiting, return_exceptions=True)
    assert order == ["urgent", "first", "second"]


async def test_a_place_is_not_lost_when_whoever_is_called_in_has_gone_at_that_moment() -> None:
    gate = Gate(1)

    async def pass_through() -> None:
        async with gate.turn():
            """Nothing to do there."""

    async with gate.turn():
        waiting = asyncio.create_task(pass_through())
        await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert waiting.cancelled()
    async with asyncio.timeout(5), gate.turn():
        """It is free again."""
