"""How fast one chat is written to, and how a long text is cut; what a channel's library leaves to us."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary


class Pace:
    """At most one message in `gap` seconds for each chat.

    Counted from the end of a message's delivery to the start of the next, so that however long the network takes, two
    messages never reach the other side closer together. Only chats written to in the last `gap` seconds are remembered.
    """

    def __init__(self, gap: float) -> None:
        self._gap = gap
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._free_at: OrderedDict[int, float] = OrderedDict()

    @property
    def remembered(self) -> int:
        """How many chats are held in memory."""
        return len(self._free_at)

    @asynccontextmanager
    async def turn(self, chat: int) -> AsyncIterator[None]:
        """Wait until the chat may be written to; others wait their turn until the block ends."""
        now = asyncio.get_running_loop().time
        lock = self._locks.setdefault(chat, asyncio.Lock())
        async with lock:
            await asyncio.sleep(max(0.0, self._free_at.get(chat, 0.0) - now()))
            try:
                yield
            finally:
                self._note(chat, now())

    def _note(self, chat: int, now: float) -> None:
        # Every entry lasts equally long, so the order of writing is the order of running out.
        self._free_at[chat] = now + self._gap
        self._free_at.move_to_end(chat)
        while self._free_at and next(iter(self._free_at.values())) <= now:
            self._free_at.popitem(last=False)


def units(text: str) -> int:
    """The length as Telegram counts it: UTF-16 units, of which an emoji takes two."""
    return len(text.encode("utf-16-le")) // 2


def cut(text: str, limit: int) -> list[str]:
    """The text in pieces of at most `limit` UTF-16 units, parted at a blank line, a line, a sentence or a space, in
    that order of liking; every character is kept but the white space at a cut. No piece is empty unless the text is."""
    pieces = []
    while units(text) > limit:
        end = _end(text, limit)
        pieces.append(text[:end].rstrip())
        text = text[end:].lstrip()
    return [piece for piece in [*pieces, text] if piece] or [""]


def _end(text: str, limit: int) -> int:
    room = _fitting(text, limit)
    for mark in ("\n\n", "\n", "。", "！", "？", "؟", ". ", " "):
        found = text.rfind(mark, room // 2, room)
        if found > 0:
            return found + len(mark)
    return room


def _fitting(text: str, limit: int) -> int:
    """How many characters of the text make at most `limit` UTF-16 units."""
    taken = 0
    for index, char in enumerate(text):
        taken += 2 if ord(char) > 0xFFFF else 1
        if taken > limit:
            return index
    return len(text)
