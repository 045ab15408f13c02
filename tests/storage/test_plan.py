"""However much has been kept, what a message asks of the database is found by an index."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest_asyncio
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection

from benchmarks.filling import BIG, Size, fill
from bot.exposition import Exposition
from bot.message import Address, Incoming, Outcome, Reply, Sent
from casework.staff import Role
from storage import outbox
from storage.database import Database
from tests.talk import Town

SIZE = Size(residents=20_000, tickets=60_000, span=timedelta(days=1000), running=600)
NAMES = tuple(table.name for table in BIG)
FEW = ("ix_outbox_unsent", "ix_outbox_next", "ix_outbox_parked")
"""Indexes of nothing but messages that have still to go, which is the relay's work, and of those that were given up."""
VILLAGES = [f"6523282{town:02}{village:03}" for town in range(1, 9) for village in range(200, 210)]
Asked = dict[str, Any]
"""Statements with the parameters of one execution."""


class Line:
    """A channel that takes everything."""

    async def send(self, address: Address, reply: Reply, key: str) -> Outcome:
        return Sent("1")

    async def close(self) -> None:
        """Nothing to close."""


@pytest_asyncio.fixture
async def old_town(town: Town) -> AsyncIterator[Town]:
    """A town with years behind it."""
    worker = await town.hire()
    for name in ("1", "2"):
        resident = await town.resident(name, "telegram").says("我妈八十了在木垒照壁山乡，要人上门做饭")
        await resident.presses("确认提交")
    ended, running = [ticket.number for ticket in await town.tickets()]
    first = town.resident("1", "telegram")
    for said in ("我的申请", "!撤回", "!确定撤回"):
        await (first.presses(said[1:]) if said.startswith("!") else first.says(said))
    assert [str(ticket.state) for ticket in await town.tickets()] == ["cancelled", "dispatched"]
    await town.app.relay({"telegram": Line()}).drain()
    await fill(town.app.database, SIZE, ended, running, [(village, worker.id) for village in VILLAGES])
    yield town


@dataclass
class Speaker:
    """Somebody who speaks without reading back all that was ever said, as a person of `tests.talk` does."""

    town: Town
    address: Address
    count: int = 0

    async def says(self, text: str, *, more: bool | None = False) -> None:
        await self._send(text=text, more=more)

    async def presses(self, label: str) -> None:
        async with self.town.app.database.read() as connection:
            recent = await outbox.recent(connection, self.address, 5)
        keys = [button.key for parcel in recent for button in parcel.reply.buttons if label in button.label]
        assert keys, f"no button {label!r}"
        await self._send(button=keys[0])

    async def _send(self, **content: Any) -> None:
        self.count += 1
        said = Incoming(self.address, f"s{self.count}", self.town.clock(), **content)
        await self.town.app.conversation.receive(said)


async def talk(town: Town, worker: Address) -> None:
    """An intake in five messages with what follows: the relay, the clocks, the pages, the worker's answer."""
    relay = town.app.relay({"telegram": Line()})
    resident = Speaker(town, Address("telegram", "77"))
    await resident.says("没人照顾")
    await resident.presses("居家照护")
    await resident.says("我妈，八十了")
    await resident.says("木垒县照壁山乡", more=None)
    await resident.presses("确认提交")
    await Speaker(town, worker).presses("接单")
    await relay.drain()
    await resident.says("我的申请")
    await town.app.conversation.flush()
    await town.app.conversation.until_next_flush()
    town.clock.at += timedelta(minutes=1)
    await town.app.clockwork.run_due()
    await town.app.clockwork.until_next()
    await relay.drain()
    await town.app.mailbox.history(worker, 50)
    await town.app.mailbox.after(worker, 0)
    officer = await town.hire("王建国", Role.COUNTY, "652328")
    await town.app.office.queue(officer)
    await town.app.office.parked(officer)


@contextmanager
def listening(database: Database) -> Iterator[Asked]:
    """What is asked of the database while the block lasts."""
    asked: Asked = {}

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        if re.match(r"(SELECT|UPDATE|DELETE|WITH)\b", statement) and any(name in statement for name in NAMES):
            asked.setdefault(statement, parameters[0] if many else parameters)

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(database.engine.sync_engine, "before_cursor_execute", note)


async def scans(connection: AsyncConnection, statement: str, parameters: Any) -> list[str]:
    """Where a statement goes through the whole of a big table or of its index."""
    if connection.dialect.name == "sqlite":
        rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        return [detail for *_, detail in rows if _is_scan(str(detail))]
    rows = await connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters)
    plan = rows.scalar_one()
    return list(_walk((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"], limited=False))


def _is_scan(detail: str) -> bool:
    found = re.match(r"(SCAN) (\w+)|(SEARCH) (\w+) .*\((?:channel|responsible)=\?\)$", detail)
    if found is None or any(name in detail for name in FEW):
        return False
    return (found[2] or found[4]) in (*NAMES, "earlier", "other")


def _walk(node: dict[str, Any], *, limited: bool) -> Iterator[str]:
    kind, index = node["Node Type"], node.get("Index Name", "")
    # The first rows of an index in its order are no scan.
    by = re.findall(r"\((\w+)\)?[^()]* (?:=|<|>)", node.get("Index Cond", ""))
    # Nearly everything goes by one channel: who has found that has found nothing.
    whole = kind == "Seq Scan" or (kind.startswith("Index") and set(by) <= {"channel"} and not limited)
    if whole and node.get("Relation Name") in NAMES and index not in FEW:
        yield f"{kind} of {node['Relation Name']} {index}"
    for child in node.get("Plans", ()):
        yield from _walk(child, limited=limited or kind == "Limit")


async def test_nothing_is_searched_from_end_to_end_when_years_of_tickets_are_kept(old_town: Town) -> None:
    [worker] = await old_town.staff()
    with listening(old_town.app.database) as asked:
        await talk(old_town, Address("desk", str(worker.id)))
    assert len(asked) > 30
    async with old_town.app.database.read() as connection:
        found = {statement: await scans(connection, statement, given) for statement, given in asked.items()}
    assert {statement: where for statement, where in found.items() if where} == {}


async def nothing(source: str) -> AsyncIterator[bytes]:
    """A channel from which no file comes."""
    yield b""


async def test_nothing_is_searched_from_end_to_end_when_the_house_looks_after_itself(old_town: Town) -> None:
    app = old_town.app
    with listening(app.database) as asked:
        await app.relay({"telegram": Line()}).drain()
        await Exposition(app.database, app.house.now).page()
        await app.house.trail.link()
        await app.files.fetch_due("telegram", nothing)
        await app.clockwork.run_due()
        await app.tidying.run()
    assert len(asked) > 10
    async with app.database.read() as connection:
        found = {statement: await scans(connection, statement, given) for statement, given in asked.items()}
    assert {statement: where for statement, where in found.items() if where} == {}
