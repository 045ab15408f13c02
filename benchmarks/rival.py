"""What the rivals share: the same words and buttons as ours, and the one row that each writes at the end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiosqlite
import asyncpg

SERVICES = (
    ("home-care", "居家照护：喂饭、翻身、换洗，白天有人照看"),
    ("emergency-care", "应急照护：突然没人照看、断粮、失火等急事"),
    ("respite", "喘息服务：替照护的人顶几个小时或几天"),
    ("none", "都不是"),
)
WHO = (("self", "我自己"), ("parent", "家里老人"), ("child", "家里孩子"), ("neighbour", "邻居"), ("other", "别的人"))
COUNTIES = tuple(
    (name, name) for name in ("昌吉市", "阜康市", "呼图壁县", "玛纳斯县", "奇台县", "吉木萨尔县", "木垒县", "说不清楚")
)
CARD = (("yes", "确认提交"), ("change", "改一改"), ("cancel", "取消"))
ASK_SERVICE = "您说的是不是下面哪一件？"
ASK_WHO = "听明白了，您需要居家照护。\n是给您自己，还是替别人问？"
ASK_PLACE = "人在哪儿？\n说县市、乡镇、村或社区的名字就行，也可以发个位置。"
SHOW_CARD = "听明白了，我记成这样，您看对吗？\n要什么：{service}\n给谁：{who}\n在哪：{place}\n时间：尽快"
FILED = "已经记下了，单号 LZ{number}。"
TABLE = "CREATE TABLE IF NOT EXISTS request (id {key}, chat TEXT, need TEXT, service TEXT, who TEXT, place TEXT)"
FIELDS = ("chat", "need", "service", "who", "place")
Insert = Callable[[dict[str, str]], Awaitable[int]]
"""Keep what was told, durably; returns the row's number."""


@asynccontextmanager
async def open_table(folder: Path, database: str) -> AsyncIterator[Insert]:
    """The one table, in SQLite (an empty `database`) or PostgreSQL, each as its driver's manual shows it."""
    async with _postgresql(database) if database else _sqlite(folder) as insert:
        yield insert


@asynccontextmanager
async def _sqlite(folder: Path) -> AsyncIterator[Insert]:
    async with aiosqlite.connect(folder / "rival.db") as connection:
        await connection.execute("PRAGMA journal_mode=WAL")
        await connection.execute("PRAGMA synchronous=FULL")
        await connection.execute(TABLE.format(key="INTEGER PRIMARY KEY"))

        async def insert(told: dict[str, str]) -> int:
            sql = f"INSERT INTO request ({', '.join(FIELDS)}) VALUES (?, ?, ?, ?, ?)"
            cursor = await connection.execute(sql, [told[name] for name in FIELDS])
            await connection.commit()
            return cursor.lastrowid or 0

        yield insert


@asynccontextmanager
async def _postgresql(database: str) -> AsyncIterator[Insert]:
    plain = database.replace("postgresql+asyncpg:", "postgresql:")
    async with asyncpg.create_pool(plain, min_size=5, max_size=20) as pool:
        await pool.execute(TABLE.format(key="SERIAL PRIMARY KEY"))

        async def insert(told: dict[str, str]) -> int:
            sql = f"INSERT INTO request ({', '.join(FIELDS)}) VALUES ($1, $2, $3, $4, $5) RETURNING id"
            return int(await pool.fetchval(sql, *(told[name] for name in FIELDS)))

        yield insert
