"""The first minutes with the program, and the second start."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sqlite3

import httpx
import pytest

from tests.process import GUARD, Programs, types

COUNTIES = ("652301", "652302", "652323", "652324", "652325", "652327", "652328")


async def test_links_roster_and_database_are_there_when_started_first(newcomer: Programs) -> None:
    serving = await newcomer.serve()
    chat, desk = await serving.line("chat: "), await serving.line("desk: ")
    assert serving.out[0] == f"lianzhu 联助: 24 services, 7 counties, data in {newcomer.folder}/"
    assert serving.out[1].startswith("试用名单")
    assert desk.startswith(f"{chat}desk/sign-in/")
    async with httpx.AsyncClient(trust_env=False, timeout=GUARD) as http:
        assert "联助" in (await http.get(chat)).text
        assert (await http.get(desk, follow_redirects=True)).status_code == 200
    with contextlib.closing(sqlite3.connect(newcomer.database)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    staff = await newcomer.ask("staff", "list")
    posts = [(role, county) for county in COUNTIES for role in ("worker", "county")]
    assert sorted((person["role"], person["area"]) for person in staff) == sorted([*posts, ("prefecture", "6523")])
    assert all(person["trial"] for person in staff)
    marked = await newcomer.run("staff", "list")
    assert len(marked.lines) == 15
    assert all(line.endswith("(trial)") for line in marked.lines)


async def test_everything_is_as_it_was_when_started_again(newcomer: Programs) -> None:
    serving = await newcomer.serve()
    await newcomer.file()
    await serving.stop()
    before, staff = await asyncio.gather(newcomer.ticket(), newcomer.ask("staff", "list"))
    port = (await serving.line("chat: ")).rstrip("/").rpartition(":")[2]
    again = await newcomer.start("--port", port, "serve", port=1)
    assert (await again.line("desk: ")) != (await serving.line("desk: "))
    assert again.out[:3] == serving.out[:3]
    after, same_staff = await asyncio.gather(newcomer.ticket(), newcomer.ask("staff", "list"))
    assert types(before) == ["filed", "dispatched"]
    assert (after, same_staff) == (before, staff)


async def test_no_trial_is_announced_when_real_people_came_first(newcomer: Programs) -> None:
    await newcomer.hire("王芳")
    serving = await newcomer.serve()
    assert [line.partition(":")[0] for line in serving.out] == ["lianzhu 联助", "chat", "desk"]
    assert [person["name"] for person in await newcomer.ask("staff", "list")] == ["王芳"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: str(number.name))
async def test_the_server_stops_cleanly_when_a_page_is_still_open(newcomer: Programs, number: signal.Signals) -> None:
    serving = await newcomer.serve()
    chat, desk = await serving.line("chat: "), await serving.line("desk: ")
    async with httpx.AsyncClient(base_url=chat, trust_env=False, timeout=GUARD) as http:
        await http.get("/")
        await http.get(desk, follow_redirects=True)
        async with http.stream("GET", "/chat/events") as stream:
            assert stream.status_code == 200
            ended = await serving.stop(number)
            async with asyncio.timeout(GUARD):
                rest = [line async for line in stream.aiter_lines()]
    assert (ended.status, ended.err) == (0, "")
    assert all(line.startswith((":", "retry:", "id:", "event:", "data:")) for line in rest if line)


async def test_a_free_port_is_found_when_port_nought_is_given(newcomer: Programs) -> None:
    serving = await newcomer.start("serve", "--port", "0", port=1)
    async with httpx.AsyncClient(trust_env=False, timeout=GUARD) as http:
        assert (await http.get(await serving.line("chat: "))).status_code == 200
