"""Nothing that was confided lies on the disk in plain, and what is there cannot be changed or moved."""

from __future__ import annotations

import base64
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from bot.message import Address, Incoming, Reply
from casework.need import Beneficiary, Need, need_to_json
from casework.ticket import Event
from casework.volunteer import Elder, Volunteer
from storage import conversation, key_file, lesson, outbox
from storage.casebook import Tickets
from storage.database import Database
from storage.migrate import SCRIPTS, migrate
from storage.seal import KeyRing, SealError, UnknownKeyError, new_key, read_key, written
from storage.sealed_file import Writer, key_of, pieces, seal_again
from storage.volunteer import Volunteers
from tests.keys import KEY, database_of

NOW = datetime(2026, 3, 3, 4, 0, tzinfo=UTC)
NAME, PHONE, LANDMARK, WORDS = "张桂兰", "13899941234", "老榆树东边第三家", "夜里没人给翻身"
CONFIDED = (NAME, PHONE, LANDMARK, WORDS)
RESIDENT = Address("webchat", "r1")
NEED = Need(("home-care",), Beneficiary(name=NAME), "652328", landmark=LANDMARK, phone=PHONE, words=(WORDS,))


def to_revision(connection: Connection, revision: str, *, down: bool = False) -> None:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    (command.downgrade if down else command.upgrade)(config, revision)


def at(path: Path, *keys: bytes) -> Database:
    url = f"sqlite+aiosqlite:///{path}"
    return Database(url, KeyRing(keys)) if keys else database_of(url)


async def lived_in(path: Path) -> Database:
    """A database in which somebody confided everything there is to confide."""
    database = at(path)
    await migrate(database)
    async with database.write() as connection:
        await conversation.remember(connection, Incoming(RESIDENT, "1", NOW, WORDS, sender_name=NAME))
        standing = conversation.Standing(RESIDENT, {"slots": {"phone": PHONE}}, name=NAME)
        await conversation.keep_standing(connection, standing)
        await outbox.put(connection, RESIDENT, [Reply(f"{NAME}：{LANDMARK}")], NOW)
        filed = {"need": need_to_json(NEED), "reporter": str(RESIDENT), "reporter_name": NAME}
        await Tickets(connection, NOW).file([Event("filed", NOW, "resident:webchat:r1", filed)])
        await lesson.keep(connection, NOW, WORDS, "zh", ["meals"], ["home-care"])
        circle = Volunteers(connection, NOW)
        person = await circle.keep(Volunteer(0, "webchat:v", NAME, "652328", "木垒", ("zh",), PHONE, WORDS))
        await circle.keep_elder(Elder(0, person.id, NAME, "652328", "木垒", LANDMARK, PHONE, 80, "", WORDS))
    return database


async def read_back(database: Database) -> None:
    async with database.read() as connection:
        ticket = await Tickets(connection, NOW).ticket("LZ1001")
        assert ticket is not None
        assert ticket.need == NEED
        assert (await conversation.messages(connection, [1]))[0].text == WORDS
        assert (await conversation.standing(connection, RESIDENT)).state == {"slots": {"phone": PHONE}}
        assert (await lesson.latest(connection, 1))[0].text == WORDS
        [person] = await Volunteers(connection, NOW).of_area("652328")
        [elder] = await Volunteers(connection, NOW).elders(person.id)
        assert (person.phone, elder.landmark, elder.age) == (PHONE, LANDMARK, 80)


def found_on_disk(folder: Path) -> list[str]:
    """Which of the confided words any file holds, as text or as JSON writes it."""
    found = []
    for path in folder.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        for word in CONFIDED:
            escaped = word.encode("unicode_escape")
            found += [f"{path.name}: {word}"] if word.encode() in content or escaped in content else []
    return found


async def test_nothing_confided_lies_on_the_disk_when_it_was_written(tmp_path: Path) -> None:
    database = await lived_in(tmp_path / "x.db")
    assert found_on_disk(tmp_path) == []
    await read_back(database)
    await database.close()
    assert found_on_disk(tmp_path) == []


