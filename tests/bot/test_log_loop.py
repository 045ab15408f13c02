"""Nothing that anybody confided stands in a log, at whatever level, also when something fails."""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot import log
from bot.conversation import Conversation
from bot.message import Address, Incoming, Outcome, Reply, Retry
from bot.senders.relay import Relay
from tests.talk import Town

CONFIDED = ("张桂兰", "13899941234", "老榆树", "翻身", "瘫痪", "木垒照壁山")

NEED = "我妈张桂兰八十了在木垒照壁山乡，瘫痪在床，老榆树东边第三家，要人上门翻身，电话13899941234"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What our parts and the libraries say, at the lowest level."""
    out, root = io.StringIO(), logging.getLogger()
    before, level = list(root.handlers), root.level
    log.configure("text", "web", logging.DEBUG, out)
    yield out
    root.handlers, root.level = before, level
    for name in log.OURS:
        logging.getLogger(name).setLevel(logging.NOTSET)


class Broken:
    """A channel whose library quotes the message in its error."""

    async def send(self, address: Address, reply: Reply, key: str) -> Outcome:
        raise ValueError(f"cannot send {reply.text}")

    async def close(self) -> None: ...


class Refusing(Broken):
    async def send(self, address: Address, reply: Reply, key: str) -> Outcome:
        return Retry("429", 1.0)


async def whole_loop(town: Town) -> None:
    worker = town.worker(await town.hire("王芳"))
    resident = await town.resident().says(
        "我妈张桂兰八十了在木垒照壁山乡，瘫痪在床，老榆树东边第三家，要人上门翻身，电话13899941234"
    )
    await resident.presses("确认提交")
    for label in ("接单", "问居民"):
        await worker.presses(label)
    await worker.says("张桂兰白天有人吗，能翻身吗")
    await resident.says("没有，老榆树旁边那家，打13899941234")
    await worker.presses("完成")
    await worker.says("给张桂兰翻身了")
    await resident.presses("解决了")


async def test_nothing_confided_is_logged_when_a_need_goes_its_whole_way(town: Town, written: io.StringIO) -> None:
    await whole_loop(town)
    [ticket] = await town.tickets()
    assert ticket.need.phone == "13899941234"
    for sender in (Broken(), Refusing()):
        channels = {"webchat": sender, "desk": sender}
        relay = Relay(town.app.database, channels, town.clock, asyncio.Event())
        town.clock.at = town.clock.at.replace(hour=(town.clock.at.hour + 1) % 24)
        await relay.drain()
    assert "sending by" in written.getvalue()
    assert [word for word in CONFIDED if word in written.getvalue()] == []


class Unreadable:
    """A catalogue that quotes what it was asked in its error."""

    def __getattr__(self, name: str) -> object:
        raise ValueError(f"cannot read {NEED}")


async def test_nothing_confided_is_logged_when_a_dialog_fails(town: Town, written: io.StringIO) -> None:
    parts = replace(town.app.conversation._parts, catalogue=Unreadable())  # type: ignore[arg-type]  # broken on purpose
    said = Incoming(Address("webchat", "r1"), "1", town.clock(), "我妈张桂兰瘫痪在床，要人翻身", more=False)
    await Conversation(parts).receive(said)
    assert "a dialog failed" in written.getvalue()
    assert "ValueError" in written.getvalue()
    assert [word for word in CONFIDED if word in written.getvalue()] == []
