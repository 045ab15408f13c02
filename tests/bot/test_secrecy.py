"""No key, token or password in a log, in whatever way it got there."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import httpx
import pytest

from bot.handlers.telegram import Telegram
from bot.message import Address, Reply
from bot.secrecy import Secrecy
from bot.senders.telegram import TelegramSender
from bot.settings import Settings
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.inbox import Kept

TOKEN = "7312345678:AAH9secretSECRETsecretSECRETsecret12"
SETTINGS = Settings(
    _env_file=None,
    telegram_token=TOKEN,
    llm_key="sk-language",
    asr_key="sk-hearing",
    database_url="postgresql://lianzhu:p%40ssw0rd@db.example/lianzhu",
    redis_url="redis://:r3dis-word@127.0.0.1:6379/0",
)  # type: ignore[call-arg]
SECRECY_OF_TESTS = Secrecy()
SECRECY_OF_TESTS.keep(SETTINGS.secrets)
SECRETS = [TOKEN, "sk-language", "sk-hearing", "p%40ssw0rd", "r3dis-word"]


@pytest.fixture
def said() -> Iterator[io.StringIO]:
    """Everything that is logged from DEBUG on, with every secret of `SETTINGS` guarded."""
    before, level, out = logging.getLogRecordFactory(), logging.getLogger().level, io.StringIO()
    handler = logging.StreamHandler(out)
    logging.getLogger().addHandler(handler)
    logging.getLogger().setLevel(logging.DEBUG)
    SECRECY_OF_TESTS.guard_logs()
    yield out
    logging.setLogRecordFactory(before)
    logging.getLogger().removeHandler(handler)
    logging.getLogger().setLevel(level)


@pytest.mark.parametrize("secret", SECRETS)
def test_secret_is_masked_when_it_is_said_in_any_way(said: io.StringIO, secret: str) -> None:
    log = logging.getLogger("some.library")
    log.debug("GET %s", f"https://api.telegram.org/bot{secret}/getMe")
    log.info(f"connecting with {secret}")
    log.warning("%(url)s", {"url": f"x://u:{secret}@h/"})
    try:
        raise ValueError(f"refused: {secret}") from OSError(secret)
    except ValueError:
        log.exception("it failed")
    assert secret not in said.getvalue()
    assert said.getvalue().count("***") >= 3
    assert "test_secrecy.py" in said.getvalue()


@pytest.mark.parametrize(
    "line",
    [
        "postgresql+asyncpg://admin:0ther-word@10.0.0.1:5432/x",
        "https://api.telegram.org/bot123456789:AAABBBCCCDDDEEEFFFGGGHHHIIIJJJKKK/sendMessage",
        "GET /desk/sign-in/0ther-word-0ther-word-0ther-word",
        "https://t.me/bot?start=0ther-word-0ther-word-0ther-word",
        "authorization: Bearer 0ther-word",
    ],
)
def test_secret_is_known_by_its_place_when_it_is_nobodys_setting(said: io.StringIO, line: str) -> None:
    logging.getLogger("x").error("%s", line)
    assert "0ther" not in said.getvalue()
    assert "AAABBB" not in said.getvalue()
    assert "***" in said.getvalue()


def test_log_is_no_terminal_when_a_resident_writes_escapes(said: io.StringIO) -> None:
    logging.getLogger("x").error("said %s", "\x1b[2J\x9b31m\x00木垒")
    assert said.getvalue() == "said \ufffd[2J\ufffd31m\ufffd木垒\n"


def test_line_is_still_written_when_it_cannot_be_put_together(said: io.StringIO) -> None:
    logging.getLogger("x").error("%d", "no number")
    assert "could not be put together" in said.getvalue()


async def test_token_is_in_no_line_when_telegrams_libraries_tell_everything(said: io.StringIO) -> None:
    async with FakeBotApi() as api:
        # The fake's token is too short to be known by its form, as a setting it is known by itself.
        SECRECY_OF_TESTS.keep([api.token])
        telegram, sender = Telegram(api.token, api.url, Kept()), TelegramSender(api.token, api.url)
        await telegram.username()
        await sender.send(Address("telegram", str(api.user().id)), Reply("您好"), "k1")
        await api.user().say("您好")
        async with httpx.AsyncClient() as client:
            await client.get(f"{api.url}/bot{api.token}/getMe")
        await telegram.close()
        await sender.close()
    assert "/bot***" in said.getvalue()
    assert api.token not in said.getvalue()
    assert api.token.partition(":")[2] not in said.getvalue()
