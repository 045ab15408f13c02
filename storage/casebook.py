"""Tickets as threads of events in the database: the part of `casework.casebook.Casebook` that reads and writes."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, bindparam, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from casework.casebook import ConflictError
from casework.dispatch import Past
from casework.duplicate import DAYS
from casework.duty import Roster
from casework.pace import Pace
from casework.pace import pace as built_in
from casework.permission import worker
from casework.reading import purpose
from casework.staff import Staff
from casework.ticket import Audience, Event, State, Ticket, fold, grown
from storage import audit, consent
from storage import roster as roster_store
from storage.audit import Entry
from storage.column import beyond, lies_in
from storage.people_table import staff as staff_table
from storage.people_table import staff_absence
from storage.seal import SealError
from storage.sealed import ring_of
from storage.table import RUNNING, ticket, ticket_event, ticket_reporter
from storage.ticket_query import (
    EVENTS,
    FILE,
    GROW,
    KNOWN,
    LOADS,
    NEAR,
    NUMBER,
    OF_REPORTER,
    OPEN,
    REPORT,
    UNDER_WAY,
    WRITE,
)
from storage.ticket_row import columns, event_rows, family_key

log = logging.getLogger(__name__)
ASKING = ("filed", "amended", "joined", "parted", "left", "apart", "not-duplicate")
"""Events that say who asks for what, and what is known to be another matter."""
FIRST_NUMBER = 1001
LENGTHS = (4, 6, 9, 12)
"""Digits of the codes of prefecture, county, township and village."""
UNDER_WAY_AT_ONCE = 200
"""More events than are ever being written at the same moment."""
RECENT = timedelta(days=30)


class Tickets:
    """Tickets within one transaction. Threads read here are whole: state is always computed from the events, and a
    ticket with an event that cannot be opened is left out, so that the others are found.

    With `bulk` what is appended waits and is written together by `flush`, for whoever goes through many tickets.
    `pace` says when each will be due; the built-in one where none is given.
    """

    def __init__(
        self, connection: AsyncConnection, now: datetime, *, bulk: bool = False, pace: Pace | None = None
    ) -> None:
        self.connection = connection
        self.pace = pace or built_in()
        self._ring = ring_of(connection.dialect)
        self._now = now
        self._bulk = bulk
        self._ids: dict[str, int] = {}
        self._numbers: dict[int, str] = {}
        self._grown: dict[int, dict[str, object]] = {}
        self._events: list[dict[str, Any]] = []
        self._roster: Roster | None = None
        self.unreadable: set[str] = set()
        """Numbers of the tickets that were looked for and left out, because their thread cannot be read."""

    @property
    def now(self) -> datetime:
        return self._now

    async def file(self, events: Sequence[Event]) -> Ticket:
        """A new ticket; its number is short enough to be read out on the telephone."""
        draft = fold("", events)
        # The number comes from the row, which must exist first; until then anything unique stands in for it.
        values = {
            **columns(draft, self.pace, self._ring),
            "number": secrets.token_hex(8),
            "reporter": draft.reporter,
            "created_at": draft.created,
        }
        row_id = int((await self.connection.execute(FILE, values)).scalar_one())
        number = f"LZ{FIRST_NUMBER + row_id - 1}"
        await self.connection.execute(NUMBER, {"row": row_id, "given": number})
        self._numbers[row_id] = number
        await self._write(row_id, 0, events)
        filed = fold(number, events)
        await self._keep_reporters(row_id, set(), filed)
        return filed

    async def append(self, before: Ticket, events: Sequence[Event]) -> Ticket:
        """The ticket with more events. Raises ConflictError when its thread has grown since `before` was read."""
        after = grown(before, events)
        if self._bulk and before.number in self._ids:
            row_id = self._ids[before.number]
            self._grown[row_id] = {"row": row_id, **columns(after, self.pace, self._ring)}
            self._events += event_rows(row_id, len(before.events), events)
            return after
        read = {"thread": before.number, "before": len(before.events)}
        row = (await self.connection.execute(GROW, {**read, **columns(after, self.pace, self._ring)})).first()
        if row is None:
            raise ConflictError(before.number)
        self._numbers[row.id] = before.number
        await self._write(row.id, len(before.events), events)
        await self._keep_reporters(row.id, {each.address for each in before.reporters}, after)
        return after

    async def flush(self) -> None:
        """Write what waits. Raises ConflictError when the thread of one of the tickets has grown meanwhile."""
        events, rows = self._events, list(self._grown.values())
        self._events, self._grown = [], {}
        if events:
            await self._insert(events)
            values: dict[str, object] = {name: bindparam(name) for name in rows[0] if name != "row"}
            changed = update(ticket).where(ticket.c.id == bindparam("row")).values(values)
            await self.connection.execute(changed, rows)

    async def ticket(self, number: str) -> Ticket | None:
        return next(iter(await self.several([number])), None)

    async def several(self, numbers: Collection[str]) -> list[Ticket]:
        query = select(ticket.c.id, ticket.c.number).where(ticket.c.number.in_(numbers))
        return await self._threads(query) if numbers else []

    async def absorbed(self, kept: Ticket) -> list[Ticket]:
        """Every ticket that goes on in this one, also by way of another, also for somebody who stepped out since."""
        found: dict[str, Ticket] = {}
        numbers = {each.number for each in kept.others}
        while numbers:
            come = await self.several(numbers)
            found |= {each.number: each for each in come}
            numbers = {other.number for each in come for other in each.others} - found.keys()
        return [*found.values()]

    async def of_reporter(self, address: str, limit: int = 20) -> list[Ticket]:
        rows = (await self.connection.execute(OF_REPORTER, {"there": address, "most": limit})).all()
        return await self._load(sorted(rows, key=lambda row: -row.id))

    async def of_staff(self, staff: Staff, limit: int = 200) -> list[Ticket]:
        query = select(ticket.c.id, ticket.c.number).where(ticket.c.responsible == staff.id, ticket.c.state.in_(OPEN))
        return await self._threads(query.order_by(ticket.c.urgent.desc(), ticket.c.id).limit(limit))

    async def waiting(self, limit: int = 200) -> list[Ticket]:
        query = select(ticket.c.id, ticket.c.number).where(ticket.c.state == State.WAITING.value)
        return await self._threads(query.order_by(ticket.c.urgent.desc(), ticket.c.id).limit(limit))

    async def adrift(self, limit: int = 1000) -> list[Ticket]:
        """Tickets with work to be done whose responsible person is away now or has left, or that have none."""
        away = select(staff_absence.c.staff_id).where(
            staff_absence.c.first <= self.now, staff_absence.c.last > self.now
        )
        gone = select(staff_table.c.id).where(~staff_table.c.active)
        # Two questions, each with its index: asked as one with "or" it is answered by going through all tickets.
        waiting = select(ticket.c.id).where(ticket.c.state == State.WAITING.value)
        left = select(ticket.c.id).where(ticket.c.responsible.in_(away.union(gone)), ticket.c.state.in_(UNDER_WAY))
        query = select(ticket.c.id, ticket.c.number).where(ticket.c.id.in_(waiting.union_all(left)))
        return await self._threads(query.order_by(ticket.c.urgent.desc(), ticket.c.id).limit(limit))

    async def of_area(self, area: str, limit: int = 200, *, ended: bool = False) -> list[Ticket]:
        stands = ticket.c.state.not_in(OPEN) if ended else ticket.c.state.in_(OPEN)
        query = select(ticket.c.id, ticket.c.number).where(lies_in(ticket.c.place, area), stands)
        order = (ticket.c.id.desc(),) if ended else (ticket.c.urgent.desc(), ticket.c.id)
        return await self._threads(query.order_by(*order).limit(limit))

    async def due(self, limit: int) -> list[Ticket]:
        """Tickets of which a clock may have run out by now: urgent ones first, then what fell due first. On PostgreSQL
        they are held until the transaction ends, and what another one holds is passed over."""
        query = select(ticket.c.id, ticket.c.number).where(ticket.c.due_at <= self._now)
        query = query.order_by(ticket.c.urgent.desc(), ticket.c.due_at, ticket.c.id).limit(limit)
        return await self._threads(query.with_for_update(skip_locked=True))

    async def next_due(self) -> datetime | None:
        """When the next clock of any ticket runs out."""
        query = select(func.min(ticket.c.due_at)).where(RUNNING)
        found: datetime | None = (await self.connection.execute(query)).scalar()
        return found

    async def settle(self, number: str, due_at: datetime | None) -> None:
        """Look at a ticket's clocks again at this moment."""
        await self.connection.execute(update(ticket).where(ticket.c.number == number).values(due_at=due_at))

    async def near(self, subject: Ticket, limit: int = 100) -> list[Ticket]:
        """Other tickets of the last days with work to be done, whose place lies in that of `subject` or holds it,
        newest first. Only who asked for what is read of them, because there may be many and few are looked at:
        `several` reads those whole."""
        place = subject.need.place
        holding = [place[:length] for length in LENGTHS if length < len(place)]
        asked = {
            "area": place,
            "beyond": beyond(place),
            "holding": holding,
            "since": self.now - timedelta(days=DAYS),
            "number": subject.number,
            "most": limit,
        }
        return await self._load((await self.connection.execute(NEAR, asked)).all(), ASKING)

    async def everything(self, after: int = 0, limit: int = 500) -> list[tuple[int, Ticket]]:
        """Tickets in the order of filing, in pages: those with a row above `after`, each with its row."""
        query = select(ticket.c.id, ticket.c.number).where(ticket.c.id > after).order_by(ticket.c.id).limit(limit)
        rows = (await self.connection.execute(query)).all()
        return [(self._ids[each.number], each) for each in await self._load(rows)]

    async def roster(self) -> Roster:
        if self._roster is None:
            self._roster = await roster_store.around(self.connection, self.now)
        return self._roster

    async def past(self, ticket_now: Ticket, among: Collection[int]) -> Past:
        await self.flush()
        asked = {"among": list(among), "number": ticket_now.number}
        rows = (await self.connection.execute(LOADS, {**asked, "since": self.now - RECENT})).all()
        kin = {"reporter": ticket_now.reporter, "family": family_key(ticket_now.need, self._ring)}
        known = (await self.connection.execute(KNOWN, {**asked, **kin})).scalars()
        load, recent = ({int(row[0]): float(row[n]) for row in rows} for n in (1, 2))
        return Past(load, recent, {int(each) for each in known if each})

    async def looked_at(self, ticket_now: Ticket, by: Staff) -> None:
        """That somebody of the staff reads a ticket whole is noted with the purpose."""
        entry = Entry(worker(by), audit.READ, ticket_now.number, purpose(ticket_now, by))
        await audit.append(self.connection, self._now, [entry])

    async def last_change(self) -> int:
        """Grows with every event of any ticket: a page that has shown this much has shown all."""
        # Not the last id alone: on PostgreSQL an event with a lower one may become visible later.
        last = select(ticket_event.c.id).order_by(ticket_event.c.id.desc()).limit(UNDER_WAY_AT_ONCE).subquery()
        total = select(func.coalesce(func.sum(last.c.id), 0))
        return int((await self.connection.execute(total)).scalar_one())

    async def _threads(self, query: Select[tuple[int, str]]) -> list[Ticket]:
        return await self._load((await self.connection.execute(query)).all())

    async def _load(self, rows: Sequence[Row[*tuple[Any, ...]]], types: Sequence[str] = ()) -> list[Ticket]:
        ids = [row.id for row in rows]
        self._ids |= {row.number: row.id for row in rows}
        self._numbers |= {row.id: row.number for row in rows}
        query = EVENTS.where(ticket_event.c.type.in_(types)) if types else EVENTS
        threads: dict[int, list[Event]] = {i: [] for i in ids}
        for row in (await self.connection.execute(query, {"tickets": ids})).all() if ids else ():
            if isinstance(row.data, SealError):
                self._pass_over(self._numbers[row.ticket_id], row.data)
                continue
            threads[row.ticket_id].append(Event(row.type, row.at, row.actor, row.data, Audience(row.audience)))
        return [fold(row.number, threads[row.id]) for row in rows if row.number not in self.unreadable]

    def _pass_over(self, number: str, error: SealError) -> None:
        if number not in self.unreadable:
            log.error("%s is passed over, one of its events cannot be read: %s", number, error)
        self.unreadable.add(number)

    async def _keep_reporters(self, ticket_id: int, before: set[str], after: Ticket) -> None:
        now = {each.address for each in after.reporters}
        if gone := before - now:
            where = (ticket_reporter.c.ticket_id == ticket_id) & ticket_reporter.c.address.in_(gone)
            await self.connection.execute(delete(ticket_reporter).where(where))
        if come := sorted(now - before):
            rows = [{"ticket_id": ticket_id, "address": address} for address in come]
            await self.connection.execute(REPORT, rows)

    async def _write(self, ticket_id: int, length: int, events: Sequence[Event]) -> None:
        await self._insert(event_rows(ticket_id, length, events))

    async def _insert(self, rows: Sequence[dict[str, Any]]) -> None:
        try:
            await self.connection.execute(WRITE, rows)
            await consent.keep(self.connection, rows)
        except IntegrityError as error:
            raise ConflictError(", ".join(sorted({str(row["ticket_id"]) for row in rows}))) from error
        await audit.append(self.connection, self._now, [self._decided(row) for row in rows])

    def _decided(self, row: Mapping[str, Any]) -> Entry:
        number = self._numbers[row["ticket_id"]]
        digest = audit.event_digest(self._ring, number, row)
        actor = str(row["actor"])
        if actor.startswith("resident:"):
            # The audit outlives whoever asks to be forgotten: it can compare them and names nobody.
            actor = f"resident:{audit.digest(self._ring, actor)[:12]}"
        return Entry(actor, f"ticket.{row['type']}", number, digest=digest)
