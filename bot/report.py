"""Staff and tickets as the command line shows them: JSON for programs, short lines for people."""

from __future__ import annotations

import json
from typing import Any

from bot.channel import telegram_handler
from bot.handlers.telegram_error import BadTokenError, TelegramCallError
from bot.message import Address, Incoming
from bot.settings import Settings
from casework.need import Beneficiary, need_to_json
from casework.staff import Staff
from casework.ticket import Event, Ticket
from storage.lesson import Correction


def staff_line(person: Staff, *, as_json: bool) -> str:
    """One member of staff."""
    plain = {
        "id": person.id,
        "name": person.name,
        "role": person.role.value,
        "area": person.area,
        "languages": list(person.languages),
        "trial": person.trial,
    }
    if as_json:
        return json.dumps(plain, ensure_ascii=False)
    mark = "  (trial)" if person.trial else ""
    return f"{person.id}  {person.name}  {person.role.value}  {person.area}  {','.join(person.languages)}{mark}"


def ticket_json(ticket: Ticket) -> dict[str, Any]:
    """The present of a ticket, as outside programs read it."""
    return {
        "number": ticket.number,
        "services": list(ticket.need.services),
        "area": ticket.need.place,
        "urgent": ticket.urgent,
        "state": ticket.state.value,
        "beneficiary": _beneficiary(ticket.need.beneficiary),
        "reporter": {"address": ticket.reporter, "name": ticket.reporter_name},
        "responsible": ticket.responsible,
        "trip": ticket.trip.trip if ticket.trip else None,
        "created": ticket.created.isoformat(),
    }


def ticket_line(ticket: Ticket, *, as_json: bool) -> str:
    """A ticket in a list."""
    plain = ticket_json(ticket)
    if as_json:
        return json.dumps(plain, ensure_ascii=False)
    urgent = "  urgent" if ticket.urgent else ""
    services = ",".join(ticket.need.services) or "-"
    responsible = ticket.responsible_name or "-"
    return f"{ticket.number}  {ticket.state.value}{urgent}  {services}  {ticket.need.place}  {responsible}"


def ticket_whole(ticket: Ticket, *, as_json: bool) -> str:
    """A ticket with its whole thread."""
    if as_json:
        whole = {
            **ticket_json(ticket),
            "reporters": [
                {"address": each.address, "name": each.name, "number": each.number} for each in ticket.reporters
            ],
            "need": need_to_json(ticket.need),
            "stars": ticket.stars,
            "comment": ticket.comment,
        }
        return json.dumps({**whole, "events": [_event(event) for event in ticket.events]}, ensure_ascii=False)
    lines = [ticket_line(ticket, as_json=False)]
    for event in ticket.events:
        data = json.dumps(dict(event.data), ensure_ascii=False)
        lines.append(f"  {event.at:%Y-%m-%d %H:%M:%S}  {event.type}  {event.actor}  {data}")
    return "\n".join(lines)


def correction_line(correction: Correction, *, as_json: bool) -> str:
    """One guess that a resident corrected."""
    if as_json:
        plain = {
            "at": correction.at.isoformat(),
            "text": correction.text,
            "language": correction.language,
            "offered": list(correction.offered),
            "chosen": list(correction.chosen),
        }
        return json.dumps(plain, ensure_ascii=False)
    text = correction.text.replace("\n", " / ")
    return f"{','.join(correction.offered) or '-'} -> {','.join(correction.chosen)}  [{correction.language}]  {text}"


def telegram_address(chat: str) -> Address:
    return Address("telegram", chat.strip())


async def invitation(settings: Settings, bind: str, sign_in: str) -> list[str]:
    """The lines to hand to a new member of staff."""
    name = await _bot_name(settings)
    link = f"https://t.me/{name}?start={bind}" if name else ""
    lines = [f"Telegram: {link}"] if link else []
    return [*lines, f"Telegram, by hand: /start {bind}", f"Desk: {settings.url}/desk/sign-in/{sign_in}"]


async def _bot_name(settings: Settings) -> str:
    token = settings.telegram_token.get_secret_value()
    if not token:
        return ""
    telegram = None
    try:
        telegram = telegram_handler()(token, settings.telegram_api or None, _Nowhere())
        return await telegram.username()
    except (BadTokenError, TelegramCallError):
        return ""
    finally:
        if telegram is not None:
            await telegram.close()


class _Nowhere:
    """An inbox for a Telegram that is only asked its name."""

    async def receive(self, incoming: Incoming) -> None:
        raise AssertionError("nothing is received while a name is asked")


def _beneficiary(person: Beneficiary) -> dict[str, Any]:
    return {
        name: value
        for name in Beneficiary.__dataclass_fields__
        if (value := getattr(person, name)) not in ("", None, ())
    }


def _event(event: Event) -> dict[str, Any]:
    return {
        "at": event.at.isoformat(),
        "type": event.type,
        "actor": event.actor,
        "audience": event.audience.value,
        "data": dict(event.data),
    }
