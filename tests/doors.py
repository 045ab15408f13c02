"""People at the doors of the real house: a town in which each of the table of rights stands to a ticket as it says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date

import httpx

from bot.message import Address, Attachment, Reply
from bot.server import build_web
from casework.need import Need, need_to_json
from casework.permission import StepRefusedError
from casework.staff import Role, Staff
from casework.ticket import Event, Ticket
from casework.trip import Trip
from casework.volunteer import Standing, Volunteer
from desk.session import COOKIE, csrf_of
from storage import outbox
from storage import session as session_store
from storage import staff as staff_store
from tests.rights import PLACE, STAFF
from tests.talk import Person, Town

STRANGER_WORDS = ("not-yours", "not-the-reporter")
"""Why a press is refused that was not for this person to make."""
TOO_LATE = ("ended", "already-merged", "not-done", "no-callback", "no-plan")


@dataclass
class Place:
    """A town with one person `me` of the table in it; everything else is in the hands of `other`."""

    town: Town
    who: str
    me: Staff
    other: Staff

    async def file(self, state: str = "accepted", **more: object) -> Ticket:
        """A ticket that stands to me as the table says."""
        colleague = STAFF.get(self.who)
        now = self.town.clock()
        need = need_to_json(Need(services=("meals",), place=PLACE, words=("要人做饭",), **more))  # type: ignore[arg-type]
        first = self.me if colleague and (colleague.holds or colleague.had) else self.other
        reporters = [{"address": f"webchat:{each}", "name": "", "language": "zh", "need": need} for each in "JL"]
        events = [
            Event("dispatched", now, "system", {"to": first.id, "name": first.name, "why": ""}),
            Event("accepted", now, f"staff:{first.id}", {"by": first.id, "name": first.name}),
            Event("joined", now, f"staff:{first.id}", {"number": "LZ1", "reporters": reporters}),
            Event("left", now, "resident:webchat:L", {}),
        ]
        last = self.me if colleague and colleague.holds else self.other
        if colleague and colleague.had:
            events.append(Event("accepted", now, f"staff:{last.id}", {"by": last.id, "name": last.name}))
        events += [Event(kind, now, f"staff:{last.id}", data) for kind, data in _until(state, last)]
        async with self.town.app.database.write() as connection:
            book = self.town.app.house.book(connection)
            ticket = await book.file(
                [Event("filed", now, "resident:webchat:R", {"need": need, "reporter": "webchat:R"})]
            )
            return await book.append(ticket, events)

    async def refusal(self, ticket: Ticket) -> str:
        """Why the last press on a ticket was refused; empty if it was not."""
        found = next(each for each in await self.town.tickets() if each.number == ticket.number)
        why = [e.data["why"] for e in found.events[len(ticket.events) :] if e.type == "press-refused"]
        return str(why[-1]) if why else ""

    async def at_office(self, ticket: Ticket, action: str, text: str = "明天上午") -> str:
        """What the office says to an action at the desk: empty, or why not."""
        try:
            await self.town.app.office.act(self.me, ticket.number, action, text, to=self.other.id)
        except StepRefusedError as refused:
            return refused.reason
        except LookupError:
            return "not-yours"
        return ""

    async def in_chat(self, person: Person, ticket: Ticket, meaning: str) -> str:
        """What the chat says to a pressed button whose signature holds."""
        await person.presses_key(self.town.app.house.signer(person.address, meaning))
        return await self.refusal(ticket)

    async def volunteer(self, state: Standing) -> Volunteer:
        async with self.town.app.database.write() as connection:
            circle = self.town.app.house.book(connection).circle
            address = f"webchat:v{len(await circle.of_area('6523'))}"
            wish = Volunteer(0, address, "乙", PLACE, "照壁山乡", state=state, since=self.town.clock())
            return await circle.keep(wish)

    async def trip(self) -> Trip:
        colleague = STAFF[self.who]
        leader = self.me if colleague.holds else self.other
        async with self.town.app.database.write() as connection:
            trips = self.town.app.house.book(connection).trips
            about = (PLACE, "照壁山乡", date(2026, 3, 9), leader.id, leader.name, leader.id)
            return await trips.keep(Trip(0, *about, (43.8, 90.3)))

    async def undelivered(self, ticket: Ticket) -> None:
        async with self.town.app.database.write() as connection:
            await outbox.put(
                connection, Address("telegram", "9"), [Reply("新单", ticket=ticket.number)], self.town.clock()
            )
            [parcel] = await outbox.since(connection, ["telegram"], 0)
            await outbox.park(connection, parcel, self.town.clock(), "blocked")

    async def attached(self, ticket: Ticket) -> str:
        """A file that was said in the ticket's thread."""

        async def chunks() -> AsyncIterator[bytes]:
            yield b"%PDF-1.4 a file"

        kept = await self.town.app.files.keep(Address("webchat", "R"), Attachment("file", name="a.pdf"), chunks())
        async with self.town.app.database.write() as connection:
            book = self.town.app.house.book(connection)
            now = await book.ticket(ticket.number)
            assert now is not None
            said = Event("said", self.town.clock(), "resident:webchat:R", {"text": "", "attachments": [kept.id]})
            await book.append(now, [said])
        return kept.id


def _until(state: str, by: Staff) -> list[tuple[str, dict[str, object]]]:
    """What happens to a ticket that is accepted until it is in this state."""
    done: list[tuple[str, dict[str, object]]] = [("done", {"record": "做了饭"})]
    return {
        "dispatched": [("dispatched", {"to": by.id, "name": by.name, "why": ""})],
        "accepted": [],
        "planned": [("planned", {"when": "", "words": "明天"})],
        "done": done,
        "closed": [*done, ("solved", dict[str, object]())],
        "cancelled": [("cancelled", dict[str, object]())],
    }[state]


async def settle(town: Town, who: str) -> Place:
    """The people of a test: me as the table has it, and a worker of the place in whose hands everything else is."""
    colleague = STAFF.get(who)
    async with town.app.database.write() as connection:
        other = await staff_store.add(connection, "别人", Role.WORKER, PLACE)
        role, area = (colleague.role, colleague.area) if colleague else (Role.WORKER, "652301")
        me = await staff_store.add(connection, "我", role, area)
        if colleague and colleague.left:
            await staff_store.remove(connection, me.id)
        people = {each.id: each for each in await staff_store.everyone_ever(connection)}
    return Place(town, who, people[me.id], other)


@asynccontextmanager
async def browser_of(
    town: Town, client: tuple[str, int] = ("203.0.113.5", 5000), closing: asyncio.Event | None = None
) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody's browser before the whole web of the house, no server between. Once `closing` is set, streams end as
    soon as they have begun."""
    web = build_web(town.app, None, closing or asyncio.Event())
    transport = httpx.ASGITransport(web, client=client)
    async with httpx.AsyncClient(transport=transport, base_url="http://house.test") as http:
        yield http


async def sit_down(town: Town, http: httpx.AsyncClient, person: Staff) -> None:
    """Sign in to the desk, with whatever that takes."""
    async with town.app.database.write() as connection:
        token = await session_store.open_session(connection, person.id, town.clock(), passed=True)
    http.cookies.set(COOKIE, token, path="/desk")


async def post(http: httpx.AsyncClient, address: str, **fields: str) -> httpx.Response:
    """Send a form with the token of the own session, whatever page it stands on."""
    return await http.post(address, data={"csrf": csrf_of(http.cookies[COOKIE]), **fields})
