"""A frame that could not work is refused when it is loaded, with the frame, the slot and the remedy."""

from __future__ import annotations

from typing import Any

import pytest

from bot.dialogs import duty, resident
from bot.dialogs.frame import Frame, FrameError, Offer, Slot, check
from bot.dialogs.turn import Turn
from locales.text import TextError, Texts


async def nothing(turn: Turn) -> None:
    """Complete without doing anything."""


def read(offer: Offer) -> Any:
    return offer.heard.text or None


def always(values: object) -> bool:
    return True


def frame(*slots: Slot) -> Frame:
    return Frame("test", slots, nothing)


def test_every_frame_of_the_bot_is_sound_when_it_is_loaded() -> None:
    frames = [*resident.FRAMES.values(), *duty.FRAMES.values()]
    assert check(frames, Texts()).keys() == {f.name for f in frames}


@pytest.mark.parametrize(
    ("slots", "remedy"),
    [
        ((), "declare at least one"),
        ((Slot("a", "help", read),), "nobody can reach it"),
        ((Slot("a", "help", read, always), Slot("a", "help", read, always)), "share a name"),
        ((Slot("a", "help", read, always, choices=lambda turn, values: []),), "give it `pick`"),
    ],
)
def test_a_frame_is_refused_when_it_could_not_work(slots: tuple[Slot, ...], remedy: str) -> None:
    with pytest.raises(FrameError, match=remedy) as caught:
        check([frame(*slots)], Texts())
    assert caught.value.frame == "test"


def test_a_frame_is_refused_when_a_text_is_missing() -> None:
    with pytest.raises(TextError, match=r"no\.such\.text"):
        check([frame(Slot("a", "no.such.text", read, always))], Texts())


def test_a_frame_is_refused_when_another_has_its_name() -> None:
    slot = Slot("a", "help", read, always)
    with pytest.raises(FrameError, match="second frame"):
        check([frame(slot), frame(slot)], Texts())
