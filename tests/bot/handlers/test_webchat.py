"""The web chat over HTTP: what it takes, what it refuses, and what nobody else may see."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from babel.messages.pofile import read_po
from fastapi import FastAPI

from bot.handlers.webchat import router
from bot.handlers.webchat_session import SESSION_COOKIE, address_of_token
from bot.message import MAX_FILE_BYTES, Address, Button, Incoming, Reply
from tests.fakes.mailbox import FakeFiles, FakeMailbox, clock

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "bot" / "handlers" / "page"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
WEBM = b"\x1aE\xdf\xa3" + bytes(40)


def chinese(_: str) -> Mapping[str, str]:
    """The page's texts."""
    with (ROOT / "locales/zh/LC_MESSAGES/page.po").open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.id}


@dataclass
class Chat:
    """A resident's browser without the browser."""

    http: httpx.AsyncClient
    mailbox: FakeMailbox
    files: FakeFiles
    app: FastAPI

    @property
    def address(self) -> Address:
        """Where the bot reaches this resident."""
        return address_of_token(self.http.cookies[SESSION_COOKIE])

    async def open(self) -> httpx.Response:
        """Load the page."""
        return await self.http.get("/")

    async def say(self, **said: object) -> httpx.Response:
        """Post a message."""
        return await self.http.post("/chat/messages", json=said)

    async def upload(self, content: bytes | AsyncIterator[bytes], **query: str) -> httpx.Response:
        """Post a file."""
        return await self.http.post("/chat/files", params={"id": "f-1", "kind": "photo", **query}, content=content)

    def stranger(self) -> httpx.AsyncClient:
        """Another browser on the same server."""
        return browser_of(self.app)


def browser_of(app: FastAPI, base: str = "http://chat.test") -> httpx.AsyncClient:
    """A client with an empty cookie jar."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=base)


@pytest.fixture
async def chat(tmp_path: Path) -> AsyncIterator[Chat]:
    mailbox, files, app = FakeMailbox(), FakeFiles(tmp_path), FastAPI()
    app.include_router(router(mailbox, mailbox, files, chinese, clock))
    async with browser_of(app) as http:
        resident = Chat(http, mailbox, files, app)
        await resident.open()
        yield resident


# The page


async def test_page_weighs_little_when_everything_it_loads_is_counted(chat: Chat) -> None:
    page = await chat.open()
    loaded = re.findall(r'(?:src|href)="(/[^"]+)"', page.text)
    assets = [await chat.http.get(url) for url in loaded]
    assert len(assets) >= 3
    assert all(asset.status_code == 200 for asset in assets)
    assert len(page.content) + sum(len(asset.content) for asset in assets) < 60 * 1024


async def test_page_asks_nobody_else_when_loaded(chat: Chat) -> None:
    page = await chat.open()
    sources = re.findall(r'(?:src|href|action)="([^"]*)"', page.text)
    assert all(source.startswith(("/chat/", "tel:", "data:,")) for source in sources)
    assert not [path for path in PAGE.iterdir() if re.search(r"https?://|url\(", path.read_text("utf-8"))]


async def test_policy_allows_only_own_scripts_when_page_is_served(chat: Chat) -> None:
    page = await chat.open()
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "<script>" not in page.text
    assert " style=" not in page.text
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "microphone=(self)" in page.headers["permissions-policy"]
    assert "geolocation=(self)" in page.headers["permissions-policy"]


async def test_upgrade_is_seen_when_page_is_loaded_again(chat: Chat) -> None:
    page = await chat.open()
    script = re.search(r'src="(/chat/page/chat\.js\?v=[0-9a-f]{12})"', page.text)
    assert page.headers["cache-control"] == "no-store"
    assert script is not None
    assert "immutable" in (await chat.http.get(script[1])).headers["cache-control"]


@pytest.mark.parametrize("name", ["chat.html", "../webchat.py", "%2e%2e%2fwebchat.py", "nothing.js"])
async def test_file_is_refused_when_it_is_no_part_of_the_page(chat: Chat, name: str) -> None:
    assert (await chat.http.get(f"/chat/page/{name}")).status_code == 404


def test_texts_are_complete_when_page_and_scripts_are_read() -> None:
    html = (PAGE / "chat.html").read_text("utf-8")
    scripts = "\n".join(path.read_text("utf-8") for path in PAGE.glob("*.js"))
    asked = set(re.findall(r"\{\{(page\.[\w.]+)\}\}", html))
    asked |= {f"page.{key}" for key in re.findall(r"(?:say|notice)\('([\w.]+)'", scripts)}
    states = {"sending", "kept", "retrying", "refused", "lost", "oversized"}
    asked |= {f"page.{key}" for key in states}
    assert asked == set(chinese("zh"))
    assert all(chinese("zh").values())


def test_scripts_run_on_old_phones_when_read_for_newer_syntax() -> None:
    for path in PAGE.glob("*.js"):
        script = path.read_text("utf-8")
        assert not re.search(r"\?\.[\w(\[]|\?\?|\.\.\.|catch \{|\.flat\(|\.at\(|replaceAll|\d_\d", script), path.name
        assert not re.search(r"innerHTML|insertAdjacentHTML|document\.write|eval\(", script), path.name


async def test_page_runs_right_to_left_when_the_language_does(tmp_path: Path) -> None:
    def texts(language: str) -> Mapping[str, str]:
        return {"page.direction": "rtl", "page.language": "ug"} if language == "ug" else chinese(language)

    app, mailbox = FastAPI(), FakeMailbox()
    app.include_router(router(mailbox, mailbox, FakeFiles(tmp_path), texts, clock))
    async with browser_of(app) as http:
        assert '<html lang="zh-CN" dir="ltr">' in (await http.get("/", headers={"Accept-Language": "zh-CN"})).text
        assert '<html lang="ug" dir="rtl">' in (await http.get("/?lang=ug")).text
        assert '<html lang="ug" dir="rtl">' in (await http.get("/")).text
        await http.post("/chat/messages", json={"id": "a", "text": "سالام"})
    assert mailbox.received[0].locale_hint == "ug"


# The session


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


# Messages


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
    assert chat.mailbox.received[0].text == "? ok"


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


# The past


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


# Files


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
