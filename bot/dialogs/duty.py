"""The worker's side in the chat: my tickets, one ticket with its buttons, and the short questions behind them."""

from __future__ import annotations

from collections.abc import Mapping

from bot.dialogs import frame, helper_duty, question, talk_duty, together, trip_duty, visit, volunteer_duty
from bot.dialogs.command import command_of, said
from bot.dialogs.frame import Frame
from bot.dialogs.turn import Choice, Heard, Turn
from casework import helping, legal_basis, oversight, permission, right, step, visit_wording, wording
from casework.consent import bases, lacking
from casework.series_words import SeriesWordsError, parse_series
from casework.staff import Staff
from casework.ticket import State, Ticket
from casework.volunteer import may_hand_over
from catalogue.slot.time import parse_time
from catalogue.slot.turkic_plan import in_chinese
from locales.text import Say

LISTED = 20
REACHED = ("reached", "unreached")
REASONS = ("full", "language", "kin", "area")
TIMES = ("today", "tomorrow-am", "tomorrow-pm", "after-am")


class NotStaffError(Exception):
    """A staff dialog was opened for somebody who is none. Remedy: route residents to the resident's dialogs."""


def staff_of(turn: Turn) -> Staff:
    if turn.staff is None:
        raise NotStaffError(f"{turn.address} is not bound to a member of staff")
    return turn.staff


def choices(ticket: Ticket, say: Say, staff_id: int) -> list[Choice]:
    """What a member of staff can do with a ticket as it stands; the buttons under every ticket shown to them."""
    number = ticket.number
    if ticket.state.ended or ticket.state is State.DONE:
        return []
    mine = ticket.responsible == staff_id and ticket.state in (State.ACCEPTED, State.PLANNED)
    actions = ("contact", "ask", "talk", "plan", "done", "pass") if mine else ("accept", "pass", "ask", "plan", "done")
    visits = visit.choices(ticket, say) if mine else []
    helper = ("helper",) if mine and may_hand_over(ticket) and not helping.busy(ticket) else ()
    offered = [Choice(f"{action}:{number}", say(f"button.staff.{action}")) for action in (*actions, *helper)]
    if mine and lacking(ticket):
        offered.append(Choice(f"basis:{number}", say("button.staff.basis")))
    return [*visits, *offered, *together.part_choices(ticket, say)]


async def hear(turn: Turn, heard: Heard) -> None:
    """What a member of staff writes: an answer to the open question, or a word for the list."""
    open_frame = FRAMES.get(turn.state.get("frame", {}).get("name", ""))
    if open_frame is None and await talk_duty.carry(turn, staff_of(turn), heard):
        return
    command = command_of(turn, heard.text) if not heard.attachments else ""
    if command in ("cancel", "back", "restart") and open_frame is not None:
        frame.close_frame(turn)
        turn.say("staff.cancelled", [turn.choice("mine", "button.staff.mine")])
    elif command == "help":
        turn.say("staff.help", [turn.choice("mine", "button.staff.mine")])
    elif not heard.attachments and said(turn, "trips", heard.text):
        await trip_duty.show(turn, staff_of(turn))
    elif open_frame is None or command:
        await mine(turn)
    else:
        frame.offer(turn, open_frame, heard, turn.understand(heard.text))
        await _go_on(turn, open_frame)


async def mine(turn: Turn) -> None:
    """My open tickets, urgent first."""
    tickets = (await turn.book.of_staff(staff_of(turn)))[:LISTED]
    if not tickets:
        turn.say("staff.mine.none")
        return
    turn.say("staff.mine", [Choice(f"open:{t.number}", _line(turn, t)) for t in tickets], count=len(tickets))


async def press(turn: Turn, base: str) -> None:
    """A pressed button whose signature held."""
    meaning, _, serial = base.partition("~")
    action, *arguments = meaning.split(":")
    if serial:
        await _press_in_frame(turn, action, arguments, serial)
    elif action == "mine":
        await mine(turn)
    elif arguments and action in volunteer_duty.ACTIONS:
        await volunteer_duty.press(turn, staff_of(turn), action, arguments[0])
    elif arguments:
        await act(turn, action, *arguments[:2])
    else:
        turn.say("button.stale", [turn.choice("mine", "button.staff.mine")])


