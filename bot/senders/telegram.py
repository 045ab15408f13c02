"""Telegram out: one `Reply` becomes one message, or as few as Telegram's limits allow.

Never retries by itself: the relay owns retries, and python-telegram-bot's limiter, when it retries, holds up every chat
because of one.
"""

from __future__ import annotations

import asyncio
import logging
import mimetypes
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, InputFile, LinkPreviewOptions, Message, MessageEntity
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError
from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import BaseRequest, HTTPXRequest

from bot.message import (
    Address,
    Attachment,
    AttachmentKind,
    Button,
    Outcome,
    Reply,
    Retry,
    Sent,
    StoredFile,
    Undeliverable,
)
from bot.senders.telegram_pace import Pace
from bot.senders.telegram_part import Part, named, parts, rows

log = logging.getLogger(__name__)

SOURCE = "telegram:"
CHATS_GONE = ("chat not found", "user is deactivated", "bot was blocked", "peer_id_invalid", "user not found")
UNFINISHED = 1024
"""How many replies that were sent in part are remembered, so that a retry goes on where the last one stopped."""

OpenFile = Callable[[Attachment], Awaitable[StoredFile | None]]


@dataclass(frozen=True, slots=True)
class Way:
    """One way to send a file: as what, and by handle or by bytes."""

    kind: AttachmentKind
    file: str | InputFile


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds between two messages to one chat, messages a second over all chats, seconds for one call.

    Telegram takes about 30 a second; the rest is room for messages that a slow line brings closer together.
    """

    chat_gap: float = 1.0
    a_second: float = 25.0
    timeout: float = 20.0


LIMITS = Limits()


async def nothing_kept(attachment: Attachment) -> StoredFile | None:
    """An `OpenFile` for those who keep no files."""
    return None


class TelegramSender:
    """The bot's voice at Telegram; a `Sender`.

    `api_base_url` is the root of a Bot API server, None for Telegram's. `open_file` finds the bytes of an attachment
    that has no Telegram handle, `authored` puts a worker's name to the worker's words. `request` makes the client that
    speaks HTTP, given the seconds for one call.
    """

    def __init__(
        self,
        token: str,
        api_base_url: str | None = None,
        open_file: OpenFile = nothing_kept,
        *,
        authored: Callable[[str, str], str] = named,
        limits: Limits = LIMITS,
        request: Callable[[float], BaseRequest] | None = None,
    ) -> None:
        # httpx writes whole addresses at INFO, and Telegram's addresses hold the token.
        logging.getLogger("httpx").setLevel(logging.WARNING)
        root = (api_base_url or "https://api.telegram.org").rstrip("/")
        self._bot = ExtBot(
            token,
            base_url=f"{root}/bot",
            base_file_url=f"{root}/file/bot",
            request=(request or _request)(limits.timeout),
            get_updates_request=(request or _request)(limits.timeout),
            # A small bucket: one of 25 would let 25 through at once and 25 more in the same second.
            rate_limiter=AIORateLimiter(overall_max_rate=2, overall_time_period=2 / limits.a_second, max_retries=0),
        )
        self._open_file = open_file
        self._authored = authored
        self._pace = Pace(limits.chat_gap)
        self._sent: OrderedDict[str, int] = OrderedDict()
        self._beginning: asyncio.Task[None] | None = None
        self._ready = False

    async def send(self, address: Address, reply: Reply, key: str) -> Outcome:
        """Send a reply; a reply that needs several messages goes on after the last one delivered when tried again."""
        try:
            chat = int(address.conversation)
        except ValueError:
            return Undeliverable(f"{address.conversation!r} is no Telegram chat")
        try:
            await self._begin()
            outcome: Outcome = await self._send(chat, parts(reply, self._authored), key)
        except TelegramError as error:
            outcome = outcome_of(error)
        if not isinstance(outcome, Retry):
            self._sent.pop(key, None)
        return outcome

    async def show_menu(self, commands: Mapping[str, str]) -> bool:
        """Offer these commands (name without slash, and what it does) in Telegram's own menu. False when it failed."""
        try:
            await self._begin()
            return await self._bot.set_my_commands(list(commands.items()))
        except TelegramError as error:
            log.warning("the menu could not be set: %s", type(error).__name__)
            return False

    async def close(self) -> None:
        """Close the connections."""
        if self._beginning is not None:
            self._beginning.cancel()
        await self._bot.shutdown()

    async def _begin(self) -> None:
        """Make the library ready, which asks Telegram who the bot is; until that is answered every send tries it.

        Those who come together share one try: a hundred questions at once would be the flood that the pace prevents.
        """
        if self._ready:
            return
        if self._beginning is None:
            self._beginning = asyncio.create_task(self._bot.initialize())
        beginning = self._beginning
        try:
            await asyncio.shield(beginning)
            self._ready = True
        finally:
            if beginning.done() and self._beginning is beginning:
                self._beginning = None

    async def _send(self, chat: int, wanted: Sequence[Part], key: str) -> Outcome:
        reference = ""
        for number in range(self._sent.get(key, 0), len(wanted)):
            async with self._pace.turn(chat):
                message = await self._deliver(chat, wanted[number])
            if message is None:
                return Undeliverable("the bytes of the attachment are not kept any more")
            reference = str(message.message_id)
            self._remember(key, number + 1)
        return Sent(reference)

    def _remember(self, key: str, done: int) -> None:
        self._sent[key] = done
        if len(self._sent) > UNFINISHED:
            self._sent.popitem(last=False)

    async def _deliver(self, chat: int, part: Part) -> Message | None:
        markup = keyboard(part.buttons)
        if part.attachment is None:
            # No preview: Telegram would open every link, also one that only the reader may open.
            plain = LinkPreviewOptions(is_disabled=True)
            covers = spoilers(part)
            return await self._bot.send_message(
                chat, part.text, entities=covers, reply_markup=markup, link_preview_options=plain
            )
        if part.attachment.kind == "location":
            place = part.attachment
            return await self._bot.send_location(chat, place.latitude, place.longitude, reply_markup=markup)
        return await self._deliver_file(chat, part, markup)

    async def _deliver_file(self, chat: int, part: Part, markup: InlineKeyboardMarkup | None) -> Message | None:
        """The first way that Telegram takes; None when there is none to try. Raises the last refusal."""
        refusal: BadRequest | None = None
        async for way in self._ways(part.attachment or Attachment("file")):
            try:
                return await self._post(chat, way, part, markup)
            except BadRequest as error:
                if chat_is_gone(error):
                    raise
                refusal = error
        if refusal is not None:
            raise refusal
        return None

    async def _ways(self, attachment: Attachment) -> AsyncIterator[Way]:
        """By handle, by bytes, and as a plain file: a handle may be of another kind than it looks (a song is no voice
        note), a picture may be too long or too wide, and a person may have forbidden voice notes."""
        if attachment.source.startswith(SOURCE):
            yield Way(attachment.kind, attachment.source.removeprefix(SOURCE))
        upload = await self._upload(attachment)
        if upload is None:
            return
        yield Way(attachment.kind, upload)
        if attachment.kind != "file":
            yield Way("file", upload)

    async def _upload(self, attachment: Attachment) -> InputFile | None:
        kept = await self._open_file(attachment)
        if kept is None:
            return None
        try:
            content = await asyncio.to_thread(kept.content)
        except OSError as error:
            log.error("the bytes of a kept attachment can't be read: %s", error.strerror)
            return None
        name = kept.name or attachment.kind + (mimetypes.guess_extension(kept.mime) or "")
        return InputFile(content, filename=name)

    async def _post(self, chat: int, way: Way, part: Part, markup: InlineKeyboardMarkup | None) -> Message:
        caption, veiled = part.text or None, part.veiled or None
        match way.kind:
            case "voice":
                return await self._bot.send_voice(chat, way.file, caption=caption, reply_markup=markup)
            case "photo":
                return await self._bot.send_photo(
                    chat, way.file, caption=caption, reply_markup=markup, has_spoiler=veiled
                )
            case "video":
                return await self._bot.send_video(
                    chat, way.file, caption=caption, reply_markup=markup, has_spoiler=veiled
                )
            case _:
                return await self._bot.send_document(chat, way.file, caption=caption, reply_markup=markup)


