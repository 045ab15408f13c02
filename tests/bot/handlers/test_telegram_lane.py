"""Lanes by themselves: which updates may be confirmed, and when."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.handlers.telegram_lane import Backoff, Lanes
from tests.fakes.inbox import GUARD


class Keeper:
    """Keeps items, but holds those that are told to wait."""

    def __init__(self) -> None:
        self.kept: list[str] = []
        self.go = asyncio.Event()

    async def keep(self, item: str) -> None:
        if item.startswith("wait"):
            await self.go.wait()
        self.kept.append(item)


@pytest.fixture
def keeper() -> Keeper:
    return Keeper()


@pytest.fixture
async def lanes(keeper: Keeper) -> AsyncIterator[Lanes[str]]:
    found = Lanes(keeper.keep, Backoff(0.01, 0.05))
    yield found
    await found.close()


async def test_nothing_is_confirmed_when_nothing_came(lanes: Lanes[str]) -> None:
    assert lanes.offset() is None


async def test_offset_stays_at_the_lowest_when_a_later_one_is_kept(lanes: Lanes[str], keeper: Keeper) -> None:
    lanes.add(1, "a", "wait")
    lanes.add(2, "b", "kept")
    await lanes.settle(0.05)
    assert (lanes.offset(), keeper.kept) == (1, ["kept"])
    # Both come again, since neither is confirmed; neither is taken again.
    lanes.add(1, "a", "wait")
    lanes.add(2, "b", "kept")
    keeper.go.set()
    await lanes.settle(GUARD)
    assert (lanes.offset(), keeper.kept) == (3, ["kept", "wait"])


async def test_update_is_not_taken_twice_when_kept_while_the_next_poll_was_under_way(
    lanes: Lanes[str], keeper: Keeper
) -> None:
    lanes.add(1, "a", "wait")
    assert lanes.offset() == 1
    keeper.go.set()
    await lanes.settle(GUARD)
    lanes.add(1, "a", "wait")
    await lanes.settle(GUARD)
    assert keeper.kept == ["wait"]


async def test_offset_follows_when_numbers_start_again_lower(lanes: Lanes[str], keeper: Keeper) -> None:
    for number in (900, 5):
        lanes.add(number, "a", str(number))
        await lanes.settle(GUARD)
        assert lanes.offset() == number + 1
    assert keeper.kept == ["900", "5"]


async def test_waiting_item_is_given_up_when_closed(keeper: Keeper) -> None:
    lanes = Lanes(keeper.keep, Backoff())
    lanes.add(1, "a", "wait")
    await lanes.settle(0.01)
    await lanes.close()
    assert (lanes.offset(), keeper.kept) == (1, [])


@pytest.mark.parametrize(("failures", "seconds"), [(1, 1.0), (2, 2.0), (5, 16.0), (6, 30.0), (10_000, 30.0)])
def test_pause_grows_and_is_bounded_when_failures_repeat(failures: int, seconds: float) -> None:
    assert Backoff(1.0, 30.0).after(failures) == seconds
