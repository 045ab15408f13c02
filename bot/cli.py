"""The commands of run_bot.py."""

from __future__ import annotations

import io
import json
import sys
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import (
    audit_command,
    backup_command,
    chat,
    fleet,
    key_command,
    log,
    person_command,
    report,
    roster_command,
)
from bot.app import App
from bot.command import DataDir, Json, Port, fail, run, settings_of, show, with_house
from bot.house import House, StartError
from bot.server import Part
from bot.server import serve as run_server
from casework import roster
from casework.staff import Role, Staff, area_of
from catalogue.catalogue import Catalogue, to_json
from catalogue.explanation import explain
from catalogue.learned import LearningError
from catalogue.phrase import PhraseError
from catalogue.place import Gazetteer
from storage import lesson as lesson_store
from storage import second_factor
from storage import session as session_store
from storage import staff as staff_store
from storage.casebook import Tickets

cli = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    help="lianzhu 联助: people in hardship ask for services and get them.",
)
staff_cli = typer.Typer(no_args_is_help=True, help="The people who answer: duty workers and officers.")
phrases_cli = typer.Typer(no_args_is_help=True, help="What people say, for those who edit the phrase files.")
tickets_cli = typer.Typer(no_args_is_help=True, help="What was asked for, and what became of it.")
cli.add_typer(staff_cli, name="staff")
cli.add_typer(roster_command.cli, name="roster")
cli.add_typer(tickets_cli, name="tickets")
cli.add_typer(person_command.cli, name="person")
cli.add_typer(person_command.retention_cli, name="retention")
cli.add_typer(key_command.cli, name="keys")
cli.add_typer(audit_command.cli, name="audit")
cli.add_typer(phrases_cli, name="phrases")
cli.command("backup")(backup_command.save)
cli.command("restore")(backup_command.put_back)


@cli.callback(invoke_without_command=True)
def default(context: typer.Context, port: Port = None, data_dir: DataDir = None) -> None:
    """Without a command: serve."""
    context.obj = {"port": port, "data_dir": data_dir}
    if context.invoked_subcommand is None:
        serve(context, Part.ALL, 1, None, None)


@cli.command()
def serve(
    context: typer.Context,
    role: Annotated[Part, typer.Option(help="What this process does; all but `all` need PostgreSQL.")] = Part.ALL,
    processes: Annotated[int, typer.Option(min=1, max=64, help="How many equal ones; more need PostgreSQL.")] = 1,
    port: Port = None,
    data_dir: DataDir = None,
) -> None:
    """Run the web chat, the desk and, with LIANZHU_TELEGRAM_TOKEN, the Telegram bot, until Ctrl-C."""
    settings = settings_of(context, port, data_dir)
    log.configure(settings.log, role.value)
    if processes > 1:
        where = ["--data-dir", str(settings.data_dir), "--port", str(settings.port)]
        run(fleet.serve(settings, processes, ["--role", role.value, *where]))
    elif (given := fleet.inherited()) is not None:
        listener, speaks = given
        run(fleet.member(run_server(settings, role, announce if speaks else None, listener)))
    else:
        run(run_server(settings, role, announce))


