"""A recording written down by a model, over real HTTP against a server that helps, fails and lies."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator

import pytest

from bot.message import MAX_FILE_BYTES
from bot.senders.hearing import MAX_TEXT, Hearing
from tests.fakes.model_server import BROKEN, FLOOD, ModelServer

VOICE = b"OggS" + bytes(range(256)) * 8
WORDS = "我妈八十了，要人上门做饭"
GUARD = 30
"""Seconds after which a call counts as hanging."""


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with ModelServer() as found:
        found.answers(WORDS)
        yield found


@pytest.fixture
async def hearing(server: ModelServer) -> AsyncIterator[Hearing]:
    found = Hearing(server.url, "an-ear", server.key)
    yield found
    await found.close()


async def heard(hearing: Hearing, recording: bytes = VOICE, mime: str = "audio/ogg", language: str = "zh") -> str:
    async with asyncio.timeout(GUARD):
        return await hearing.transcribe(recording, mime, language)


async def test_words_are_returned_when_the_model_hears_them(server: ModelServer, hearing: Hearing) -> None:
    assert await heard(hearing) == WORDS
    (asked,) = server.asked
    assert (asked.model, asked.language, asked.recording) == ("an-ear", "zh", VOICE)
    assert server.refused == []


@pytest.mark.parametrize("language", ["kk", "ug", ""])
async def test_language_is_left_to_the_model_when_it_is_not_chinese(
    server: ModelServer, hearing: Hearing, language: str
) -> None:
    assert await heard(hearing, language=language) == WORDS
    assert server.asked[0].language == ""


@pytest.mark.parametrize(
    ("mime", "name", "kind"),
    [
        ("audio/ogg", "recording.ogg", "audio/ogg"),
        ("audio/webm;codecs=opus", "recording.webm", "audio/webm"),
        ("Audio/MP4", "recording.m4a", "audio/mp4"),
        ("", "recording", "application/octet-stream"),
        ("audio/strange", "recording", "application/octet-stream"),
        ('audio/ogg\r\nX-Evil: "1"', "recording", "application/octet-stream"),
    ],
)
async def test_file_is_named_by_its_format_when_sent(
    server: ModelServer, hearing: Hearing, mime: str, name: str, kind: str
) -> None:
    assert await heard(hearing, mime=mime) == WORDS
    assert (server.asked[0].name, server.asked[0].mime) == (name, kind)


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("  做饭 \n", "做饭"),
        ("做饭\n洗澡\t打扫", "做饭 洗澡 打扫"),
        ("做\x00饭\x1b[31m\u202e", "做饭[31m"),
        (" \n\x07", ""),
        ("\ud800", ""),
        ("үйде күтім", "үйде күтім"),
    ],
)
async def test_only_what_can_be_read_stays_when_the_text_is_odd(
    server: ModelServer, hearing: Hearing, said: str, text: str
) -> None:
    server.answers(said)
    assert await heard(hearing) == text


async def test_text_is_cut_when_it_is_long(server: ModelServer, hearing: Hearing) -> None:
    server.answers("饭" * (MAX_TEXT + 1))
    assert await heard(hearing) == "饭" * MAX_TEXT


async def test_nothing_is_sent_when_the_recording_is_empty_or_too_large(server: ModelServer, hearing: Hearing) -> None:
    assert await heard(hearing, b"") == ""
    assert await heard(hearing, bytes(MAX_FILE_BYTES + 1)) == ""
    assert server.asked == []


async def test_recording_arrives_whole_when_it_is_as_large_as_may_be(server: ModelServer, hearing: Hearing) -> None:
    assert await heard(hearing, bytes(MAX_FILE_BYTES)) == WORDS
    assert len(server.asked[0].recording) == MAX_FILE_BYTES


async def test_nothing_is_returned_when_the_server_never_answers(server: ModelServer, hearing: Hearing) -> None:
    server.hangs()
    assert await heard(hearing) == ""
    assert (len(server.asked), server.answered) == (1, 0)


async def test_nothing_is_returned_when_the_answer_drips(server: ModelServer, hearing: Hearing) -> None:
    server.drips()
    assert await heard(hearing) == ""
    assert (len(server.asked), server.answered) == (1, 0)


async def test_reading_stops_when_the_answer_is_endless(server: ModelServer, hearing: Hearing) -> None:
    server.floods()
    assert await heard(hearing) == ""
    await server.quiet()
    assert server.written < FLOOD


@pytest.mark.parametrize("status", [302, 413, 429, 500])
async def test_nothing_is_returned_when_the_status_is_wrong(server: ModelServer, hearing: Hearing, status: int) -> None:
    server.fails(status)
    assert await heard(hearing) == ""


@pytest.mark.parametrize("body", [b"", BROKEN, b"null", b"[]", b'{"text": 1}', b'{"text": null}', b'"text"', b"\xff"])
async def test_nothing_is_returned_when_the_answer_has_another_shape(
    server: ModelServer, hearing: Hearing, body: bytes
) -> None:
    server.sends(body)
    assert await heard(hearing) == ""
    server.sends(json.dumps({"text": WORDS, "duration": 2.5}).encode())
    assert await heard(hearing) == WORDS


async def test_words_come_again_when_the_server_is_back(server: ModelServer, hearing: Hearing) -> None:
    await server.stop()
    assert await heard(hearing) == ""
    await server.start()
    assert await heard(hearing) == WORDS


async def test_nothing_is_returned_when_the_key_is_wrong(server: ModelServer) -> None:
    hearing = Hearing(server.url, "an-ear", "another")
    assert await heard(hearing) == ""
    assert server.refused == ["401 wrong key"]
    await hearing.close()


async def test_nothing_is_returned_when_it_was_closed(hearing: Hearing) -> None:
    await hearing.close()
    assert await heard(hearing) == ""


async def test_one_warning_when_it_fails_again_and_again(
    server: ModelServer, hearing: Hearing, caplog: pytest.LogCaptureFixture
) -> None:
    server.fails()
    for _ in range(3):
        assert await heard(hearing) == ""
    (warning,) = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert warning.getMessage().startswith("hearing: ")
