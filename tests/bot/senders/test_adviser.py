"""A larger model asked for a service, over real HTTP against a server that helps, fails and lies."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest

from bot.senders.adviser import Adviser
from bot.senders.endpoint import MAX_ANSWER
from tests.fakes.model_server import BROKEN, FLOOD, LIES, ModelServer

CHOICES = {"meals": "助餐", "bathing": "助浴", "home-care": "居家照护", "rehab-home": "居家康复", "none": "都不合适"}
WORDS = "想有人天天来给老人弄口热的"
GUARD = 30
"""Seconds after which a call counts as hanging."""


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with ModelServer() as found:
        yield found


@pytest.fixture
async def adviser(server: ModelServer) -> AsyncIterator[Adviser]:
    found = Adviser(server.url, "a-model", server.key)
    yield found
    await found.close()


async def advice(adviser: Adviser, text: str = WORDS) -> str:
    async with asyncio.timeout(GUARD):
        return await adviser.advise(text, CHOICES)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("meals", "meals"),
        (" home-care\n", "home-care"),
        ("代码是meals。", "meals"),
        ("**rehab-home**", "rehab-home"),
        ("meals（助餐）meals", "meals"),
    ],
)
async def test_code_is_returned_when_the_model_names_one(
    server: ModelServer, adviser: Adviser, said: str, code: str
) -> None:
    server.answers(said)
    assert await advice(adviser) == code
    assert server.refused == []


@pytest.mark.parametrize(
    "said", [*LIES.values(), "none", "", "meals或none", "home-care-plus", "home_care", "rehab", "居家照护"]
)
async def test_nothing_is_returned_when_the_model_names_no_single_code(
    server: ModelServer, adviser: Adviser, said: str
) -> None:
    server.answers(said)
    assert await advice(adviser) == ""
    assert server.answered == 1


async def test_none_is_no_code_when_it_is_not_among_the_choices(server: ModelServer, adviser: Adviser) -> None:
    server.answers("none 或 meals")
    assert await adviser.advise(WORDS, {"meals": "助餐"}) == ""


async def test_model_reads_the_words_and_every_choice_when_asked(server: ModelServer, adviser: Adviser) -> None:
    server.answers("meals")
    await advice(adviser)
    (asked,) = server.asked
    system, user = asked.messages
    assert (asked.model, asked.temperature, asked.max_tokens) == ("a-model", 0, 16)
    assert user["content"] == WORDS
    assert all(f"{code}：{name}" in system["content"] for code, name in CHOICES.items())


async def test_base_address_is_understood_when_it_ends_in_a_slash(server: ModelServer) -> None:
    server.answers("meals")
    adviser = Adviser(server.url + "/", "a-model", server.key)
    assert await advice(adviser) == "meals"
    await adviser.close()


async def test_nothing_is_sent_when_there_are_no_words(server: ModelServer, adviser: Adviser) -> None:
    assert await advice(adviser, " \n") == ""
    assert server.asked == []


async def test_nothing_is_returned_when_the_server_never_answers(server: ModelServer, adviser: Adviser) -> None:
    server.hangs()
    assert await advice(adviser) == ""
    assert (len(server.asked), server.answered) == (1, 0)


async def test_nothing_is_returned_when_the_answer_drips(server: ModelServer, adviser: Adviser) -> None:
    server.answers("meals")
    server.drips()
    assert await advice(adviser) == ""
    assert (len(server.asked), server.answered) == (1, 0)


async def test_reading_stops_when_the_answer_is_endless(server: ModelServer, adviser: Adviser) -> None:
    server.floods()
    assert await advice(adviser) == ""
    await server.quiet()
    assert server.written < FLOOD


async def test_nothing_is_returned_when_a_right_answer_is_oversize(server: ModelServer, adviser: Adviser) -> None:
    server.answers("meals", padding=MAX_ANSWER // 2)
    assert await advice(adviser) == "meals"
    server.answers("meals", padding=MAX_ANSWER)
    assert await advice(adviser) == ""


@pytest.mark.parametrize("status", [201, 302, 401, 404, 429, 500, 503])
async def test_nothing_is_returned_when_the_status_is_wrong(server: ModelServer, adviser: Adviser, status: int) -> None:
    server.answers("meals")
    server.fails(status)
    assert await advice(adviser) == ""
    assert server.answered == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        BROKEN,
        b"meals",
        b"\xff\xfe",
        b"null",
        b'"meals"',
        b"[" * 60_000,
        b'{"choices": []}',
        b'{"choices": {"0": {"message": {"content": "meals"}}}}',
        b'{"choices": [{"message": {"content": null}}]}',
        b'{"choices": [{"message": {"content": ["meals"]}}]}',
        b'{"choices": [{"text": "meals"}]}',
    ],
    ids=lambda body: body[:50].decode(errors="replace") or "empty",
)
async def test_nothing_is_returned_when_the_answer_has_another_shape(
    server: ModelServer, adviser: Adviser, body: bytes
) -> None:
    server.sends(body)
    assert await advice(adviser) == ""
    assert server.answered == 1


async def test_advice_comes_again_when_the_server_is_back(server: ModelServer, adviser: Adviser) -> None:
    server.answers("meals")
    assert await advice(adviser) == "meals"
    await server.stop()
    assert await advice(adviser) == ""
    await server.start()
    assert await advice(adviser) == "meals"


@pytest.mark.parametrize("key", ["", "another", "密钥", "two\r\nlines: x"])
async def test_nothing_is_returned_when_the_key_is_wrong(server: ModelServer, key: str) -> None:
    server.answers("meals")
    adviser = Adviser(server.url, "a-model", key)
    assert await advice(adviser) == ""
    assert server.asked == []
    await adviser.close()


@pytest.mark.parametrize("url", ["", "no address", "ftp://127.0.0.1/v1", "http://127.0.0.1:99999/v1", "http://[/v1"])
async def test_nothing_is_returned_when_the_address_is_none(url: str) -> None:
    adviser = Adviser(url, "a-model", "")
    assert await advice(adviser) == ""
    await adviser.close()


async def test_nothing_is_returned_when_it_was_closed(server: ModelServer, adviser: Adviser) -> None:
    server.answers("meals")
    await adviser.close()
    assert await advice(adviser) == ""


async def test_caller_is_let_go_when_it_is_cancelled(server: ModelServer, adviser: Adviser) -> None:
    server.hangs()
    asking = asyncio.create_task(advice(adviser))
    await asyncio.sleep(0.1)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking


async def test_one_warning_without_the_words_when_it_fails_again_and_again(
    server: ModelServer, adviser: Adviser, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        for behave in (
            server.fails,
            server.hangs,
            lambda: server.sends(BROKEN),
            lambda: server.answers(LIES["a sentence"]),
        ):
            behave()
            assert await advice(adviser) == ""
    warnings = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert [record.name for record in warnings] == ["bot.senders.endpoint"]
    assert "status 500" in warnings[0].getMessage()
    ours = "\n".join(record.getMessage() for record in caplog.records)
    assert WORDS not in ours
    assert server.key not in ours


async def test_no_warning_when_nothing_fits(
    server: ModelServer, adviser: Adviser, caplog: pytest.LogCaptureFixture
) -> None:
    server.answers("none")
    assert await advice(adviser) == ""
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []
