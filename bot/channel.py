"""Channels whose libraries are loaded only where the channel is switched on.

Telegram's two libraries take seconds to import, which every command would pay for on the small machines this runs on.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.handlers.telegram import Telegram
    from bot.senders.telegram import TelegramSender


def telegram_handler() -> type[Telegram]:
    """Telegram in."""
    handler: type[Telegram] = import_module("bot.handlers.telegram").Telegram
    return handler


def telegram_sender() -> type[TelegramSender]:
    """Telegram out."""
    sender: type[TelegramSender] = import_module("bot.senders.telegram").TelegramSender
    return sender
