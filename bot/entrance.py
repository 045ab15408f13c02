"""`desk.entrance.Entrance` over storage: links, sessions, the second factor, and the word to whoever it was."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import totp
from bot.colleague import accounts
from bot.dialogs.turn import Choice, Turn, buttons
from bot.message import Reply
from bot.parts import Parts
from casework.entrance import LINK_BY_CHAT, Factor, after_right, after_wrong, counting_step, owes_second
from casework.permission import worker
from casework.staff import Staff
from casework.wording import short_moment
from desk.entrance import Owing, Proven
from storage import audit, outbox, second_factor, session, staff
from storage.audit import Entry
from storage.session import SEEN_EVERY, Session

NOT_ME = "end-sessions"
"""The button under the word that somebody signed in."""


class HouseEntrance:
    """The door of the desk."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def sign_in(self, token: str) -> tuple[Staff, str] | None:
        now = self._parts.now()
        async with self._parts.database.write() as connection:
            person = await staff.use_link(connection, token, "sign-in", now)
            actor = worker(person) if person else "desk"
            tried = Entry(actor, "sign-in" if person else "sign-in.failed", "desk")
            await audit.append(connection, now, [tried])
            if person is None:
                return None
            await session.forget_over(connection, now)
            opened = await session.open_session(connection, person.id, now)
            if not owes_second(person):
                await _tell_signed_in(self._parts, connection, person)
                return person, opened
            found = await second_factor.find(connection, person.id)
            if found is None or not found[0].enrolled:
                # A fresh secret for everybody who comes to enrol: an earlier one may have been seen and not confirmed.
                await second_factor.begin(connection, person.id, totp.new_secret())
            return person, opened

    async def who(self, token: str, *, active: bool = True) -> Staff | None:
        now = self._parts.now()
        async with self._parts.database.read() as connection:
            found = await session.find(connection, token, now)
        if found is None or not found.whole:
            return None
        if active and now - found.seen_at >= SEEN_EVERY:
            async with self._parts.database.write() as connection:
                await session.touch(connection, token, now)
        return found.staff

    async def owing(self, token: str) -> Owing | None:
        now = self._parts.now()
        async with self._parts.database.write() as connection:
            found = await self._unproven(connection, token, now)
            if found is None:
                return None
            person, factor, secret = found[0].staff, found[1], found[2]
        locked = factor.locked_until if factor.locked(now) else None
        if factor.enrolled:
            return Owing(person, locked_until=locked)
        return Owing(person, totp.address(secret, person.name), secret, locked)

    async def prove(self, token: str, code: str) -> Proven | None:
        now = self._parts.now()
        async with self._parts.database.write() as connection:
            found = await self._unproven(connection, token, now)
            if found is None or found[1].locked(now):
                return None
            opened, factor, secret = found
            counted = await self._counted(connection, opened.staff, factor, secret, code, now)
            if not counted:
                return None
            recovery = () if factor.enrolled else await second_factor.new_recovery_codes(connection, opened.staff.id)
            # Whoever may have seen the token of the half-open session cannot use it for the whole one.
            await session.close_session(connection, token)
            whole = await session.open_session(
                connection, opened.staff.id, now, passed=True, expires_at=opened.expires_at
            )
            await _tell_signed_in(self._parts, connection, opened.staff)
        return Proven(whole, tuple(recovery))

    async def sign_out(self, token: str) -> None:
        async with self._parts.database.write() as connection:
            await session.close_session(connection, token)

    async def sign_out_everywhere(self, person: Staff) -> None:
        async with self._parts.database.write() as connection:
            await _end_all(connection, person)

    async def _unproven(
        self, connection: AsyncConnection, token: str, now: datetime
    ) -> tuple[Session, Factor, str] | None:
        """The session, its owner's factor and the secret, where the second factor is owed."""
        opened = await session.find(connection, token, now)
        if opened is None or opened.whole:
            return None
        if await second_factor.find(connection, opened.staff.id) is None:
            await second_factor.begin(connection, opened.staff.id, totp.new_secret())
        found = await second_factor.find(connection, opened.staff.id)
        return (opened, *found) if found is not None else None

    async def _counted(
        self, connection: AsyncConnection, person: Staff, factor: Factor, secret: str, code: str, now: datetime
    ) -> bool:
        """Whether the code is right. What was tried stands in the audit either way."""

        async def note(action: str) -> None:
            await audit.append(connection, now, [Entry(worker(person), action, "desk")])

        step = counting_step(factor, code, now, lambda each: totp.code_at(secret, each))
        if step is not None:
            await second_factor.keep(connection, person.id, after_right(factor, step))
            await note("second")
            return True
        left = await second_factor.use_recovery_code(connection, person.id, code.lower()) if factor.enrolled else None
        if left is not None:
            await second_factor.keep(connection, person.id, after_right(factor, factor.last_step))
            await note("second.recovery")
            await tell(self._parts, connection, person, "staff.second.recovery", left=left)
            return True
        tried = after_wrong(factor, now)
        await second_factor.keep(connection, person.id, tried)
        await note("second.failed")
        if tried.locked(now) and not factor.locked(now):
            await note("second.locked")
            await tell(self._parts, connection, person, "staff.second.locked", NOT_ME)
        return False


async def send_link(parts: Parts, connection: AsyncConnection, turn: Turn) -> None:
    """A one-time link to the desk, into the chat that is bound to whoever asks, and nowhere else: the desk's own
    messages are read by whoever sits there already."""
    if turn.staff is None or turn.address.channel == "desk":
        turn.say("staff.desk.bound-only")
        return
    token = await staff.new_link(connection, turn.staff.id, "sign-in", turn.now, LINK_BY_CHAT)
    turn.say("staff.desk.link", url=f"{parts.url}/desk/sign-in/{token}")


async def end_sessions(connection: AsyncConnection, turn: Turn, person: Staff) -> None:
    """It was not them: nobody stays at the desk in their name, and no link leads there."""
    await _end_all(connection, person)
    turn.say("staff.sessions-ended")


async def _end_all(connection: AsyncConnection, person: Staff) -> None:
    await session.close_all(connection, person.id)
    await staff.drop_links(connection, person.id, "sign-in")


async def _tell_signed_in(parts: Parts, connection: AsyncConnection, person: Staff) -> None:
    await tell(parts, connection, person, "staff.signed-in", NOT_ME)


async def tell(
    parts: Parts, connection: AsyncConnection, person: Staff, key: str, button: str = "", **values: object
) -> None:
    """A word to every chat that is bound to somebody, at any hour: it may be that they must act at once. Its text may
    name the moment, `at`."""
    now = parts.now()
    for address, say in await accounts(connection, person.id, parts.texts):
        if address.channel == "desk":
            continue
        choices = [Choice(button, say(f"button.staff.{button}"))] if button else []
        reply = Reply(say(key, at=short_moment(now, say), **values), buttons(address, choices, parts.signer))
        await outbox.wake(connection, address, now)
        await outbox.put(connection, address, [reply], now, urgent=True)
        parts.woken(address)
