"""Which part of the volunteers' dialogs a message or a pressed button belongs to, if any."""

from __future__ import annotations

from collections.abc import Sequence

from bot.dialogs import elder, errand, several, tongue, volunteer
from bot.dialogs.command import said
from bot.dialogs.frame import Frame
from bot.dialogs.turn import Heard, Turn

FRAMES: Sequence[Frame] = (volunteer.FRAME, several.FRAME, errand.MINUTES_FRAME)


async def hear(turn: Turn, heard: Heard) -> bool:
    """A message that is for volunteers' ears; False when it is not, and nothing was said."""
    if not heard.text and not heard.attachments:
        return False
    if not (volunteer.awaits(turn) or _speaks_of_it(turn, heard.text)):
        return await several.hear(turn, heard)
    before = turn.language
    tongue.follow(turn, turn.understand(heard.text))
    if await elder.hear(turn, heard) or await volunteer.hear(turn, heard) or await several.hear(turn, heard):
        return True
    turn.language = before
    return False


def _speaks_of_it(turn: Turn, text: str) -> bool:
    """A look at the words alone, so that other messages are not read twice."""
    wishes = (said(turn, word, text, anywhere=True) for word in ("volunteer", "volunteer-leave"))
    return any(wishes) or said(turn, "elders", text)


async def press(turn: Turn, base: str) -> bool:
    """A pressed button of theirs; False when it is another's."""
    meaning, _, serial = base.partition("~")
    action, *arguments = meaning.split(":")
    if serial:
        return await _press_in_list(turn, action, arguments, serial)
    if await elder.press(turn, action, arguments) or await errand.press(turn, action, arguments):
        return True
    return await volunteer.press(turn, action)


async def _press_in_list(turn: Turn, action: str, arguments: list[str], serial: str) -> bool:
    state = turn.state.get("frame", {})
    if state.get("name") != several.FRAME.name or str(state.get("serial")) != serial:
        return False
    await several.press(turn, action, arguments)
    return True
