"""`run_bot.py serve`: web chat, desk, Telegram, the relay and the two clocks of the house, in one process."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

import uvicorn
from fastapi import FastAPI

from bot.app import MAILBOXES, App, StartError, desk_link, ensure_roster, open_app
from bot.channel import telegram_handler, telegram_sender
from bot.dialogs.command import MENU
from bot.handlers import webchat, webhook
from bot.handlers.telegram_error import BadTokenError, TelegramCallError
from bot.message import Sender
from bot.senders.relay import Relay
from bot.settings import Settings
from desk.page import router as desk_router
from storage.database import StorageError

if TYPE_CHECKING:
    from bot.handlers.telegram import Telegram
    from bot.senders.telegram import TelegramSender

log = logging.getLogger(__name__)
LOOK_AGAIN = 5.0
"""Seconds after which the clocks look by themselves, for what another process left."""
FETCH_EVERY = 3.0
LINK_EVERY = 2.0
WEBHOOK_PATH = "/telegram/webhook"


class Server(uvicorn.Server):
    """uvicorn with our own handling of signals, so that everything else is closed in order too."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(settings: Settings, announce: Callable[[App, bool, str], None]) -> None:
    """Run until a signal comes. `announce` gets the app, whether the roster is a trial, and the desk's sign-in link.

    Raises StartError, which says in one line why it could not start.
    """
    with bound(settings) as listener:
        settings = settings.model_copy(update={"port": listener.getsockname()[1]})
        async with open_app(settings) as app:
            trial = await ensure_roster(app)
            link = await desk_link(app.house)
            try:
                await _run(app, listener, lambda: announce(app, trial, link))
            except* BadTokenError as errors:
                raise StartError(str(errors.exceptions[0])) from None


@contextmanager
def bound(settings: Settings) -> Iterator[socket.socket]:
    """The listening socket, taken before anything is touched."""
    listener = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET)
    with contextlib.closing(listener):
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((settings.host, settings.port))
            listener.listen(512)
        except OSError as error:
            raise StartError(
                f"cannot listen on {settings.host}:{settings.port} ({error.strerror}): stop what uses it, "
                "or choose another port with --port or LIANZHU_PORT"
            ) from None
        yield listener


async def _run(app: App, listener: socket.socket, announce: Callable[[], None]) -> None:
    closing = asyncio.Event()
    async with _telegram(app) as (telegram, sender):
        if telegram is not None:
            app.files.fetchers["telegram"] = telegram.fetch
        senders: dict[str, Sender] = {channel: app.mailbox_sender() for channel in MAILBOXES}
        if sender is not None:
            senders["telegram"] = sender
        web = build_web(app, telegram, closing)
        server = Server(uvicorn.Config(web, log_level="warning", access_log=False, timeout_graceful_shutdown=5))
        work = [
            Relay(app.database, senders, app.house.now, app.relay_woken).run(),
            gather(app),
            keep_time(app),
            link_audit(app),
            *((fetch(app, telegram), _listen(app, telegram)) if telegram else ()),
            *((_show_menu(app, sender),) if sender else ()),
        ]
        _stop_on_signals(server, closing)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one) for one in work]
            announce()
            await server.serve(sockets=[listener])
            for task in tasks:
                task.cancel()


def build_web(app: App, telegram: Telegram | None, closing: asyncio.Event) -> FastAPI:
    """Every HTTP address of the house."""
    web = FastAPI(title="lianzhu", docs_url=None, redoc_url=None, openapi_url=None)
    texts, now = app.house.texts, app.house.now
    web.include_router(webchat.router(app.conversation, app.mailbox, app.files, texts.of, now, closing=closing))
    web.include_router(desk_router(app.office, texts, now, closing=closing))
    if telegram is not None and app.settings.telegram_webhook:
        web.include_router(webhook.router(telegram.take, webhook_secret(app), WEBHOOK_PATH))
    return web


def webhook_secret(app: App) -> str:
    """The secret Telegram shows with every delivery, derived so that it survives a restart."""
    token = app.settings.telegram_token.get_secret_value()
    return hashlib.sha256(f"webhook|{token}".encode()).hexdigest()


@contextlib.asynccontextmanager
async def _telegram(app: App) -> AsyncIterator[tuple[Telegram | None, TelegramSender | None]]:
    token, api = app.settings.telegram_token.get_secret_value(), app.settings.telegram_api or None
    if not token:
        yield None, None
        return
    try:
        telegram = telegram_handler()(token, api, app.conversation)
    except BadTokenError as error:
        raise StartError(str(error)) from None
    sender = telegram_sender()(token, api, lambda item: app.files.open_checked(item.id))
    try:
        yield telegram, sender
    finally:
        await telegram.close()
        await sender.close()


async def _listen(app: App, telegram: Telegram) -> None:
    """Telegram's updates: by webhook where one is set, by long polling otherwise."""
    url = app.settings.telegram_webhook
    if not url:
        await telegram.poll()
        return
    while True:
        try:
            await telegram.register_webhook(f"{url}{WEBHOOK_PATH}", webhook_secret(app))
            return
        except TelegramCallError as error:
            log.warning("the webhook could not be registered yet: %s", error)
            await asyncio.sleep(LOOK_AGAIN)


async def _show_menu(app: App, sender: TelegramSender) -> None:
    say = app.house.texts.say("zh")
    while True:
        if await sender.show_menu({command: say(f"menu.{command}") for command in MENU}):
            return
        await asyncio.sleep(LOOK_AGAIN)


async def gather(app: App) -> None:
    """Answers people who have finished writing, when their moment has come."""
    while True:
        app.gather_woken.clear()
        try:
            await app.conversation.flush()
            pause = await app.conversation.until_next_flush()
        except StorageError:
            log.exception("gathered messages cannot be read; trying again")
            pause = LOOK_AGAIN
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(app.gather_woken.wait(), min(pause, LOOK_AGAIN))


async def keep_time(app: App) -> None:
    """Does what falls due for tickets: reminders, passing on, telling the next level."""
    while True:
        try:
            await app.clockwork.run_due()
            pause = await app.clockwork.until_next()
        except StorageError:
            log.exception("what is due cannot be read; trying again")
            pause = LOOK_AGAIN
        await asyncio.sleep(min(max(pause, 0.2), LOOK_AGAIN))


async def link_audit(app: App) -> None:
    """Links what was noted into the audit chain."""
    while True:
        try:
            await app.house.trail.link()
        except StorageError:
            log.exception("the audit cannot be linked; trying again")
        except OSError as error:
            log.error("the end of the audit cannot be kept beside the database: %s", error.strerror)
        await asyncio.sleep(LINK_EVERY)


async def fetch(app: App, telegram: Telegram) -> None:
    """Brings attachments' bytes home."""
    while True:
        try:
            await app.files.fetch_due("telegram", telegram.fetch)
        except StorageError:
            log.exception("attachments cannot be noted; trying again")
        await asyncio.sleep(FETCH_EVERY)


def _stop_on_signals(server: Server, closing: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()

    def stop(number: int, stack: FrameType | None) -> None:
        server.force_exit = server.should_exit
        server.should_exit = True
        loop.call_soon_threadsafe(closing.set)

    for wanted in (signal.SIGINT, signal.SIGTERM):
        signal.signal(wanted, stop)
