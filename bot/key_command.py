"""run_bot.py keys: the keys that personal data is sealed with."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from bot import key_ring
from bot.command import DataDir, settings_of, show, with_house
from bot.house import House, StartError
from bot.settings import Settings
from storage import key_file, plain_copy, rotation, unlock
from storage.key_file import Key
from storage.seal import SealError, new_key
from storage.sealed_file import key_of, pieces

cli = typer.Typer(no_args_is_help=True, help="The keys that personal data is sealed with.")
SETTLED = timedelta(minutes=1)
"""By then every running program seals with a new key: each looks every few seconds, no transaction lasts so long."""


@cli.command("list")
def list_keys(context: typer.Context, data_dir: DataDir = None) -> None:
    """The ids of the keys at hand, the one that seals first, and how much is sealed with each."""

    async def tell(house: House) -> None:
        for each in house.database.ring.keys:
            used = await _uses(house, each)
            mark = "current" if each == house.database.ring.current else "old"
            show(f"{each}  {mark}  {', '.join(f'{name} {count}' for name, count in used.items()) or 'unused'}")

    with_house(settings_of(context, None, data_dir), tell)


@cli.command("new")
def new(context: typer.Context, data_dir: DataDir = None) -> None:
    """Add a key, which seals from now on, also in programs that run. The old ones stay until they are dropped."""

    async def add(house: House) -> None:
        path = _file(house.settings)
        key = Key(new_key(), house.now())
        key_file.replace(path, [key, *key_file.read(path)])
        house.database.ring.look()
        async with house.database.write() as connection:
            await connection.run_sync(unlock.unlock)
            await house.note(connection, "keys.new", f"keys/{key.id}")
        show(f"{key.id} seals from now on. Back up {path}, then run `run_bot.py keys rotate`.")

    with_house(settings_of(context, None, data_dir), add)


@cli.command("rotate")
def rotate(context: typer.Context, data_dir: DataDir = None) -> None:
    """Seal everything with the current key. May be stopped and run again at any time, also while the bot runs."""

    async def seal(house: House) -> None:
        async for table, count in rotation.seal_anew(house.database):
            show(f"{table}: {count} rows")
        sealing = await key_ring.seal_files(house.database, house.settings)
        show(f"files: {sealing.changed}")
        failed = {**sealing.failed, **_seal_copies(house)}
        async with house.database.write() as connection:
            await house.note(connection, "keys.rotate", f"keys/{house.database.ring.current}")
        if failed:
            raise StartError(
                f"not sealed anew: {'; '.join(f'{path} ({reason})' for path, reason in failed.items())}. Everything "
                "else is. Make them readable, put back your copies of them or delete them, and run this again"
            )

    with_house(settings_of(context, None, data_dir), seal)


@cli.command("drop")
def drop(context: typer.Context, key: str, data_dir: DataDir = None) -> None:
    """Take an old key out of the file, if nothing is sealed with it any more."""

    async def take_out(house: House) -> None:
        given, path = bool(house.settings.key.get_secret_value()), house.settings.key_path
        keys = [Key(each) for each in house.database.ring.keys.values()] if given else key_file.read(path)
        _refuse_needed(keys, key, house.now())
        async with house.database.write() as connection:
            used = await _uses(house, key)
            if used:
                told = ", ".join(f"{name} {count}" for name, count in used.items())
                raise StartError(f"the key {key} is still used ({told}): run `run_bot.py keys rotate` first")
            await connection.run_sync(unlock.forget, key)
            await house.note(connection, "keys.drop", f"keys/{key}")
        if not given:
            key_file.replace(path, [each for each in keys if each.id != key])
        show(f"{key} is needed no more: take it out of LIANZHU_KEY" if given else f"{key} is dropped")

    with_house(settings_of(context, None, data_dir), take_out)


@cli.command("open")
def open_copy(
    context: typer.Context,
    copy: Annotated[Path, typer.Argument(help="A sealed copy of the database, lianzhu.db.before-….sealed.")],
    target: Annotated[Path, typer.Argument(help="Where to write it in plain.")],
    data_dir: DataDir = None,
) -> None:
    """Write a copy that was made before an upgrade in plain again, for an older release."""

    async def write(house: House) -> None:
        try:
            with target.open("xb") as out:
                target.chmod(0o600)
                for piece in pieces(copy, house.database.ring, copy.name):
                    out.write(piece)
        except OSError as error:
            raise StartError(f"cannot write {copy} to {target} ({error.strerror}): choose another target") from None
        except SealError as error:
            target.unlink()
            raise StartError(str(error)) from None
        async with house.database.write() as connection:
            await house.note(connection, "export", "copy", "command")
        show(f"{target} is in plain: delete it as soon as you can")

    with_house(settings_of(context, None, data_dir), write)


def _seal_copies(house: House) -> dict[str, str]:
    """Seal the copies from before upgrades; those that could not be, and why."""
    failed = {}
    for copy in _copies(house):
        try:
            plain_copy.seal_anew(copy, house.database.ring)
        except (OSError, SealError) as error:
            failed[copy.name] = key_ring.reason_of(error)
    return failed


def _refuse_needed(keys: list[Key], key: str, now: datetime) -> None:
    if key not in [each.id for each in keys]:
        raise StartError(f"there is no key {key}: see `run_bot.py keys list`")
    if key == keys[0].id:
        raise StartError(f"{key} is the key that seals: run `run_bot.py keys new` and `keys rotate` first")
    if keys[0].made is not None and now - keys[0].made < SETTLED:
        raise StartError(f"the key {keys[0].id} is too new, a running program may not know it yet: wait a minute")


async def _uses(house: House, key: str) -> dict[str, int]:
    async with house.database.read() as connection:
        used = await rotation.uses(connection, key)
    files = await key_ring.sealed_with(house.database, house.settings, key)
    copies = sum(key_of(each) == key for each in _copies(house))
    return used | ({"files": files} if files else {}) | ({"copies": copies} if copies else {})


def _copies(house: House) -> list[Path]:
    path = house.database.engine.url.database
    return plain_copy.sealed_copies(Path(path)) if house.database.embedded and path else []


def _file(settings: Settings) -> Path:
    if settings.key.get_secret_value():
        raise StartError(
            "the keys stand in LIANZHU_KEY: add a new one in front there (`openssl rand -base64 32`), start again, "
            "run `run_bot.py keys rotate` and `run_bot.py keys drop OLD`, and take the old one out"
        )
    return settings.key_path
