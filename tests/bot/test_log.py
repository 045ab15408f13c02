"""What is logged: found together, and without a word of what people said."""

from __future__ import annotations

import ast
import io
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import SQLAlchemyError

from bot import log
from bot.measured import MeasuredInbox
from bot.message import Address, Incoming
from tests.talk import START, Town

SECRET = "古丽 13812345678 三队12号"
HERE = logging.getLogger("bot.test_log")


class Lines(io.StringIO):
    @property
    def objects(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.getvalue().splitlines()]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """What is logged."""
    written, root = Lines(), logging.getLogger()
    before, level = list(root.handlers), root.level
    yield written
    root.handlers, root.level = before, level
    for name in log.OURS:
        logging.getLogger(name).setLevel(logging.NOTSET)


def fail() -> None:
    try:
        raise ValueError(SECRET)
    except ValueError as error:
        raise ExceptionGroup(SECRET, [KeyError(SECRET), PermissionError(13, "Permission denied", SECRET)]) from error


def test_a_line_is_one_object_with_time_and_role_when_json_is_chosen(lines: Lines) -> None:
    log.configure("json", "relay", out=lines)
    with log.about("abc"):
        HERE.warning("a message by %s is parked", "telegram")
    [line] = lines.objects
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line.pop("time"))
    assert line == {
        "level": "WARNING",
        "part": "bot.test_log",
        "role": "relay",
        "about": "abc",
        "event": "a message by telegram is parked",
    }


@pytest.mark.parametrize("kind", ["text", "json"])
def test_an_error_shows_where_and_not_what_was_said_when_it_is_logged(lines: Lines, kind: log.Kind) -> None:
    log.configure(kind, "web", out=lines)
    try:
        fail()
    except ExceptionGroup:
        HERE.exception("a dialog failed")
    written = lines.getvalue()
    assert SECRET not in written
    assert "古丽" not in written
    for told in ("in fail", "ValueError", "KeyError", "PermissionError: Permission denied", "a dialog failed"):
        assert told in written


def test_libraries_are_heard_from_warnings_on_when_ours_are_heard_earlier(lines: Lines) -> None:
    log.configure("text", "web", logging.DEBUG, out=lines)
    logging.getLogger("httpx").info("HTTP Request: POST https://api.telegram.org/bot123:TOKEN/getMe")
    HERE.debug("heard")
    assert "TOKEN" not in lines.getvalue()
    assert "heard" in lines.getvalue()


def test_the_lines_of_one_message_are_found_together_when_two_come_at_once(lines: Lines) -> None:
    log.configure("json", "web", out=lines)
    for _ in range(2):
        with log.about():
            HERE.warning("first")
            HERE.warning("second")
    words = [line["about"] for line in lines.objects]
    assert words[0] == words[1] != words[2] == words[3]


def test_an_address_cannot_be_read_when_it_is_veiled() -> None:
    veiled = log.veiled(Address("telegram", "123456789"))
    assert veiled == log.veiled(Address("telegram", "123456789")) != log.veiled(Address("telegram", "123456780"))
    assert re.fullmatch("telegram:[0-9a-f]{10}", veiled)


async def test_nothing_that_was_said_stands_in_the_log_when_a_dialog_fails_on_it(lines: Lines, town: Town) -> None:
    log.configure("json", "web", out=lines)
    async with town.app.database.write() as connection:
        await connection.exec_driver_sql("ALTER TABLE ticket_event RENAME COLUMN data TO gone")
    resident = await town.resident("wx-13899999999").says("我妈" + SECRET + "在木垒照壁山乡，要人上门做饭")
    said = Incoming(resident.address, "m9", START, SECRET)
    with pytest.raises(SQLAlchemyError) as caught:
        await resident.presses("确认提交")
    HERE.exception("it failed", exc_info=caught.value)
    await MeasuredInbox(town.app.conversation).receive(said)
    assert lines.objects
    for part in ("古丽", "13812345678", "13899999999", "三队", "照壁山"):
        assert part not in lines.getvalue()
        assert part not in str(caught.value)


ROOT = Path(__file__).parents[2]
SPOKEN = re.compile(r"\b(address|conversation|text|words|name|phone|reply|incoming|said|payload|need|sender_name)\b")
HARMLESS = re.compile(r"\.channel\b|type\(|__name__|veiled\(")


def logged() -> Iterator[tuple[str, str]]:
    """What is handed to every call that logs, as it stands in the code."""
    for folder in log.OURS:
        for path in (ROOT / folder).rglob("*.py"):
            for call in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(call, ast.Call) and ast.unparse(call.func).startswith("log."):
                    for given in call.args[1:]:
                        yield f"{path.relative_to(ROOT)}:{call.lineno}", ast.unparse(given)


def test_nobody_can_be_known_from_a_line_when_the_calls_that_log_are_read() -> None:
    calls = list(logged())
    assert len(calls) > 10
    told = [(where, given) for where, given in calls if SPOKEN.search(given) and not HARMLESS.search(given)]
    assert not told, f"log the channel, or bot.log.veiled(address): {told}"
