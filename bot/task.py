"""What a house does without end, each part by itself: the database being away is waited out."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import hashlib
import logging
from typing import TYPE_CHECKING

from bot.app import App
from bot.dialogs.command import MENU
from bot.handlers.telegram_error import TelegramCallError
from storage import lock
from storage.database import StorageError

if TYPE_CHECKING:
    from bot.handlers.telegram import Telegram
    from bot.senders.telegram import TelegramSender

log = logging.getLogger(__name__)
LOOK_AGAIN = 5.0
"""Seconds after which the clocks look by themselves, for what another process left."""
FETCH_EVERY = 3.0
FORGET_EVERY = 10.0
LINK_EVERY = 2.0
BEAT = 120.0
"""Seconds within which each part turns again, however much there is to do; else the process is not ready."""
GARBAGE_AFTER = 20_000
"""New objects after which garbage is looked for; with Python's 700 a twentieth of all processor time went there."""
WEBHOOK_PATH = "/telegram/webhook"


def settle_memory() -> None:
    """What is there when everything is built stays to the end, some hundred thousand objects of libraries, phrases and
    places: leave it out of every later search for garbage, which would otherwise stop everybody for half a second. And
    search less often than Python does by default: a turn makes some thousand objects, nearly all gone when it ends."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_AFTER)


def webhook_secret(app: App) -> str:
    """The secret Telegram shows with every delivery, derived so that it survives a restart."""
    token = app.settings.telegram_token.get_secret_value()
    return hashlib.sha256(f"webhook|{token}".encode()).hexdigest()


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


async def listen(app: App, telegram: Telegram) -> None:
    """Telegram's updates: by webhook where one is set, by long polling otherwise."""
    url = app.settings.telegram_webhook
    if not url:
        await _poll(app, telegram)
        return
    while True:
        try:
            await telegram.register_webhook(f"{url}{WEBHOOK_PATH}", webhook_secret(app))
            return
        except TelegramCallError as error:
            log.warning("the webhook could not be registered yet: %s", error)
            await asyncio.sleep(LOOK_AGAIN)


async def _poll(app: App, telegram: Telegram) -> None:
    """Telegram gives updates to one poller; the other processes wait in case it goes."""
    while True:
        try:
            async with lock.only_one(app.database, "telegram updates") as lost:
                await _until(lost, telegram)
        except StorageError:
            log.exception("who takes Telegram's updates cannot be settled; trying again")
        await asyncio.sleep(LOOK_AGAIN)


async def _until(lost: asyncio.Event, telegram: Telegram) -> None:
    """Poll until the lock is lost. What was not kept by then stays with Telegram."""
    polling, losing = asyncio.create_task(telegram.poll()), asyncio.create_task(lost.wait())
    try:
        await asyncio.wait({polling, losing}, return_when=asyncio.FIRST_COMPLETED)
        if polling.done():
            polling.result()
    finally:
        for task in (polling, losing):
            task.cancel()
        await asyncio.gather(polling, losing, return_exceptions=True)


async def show_menu(app: App, sender: TelegramSender) -> None:
    say = app.house.texts.say("zh")
    while True:
        if await sender.show_menu({command: say(f"menu.{command}") for command in MENU}):
            return
        await asyncio.sleep(LOOK_AGAIN)


async def gather(app: App) -> None:
    """Answers people who have finished writing, when their moment has come."""
    app.signals.gathers = True
    while True:
        app.pulse.beat("gather", BEAT)
        app.signals.gather.clear()
        try:
            await app.conversation.flush()
            pause = await app.conversation.until_next_flush()
        except StorageError:
            log.exception("gathered messages cannot be read; trying again")
            pause = LOOK_AGAIN
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(app.signals.gather.wait(), min(pause, LOOK_AGAIN))


async def keep_time(app: App) -> None:
    """Does what falls due for tickets: reminders, passing on, telling the next level."""
    while True:
        app.pulse.beat("clock", BEAT)
        try:
            await app.clockwork.run_due()
            pause = await app.clockwork.until_next()
        except StorageError:
            log.exception("what is due cannot be read; trying again")
            pause = LOOK_AGAIN
        await asyncio.sleep(min(max(pause, 0.2), LOOK_AGAIN))


async def forget(app: App) -> None:
    """Forgets what must not be kept any longer, however long that takes: no clock and no resident waits for it."""
    while True:
        try:
            await app.tidying.run_if_due()
        except StorageError:
            log.exception("what must not be kept any longer cannot be read; trying again")
        except Exception:
            log.exception("what must not be kept any longer could not be erased; trying again later")
        await asyncio.sleep(FORGET_EVERY)


async def fetch(app: App, telegram: Telegram) -> None:
    """Brings attachments' bytes home."""
    while True:
        try:
            await app.files.fetch_due("telegram", telegram.fetch)
        except StorageError:
            log.exception("attachments cannot be noted; trying again")
        await asyncio.sleep(FETCH_EVERY)
