"""The checker finds what is broken on purpose, and nothing in a day on which all went well."""

from __future__ import annotations

import ast
import sqlite3
from collections.abc import AsyncIterator, Callable
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio

from bot.message import Address, Outcome, Reply, Sent
from catalogue.catalogue import Catalogue
from storage import staff as staff_store
from tests.faults import checker, evidence, stored
from tests.faults.evidence import Said, Seen, Witness
from tests.keys import KEY
from tests.talk import Town, open_town

OURS = {"bot", "casework", "catalogue", "storage", "desk", "locales", "sqlalchemy"}


@dataclass
class Telegram:
    """Keeps what it is given, as people read it."""

    seen: dict[str, list[Seen]] = field(default_factory=dict)

    async def send(self, address: Address, reply: Reply, key: str) -> Outcome:
        lines = self.seen.setdefault(str(address), [])
        number = str(sum(len(each) for each in self.seen.values()) + 1)
        lines.append(Seen(number, f"{reply.author}：\n{reply.text}" if reply.author else reply.text))
        return Sent(number)

    async def close(self) -> None:
        """Nothing to close."""


@dataclass
class Day:
    """A day that is over: a file, and what people remember."""

    file: Path
    resident: Witness
    worker: Witness

    async def broken(self) -> set[str]:
        witnesses = [self.resident, self.worker]
        return {violation.kind for violation in checker.check(await stored.read(str(self.file), KEY), witnesses)}

    def change(self, *statements: str) -> None:
        connection = sqlite3.connect(self.file)
        for each in statements:
            assert connection.execute(each).rowcount, each
        connection.commit()
        connection.close()


async def lived(town: Town) -> tuple[Witness, Witness]:
    """A need on Telegram, taken and asked about."""
    line = Telegram()
    relay = town.app.relay({"telegram": line})
    staff = await town.hire()
    async with town.app.database.write() as connection:
        await staff_store.bind(connection, staff.id, Address("telegram", "2"))
    resident, worker = town.resident("1", "telegram"), town.resident("2", "telegram")
    for person, deed, words in (
        (resident, "says", "我妈八十了在木垒照壁山乡，要人上门做饭"),
        (resident, "presses", "确认提交"),
        (worker, "presses", "接单"),
        (worker, "presses", "问居民"),
        (worker, "says", "门牌号是多少？"),
        (resident, "says", "三队 12 号"),
        (resident, "says", "红门"),
    ):
        await (person.says(words) if deed == "says" else person.presses(words))
        await relay.drain()
    first = Witness("telegram:1", [Said("m1"), Said("c2"), Said("m3"), Said("m4")], line.seen["telegram:1"])
    first.promised, first.matters = ["LZ1001"], ["八十"]
    second = Witness("telegram:2", [Said("c1"), Said("c2"), Said("m3")], line.seen["telegram:2"])
    return first, second


@pytest_asyncio.fixture
async def day(tmp_path: Path, catalogue: Catalogue) -> AsyncIterator[Day]:
    async with open_town(tmp_path, catalogue, gather_seconds=0) as town:
        resident, worker = await lived(town)
    yield Day(tmp_path / "lianzhu.db", resident, worker)


async def test_nothing_is_found_when_all_went_well(day: Day) -> None:
    assert await day.broken() == set()


async def test_nothing_is_found_when_a_message_came_twice(day: Day) -> None:
    copy = Seen("77", day.resident.seen[0].text)
    day.resident.seen.insert(0, copy)
    assert await day.broken() == set()


OF_RESIDENT = "channel = 'telegram' AND conversation = '1'"
BREAKS: dict[str, tuple[str, ...]] = {
    "message lost": (f"DELETE FROM inbox WHERE {OF_RESIDENT} AND external_id = 'm3'",),
    "order of messages": (
        f"UPDATE inbox SET id = 1000 WHERE {OF_RESIDENT} AND external_id = 'm3'",
    ),
    "unsent": (f"UPDATE outbox SET sent_at = NULL WHERE {OF_RESIDENT} AND delivery = 2",),
    "parked unseen": (f"UPDATE outbox SET sent_at = NULL, parked_at = '2026-03-03' WHERE {OF_RESIDENT}",),
    "marked sent": (f"UPDATE outbox SET reference = '900' WHERE {OF_RESIDENT} AND delivery = 2",),
    "order of answers": (
        f"UPDATE outbox SET delivery = 100 WHERE {OF_RESIDENT} AND delivery = 2",
    ),
    "ticket lost": ("UPDATE ticket SET reporter = 'telegram:2'",),
    "ticket doubled": (
        "INSERT INTO ticket (number, state, urgent, place, responsible, reporter, created_at, length) "
        "SELECT 'LZ1002', state, urgent, place, responsible, reporter, created_at, 0 FROM ticket",
    ),
    "thread broken": ("DELETE FROM ticket_event WHERE type = 'accepted'",),
    "step doubled": (
        "INSERT INTO ticket_event (ticket_id, position, type, at, actor, audience, data) "
        "SELECT ticket_id, length, type, at, actor, audience, data FROM ticket_event "
        "JOIN ticket ON ticket.id = ticket_id WHERE type = 'accepted'",
        "UPDATE ticket SET length = length + 1",
    ),
    "ticket of nobody": ("UPDATE ticket SET reporter = 'telegram:3'",),
    "nobody told": ("UPDATE outbox SET ticket = '' WHERE conversation = '2' OR channel = 'desk'",),
}  # fmt: skip


@pytest.mark.parametrize("kind", BREAKS)
async def test_a_break_is_found_when_the_database_was_changed(day: Day, kind: str) -> None:
    day.change(*BREAKS[kind])
    assert kind in await day.broken()


async def test_a_doubled_message_is_found_when_the_table_lets_it_in(day: Day) -> None:
    found = await stored.read(str(day.file), KEY)
    found.inbox.append(found.of("telegram:1")[-1])
    assert "message doubled" in {each.kind for each in checker.check(found, [day.resident, day.worker])}


def swapped(resident: Witness) -> None:
    resident.seen[1], resident.seen[2] = resident.seen[2], resident.seen[1]


def made_up(resident: Witness) -> None:
    resident.seen.append(Seen("99", "您中奖了"))


def mixed_up(resident: Witness) -> None:
    resident.matters = ["七十"]


def in_vain(resident: Witness) -> None:
    resident.waited_for = "打几分"


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (swapped, "order of answers"),
        (made_up, "from nowhere"),
        (mixed_up, "ticket mixed up"),
        (in_vain, "unanswered"),
    ],
)
async def test_a_break_is_found_when_people_saw_something_else(
    day: Day, change: Callable[[Witness], None], kind: str
) -> None:
    day.resident = deepcopy(day.resident)
    change(day.resident)
    assert await day.broken() == {kind}


def test_the_checker_shares_no_code_with_the_program() -> None:
    imported: set[str] = set()
    for module in (checker, evidence, stored):
        for node in ast.walk(ast.parse(Path(str(module.__file__)).read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom):
                imported.add(str(node.module))
            elif isinstance(node, ast.Import):
                imported |= {alias.name for alias in node.names}
    assert not {name.partition(".")[0] for name in imported} & OURS
    assert {name for name in imported if name.startswith("tests")} <= {"tests.faults.evidence", "tests.faults.stored"}
