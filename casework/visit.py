"""The work itself: a series of visits agreed, somebody at the door, a visit made, let go or moved, and confirmed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from casework.agreed import confirmed_by, has_plan, last_visit, open_code, series_of, settled, slot_of
from casework.calendar import moment
from casework.casebook import Casebook, Notice
from casework.legal_basis import remind
from casework.mood import ask
from casework.permission import StepRefusedError, refuse_ended, refuse_stranger, resident, worker
from casework.series import SPREAD, Series, day_of, next_visit, periods, to_json
from casework.staff import Staff
from casework.step import take
from casework.ticket import Event, Ticket

MOST_WRONG_CODES = 3
"""Guesses at a code of two digits; after that only the resident can confirm."""
WITNESSES = ("button", "relative")
SKIPPED = ("away", "unwanted", "road", "ill")
"""Ready reasons for not going, each with the text `staff.skipped.<reason>`."""
EXCUSED = ("away", "unwanted")
"""Those that are the resident's own: for them nobody falls behind."""
_MINUTES = re.compile(r"(\d{1,3})\s*(?:分钟?|min|мин|مىنۇت)")
_HOURS = re.compile(r"(\d{1,2}|[一两二三四五六半])个?(?P<half>半)?(?:小时|钟头)")
_CODE = re.compile(r"(?:暗号|code|код|белгі|شىپىر|كود)\D{0,3}(\d\d)(?!\d)", re.IGNORECASE)


async def plan_series(book: Casebook, ticket: Ticket, by: Staff, series: Series, words: str) -> Ticket:
    """Visits again and again: the resident hears how often and when the first one is. `words` are the worker's."""
    refuse_ended(ticket)
    refuse_stranger(ticket, by)
    first = next_visit(series, (), book.now)
    if first is None:
        raise StepRefusedError("series-unclear", ticket)
    ticket = await take(book, ticket, by)
    event = Event("series", book.now, worker(by), _series_data(series, words, first, by))
    ticket = await book.append(ticket, [event])
    await book.tell_resident(Notice("series", ticket))
    return ticket


async def arrived(book: Casebook, ticket: Ticket, by: Staff, attachments: Sequence[str] = ()) -> Ticket:
    """The worker is there; `attachments` hold the pin of the place, where one was sent."""
    _refuse_unplanned(ticket, by)
    data = {"name": by.name, "attachments": list(attachments), "visit": _agreed(ticket)}
    return await book.append(ticket, [Event("arrived", book.now, worker(by), data)])


async def visited(book: Casebook, ticket: Ticket, by: Staff, record: str, attachments: Sequence[str] = ()) -> Ticket:
    """A visit was made. In a series the next date follows by itself; at its end the worker is asked for the rest."""
    _refuse_unplanned(ticket, by)
    told = any(event.type == "visited" and day_of(event.at) == day_of(book.now) for event in ticket.events)
    data = {"record": record, "minutes": minutes_in(record), "attachments": list(attachments), "confirmed_by": ""}
    data |= {"name": by.name, "visit": _agreed(ticket), **_onward(ticket, book.now)}
    ticket = await book.append(ticket, [Event("visited", book.now, worker(by), data)])
    if not told:
        # Three meals a day are no reason for three messages.
        key = "visited-next" if data.get("next") else "visited"
        await book.tell_resident(Notice(key, ticket, {"text": record}, tuple(attachments)))
    return await remind(book, ticket, by)


async def skipped(book: Casebook, ticket: Ticket, by: Staff, reason: str, *, excused: bool = False) -> Ticket:
    """A visit did not take place. `excused` where that was the resident's wish or they were away."""
    _refuse_unplanned(ticket, by)
    data = {"reason": reason, "excused": excused, "name": by.name, "visit": _agreed(ticket)}
    data |= _onward(ticket, book.now)
    ticket = await book.append(ticket, [Event("skipped", book.now, worker(by), data)])
    await book.tell_resident(Notice("skipped-next" if data.get("next") else "skipped", ticket, {"text": reason}))
    return ticket


