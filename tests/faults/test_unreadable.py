"""One value that nobody can open any more (a bad disk, a careless hand) stops nothing but what it belongs to."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import Column, LargeBinary, type_coerce, update

from bot.clockwork import LOOK_AGAIN_AFTER
from bot.message import Address, Outcome, Reply, Sent
from bot.senders.relay import ELSEWHERE
from casework.staff import Role
from catalogue.catalogue import Catalogue
from storage import audit_check, outbox
from storage.database import Database
from storage.seal import VERSION
from storage.table import conversation, inbox, ticket_event
from storage.table import outbox as outbox_table
from tests.talk import Person, Town, open_town, types

NEED = "我妈八十了在木垒照壁山乡，要人上门做饭"
CHANGED = b"nothing that was ever sealed, but long enough for it"
FOREIGN_KEY = VERSION + bytes(60)
RELEASE = {"text": ["as no release of today writes it"]}


async def spoil(database: Database, column: Column[Any], what: object, **where: object) -> None:
    """Overwrite a value in the rows that are meant."""
    rows = [column.table.c[name] == value for name, value in where.items()]
    value = type_coerce(what, LargeBinary) if isinstance(what, bytes) else what
    async with database.write() as connection:
        assert (await connection.execute(update(column.table).where(*rows).values({column: value}))).rowcount


class Line:
    """A channel that remembers what it carried."""

    def __init__(self) -> None:
        self.carried: list[str] = []

    async def send(self, address: Address, reply: Reply, key: str) -> Outcome:
        self.carried.append(f"{address.conversation} {reply.text}")
        return Sent()

    async def close(self) -> None:
        """Nothing to close."""


async def put(town: Town, who: str, *texts: str) -> None:
    async with town.app.database.write() as connection:
        await outbox.put(connection, Address("telegram", who), [Reply(t) for t in texts], town.clock())


async def parked(town: Town) -> list[str]:
    """What the desk lists as undelivered, by the reason."""
    officer = await town.hire("马主任", Role.PREFECTURE, "6523")
    return [each.reason for each in await town.app.office.parked(officer)]


async def first_of_a_lost(town: Town, what: object) -> Line:
    """Two messages to a, of which the first is spoilt, and one to b; the relay goes through them."""
    line = Line()
    await put(town, "a", "1", "2")
    await put(town, "b", "3")
    await spoil(town.app.database, outbox_table.c.payload, what, id=1)
    await town.app.relay({"telegram": line}).drain()
    return line


async def test_everybody_else_gets_theirs_when_one_message_cannot_be_read(town: Town) -> None:
    line = await first_of_a_lost(town, CHANGED)
    assert sorted(line.carried) == ["a 2", "b 3"]
    [reason] = await parked(town)
    assert "cannot be read" in reason


@pytest.mark.parametrize("what", [FOREIGN_KEY, RELEASE], ids=["key", "release"])
async def test_a_message_waits_for_another_process_when_this_one_cannot_read_it(town: Town, what: object) -> None:
    line = await first_of_a_lost(town, what)
    assert line.carried == ["b 3"]
    assert await parked(town) == []
    for _ in range(ELSEWHERE):
        town.clock.at += LOOK_AGAIN_AFTER
        await town.app.relay({"telegram": line}).drain()
    assert line.carried == ["b 3", "a 2"]
    assert len(await parked(town)) == 1


async def test_a_page_is_shown_when_one_of_its_messages_cannot_be_read(town: Town) -> None:
    resident = await town.resident().says(NEED)
    await town.app.relay({}).drain()
    before = await town.app.mailbox.history(resident.address, 20)
    await spoil(town.app.database, outbox_table.c.payload, CHANGED, id=1)
    await spoil(town.app.database, inbox.c.payload, CHANGED, id=1)
    assert len(await town.app.mailbox.history(resident.address, 20)) == len(before) - 2
    assert len(await town.app.mailbox.after(resident.address, 0)) == len(before) - 2


async def two_tickets(town: Town) -> None:
    """The first of them with an event that cannot be read."""
    await town.hire()
    for name in ("r1", "r2"):
        await (await town.resident(name).says(NEED)).presses("确认提交")
    await spoil(town.app.database, ticket_event.c.data, CHANGED, ticket_id=1, position=0)


async def test_the_clocks_of_all_others_run_when_one_ticket_cannot_be_read(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    await two_tickets(town)
    with caplog.at_level(logging.ERROR):
        await town.later(days=2)
    [readable] = await town.tickets()
    assert (readable.number, "reminded" in types(readable)) == ("LZ1002", True)
    assert "LZ1001 is passed over" in caplog.text
    # It is looked at again, and not at every turn.
    assert 0 < await town.app.clockwork.until_next() <= LOOK_AGAIN_AFTER.total_seconds()


async def test_a_ticket_goes_on_when_it_can_be_read_again(town: Town) -> None:
    await two_tickets(town)
    await town.later(days=2)
    async with town.app.database.read() as connection:
        whole = (await connection.execute(ticket_event.select().where(ticket_event.c.ticket_id == 2))).first()
    assert whole is not None
    await spoil(town.app.database, ticket_event.c.data, whole.data, ticket_id=1, position=0)
    await town.later(seconds=LOOK_AGAIN_AFTER.total_seconds() + 1)
    assert ["reminded" in types(each) for each in await town.tickets()] == [True, True]


async def test_the_audit_names_a_ticket_when_it_cannot_be_read(town: Town) -> None:
    await two_tickets(town)
    async with town.app.database.read() as connection:
        wrong = [line async for line in audit_check.broken(connection, None)]
    assert [line.partition(":")[0] for line in wrong] == ["LZ1001"]


async def test_a_neighbour_is_helped_when_a_ticket_of_the_same_place_cannot_be_read(town: Town) -> None:
    await two_tickets(town)
    third = await (await town.resident("r3").says(NEED)).presses("确认提交")
    assert "LZ1003" in third.text


@pytest.mark.parametrize("what", [CHANGED, FOREIGN_KEY], ids=["changed", "key"])
async def test_somebody_is_told_and_starts_over_when_their_conversation_cannot_be_read(town: Town, what: bytes) -> None:
    await town.hire()
    resident, neighbour = await town.resident("1", "telegram").says("家里没人做饭"), town.resident("2", "telegram")
    await spoil(town.app.database, conversation.c.state, what, conversation="1")
    assert "出了点问题" in (await resident.says("我妈八十了")).text
    assert "听明白了" in (await resident.says(NEED)).text
    assert "听明白了" in (await neighbour.says(NEED)).text


@pytest_asyncio.fixture
async def patient(tmp_path: Path, catalogue: Catalogue, database_url: str) -> AsyncIterator[Town]:
    """A bot that waits two seconds for the rest of a need."""
    async with open_town(tmp_path, catalogue, gather_seconds=2, database_url=database_url) as opened:
        await opened.hire()
        yield opened


async def two_who_wait(town: Town, column: Column[Any]) -> Person:
    """Two write at the same moment; of one of them something cannot be read. The other one is answered."""
    resident, neighbour = town.resident("1"), town.resident("2")
    for each in (resident, neighbour):
        await each.says("家里没人做饭，我走不动", more=None)
    await spoil(town.app.database, column, CHANGED, conversation="1")
    await town.later(seconds=3)
    assert "助餐" in neighbour.text
    return resident


async def test_what_somebody_has_written_is_heard_when_where_they_stood_cannot_be_read(patient: Town) -> None:
    assert "助餐" in (await two_who_wait(patient, conversation.c.state)).text


async def test_somebody_is_told_once_when_what_they_wrote_cannot_be_read(patient: Town) -> None:
    resident = await two_who_wait(patient, inbox.c.payload)
    assert "出了点问题" in resident.text
    await patient.later(seconds=3)
    assert resident.heard == []
    await resident.says(NEED)
    assert "听明白了" in resident.text
