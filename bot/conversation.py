"""One incoming message, one transaction, its replies.

The message, the dialog's state, the ticket and its events, and everything to be sent are committed together or not at
all. On SQLite the write transaction itself is the lock of the conversation: one writer at a time, in any process.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import math
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import answer
from bot.again import again
from bot.dialogs.frame import asked
from bot.dialogs.tongue import begin_in
from bot.dialogs.turn import Turn
from bot.line import Gate, Lines
from bot.message import Address, Attachment, Incoming
from bot.parts import Parts
from bot.plain import UNSEEN, file_name, in_line, plain
from catalogue.catalogue import Catalogue
from storage import attachment, conversation, lesson, lock, outbox
from storage.conversation import Standing
from storage.database import away
from storage.seal import SealError

log = logging.getLogger(__name__)
MORE_TO_COME = timedelta(seconds=30)
"""How long a message that announces another one waits for it."""
WIDTH = 8
"""Turns under way at once: enough to share a wait for the disk, few enough that a danger need not wait for many, and
fewer than a process has connections to PostgreSQL."""
TOGETHER, MOST = 8, 256
"""Conversations that are answered beside one another, so that they wait for the disk together, and one after another
before it is asked again who is due."""


class Conversation:
    """The `Inbox` of every channel."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._lines = Lines()
        self._gate = Gate(WIDTH)

    async def receive(self, incoming: Incoming) -> None:
        """Keep a message and answer it, now or when the person has finished. Raises StorageError if it was not kept."""
        incoming = await self._parts.counsel.transcribed(cleaned(incoming))
        at_once = incoming.more is False or not self._parts.gather
        advice = await self._parts.counsel.advice(incoming.address, answer.said([incoming])) if at_once else {}
        urgent = partial(_is_danger, self._parts.catalogue, incoming.text)
        async with self._lines.turn(incoming.address), self._gate.turn(urgent):
            waits = False
            try:
                waits = await again(lambda: self._take(incoming, advice))
            except Exception as error:
                if away(error):
                    raise
                log.exception("a dialog failed on a message from %s", incoming.address.channel)
                await self._apologise(incoming.address, incoming, ())
        if waits:
            self._parts.gathered()
        else:
            self._parts.woken(incoming.address)

    async def flush(self) -> int:
        """Answer conversations whose gathered messages have waited long enough, at most MOST of them, who has waited
        longest first; returns how many. Raises StorageError when one of them could not be answered."""
        async with self._parts.database.read() as connection:
            due = await conversation.due_to_flush(connection, self._parts.now(), MOST)
        doors = asyncio.Semaphore(TOGETHER)
        answered = await asyncio.gather(*(self._flush_one(address, doors) for address in due), return_exceptions=True)
        for error in filter(None, answered):
            raise error
        return len(due)

    async def until_next_flush(self) -> float:
        """Seconds until somebody's gathered messages are due."""
        async with self._parts.database.read() as connection:
            due = await conversation.next_flush(connection)
        return max(0.0, (due - self._parts.now()).total_seconds()) if due else math.inf

    async def _flush_one(self, address: Address, doors: asyncio.Semaphore) -> None:
        rows: list[int] = []
        async with doors:
            # Before their turn: a danger that follows is not to wait for a model's answer.
            advice = await self._advice_for_gathered(address)
            async with self._lines.turn(address), self._gate.turn():
                try:
                    await again(lambda: self._answer_gathered(address, advice, rows))
                except Exception as error:
                    if away(error):
                        raise
                    log.exception("a dialog failed on gathered messages from %s", address.channel)
                    await self._apologise(address, None, rows)
        self._parts.woken(address)

    async def _answer_gathered(self, address: Address, advice: Mapping[str, str], rows: list[int]) -> None:
        """`rows` becomes what is answered, for whoever must apologise for it."""
        async with self._writing(address) as connection:
            # What waits can be heard without what was said before it.
            standing = await conversation.readable(connection, address)
            if not standing.finished(self._parts.now()):
                return
            rows[:] = standing.gathered
            turn = await answer.turn_of(self._parts, connection, standing, advice)
            await answer.hear(turn, await conversation.messages(connection, rows))
            await _commit_answer(connection, standing, turn)

    @asynccontextmanager
    async def _writing(self, address: Address) -> AsyncIterator[AsyncConnection]:
        async with self._parts.database.write() as connection:
            await lock.alone(connection, f"conversation {address}")
            yield connection

    async def _advice_for_gathered(self, address: Address) -> Mapping[str, str]:
        if self._parts.counsel.adviser is None:
            return {}
        try:
            async with self._parts.database.read() as connection:
                standing = await conversation.standing(connection, address)
                messages = await conversation.messages(connection, standing.gathered)
        except SealError:  # told by the answer, which fails on it too
            return {}
        return await self._parts.counsel.advice(address, answer.said(messages))

    async def _take(self, incoming: Incoming, advice: Mapping[str, str]) -> bool:
        """Whether it waits for the rest of a need."""
        async with self._writing(incoming.address) as connection:
            return await self._keep_and_answer(connection, incoming, advice)

    async def _keep_and_answer(
        self, connection: AsyncConnection, incoming: Incoming, advice: Mapping[str, str]
    ) -> bool:
        parts = self._parts
        if incoming.attachments and await conversation.row_of(connection, incoming.address, incoming.external_id):
            return False
        kept = [
            item if item.id else await attachment.keep(connection, incoming.address, item, parts.now())
            for item in incoming.attachments
        ]
        incoming = replace(incoming, attachments=tuple(kept))
        row = await conversation.remember(connection, incoming)
        if row is None:
            return False
        standing = await conversation.standing(connection, incoming.address)
        standing.name = incoming.sender_name[:80] or standing.name
        standing.tidy_at = parts.keeping.dialogs.after(parts.now())
        if standing.new:
            standing.language = begin_in(incoming.locale_hint, parts.texts.languages)
        if await _edit_gathered(connection, standing, incoming):
            return True
        turn = await answer.turn_of(parts, connection, standing, advice)
        key = await answer.pressed(connection, turn, incoming)
        alone = answer.stands_alone(turn, incoming, key)
        wait = None if alone else self._wait(turn, incoming)
        if wait:
            standing.gathered.append(row)
            standing.flush_at = parts.now() + wait
            await conversation.keep_standing(connection, standing)
            return True
        gathered = await conversation.messages(connection, standing.gathered)
        if not alone:
            gathered.append(incoming)
        if gathered:
            await answer.hear(turn, gathered)
        if alone:
            await answer.answer_alone(connection, parts, turn, incoming, key)
        await _commit_answer(connection, standing, turn)
        return False

    def _wait(self, turn: Turn, incoming: Incoming) -> timedelta | None:
        """How long to wait for more before answering; None to answer now."""
        if incoming.more is False:
            return None
        if incoming.more:
            return MORE_TO_COME
        if not incoming.attachments and (_answers_a_question(turn) or _is_danger(turn.catalogue, incoming.text)):
            return None
        return self._parts.gather or None

    async def _apologise(self, address: Address, incoming: Incoming | None, rows: Sequence[int]) -> None:
        """A dialog failed and all of it was undone. What was said is kept as seen, and the person is shown a way on."""
        async with self._writing(address) as connection:
            if incoming is not None and await conversation.remember(connection, incoming) is None:
                return
            standing = await conversation.readable(connection, address)
            turn = await answer.turn_of(self._parts, connection, standing)
            turn.say("apology", [turn.choice("person", "button.person"), turn.choice("new", "button.new")])
            standing.gathered = [row for row in standing.gathered if row not in rows]
            standing.flush_at = standing.flush_at if standing.gathered else None
            await conversation.keep_standing(connection, standing)
            await outbox.put(connection, address, turn.replies, turn.now)


