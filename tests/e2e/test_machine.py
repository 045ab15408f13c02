"""The running program as machines see it: alive, ready, in numbers, also where several processes share an address."""

from __future__ import annotations

import asyncio
import json
import re

import httpx

from tests.postgres import Postgres, fresh
from tests.process import GUARD, Programs
from tests.waiting import eventually


def numbers(page: str) -> dict[str, float]:
    rows = (line.rsplit(" ", 1) for line in page.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, value in rows}


async def test_every_loop_is_told_when_one_process_serves(programs: Programs) -> None:
    server = await programs.serve(log="json")
    url = await server.line("chat: ")
    async with httpx.AsyncClient(base_url=url, timeout=GUARD) as http:
        assert (await http.get("/healthz")).json() == {"ok": True}
        ready = (await http.get("/readyz")).json()
        assert ready["ok"]
        assert set(ready["parts"]) == {"database", "relay", "gather", "clock"}
        shown = numbers((await http.get("/metrics")).text)
        assert shown['lianzhu_http_requests_total{status="2xx"}'] >= 2
        assert shown["lianzhu_memory_bytes"] > 10_000_000
    ended = await server.stop()
    assert all(json.loads(line) for line in ended.err.splitlines())


async def test_a_scrape_tells_of_all_when_several_processes_share_an_address(
    programs: Programs, postgres: Postgres
) -> None:
    async with fresh(postgres) as url:
        server = await programs.start("serve", "--processes", "2", database_url=url)
        chat = await server.line("chat: ")

        async def asked(path: str) -> httpx.Response:
            # A connection of its own each time, so that any of the processes may answer.
            async with httpx.AsyncClient(base_url=chat, timeout=GUARD) as http:
                return await http.get(path)

        def both_count() -> bool:
            files = (programs.folder / "metrics").iterdir()
            return len({found[1] for path in files if (found := re.search(r"_(\d+)\.db$", path.name))}) == 2

        await eventually(both_count, GUARD)

        async def answered() -> float:
            return numbers((await asked("/metrics")).text).get('lianzhu_http_requests_total{status="2xx"}', 0)

        before = await answered()
        await asyncio.gather(*(asked("/healthz") for _ in range(20)))

        async def all_counted() -> bool:
            # An answer is counted a moment after it was sent.
            return await answered() >= before + 20

        await eventually(all_counted, GUARD)
        await server.stop()
        assert not (programs.folder / "metrics").exists()
