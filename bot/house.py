"""What every command needs: a migrated database with its keys, the texts, and a county's own rules."""

from __future__ import annotations

import hashlib
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import key_ring
from bot.book import Book
from bot.dialogs import duty, frame, resident
from bot.press import Signer
from bot.settings import Settings
from bot.trail import HEAD_FILE, Trail, operator
from casework import pack
from casework.consent import KINDS
from casework.pace import Pace, pace, read_pace
from casework.retention import Keeping, keeping, read_keeping
from casework.rule_file import RuleFileError
from catalogue.script import to_arabic_kazakh, to_latin_kazakh, to_latin_uyghur
from catalogue.service import CODES
from locales.text import Texts, Transliteration
from storage import audit, consent, lock, secret
from storage.audit import Entry
from storage.database import Database, StorageError
from storage.migrate import MigrationError, migrate
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


def clocks_of(settings: Settings) -> Pace:
    """How long everything may take here. Raises StartError for a county's own file that cannot be used."""
    try:
        return read_pace(settings.clocks_file, CODES) if settings.clocks_file else pace()
    except RuleFileError as error:
        raise StartError(f"LIANZHU_CLOCKS_FILE: {error}") from None


def periods_of(settings: Settings) -> Keeping:
    """How long data is kept here. Raises StartError for a county's own file that cannot be used."""
    try:
        return read_keeping(settings.retention_file) if settings.retention_file else keeping()
    except RuleFileError as error:
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
        await key_ring.seal_at_start(database, settings)
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