def _answers_a_question(turn: Turn) -> bool:
    """Whether an open question awaits one short answer, after which nobody waits for more."""
    question = asked(turn)
    if turn.staff is not None:
        return question != "answer"
    return question not in ("", "service", "answer", "card")


def _is_danger(catalogue: Catalogue, text: str) -> bool:
    danger = catalogue.danger(text)
    return danger is not None and danger.sure


async def _edit_gathered(connection: AsyncConnection, standing: Standing, incoming: Incoming) -> bool:
    """An edit of a message that still waits takes its place."""
    if incoming.edits is None:
        return False
    row = await conversation.row_of(connection, incoming.address, incoming.edits)
    if row not in standing.gathered:
        return False
    await conversation.replace_text(connection, row, incoming.text)
    return True


async def _commit_answer(connection: AsyncConnection, standing: Standing, turn: Turn) -> None:
    standing.gathered, standing.flush_at = [], None
    standing.state, standing.language, standing.name = turn.state, turn.language, turn.name
    await conversation.keep_standing(connection, standing)
    await outbox.wake(connection, turn.address, turn.now)
    await outbox.put(connection, turn.address, turn.replies, turn.now, urgent=turn.urgent)
    for kept in turn.lessons:
        await lesson.keep(connection, turn.now, kept.text, kept.language, kept.offered, kept.chosen)


def cleaned(incoming: Incoming) -> Incoming:
    """Everything that people or their programs chose, as it may be kept and shown, and ids that fit their columns."""
    external_id = incoming.external_id
    if len(external_id) > 80 or UNSEEN.search(external_id):
        external_id = hashlib.sha256(external_id.encode("utf-8", "replace")).hexdigest()
    return replace(
        incoming,
        text=plain(incoming.text),
        attachments=tuple(_cleaned_file(each) for each in incoming.attachments),
        button=None if incoming.button is None else in_line(incoming.button),
        sender_name=in_line(incoming.sender_name),
        locale_hint=in_line(incoming.locale_hint)[:35],
        external_id=external_id,
    )


def _cleaned_file(item: Attachment) -> Attachment:
    name = in_line(item.name) if item.kind == "location" else file_name(item.name)
    return replace(item, name=name, mime=in_line(item.mime), source=in_line(item.source))
