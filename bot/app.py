"""The composition root: builds every part from the settings. Nothing else builds parts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from bot.channel import adviser, hearing
from bot.clockwork import Clockwork
from bot.conversation import Conversation
from bot.counsel import Counsel
from bot.files import StoredFiles
from bot.health import Pulse
from bot.house import House, open_house, utc_now
from bot.measured import MeasuredInbox
from bot.message import Address, Inbox, Sender
from bot.office import DeskOffice
from bot.parts import Parts
from bot.senders.mailbox import Bell, MailboxSender, StoredMailbox
from bot.senders.relay import Relay
from bot.senders.relays import Relays
from bot.settings import Settings
from bot.throttle import MemoryThrottle, Throttle
from bot.tidying import Tidying
from bot.wire import NoWire, Signals
from casework import roster
from casework.staff import PREFECTURE, Role
from catalogue.catalogue import Catalogue
from storage import lock, staff
from storage.database import Database
from storage.redis import RedisWire
from storage.redis_throttle import RedisThrottle

RELAY_BEAT = 60.0
"""Seconds within which each relay turns again, whatever it waits for; else the process is not ready."""
MAILBOXES = frozenset(("webchat", "desk"))
"""Channels whose messages are delivered by keeping them, which any process may do."""


@dataclass(frozen=True, slots=True)
class App:
    """Every part, put together: what talks with people."""

    house: House
    catalogue: Catalogue
    conversation: Conversation
    inbox: Inbox
    clockwork: Clockwork
    tidying: Tidying
    files: StoredFiles
    counsel: Counsel
    office: DeskOffice
    throttle: Throttle
    mailbox: StoredMailbox
    signals: Signals
    pulse: Pulse

    @property
    def settings(self) -> Settings:
        return self.house.settings

    @property
    def database(self) -> Database:
        return self.house.database

    def relay(self, senders: Mapping[str, Sender]) -> Relays:
        """What carries messages to these channels, besides those that are delivered by keeping them. Each channel has
        a relay to itself: one that is slow or away has its own messages wait, and nobody else's."""
        own = {f"relay-{channel}": {channel: sender} for channel, sender in senders.items()}
        rest: Mapping[str, Sender] = dict.fromkeys(MAILBOXES - senders.keys(), MailboxSender())
        return Relays([self._relay(part, each) for part, each in {"relay": rest, **own}.items()])

    def _relay(self, part: str, senders: Mapping[str, Sender]) -> Relay:
        woken, turned = self.signals.relay(senders), partial(self.pulse.beat, part, RELAY_BEAT)
        return Relay(self.database, senders, self.house.now, woken, self._delivered, turned)

    def _delivered(self, address: Address) -> None:
        if address.channel in MAILBOXES:
            self.signals.ring(address)


@asynccontextmanager
async def open_app(settings: Settings, *, now: Callable[[], datetime] = utc_now) -> AsyncIterator[App]:
    """The house with everything that talks. Raises what `open_house` raises."""
    async with open_house(settings, now=now) as house:
        catalogue = await asyncio.to_thread(Catalogue.load, settings.cache)
        app = assemble(house, catalogue)
        try:
            yield app
        finally:
            await app.counsel.close()
            await app.signals.wire.close()


def assemble(house: House, catalogue: Catalogue) -> App:
    """The parts that talk, over a house and a catalogue."""
    settings, database, now = house.settings, house.database, house.now
    bell = Bell()
    redis = RedisWire(settings.redis_url, house.name) if settings.redis_url else None
    signals = Signals(redis or NoWire(), bell)
    throttle = MemoryThrottle()
    gather = timedelta(seconds=settings.gather_seconds)
    files = StoredFiles(database, settings.files, now)
    models = adviser(settings), hearing(settings)
    counsel = Counsel(database, catalogue, house.texts, files, *models)
    parts = Parts(
        *(database, catalogue, house.texts, house.signer, now, gather, signals.work, counsel),
        pace=house.pace,
        url=settings.url,
        keeping=house.keeping,
        files=settings.files,
        gathered=signals.gathered,
    )
    conversation = Conversation(parts)
    files.refused = conversation.receive
    return App(
        house=house,
        catalogue=catalogue,
        conversation=conversation,
        inbox=MeasuredInbox(conversation),
        clockwork=Clockwork(parts),
        tidying=tidying_of(house),
        files=files,
        counsel=counsel,
        office=DeskOffice(parts, files),
        throttle=RedisThrottle(redis.client, house.name, throttle) if redis else throttle,
        # One process serves an embedded database, and its own relay rings.
        mailbox=StoredMailbox(database, bell, lambda: database.embedded or signals.wire.carries()),
        signals=signals,
        pulse=Pulse(),
    )


def tidying_of(house: House) -> Tidying:
    """What forgets by itself."""
    return Tidying(house.database, house.book, house.now, house.keeping, house.settings.files)


async def ensure_roster(app: App) -> bool:
    """Where no staff exist yet, make up a trial roster. Returns whether some of the people on duty are made up."""
    say, gazetteer = app.house.texts.say("zh"), app.catalogue.gazetteer
    async with app.database.write() as connection:
        await lock.alone(connection, "trial roster")
        if not await staff.anyone_ever(connection):
            for role, area in roster.trial_posts(p.code for p in gazetteer.children(PREFECTURE)):
                name = say(f"trial.{role.value}", place=gazetteer.full_name(area, short=True))
                person = await staff.add(connection, name, role, area, trial=True)
                await roster.joined(app.house.book(connection), person)
        return any(person.trial for person in await staff.everyone(connection))


async def desk_link(house: House) -> str:
    """A one-time sign-in link to the desk, for the highest officer there is; empty when there is no staff."""
    async with house.database.write() as connection:
        people = await staff.everyone(connection)
        if not people:
            return ""
        highest = max(people, key=lambda s: (not s.trial, list(Role).index(s.role), -s.id))
        token = await staff.new_link(connection, highest.id, "sign-in", house.now())
    return f"{house.settings.url}/desk/sign-in/{token}"
