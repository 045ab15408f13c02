"""Several people talk with the bot at once, in any order, and press, attach, edit and repeat whatever they like."""

from __future__ import annotations

import asyncio
import logging
import re
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from bot.message import Address, Attachment, Incoming, Reply
from casework.talk import talk_of
from storage import conversation
from tests.fuzz import saying
from tests.fuzz.town import Pattern
from tests.talk import Person, Town

MOST_REPLIES = 8
"""Messages in answer to one: a list of tickets is a message a ticket."""
LONGEST_WAIT = timedelta(seconds=31)
RESIDENTS = (Address("webchat", "r1"), Address("telegram", "2"), Address("terminal", "r3"))
KEY = re.compile(r"^[a-z]+(\.[a-z-]+)+$")
NUMBER = re.compile(r"12345|110|120")
"""Where nothing is to be pressed any more, people are told whom to call."""
KINDS = ("photo", "voice", "video", "file", "location")


class Loud(logging.Handler):
    """Remembers what went wrong."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(logging.Formatter().format(record))


class Talk(RuleBasedStateMachine):
    """Three residents and five members of staff."""

    pattern: Pattern

    def __init__(self) -> None:
        super().__init__()
        self.loud = Loud()
        logging.getLogger().addHandler(self.loud)
        self.town: Town = self.run(self.pattern.copy())
        desks = [Address("desk", str(person.id)) for person in self.pattern.staff]
        self.people = [self.town._person(address) for address in (*RESIDENTS, *desks)]
        self.said: list[Incoming] = []
        self.keys: list[str] = []
        self.count = 0

    def run(self, work):  # type: ignore[no-untyped-def]
        return self.pattern.run(work)

    def teardown(self) -> None:
        self.run(self.pattern.forget(self.town))
        logging.getLogger().removeHandler(self.loud)

    who = st.integers(0, len(RESIDENTS) + 4) | st.integers(0, len(RESIDENTS) - 1)

    @rule(who=who, text=saying.texts, more=st.sampled_from([None, None, False, True]))
    def says(self, who: int, text: str, more: bool | None) -> None:
        self.hand(self.message(who, text=text, more=more))

    @rule(who=who, which=st.integers(0, 30))
    def presses_what_was_offered(self, who: int, which: int) -> None:
        offered = [b.key for reply in self.run(self.people[who].recent()) for b in reply.buttons]
        if offered:
            key = offered[-1 - which % len(offered)]
            self.keys.append(key)
            self.hand(self.message(who, button=key))

    @rule(who=who, which=st.integers(0, 5))
    def presses_the_newest(self, who: int, which: int) -> None:
        newest = next((r.buttons for r in reversed(self.run(self.people[who].recent())) if r.buttons), ())
        if newest:
            self.hand(self.message(who, button=newest[which % len(newest)].key))

    @rule(who=who, which=st.integers(0, 30))
    def presses_what_others_were_offered(self, who: int, which: int) -> None:
        if self.keys:
            self.hand(self.message(who, button=self.keys[which % len(self.keys)]))

    @rule(
        who=who,
        key=st.text(min_size=1, max_size=64)
        | st.sampled_from(["x.y", "confirm~1.", "a:b:c~x.AAAAAAAAAA", "accept:LZ1001.AAAAAAAAAA"]),
    )
    def presses_anything(self, who: int, key: str) -> None:
        self.hand(self.message(who, button=key))

    @rule(
        who=who,
        kinds=st.lists(st.sampled_from(KINDS), min_size=1, max_size=3),
        text=st.just("") | saying.texts,
        at=st.tuples(st.floats(-90, 90), st.floats(-180, 180)) | st.just((43.8, 90.3)),
    )
    def attaches(self, who: int, kinds: list[str], text: str, at: tuple[float, float]) -> None:
        files = tuple(
            Attachment("location", latitude=at[0], longitude=at[1])
            if kind == "location"
            else Attachment(kind, source=f"telegram:{self.count}", name=text[:20], seconds=7)  # type: ignore[arg-type]
            for kind in kinds
        )
        self.hand(self.message(who, text=text, attachments=files))

    @rule(which=st.integers(0, 30), text=saying.texts)
    def edits(self, which: int, text: str) -> None:
        if self.said:
            old = self.said[which % len(self.said)]
            self.hand(self.message(self.index(old), text=text, edits=old.external_id))

    @rule(which=st.integers(0, 30))
    def repeats(self, which: int) -> None:
        if self.said:
            old = self.said[which % len(self.said)]
            before = self.outgoing(old.address)
            self.run(self.town.app.conversation.receive(old))
            assert self.outgoing(old.address) == before, "a message that came twice was answered twice"

    @rule(who=who, kind=st.sampled_from(["sticker", "too-large:file", "unknown"]), text=st.just("") | saying.texts)
    def sends_what_nobody_can_read(self, who: int, kind: str, text: str) -> None:
        self.hand(self.message(who, text=text, unsupported=kind))

    @rule(texts=st.lists(st.tuples(who, saying.texts), min_size=2, max_size=4))
    def speak_at_once(self, texts: list[tuple[int, str]]) -> None:
        messages = [self.message(who, text=text) for who, text in texts]

        async def all_of_them() -> None:
            await asyncio.gather(*(self.town.app.conversation.receive(message) for message in messages))

        self.run(all_of_them())
        self.nothing_failed()

    @rule(minutes=st.sampled_from([1, 20, 90, 600, 3000, 20000]))
    def time_passes(self, minutes: int) -> None:
        self.run(self.town.later(minutes=minutes))
        self.nothing_failed()

    def message(self, who: int, **what: object) -> Incoming:
        self.count += 1
        made = Incoming(self.people[who].address, f"m{self.count}", self.town.clock(), sender_name="张三", **what)  # type: ignore[arg-type]
        self.said.append(made)
        return made

    def index(self, message: Incoming) -> int:
        return next(i for i, person in enumerate(self.people) if person.address == message.address)

    def outgoing(self, address: Address) -> int:
        return self.run(self.people[[p.address for p in self.people].index(address)].recent()).__len__()

    def hand(self, message: Incoming) -> None:
        person = self.people[self.index(message)]
        self.run(person.listen())
        self.run(self._handed(message))
        self.nothing_failed()
        silent = self.run(self._in_talk(person))
        self.run(person.listen())
        self.answered(message, person, silent)

    async def _handed(self, message: Incoming) -> None:
        self.before = await self._in_talk(self.people[self.index(message)])
        await self.town.app.conversation.receive(message)
        self.town.clock.at += LONGEST_WAIT
        await self.town.app.conversation.flush()

    async def _in_talk(self, person: Person) -> bool:
        """Whether somebody speaks with somebody, so that the bot keeps silent."""
        return any(talk_of(ticket) is not None for ticket in await self.town.tickets())

    def nothing_failed(self) -> None:
        assert not self.loud.heard, self.loud.heard[0]

    def answered(self, message: Incoming, person: Person, silent: bool) -> None:
        async def kept() -> int | None:
            async with self.town.app.database.read() as connection:
                return await conversation.row_of(connection, message.address, message.external_id)

        assert self.run(kept()) is not None, "a message was lost"
        assert person.heard or silent or self.before, f"no answer to {message.text!r} {message.button!r}"
        assert len(person.heard) <= MOST_REPLIES, [reply.text for reply in person.heard]
        for reply in person.heard:
            self.readable(reply)
        if person.address in RESIDENTS and person.heard and not silent and not self.before:
            way = [reply for reply in person.heard if reply.buttons or reply.asks or NUMBER.search(reply.text)]
            assert way, f"no way on after {message.text!r} {message.button!r}: {[r.text for r in person.heard]}"

    def readable(self, reply: Reply) -> None:
        assert reply.text.strip() or reply.attachment
        assert not KEY.match(reply.text), reply.text
        for button in reply.buttons:
            assert button.label.strip()
            assert len(button.key.encode()) <= 64, button.key


def test_everybody_is_answered_when_anything_is_said_in_any_order(pattern: Pattern) -> None:
    Talk.pattern = pattern
    # Each example is a town of its own: a tenth of what a pure function gets.
    few = max(5, settings.default.max_examples // 10)
    run_state_machine_as_test(Talk, settings=settings(max_examples=few))