def _request(timeout: float) -> HTTPXRequest:
    return HTTPXRequest(
        connection_pool_size=64,
        connect_timeout=timeout,
        read_timeout=timeout,
        write_timeout=timeout,
        pool_timeout=timeout,
        media_write_timeout=6 * timeout,
        # The receiving half knows no proxy from the environment either; `api_base_url` is the one way to go around.
        httpx_kwargs={"trust_env": False},
    )


def spoilers(part: Part) -> Sequence[MessageEntity] | None:
    """What is covered, in Telegram's own units; neither its notifications nor the chat show it until it is tapped."""
    covers = [MessageEntity(MessageEntity.SPOILER, *place) for place in part.covered]
    return MessageEntity.adjust_message_entities_to_utf_16(part.text, covers) if covers else None


def keyboard(buttons: Sequence[Button]) -> InlineKeyboardMarkup | None:
    """The buttons under a message, if there are any."""
    if not buttons:
        return None
    keys = [[InlineKeyboardButton(button.label, callback_data=button.key) for button in row] for row in rows(buttons)]
    return InlineKeyboardMarkup(keys)


def chat_is_gone(error: BadRequest) -> bool:
    """Whether a refusal is about the person and not about what was sent."""
    return any(words in error.message.casefold() for words in CHATS_GONE)


def outcome_of(error: TelegramError) -> Outcome:
    """What the relay is to do about an error of Telegram's."""
    match error:
        case RetryAfter():
            after = error.retry_after
            return Retry("429 from Telegram", after.total_seconds() if isinstance(after, timedelta) else float(after))
        case InvalidToken():
            # Never its own text, which quotes the token.
            return Retry("Telegram refused the bot's token; check LIANZHU_TELEGRAM_TOKEN")
        case Forbidden() | BadRequest() | ChatMigrated():
            return Undeliverable(error.message)
        case _:
            return Retry(error.message)
