"""What people are told without having asked: one function for staff, one for residents, from a notice to messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.dialogs import duty, lock_screen, talk_duty, together, visit_notice
from bot.dialogs.turn import Choice, Sign, buttons
from bot.message import Address, Attachment, Button, Reply
from casework import privacy, trip_wording, visit_wording, wording
from casework.agreed import dropped
from casework.casebook import Notice
from casework.duplicate import Suggestion
from casework.ticket import State
from locales.text import Say

GONE = ("taken-over", "moved-away", "passed-by-time", "unsolved")
"""Notices of a ticket that the person told has nothing to do with any more."""


def for_staff(
    notice: Notice,
    staff_id: int,
    address: Address,
    say: Say,
    sign: Sign,
    files: Sequence[Attachment],
    alike: Sequence[Suggestion] = (),
) -> list[Reply]:
    """The messages to one account of a member of staff: the text with the ticket's buttons, then each file. `alike` are
    tickets that may be the same matter, likest first."""
    ticket, open_to_all = notice.ticket, lock_screen.lies_open(address)
    hidden = lock_screen.card(ticket, say) if open_to_all else ""
    speaker = _speaker(notice, say)
    if notice.key == "assigned" and hidden:
        text = say("notice.staff.reopened" if ticket.reopened else "notice.staff.assigned", card=hidden)
    elif notice.key == "assigned":
        story = duty.story(ticket, say)
        off = visit_wording.dropped_words(ticket, say)
        before = say("notice.staff.assigned.before", at=off) if off else ""
        lines = (visit_wording.card(ticket, say), story, before, together.line(alike, say))
        card = "\n".join(filter(None, lines))
        text = say("notice.staff.reopened" if ticket.reopened else "notice.staff.assigned", card=card)
    else:
        text = say(
            f"notice.staff.{notice.key}.of" if speaker else f"notice.staff.{notice.key}",
            reporter=speaker,
            number=ticket.number,
            services=(lock_screen if open_to_all else wording).services(ticket.need, say),
            worker=ticket.responsible_name,
            who=say("quiet.who") if open_to_all else wording.worker_who(ticket, say),
            text=notice.data.get("text", "") or say("notice.only-files"),
            stars=notice.data.get("stars", "") or ticket.stars or "",
            at=wording.visit(ticket, say),
            comment=notice.data.get("comment", ""),
            other=notice.data.get("number", ""),
            card=hidden or visit_wording.card(ticket, say),
            **visit_notice.values(notice, say),
        )
    gone = notice.key in GONE or (notice.key == "joined" and ticket.responsible != staff_id)
    likeness = [] if hidden else together.choices(ticket, alike, say)
    options = [] if gone else [*duty.choices(ticket, say, staff_id), *likeness]
    if notice.key == "mood-low":
        options = [Choice(f"counsel:{ticket.number}", say("button.staff.counsel")), *options]
    if notice.key == "talked":
        options = talk_duty.choices(ticket, say)
    if notice.key == "basis":
        options = [Choice(f"basis:{ticket.number}", say("button.staff.basis"))]
    if notice.key in ("callback", "overdue-callback"):
        options = [Choice(f"callback:{ticket.number}", say("button.staff.callback"))]
    if open_to_all and not gone:
        options = [*options, lock_screen.details(ticket, say)]
    first, *rest = _messages(text, buttons(address, options, sign), ticket.number, files)
    first = replace(first, covered=lock_screen.covered(notice, address, speaker))
    return [first, *(replace(each, veiled=open_to_all) for each in rest)]


def _speaker(notice: Notice, say: Say) -> str:
    """Which of several reporters spoke: by name, else by the number they know. Empty where that is not said."""
    ticket = notice.ticket
    if notice.key not in ("said", "talked") or len(ticket.reporters) < 2:
        return ""
    spoke = ticket.reporter_at(ticket.last.actor.removeprefix("resident:"))
    return "" if spoke is None else talk_duty.reporter_name(spoke, say)


def for_resident(notice: Notice, address: Address, say: Say, sign: Sign, files: Sequence[Attachment]) -> list[Reply]:
    """The messages to a conversation that asked: what happened, what comes next, and what can be tapped."""
    ticket = notice.ticket
    theirs = privacy.seen_by(ticket, str(address))
    worked = notice.key in ("done", *visit_notice.CAME)
    if worked and privacy.withheld(theirs):
        files = ()
    words = notice.data.get("text", "") or say("notice.only-files")
    text = say(
        _key_of(notice, address),
        number=ticket.number,
        services=say("private.matter") if privacy.secret(ticket) else lock_screen.services(ticket.need, say),
        worker=ticket.responsible_name,
        text=privacy.record(theirs, words, say) if worked else words,
        record=privacy.record(theirs, notice.data.get("record", "") or say("notice.only-files"), say),
        at=wording.visit(ticket, say),
        other=notice.data.get("number", ""),
        name=notice.data.get("name", ""),
        off=visit_wording.dropped_words(ticket, say) if notice.key == "passed" else "",
        matters=trip_wording.matters((ticket, *notice.data.get("more", ())), say),
        **visit_notice.values(notice, say),
    )
    author = str(notice.data.get("name", "")) if notice.key in ("asked", "spoke") else ""
    asks = "person" if notice.key in ("talk-opened", "spoke") else ""
    return _messages(text, buttons(address, _answers(notice, address, say), sign), ticket.number, files, author, asks)


def _answers(notice: Notice, address: Address, say: Say) -> list[Choice]:
    """What a resident can tap under what they are told."""
    ticket, number = notice.ticket, notice.ticket.number
    if own := visit_notice.choices(notice, say):
        return own
    if notice.key == "talk-opened":
        return [Choice(f"bot:{number}", say("button.bot"))]
    if notice.key == "spoke":
        return []
    if notice.key == "unconfirmed":
        return [Choice(f"unsolved:{number}", say("button.unsolved"))]
    if ticket.state is State.DONE and _asked_first(notice, address):
        return [
            Choice(f"solved:{number}", say("button.solved")),
            Choice(f"unsolved:{number}", say("button.unsolved")),
        ]
    if notice.key in ("trip", "trip-moved"):
        return [Choice(f"add:{number}", say("button.trip.unsuited")), Choice(f"open:{number}", say("button.ticket"))]
    if notice.key in ("asked", "nudged"):
        return [Choice(f"add:{number}", say("button.answer"))]
    return [Choice(f"open:{number}", say("button.ticket"))]


def _key_of(notice: Notice, address: Address) -> str:
    if notice.key in ("passed", "apart", "helper-declined") and notice.ticket.responsible is None:
        return f"notice.resident.{notice.key}.waiting"
    if notice.key == "passed" and dropped(notice.ticket) is not None:
        return "notice.resident.passed.planned"
    if notice.key == "done" and not _asked_first(notice, address):
        return "notice.resident.done.also"
    return f"notice.resident.{notice.key}"


def _asked_first(notice: Notice, address: Address) -> bool:
    """One of several reporters is enough to be asked whether it is solved."""
    return notice.ticket.reporters[0].address == str(address)


def _messages(
    text: str, options: tuple[Button, ...], number: str, files: Sequence[Attachment], author: str = "", asks: str = ""
) -> list[Reply]:
    first = Reply(text, options, number, author=author, asks=asks)
    return [first, *(Reply("", (), number, file, author=author, asks=asks) for file in files)]
