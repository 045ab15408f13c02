"""Talking to the real bot as people do: say something, press the button with this label, read the last message.

Everything is real (SQLite, catalogue, dialogs, outbox); only the channels are left out and the clock is ours to move.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

from bot.app import App, assemble
from bot.house import open_house
from bot.message import Address, Attachment, Incoming, Reply
from bot.settings import Settings
from casework.roster import joined
from casework.staff import Role, Staff
from casework.ticket import Ticket
from catalogue.catalogue import Catalogue
from storage import outbox
from storage import staff as staff_store
from storage.casebook import Tickets
from storage.seal import written
from tests.keys import KEY

START = datetime(2026, 3, 3, 4, 0, tzinfo=UTC)
"""A Tuesday noon in Beijing."""


@dataclass
class Clock:
    """The time of day in a test."""

    at: datetime = START

    def __call__(self) -> datetime:
        # Every look is a little later, as on a real clock.
        self.at += timedelta(milliseconds=1)
        return self.at


@dataclass
class Person:
    """Somebody who talks with the bot. `heard` are the bot's messages to them since they last spoke."""

    town: Town
    address: Address
    heard: list[Reply] = field(default_factory=list)
    seen: int = 0
    count: int = 0

    @property
    def last(self) -> Reply:
        assert self.heard, f"the bot said nothing to {self.address}"
        return self.heard[-1]

    @property
    def text(self) -> str:
        """All that was heard since the person last spoke."""
        return "\n".join(reply.text for reply in self.heard)

    @property
    def labels(self) -> list[str]:
        return [button.label for reply in self.heard for button in reply.buttons]

    async def says(self, text: str = "", *attachments: Attachment, more: bool | None = False) -> Person:
        self.count += 1
        said = Incoming(self.address, f"m{self.count}", self.town.clock(), text, attachments, more=more)
        return await self.sends(said)

    async def presses(self, label: str) -> Person:
        """Press the newest button whose label contains `label`."""
        recent = await self.recent()
        for reply in reversed(recent):
            for button in reply.buttons:
                if label in button.label:
                    return await self.presses_key(button.key)
        raise AssertionError(f"no button {label!r}; there are {[b.label for r in recent for b in r.buttons]}")

    async def presses_key(self, key: str) -> Person:
        self.count += 1
        return await self.sends(Incoming(self.address, f"c{self.count}", self.town.clock(), button=key))

    async def sends(self, incoming: Incoming) -> Person:
        await self.town.app.conversation.receive(incoming)
        for person in self.town.people.values():
            await person.listen()
        return self

    async def recent(self) -> list[Reply]:
        async with self.town.app.database.read() as connection:
            return [p.reply for p in reversed(await outbox.recent(connection, self.address, 20))]

    async def listen(self) -> None:
        async with self.town.app.database.read() as connection:
            news = await outbox.since(connection, [self.address.channel], self.seen)
        news = [parcel for parcel in news if parcel.address == self.address]
        self.heard = [parcel.reply for parcel in news]
        self.seen = max([self.seen, *(p.id for p in news)])


@dataclass
class Town:
    """The bot and everybody who talks with it."""

    app: App
    clock: Clock
    people: dict[Address, Person] = field(default_factory=dict)

    def resident(self, name: str = "r1", channel: str = "webchat") -> Person:
        return self._person(Address(channel, name))

    def worker(self, staff: Staff) -> Person:
        return self._person(Address("desk", str(staff.id)))

    async def hire(
        self, name: str = "王芳", role: Role = Role.WORKER, area: str = "652328", trial: bool = False
    ) -> Staff:
        async with self.app.database.write() as connection:
            person = await staff_store.add(connection, name, role, area, trial=trial)
            await joined(self.app.house.book(connection), person)
        return person

    async def staff(self) -> list[Staff]:
        async with self.app.database.read() as connection:
            return await staff_store.everyone(connection)

    async def tickets(self) -> list[Ticket]:
        async with self.app.database.read() as connection:
            return [ticket for _, ticket in await Tickets(connection, self.clock.at).everything()]

    async def ticket(self) -> Ticket:
        """The one ticket there is."""
        found = await self.tickets()
        assert len(found) == 1, f"expected one ticket, found {[t.number for t in found]}"
        return found[0]

    async def later(self, **passed: float) -> None:
        """Let time pass, and let the bot answer whoever has finished writing and do what fell due."""
        self.clock.at += timedelta(**passed)
        await self.app.conversation.flush()
        await self.app.clockwork.run_due()
        await self.app.tidying.run_if_due()
        for person in self.people.values():
            await person.listen()

    @asynccontextmanager
    async def restarted(self) -> AsyncIterator[App]:
        """The same bot started once more, over the same database and clock."""
        async with open_house(self.app.settings, now=self.clock) as house:
            yield assemble(house, self.app.catalogue)

    def _person(self, address: Address) -> Person:
        return self.people.setdefault(address, Person(self, address))


@asynccontextmanager
async def open_town(folder: Path, catalogue: Catalogue, **chosen: object) -> AsyncIterator[Town]:
    """A bot with nobody on the roster, over a database in `folder` (the same folder again: the same bot, restarted)."""
    clock = Clock()
    settings = Settings(data_dir=folder, _env_file=None, **{"key": written(KEY)} | chosen)  # type: ignore[arg-type]  # settings by name
    _keep_key(folder)
    async with open_house(settings, now=clock) as house:
        yield Town(assemble(house, catalogue), clock)


def _keep_key(folder: Path) -> None:
    """For commands on the same folder."""
    folder.mkdir(exist_ok=True)
    (folder / "key").write_text(written(KEY))
    (folder / "key").chmod(0o600)


async def make_blank(folder: Path) -> None:
    """A database as every town begins with it."""
    async with open_house(Settings(data_dir=folder, _env_file=None, key=SecretStr(written(KEY)))):
        pass


def voice(source: str = "telegram:voice-1") -> Attachment:
    return Attachment("voice", source=source, mime="audio/ogg", seconds=7)


def photo(source: str = "telegram:photo-1") -> Attachment:
    return Attachment("photo", source=source, mime="image/jpeg")


def pin(latitude: float, longitude: float) -> Attachment:
    return Attachment("location", latitude=latitude, longitude=longitude)


def types(ticket: Ticket) -> Sequence[str]:
    """What happened to a ticket, in order."""
    return [event.type for event in ticket.events]
