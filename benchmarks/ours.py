"""lianzhu with a network that costs next to nothing, fed as a webhook feeds it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.network import TOKEN, LightRequest, LightSession, Network
from benchmarks.resident import Take
from benchmarks.understanding import CACHE
from bot.app import App, open_app
from bot.handlers.telegram import Telegram
from bot.message import Address
from bot.senders.telegram import Limits, TelegramSender
from bot.settings import Settings
from bot.task import gather, keep_time
from casework.roster import joined
from casework.staff import Role
from catalogue.place import Gazetteer, PlaceFound
from storage import staff

WORKER_CHAT = 1_000_000
NOON = datetime(2026, 3, 3, 4, tzinfo=UTC)
UNLIMITED = Limits(chat_gap=0.0, a_second=1e6)
"""Telegram's own limits would be all that is measured; the limiters run, with nothing to do."""


@dataclass(frozen=True, slots=True)
class Ours:
    """The running program."""

    app: App
    take: Take


@asynccontextmanager
async def open_ours(
    folder: Path, database: str, network: Network, townships: int = 60, gather_seconds: float = 0, redis: str = ""
) -> AsyncIterator[Ours]:
    """Everything `serve` runs but the web server; a worker with a Telegram account in each of so many townships.
    `database` is the URL, empty for SQLite in the folder; `redis` is for several processes of one house."""
    settings = Settings(
        data_dir=folder,
        database_url=database,
        redis_url=redis,
        cache_dir=CACHE,
        gather_seconds=gather_seconds,
        _env_file=None,  # type: ignore[call-arg]  # pydantic-settings takes it
    )
    async with open_app(settings, now=noon()) as app:
        await hire(app, townships)
        telegram = Telegram(TOKEN, None, app.conversation, session=LightSession(network))
        sender = TelegramSender(TOKEN, None, limits=UNLIMITED, request=lambda seconds: LightRequest(network))
        relay, signals = app.relay({"telegram": sender}), app.signals
        parts = (relay.run(), gather(app), keep_time(app), signals.wire.run(signals.heard))
        work = [asyncio.create_task(each) for each in parts]
        try:
            yield Ours(app, telegram.take)
        finally:
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)
            await telegram.close()
            await sender.close()


async def hire(app: App, townships: int) -> None:
    """A worker for each of the first townships, an officer for each county, unless they are there already."""
    gazetteer = app.catalogue.gazetteer
    areas = [county.code for county in gazetteer.children("6523")]
    async with app.database.write() as connection:
        if await staff.anyone_ever(connection):
            return
        posts = [(Role.COUNTY, area) for area in areas]
        posts += [(Role.WORKER, place.code) for area in areas for place in gazetteer.children(area)][:townships]
        for number, (role, area) in enumerate(posts):
            person = await staff.add(connection, f"王芳{number}", role, area)
            await staff.bind(connection, person.id, Address("telegram", str(WORKER_CHAT + person.id)))
            await joined(app.house.book(connection), person)


async def hired(app: App) -> int:
    """How many people are on the roster; their ids count from 1."""
    async with app.database.read() as connection:
        return len(await staff.everyone(connection))


async def spots(app: App) -> list[tuple[str, int]]:
    """The villages of the townships that have a worker, each with that worker's id."""
    async with app.database.read() as connection:
        workers = [person for person in await staff.everyone(connection) if person.role is Role.WORKER]
    children = app.catalogue.gazetteer.children
    return [(village.code, person.id) for person in workers for village in children(person.area)]


def villages(gazetteer: Gazetteer, townships: int = 60) -> list[str]:
    """Names of villages of the first townships as people say them, those that no other village shares."""
    towns = [place.code for county in gazetteer.children("6523") for place in gazetteer.children(county.code)]
    codes = [village.code for town in towns[:townships] for village in gazetteer.children(town)]
    names = {gazetteer.full_name(code, short=True): code for code in codes}
    return [name for name, code in names.items() if _is_clear(gazetteer.find(name, expected=True), code)]


def _is_clear(found: PlaceFound | None, code: str) -> bool:
    return found is not None and found.place.code == code and not found.others


def noon() -> Callable[[], datetime]:
    """A clock that shows a working day's noon in Beijing when it is made: by night people are told less."""
    begin = time.monotonic()
    return lambda: NOON + timedelta(seconds=time.monotonic() - begin)
