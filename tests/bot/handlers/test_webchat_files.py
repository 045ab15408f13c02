"""Photos and recordings of the web chat: known by their bytes, seen by nobody else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.message import MAX_FILE_BYTES, Incoming
from tests.webchat import PNG, WEBM, Chat, open_chat


@pytest.fixture
async def chat(tmp_path: Path) -> AsyncIterator[Chat]:
    async with open_chat(tmp_path) as resident:
        yield resident


async def test_photo_is_kept_and_shown_when_its_sender_asks(chat: Chat) -> None:
    sent = await chat.upload(PNG, name="../药单.png")
    assert sent.status_code == 202
    said: Incoming = chat.mailbox.received[0]
    assert (said.external_id, said.attachments[0].kind, said.attachments[0].mime) == ("f-1", "photo", "image/png")
    assert (said.attachments[0].name, said.attachments[0].size) == ("药单.png", len(PNG))
    (line,) = (await chat.http.get("/chat/history")).json()
    assert line["attachment"] == sent.json()["attachment"]
    shown = await chat.http.get(line["attachment"]["url"])
    assert (shown.content, shown.headers["content-type"]) == (PNG, "image/png")
    assert shown.headers["content-disposition"].startswith("inline")
    assert shown.headers["x-content-type-options"] == "nosniff"


async def test_recording_keeps_its_length_when_sent(chat: Chat) -> None:
    await chat.upload(WEBM, kind="voice", seconds="7")
    (voice,) = chat.mailbox.received[0].attachments
    assert (voice.kind, voice.mime, voice.seconds) == ("voice", "audio/webm", 7)


@pytest.mark.parametrize(
    ("content", "mime"),
    [
        (b"\xff\xd8\xff\xe0" + bytes(20), "image/jpeg"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"GIF89a" + bytes(20), "image/gif"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(20), "image/heic"),
    ],
)
async def test_photo_is_known_by_its_bytes_when_sent(chat: Chat, content: bytes, mime: str) -> None:
    await chat.upload(content)
    assert (chat.mailbox.received[0].attachments[0].kind, chat.mailbox.received[0].attachments[0].mime) == (
        "photo",
        mime,
    )


@pytest.mark.parametrize("content", [b"<html><script>alert(1)</script>", b"<svg xmlns='...'>", b"x", WEBM])
async def test_file_is_only_saved_when_it_only_claims_to_be_a_photo(chat: Chat, content: bytes) -> None:
    sent = (await chat.upload(content, name="a.html")).json()["attachment"]
    assert sent["kind"] == "file"
    shown = await chat.http.get(sent["url"])
    assert content == WEBM or shown.headers["content-type"] == "application/octet-stream"
    assert content == WEBM or shown.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in shown.headers["content-security-policy"]


async def test_file_is_refused_when_it_is_somebody_elses(chat: Chat) -> None:
    url = (await chat.upload(PNG)).json()["attachment"]["url"]
    async with chat.stranger() as http:
        await http.get("/")
        foreign, missing = await http.get(url), await http.get("/chat/files/f99")
    assert (foreign.status_code, foreign.json()) == (404, {"error": "not-found"})
    assert missing.json() == foreign.json()


async def test_file_is_refused_when_it_is_too_large(chat: Chat) -> None:
    async def endless() -> AsyncIterator[bytes]:
        yield PNG
        for _ in range(11):
            yield bytes(1024 * 1024)

    for content in (PNG + bytes(MAX_FILE_BYTES), endless()):
        refused = await chat.upload(content)
        assert (refused.status_code, refused.json()) == (413, {"error": "too-large"})
    assert not chat.mailbox.delivered


async def test_file_is_taken_when_it_is_just_small_enough(chat: Chat) -> None:
    assert (await chat.upload(PNG + bytes(MAX_FILE_BYTES - len(PNG)))).status_code == 202


async def test_file_is_refused_when_it_is_empty(chat: Chat) -> None:
    refused = await chat.upload(b"")
    assert (refused.status_code, refused.json()) == (400, {"error": "empty"})


@pytest.mark.parametrize("query", [{"id": "a b"}, {"kind": "location"}, {"kind": "poem"}, {"seconds": "-1"}])
async def test_file_is_refused_when_its_description_is_wrong(chat: Chat, query: dict[str, str]) -> None:
    refused = await chat.upload(PNG, **query)
    assert (refused.status_code, refused.json()) == (422, {"error": "malformed"})
