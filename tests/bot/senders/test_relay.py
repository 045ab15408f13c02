"""What is said reaches people: in order, again after failures, urgent first, and never silently not at all."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.message import Address, Outcome, Reply, Retry, Sent, Undeliverable
from bot.senders.relay import HOLD, LONGEST_PAUSE, PATIENCE, Relay, pause
from storage import outbox
from storage.database import Database
from tests.talk import Clock
from tests.waiting import eventually


class Line:
    """A channel that does as it is told and remembers what it carried."""

    def __init__(self, *outcomes: Outcome | Exception) -> None:
        self.outcomes = list(outcomes)
        self.carried: list[tuple[str, str, str]] = []

    async def send(self, address: Address, reply: Reply, key: str) -> Outcome:
        self.carried.append((address.conversation, reply.text, key))
        outcome = self.outcomes.pop(0) if self.outcomes else Sent("ref")
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def close(self) -> None:
        """Nothing to close."""

    @property
    def texts(self) -> list[str]:
        return [text for _, text, _ in self.carried]


async def put(database: Database, clock: Clock, who: str, *texts: str, urgent: bool = False) -> None:
    async with database.write() as connection:
        await outbox.put(connection, Address("line", who), [Reply(t) for t in texts], clock(), urgent=urgent)


def relay(database: Database, line: Line, clock: Clock) -> Relay:
    return Relay(database, {"line": line}, clock, asyncio.Event())


async def parked(database: Database) -> list[str]:
    async with database.read() as connection:
        return [reason for _, reason in await outbox.parked(connection)]


async def test_messages_go_in_order_when_all_is_well(database: Database) -> None:
    clock, line = Clock(), Line()
    await put(database, clock, "a", "1", "2", "3")
    await relay(database, line, clock).drain()
    assert line.texts == ["1", "2", "3"]
    await relay(database, line, clock).drain()
    assert line.texts == ["1", "2", "3"]


async def test_later_messages_wait_when_an_earlier_one_fails(database: Database) -> None:
    clock, line = Clock(), Line(Retry("500"))
    await put(database, clock, "a", "1", "2")
    await put(database, clock, "b", "other")
    await relay(database, line, clock).drain()
    assert line.texts == ["1", "other"]
    clock.at += timedelta(seconds=2)
    await relay(database, line, clock).drain()
    assert line.texts == ["1", "other", "1", "2"]


async def test_the_key_stays_when_a_message_is_tried_again(database: Database) -> None:
    clock, line = Clock(), Line(Retry("timeout"), ConnectionError("cut"))
    await put(database, clock, "a", "1")
    for _ in range(3):
        await relay(database, line, clock).drain()
        clock.at += timedelta(seconds=10)
    assert len({key for _, _, key in line.carried}) == 1
    assert len(line.carried) == 3


async def test_the_channels_own_pause_is_kept_when_it_demands_one(database: Database) -> None:
    clock, line = Clock(), Line(Retry("429", after=40))
    await put(database, clock, "a", "1")
    await relay(database, line, clock).drain()
    clock.at += timedelta(seconds=39)
    await relay(database, line, clock).drain()
    assert len(line.carried) == 1
    clock.at += timedelta(seconds=2)
    await relay(database, line, clock).drain()
    assert len(line.carried) == 2


async def test_a_message_is_parked_and_the_next_goes_when_it_is_undeliverable(database: Database) -> None:
    clock, line = Clock(), Line(Undeliverable("blocked"))
    await put(database, clock, "a", "1", "2")
    await relay(database, line, clock).drain()
    assert line.texts == ["1", "2"]
    assert await parked(database) == ["blocked"]


async def test_a_message_is_parked_when_patience_is_at_an_end(database: Database) -> None:
    clock, line = Clock(), Line(Retry("down"), Retry("still down"))
    await put(database, clock, "a", "1")
    await relay(database, line, clock).drain()
    clock.at += PATIENCE
    await relay(database, line, clock).drain()
    assert await parked(database) == ["still down"]


async def test_urgent_messages_go_first_when_many_wait(database: Database) -> None:
    clock, line = Clock(), Line()
    for number in range(60):
        await put(database, clock, f"p{number}", "ordinary")
    await put(database, clock, "worker", "urgent", urgent=True)
    await relay(database, line, clock).drain()
    assert line.texts.index("urgent") == 0
    assert len(line.texts) == 61


async def test_a_claim_comes_back_when_the_relay_died_with_it(database: Database) -> None:
    clock, line = Clock(), Line()
    await put(database, clock, "a", "1")
    async with database.write() as connection:
        assert len(await outbox.claim(connection, ["line"], clock(), HOLD, 10)) == 1
    await relay(database, line, clock).drain()
    assert line.texts == []
    clock.at += HOLD
    await relay(database, line, clock).drain()
    assert line.texts == ["1"]


async def test_a_claim_stays_when_its_message_takes_long(database: Database) -> None:
    clock, line = Clock(), Line()
    await put(database, clock, "a", "1")
    async with database.write() as connection:
        [parcel] = await outbox.claim(connection, ["line"], clock(), HOLD, 10)
    clock.at += HOLD / 2
    async with database.write() as connection:
        await outbox.renew(connection, [parcel.id], clock() + HOLD)
    clock.at += HOLD * 3 / 4
    await relay(database, line, clock).drain()
    assert line.texts == []


async def test_what_another_relay_has_settled_stays_so_when_the_first_notes_it_late(database: Database) -> None:
    clock, line = Clock(), Line(Undeliverable("late"))
    await put(database, clock, "a", "1", "2")
    async with database.write() as connection:
        [parcel] = await outbox.claim(connection, ["line"], clock(), HOLD, 10)
    clock.at += HOLD
    await relay(database, line, clock).drain()
    async with database.write() as connection:
        await outbox.renew(connection, [parcel.id], clock() + HOLD)
        await outbox.sent(connection, [(parcel, "first")], clock())
    assert await parked(database) == ["late"]
    async with database.read() as connection:
        [told] = await outbox.delivered_after(connection, Address("line", "a"), 0)
    assert (told.reply.text, told.delivery) == ("2", 1)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_claim_comes_back_at_once_when_a_new_relay_takes_over(database: Database) -> None:
    clock, line = Clock(), Line()
    await put(database, clock, "a", "1")
    async with database.write() as connection:
        await outbox.claim(connection, ["line"], clock(), HOLD, 10)
    following = relay(database, line, clock)
    await following.recover()
    await following.drain()
    assert line.texts == ["1"]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_claim_of_another_relay_stays_when_one_starts_beside_it(database: Database) -> None:
    clock, line = Clock(), Line()
    await put(database, clock, "a", "1")
    async with database.write() as connection:
        await outbox.claim(connection, ["line"], clock(), HOLD, 10)
    beside = relay(database, line, clock)
    await beside.recover()
    await beside.drain()
    assert line.texts == []


async def test_nothing_is_sent_twice_when_two_relays_drain_at_once(database: Database) -> None:
    clock, line = Clock(), Line()
    for number in range(30):
        await put(database, clock, f"p{number}", "1", "2")
    await asyncio.gather(relay(database, line, clock).drain(), relay(database, line, clock).drain())
    clock.at += HOLD
    await relay(database, line, clock).drain()
    assert sorted(line.texts) == ["1"] * 30 + ["2"] * 30


async def test_the_relay_wakes_up_when_something_is_put(database: Database) -> None:
    clock, line, woken = Clock(), Line(), asyncio.Event()
    running = asyncio.create_task(Relay(database, {"line": line}, clock, woken).run())
    try:
        await put(database, clock, "a", "1")
        woken.set()
        await eventually(lambda: line.carried, 20)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert line.texts == ["1"]


@pytest.mark.parametrize(("attempts", "seconds"), [(0, 1), (3, 8), (40, LONGEST_PAUSE.total_seconds())])
def test_the_pause_doubles_up_to_its_longest_when_tries_fail(attempts: int, seconds: float) -> None:
    assert pause(attempts, None).total_seconds() == seconds


async def test_it_waits_for_the_morning_when_the_channel_was_away_until_night(database: Database) -> None:
    clock, line = Clock(datetime(2026, 3, 3, 13, 50, tzinfo=UTC)), Line(Retry("no network"))
    async with database.write() as connection:
        await outbox.put(connection, Address("line", "a"), [Reply("1")], clock(), leave=outbox.Leave(by_day=True))
    await put(database, clock, "b", "2")
    await relay(database, line, clock).drain()
    assert line.texts == ["1", "2"]
    clock.at += timedelta(minutes=20)  # ten past ten in the evening
    await relay(database, line, clock).drain()
    assert line.texts == ["1", "2"]
    clock.at += timedelta(hours=10)
    await relay(database, line, clock).drain()
    assert line.texts == ["1", "2", "1"]


async def test_it_leaves_at_night_when_the_person_has_written_since(database: Database) -> None:
    clock, line = Clock(datetime(2026, 3, 3, 14, 10, tzinfo=UTC)), Line()
    address = Address("line", "a")
    async with database.write() as connection:
        await outbox.put(connection, address, [Reply("1")], clock(), leave=outbox.Leave(by_day=True))
    await relay(database, line, clock).drain()
    assert line.texts == []
    async with database.write() as connection:
        await outbox.wake(connection, address, clock())
    await relay(database, line, clock).drain()
    assert line.texts == ["1"]


@pytest.mark.parametrize("written", [timedelta(hours=5), timedelta(seconds=30)])
async def test_a_failed_try_blocks_no_answer_at_night_when_the_person_writes(
    database: Database, written: timedelta
) -> None:
    """Whoever writes at three in the morning is answered, also behind news that failed in the evening and now waits."""
    clock, line = Clock(datetime(2026, 3, 3, 13, 59, 30, tzinfo=UTC)), Line(Retry("no network", after=60))
    address = Address("line", "a")
    async with database.write() as connection:
        await outbox.put(connection, address, [Reply("news")], clock(), leave=outbox.Leave(by_day=True))
    await relay(database, line, clock).drain()
    clock.at += written
    await relay(database, line, clock).drain()
    async with database.write() as connection:
        await outbox.wake(connection, address, clock())
        await outbox.put(connection, address, [Reply("answer")], clock(), urgent=True)
    clock.at += timedelta(minutes=1)
    await relay(database, line, clock).drain()
    assert line.texts == ["news", "news", "answer"]
