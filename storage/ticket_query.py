"""What every message asks of tickets: statements built once, which costs more than the database needs to run them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, case, func, insert, select, union, update

from casework.ticket import State
from storage.column import between
from storage.sealed import or_error
from storage.table import ticket, ticket_event, ticket_reporter

OPEN = tuple(s.value for s in State if not s.ended)
UNDER_WAY = tuple(s.value for s in State if s.under_way)
SERVED = tuple(s.value for s in (State.ACCEPTED, State.PLANNED, State.DONE, State.CLOSED))
WEIGHTS = {"urgent": 2.0, "done": 0.25}
"""What an open ticket weighs, if not 1: more while it is urgent, little while only the resident's word is awaited."""

# Of somebody who has reported for many, what is still open is never left out.
OF_REPORTER = (
    select(ticket.c.id, ticket.c.number)
    .join(ticket_reporter, ticket_reporter.c.ticket_id == ticket.c.id)
    .where(ticket_reporter.c.address == bindparam("there"))
    .order_by(ticket.c.state.not_in(OPEN), ticket.c.id.desc())
    .limit(bindparam("most"))
)
EVENTS = (
    select(*or_error(ticket_event))
    .where(ticket_event.c.ticket_id.in_(bindparam("tickets", expanding=True)))
    .order_by(ticket_event.c.id)
)


def _loads() -> Select[Any]:
    """What the open tickets of each weigh, and how many are recent."""
    since: BindParameter[datetime] = bindparam("since")
    of_them = select(*(ticket.c[name] for name in ("id", "responsible", "state", "urgent", "created_at"))).where(
        ticket.c.responsible.in_(_AMONG), _ANOTHER
    )
    # Two questions, each with its index: asked as one with "or" it is answered by all tickets somebody ever had.
    open_ones, recent = of_them.where(ticket.c.state.in_(OPEN)), of_them.where(ticket.c.created_at > since)
    these = union(open_ones, recent).subquery().c
    weight = case((these.state == State.DONE.value, WEIGHTS["done"]), (these.urgent, WEIGHTS["urgent"]), else_=1.0)
    load = func.sum(case((these.state.in_(OPEN), weight), else_=0.0))
    count = func.sum(case((these.created_at > since, 1), else_=0))
    return select(these.responsible, load, count).group_by(these.responsible)


_AMONG: BindParameter[Any] = bindparam("among", expanding=True)
_ANOTHER = ticket.c.number != bindparam("number")
_KIN = (ticket.c.reporter == bindparam("reporter")) | (ticket.c.family == func.nullif(bindparam("family"), ""))
# A family has few tickets and a worker many: the index by worker is not to be taken.
_THEIRS = (ticket.c.responsible + 0).in_(_AMONG)
KNOWN = select(ticket.c.responsible).where(_THEIRS, _ANOTHER, _KIN, ticket.c.state.in_(SERVED)).distinct()
LOADS = _loads()
NEAR = (
    select(ticket.c.id, ticket.c.number)
    .where(
        between(ticket.c.place, bindparam("area"), bindparam("beyond"))
        | ticket.c.place.in_(bindparam("holding", expanding=True)),
        ticket.c.created_at >= bindparam("since"),
        ticket.c.state.in_(UNDER_WAY),
        ticket.c.number != bindparam("number"),
    )
    .order_by(ticket.c.id.desc())
    .limit(bindparam("most"))
)
_GROWING = ("due_at", "state", "urgent", "place", "responsible", "length", "family")
GROW = (
    update(ticket)
    .where(ticket.c.number == bindparam("thread"), ticket.c.length == bindparam("before"))
    .values({name: bindparam(name) for name in _GROWING})
    .returning(ticket.c.id)
)
NUMBER = update(ticket).where(ticket.c.id == bindparam("row")).values(number=bindparam("given"))
FILE, WRITE, REPORT = insert(ticket).returning(ticket.c.id), insert(ticket_event), insert(ticket_reporter)
