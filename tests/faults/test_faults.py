"""Whatever goes wrong while people ask for help, nothing is lost, nothing doubled, order kept and everybody told."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from random import Random

from tests import postgres, redis
from tests.fakes.bot_api import FakeBotApi
from tests.faults.fault import plan
from tests.faults.scene import Scene, endure, opened
from tests.process import Programs

SEED = int(os.environ.get("LIANZHU_FAULT_SEED", "5"))
SECONDS = 10.0
"""For how long faults strike."""


async def test_every_promise_is_kept_when_one_process_on_sqlite_lives_through_faults(
    tmp_path: Path, learned: Path
) -> None:
    programs = Programs(tmp_path / "data", learned)
    async with FakeBotApi() as api, opened(Scene(programs, api, database=str(programs.database))) as scene:
        chance = Random(SEED)
        planned = plan(chance, scene.has, SECONDS, slow=False)
        assert await endure(scene, planned, chance) == []
        assert len(scene.struck) == len(planned)


async def test_every_promise_is_kept_when_two_processes_on_postgresql_and_redis_live_through_faults(
    tmp_path: Path, learned: Path
) -> None:
    folder = Path(tempfile.mkdtemp(prefix="lianzhu-faults-"))
    with postgres.running(folder, postgres.SAFE) as server, redis.running() as wire:
        async with postgres.fresh(server) as url, FakeBotApi() as api:
            programs = Programs(tmp_path / "data", learned, {"database_url": url, "redis_url": wire.url})
            plain = url.replace("postgresql+asyncpg", "postgresql")
            async with opened(Scene(programs, api, server, wire, plain, processes=2)) as scene:
                chance = Random(SEED)
                planned = plan(chance, scene.has, SECONDS, slow=False)
                assert await endure(scene, planned, chance) == []
                assert len(scene.struck) == len(planned)