async def test_a_plain_database_is_sealed_whole_when_an_older_release_made_it(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    database = await lived_in(path)
    async with database.write() as connection:
        await connection.run_sync(to_revision, "0008", down=True)
    await database.close()
    with sqlite3.connect(path) as raw:
        raw.execute("update ticket set family = ?", ("0123456789abcdef" * 2,))
    older = tmp_path / "x.db.before-0007"
    older.write_bytes(path.read_bytes())
    assert any(WORDS in each for each in found_on_disk(tmp_path))
    database = at(path)
    await migrate(database)
    await read_back(database)
    await database.close()
    assert found_on_disk(tmp_path) == []
    with sqlite3.connect(path) as raw:
        assert raw.execute("select family from ticket").fetchone()[0] not in ("", "0123456789abcdef" * 2)
    for name in ("x.db.before-0008.sealed", "x.db.before-0007.sealed"):
        copy = tmp_path / name
        assert WORDS.encode() in b"".join(pieces(copy, KeyRing([KEY]), name)) or WORDS.encode("unicode_escape") in (
            b"".join(pieces(copy, KeyRing([KEY]), name))
        )
    assert not older.exists()


async def test_it_is_refused_and_untouched_when_the_key_is_another(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    await (await lived_in(path)).close()
    before = path.read_bytes()
    database = at(path, new_key())
    with pytest.raises(UnknownKeyError, match="put it back into LIANZHU_KEY_FILE"):
        await migrate(database)
    await database.close()
    assert path.read_bytes() == before


async def test_two_databases_are_read_side_by_side_when_their_keys_differ(tmp_path: Path) -> None:
    mine, other = at(tmp_path / "a.db", new_key()), at(tmp_path / "b.db", new_key())
    for database in (mine, other):
        await migrate(database)
        async with database.write() as connection:
            await lesson.keep(connection, NOW, database.url, "zh", [], [])
    for database in (mine, other):
        async with database.read() as connection:
            assert (await lesson.latest(connection, 1))[0].text == database.url
        await database.close()


@pytest.mark.parametrize(
    ("tamper", "told"),
    [
        ("update lesson set text = (select name from conversation)", "changed from outside"),
        ("update lesson set text = cast(substr(text, 1, length(text) - 1) || x'00' as blob)", "changed from outside"),
        ("update lesson set text = 'in plain'", "is not sealed"),
    ],
)
async def test_a_value_is_refused_when_it_was_tampered_with(tmp_path: Path, tamper: str, told: str) -> None:
    database = await lived_in(tmp_path / "x.db")
    with sqlite3.connect(tmp_path / "x.db") as raw:
        raw.execute(tamper)
    with pytest.raises(SealError, match=told):
        async with database.read() as connection:
            await lesson.latest(connection, 1)
    await database.close()


def test_a_key_is_read_from_base64_and_hex_and_refused_otherwise() -> None:
    assert read_key(written(KEY)) == read_key(KEY.hex()) == read_key(base64.urlsafe_b64encode(KEY).decode()) == KEY
    for bad in ("", "abc", "中文", written(KEY)[:-5]):
        with pytest.raises(SealError, match="openssl rand"):
            read_key(bad)


@pytest.mark.parametrize("size", [0, 1, 65536, 65537, 200_000])
def test_a_file_comes_back_and_is_refused_when_it_was_changed(tmp_path: Path, size: int) -> None:
    path, ring, content = tmp_path / "f", KeyRing([KEY]), bytes(range(256)) * (size // 256 + 1)
    with path.open("wb") as out:
        writer = Writer(out, ring, "f")
        writer.write(content[:size])
        writer.close()
    assert b"".join(pieces(path, ring, "f")) == content[:size]
    whole = path.read_bytes()
    for changed in (whole[:-1], whole[:-1] + bytes([whole[-1] ^ 1]), whole + b"x", whole[: 23 + 65552]):
        path.write_bytes(changed)
        if changed != whole:
            with pytest.raises(SealError):
                b"".join(pieces(path, ring, "f"))
    path.write_bytes(whole)
    with pytest.raises(SealError):
        b"".join(pieces(path, ring, "another name"))
    newer = KeyRing([new_key(), KEY])
    seal_again(path, newer, "f")
    assert b"".join(pieces(path, newer, "f")) == content[:size]
    with pytest.raises(UnknownKeyError):
        b"".join(pieces(path, ring, "f"))


def test_a_file_is_sealed_with_the_new_key_when_another_process_has_made_one(tmp_path: Path) -> None:
    path, keys = tmp_path / "f", tmp_path / "key"
    key_file.make(keys, key_file.Key(KEY))
    idle = KeyRing([KEY], key_file.Watched(keys))
    newest = key_file.Key(new_key())
    key_file.replace(keys, [newest, key_file.Key(KEY)])
    with path.open("wb") as out:
        Writer(out, idle, "f").close()
    assert key_of(path) == newest.id
