"""Photos and recordings of the web chat: known by their bytes, seen by nobody else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.media import INLINE
from bot.message import MAX_FILE_BYTES, Incoming
from tests.sample import PNG, REFUSED, SENT, WEBM
from tests.webchat import Chat, open_chat


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


@pytest.mark.parametrize("mime", [mime for mime in SENT if mime.startswith("image/")])
async def test_photo_is_known_by_its_bytes_when_sent(chat: Chat, mime: str) -> None:
    await chat.upload(SENT[mime])
    (photo,) = chat.mailbox.received[0].attachments
    assert (photo.kind, photo.mime) == ("photo", mime)


@pytest.mark.parametrize("what", REFUSED)
@pytest.mark.parametrize("kind", ["photo", "file"])
async def test_file_is_refused_when_nobody_should_be_sent_it(chat: Chat, what: str, kind: str) -> None:
    refused = await chat.upload(REFUSED[what], name="a.png", kind=kind)
    assert (refused.status_code, refused.json()) == (415, {"error": "unfit"})
    assert not chat.mailbox.delivered


@pytest.mark.parametrize("mime", [mime for mime in SENT if mime not in INLINE])
async def test_document_is_only_saved_when_it_is_opened(chat: Chat, mime: str) -> None:
    sent = (await chat.upload(SENT[mime], name="表.html", kind="photo")).json()["attachment"]
    shown = await chat.http.get(sent["url"])
    assert shown.headers["content-disposition"].startswith("attachment")
    assert shown.headers["content-type"] == mime
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in shown.headers["content-security-policy"]


@pytest.mark.parametrize(
    "path",
    ["..%2f..%2fetc%2fpasswd", "..\\..\\x", "f1%00.png", "/etc/passwd", "C:%5Cx", "a" * 5000, "%ff"],
)
async def test_nothing_is_found_when_the_address_is_a_path(chat: Chat, path: str) -> None:
    await chat.upload(PNG)
    for folder in ("/chat/files/", "/chat/page/"):
        answer = await chat.http.get(folder + path)
        assert answer.status_code == 404


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