async def act(turn: Turn, action: str, number: str, other: str = "") -> None:
    """An action on a ticket, or on it and another. Whatever is not allowed is said, and stands in the thread."""
    ticket = await turn.book.ticket(number)
    staff = staff_of(turn)
    if ticket is None:
        turn.say("refused.unknown-ticket", [turn.choice("mine", "button.staff.mine")], number=number)
        return
    try:
        if action in together.ACTIONS:
            _settle(turn, await together.act(turn, staff, action, ticket, other))
            return
        if action not in right.RIGHTS:
            turn.say("button.stale", [turn.choice("mine", "button.staff.mine")])
            return
        permission.refuse_stranger(ticket, staff, action)
        if action in talk_duty.ACTIONS:
            await talk_duty.act(turn, staff, action, ticket, other)
            return
        await _act(turn, action, ticket, staff)
    except permission.StepRefusedError as refusal:
        await _refused(turn, action, refusal)


async def _act(turn: Turn, action: str, ticket: Ticket, staff: Staff) -> None:
    if action == "open":
        await show(turn, await step.seen(turn.book, ticket, staff))
    elif action == "accept":
        ticket = await step.accept(turn.book, ticket, staff)
        turn.say("staff.accepted", choices(ticket, turn.words, staff.id), ticket=ticket.number, number=ticket.number)
    elif action == "counsel":
        turn.say("staff.counsel", [turn.choice(f"open:{ticket.number}", "button.ticket")], ticket=ticket.number)
    elif action == "helper":
        await helper_duty.begin(turn, ticket)
    elif action in QUESTIONS:
        if action == "callback":
            oversight.refuse_no_callback(ticket)
        elif action != "basis":
            permission.refuse_ended(ticket)
        await question.ask(turn, QUESTIONS[action], ticket)
    else:
        turn.say("button.stale", [turn.choice("mine", "button.staff.mine")])


async def show(turn: Turn, ticket: Ticket) -> None:
    """The whole ticket, with another that may be the same matter."""
    staff = staff_of(turn)
    alike = await together.suggested(turn, ticket, staff)
    told = (visit_wording.card(ticket, turn.words), story(ticket, turn.words), together.line(alike, turn.words))
    text = "\n".join(filter(None, told))
    offered = choices(ticket, turn.words, staff.id) or together.part_choices(ticket, turn.words)
    offered = [*offered, *together.choices(ticket, alike, turn.words)]
    turn.reply(text, offered, ticket=ticket.number)


def story(ticket: Ticket, say: Say) -> str:
    """What was done the last time, and why that was not enough; empty where it was not opened again."""
    if not ticket.reopened:
        return ""
    reason = next((e.data.get("reason") for e in reversed(ticket.events) if e.type == "unsolved"), "")
    nothing = say("notice.only-files")
    return say("notice.staff.reopened.story", record=ticket.record or nothing, reason=reason or nothing)


def _settle(turn: Turn, outcome: together.Outcome) -> None:
    staff, ticket = staff_of(turn), outcome.ticket
    offered = choices(ticket, turn.words, staff.id) if permission.may_act(ticket, staff) else []
    turn.reply(outcome.text, outcome.choices or offered, ticket=ticket.number)


async def _press_in_frame(turn: Turn, action: str, arguments: list[str], serial: str) -> None:
    state = turn.state.get("frame", {})
    if str(state.get("serial")) != serial or state.get("name") not in FRAMES:
        turn.say("button.stale", [turn.choice("mine", "button.staff.mine")])
        return
    open_frame = FRAMES[state["name"]]
    if action == "pick" and len(arguments) == 2:
        frame.pick(turn, open_frame, *arguments)
    await _go_on(turn, open_frame)


async def _go_on(turn: Turn, open_frame: Frame) -> None:
    try:
        await frame.go_on(turn, open_frame)
    except permission.StepRefusedError as refusal:
        await _refused(turn, open_frame.name, refusal)


async def _refused(turn: Turn, action: str, refusal: permission.StepRefusedError) -> None:
    await step.refuse_press(turn.book, refusal.ticket, permission.worker(staff_of(turn)), action, refusal.reason)
    turn.say(
        f"refused.{refusal.reason}",
        [turn.choice("mine", "button.staff.mine")],
        number=refusal.ticket.number,
        worker=refusal.ticket.responsible_name,
    )


