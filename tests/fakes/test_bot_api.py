"""The fake Telegram against the raw protocol, and against aiogram and python-telegram-bot as they are."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramForbiddenError
from aiohttp import web
from telegram.ext import ExtBot

from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_state import RateLimits

FAST = RateLimits(chat_per_second=1000.0, total_per_second=1000)


@pytest.fixture
async def api() -> AsyncIterator[FakeBotApi]:
    async with FakeBotApi(limits=FAST) as server:
        yield server


@pytest.fixture
async def strict() -> AsyncIterator[FakeBotApi]:
    async with FakeBotApi() as server:
        yield server


async def call(api: FakeBotApi, method: str, token: str = "", **params: Any) -> httpx.Response:
    """Call a method as a bot without any library would."""
    async with httpx.AsyncClient(timeout=30, trust_env=False) as client:
        return await client.post(f"{api.url}/bot{token or api.token}/{method}", json=params)


async def refusal(api: FakeBotApi, method: str, **params: Any) -> tuple[int, str]:
    """The code and the words of a refused call."""
    answer = (await call(api, method, **params)).json()
    assert not answer["ok"]
    return answer["error_code"], answer["description"]


async def test_unauthorized_when_token_is_wrong(api: FakeBotApi) -> None:
    assert (await call(api, "getMe", token="4200:other")).status_code == 401


async def test_not_found_when_method_is_unknown(api: FakeBotApi) -> None:
    assert (await call(api, "sendNothing")).status_code == 404


async def test_update_comes_again_when_offset_has_not_moved(api: FakeBotApi) -> None:
    update = await api.user().say("你好")
    first = (await call(api, "getUpdates")).json()["result"]
    again = (await call(api, "getUpdates", offset=update["update_id"])).json()["result"]
    assert first == again == [update]
    assert (await call(api, "getUpdates", offset=update["update_id"] + 1)).json()["result"] == []
    assert api.pending == []


async def test_poll_waits_when_there_is_nothing_yet(api: FakeBotApi) -> None:
    poll = asyncio.create_task(call(api, "getUpdates", timeout=20))
    while not api.called("getUpdates"):  # noqa: ASYNC110 - the server tells nobody of a poll
        await asyncio.sleep(0.01)
    assert not poll.done()
    await api.user().say("你好")
    assert len((await poll).json()["result"]) == 1


async def test_poll_returns_empty_when_its_timeout_is_over(api: FakeBotApi) -> None:
    started = time.monotonic()
    assert (await call(api, "getUpdates", timeout=1)).json()["result"] == []
    assert time.monotonic() - started >= 1


async def test_older_poller_conflicts_when_a_second_one_asks(api: FakeBotApi) -> None:
    older = asyncio.create_task(call(api, "getUpdates", timeout=20))
    while not api.called("getUpdates"):  # noqa: ASYNC110 - the server tells nobody of a poll
        await asyncio.sleep(0.01)
    await call(api, "getUpdates", timeout=0)
    assert (await older).status_code == 409


async def test_poll_conflicts_when_webhook_is_set(api: FakeBotApi) -> None:
    await call(api, "setWebhook", url="https://127.0.0.1:1/hook")
    assert (await refusal(api, "getUpdates"))[0] == 409
    await call(api, "deleteWebhook")
    assert (await call(api, "getUpdates")).status_code == 200


async def test_kind_is_left_out_when_it_is_not_allowed(api: FakeBotApi) -> None:
    await call(api, "getUpdates", allowed_updates='["callback_query"]')
    await api.user().say("你好")
    assert api.pending == []


async def test_webhook_delivers_until_accepted_when_it_fails_first(api: FakeBotApi) -> None:
    got: list[tuple[str, str]] = []
    done = asyncio.Event()

    async def hook(request: web.Request) -> web.Response:
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        got.append((secret, (await request.json())["message"]["text"]))
        if len(got) == 3:
            done.set()
        return web.Response(status=503 if len(got) < 3 else 200)

    app = web.Application()
    app.router.add_post("/hook", hook)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    await call(api, "setWebhook", url=url, secret_token="s3cret")
    await api.user().say("你好")
    async with asyncio.timeout(20):
        await done.wait()
        while api.pending:  # noqa: ASYNC110 - confirmed a moment after it was answered
            await asyncio.sleep(0.01)
    assert got == [("s3cret", "你好")] * 3
    await runner.cleanup()


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"text": ""}, "message text is empty"),
        ({"text": "  \n"}, "message text is empty"),
        ({"text": "字" * 4097}, "message is too long"),
        ({"text": "😀" * 2049}, "message is too long"),
        ({"text": "好", "reply_markup": "{"}, "can't parse reply_markup"),
        ({"text": "好", "reply_markup": {"inline_keyboard": [{"text": "a"}]}}, "object expected"),
        ({"text": "好", "reply_markup": {"inline_keyboard": [[{"text": " ", "callback_data": "a"}]]}}, "non-empty"),
        ({"text": "好", "reply_markup": {"inline_keyboard": [[{"text": "是"}]]}}, "unallowed"),
        ({"text": "好", "reply_markup": {"inline_keyboard": [[{"text": "是", "callback_data": ""}]]}}, "DATA_INVALID"),
        (
            {"text": "好", "reply_markup": {"inline_keyboard": [[{"text": "是", "callback_data": "字" * 22}]]}},
            "DATA_INVALID",
        ),
    ],
)
async def test_message_is_refused_when_it_breaks_a_limit(api: FakeBotApi, params: dict[str, Any], words: str) -> None:
    if isinstance(params.get("reply_markup"), dict):
        params = params | {"reply_markup": json.dumps(params["reply_markup"])}
    code, description = await refusal(api, "sendMessage", chat_id=api.user().id, **params)
    assert code == 400
    assert words in description
    assert api.sent == []


async def test_message_is_taken_when_it_is_just_within_the_limits(api: FakeBotApi) -> None:
    markup = json.dumps({"inline_keyboard": [[{"text": "是", "callback_data": "k" * 64}]]})
    answer = await call(api, "sendMessage", chat_id=api.user().id, text="字" * 4096, reply_markup=markup)
    assert answer.status_code == 200


@pytest.mark.parametrize(("state", "words"), [("block", "bot was blocked by the user"), ("deactivate", "deactivated")])
async def test_forbidden_when_person_is_away(api: FakeBotApi, state: str, words: str) -> None:
    user = api.user()
    getattr(user, state)()
    code, description = await refusal(api, "sendMessage", chat_id=user.id, text="好")
    assert code == 403
    assert words in description


async def test_bad_request_when_chat_is_unknown(api: FakeBotApi) -> None:
    assert await refusal(api, "sendMessage", chat_id=1, text="好") == (400, "Bad Request: chat not found")


async def test_second_message_floods_when_it_comes_within_a_second(strict: FakeBotApi) -> None:
    user, other = strict.user(), strict.user()
    assert (await call(strict, "sendMessage", chat_id=user.id, text="一")).status_code == 200
    flooded = (await call(strict, "sendMessage", chat_id=user.id, text="二")).json()
    assert flooded["error_code"] == 429
    assert flooded["parameters"] == {"retry_after": 1}
    assert (await call(strict, "sendMessage", chat_id=other.id, text="一")).status_code == 200
    await asyncio.sleep(1)
    assert (await call(strict, "sendMessage", chat_id=user.id, text="二")).status_code == 200


async def test_everybody_floods_when_total_rate_is_passed() -> None:
    async with FakeBotApi(limits=RateLimits(total_per_second=3)) as api:
        answers = [await call(api, "sendMessage", chat_id=api.user().id, text="好") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]


async def test_edit_is_refused_when_nothing_changes(api: FakeBotApi) -> None:
    user = api.user()
    sent = (await call(api, "sendMessage", chat_id=user.id, text="好")).json()["result"]
    same = {"chat_id": user.id, "message_id": sent["message_id"]}
    assert "message is not modified" in (await refusal(api, "editMessageText", **same, text="好"))[1]
    assert "message is not modified" in (await refusal(api, "editMessageReplyMarkup", **same))[1]
    assert (await call(api, "editMessageText", **same, text="更好")).status_code == 200
    assert user.last.text == "更好"


async def test_query_is_too_old_when_answered_late() -> None:
    async with FakeBotApi(limits=FAST, query_lifetime=0.0) as api:
        update = await api.user().press_data(1, "forged")
        query = update["callback_query"]["id"]
        assert "query is too old" in (await refusal(api, "answerCallbackQuery", callback_query_id=query))[1]


async def test_press_names_the_buttons_when_label_is_missing(api: FakeBotApi) -> None:
    user = api.user()
    markup = json.dumps({"inline_keyboard": [[{"text": "是", "callback_data": "yes"}]]})
    await call(api, "sendMessage", chat_id=user.id, text="对吗？", reply_markup=markup)
    with pytest.raises(AssertionError, match="是"):
        await user.press("否")
    assert (await user.press("是"))["callback_query"]["data"] == "yes"


async def test_wait_complains_when_nothing_comes(api: FakeBotApi) -> None:
    with pytest.raises(AssertionError, match="no message with '你好'"):
        await api.user().wait_for("你好", timeout=0.05)


async def test_file_is_refused_when_over_twenty_megabytes(api: FakeBotApi) -> None:
    update = await api.user().send_document(size=20 * 1024 * 1024 + 1)
    file_id = update["message"]["document"]["file_id"]
    assert await refusal(api, "getFile", file_id=file_id) == (400, "Bad Request: file is too big")


async def test_file_is_refused_when_sent_as_another_kind(api: FakeBotApi) -> None:
    user = api.user()
    file_id = (await user.send_voice())["message"]["voice"]["file_id"]
    assert (await call(api, "sendVoice", chat_id=user.id, voice=file_id)).status_code == 200
    assert "can't use file" in (await refusal(api, "sendDocument", chat_id=user.id, document=file_id))[1]
    assert "wrong file identifier" in (await refusal(api, "sendPhoto", chat_id=user.id, photo="none"))[1]


async def test_message_is_kept_when_answer_breaks_off(api: FakeBotApi) -> None:
    user = api.user()
    api.fail("cut")
    with pytest.raises(httpx.RemoteProtocolError):
        await call(api, "sendMessage", chat_id=user.id, text="好")
    assert user.last.text == "好"


async def test_calls_fail_as_often_as_told_when_faults_are_set(api: FakeBotApi) -> None:
    user, other = api.user(), api.user()
    api.fail("error", times=2, user=user)
    codes = [(await call(api, "sendMessage", chat_id=user.id, text="好")).status_code for _ in range(3)]
    assert codes == [500, 500, 200]
    api.fail("flood", retry_after=7)
    assert (await call(api, "sendMessage", chat_id=other.id, text="好")).json()["parameters"] == {"retry_after": 7}


async def test_album_shares_a_group_when_sent(api: FakeBotApi) -> None:
    updates = await api.user().send_album([b"1", b"2", b"3"], caption="家里")
    assert len({update["message"]["media_group_id"] for update in updates}) == 1
    assert [update["message"].get("caption", "") for update in updates] == ["家里", "", ""]


async def test_same_content_comes_again_when_replayed(api: FakeBotApi) -> None:
    user = api.user()
    first = await user.say("你好")
    again = await user.replay(first)
    assert again["message"] == first["message"]
    assert again["update_id"] > first["update_id"]


async def test_aiogram_talks_to_it_when_given_the_address(api: FakeBotApi) -> None:
    bot = Bot(api.token, session=AiohttpSession(api=TelegramAPIServer.from_base(api.url)))
    user = api.user()
    await user.send_photo(b"jpeg" * 100, caption="伤口")
    try:
        assert (await bot.get_me()).username == "lz_bot"
        (update,) = await bot.get_updates()
        assert update.message is not None
        assert update.message.photo is not None
        content = await bot.download(update.message.photo[-1].file_id)
        assert content is not None
        assert content.read() == b"jpeg" * 100
        await bot.send_message(user.id, "好")
        user.block()
        with pytest.raises(TelegramForbiddenError):
            await bot.send_message(user.id, "好")
    finally:
        await bot.session.close()


async def test_python_telegram_bot_talks_to_it_when_given_the_address(api: FakeBotApi) -> None:
    user = api.user()
    async with ExtBot(api.token, base_url=f"{api.url}/bot", base_file_url=f"{api.url}/file/bot") as bot:
        sent = await bot.send_document(user.id, b"pdf", filename="证明.pdf", caption="请看")
        assert sent.document is not None
        again = await bot.send_document(user.id, sent.document.file_id)
        assert again.document == sent.document
        fetched = await bot.get_file(sent.document.file_id)
        assert bytes(await fetched.download_as_bytearray()) == b"pdf"
    assert [message.text for message in user.messages] == ["请看", ""]
