"""The month itself: a heap of what people mean to do, the real casework in between, and the clock of the simulation."""

from __future__ import annotations

import heapq
import itertools
import logging
import random
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import func, select

from benchmarks.month_people import STARS, People
from benchmarks.month_town import Plan, Town
from bot.book import Book
from bot.clockwork import Clockwork
from bot.message import Address, Incoming
from bot.parts import Parts
from bot.press import Signer
from casework import oversight, step
from casework.need import Need
from casework.permission import StepRefusedError
from casework.skill import CATEGORIES
from casework.staff import Role, Staff
from casework.ticket import Ticket
from locales.text import Texts
from storage import conversation, outbox
from storage.casebook import Tickets
from storage.database import Database
from storage.table import ticket as ticket_table
from storage.table import ticket_event

SERVICES = tuple(code for codes in CATEGORIES.values() for code in codes)
URGENT, COLD = 0.06, 10.0
"""The share of urgent tickets, and how many times as many come while it is cold."""
LOOK_AGAIN = timedelta(seconds=5)
ASLEEP = 0.1
"""How often people file at night, beside the day."""


@dataclass(order=True, slots=True)
class Next:
    """What happens next; `number` is a ticket's, empty for a new one, and `by` a staff id, 0 for the resident."""

    at: datetime
    order: int
    action: str = field(compare=False)
    number: str = field(compare=False, default="")
    by: int = field(compare=False, default=0)
    need: Need | None = field(compare=False, default=None)
    urgent: bool = field(compare=False, default=False)


