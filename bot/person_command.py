"""run_bot.py person and retention: for the officer to whom somebody has given their request on paper."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from bot import dossier_page
from bot.app import tidying_of
from bot.book import Book
from bot.command import DataDir, Json, settings_of, show, with_house
from bot.house import House, StartError
from bot.message import Address
from casework.dossier import Outcome
from casework.ticket import Ticket

cli = typer.Typer(no_args_is_help=True, help="One person's data: handed over, or forgotten.")
retention_cli = typer.Typer(no_args_is_help=True, help="What must not be kept any longer.")
Whose = Annotated[str, typer.Argument(help="An address such as telegram:123, or the number of a ticket.")]
BY = "officer"
"""Who ordered it, in the thread and in the list of what was erased."""


@cli.command("export")
def export(
    context: typer.Context,
    whose: Whose,
    out: Annotated[Path, typer.Option(help="Where to write: .json, or a page to read with the same in it.")],
    data_dir: DataDir = None,
) -> None:
    """Write everything one person told, or everything in one ticket, to a file."""

    async def write(house: House) -> None:
        async with house.database.read() as connection:
            book = house.book(connection)
            ticket = await _ticket(book, whose)
            told = await book.dossier.whole(ticket) if ticket else await _told(book, whose)
        say = house.texts.say(str(told.get("language", "zh")))
        text = dossier_page.as_json(told) if out.suffix == ".json" else dossier_page.page(told, say)
        try:
            out.write_text(text, "utf-8")
        except OSError as error:
            raise StartError(f"cannot write {out} ({error.strerror}): name a file in a folder that is there") from None
        show(f"{len(told['tickets'])} tickets and {len(told['messages'])} messages written to {out}")

    with_house(settings_of(context, None, data_dir), write)


@cli.command("erase")
def erase(
    context: typer.Context,
    whose: Whose,
    yes: Annotated[bool, typer.Option("--yes", help="Really; without it only what would be done is said.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Forget one person, or everybody in one ticket. What is open is forgotten when it ends."""

    async def forget(house: House) -> None:
        async with house.database.write() as connection:
            book = house.book(connection)
            ticket = await _ticket(book, whose)
            if ticket is not None:
                if not ticket.state.ended:
                    raise StartError(f"{ticket.number} is still open: end it first, or erase by the person's address")
                if ticket.into:
                    raise StartError(f"{ticket.number} goes on in {ticket.into}, with what was said there: erase that")
                if yes:
                    await book.dossier.erase_ticket(ticket.number, BY, "paper")
                outcome = Outcome(gone=(ticket.number,))
            else:
                await _told(book, whose)
                outcome = await (book.dossier.erase(whose, BY) if yes else book.dossier.preview(whose))
        for line in _lines(outcome):
            show(line)
        show(f"erased; {await tidying_of(house).sweep()} files removed" if yes else "nothing done: add --yes")

    with_house(settings_of(context, None, data_dir), forget)


@retention_cli.command("run")
def run(
    context: typer.Context,
    dry: Annotated[bool, typer.Option("--dry-run", help="Only count what is due.")] = False,
    as_json: Json = False,
    data_dir: DataDir = None,
) -> None:
    """Forget now what the running program would forget within the hour."""

    async def tidy(house: House) -> None:
        tidying = tidying_of(house)
        counted = await (tidying.due() if dry else tidying.run())
        if as_json:
            show(json.dumps({"done": not dry, "rules": counted}))
            return
        for name, count in counted.items():
            show(f"{name}: {count}")

    with_house(settings_of(context, None, data_dir), tidy)


async def _ticket(book: Book, whose: str) -> Ticket | None:
    return await book.ticket(whose) if whose.isascii() and ":" not in whose else None


async def _told(book: Book, whose: str) -> dict[str, Any]:
    """What somebody told; refused where nobody is known there."""
    address = Address.parse(whose)
    told = await book.dossier.told_by(whose, officially=True) if address.conversation else {}
    if not (told.get("tickets") or told.get("messages") or told.get("volunteer")):
        raise StartError(
            f"nothing is kept of {whose!r}: give an address as it stands in `tickets show` (channel:conversation), "
            "or the number of a ticket"
        )
    return told


def _lines(outcome: Outcome) -> list[str]:
    return [
        *(f"{number}: open, forgotten when it ends" for number in outcome.open),
        *(f"{number}: the record of the service stays until {day:%Y-%m-%d}" for number, day in outcome.record),
        *(f"{number}: nobody is known in it any more" for number in outcome.gone),
    ]
