"""What one of Telegram's updates comes to: an `Incoming`, or nothing."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from aiogram.enums import ChatType
from aiogram.types import CallbackQuery, Message, PhotoSize, Update
from pydantic import ValidationError

from bot.handlers.telegram_raw import CHANNEL, FILES, SERVICE_NOTES, SOURCE, Taken, salvage, stored
from bot.media import refused_by_name
from bot.message import MAX_FILE_BYTES, Address, Attachment, Incoming

log = logging.getLogger(__name__)


def read(raw: dict[str, Any]) -> Taken:
    """One update as it came over the wire. What aiogram can't read is still passed on as far as it can be told."""
    try:
        return understand(Update.model_validate(raw))
    except ValidationError as error:
        log.warning("update %s can't be read: %d faults", raw.get("update_id"), error.error_count())
        return salvage(raw)


def understand(update: Update) -> Taken:
    """What an update comes to; nothing for groups, Telegram's own notes and kinds of updates not asked for."""
    if update.callback_query is not None:
        return Taken(str(update.callback_query.from_user.id), pressed(update.callback_query), update.callback_query.id)
    if update.message is not None:
        return Taken(str(update.message.chat.id), said(update.message))
    if update.edited_message is not None:
        return Taken(str(update.edited_message.chat.id), edited(update.edited_message))
    return Taken()


def said(message: Message) -> Incoming | None:
    """A new message."""
    content = message.content_type
    if message.chat.type != ChatType.PRIVATE or content in SERVICE_NOTES:
        return None
    text = message.text or message.caption or (message.contact.phone_number if message.contact else "")
    found = attachment(message)
    refused = unfit(found)
    unread = not text and found is None
    return Incoming(
        Address(CHANNEL, str(message.chat.id)),
        f"m{message.message_id}",
        message.date,
        text,
        (found,) if found is not None and not refused else (),
        unsupported=refused or (content if unread else ""),
        sender_name=message.from_user.first_name if message.from_user else "",
        locale_hint=(message.from_user.language_code or "") if message.from_user else "",
    )


def edited(message: Message) -> Incoming | None:
    """A message whose words were changed. A live location is "edited" with every step of its owner; that is no news."""
    first = said(message)
    if first is None or message.location is not None:
        return None
    changed = message.edit_date or int(message.date.timestamp())
    try:
        at = datetime.fromtimestamp(changed, UTC)
    except (ValueError, OverflowError, OSError):
        at = message.date
    return replace(first, external_id=f"e{message.message_id}.{changed}", at=at, edits=first.external_id)


def pressed(query: CallbackQuery) -> Incoming | None:
    """A pressed button. Telegram gives a press no time of its own, so it is dated on arrival."""
    chat = query.message.chat if query.message is not None else None
    if not query.data or (chat is not None and chat.type != ChatType.PRIVATE):
        return None
    return Incoming(
        Address(CHANNEL, str(chat.id if chat is not None else query.from_user.id)),
        f"c{query.id}",
        datetime.now(UTC),
        button=query.data,
        sender_name=query.from_user.first_name,
        locale_hint=query.from_user.language_code or "",
    )


def attachment(message: Message) -> Attachment | None:
    """The one file or pin that a message carries (an album comes as one message for each of its pictures)."""
    if message.location is not None:
        name = f"{message.venue.title} {message.venue.address}".strip() if message.venue is not None else ""
        place = message.location
        return Attachment("location", name=name, latitude=place.latitude, longitude=place.longitude)
    if message.photo:
        return picture(message.photo)
    files = ((kind, getattr(message, content)) for kind, content in FILES)
    return next((stored(kind, file) for kind, file in files if file is not None), None)


def unfit(file: Attachment | None) -> str:
    """Why a file is not even fetched, as `Incoming.unsupported` has it; empty for one that may be kept."""
    if file is None:
        return ""
    return "too-large:file" if file.size > MAX_FILE_BYTES else "unfit:file" if refused_by_name(file) else ""


def picture(sizes: list[PhotoSize]) -> Attachment:
    """The largest of a photo's sizes that may be kept."""
    fitting = [size for size in sizes if (size.file_size or 0) <= MAX_FILE_BYTES]
    best = max(fitting or sizes, key=lambda size: size.width * size.height)
    return Attachment("photo", source=SOURCE + best.file_id, mime="image/jpeg", size=best.file_size or 0)
