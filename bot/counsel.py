"""What models outside this program may add to a message before it is answered, where a deployment has any.

They are asked outside every transaction, so that a model that hangs holds up nobody else, and everything works without
them: what they do not say in time is not waited for.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from bot.dialogs.lesson import masked
from bot.files import StoredFiles
from bot.message import Address, Attachment, Incoming
from catalogue.catalogue import ASKED_FOR_NEED, Catalogue
from catalogue.understanding import Decision
from locales.text import Texts
from storage import conversation, staff
from storage.database import Database

ENOUGH = 6
"""Letters a message needs before a model is asked: shorter ones are names, numbers and greetings."""
Close = Callable[[], Awaitable[None]]


class Adviser(Protocol):
    """Says which of `choices` (code -> name) a masked message is about; empty where it does not know or not in time."""

    async def advise(self, text: str, choices: Mapping[str, str]) -> str: ...

    async def close(self) -> None: ...


class Hearing(Protocol):
    """Writes down what a recording says; empty where it cannot."""

    async def transcribe(self, recording: bytes, mime: str, language: str) -> str: ...

    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Counsel:
    """Both models, each of which may be missing."""

    database: Database
    catalogue: Catalogue
    texts: Texts
    files: StoredFiles
    adviser: Adviser | None = None
    hearing: Hearing | None = None

    async def close(self) -> None:
        for model in (self.adviser, self.hearing):
            if model is not None:
                await model.close()

    async def transcribed(self, incoming: Incoming) -> Incoming:
        """The message with what its recordings say, as text of its own; the recordings stay as they are."""
        recordings = [item for item in incoming.attachments if item.kind == "voice"]
        if self.hearing is None or not recordings or await self._seen(incoming):
            return incoming
        language = await self._language(incoming.address)
        said = [await self._written(self.hearing, item, language) for item in recordings]
        return replace(incoming, transcript="\n".join(filter(None, said)))

    async def advice(self, address: Address, text: str) -> Mapping[str, str]:
        """For a message about which the bot would have to ask back: the service a model takes it for, by its text."""
        if self.adviser is None or sum(char.isalpha() for char in text) < ENOUGH:
            return {}
        async with self.database.read() as connection:
            standing = await conversation.readable(connection, address)
            working = await staff.at_address(connection, address)
        if working is not None or standing.state.get("frame", {}).get("asked", "") not in ASKED_FOR_NEED:
            return {}
        understood = self.catalogue.understand(text, spoken=standing.language.partition("-")[0])
        if understood.danger or understood.decision not in (Decision.CHOOSE, Decision.CLARIFY):
            return {}
        say = self.texts.say("zh")
        names = {code: say(f"service.{code}.name") for code in self.catalogue.services}
        code = await self.adviser.advise(masked(understood), {**names, "none": "—"})
        return {text: code} if code in names else {}

    async def _written(self, hearing: Hearing, item: Attachment, language: str) -> str:
        recording = await self.files.bytes_of(item)
        return await hearing.transcribe(recording, item.mime, language) if recording else ""

    async def _language(self, address: Address) -> str:
        async with self.database.read() as connection:
            return (await conversation.readable(connection, address)).language.partition("-")[0]

    async def _seen(self, incoming: Incoming) -> bool:
        async with self.database.read() as connection:
            return await conversation.row_of(connection, incoming.address, incoming.external_id) is not None
