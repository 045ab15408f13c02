"""run_bot.py audit: who looked at what, and whether the record of it is whole."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from bot.command import DataDir, Json, fail, settings_of, show, with_house
from bot.house import House
from storage import audit
from storage.audit import Head

cli = typer.Typer(no_args_is_help=True, help="Who looked at what and who decided what.")
BROKEN = 1
"""Exit status when the record is not whole."""


@cli.command("verify")
def verify(
    context: typer.Context,
    head: Annotated[str, typer.Option(help="An end that was kept elsewhere, as this command prints it.")] = "",
    data_dir: DataDir = None,
) -> None:
    """Walk the whole chain. Says "whole", or where it is broken with exit status 1."""
    kept = _head(head) if head else None
    wrong: list[str] = []

    async def walk(house: House) -> None:
        found, last = await house.trail.verify(kept)
        wrong.extend(found)
        for line in found:
            show(line)
        if not found:
            show(f"whole: {last.seq} entries")
            show(f"head: {last.seq}:{last.hash}")

    with_house(settings_of(context, None, data_dir), walk)
    if wrong:
        raise typer.Exit(BROKEN)


@cli.command("list")
def list_entries(
    context: typer.Context,
    about: Annotated[str, typer.Option("--object", help="A ticket's number, staff:ID, desk, tickets, roster, keys.")],
    as_json: Json = False,
    data_dir: DataDir = None,
) -> None:
    """Who did what with it and who looked at it, oldest first."""

    async def tell(house: House) -> None:
        async with house.database.write() as connection:
            rows = await audit.of_object(connection, about)
            await house.note(connection, "audit.list", about, "command")
        if not rows:
            typer.echo(f"lianzhu: nothing is recorded about {about}", err=True)
        for row in rows:
            plain = {
                "at": row.at.isoformat(),
                "actor": row.actor,
                "action": row.action,
                "object": row.object,
                "purpose": row.purpose,
                "seq": row.seq,
            }
            line = f"{row.at:%Y-%m-%d %H:%M:%S}  {row.actor}  {row.action}  {row.object}  {row.purpose}".rstrip()
            show(json.dumps(plain, ensure_ascii=False) if as_json else line)

    with_house(settings_of(context, None, data_dir), tell)


def _head(text: str) -> Head:
    seq, _, whole = text.partition(":")
    if not (seq.isascii() and seq.isdigit() and whole):
        fail("--head is no end of a chain: give it as `run_bot.py audit verify` printed it, for example 12:ab34…")
    return Head(int(seq), whole)
