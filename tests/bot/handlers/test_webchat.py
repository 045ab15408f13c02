"""The web chat over HTTP: what it takes, what it refuses, and what nobody else may read."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.handlers.webchat_session import SESSION_COOKIE
from bot.message import Button, Reply
from tests.sample import PNG
from tests.webchat import Chat, browser_of, open_chat


@pytest.fixture
async def chat(tmp_path: Path) -> AsyncIterator[Chat]:
    async with open_chat(tmp_path) as resident:
        yield resident


async def test_cookie_is_kept_when_page_is_opened_again(chat: Chat) -> None:
    before = chat.http.cookies[SESSION_COOKIE]
    again = await chat.open()
    assert chat.http.cookies[SESSION_COOKIE] == before
    assert re.search(r"HttpOnly.*Max-Age=31536000.*SameSite=lax", again.headers["set-cookie"])
    assert "Secure" not in again.headers["set-cookie"]


async def test_cookie_is_secure_when_page_came_by_https(chat: Chat) -> None:
    async with browser_of(chat.app, "https://chat.test") as http:
        assert "Secure" in (await http.get("/")).headers["set-cookie"]


async def test_cookie_is_no_part_of_the_address_when_stored(chat: Chat) -> None:
    await chat.say(id="a", text="在吗")
    token = chat.http.cookies[SESSION_COOKIE]
    stored = chat.mailbox.received[0].address
    assert re.fullmatch(r"[0-9a-f]{24}", stored.conversation)
    assert stored.channel == "webchat"
    assert token not in str(stored)
    assert stored.conversation not in token


async def test_address_does_not_open_the_chat_when_used_as_cookie(chat: Chat) -> None:
    cookies = {SESSION_COOKIE: chat.address.conversation}
    async with chat.stranger() as http:
        http.cookies.update(cookies)
        assert (await http.get("/chat/history")).status_code == 401


@pytest.mark.parametrize("path", ["/chat/history", "/chat/events", "/chat/files/f1"])
async def test_answer_is_no_session_when_cookie_is_missing(chat: Chat, path: str) -> None:
    async with chat.stranger() as http:
        refused = await http.get(path)
    assert (refused.status_code, refused.json()) == (401, {"error": "no-session"})


async def test_message_is_handed_over_when_posted(chat: Chat) -> None:
    kept = await chat.say(id="m-1", text="我妈八十了\n要人做饭", edits="m-0")
    assert (kept.status_code, kept.json()) == (202, {"ok": True})
    said = chat.mailbox.received[0]
    assert (said.address, said.external_id, said.text) == (chat.address, "m-1", "我妈八十了\n要人做饭")
    assert (said.edits, said.button, said.locale_hint) == ("m-0", None, "zh")
    assert said.at.utcoffset() is not None


async def test_button_is_handed_over_when_pressed(chat: Chat) -> None:
    await chat.say(id="m-1", button="confirm:yes")
    assert (chat.mailbox.received[0].button, chat.mailbox.received[0].text) == ("confirm:yes", "")


async def test_place_is_handed_over_when_shared(chat: Chat) -> None:
    await chat.say(id="m-1", location={"latitude": 43.83, "longitude": 90.28})
    (pin,) = chat.mailbox.received[0].attachments
    assert (pin.kind, pin.latitude, pin.longitude) == ("location", 43.83, 90.28)


async def test_message_keeps_its_id_when_posted_twice(chat: Chat) -> None:
    answers = [await chat.say(id="m-1", text="在吗") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert [said.external_id for said in chat.mailbox.delivered] == ["m-1", "m-1"]
    assert len(chat.mailbox.received) == 1


@pytest.mark.parametrize(("length", "handed"), [(15_000, 15_000), (20_000, 20_000), (21_000, 20_000)])
async def test_long_text_is_passed_on_when_the_conversation_is_to_cut_it(chat: Chat, length: int, handed: int) -> None:
    body = '{"id": "m-1", "text": "' + "难" * length + '"}'
    answer = await chat.http.post("/chat/messages", content=body.encode())
    assert answer.status_code == 202
    assert len(chat.mailbox.received[0].text) == handed


async def test_text_can_be_stored_when_a_keyboard_sent_half_a_character(chat: Chat) -> None:
    content = b'{"id": "m-1", "text": "\\ud83d \\u0000ok"}'
    answer = await chat.http.post("/chat/messages", content=content)
    assert answer.status_code == 202
    assert chat.mailbox.received[0].text == "ok"


@pytest.mark.parametrize(
    ("body", "status", "key"),
    [
        (b"{", 400, "malformed"),
        (b"", 400, "malformed"),
        (b"\xff\xfe", 400, "malformed"),
        (b"[" * 50_000, 400, "malformed"),
        (b"[]", 422, "malformed"),
        (b'{"text": "no id"}', 422, "malformed"),
        (b'{"id": "a b", "text": "x"}', 422, "malformed"),
        (b'{"id": "' + b"a" * 65 + b'", "text": "x"}', 422, "malformed"),
        (b'{"id": "a\\n", "text": "x"}', 422, "malformed"),
        (b'{"id": "a", "text": 5}', 422, "malformed"),
        (b'{"id": "a", "location": {"latitude": 91, "longitude": 0}}', 422, "malformed"),
        (b'{"id": "a", "location": {"latitude": NaN, "longitude": 0}}', 422, "malformed"),
        (b'{"id": "a", "text": "  "}', 422, "empty"),
        (b'{"id": "a"}', 422, "empty"),
        (b'{"id": "a", "text": "' + b"x" * 66_000 + b'"}', 413, "too-large"),
    ],
)
async def test_refusal_is_clear_when_the_body_is_wrong(chat: Chat, body: bytes, status: int, key: str) -> None:
    refused = await chat.http.post("/chat/messages", content=body)
    assert (refused.status_code, refused.json()) == (status, {"error": key})
    assert not chat.mailbox.delivered


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.test"},
        {"Origin": "null"},
        {"Origin": "http://chat.test:8080"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://chat.test"},
    ],
)
@pytest.mark.parametrize("path", ["/chat/messages", "/chat/files?id=a&kind=photo"])
async def test_post_is_refused_when_another_site_sends_it(chat: Chat, path: str, headers: dict[str, str]) -> None:
    refused = await chat.http.post(path, content=b'{"id": "a", "text": "x"}', headers=headers)
    assert (refused.status_code, refused.json()) == (403, {"error": "cross-origin"})
    assert not chat.mailbox.delivered


@pytest.mark.parametrize("headers", [{"Origin": "http://chat.test"}, {"Sec-Fetch-Site": "same-origin"}, {}])
async def test_post_is_taken_when_the_own_page_sends_it(chat: Chat, headers: dict[str, str]) -> None:
    taken = await chat.http.post("/chat/messages", json={"id": "a", "text": "x"}, headers=headers)
    assert taken.status_code == 202


async def test_answer_is_unavailable_when_storage_fails(chat: Chat) -> None:
    chat.mailbox.broken = True
    for failed in (await chat.say(id="a", text="x"), await chat.http.get("/chat/history"), await chat.upload(PNG)):
        assert (failed.status_code, failed.json()) == (503, {"error": "unavailable"})
        assert failed.headers["retry-after"]


async def test_history_holds_both_directions_when_read(chat: Chat) -> None:
    buttons = (Button("yes", "对，就是这个"), Button("no", "不对"))
    chat.mailbox.say(chat.address, Reply("对吗？", buttons, ticket="CJ-1", asks="location"))
    await chat.say(id="m-1", button="yes")
    chat.mailbox.say(chat.address, Reply("我下午来。", author="王芳"))
    asked, pressed, worker = (await chat.http.get("/chat/history")).json()
    assert (asked["id"], asked["direction"], asked["ticket"], asked["asks"]) == (1, "out", "CJ-1", "location")
    assert asked["buttons"][0] == {"key": "yes", "label": "对，就是这个"}
    assert (pressed["id"], pressed["direction"], pressed["text"]) == ("m-1", "in", "对，就是这个")
    assert pressed["button"] == "yes"
    assert (worker["author"], worker["text"], worker["attachment"]) == ("王芳", "我下午来。", None)


async def test_history_is_empty_when_somebody_else_reads(chat: Chat) -> None:
    await chat.say(id="m-1", text="只有我能看")
    async with chat.stranger() as http:
        await http.get("/")
        assert (await http.get("/chat/history")).json() == []
