"""`run_bot.py chat`: the same bot, the same database, in a terminal."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TextIO

from bot.app import App, ensure_roster, open_app
from bot.handlers import terminal
from bot.message import Address, Logged
from bot.senders.mailbox import MailboxSender
from bot.settings import Settings
from storage import outbox, staff

Write = Callable[[str], None]


async def json_lines(settings: Settings, source: TextIO, write: Write) -> None:
    """A scripted conversation: JSON lines in and out, until the input ends."""
    async with _opened(settings) as app:
        news, settle = await _news(app)
        lines = iter(source.readline, "")
        for address, logged in await news():
            if logged.reply is not None:
                write(terminal.as_line(address, logged.reply))
        await settle()
        await terminal.converse_json(
            lines, app.inbox, news, settle, lambda sender: _known(app, sender), app.house.now, write
        )


async def person(settings: Settings, name: str, source: TextIO, write: Write) -> None:
    """A conversation for a person at the keyboard; an empty line only looks for news."""
    async with _opened(settings) as app:
        (news, settle), address = await _news(app), Address("terminal", name)
        await _say(app, address, "/start")
        while True:
            for to, logged in await news():
                if to == address and logged.reply is not None:
                    write(terminal.for_person(logged.reply))
            await settle()
            line = await asyncio.to_thread(source.readline)
            if not line:
                return
            if line.strip():
                await _say(app, address, line.strip())


async def _say(app: App, address: Address, text: str) -> None:
    await app.inbox.receive(terminal.to_incoming(terminal.Line(address.conversation, text), app.house.now()))


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[App]:
    async with open_app(settings) as app:
        await ensure_roster(app)
        yield app


async def _news(app: App) -> tuple[terminal.News, Callable[[], Awaitable[None]]]:
    """What has come for residents at terminals and for staff since the last call; and how to mark it as sent, which
    is done when it has been shown: whoever is killed in between shows it again at the next start."""
    relay = app.relay({"terminal": MailboxSender()})
    await relay.recover()
    async with app.database.read() as connection:
        seen = await outbox.before_unsent(connection, terminal.CHANNELS)

    async def news() -> list[tuple[Address, Logged]]:
        nonlocal seen
        async with app.database.read() as connection:
            parcels = await outbox.since(connection, terminal.CHANNELS, seen)
        seen = max([seen, *(p.id for p in parcels)])
        return [(p.address, Logged("out", p.created_at, p.id, reply=p.reply)) for p in parcels]

    return news, relay.drain


async def _known(app: App, sender: str) -> bool:
    if not sender.startswith("staff:"):
        return True
    async with app.database.read() as connection:
        return await staff.at_address(connection, terminal.address_of(sender)) is not None
