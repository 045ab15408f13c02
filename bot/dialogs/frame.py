"""Frames: what must be known before something is done, as data; and the engine that fills them from what people say.

A frame declares its slots. Every message is offered to all of them; only what is missing is asked, one question at a
time; every slot can be changed at the card. The state is plain JSON: {"name", "serial", "values", "asked", "past"}.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.dialogs.turn import Choice, Heard, Turn
from catalogue.understanding import Understanding
from locales.text import Texts

Values = Mapping[str, Any]
PAST_KEPT = 12
"""How many answers "back" can undo."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A message as it is offered to a slot. `question` is the slot that was asked, `asked` whether it was this one,
    `correcting` that the person is looking at the card, where what they say replaces what stands there."""

    heard: Heard
    understood: Understanding
    values: Values
    asked: bool
    question: str = ""
    correcting: bool = False


def never(values: Values) -> bool:
    """For slots that are filled when people mention them, and never asked."""
    return False


@dataclass(frozen=True, slots=True)
class Slot:
    """One thing to know. `read` takes it from a message (plain JSON, or None when the message says nothing of it);
    `needed` says whether it must be asked; `choices` are answers to tap; `again` is asked when an answer did not fit.
    A slot that `grows` is offered messages also when it is filled, and its `read` adds to what is there."""

    name: str
    prompt: str
    read: Callable[[Offer], Any]
    needed: Callable[[Values], bool] = never
    choices: Callable[[Turn, Values], Sequence[tuple[str, str]]] | None = None
    pick: Callable[[str, Values], Any] | None = None
    again: str = ""
    asks: str = ""
    change: str = ""
    grows: bool = False

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(key for key in (self.prompt, self.again, self.change) if key)


Step = Callable[[Turn], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Frame:
    """A set of slots and what happens when nothing is missing any more."""

    name: str
    slots: tuple[Slot, ...]
    complete: Step
    texts: tuple[str, ...] = ()
    by_name: Mapping[str, Slot] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {slot.name: slot for slot in self.slots})


class FrameError(Exception):
    """A frame that could not work. Carries the frame and the slot, and says the remedy."""

    def __init__(self, frame: str, slot: str, remedy: str) -> None:
        super().__init__(f"frame {frame!r}, slot {slot!r}: {remedy}")
        self.frame = frame
        self.slot = slot


def check(frames: Sequence[Frame], texts: Texts) -> dict[str, Frame]:
    """The frames by name, after making sure each of them can work. Raises FrameError or TextError."""
    known: dict[str, Frame] = {}
    for frame in frames:
        if frame.name in known:
            raise FrameError(frame.name, "", "a second frame has this name; give it another")
        known[frame.name] = frame
        _check_slots(frame)
        texts.require([*frame.texts, *(key for slot in frame.slots for key in slot.texts)], f"frame {frame.name!r}")
    return known


def _check_slots(frame: Frame) -> None:
    if not frame.slots:
        raise FrameError(frame.name, "", "it has no slots; declare at least one")
    if len(frame.by_name) != len(frame.slots):
        raise FrameError(frame.name, "", "two slots share a name; give each its own")
    for slot in frame.slots:
        if slot.needed is never and not slot.change:
            raise FrameError(frame.name, slot.name, "nobody can reach it: give it `needed` or a text for `change`")
        if slot.choices is not None and slot.pick is None:
            raise FrameError(frame.name, slot.name, "it shows choices but cannot take one: give it `pick`")


def open_frame(turn: Turn, frame: Frame, values: Mapping[str, Any] | None = None) -> None:
    """Begin a frame; whatever frame was open ends."""
    turn.state["frame"] = {
        "name": frame.name,
        "serial": turn.next_serial(),
        "values": dict(values or {}),
        "asked": "",
        "past": [],
    }


def close_frame(turn: Turn) -> None:
    turn.state.pop("frame", None)


def values_of(turn: Turn) -> dict[str, Any]:
    """The open frame's values, to read and to write."""
    values: dict[str, Any] = turn.state["frame"]["values"]
    return values


def asked(turn: Turn) -> str:
    """The slot whose question stands open, empty if none."""
    return str(turn.state.get("frame", {}).get("asked", ""))


def frame_key(turn: Turn, action: str) -> str:
    """The key of a button that belongs to the open frame only."""
    return f"{action}~{turn.state['frame']['serial']}"


def offer(turn: Turn, frame: Frame, heard: Heard, understood: Understanding, *, correcting: bool = False) -> list[str]:
    """Let every open slot read the message; returns the names of those it filled.

    A filled slot is left alone unless it was just asked, it grows, or the person is `correcting` (at the card).
    """
    values, question = values_of(turn), asked(turn)
    before = dict(values)
    filled = []
    for slot in frame.slots:
        if slot.name in values and slot.name != question and not (correcting or slot.grows):
            continue
        found = slot.read(Offer(heard, understood, values, slot.name == question, question, correcting))
        if found is not None and found != values.get(slot.name):
            values[slot.name] = found
            filled.append(slot.name)
    if filled:
        remember(turn, before)
    return filled


def pick(turn: Turn, frame: Frame, slot_name: str, value: str) -> bool:
    """A tapped answer. False when the slot or the answer does not exist any more."""
    slot = frame.by_name.get(slot_name)
    if slot is None or slot.pick is None:
        return False
    picked = slot.pick(value, values_of(turn))
    if picked is None:
        return False
    remember(turn)
    values_of(turn)[slot_name] = picked
    return True


async def go_on(turn: Turn, frame: Frame, *, lead: str = "") -> None:
    """Ask what is still missing, or do what the frame is for. `lead` is said before the question, such as what was
    understood so far."""
    for slot in frame.slots:
        if slot.name not in values_of(turn) and slot.needed(values_of(turn)):
            ask(turn, slot, again=asked(turn) == slot.name, lead=lead)
            return
    turn.state["frame"]["asked"] = ""
    await frame.complete(turn)


def ask(turn: Turn, slot: Slot, *, again: bool = False, lead: str = "") -> None:
    """Put a slot's question, with its choices. `again` uses the wording for an answer that did not fit."""
    turn.state["frame"]["asked"] = slot.name
    options = slot.choices(turn, values_of(turn)) if slot.choices else ()
    choices = [Choice(frame_key(turn, f"pick:{slot.name}:{value}"), label) for value, label in options]
    question = turn.words(slot.again if again and slot.again else slot.prompt)
    turn.reply(f"{lead}\n{question}" if lead else question, choices, asks=slot.asks)


def remember(turn: Turn, values: Values | None = None) -> None:
    """Keep these values (those of now, if none are given), for "back"."""
    frame_state = turn.state["frame"]
    frame_state["past"] = [
        *frame_state["past"],
        {"values": dict(frame_state["values"] if values is None else values), "asked": frame_state["asked"]},
    ][-PAST_KEPT:]


def forget_past(turn: Turn) -> None:
    """No answer given so far can be undone any more."""
    turn.state["frame"]["past"] = []


def step_back(turn: Turn) -> bool:
    """Undo the last answer. False when there is none to undo."""
    frame_state = turn.state["frame"]
    if not frame_state["past"]:
        return False
    before = frame_state["past"].pop()
    frame_state["values"], frame_state["asked"] = before["values"], before["asked"]
    return True
