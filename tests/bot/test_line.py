"""A flood of one chat holds up no other."""

from __future__ import annotations

import asyncio

import pytest

from bot.line import Lines
from bot.message import Address, Incoming
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
