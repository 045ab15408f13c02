"""What the stories of casework on every channel have in common: where they happen, and how a thread is read.

Each story has a county to itself, so that all of them can be told to one running program.
"""

from __future__ import annotations

import re
from pathlib import Path

from tests.process import JSON, Programs

MULEI, JIMSAR, HUTUBI, MANAS, FUKANG, QITAI = "652328", "652327", "652323", "652324", "652302", "652325"
ELSEWHERE = "652301"
"""A county without a story: whoever works there keeps the trial roster away."""
BAOJIADIAN, JIUYUNJIE, BANJIEGOU = "652324102", "652302102", "652325102"
"""Townships of Manas, Fukang and Qitai."""
BRISK = '[urgent]\naccept = "2s"\ncontact = "4s"\n'
"""Clocks of a county that waits for nobody, where it is urgent. Everything else takes its time."""
WEEKLY = "每周二上午10点，三个月"
ELDER = {"name": "张有福", "relation": "张大爷", "age": "82", "phone": "13800000001"}
FOUND = "老人血压高，药放在床头"


def brisk(folder: Path) -> Path:
    """A file of these clocks."""
    file = folder / "clocks.toml"
    file.write_text(BRISK, "utf-8")
    return file


def number_in(text: str) -> str:
    """The ticket that a message speaks of."""
    found = re.search(r"LZ\d+", text)
    assert found, text
    return found[0]


def tuesday_in(text: str) -> str:
    """The next visit that a message names."""
    found = re.search(r"下一次：(\d+月\d+日（周二）10:00 北京时间)", text)
    assert found, text
    return found[1]


async def thread(programs: Programs, number: str) -> JSON:
    """A ticket with everything that happened to it; that somebody looked at it is left out."""
    [ticket] = await programs.ask("tickets", "show", number)
    return ticket | {"events": [event for event in ticket["events"] if event["type"] != "seen"]}


def fired(ticket: JSON, clock: str) -> list[tuple[str, str]]:
    """What a clock did, and to whom."""
    events = [event for event in ticket["events"] if event["data"].get("clock") == clock]
    return [(event["type"], event["data"].get("name", "")) for event in events]


def data_of(ticket: JSON, kind: str) -> JSON:
    """What the newest event of this type holds."""
    return next(event["data"] for event in reversed(ticket["events"]) if event["type"] == kind)
