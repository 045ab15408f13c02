"""A town made anew for every example in milliseconds: a copy of a database in which everybody is hired already."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from bot.app import assemble
from bot.house import House, open_house
from bot.settings import Settings
from casework.staff import Role, Staff
from catalogue.catalogue import Catalogue
from storage.database import Database
from storage.seal import written
from tests.keys import KEY
from tests.talk import Clock, Town

Result = TypeVar("Result")
STAFF = (
    ("王芳", Role.WORKER, "652328"),
    ("李娜", Role.WORKER, "652301"),
    ("赵刚", Role.TOWNSHIP, "652328200"),
    ("钱红", Role.COUNTY, "652328"),
    ("孙明", Role.PREFECTURE, "6523"),
)


@dataclass
class Pattern:
    """The town that is copied, and the loop in which everybody speaks."""

    folder: Path
    catalogue: Catalogue
    gather_seconds: float = 2.0
    runner: asyncio.Runner = field(default_factory=asyncio.Runner)
    house: House | None = None
    staff: list[Staff] = field(default_factory=list)
    made: int = 0

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        return self.runner.run(work)

    def prepare(self) -> None:
        """Migrate and hire once."""
        self.run(self._prepare())

    async def _prepare(self) -> None:
        settings = Settings(
            data_dir=self.folder / "pattern", gather_seconds=self.gather_seconds, key=written(KEY), _env_file=None
        )  # type: ignore[call-arg]
        clock = Clock()
        async with AsyncExitStack() as stack:
            self.house = await stack.enter_async_context(open_house(settings, now=clock))
            town = Town(assemble(self.house, self.catalogue), clock)
            self.staff = [await town.hire(*person) for person in STAFF]

    async def copy(self) -> Town:
        """The same town, where nobody has spoken yet."""
        assert self.house is not None
        self.made += 1
        folder = self.folder / f"town-{self.made}"
        folder.mkdir()
        shutil.copyfile(self.folder / "pattern" / "lianzhu.db", folder / "lianzhu.db")
        settings = self.house.settings.model_copy(update={"data_dir": folder})
        clock, database = Clock(), Database(settings.database, self.house.database.ring)
        house = replace(self.house, settings=settings, database=database, now=clock)
        return Town(assemble(house, self.catalogue), clock)

    async def forget(self, town: Town) -> None:
        await town.app.database.close()
        shutil.rmtree(town.app.settings.data_dir)
