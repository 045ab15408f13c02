"""The list: what presses first, then everything else this person answers for or may act on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from fastapi import APIRouter, Request, Response

from casework import mask, wording
from casework.ticket import State, Ticket
from desk.age import age
from desk.due import Mark, alarming, marks, rank
from desk.flash import said, take
from desk.html import explainer, page
from desk.office import Parked
from desk.parts import Parts
from desk.refusal import guarded
from desk.session import visitor
from locales.text import Say


@dataclass(frozen=True, slots=True)
class Row:
    """A ticket in a list, in words."""

    number: str
    urgent: bool
    services: str
    who: str
    place: str
    state: str
    responsible: str
    age: str
    filed: str
    at: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Stuck:
    """A message that could not be delivered, in words."""

    to: str
    ticket: str
    text: str
    reason: str
    age: str
    at: str


def board_routes(parts: Parts) -> APIRouter:
    """`GET /desk`."""
    routes = APIRouter(route_class=guarded(explainer(parts)))

    @routes.get("/desk")
    async def board(request: Request) -> Response:
        person = await visitor(parts, request)
        # Read before the tickets: a change in between is then noticed as one.
        change = await parts.office.change()
        staff, now, say = person.staff, parts.now(), person.say
        mine, queue = await parts.office.mine(staff), await parts.office.queue(staff)
        nobodys = [ticket for ticket in queue if ticket.state is State.WAITING]
        others = [ticket for ticket in queue if ticket.state is not State.WAITING]
        answer = page(
            "board.html",
            say,
            person=person,
            change=change,
            alarms=alarms_of([*mine, *queue]),
            said=await said(parts, request, person),
            mine=rows(mine, now, say),
            nobodys=rows(nobodys, now, say),
            others=rows(others, now, say),
            ended=[row(ticket, now, say) for ticket in await parts.office.ended(staff)],
            parked=[stuck(each, now, say) for each in await parts.office.parked(staff)],
        )
        take(request, answer)
        return answer

    return routes


def alarms_of(tickets: Iterable[Ticket]) -> list[str]:
    """The numbers of the urgent tickets that nobody has accepted."""
    return [ticket.number for ticket in tickets if alarming(ticket)]


def rows(tickets: Iterable[Ticket], now: datetime, say: Say) -> list[Row]:
    """Rows in order of what presses; among equals the office's own order holds."""
    return [row(ticket, now, say) for ticket in sorted(tickets, key=lambda ticket: rank(ticket, now))]


def row(ticket: Ticket, now: datetime, say: Say) -> Row:
    """One ticket in words, as others in the room may read them."""
    listed = replace(ticket, need=mask.in_list(ticket.need))
    return Row(
        ticket.number,
        ticket.urgent,
        wording.services(listed.need, say),
        wording.worker_who(listed, say),
        wording.place(listed.need, say),
        say(f"state.staff.{ticket.state.value}"),
        ticket.responsible_name,
        age(ticket.created, now, say),
        wording.moment(ticket.created, say),
        ticket.created.isoformat(),
        tuple(marks(ticket, now, say)),
    )


def stuck(parked: Parked, now: datetime, say: Say) -> Stuck:
    """One undelivered message in words."""
    text = wording.shorten(mask.numbers(parked.text)) or say("notice.only-files")
    return Stuck(parked.to, parked.ticket, text, parked.reason, age(parked.at, now, say), parked.at.isoformat())
