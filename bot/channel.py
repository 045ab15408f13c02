"""Channels and models whose libraries are loaded only where they are switched on.

Telegram's two libraries take seconds to import, which every command would pay for on the small machines this runs on.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.counsel import Adviser, Hearing
    from bot.handlers.telegram import Telegram
    from bot.senders.telegram import TelegramSender
    from bot.settings import Settings


def telegram_handler() -> type[Telegram]:
    """Telegram in."""
    handler: type[Telegram] = import_module("bot.handlers.telegram").Telegram
    return handler


def adviser(settings: Settings) -> Adviser | None:
    """The larger model that a deployment may have."""
    if not settings.llm_url:
        return None
    made: Adviser = import_module("bot.senders.adviser").Adviser(
        settings.llm_url, settings.llm_model, settings.llm_key.get_secret_value()
    )
    return made


def hearing(settings: Settings) -> Hearing | None:
    """The model for speech that a deployment may have."""
    if not settings.asr_url:
        return None
    made: Hearing = import_module("bot.senders.hearing").Hearing(
        settings.asr_url, settings.asr_model, settings.asr_key.get_secret_value()
    )
    return made


def telegram_sender() -> type[TelegramSender]:
    """Telegram out."""
    sender: type[TelegramSender] = import_module("bot.senders.telegram").TelegramSender
    return sender
