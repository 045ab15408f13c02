"""Buttons belong to one conversation."""

from __future__ import annotations

from bot.message import Address, Button
from bot.press import Signer, meant

HERE, THERE = Address("telegram", "1"), Address("telegram", "2")


def test_a_key_is_read_when_it_was_made_for_this_conversation() -> None:
    sign = Signer(b"secret")
    assert sign.read(HERE, sign(HERE, "accept:LZ1001")) == "accept:LZ1001"


def test_a_key_is_refused_when_it_is_forged_or_from_elsewhere() -> None:
    sign = Signer(b"secret")
    assert sign.read(THERE, sign(HERE, "accept:LZ1001")) is None
    assert sign.read(HERE, sign(HERE, "accept:LZ1001").replace("LZ1001", "LZ1002")) is None
    assert sign.read(HERE, Signer(b"other")(HERE, "accept:LZ1001")) is None
    assert sign.read(HERE, "accept:LZ1001") is None
    assert sign.read(HERE, "") is None
    assert sign.read(HERE, "中文.中文") is None


def test_the_longest_key_fits_when_a_channel_takes_64_bytes() -> None:
    assert len(Signer(b"s")(HERE, "pick:place:652328201208~99999")) <= 64


def test_a_typed_text_means_a_button_when_it_is_its_label_key_or_number() -> None:
    old = (Button("a~1.x", "甲"), Button("b~1.x", "乙"))
    new = (Button("rate:LZ1:5.x", "5 分 很满意"), Button("rate:LZ1:1.x", "1 分 很不满意"))
    assert meant("乙", [new, old]) == "b~1.x"
    assert meant("b", [new, old]) == "b~1.x"
    assert meant("1", [new, old]) == "rate:LZ1:1.x"
    assert meant("2", [old]) == "b~1.x"
    assert meant("3", [old]) is None
    assert meant("很不满意", [new, old]) == "rate:LZ1:1.x"
    assert meant("满意", [new, old]) is None
    assert meant("别的话", [new, old]) is None
    assert meant("1", []) is None
