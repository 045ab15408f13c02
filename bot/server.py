"""One process of `run_bot.py serve`: web chat, desk, Telegram, the relay and the clocks of the house, or part of it."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING

import uvicorn
from fastapi import APIRouter, FastAPI
from starlette.middleware.trustedhost import TrustedHostMiddleware

from bot import task
from bot.app import App, desk_link, ensure_roster, open_app
from bot.channel import telegram_handler, telegram_sender
from bot.exposition import Exposition, watch
from bot.handlers import probe, webchat, webhook
from bot.handlers.telegram_error import BadTokenError
from bot.health import Health
from bot.house import StartError
from bot.measured import MeasuredWeb
from bot.patience import Bodies, Patient, names
from bot.proxy import Behind
from bot.settings import Settings
from desk.page import router as desk_router
from storage.migrate import behind

if TYPE_CHECKING:
    from bot.handlers.telegram import Telegram
    from bot.senders.telegram import TelegramSender


class Part(StrEnum):
    """What one process does. Each part may run in any number of processes on PostgreSQL."""

    ALL = "all"
    WEB = "web"
    """Takes messages in and shows pages."""
    RELAY = "relay"
    """Carries messages out, and brings attachments home."""
    CLOCK = "clock"
    """Does what falls due."""

    @property
    def web(self) -> bool:
        return self in (Part.ALL, Part.WEB)

    @property
    def relay(self) -> bool:
        return self in (Part.ALL, Part.RELAY)

    @property
    def clock(self) -> bool:
        return self in (Part.ALL, Part.CLOCK)


class Server(uvicorn.Server):
    """uvicorn with our own handling of signals, so that everything else is closed in order too."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


Announce = Callable[[App, bool, str], None]
"""Gets the app, whether the roster is a trial, and the desk's sign-in link, empty where no pages are shown."""


async def serve(
    settings: Settings, part: Part, announce: Announce | None, listener: socket.socket | None = None
) -> None:
    """Do `part` of the work until a signal comes, and answer whoever asks how it does. `listener` is a socket that
    listens already; without one it is made.

    Raises StartError, which says in one line why it could not start.
    """
    with bound(settings) if listener is None else contextlib.nullcontext(listener) as listening:
        settings = settings.model_copy(update={"port": listening.getsockname()[1]})
        async with open_app(settings) as app:
            if app.database.embedded and part is not Part.ALL:
                raise StartError(
                    "SQLite is served by one process: set LIANZHU_DATABASE_URL=postgresql://… for more, "
                    "or leave --role and --processes out"
                )
            trial = await ensure_roster(app)
            link = await desk_link(app.house) if announce and part.web else ""
            try:
                await _run(app, part, listening, lambda: announce and announce(app, trial, link))
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
                "or choose another port with --port or LIANZHU_PORT (on one machine each part needs its own)"
            ) from None
        yield listener


async def _run(app: App, part: Part, listener: socket.socket, announce: Callable[[], object]) -> None:
    closing = asyncio.Event()
    async with _telegram(app) as (telegram, sender):
        if telegram is not None:
            app.files.fetchers["telegram"] = telegram.fetch
        work = [app.signals.wire.run(app.signals.heard), watch(app.database)]
        if part.web and telegram is not None:
            work.append(task.listen(app, telegram))
        if part.relay:
            work.append(app.relay({"telegram": sender} if sender else {}).run())
            work += [task.fetch(app, telegram), task.show_menu(app, sender)] if telegram and sender else []
        if part.clock:
            work += [task.gather(app), task.keep_time(app), task.forget(app), task.link_audit(app)]
        web = build_web(app, telegram, closing) if part.web else build_probes(app)
        quiet = partial(uvicorn.Config, http=Patient, log_config=None, access_log=False, proxy_headers=False)
        server = Server(quiet(web, timeout_graceful_shutdown=5))
        _stop_on_signals(server, closing)
        task.settle_memory()
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one) for one in work]
            announce()
            await server.serve(sockets=[listener])
            for each in tasks:
                each.cancel()


def build_probes(app: App) -> FastAPI:
    """The HTTP addresses of every part, behind what guards them all."""
    web = FastAPI(title="lianzhu", docs_url=None, redoc_url=None, openapi_url=None)
    web.add_middleware(Bodies)
    web.add_middleware(TrustedHostMiddleware, allowed_hosts=names(app.settings), www_redirect=False)
    web.add_middleware(MeasuredWeb)
    web.add_middleware(Behind, trusted=app.settings.proxies)
    web.include_router(probes(app))
    return web


def build_web(app: App, telegram: Telegram | None, closing: asyncio.Event) -> FastAPI:
    """Every HTTP address of the house."""
    web, texts, now = build_probes(app), app.house.texts, app.house.now
    chat = (app.inbox, app.mailbox, app.files, texts.of, now)
    web.include_router(webchat.router(*chat, closing=closing, throttle=app.throttle))
    web.include_router(desk_router(app.office, texts, now, closing=closing, throttle=app.throttle))
    if telegram is not None and app.settings.telegram_webhook:
        web.include_router(webhook.router(telegram.take, task.webhook_secret(app), task.WEBHOOK_PATH))
    return web


def probes(app: App) -> APIRouter:
    """What tells how the process does."""
    checks = {"database": lambda: behind(app.database)}
    if app.settings.redis_url:
        checks["redis"] = lambda: _wire_wrong(app)
    health = Health(app.pulse, checks, soft=frozenset({"redis"}))
    numbers = Exposition(app.database, app.house.now)
    return probe.router(health.parts, numbers.page, app.settings.metrics_token.get_secret_value())


async def _wire_wrong(app: App) -> str:
    return "" if await app.signals.wire.alive() else "no signals get through; every process looks by itself"


@contextlib.asynccontextmanager
async def _telegram(app: App) -> AsyncIterator[tuple[Telegram | None, TelegramSender | None]]:
    token, api = app.settings.telegram_token.get_secret_value(), app.settings.telegram_api or None
    if not token:
        yield None, None
        return
    try:
        telegram = telegram_handler()(token, api, app.inbox)
    except BadTokenError as error:
        raise StartError(str(error)) from None
    sender = telegram_sender()(token, api, lambda item: app.files.open_checked(item.id))
    try:
        yield telegram, sender
    finally:
        await telegram.close()
        await sender.close()


def _stop_on_signals(server: Server, closing: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()

    def stop(number: int, stack: FrameType | None) -> None:
        server.force_exit = server.should_exit
        server.should_exit = True
        loop.call_soon_threadsafe(closing.set)

    for wanted in (signal.SIGINT, signal.SIGTERM):
        signal.signal(wanted, stop)
