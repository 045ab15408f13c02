"""What people are told without having asked: one function for staff, one for residents, from a notice to messages."""

from __future__ import annotations

from collections.abc import Sequence

from bot.dialogs import duty
from bot.dialogs.turn import Choice, Sign, buttons
from bot.message import Address, Attachment, Button, Reply
from casework import privacy, wording
from casework.casebook import Notice
from casework.ticket import State, Ticket
from locales.text import Say

GONE = ("taken-over", "moved-away", "passed-by-time", "unsolved")
"""Notices of a ticket that the person told has nothing to do with any more."""


def for_staff(
    notice: Notice, staff_id: int, address: Address, say: Say, sign: Sign, files: Sequence[Attachment]
) -> list[Reply]:
    """The messages to one account of a member of staff: the text with the ticket's buttons, then each file."""
    ticket = notice.ticket
    if notice.key == "assigned":
        card = wording.for_worker(ticket, say)
        text = say("notice.staff.reopened" if ticket.reopened else "notice.staff.assigned", card=card)
        if ticket.reopened:
            text += "\n" + _story(ticket, say)
    else:
        text = say(
            f"notice.staff.{notice.key}",
            number=ticket.number,
            services=wording.services(ticket.need, say),
            worker=ticket.responsible_name,
            who=wording.worker_who(ticket, say),
            text=notice.data.get("text", "") or say("notice.only-files"),
            stars=notice.data.get("stars", "") or ticket.stars or "",
            at=_visit(ticket, say),
            comment=notice.data.get("comment", ""),
            card=wording.for_worker(ticket, say),
        )
    options = [] if notice.key in GONE else duty.choices(ticket, say, staff_id)
    if notice.key in ("callback", "overdue.callback"):
        options = [Choice(f"callback:{ticket.number}", say("button.staff.callback"))]
    return _messages(text, buttons(address, options, sign), ticket.number, files, "")


def for_resident(notice: Notice, address: Address, say: Say, sign: Sign, files: Sequence[Attachment]) -> list[Reply]:
    """The messages to the conversation that asked: what happened, what comes next, and what can be tapped."""
    ticket = notice.ticket
    if notice.key == "done" and privacy.withheld(ticket):
        files = ()
    text = say(
        f"notice.resident.{notice.key}.waiting"
        if notice.key == "passed" and ticket.responsible is None
        else f"notice.resident.{notice.key}",
        number=ticket.number,
        services=privacy.services(ticket, say),
        worker=ticket.responsible_name,
        text=notice.data.get("text", "") or say("notice.only-files"),
        record=privacy.record(ticket, notice.data.get("record", "") or say("notice.only-files"), say),
        at=_visit(ticket, say),
    )
    number = ticket.number
    if notice.key == "unconfirmed":
        options = [Choice(f"unsolved:{number}", say("button.unsolved"))]
    elif ticket.state is State.DONE:
        options = [
            Choice(f"solved:{number}", say("button.solved")),
            Choice(f"unsolved:{number}", say("button.unsolved")),
        ]
    elif notice.key in ("asked", "nudged"):
        options = [Choice(f"add:{number}", say("button.answer"))]
    else:
        options = [Choice(f"open:{number}", say("button.ticket"))]
    author = str(notice.data.get("name", "")) if notice.key == "asked" else ""
    return _messages(text, buttons(address, options, sign), number, files, author)


def _visit(ticket: Ticket, say: Say) -> str:
    return wording.moment(ticket.planned_at, say) if ticket.planned_at else ticket.planned_words


def _story(ticket: Ticket, say: Say) -> str:
    """What was done the last time, and why that was not enough."""
    reason = next((e.data.get("reason") for e in reversed(ticket.events) if e.type == "unsolved"), "")
    nothing = say("notice.only-files")
    return say("notice.staff.reopened.story", record=ticket.record or nothing, reason=reason or nothing)


def _messages(
    text: str, options: tuple[Button, ...], number: str, files: Sequence[Attachment], author: str
) -> list[Reply]:
    first = Reply(text, options, number, author=author)
    return [first, *(Reply("", (), number, file, author=author) for file in files)]
