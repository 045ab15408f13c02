"""Telegram's updates as far as they can be told without its library: names of contents, what an update comes to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.message import Address, Attachment, AttachmentKind, Incoming

CHANNEL = "telegram"
SOURCE = "telegram:"
"""What an attachment's `source` begins with; the rest is Telegram's file_id."""
SERVICE_NOTES = frozenset(
    [
        "pinned_message",
        "message_auto_delete_timer_changed",
        "chat_background_set",
        "write_access_allowed",
        "connected_website",
        "boost_added",
        "proximity_alert_triggered",
    ]
)
"""What Telegram itself writes into a private chat: nobody said anything, so nobody waits for an answer."""
FILES: tuple[tuple[AttachmentKind, str], ...] = (
    ("voice", "voice"),
    ("voice", "audio"),
    ("video", "video"),
    ("video", "video_note"),
    ("video", "animation"),
    ("file", "document"),
)
"""Our kind and Telegram's. An animation also fills `document`, so the particular comes before the general."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What one update comes to: a message to keep (or none) and a button press to answer (or none).

    Updates of one `lane` (a chat) are kept in order.
    """

    lane: str = ""
    incoming: Incoming | None = None
    query: str = ""


def salvage(raw: dict[str, Any]) -> Taken:
    """The little that is needed to tell a person that their message was not understood; nothing if that is missing too.

    New kinds of content reach residents' phones before they reach our library; silence would look like a lost message.
    """
    try:
        message = raw["message"]
        if message["chat"]["type"] != "private":
            return Taken()
        chat = str(int(message["chat"]["id"]))
        at = datetime.fromtimestamp(int(message["date"]), UTC)
        text = str(message.get("text", ""))
        external_id = f"m{int(message['message_id'])}"
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        # The last two are a time that no calendar has. Whoever raised here would stop every update behind this one.
        return Taken()
    return Taken(chat, Incoming(Address(CHANNEL, chat), external_id, at, text, unsupported="" if text else "unknown"))


def stored(kind: AttachmentKind, file: Any) -> Attachment:
    """A file of any of Telegram's kinds, each of which has some of these fields and not others."""
    return Attachment(
        kind,
        source=SOURCE + file.file_id,
        mime=getattr(file, "mime_type", None) or "",
        name=getattr(file, "file_name", None) or "",
        size=file.file_size or 0,
        seconds=getattr(file, "duration", None) or 0,
    )