class Failures(logging.Handler):
    """Counts what the clockwork logs as failed."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.count = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.count += 1


class Month:
    """Runs the plan. `refused` counts steps that came too late or did not fit, by reason."""

    def __init__(self, database: Database, town: Town, plan: Plan, dice: random.Random) -> None:
        self.plan, self.town, self.dice = plan, town, dice
        self.at = plan.start
        self.people = People(dice, town)
        self.refused: dict[str, int] = {}
        self.failures = Failures()
        self.steps = self.looked_at = 0
        self._texts, self._signer = Texts(), Signer(b"month")
        self._database = database
        # The clockwork asks neither the catalogue nor any model.
        nothing = cast("Any", None)
        parts = Parts(
            database, nothing, self._texts, self._signer, lambda: self.at, timedelta(), lambda to: None, nothing
        )
        self._clockwork = Clockwork(parts)
        self._heap: list[Next] = []
        self._order = itertools.count()
        self._seen = 0
        logging.getLogger("bot.clockwork").addHandler(self.failures)

    async def run(self, filings: int) -> None:
        """Until the last moment of the plan."""
        for at, need, urgent in self._filings(filings):
            self._push(at, "file", need=need, urgent=urgent)
        self._push(self.plan.set_back[0], "set-back")
        due = await self._next_due()
        while self._heap or due < self.plan.last:
            first = self._heap[0].at if self._heap else self.plan.last
            if min(first, due) >= self.plan.last:
                break
            if due <= first:
                await self._run_clockwork(due)
            else:
                await self._act(heapq.heappop(self._heap))
            due = await self._next_due()
        self.at = self.plan.last

    def _filings(self, number: int) -> Iterator[tuple[datetime, Need, bool]]:
        """When what is filed: by day rather than at night, ten times as much that is urgent while it is cold."""
        span = self.plan.end - self.plan.start
        for _ in range(number):
            yield self._hour(self.plan.start, span), self._need(), self.dice.random() < URGENT
        cold = self.plan.cold[1] - self.plan.cold[0]
        for _ in range(round(number * URGENT * (cold / span) * (COLD - 1))):
            yield self._hour(self.plan.cold[0], cold), self._need(), True

    def _hour(self, start: datetime, span: timedelta) -> datetime:
        while True:
            at = start + self.dice.random() * span
            if 8 <= (at.hour + 8) % 24 < 23 or self.dice.random() < ASLEEP:
                return at

    def _need(self) -> Need:
        _, _, villages = self.dice.choices(self.town.places, [place[1] for place in self.town.places])[0]
        return Need((self.dice.choice(SERVICES),), place=self.dice.choice(villages), note="模拟")

    def _push(self, at: datetime, action: str, number: str = "", by: int = 0, **more: Any) -> None:
        heapq.heappush(self._heap, Next(at, next(self._order), action, number, by, **more))

    async def _next_due(self) -> datetime:
        """When the clockwork wants to look again; in an outage nothing looks."""
        pause = await self._clockwork.until_next()
        # Whatever a look has left undone is looked at again as the server does, and not without end at this moment.
        due = self.at + (timedelta(seconds=min(pause, 10**8)) or LOOK_AGAIN)
        return due if self.plan.running(due) else self.plan.outage[1]

    async def _run_clockwork(self, due: datetime) -> None:
        self.at = max(self.at, due)
        async with self._database.read() as connection:
            self._seen = await Tickets(connection, self.at).last_change()
        self.looked_at += await self._clockwork.run_due()
        await self._react()

    async def _act(self, now: Next) -> None:
        self.at = max(self.at, now.at)
        if now.action == "set-back":
            self.at = self.plan.set_back[1]
            return
        if not self.plan.running(self.at):
            self._push(self.plan.outage[1] + self.dice.random() * timedelta(minutes=30), now.action, now.number, now.by,
                       need=now.need, urgent=now.urgent)  # fmt: skip
            return
        away = self.town.away(now.by, self.at) if now.by else None
        if away is not None:
            self._push(away.last + timedelta(hours=1), now.action, now.number, now.by)
            return
        try:
            async with self._database.write() as connection:
                book = Book(connection, self.at, self._texts, self._signer)
                before, ticket = await self._step(book, now)
            self.steps += 1
            self._mean(ticket, before)
        except StepRefusedError as refusal:
            self.refused[refusal.reason] = self.refused.get(refusal.reason, 0) + 1

    async def _step(self, book: Book, now: Next) -> tuple[int, Ticket | None]:
        """The ticket after the step, and how long its thread was before."""
        if now.action == "file":
            address = Address("webchat", f"r{next(self._order)}")
            await self._hear(book, address)
            language = self.dice.choices(("zh", "kk", "ug"), (70, 18, 12))[0]
            return 0, await step.file(book, now.need or Need(), str(address), language=language, urgent=now.urgent)
        ticket = await book.ticket(now.number)
        if ticket is None:
            return 0, None
        length = len(ticket.events)
        if now.action in _RESIDENT:
            await self._hear(book, Address.parse(ticket.reporter))
            return length, await _RESIDENT[now.action](self, book, ticket)
        person = self._caller(ticket) if now.action == "call-back" else self.town.person(now.by)
        if person is not None and (now.action in ("call-back", "take-over") or ticket.responsible == person.id):
            return length, await _STAFF[now.action](self, book, ticket, person)
        return length, ticket

    async def _hear(self, book: Book, address: Address) -> None:
        """Whoever writes is awake."""
        await conversation.remember(book.connection, Incoming(address, f"m{next(self._order)}", self.at, "模拟"))
        await outbox.wake(book.connection, address, self.at)

    def _caller(self, ticket: Ticket) -> Staff | None:
        county = (p for p in self.town.people if p.role is Role.COUNTY and p.covers(ticket.need.place))
        return next(county, None)

    async def _react(self) -> None:
        """Let people see what the clockwork has just done."""
        async with self._database.read() as connection:
            grown = select(ticket_table.c.number, func.count()).join_from(ticket_event, ticket_table)
            rows = await connection.execute(grown.where(ticket_event.c.id > self._seen).group_by(ticket_table.c.id))
            counts = dict(list(rows))
            book = Book(connection, self.at, self._texts, self._signer)
            tickets = [ticket for number in counts if (ticket := await book.ticket(number))]
        for ticket in tickets:
            self._mean(ticket, len(ticket.events) - counts[ticket.number])

    def _mean(self, ticket: Ticket | None, before: int) -> None:
        """People make up their minds about what has happened to a ticket since its thread had this length."""
        for event in ticket.events[before:] if ticket else ():
            for meant in self.people.intentions(ticket, event):
                self._push(max(meant.at, self.at), meant.action, ticket.number, meant.by or 0)


async def _plan(month: Month, book: Book, ticket: Ticket, by: Staff) -> Ticket:
    ahead = month.dice.lognormvariate(0, 0.8) * timedelta(hours=4 if ticket.urgent else 48)
    return await step.plan(book, ticket, by, book.now + ahead, "模拟")


async def _redate(month: Month, book: Book, ticket: Ticket, by: Staff) -> Ticket:
    return await oversight.redate(book, ticket, by, book.now + month.dice.random() * timedelta(days=3), "模拟", "雪")


async def _rate(month: Month, book: Book, ticket: Ticket) -> Ticket:
    return await step.rate(
        book, ticket, ticket.reporter, stars=month.dice.choices(list(STARS), list(STARS.values()))[0]
    )


_STAFF: Mapping[str, Callable[[Month, Book, Ticket, Staff], Awaitable[Ticket]]] = {
    "accept": lambda month, book, ticket, by: step.accept(book, ticket, by),
    "take-over": lambda month, book, ticket, by: step.accept(book, ticket, by),
    "pass": lambda month, book, ticket, by: step.pass_on(book, ticket, by, "忙"),
    "contact": lambda month, book, ticket, by: step.contacted(book, ticket, by, "模拟"),
    "try": lambda month, book, ticket, by: step.contacted(book, ticket, by, "模拟", reached=False),
    "ask": lambda month, book, ticket, by: step.ask(book, ticket, by, "模拟"),
    "done": lambda month, book, ticket, by: step.done(book, ticket, by, "模拟"),
    "call-back": lambda month, book, ticket, by: oversight.called_back(book, ticket, by, "模拟"),
    "plan": _plan,
    "redate": _redate,
}
_RESIDENT: Mapping[str, Callable[[Month, Book, Ticket], Awaitable[Ticket]]] = {
    "say": lambda month, book, ticket: step.say(book, ticket, ticket.reporter, "模拟"),
    "cancel": lambda month, book, ticket: step.cancel(book, ticket, ticket.reporter),
    "solved": lambda month, book, ticket: step.solved(book, ticket, ticket.reporter),
    "unsolved": lambda month, book, ticket: step.unsolved(book, ticket, ticket.reporter, "模拟"),
    "rate": _rate,
}
