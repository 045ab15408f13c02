"""The words that every channel speaks: what comes in, what goes out, and what a channel promises.

Nothing here knows a channel's library. A handler makes an `Incoming` from an update, a sender carries a `Reply` out.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from pydantic import TypeAdapter

AttachmentKind = Literal["voice", "photo", "video", "file", "location"]
MAX_TEXT = 4000
"""Characters of one message that are read; Telegram's own limit is 4096. Longer text is cut, and people are told."""
MAX_FILE_BYTES = 10 * 1024 * 1024
"""Bytes of one attachment that are kept. Telegram lets a bot fetch 20 MB; a village line does not carry that."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a person is reached: a channel's name and the conversation's id inside that channel."""

    channel: str
    conversation: str

    def __str__(self) -> str:
        return f"{self.channel}:{self.conversation}"

    @classmethod
    def parse(cls, text: str) -> Address:
        """The inverse of `str`; the conversation may itself hold colons."""
        channel, _, conversation = text.partition(":")
        return cls(channel, conversation)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A photo, recording, file or pin. `id` is its row in storage, empty until it is kept.

    `source` is the channel's own handle (a Telegram file_id), from which the bytes are fetched later; a location has
    neither bytes nor source. `seconds` is the length of a recording, `size` in bytes, coordinates WGS 84 degrees.
    """

    kind: AttachmentKind
    id: str = ""
    source: str = ""
    mime: str = ""
    name: str = ""
    size: int = 0
    seconds: int = 0
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message of a person, as a handler understood it.

    `external_id` is stable for the message inside its conversation: the same update delivered twice carries the same id
    and is handled once. `button` is the key of a pressed button, or its label where a channel knows no more.
    `more` True: the same need goes on in the next message; False: answer now; None: the conversation decides (and waits
    a moment for a following message). `edits` is the external id of an earlier message that this one replaces.
    """

    address: Address
    external_id: str
    at: datetime
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    button: str | None = None
    sender_name: str = ""
    more: bool | None = None
    edits: str | None = None
    locale_hint: str = ""
    transcript: str = ""
    """What a recording among the attachments says, written down by a machine; it may be wrong."""
    unsupported: str = ""
    """What the person sent that no channel can carry: "sticker", "too-large:file", "unfit:file", "poll", ...;
    empty otherwise. Words that came with it are in `text` all the same."""


@dataclass(frozen=True, slots=True)
class Button:
    """A choice under a message. `key` comes back when it is pressed (at most 64 bytes, as Telegram has it)."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Reply:
    """One message to a person. `ticket` is the number of the ticket it speaks of, empty if none."""

    text: str
    buttons: tuple[Button, ...] = ()
    ticket: str = ""
    attachment: Attachment | None = None
    author: str = ""
    """Who speaks, where it is not the bot: the name of a worker, shown by channels that can tell the two apart."""
    asks: str = ""
    """What answer is awaited, so that a page can offer the right key: "location", "phone", "voice" or empty; "person"
    where somebody of the staff awaits it and not the bot."""
    covered: tuple[str, ...] = ()
    """What of the text a locked telephone is not to show: names, places, somebody's own words, each as it stands there.
    A channel whose notifications can hide parts of a message hides them until they are tapped."""
    veiled: bool = False
    """Whether a picture is hidden in the same way."""


REPLY = TypeAdapter(Reply)
INCOMING = TypeAdapter(Incoming)


@dataclass(frozen=True, slots=True)
class Logged:
    """One line of a conversation's past, for a page that comes back after a reload. `id` is the place of an outgoing
    line among those sent to this conversation (0 for an incoming one), `external_id` the person's own id of an incoming
    one."""

    direction: Literal["in", "out"]
    at: datetime
    id: int = 0
    external_id: str = ""
    incoming: Incoming | None = None
    reply: Reply | None = None


# What a sender reports. Only `Sent` takes a message off the outbox.


@dataclass(frozen=True, slots=True)
class Sent:
    reference: str = ""
    """The channel's id of the delivered message, if it has one."""


@dataclass(frozen=True, slots=True)
class Retry:
    """Not now. `after` is the channel's own demand in seconds (429), or None to back off as the relay sees fit."""

    reason: str
    after: float | None = None


@dataclass(frozen=True, slots=True)
class Undeliverable:
    """Never: the account is gone, the bot is blocked, the message is refused. It is parked where staff see it."""

    reason: str


Outcome = Sent | Retry | Undeliverable


class Sender(Protocol):
    """A channel out. `key` is stable over repeated tries of one message."""

    async def send(self, address: Address, reply: Reply, key: str) -> Outcome: ...

    async def close(self) -> None: ...


class Inbox(Protocol):
    """What a handler may do with a message: hand it over. Returns once the message is durably kept.

    Raises what storage raises when it could not be kept: then the channel must not acknowledge it.
    """

    async def receive(self, incoming: Incoming) -> None: ...


class Mailbox(Protocol):
    """What a channel without a server of its own (web chat, desk, terminal) reads from."""

    async def history(self, address: Address, limit: int) -> list[Logged]:
        """The last `limit` lines of a conversation, oldest first, without outgoing ones that wait for the relay."""
        ...

    async def after(self, address: Address, last_id: int) -> list[Logged]:
        """Outgoing lines with an id above `last_id`, oldest first."""
        ...

    async def wait(self, address: Address, seconds: float) -> None:
        """Return when something new may be there for this address, or after `seconds`."""
        ...


class FileTooLargeError(Exception):
    """An attachment is larger than `limit` bytes. Remedy: send a smaller photo or a shorter recording."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"the file is larger than {limit} bytes; send a smaller photo or a shorter recording")
        self.limit = limit


class UnfitFileError(Exception):
    """A file that is not kept, told by its bytes. `reason`: "type" (neither picture, sound, film nor document),
    "damaged", or "vast" (it would unpack to more than a telephone holds). Remedy: take a photo of it, or write it."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the file is not kept ({reason}); take a photo of it, or write what it says")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class StoredFile:
    """The bytes of a kept attachment and how to show them. `content` reads them all (MAX_FILE_BYTES at most) and takes
    its time, so that it belongs into a thread; it raises OSError where they cannot be read."""

    content: Callable[[], bytes]
    mime: str
    name: str
    attachment: Attachment = field(default_factory=lambda: Attachment("file"))


class Files(Protocol):
    """Attachments' bytes."""

    async def keep(self, address: Address, attachment: Attachment, chunks: AsyncIterator[bytes]) -> Attachment:
        """Keep the bytes; returns the attachment with `id`, `size`, and the kind and type that its bytes tell.

        Raises FileTooLargeError over MAX_FILE_BYTES, UnfitFileError for what is not kept.
        """
        ...

    async def open(self, attachment_id: str, reader: Address) -> StoredFile | None:
        """The file, if it exists and `reader` sent it or was sent it; otherwise None."""
        ...


JSON = dict[str, Any]
