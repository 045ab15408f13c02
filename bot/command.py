"""What the commands of run_bot.py have in common: their options, the opened house, and how they end."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bot import log
from bot.house import House, StartError, open_house
from bot.plain import printable
from bot.secrecy import SECRECY
from bot.settings import SettingError, Settings, read_settings
from bot.sheet.problem import SheetError
from bot.sheet.workbook import WorkbookError
from casework.pack import PackDataError
from casework.staff import AreaError
from catalogue.learned import LearningError
from catalogue.phrase import PhraseError
from catalogue.place import UnknownPlaceError
from locales.text import TextError

UNUSABLE = 2
"""Exit status when something must be put right first."""
UNUSABLE_ERRORS = (
    *(StartError, AreaError, UnknownPlaceError, TextError, PhraseError, LearningError, PackDataError),
    *(SheetError, WorkbookError),
)
"""What is said to whoever gave the command, without a traceback."""

Port = Annotated[int | None, typer.Option(help="Port of the web chat, the desk and /readyz (LIANZHU_PORT, 8080).")]
DataDir = Annotated[Path | None, typer.Option(help="Folder of the database and the files (LIANZHU_DATA_DIR, var).")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


def settings_of(context: typer.Context, port: int | None, data_dir: Path | None) -> Settings:
    """Settings, with options given before or after the command."""
    before = context.obj or {}
    try:
        settings = read_settings(
            port=before.get("port") if port is None else port, data_dir=data_dir or before.get("data_dir")
        )
    except SettingError as error:
        fail(str(error))
    SECRECY.keep(settings.secrets)
    SECRECY.guard_logs()
    log.configure(settings.log, (context.parent and context.info_name) or "serve")
    return settings


def with_house(settings: Settings, work: Callable[[House], Awaitable[None]]) -> None:
    """Run one piece of work over the opened house."""

    async def opened() -> None:
        async with open_house(settings) as house:
            await work(house)

    run(opened())


def run(work: Coroutine[object, object, None]) -> None:
    """Run to the end. What must be put right first is said in one line, with exit status 2."""
    try:
        asyncio.run(work)
    except UNUSABLE_ERRORS as error:
        fail(str(error))
    except KeyboardInterrupt:
        sys.exit(130)


def fail(message: str) -> NoReturn:
    typer.echo(f"lianzhu: {SECRECY.masked(message)}", err=True)
    raise typer.Exit(UNUSABLE)


def show(line: str) -> None:
    """A line of output, at once, so that whoever reads along is not kept waiting.

    What people wrote long ago, or in files, cannot drive the terminal it is shown in.
    """
    sys.stdout.write(printable(line) + "\n")
    sys.stdout.flush()
