"""run_bot.py roster: the roster as a spreadsheet."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot import roster_file
from bot.command import DataDir, settings_of, show, with_house
from bot.house import House

cli = typer.Typer(no_args_is_help=True, help="Who is on duty when, as a spreadsheet.")
File = Annotated[Path, typer.Argument(help="An Excel workbook (.xlsx).")]


@cli.command("export")
def export(context: typer.Context, file: File, data_dir: DataDir = None) -> None:
    """Write people, shifts, swaps and absences to a spreadsheet."""

    async def write(house: House) -> None:
        show(f"{await roster_file.export(house, file)} people written to {file}")

    with_house(settings_of(context, None, data_dir), write)


@cli.command("import")
def load(context: typer.Context, file: File, data_dir: DataDir = None) -> None:
    """Bring the roster to what a spreadsheet says, all or nothing; open tickets go to whoever answers for them now."""

    async def read(house: House) -> None:
        show(str(await roster_file.load(house, file)))

    with_house(settings_of(context, None, data_dir), read)