async def moved(book: Casebook, ticket: Ticket, by: Staff, to: datetime | None, words: str) -> Ticket:
    """The next visit takes place at another time; the series around it stays. `words` hold the time and the reason."""
    _refuse_unplanned(ticket, by)
    if to is None or to <= book.now:
        raise StepRefusedError("time-unclear", ticket)
    data = {"to": to.isoformat(), "reason": words, "name": by.name, "visit": _agreed(ticket)}
    ticket = await book.append(ticket, [Event("moved", book.now, worker(by), data)])
    await book.tell_resident(Notice("redated", ticket, {"text": words}))
    return ticket


async def confirm(book: Casebook, ticket: Ticket, by: str, how: str, visit: int) -> Ticket:
    """The resident says that a recorded visit (the number of its event) took place; `how` is one of WITNESSES. Once is
    enough."""
    known = 0 <= visit < len(ticket.events) and ticket.events[visit].type == "visited"
    if not known or how not in WITNESSES:
        raise StepRefusedError("no-visit", ticket)
    if confirmed_by(ticket, visit):
        return ticket
    return await book.append(ticket, [Event("visit-confirmed", book.now, resident(by), {"by": how, "of": visit})])


async def confirm_by_code(book: Casebook, ticket: Ticket, by: Staff, code: str) -> Ticket:
    """The worker types the two digits that the resident told them at the door."""
    refuse_stranger(ticket, by)
    visit = last_visit(ticket)
    if visit is None:
        raise StepRefusedError("no-visit", ticket)
    if confirmed_by(ticket, visit):
        return ticket
    wanted = open_code(ticket)
    wrong = [event for event in ticket.events[visit:] if event.data.get("why") == "wrong-code"]
    if not wanted or len(wrong) >= MOST_WRONG_CODES:
        raise StepRefusedError("no-code", ticket)
    if "".join(sign for sign in code if sign.isdecimal()) != wanted:
        raise StepRefusedError("wrong-code", ticket)
    data = {"by": "code", "of": visit, "name": by.name}
    return await ask(book, await book.append(ticket, [Event("visit-confirmed", book.now, worker(by), data)]))


def minutes_in(record: str) -> int:
    """How long the visit took, as the record says; 0 where it says nothing."""
    minutes, hours = _MINUTES.search(record), _HOURS.search(record)
    total = int(minutes[1]) if minutes else 0
    if hours:
        whole = hours[1]
        amount = 0.5 if whole == "半" else float(whole) if whole.isdecimal() else "一二三四五六".find(whole) + 1 or 2
        total += round(60 * amount) + (30 if hours["half"] else 0)
    return total


def code_in(record: str) -> str:
    """The two digits that a record names as the resident's, empty where it names none."""
    found = _CODE.search(record)
    return found[1] if found else ""


def _series_data(series: Series, words: str, first: datetime, by: Staff) -> dict[str, Any]:
    return {"series": to_json(series), "words": words, "next": first.isoformat(), "name": by.name}


def _onward(ticket: Ticket, now: datetime) -> dict[str, str]:
    """Which moment of the series this settles and which one follows. What lies before today is past and gone."""
    series = series_of(ticket)
    slot = _settles(ticket, series, now) if series else None
    if series is None or slot is None:
        return {}
    today = moment(day_of(now), timedelta()) - timedelta(microseconds=1)
    following = next_visit(series, settled(ticket) | {slot}, max(today, _begun(ticket)))
    return {"slot": slot.isoformat(), **({"next": following.isoformat()} if following else {})}


def _settles(ticket: Ticket, series: Series, now: datetime) -> datetime | None:
    """The moment that comes next; but where only the number of visits is agreed, one ahead of time makes up for one
    that was missed in the same week or month."""
    slot, today = slot_of(ticket), day_of(now)
    if slot is None or series.unit not in SPREAD or day_of(slot) <= today:
        return slot
    missed = [
        each
        for period in periods(series)
        if period.begin <= today < period.end
        for each in period.slots
        if _begun(ticket) < each < slot and each not in settled(ticket)
    ]
    return missed[0] if missed else slot


def _begun(ticket: Ticket) -> datetime:
    return next(event.at for event in reversed(ticket.events) if event.type == "series")


def _agreed(ticket: Ticket) -> str:
    return ticket.planned_at.isoformat() if ticket.planned_at else ""


def _refuse_unplanned(ticket: Ticket, by: Staff) -> None:
    refuse_ended(ticket)
    refuse_stranger(ticket, by)
    if not has_plan(ticket):
        raise StepRefusedError("no-plan", ticket)
