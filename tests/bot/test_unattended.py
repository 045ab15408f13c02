"""A desk that nobody sits at signs out, whatever its browser asks by itself meanwhile."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator

import httpx
import pytest

from casework.staff import Role
from tests.doors import browser_of, sit_down
from tests.talk import Town


@pytest.fixture
async def http(town: Town) -> AsyncIterator[httpx.AsyncClient]:
    """An officer's browser, whose streams break off at once and begin anew."""
    closing = asyncio.Event()
    closing.set()
    async with browser_of(town, closing=closing) as opened:
        await sit_down(town, opened, await town.hire("王建国", Role.COUNTY))
        yield opened


async def refreshed(http: httpx.AsyncClient) -> str:
    """Where the list goes by itself in a browser without scripts."""
    found = re.search(r'http-equiv="refresh" content="60; url=([^"]+)"', (await http.get("/desk")).text)
    assert found
    return found[1]


@pytest.mark.parametrize("itself", ["stream", "refresh"])
async def test_a_desk_signs_out_when_only_its_browser_asks(town: Town, http: httpx.AsyncClient, itself: str) -> None:
    address = await refreshed(http) if itself == "refresh" else "/desk/events"
    answers = []
    for _ in range(4):
        await town.later(minutes=10)
        answers.append((await http.get(address)).status_code)
    assert answers == [200, 200, 401, 401]
    assert (await http.get("/desk")).status_code == 401


async def test_a_desk_stays_open_when_somebody_comes_back_to_it(town: Town, http: httpx.AsyncClient) -> None:
    for _ in range(4):
        await town.later(minutes=10)
        assert (await http.get("/desk")).status_code == 200