async def _passed(turn: Turn, ticket: Ticket, text: str, files: tuple[str, ...]) -> None:
    ticket = await step.pass_on(turn.book, ticket, staff_of(turn), text)
    turn.say(
        "staff.passed", [turn.choice("mine", "button.staff.mine")], number=ticket.number, worker=ticket.responsible_name
    )


async def _asked(turn: Turn, ticket: Ticket, text: str, files: tuple[str, ...]) -> None:
    ticket = await step.ask(turn.book, ticket, staff_of(turn), text, files)
    turn.say("staff.asked", choices(ticket, turn.words, staff_of(turn).id), ticket=ticket.number, number=ticket.number)


async def _planned(turn: Turn, ticket: Ticket, text: str, files: tuple[str, ...]) -> None:
    try:
        series = parse_series(in_chinese(text), turn.now)
    except SeriesWordsError:
        turn.say("refused.series-unclear", number=ticket.number)
        await question.ask(turn, QUESTIONS["plan"], ticket)
        return
    if series is not None:
        await visit.agree(turn, ticket, staff_of(turn), series, text)
        return
    at = parse_time(text, turn.now)
    ticket = await step.plan(turn.book, ticket, staff_of(turn), at, text)
    turn.say(
        "staff.planned",
        choices(ticket, turn.words, staff_of(turn).id),
        ticket=ticket.number,
        number=ticket.number,
        at=wording.moment(at, turn.words) if at else text,
    )


async def _done(turn: Turn, ticket: Ticket, text: str, files: tuple[str, ...]) -> None:
    ticket = await helping.done(turn.book, ticket, staff_of(turn), text, files)
    turn.say("staff.done", [turn.choice("mine", "button.staff.mine")], ticket=ticket.number, number=ticket.number)


async def _contacted(turn: Turn, ticket: Ticket, text: str, files: tuple[str, ...]) -> None:
    reached = text != turn.words("staff.contact.unreached")
    ticket = await step.contacted(turn.book, ticket, staff_of(turn), text, reached=reached)
    options = choices(ticket, turn.words, staff_of(turn).id)
    turn.say("staff.contacted", options, ticket=ticket.number, number=ticket.number)


async def _called_back(turn: Turn, ticket: Ticket, text: str, files: tuple[str, ...]) -> None:
    ticket = await oversight.called_back(turn.book, ticket, staff_of(turn), text)
    turn.say("staff.called-back", [turn.choice("mine", "button.staff.mine")], number=ticket.number)


async def _basis(turn: Turn, ticket: Ticket, text: str, files: tuple[str, ...]) -> None:
    named = next((each for each in bases() if turn.words(f"staff.basis.{each}") == text), "")
    ticket = await legal_basis.record(turn.book, ticket, staff_of(turn), named)
    turn.say("staff.basis", choices(ticket, turn.words, staff_of(turn).id), ticket=ticket.number, number=ticket.number)


def _line(turn: Turn, ticket: Ticket) -> str:
    return turn.words(
        "staff.mine.line.urgent" if ticket.urgent else "staff.mine.line",
        number=ticket.number,
        services=wording.services(ticket.need, turn.words),
        place=ticket.need.place_name or turn.words("place.prefecture"),
        state=turn.words(f"state.staff.{ticket.state.value}"),
    )


QUESTIONS: Mapping[str, Frame] = {
    "pass": question.question("pass", "staff.pass.ask", _passed, choices=REASONS, label="staff.pass"),
    "ask": question.question("ask", "staff.ask.ask", _asked),
    "plan": question.question("plan", "staff.plan.ask", _planned, choices=TIMES, label="staff.plan"),
    "done": question.question("done", "staff.done.ask", _done),
    "contact": question.question("contact", "staff.contact.ask", _contacted, choices=REACHED, label="staff.contact"),
    "callback": question.question("callback", "staff.callback.ask", _called_back),
    "basis": question.question("basis", "staff.basis.ask", _basis, choices=bases(), label="staff.basis"),
    **visit.QUESTIONS,
}
FRAMES: Mapping[str, Frame] = {f.name: f for f in (*QUESTIONS.values(), volunteer_duty.DECLINE, helper_duty.FRAME)}
