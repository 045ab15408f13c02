"""The composition root: builds every part from the settings. Nothing else builds parts."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import key_ring
from bot.book import Book
from bot.channel import adviser, hearing
from bot.clockwork import Clockwork
from bot.conversation import Conversation
from bot.counsel import Counsel
from bot.dialogs import duty, frame, resident
from bot.files import StoredFiles
from bot.health import Pulse
from bot.measured import MeasuredInbox
from bot.message import Address, Inbox, Sender
from bot.office import DeskOffice
from bot.parts import Parts
from bot.press import Signer
from bot.senders.mailbox import Bell, MailboxSender, StoredMailbox
from bot.senders.relay import Relay
from bot.settings import Settings
from bot.throttle import MemoryThrottle, Throttle
from bot.tidying import Tidying
from bot.trail import HEAD_FILE, Trail, operator
from bot.wire import NoWire, Signals
from casework import pack, roster
from casework.consent import KINDS
from casework.pace import ClockDataError, Pace, pace, read_pace
from casework.retention import Keeping, RetentionDataError, keeping, read_keeping
from casework.staff import PREFECTURE, Role
from catalogue.catalogue import Catalogue
from catalogue.script import to_arabic_kazakh, to_latin_kazakh, to_latin_uyghur
from catalogue.service import CODES
from locales.text import Texts, Transliteration
from storage import audit, consent, lock, secret, staff
from storage.audit import Entry
from storage.database import Database, StorageError
from storage.migrate import MigrationError, migrate
from storage.redis import RedisWire
from storage.redis_throttle import RedisThrottle
from storage.seal import SealError

KAZAKH_IN_XINJIANG = Transliteration(
    "kk-Arab",
    "kk",
    to_arabic_kazakh,
    {
        **dict.fromkeys(("page.language", "desk.language"), "kk-Arab"),
        **dict.fromkeys(("page.direction", "desk.direction"), "rtl"),
    },
)
"""Kazakh has one source of texts, in Cyrillic; in Xinjiang it is read in the Arabic script."""
KAZAKH_IN_LATIN = Transliteration(
    "kk-Latn", "kk", to_latin_kazakh, dict.fromkeys(("page.language", "desk.language"), "kk-Latn")
)
UYGHUR_IN_LATIN = Transliteration(
    "ug-Latn",
    "ug",
    to_latin_uyghur,
    {
        **dict.fromkeys(("page.language", "desk.language"), "ug-Latn"),
        **dict.fromkeys(("page.direction", "desk.direction"), "ltr"),
    },
)
SCRIPTS = (KAZAKH_IN_XINJIANG, KAZAKH_IN_LATIN, UYGHUR_IN_LATIN)
"""Other scripts in which texts are shown, each made from one source."""
RELAY_BEAT = 60.0
"""Seconds within which the relay turns again, whatever it waits for; else the process is not ready."""
MAILBOXES = ("webchat", "desk")
"""Channels whose messages are delivered by keeping them, which any process may do."""


class StartError(Exception):
    """The program cannot start. The message is one line that says what to do."""


@dataclass(frozen=True, slots=True)
class House:
    """What every command needs: the database, the texts, and the secret behind the buttons."""

    settings: Settings
    database: Database
    texts: Texts
    signer: Signer
    now: Callable[[], datetime]
    pace: Pace
    name: str
    """Of this house among others: the same in all its processes, and secret from nobody."""
    keeping: Keeping = field(default_factory=keeping)

    @property
    def trail(self) -> Trail:
        return Trail(self.database, self.settings.data_dir / HEAD_FILE)

    async def note(self, connection: AsyncConnection, action: str, about: str, purpose: str = "") -> None:
        """That whoever gives commands on this machine did something."""
        await audit.append(connection, self.now(), [Entry(operator(), action, about, purpose)])

    def book(self, connection: AsyncConnection) -> Book:
        return Book(
            connection,
            self.now(),
            self.texts,
            self.signer,
            pace=self.pace,
            keeping=self.keeping,
            files=self.settings.files,
        )


@dataclass(frozen=True, slots=True)
class App:
    """Every part, put together: what talks with people."""

    house: House
    catalogue: Catalogue
    conversation: Conversation
    inbox: Inbox
    clockwork: Clockwork
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

    def relay(self, senders: Mapping[str, Sender]) -> Relay:
        """What carries messages to these channels, besides those that are delivered by keeping them."""
        every = {**dict.fromkeys(MAILBOXES, MailboxSender()), **senders}
        return Relay(self.database, every, self.house.now, self.signals.relay, self._delivered, self._relay_turned)

    def _relay_turned(self) -> None:
        self.pulse.beat("relay", RELAY_BEAT)

    def _delivered(self, address: Address) -> None:
        if address.channel in MAILBOXES:
            self.signals.ring(address)


def utc_now() -> datetime:
    return datetime.now(UTC)


@cache
def read_texts() -> Texts:
    """Every text in every script, read once."""
    return Texts(scripts=SCRIPTS)


@asynccontextmanager
async def open_house(settings: Settings, *, now: Callable[[], datetime] = utc_now) -> AsyncIterator[House]:
    """A migrated database and the texts. Raises StartError when a folder, file or database cannot be used."""
    clocks, periods = clocks_of(settings), periods_of(settings)
    make_folder(settings.data_dir)
    texts = read_texts()
    frame.check([*resident.FRAMES.values(), *duty.FRAMES.values()], texts)
    pack.refuse_other_services(pack.packs(), CODES)
    texts.require((f"pack.{item}" for item in pack.packs().items), str(pack.PACKS_FILE))
    database = await _open_database(settings)
    try:
        async with database.write() as connection:
            key = await secret.secret_bytes(connection, "buttons")
            await lock.alone(connection, "wordings")
            await consent.register(connection, wordings(texts), now())
        name = hashlib.sha256(key).hexdigest()[:16]
        yield House(settings, database, texts, Signer(key, now), now, clocks, name, periods)
    finally:
        await database.close()


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
        clockwork=Clockwork(parts, tidying_of(house)),
        files=files,
        counsel=counsel,
        office=DeskOffice(parts, files),
        throttle=RedisThrottle(redis.client, house.name, throttle) if redis else throttle,
        mailbox=StoredMailbox(database, bell),
        signals=signals,
        pulse=Pulse(),
    )


def tidying_of(house: House) -> Tidying:
    """What forgets by itself."""
    return Tidying(house.database, house.book, house.now, house.keeping, house.settings.files)


def clocks_of(settings: Settings) -> Pace:
    """How long everything may take here. Raises StartError for a county's own file that cannot be used."""
    try:
        return read_pace(settings.clocks_file, CODES) if settings.clocks_file else pace()
    except ClockDataError as error:
        raise StartError(f"LIANZHU_CLOCKS_FILE: {error}") from None


