"""Every address of the house, found by walking its routes: what each may do in a browser, and who may send it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Sequence

import httpx
import pyotp
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from bot.handlers.webhook import router as webhook_router
from bot.server import build_web
from desk.session import COOKIE, csrf_of
from storage import session as session_store
from tests.doors import Place, settle
from tests.fakes.desk import secret_in
from tests.talk import Town

CHANGING = {"POST", "PUT", "PATCH", "DELETE"}
UNSIGNED = {"/desk/sign-in/{token}"}
"""Changing addresses of the desk without a form's token: there is no session yet whose token it could be."""
BY_SECRET = {"/telegram/webhook"}
"""Changing addresses that no browser is meant to use."""
STREAMS = {"/desk/events", "/chat/events"}
"""Addresses that never end; what they say is no page."""
DIRECTIVES = {
    "default-src": {"'none'"},
    "script-src": {"'self'"},
    "style-src": {"'self'"},
    "connect-src": {"'self'"},
    "base-uri": {"'none'"},
    "frame-ancestors": {"'none'"},
}


def routes(web: FastAPI) -> Iterator[APIRoute]:
    """Every route, those of included routers too."""

    def walk(found: Sequence[BaseRoute]) -> Iterator[APIRoute]:
        for each in found:
            if isinstance(each, APIRoute):
                yield each
            else:
                # What FastAPI keeps of an included router; without it this test would find nothing, and fail below.
                yield from walk(getattr(each, "original_router", each).routes)

    return walk(web.routes)


@pytest.fixture
def web(town: Town) -> FastAPI:
    async def take(update: dict[str, object]) -> None:
        raise AssertionError("nothing came from a channel")

    made = build_web(town.app, None, asyncio.Event())
    made.include_router(webhook_router(take, "secret"))
    return made


@pytest.fixture
async def place(town: Town) -> Place:
    return await settle(town, "c")


@pytest.fixture
async def http(town: Town, web: FastAPI, place: Place) -> AsyncIterator[httpx.AsyncClient]:
    """A browser with the chat open and an officer signed in."""
    async with town.app.database.write() as connection:
        token = await session_store.open_session(connection, place.me.id, town.clock(), passed=True)
    transport = httpx.ASGITransport(web, client=("203.0.113.5", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://house.test") as opened:
        await opened.get("/")
        opened.cookies.set(COOKIE, token, path="/desk")
        yield opened


def filled(path: str, number: str = "LZ1001") -> str:
    """An address with something in its places."""
    values = {"number": number, "action": "accept", "token": "x" * 32, "name": "desk.css", "trip_id": "1"}
    return re.sub(r"\{(\w+)\}", lambda place: values.get(place[1], "1"), path)


def addresses(web: FastAPI, methods: set[str]) -> list[tuple[str, str]]:
    return sorted({(method, each.path) for each in routes(web) for method in each.methods & methods})


def policy_of(page: httpx.Response) -> dict[str, set[str]]:
    """The directives of a page's policy, each with its sources."""
    parts = [part.split() for part in page.headers["content-security-policy"].split(";")]
    return {part[0]: set(part[1:]) for part in parts if part}


def test_the_walk_finds_every_kind_of_address_when_it_is_made(web: FastAPI) -> None:
    found = {path for _, path in addresses(web, CHANGING | {"GET"})}
    assert {"/", "/chat/messages", "/desk/second-factor", "/desk/tickets/{number}/{action}", *BY_SECRET} <= found
    assert len(found) >= 25


async def test_nothing_is_changed_when_the_form_comes_from_another_page(web: FastAPI, http: httpx.AsyncClient) -> None:
    csrf = csrf_of(http.cookies[COOKIE])
    for method, path in addresses(web, CHANGING):
        for header in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://evil.test"}, {"Origin": "null"}):
            answer = await http.request(method, filled(path), data={"csrf": csrf}, headers=header)
            assert answer.status_code == 403, (method, path, header)


async def test_nothing_is_changed_when_the_form_has_no_token_of_its_session(
    web: FastAPI, http: httpx.AsyncClient, place: Place
) -> None:
    desk = [path for _, path in addresses(web, CHANGING) if path.startswith("/desk") and path not in UNSIGNED]
    assert len(desk) >= 6
    other = csrf_of("another session")
    for path in desk:
        if path == "/desk/second-factor":
            async with place.town.app.database.write() as connection:
                half = await session_store.open_session(connection, place.me.id, place.town.clock())
            whole, _ = http.cookies[COOKIE], http.cookies.set(COOKIE, half, path="/desk")
        for sent in ({}, {"csrf": ""}, {"csrf": other}):
            assert (await http.post(filled(path), data=sent)).status_code == 403, (path, sent)
        if path == "/desk/second-factor":
            http.cookies.set(COOKIE, whole, path="/desk")


async def test_every_page_is_strict_when_a_browser_opens_it(
    web: FastAPI, http: httpx.AsyncClient, place: Place
) -> None:
    ticket, trip = await place.file(), await place.trip()
    assert trip.id == 1
    pages = 0
    for signed in (True, False):
        if not signed:
            http.cookies.delete(COOKIE, path="/desk")
        for _, path in addresses(web, {"GET"}):
            if path in STREAMS:
                continue
            page = await http.get(filled(path, ticket.number))
            assert page.headers["x-content-type-options"] == "nosniff", path
            if not page.headers.get("content-type", "").startswith("text/html"):
                continue
            pages += 1
            policy = policy_of(page)
            assert DIRECTIVES.items() <= policy.items(), path
            assert policy["form-action"] <= {"'self'", "'none'"}, path
            assert "unsafe" not in page.headers["content-security-policy"], path
            assert "*" not in page.headers["content-security-policy"], path
            assert page.headers["x-frame-options"] == "DENY", path
            assert page.headers["referrer-policy"] in ("no-referrer", "same-origin"), path
            assert page.headers["cache-control"] == "no-store", path
            assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]* src=)|javascript:", page.text), path
    assert pages > 20


async def test_the_pages_of_the_second_factor_are_strict_when_they_are_shown(
    http: httpx.AsyncClient, place: Place
) -> None:
    async with place.town.app.database.write() as connection:
        half = await session_store.open_session(connection, place.me.id, place.town.clock())
    http.cookies.set(COOKIE, half, path="/desk")
    page = await http.get("/desk/second-factor")
    assert "<svg" in page.text
    code = pyotp.TOTP(secret_in(page)).at(place.town.clock.at)
    codes = await http.post("/desk/second-factor", data={"csrf": csrf_of(half), "text": code})
    for shown in (page, codes):
        assert shown.status_code == 200
        assert DIRECTIVES.items() <= policy_of(shown).items()
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]* src=)", shown.text)
