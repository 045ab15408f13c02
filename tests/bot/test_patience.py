"""Oversized, malformed and endless HTTP is answered or cut off, and nobody else notices."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio
from fastapi import FastAPI

from bot.handlers import webhook
from bot.handlers.webchat_session import SESSION_COOKIE
from bot.patience import Bodies, Patient, names
from bot.server import build_web
from bot.settings import Settings
from casework.staff import Role
from catalogue.catalogue import Catalogue
from desk.session import COOKIE, csrf_of
from storage import session as session_store
from tests.talk import Town, open_town
from tests.wire import Wire, request, unhurried, wired

pytestmark = pytest.mark.asyncio(loop_scope="module")
TOKEN = "a" * 43
CHAT = (f"Cookie: {SESSION_COOKIE}={TOKEN}", "Sec-Fetch-Site: same-origin")
JSON = (*CHAT, "Content-Type: application/json")
CHUNKED = "Transfer-Encoding: chunked"
SECRET = "webhook-secret"


class Hasty(Patient):
    """The same, for whom a second is long."""

    head_seconds = 1.0


def app_of(town: Town) -> FastAPI:
    async def take(update: dict[str, object]) -> None:
        """Keep it."""

    web = build_web(replace(town.app, throttle=unhurried()), None, asyncio.Event())
    web.include_router(webhook.router(take, SECRET))
    return web


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> AsyncIterator[Town]:
    async with open_town(tmp_path_factory.mktemp("town"), catalogue, gather_seconds=0) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def wire(town: Town) -> AsyncIterator[Wire]:
    async with wired(app_of(town), Patient) as wire:
        yield wire


def said(body: bytes, length: int | None = None, *more: str) -> bytes:
    return request(
        "/chat/messages", "POST", [*JSON, f"Content-Length: {len(body) if length is None else length}", *more], body
    )


async def lives(wire: Wire) -> None:
    """Somebody else is served."""
    assert await wire.status(request("/")) == 200
    assert await wire.status(said(b'{"id": "m1", "text": "hello"}')) == 202


HEAD = b"POST /chat/messages HTTP/1.1\r\nHost: x\r\n"
MALFORMED = {
    "no http": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200) + b"\r\n\r\n",
    "nonsense": b"GIVE ME /\r\n\r\n",
    "a flood of headers": b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X-a: y\r\n" * 20_000 + b"\r\n",
    "a header without end": b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 200_000,
    "a path without end": b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "two lengths": HEAD + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
    "a negative length": HEAD + b"Content-Length: -5\r\n\r\n",
    "a length that is no number": HEAD + b"Content-Length: ten\r\n\r\n",
    "a length of thirty digits": HEAD + b"Content-Length: " + b"9" * 30 + b"\r\n\r\n",
    "a length and chunks": HEAD + b"Content-Length: 3\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "a chunk of no size": HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n",
    "a header with NUL": b"GET / HTTP/1.1\r\nHost: x\r\nX: a\x00b\r\n\r\n",
    "a path with spaces": b"GET /a b c HTTP/1.1\r\nHost: x\r\n\r\n",
}  # fmt: skip


@pytest.mark.parametrize("what", MALFORMED)
async def test_request_is_refused_or_cut_off_when_it_is_no_http(wire: Wire, what: str) -> None:
    status = await wire.status(MALFORMED[what])
    assert status == 0 or 400 <= status < 500
    await lives(wire)


DEEP = b'{"id": "m1", "text": ' + b"[" * 30_000 + b"]" * 30_000 + b"}"
BODIES = {
    "no json": (b"{", 400),
    "a list": (b"[]", 422),
    "nothing": (b"", 400),
    "no utf-8": (b'{"id": "m1", "text": "\xff\xfe"}', 400),
    "utf-16": ('{"id": "m1", "text": "x"}'.encode("utf-16"), 202),
    "a depth bomb": (DEEP, 400),
    "an integer of 60,000 digits": (b'{"id": "m1", "text": ' + b"9" * 60_000 + b"}", 400),
    "an id that is a number": (b'{"id": 1, "text": "x"}', 422),
    "no number": (b'{"id": "m1", "location": {"latitude": NaN, "longitude": 1}}', 422),
    "infinity": (b'{"id": "m1", "location": {"latitude": Infinity, "longitude": -Infinity}}', 422),
    "a float without end": (b'{"id": "m1", "location": {"latitude": 1e999, "longitude": 1}}', 422),
    "the same key twice": (b'{"id": "m1", "text": "a", "text": "b"}', 202),
    "other keys": (b'{"id": "m1", "text": "a", "__proto__": {"x": 1}, "staff": 1}', 202),
    "two kinds of content": (b'{"id": "m1", "text": "a", "button": "b", "edits": "m0"}', 202),
    "half a character": (b'{"id": "m1", "text": "\\ud83d"}', 422),
    "a long text": (json.dumps({"id": "m1", "text": "长" * 60_000}).encode(), 413),
}


@pytest.mark.parametrize("what", BODIES)
async def test_body_is_answered_clearly_when_it_is_odd(wire: Wire, what: str) -> None:
    body, status = BODIES[what]
    # Whoever still writes when the answer is there may find the connection closed before reading it.
    assert await wire.status(said(body)) in ((status, 0) if status == 413 else (status,))
    await lives(wire)


async def test_body_is_cut_off_when_it_is_larger_than_announced(wire: Wire) -> None:
    assert await wire.status(said(b'{"id": "m1", "text": "x"}' + b"y" * 1000, 25)) == 202
    await lives(wire)


async def test_connection_ends_when_chunks_never_end(wire: Wire) -> None:
    piece = b"1000\r\n" + b"a" * 0x1000 + b"\r\n"
    for path, most in (("/chat/messages", 40), ("/chat/files?id=f&kind=photo", 3000)):
        assert await wire.status(request(path, "POST", [*JSON, CHUNKED]), *[piece] * most) in (0, 413)
    await lives(wire)


async def test_other_people_are_served_when_some_never_finish(town: Town) -> None:
    half = b"POST /chat/messages HTTP/1.1\r\nHost: x\r\n"
    async with wired(app_of(town), Hasty) as wire:
        slow = [asyncio.create_task(wire.send(half)) for _ in range(100)]
        drops = [asyncio.create_task(wire.send(*[b"GET / HT", *[b"X"] * 8], pause=0.4)) for _ in range(20)]
        await lives(wire)
        assert set(await asyncio.gather(*slow)) == {b""}
        assert set(await asyncio.gather(*drops)) <= {b"", await wire.send(b"\x00\r\n\r\n")}


async def test_connection_ends_when_more_comes_after_the_answer(town: Town) -> None:
    async with wired(app_of(town), Hasty) as wire:
        lines = request("/chat/messages", "POST", [*JSON, CHUNKED]).replace(b"Connection: close\r\n", b"")
        answer = await wire.send(lines, *[b"4\r\naaaa\r\n"] * 40_000)
        assert answer == b"" or answer.startswith(b"HTTP/1.1 413")


async def test_body_ends_when_it_stops_coming(town: Town) -> None:
    async with wired(Bodies(app_of(town), idle=0.3), Patient) as wire:
        for path, headers in (
            ("/chat/messages", JSON),
            ("/chat/files?id=f&kind=photo", CHAT),
            ("/telegram/webhook", (f"{webhook.SECRET_HEADER}: {SECRET}",)),
        ):
            assert await wire.status(request(path, "POST", [*headers, "Content-Length: 500"], b"{")) == 400
        await lives(wire)


@pytest.mark.parametrize("path", ["/", "/chat/history", "/chat/events", "/chat/files", "/chat/messages", "/desk"])
@pytest.mark.parametrize("method", ["DELETE", "PUT", "PATCH", "TRACE", "CONNECT", "PROPFIND", "X" * 30])
async def test_method_is_refused_when_no_address_knows_it(wire: Wire, path: str, method: str) -> None:
    assert 400 <= await wire.status(request(path, method, CHAT)) < 500


@pytest.mark.parametrize(
    "path",
    [
        "/chat/files/..%2f..%2flianzhu.db",
        "/chat/page/..%2f..%2fserver.py",
        "/desk/static/..%2f..%2fpage.py",
        "/../../etc/passwd",
        "/chat/page/%00",
        "/chat/page/C:%5Cboot.ini",
        "//etc/passwd",
        "/chat/files/" + "a" * 3000,
        "/desk/static/%ff",
        "/desk/tickets/..%2f..%2f/files/x",
        "/%c0%ae%c0%ae/",
    ],
)
async def test_nothing_is_found_when_the_path_leaves_its_folder(wire: Wire, path: str) -> None:
    assert 400 <= await wire.status(request(path, headers=CHAT)) < 500


@pytest.mark.parametrize(
    "kind",
    [
        "application/json",
        "text/plain",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        'x; boundary="',
        "\xff",
    ],
)
async def test_desk_form_is_refused_when_its_type_is_wrong(town: Town, wire: Wire, kind: str) -> None:
    headers = [*await signed_in(town), f"Content-Type: {kind}", "Content-Length: 9"]
    assert 400 <= await wire.status(request("/desk/sign-out", "POST", headers, b"csrf=x&a=")) < 500
    await lives(wire)


async def signed_in(town: Town) -> list[str]:
    person = await town.hire("钱红", Role.PREFECTURE, "6523")
    async with town.app.database.write() as connection:
        session = await session_store.open_session(connection, person.id, town.clock(), passed=True)
    return [f"Cookie: {COOKIE}={session}", "Sec-Fetch-Site: same-origin", f"X-Test: {csrf_of(session)}"]


def parts(count: int, name: str, file: bool, csrf: str) -> bytes:
    filed = '; filename="a.png"' if file else ""
    pieces = [f'--b\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n{csrf}\r\n']
    pieces += [f'--b\r\nContent-Disposition: form-data; name="{name}"{filed}\r\n\r\nx\r\n'] * count
    return "".join([*pieces, "--b--\r\n"]).encode()


@pytest.mark.parametrize(
    ("count", "name", "file"), [(5000, "x", False), (5000, "files", True), (1, "n" * 100_000, False)]
)
async def test_form_is_refused_when_it_has_parts_without_end(
    town: Town, wire: Wire, count: int, name: str, file: bool
) -> None:
    headers = await signed_in(town)
    body = parts(count, name, file, headers[2].partition(": ")[2])
    headers += ["Content-Type: multipart/form-data; boundary=b", f"Content-Length: {len(body)}"]
    status = await wire.status(request("/desk/tickets/LZ1001/ask", "POST", headers, body))
    assert status == 0 or 400 <= status < 500
    await lives(wire)


async def test_other_names_are_refused_when_a_public_one_is_set(town: Town) -> None:
    settings = town.app.settings
    town.app.house.settings.__dict__["public_url"] = "https://help.example:8443"
    try:
        async with wired(app_of(town), Patient) as wire:
            for host in ("help.example", "help.example:8443", "127.0.0.1:8080", "localhost"):
                assert await wire.status(request("/", host=host)) == 200
            for host in ("evil.example", "help.example.evil.example", "", "help.example@evil.example", "[::1]:80:80"):
                assert await wire.status(request("/", host=host)) == 400
    finally:
        settings.__dict__["public_url"] = ""


async def test_every_name_is_answered_when_no_public_one_is_set() -> None:
    assert names(Settings(_env_file=None)) == ["*"]  # type: ignore[call-arg]