def periods_of(settings: Settings) -> Keeping:
    """How long data is kept here. Raises StartError for a county's own file that cannot be used."""
    try:
        return read_keeping(settings.retention_file) if settings.retention_file else keeping()
    except RetentionDataError as error:
        raise StartError(f"LIANZHU_RETENTION_FILE: {error}") from None


def wordings(texts: Texts) -> dict[tuple[str, str], str]:
    """What people are shown before they agree, by kind and language."""
    return {(kind, code): texts.say(code)(f"consent.{kind}") for kind in KINDS for code in texts.languages}


def make_folder(folder: Path) -> None:
    """Make sure that the data folder exists (readable for its owner alone) and can be written. Raises StartError."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = folder / f".write-test-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise StartError(
            f"cannot write to the folder {folder} ({error.strerror}): give write access to it, "
            "or choose another with --data-dir or LIANZHU_DATA_DIR"
        ) from None


async def _open_database(settings: Settings) -> Database:
    database = None
    try:
        database = Database(settings.database, await key_ring.ring_of(settings))
        await migrate(database)
        await key_ring.seal_files(database, settings)
    except (MigrationError, SealError, StorageError) as error:
        if database is not None:
            await database.close()
        raise StartError(_unusable(settings, error)) from None
    return database


def _unusable(settings: Settings, error: Exception) -> str:
    if isinstance(error, MigrationError | SealError):
        return f"{settings.database}: {error}"
    reason = str(getattr(error, "orig", error)).splitlines()[0]
    return (
        f"cannot use the database {settings.database} ({reason}): make sure that it is one of lianzhu and can "
        "be written, or choose another with LIANZHU_DATABASE_URL"
    )


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
