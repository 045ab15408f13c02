"""The pace of one chat and the cutting of long texts."""

from __future__ import annotations

import asyncio
import itertools

from hypothesis import given
from hypothesis import strategies as st

from bot.senders.telegram_pace import Pace, cut, units


async def test_starts_lie_apart_when_one_chat_is_written_to() -> None:
    pace, ends, starts = Pace(0.05), [], []
    now = asyncio.get_running_loop().time

    async def write() -> None:
        async with pace.turn(1):
            starts.append(now())
            await asyncio.sleep(0.02)
            ends.append(now())

    await asyncio.gather(*(write() for _ in range(4)))
    assert all(start - end >= 0.05 for end, (_, start) in zip(ends, itertools.pairwise(starts), strict=False))


async def test_turn_is_given_back_when_writing_fails() -> None:
    pace = Pace(0.01)
    for _ in range(3):
        try:
            async with asyncio.timeout(20), pace.turn(1):
                raise OSError
        except OSError:
            continue


async def test_chats_are_forgotten_when_they_may_be_written_to_again() -> None:
    pace = Pace(0.01)
    for chat in range(100):
        async with pace.turn(chat):
            pass
    await asyncio.sleep(0.02)
    async with pace.turn(-1):
        pass
    assert pace.remembered <= 1


def test_text_stays_whole_when_it_fits() -> None:
    assert cut("", 10) == [""]
    assert cut("字" * 10, 10) == ["字" * 10]


def test_cut_falls_between_paragraphs_when_there_are_any() -> None:
    assert cut("第一段。还有。\n\n第二段。", 12) == ["第一段。还有。", "第二段。"]


def test_cut_falls_anywhere_when_there_is_no_mark() -> None:
    assert cut("字" * 25, 10) == ["字" * 10, "字" * 10, "字" * 5]


@given(st.text(st.characters(codec="utf-8"), max_size=200), st.integers(2, 40))
def test_no_word_is_lost_when_any_text_is_cut(text: str, limit: int) -> None:
    pieces = cut(text, limit)
    assert all(units(piece) <= limit for piece in pieces)
    assert len(pieces) == 1 or all(pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())
