"""A person at their phone, talking to the bot through the fake Telegram."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from tests.fakes.bot_state import JSON, KeptFile, Person, SentMessage, State
from tests.fakes.bot_updates import Updates

Found = TypeVar("Found")
LATEST = 10
"""How far back a person looks for a button."""


class FakeUser:
    """Speaks, sends, presses and reads. Every method that sends returns the update that the bot will get."""

    def __init__(self, state: State, updates: Updates, person: Person) -> None:
        self._state = state
        self._updates = updates
        self._person = person
        self._seen = 0

    @property
    def id(self) -> int:
        """The person's id, which is their private chat's too."""
        return self._person.id

    @property
    def messages(self) -> list[SentMessage]:
        """Everything that the bot has sent to them, oldest first."""
        return [message for message in self._state.sent if message.chat_id == self.id]

    @property
    def last(self) -> SentMessage:
        """The newest message of the bot's."""
        assert self.messages, "the bot has not said anything yet"
        return self.messages[-1]

    async def say(self, text: str, chat: JSON | None = None) -> JSON:
        """Write a text; `chat` is another chat than the private one (a group the bot is in)."""
        return await self.send(chat, text=text)

    async def say_edit(self, message_id: int, text: str, edit_date: int | None = None) -> JSON:
        """Change the words of an earlier message."""
        changed = int(time.time()) if edit_date is None else edit_date
        message = self._message(None, message_id=message_id, edit_date=changed, text=text)
        return await self._updates.add({"edited_message": message})

    async def send(self, chat: JSON | None = None, **content: Any) -> JSON:
        """Send anything, given as the fields of a Message (`dice={...}`)."""
        return await self._updates.add({"message": self._message(chat, **content)})

    async def send_photo(self, content: bytes, caption: str = "", group: str = "") -> JSON:
        """Send a picture; the server also makes a small one of it, as the real one does."""
        small = self._fields(self._state.keep("photo", content[:100], min(len(content), 100)), width=90, height=60)
        large = self._fields(self._state.keep("photo", content, len(content)), width=1280, height=960)
        words: JSON = {"caption": caption} if caption else {}
        album: JSON = {"media_group_id": group} if group else {}
        return await self.send(None, photo=[small, large], **words, **album)

    async def send_album(self, pictures: Sequence[bytes], caption: str = "") -> list[JSON]:
        """Send several pictures at once: one update each, held together by a media_group_id, words under the first."""
        group = str(self._state.number())
        words = [caption] + [""] * (len(pictures) - 1)
        return [await self.send_photo(picture, word, group) for picture, word in zip(pictures, words, strict=True)]

    async def send_voice(self, content: bytes = b"OggS", seconds: int = 3) -> JSON:
        """Send a recording."""
        file = self._state.keep("voice", content, len(content), mime="audio/ogg")
        return await self.send(voice=self._fields(file, duration=seconds, mime_type="audio/ogg"))

    async def send_video(self, content: bytes = b"mp4", seconds: int = 3) -> JSON:
        """Send a film."""
        file = self._state.keep("video", content, len(content), mime="video/mp4")
        return await self.send(video=self._fields(file, duration=seconds, width=640, height=480, mime_type="video/mp4"))

    async def send_document(
        self, content: bytes | None = None, size: int = 0, name: str = "file.pdf", mime: str = "application/pdf"
    ) -> JSON:
        """Send a file, by its bytes or just of a `size`."""
        length = size if content is None else len(content)
        file = self._state.keep("document", content, length, name, mime)
        return await self.send(document=self._fields(file, file_name=name, mime_type=mime))

    async def send_location(self, latitude: float, longitude: float) -> JSON:
        """Send a pin on the map."""
        return await self.send(location={"latitude": latitude, "longitude": longitude})

    async def send_sticker(self) -> JSON:
        """Send a sticker."""
        file = self._state.keep("sticker", b"webp", 4)
        kind = {"width": 512, "height": 512, "is_animated": False, "is_video": False, "type": "regular"}
        return await self.send(sticker=self._fields(file, **kind))

    async def send_contact(self, phone: str) -> JSON:
        """Send a phone number from the address book."""
        return await self.send(contact={"phone_number": phone, "first_name": self._person.name})

    async def press(self, label: str) -> JSON:
        """Press the button with this label in one of the latest messages, the newest first."""
        latest = self.messages[-LATEST:][::-1]
        for message in latest:
            for button in (button for row in message.keyboard for button in row):
                if button["text"] == label:
                    return await self.press_data(message.message_id, button["callback_data"])
        raise AssertionError(f"no button {label!r}; there are {[message.labels for message in latest]}")

    async def press_data(self, message_id: int, data: str) -> JSON:
        """Press with any data, as a forged client could."""
        query = str(self._state.number())
        self._state.queries[query] = time.monotonic()
        message = self._message(None, message_id=message_id, text="...") | {"from": self._state.bot}
        content = {"id": query, "from": self._sender(), "chat_instance": "1", "message": message, "data": data}
        return await self._updates.add({"callback_query": content})

    async def replay(self, update: JSON) -> JSON:
        """The same once more: all but the update's number, under which a confirmed update could not come again."""
        return await self._updates.add({key: value for key, value in update.items() if key != "update_id"})

    def block(self, blocked: bool = True) -> None:
        """Stop the bot (or let it speak again)."""
        self._person.blocked = blocked

    def deactivate(self) -> None:
        """Delete the account."""
        self._person.deactivated = True

    async def wait_for(self, part: str, timeout: float = 20) -> SentMessage:  # noqa: ASYNC109 - reads as it is meant
        """The next message that holds `part`. Messages up to the one found are read, and not found a second time."""

        def found() -> SentMessage | None:
            return next((message for message in self.messages[self._seen :] if part in message.text), None)

        message = await self._until(found, timeout, lambda: f"no message with {part!r}; unread: {self._unread()}")
        self._seen = self.messages.index(message) + 1
        return message

    async def wait_count(self, count: int, timeout: float = 20) -> list[SentMessage]:  # noqa: ASYNC109 - as above
        """All messages, once there are that many."""
        return await self._until(
            lambda: self.messages if len(self.messages) >= count else None,
            timeout,
            lambda: f"{len(self.messages)} of {count} messages",
        )

    async def _until(self, look: Callable[[], Found | None], seconds: float, complaint: Callable[[], str]) -> Found:
        changed = self._state.changed
        try:
            async with asyncio.timeout(seconds), changed:
                while (found := look()) is None:
                    await changed.wait()
        except TimeoutError:
            raise AssertionError(complaint()) from None
        return found

    def _unread(self) -> list[str]:
        return [message.text for message in self.messages[self._seen :]]

    def _sender(self) -> JSON:
        person = self._person
        return {"id": person.id, "is_bot": False, "first_name": person.name, "language_code": person.language}

    def _message(self, chat: JSON | None, **content: Any) -> JSON:
        own = {"id": self.id, "type": "private", "first_name": self._person.name}
        head = {"message_id": self._state.number(), "date": int(time.time()), "chat": chat or own}
        return head | {"from": self._sender()} | content

    def _fields(self, file: KeptFile, **more: Any) -> JSON:
        return {"file_id": file.file_id, "file_unique_id": f"u-{file.file_id}", "file_size": file.size} | more
