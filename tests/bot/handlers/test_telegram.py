"""Telegram in, over real HTTP against the strict server: no update is lost, none confirmed that was not kept."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.handlers.telegram import Telegram
from bot.handlers.telegram_error import BadTokenError, GoneError, TelegramCallError
from bot.handlers.telegram_lane import Backoff
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_state import RateLimits
from tests.fakes.inbox import GUARD, Kept
from tests.waiting import eventually

QUICK = Backoff(first=0.01, most=0.05)


@pytest.fixture
async def api() -> AsyncIterator[FakeBotApi]:
    async with FakeBotApi(limits=RateLimits(chat_per_second=1000, total_per_second=1000)) as server:
        yield server


@pytest.fixture
def inbox() -> Kept:
    return Kept()


@asynccontextmanager
async def polling(api: FakeBotApi, inbox: Kept) -> AsyncIterator[Telegram]:
    """A bot that polls while the block lasts."""
    telegram = Telegram(api.token, api.url, inbox, backoff=QUICK, poll_seconds=5)
    poll = asyncio.create_task(telegram.poll())
    try:
        yield telegram
    finally:
        poll.cancel()
        await asyncio.gather(poll, return_exceptions=True)
        await telegram.close()


async def test_press_is_kept_when_it_can_not_be_answered(api: FakeBotApi, inbox: Kept) -> None:
    api.fail("error", times=100, method="answerCallbackQuery")
    async with polling(api, inbox):
        await api.user().press_data(5, "yes")
        await inbox.until(1)
        await eventually(lambda: api.called("answerCallbackQuery") and not api.pending, GUARD)
    assert api.answered == []


async def test_press_is_not_answered_when_it_was_not_kept(api: FakeBotApi, inbox: Kept) -> None:
    inbox.failures = 1
    update = await api.user().press_data(5, "yes")
    telegram = Telegram(api.token, api.url, inbox)
    with pytest.raises(OSError, match="away"):
        await telegram.take(update)
    await telegram.close()
    assert api.called("answerCallbackQuery") == []


async def test_person_is_heard_when_their_update_can_not_be_read(api: FakeBotApi, inbox: Kept) -> None:
    user = api.user(id=5)
    head = {"message_id": 2, "date": 1, "chat": {"id": 5, "type": "private"}}
    async with polling(api, inbox):
        await api.deliver({"message": head | {"sticker": "a shape of tomorrow"}})
        await user.say("你好")
        messages = await inbox.until(2)
        await eventually(lambda: not api.pending, GUARD)
    assert [(message.unsupported, message.text) for message in messages] == [("unknown", ""), ("", "你好")]


async def test_nothing_is_lost_when_the_inbox_fails_twice(api: FakeBotApi, inbox: Kept) -> None:
    inbox.failures = 2
    async with polling(api, inbox):
        await api.user().say("我妈没人照顾")
        await inbox.until(1)
        await eventually(lambda: not api.pending, GUARD)
    assert inbox.tries == ["我妈没人照顾"] * 3
    assert inbox.texts == ["我妈没人照顾"]


async def test_update_stays_unconfirmed_when_it_is_never_kept(api: FakeBotApi, inbox: Kept) -> None:
    inbox.refused = "坏"
    first, second = api.user(), api.user()
    async with polling(api, inbox):
        refused = await first.say("坏")
        await first.say("后面的")
        for number in range(3):
            await second.say(f"别人的 {number}")
            await inbox.until(number + 1)
        assert inbox.texts == ["别人的 0", "别人的 1", "别人的 2"]
        assert refused["update_id"] in [update["update_id"] for update in api.pending]
        inbox.refused = ""
        await inbox.until(5)
        await eventually(lambda: not api.pending, GUARD)
    assert inbox.tries.count("别人的 0") == 1
    assert inbox.texts[3:] == ["坏", "后面的"]


async def test_other_chats_go_on_when_one_is_slow(api: FakeBotApi, inbox: Kept) -> None:
    inbox.slow = "慢"
    async with polling(api, inbox):
        await api.user().say("慢")
        await api.user().say("快")
        await inbox.until(1)
        assert inbox.texts == ["快"]
        inbox.gate.set()
        await inbox.until(2)
    assert inbox.tries.count("慢") == 1


async def test_order_is_kept_when_one_person_writes_a_lot(api: FakeBotApi, inbox: Kept) -> None:
    user = api.user()
    wanted = [f"第{number}句" for number in range(150)]
    for text in wanted:
        await user.say(text)
    inbox.failures = 3
    async with polling(api, inbox):
        await inbox.until(150)
        await eventually(lambda: not api.pending, GUARD)
    assert inbox.texts == wanted


async def test_update_is_redelivered_when_the_bot_stops_before_keeping_it(api: FakeBotApi, inbox: Kept) -> None:
    inbox.refused = "你好"
    async with polling(api, inbox):
        await api.user().say("你好")
        await eventually(lambda: inbox.tries, GUARD)
    assert len(api.pending) == 1
    inbox.refused = ""
    async with polling(api, inbox):
        await inbox.until(1)
        await eventually(lambda: not api.pending, GUARD)


async def test_polling_goes_on_when_telegram_is_away_for_a_while(api: FakeBotApi, inbox: Kept) -> None:
    user = api.user()
    api.fail("error", times=2, method="getUpdates")
    api.fail("flood", times=1, method="getUpdates")
    api.fail("cut", times=1, method="getUpdates")
    api.fail("error", times=1, method="deleteWebhook")
    async with polling(api, inbox):
        await user.say("一")
        await inbox.until(1)
        await api.stop()
        await asyncio.sleep(0.1)
        await api.start()
        await user.say("二")
        await inbox.until(2)
    assert inbox.texts == ["一", "二"]


async def test_polling_goes_on_when_another_poller_interferes(api: FakeBotApi, inbox: Kept) -> None:
    other = Telegram(api.token, api.url, Kept())
    async with polling(api, inbox):
        await eventually(lambda: api.called("getUpdates"), GUARD)
        rival = asyncio.create_task(other.poll())
        await eventually(lambda: len(api.called("getUpdates")) > 3, GUARD)
        rival.cancel()
        await asyncio.gather(rival, return_exceptions=True)
        await api.user().say("还在吗")
        await inbox.until(1)
    await other.close()


async def test_webhook_is_removed_when_polling_starts(api: FakeBotApi, inbox: Kept) -> None:
    telegram = Telegram(api.token, api.url, inbox)
    await telegram.register_webhook("http://127.0.0.1:9/hook", "s3cret")
    await telegram.close()
    async with polling(api, inbox):
        await api.user().say("你好")
        await inbox.until(1)


async def test_setting_is_named_when_the_token_is_refused(api: FakeBotApi, inbox: Kept) -> None:
    telegram = Telegram("4200:wrong", api.url, inbox, backoff=QUICK)
    with pytest.raises(BadTokenError, match="LIANZHU_TELEGRAM_TOKEN"):
        await telegram.poll()
    with pytest.raises(BadTokenError):
        await telegram.username()
    await telegram.close()
    with pytest.raises(BadTokenError):
        Telegram("no token at all", api.url, inbox)


async def test_refusal_is_told_when_a_webhook_can_not_be_set(api: FakeBotApi, inbox: Kept) -> None:
    telegram = Telegram(api.token, api.url, inbox)
    with pytest.raises(TelegramCallError, match="HTTPS"):
        await telegram.register_webhook("http://example.org/hook", "s3cret")
    await telegram.close()


async def test_bytes_come_in_pieces_when_a_file_is_fetched(api: FakeBotApi, inbox: Kept) -> None:
    content = bytes(range(256)) * 1000
    update = await api.user().send_document(content)
    telegram = Telegram(api.token, api.url, inbox)
    await telegram.take(update)
    assert await telegram.username() == "lz_bot"
    chunks = [chunk async for chunk in telegram.fetch(inbox.messages[0].attachments[0].source)]
    assert b"".join(chunks) == content
    assert len(chunks) > 1
    await telegram.close()


async def test_file_is_gone_when_telegram_does_not_hand_it_out(api: FakeBotApi, inbox: Kept) -> None:
    huge = await api.user().send_document(size=21 * 1024 * 1024)
    telegram = Telegram(api.token, api.url, inbox)
    for file_id, words in ((huge["message"]["document"]["file_id"], "too big"), ("unknown", "wrong file_id")):
        with pytest.raises(GoneError, match=words):
            await anext(aiter(telegram.fetch(file_id)))
    await telegram.close()


async def test_error_hides_the_token_when_a_download_fails(
    api: FakeBotApi, inbox: Kept, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    update = await api.user().send_document(b"pdf")
    telegram = Telegram(api.token, api.url, inbox)
    api.fail("error", method="download")
    with pytest.raises(TelegramCallError, match="500") as caught:
        await anext(aiter(telegram.fetch(update["message"]["document"]["file_id"])))
    await api.stop()
    with pytest.raises(TelegramCallError):
        await telegram.username()
    await telegram.close()
    assert api.token not in str(caught.value) + caplog.text