@cli.command()
def match(
    context: typer.Context,
    why: Annotated[bool, typer.Option("--explain", help="Add why: words, phrases, limits.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Read lines on standard input; write what the catalogue understands of each, one JSON object a line."""
    try:
        catalogue = Catalogue.load(settings_of(context, None, data_dir).cache)
    except (PhraseError, LearningError, OSError) as error:
        fail(str(error))
    for line in sys.stdin.buffer:
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        understood = catalogue.understand(text)
        told = to_json(understood) | ({"why": explain(catalogue, understood)} if why else {})
        show(json.dumps(told, ensure_ascii=False))


@cli.command("chat")
def chat_command(
    context: typer.Context,
    as_json: Json = False,
    name: Annotated[str, typer.Option("--as", help="Who is speaking.")] = "terminal",
    data_dir: DataDir = None,
) -> None:
    """Talk to the bot as a resident. With --json: {"from", "text"|"button", "more"} in, the bot's messages out."""
    settings = settings_of(context, None, data_dir)
    run(chat.json_lines(settings, sys.stdin, show) if as_json else chat.person(settings, name, sys.stdin, show))


@staff_cli.command("add")
def staff_add(
    context: typer.Context,
    name: Annotated[str, typer.Option(help="The name residents are told.")],
    role: Annotated[Role, typer.Option(help="The level they work at.")],
    area: Annotated[str, typer.Option(help="Code of the division they answer for, for example 652328.")],
    languages: Annotated[str, typer.Option(help="Languages they speak, for example zh,kk.")] = "zh",
    telegram: Annotated[str, typer.Option(help="Telegram chat id, if it is known already.")] = "",
    data_dir: DataDir = None,
) -> None:
    """Add a duty worker or officer; prints the new id."""

    async def add(house: House) -> None:
        code = area_of(role, area)
        Gazetteer.load().get(code)
        spoken = [word.strip() for word in languages.split(",") if word.strip()] or ["zh"]
        async with house.database.write() as connection:
            person = await staff_store.add(connection, name.strip(), role, code, spoken)
            if telegram:
                await staff_store.bind(connection, person.id, report.telegram_address(telegram))
            await house.note(connection, "staff.add", f"staff:{person.id}")
            await roster.joined(house.book(connection), person)
        show(str(person.id))

    if not name.strip() or not name.isprintable():
        fail("--name is empty or cannot be printed: give the name residents are told, in UTF-8")
    if telegram and not (telegram.isascii() and telegram.isdigit()):
        fail("--telegram is no chat id: give its digits, or leave it out and use `run_bot.py staff invite`")
    with_house(settings_of(context, None, data_dir), add)


@staff_cli.command("list")
def staff_list(context: typer.Context, as_json: Json = False, data_dir: DataDir = None) -> None:
    """Everybody on the roster."""

    async def show_all(house: House) -> None:
        async with house.database.read() as connection:
            for person in await staff_store.everyone(connection):
                show(report.staff_line(person, as_json=as_json))

    with_house(settings_of(context, None, data_dir), show_all)


@staff_cli.command("invite")
def staff_invite(context: typer.Context, staff_id: int, data_dir: DataDir = None) -> None:
    """One-time links that bind a Telegram account to this person and sign them in to the desk."""

    async def invite(house: House) -> None:
        async with house.database.write() as connection:
            person = await known(connection, staff_id)
            await house.note(connection, "staff.invite", f"staff:{person.id}")
            bind = await staff_store.new_link(connection, person.id, "bind", house.now())
            sign_in = await staff_store.new_link(connection, person.id, "sign-in", house.now())
        for line in await report.invitation(house.settings, bind, sign_in):
            show(line)

    with_house(settings_of(context, None, data_dir), invite)


@staff_cli.command("reset-second-factor")
def staff_reset_second_factor(context: typer.Context, staff_id: int, data_dir: DataDir = None) -> None:
    """Let somebody enrol anew at their next sign-in, with another telephone; ends their sessions."""

    async def reset(house: House) -> None:
        async with house.database.write() as connection:
            person = await known(connection, staff_id)
            await second_factor.forget(connection, person.id)
            await session_store.close_all(connection, person.id)
        show(f"reset {person.id} {person.name}")

    with_house(settings_of(context, None, data_dir), reset)


@staff_cli.command("remove")
def staff_remove(context: typer.Context, staff_id: int, data_dir: DataDir = None) -> None:
    """Take somebody off the roster; their open tickets go to whoever is next."""

    async def remove(house: House) -> None:
        async with house.database.write() as connection:
            person = await known(connection, staff_id)
            await staff_store.remove(connection, person.id)
            await house.note(connection, "staff.remove", f"staff:{person.id}")
            await roster.left(house.book(connection), person)
        show(f"removed {person.id} {person.name}")

    with_house(settings_of(context, None, data_dir), remove)


@tickets_cli.command("list")
def tickets_list(context: typer.Context, as_json: Json = False, data_dir: DataDir = None) -> None:
    """All tickets in the order of filing."""

    async def show_all(house: House) -> None:
        after = 0
        async with house.database.write() as connection:
            await house.note(connection, "export", "tickets", "command")
        async with house.database.read() as connection:
            tickets = Tickets(connection, house.now())
            while page := await tickets.everything(after):
                after = page[-1][0]
                for _, ticket in page:
                    show(report.ticket_line(ticket, as_json=as_json))

    with_house(settings_of(context, None, data_dir), show_all)


@tickets_cli.command("show")
def tickets_show(context: typer.Context, number: str, as_json: Json = False, data_dir: DataDir = None) -> None:
    """One ticket with its events."""

    async def show_one(house: House) -> None:
        async with house.database.read() as connection:
            ticket = await Tickets(connection, house.now()).ticket(number) if number.isascii() else None
        if ticket is None:
            raise StartError(f"there is no ticket {number}: see `run_bot.py tickets list`")
        async with house.database.write() as connection:
            await house.note(connection, "read", ticket.number, "command")
        show(report.ticket_whole(ticket, as_json=as_json))

    with_house(settings_of(context, None, data_dir), show_one)


@phrases_cli.command("review")
def phrases_review(
    context: typer.Context,
    as_json: Json = False,
    limit: Annotated[int, typer.Option(min=1, help="How many, newest first.")] = 100,
    data_dir: DataDir = None,
) -> None:
    """Messages whose first guess residents corrected, without personal data: what to add to which phrase file."""

    async def review(house: House) -> None:
        async with house.database.read() as connection:
            for correction in await lesson_store.latest(connection, limit):
                show(report.correction_line(correction, as_json=as_json))

    with_house(settings_of(context, None, data_dir), review)


async def known(connection: AsyncConnection, staff_id: int) -> Staff:
    """An active member of staff. Raises StartError for an id nobody has."""
    person = await staff_store.find(connection, staff_id)
    if person is None:
        raise StartError(f"there is no member of staff {staff_id}: see `run_bot.py staff list`")
    return person


def announce(app: App, trial: bool, link: str) -> None:
    """What a newcomer reads first."""
    gazetteer = app.catalogue.gazetteer
    counties = gazetteer.children("6523")
    show(
        f"lianzhu 联助: {len(app.catalogue.services)} services, {len(counties)} counties, "
        f"data in {app.settings.data_dir}/"
    )
    if trial:
        show(app.house.texts.say("zh")("trial.mark"))
    if link:
        show(f"chat: {app.settings.url}/")
        show(f"desk: {link}")
    else:
        show(f"ready: http://{app.settings.host}:{app.settings.port}/readyz")


def main() -> None:
    """Entry point of run_bot.py and of the installed command."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    sys.excepthook = log.unforeseen
    cli()
