"""What can go wrong with Telegram, in our own words, so that no caller needs Telegram's library to tell them apart."""

from __future__ import annotations


class BadTokenError(Exception):
    """Telegram does not know the bot. Remedy: put the token that BotFather gave into LIANZHU_TELEGRAM_TOKEN."""

    def __init__(self) -> None:
        super().__init__("Telegram refused the bot's token; set LIANZHU_TELEGRAM_TOKEN to the one BotFather shows")


class GoneError(LookupError):
    """A file can't be fetched any more, or never could. Remedy: ask the person to send it again, smaller if need be."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"Telegram does not hand out the file: {reason}; ask for it again")
        self.reason = reason


class TelegramCallError(Exception):
    """Telegram could not be reached or did not do what was asked; `reason` says why. Remedy: try again later."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"Telegram did not answer as hoped: {reason}; try again later")
        self.reason = reason
