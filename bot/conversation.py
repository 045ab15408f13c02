"""One incoming message, one transaction, its replies.

The message, the dialog's state, the ticket and its events, and everything to be sent are committed together or not at
all. On SQLite the write transaction itself is the lock of the conversation: one writer at a time, in any process.
"""

from __future__ import annotations

import hashlib
import logging
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.book import Book
from bot.dialogs import duty, resident
from bot.dialogs.command import command_of
from bot.dialogs.turn import Heard, Turn
from bot.message import MAX_TEXT, Address, Attachment, Incoming
from bot.press import Signer, meant
from casework.step import refuse_press
from catalogue.catalogue import Catalogue
from locales.text import Texts
from storage import attachment, conversation, outbox, staff
from storage.conversation import Standing
from storage.database import Database, StorageError

log = logging.getLogger(__name__)
MORE_TO_COME = timedelta(seconds=30)
"""How long a message that announces another one waits for it."""
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2060\ufeff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Parts:
    """What every conversation needs, built once by the composition root."""

    database: Database
    catalogue: Catalogue
    texts: Texts
    signer: Signer
    now: Callable[[], datetime]
    gather: timedelta
    woken: Callable[[Address], None]


class Conversation:
    """The `Inbox` of every channel."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def receive(self, incoming: Incoming) -> None:
        """Keep a message and answer it, now or when the person has finished. Raises StorageError if it was not kept."""
        incoming = _cleaned(incoming)
        try:
            async with self._parts.database.write() as connection:
                await self._take(connection, incoming)
        except StorageError:
            raise
        except Exception:
            log.exception("a dialog failed on a message from %s", incoming.address.channel)
            await self._apologise(incoming)
        self._parts.woken(incoming.address)

    async def flush(self) -> int:
        """Answer every conversation whose gathered messages have waited long enough; returns how many."""
        async with self._parts.database.read() as connection:
            due = await conversation.due_to_flush(connection, self._parts.now())
        for address in due:
            await self._flush_one(address)
        return len(due)

    async def until_next_flush(self) -> float:
        """Seconds until somebody's gathered messages are due."""
        async with self._parts.database.read() as connection:
            due = await conversation.next_flush(connection)
        return max(0.0, (due - self._parts.now()).total_seconds()) if due else math.inf

    async def _flush_one(self, address: Address) -> None:
        rows: list[int] = []
        try:
            async with self._parts.database.write() as connection:
                standing = await conversation.standing(connection, address)
                if standing.flush_at is None or standing.flush_at > self._parts.now():
                    return
                rows = standing.gathered
                await self._answer(connection, standing, None)
        except StorageError:
            raise
        except Exception:
            log.exception("a dialog failed on gathered messages from %s", address.channel)
            await self._give_up(address, rows)
        self._parts.woken(address)

    async def _take(self, connection: AsyncConnection, incoming: Incoming) -> None:
        parts = self._parts
        kept = [
            a if a.id else await attachment.keep(connection, incoming.address, a, parts.now())
            for a in incoming.attachments
        ]
        incoming = replace(incoming, attachments=tuple(kept))
        row = await conversation.remember(connection, incoming)
        if row is None:
            await connection.rollback()
            return
        standing = await conversation.standing(connection, incoming.address)
        standing.name = incoming.sender_name[:80] or standing.name
        if await self._edit_gathered(connection, standing, incoming):
            return
        turn = await self._turn(connection, standing)
        wait = await self._wait(connection, turn, incoming)
        if wait:
            standing.gathered.append(row)
            standing.flush_at = parts.now() + wait
            await conversation.keep_standing(connection, standing)
            return
        await self._answer(connection, standing, incoming, turn)

    async def _edit_gathered(self, connection: AsyncConnection, standing: Standing, incoming: Incoming) -> bool:
        """An edit of a message that still waits takes its place."""
        if incoming.edits is None:
            return False
        for row, message in await conversation.messages(connection, standing.gathered):
            if message.external_id == incoming.edits:
                await conversation.replace_text(connection, row, replace(message, text=incoming.text))
                return True
        return False

    async def _wait(self, connection: AsyncConnection, turn: Turn, incoming: Incoming) -> timedelta | None:
        """How long to wait for more before answering; None to answer now."""
        if incoming.button is not None or incoming.unsupported or incoming.more is False:
            return None
        if incoming.more:
            return MORE_TO_COME
        if not incoming.attachments:
            question = turn.state.get("frame", {}).get("asked", "")
            if command_of(turn, incoming.text) or (
                question not in ("", "service", "answer", "card") and turn.staff is None
            ):
                return None
            if turn.staff is not None and question != "answer":
                return None
            if turn.catalogue.watch.danger(incoming.text):
                return None
            if meant(incoming.text, await outbox.recent_buttons(connection, incoming.address, 3)):
                return None
        return self._parts.gather or None

    async def _answer(
        self, connection: AsyncConnection, standing: Standing, incoming: Incoming | None, turn: Turn | None = None
    ) -> None:
        """Everything gathered as one message, then the one that has just come."""
        turn = turn or await self._turn(connection, standing)
        gathered = [message for _, message in await conversation.messages(connection, standing.gathered)]
        alone = incoming is not None and await self._stands_alone(connection, turn, incoming)
        if incoming is not None and not alone:
            gathered.append(incoming)
        if gathered:
            await self._hear(connection, turn, gathered)
        if incoming is not None and alone:
            await self._press_or_obey(connection, turn, incoming)
        standing.gathered, standing.flush_at = [], None
        standing.state, standing.language = turn.state, turn.language
        await conversation.keep_standing(connection, standing)
        await outbox.put(connection, turn.address, turn.replies, turn.now, urgent=turn.urgent)

    async def _stands_alone(self, connection: AsyncConnection, turn: Turn, incoming: Incoming) -> bool:
        """Whether a message is answered by itself even when others wait: a press, a command, something not readable."""
        if incoming.button is not None or incoming.unsupported:
            return True
        if incoming.attachments or incoming.edits:
            return False
        return bool(command_of(turn, incoming.text)) or await self._typed_button(connection, incoming) is not None

    async def _typed_button(self, connection: AsyncConnection, incoming: Incoming) -> str | None:
        if len(incoming.text) > 40:
            return None
        return meant(incoming.text, await outbox.recent_buttons(connection, incoming.address, 1))

    async def _press_or_obey(self, connection: AsyncConnection, turn: Turn, incoming: Incoming) -> None:
        if incoming.unsupported:
            kind = incoming.unsupported.partition(":")[0]
            turn.say("unsupported.too-large" if kind == "too-large" else "unsupported")
            return
        if incoming.button is None and await self._bind(connection, turn, incoming.text):
            return
        key = incoming.button if incoming.button is not None else await self._typed_button(connection, incoming)
        if key is None:
            await self._hear(connection, turn, [incoming])
            return
        base = await self._meaning(connection, turn, key)
        if base is None:
            await self._refuse(turn, key)
        elif turn.staff is not None:
            await duty.press(turn, base)
        else:
            await resident.press(turn, base)

    async def _meaning(self, connection: AsyncConnection, turn: Turn, key: str) -> str | None:
        """What a press means: by its signature, or by a label or bare key that was offered here."""
        base = self._parts.signer.read(turn.address, key)
        if base is None:
            offered = meant(key, await outbox.recent_buttons(connection, turn.address))
            base = self._parts.signer.read(turn.address, offered) if offered else None
        return base

    async def _refuse(self, turn: Turn, key: str) -> None:
        log.warning("a forged or unknown button was pressed in %s", turn.address.channel)
        parts = key.rpartition(".")[0].split(":")
        ticket = await turn.book.ticket(parts[1]) if len(parts) > 1 else None
        if ticket is not None:
            actor = f"staff:{turn.staff.id}" if turn.staff else f"resident:{turn.address}"
            await refuse_press(turn.book, ticket, actor, parts[0][:20], "forged")
        turn.say("button.stale", [turn.choice("mine", "button.mine")])

    async def _hear(self, connection: AsyncConnection, turn: Turn, messages: list[Incoming]) -> None:
        text = "\n".join(m.text for m in messages if m.text)
        if len(text) > MAX_TEXT:
            text = text[:MAX_TEXT]
            turn.say("message.cut", limit=MAX_TEXT)
        files: tuple[Attachment, ...] = tuple(a for m in messages for a in m.attachments)
        heard = Heard(text, files, edited=any(m.edits for m in messages))
        await (duty.hear(turn, heard) if turn.staff is not None else resident.hear(turn, heard))

    async def _bind(self, connection: AsyncConnection, turn: Turn, text: str) -> bool:
        """`/start TOKEN` makes this conversation the account of a member of staff."""
        command, _, token = text.partition(" ")
        if command != "/start" or not token.strip():
            return False
        person = await staff.use_link(connection, token.strip(), "bind", turn.now)
        if person is None:
            turn.say("staff.link.over")
            return True
        await staff.bind(connection, person.id, turn.address)
        turn.staff = person
        turn.state.clear()
        turn.say("staff.welcome", name=person.name)
        await duty.mine(turn)
        return True

    async def _turn(self, connection: AsyncConnection, standing: Standing) -> Turn:
        parts = self._parts
        book = Book(connection, parts.now(), parts.texts, parts.signer)
        return Turn(
            standing.address,
            dict(standing.state),
            book,
            parts.catalogue,
            parts.texts,
            parts.signer,
            language=standing.language if standing.language in parts.texts.languages else "zh",
            name=standing.name,
            staff=await staff.at_address(connection, standing.address),
        )

    async def _apologise(self, incoming: Incoming) -> None:
        """The dialog failed and all of it was undone: keep the message as seen, and say so with a way to a person."""
        async with self._parts.database.write() as connection:
            if await conversation.remember(connection, incoming) is None:
                return
            standing = await conversation.standing(connection, incoming.address)
            turn = await self._turn(connection, standing)
            turn.say("apology", [turn.choice("person", "button.person"), turn.choice("new", "button.new")])
            await outbox.put(connection, turn.address, turn.replies, turn.now)

    async def _give_up(self, address: Address, rows: list[int]) -> None:
        async with self._parts.database.write() as connection:
            standing = await conversation.standing(connection, address)
            standing.gathered = [row for row in standing.gathered if row not in rows]
            standing.flush_at = None
            turn = await self._turn(connection, standing)
            turn.say("apology", [turn.choice("person", "button.person"), turn.choice("new", "button.new")])
            await conversation.keep_standing(connection, standing)
            await outbox.put(connection, address, turn.replies, turn.now)


def _cleaned(incoming: Incoming) -> Incoming:
    """Without characters nobody can see, and with ids that fit their columns."""
    external_id = incoming.external_id
    if len(external_id) > 80:
        external_id = hashlib.sha256(external_id.encode("utf-8", "replace")).hexdigest()
    return replace(
        incoming,
        text=_UNSEEN.sub("", incoming.text).strip(),
        sender_name=_UNSEEN.sub("", incoming.sender_name),
        external_id=external_id,
    )
