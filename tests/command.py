"""run_bot.py's commands beside a town, in its data folder and on its database."""

from __future__ import annotations

import asyncio

from click.testing import Result
from typer.testing import CliRunner

from bot.cli import cli
from tests.talk import Town


async def command(town: Town, *words: object) -> Result:
    """What a command says and how it ends."""
    settings = town.app.settings
    # In a thread: a command has an event loop of its own.
    invoke = CliRunner(env={"LIANZHU_DATABASE_URL": settings.database_url or None}).invoke
    return await asyncio.to_thread(invoke, cli, ["--data-dir", str(settings.data_dir), *map(str, words)])
