"""What a dialog has in hand while it answers one message."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.message import Address, Attachment, Button, Reply
from casework.casebook import Casebook
from casework.staff import Staff
from catalogue.catalogue import Catalogue
from catalogue.understanding import Understanding, advised
from locales.text import Say, Texts

Sign = Callable[[Address, str], str]
"""Makes a button's key unforgeable: only the conversation it was offered to can press it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A button before it is signed: what pressing it means, and its label."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Heard:
    """What the person has just said: their words (several messages joined by line breaks) and what came with them."""

    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    edited: bool = False
    transcribed: bool = False
    """Whether some of the text was written down from a recording by a machine."""

    @property
    def voice(self) -> bool:
        return any(a.kind in ("voice", "video") for a in self.attachments)

    @property
    def files(self) -> list[str]:
        """The ids of what came with it."""
        return [a.id for a in self.attachments]

    @property
    def pin(self) -> Attachment | None:
        return next((a for a in self.attachments if a.kind == "location"), None)


@dataclass(frozen=True, slots=True)
class Lesson:
    """One message whose first guess was not what the resident confirmed. `offered` and `chosen` are service codes."""

    text: str
    language: str
    offered: tuple[str, ...]
    chosen: tuple[str, ...]


@dataclass(slots=True)
class Turn:
    """One message and its answer. `state` is the conversation's plain JSON, written back when the turn is committed."""

    address: Address
    state: dict[str, Any]
    book: Casebook
    catalogue: Catalogue
    texts: Texts
    sign: Sign
    language: str = "zh"
    name: str = ""
    staff: Staff | None = None
    replies: list[Reply] = field(default_factory=list)
    lessons: list[Lesson] = field(default_factory=list)
    advice: Mapping[str, str] = field(default_factory=dict)
    """Service codes that a larger model takes a message for, by its text; asked for where the bot would ask back."""
    urgent: bool = False
    """Whether these replies go out before other conversations' messages."""
    _understood: dict[tuple[str, ...], Understanding] = field(init=False, default_factory=dict)

    @property
    def now(self) -> datetime:
        return self.book.now

    @property
    def words(self) -> Say:
        return self.texts.say(self.language)

    @property
    def reporter(self) -> str:
        return str(self.address)

    def choice(self, key: str, label_key: str, **values: object) -> Choice:
        return Choice(key, self.words(label_key, **values))

    def say(
        self, key: str, choices: Sequence[Choice] = (), /, *, ticket: str = "", asks: str = "", **values: object
    ) -> None:
        """Answer with a text and full-width choices under it."""
        self.reply(self.words(key, **values), choices, ticket=ticket, asks=asks)

    def reply(self, text: str, choices: Sequence[Choice] = (), *, ticket: str = "", asks: str = "") -> None:
        """Answer with words already made, such as a card."""
        self.replies.append(Reply(text, buttons(self.address, choices, self.sign), ticket, asks=asks))

    def understand(self, text: str, *, asked: str = "", within: str = "") -> Understanding:
        """Read once in a turn, however many dialogs look at the same words before one of them answers."""
        spoken = self.language.partition("-")[0]
        question = (text, asked, within, spoken)
        if question not in self._understood:
            understood = self.catalogue.understand(text, asked=asked, within=within, spoken=spoken)
            self._understood[question] = advised(understood, self.advice[text]) if text in self.advice else understood
        return self._understood[question]

    def next_serial(self) -> int:
        """A number for a new frame of this conversation, so that an old frame's buttons are told from the new one's."""
        self.state["serial"] = int(self.state.get("serial", 0)) + 1
        return int(self.state["serial"])


def buttons(address: Address, choices: Sequence[Choice], sign: Sign) -> tuple[Button, ...]:
    """Choices as the buttons of one conversation."""
    return tuple(Button(sign(address, choice.key), choice.label) for choice in choices)
