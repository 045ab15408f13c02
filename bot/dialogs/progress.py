"""Afterwards: the resident sees each ticket's course, adds to it, cancels it, says whether it is solved, and rates."""

from __future__ import annotations

from bot.dialogs import question
from bot.dialogs.turn import Choice, Turn
from casework import helping, privacy, step, wording
from casework.ticket import Audience, Event, State, Ticket

LISTED = 8
"""How many tickets "my requests" shows."""
COURSE = 12
"""How many steps of a ticket's course are shown."""
TOLD = ("filed", "dispatched", "accepted", "contacted", "planned", "redated", "asked", "said", "done", "solved",
        "unsolved", "unconfirmed", "rated", "cancelled", "amended", "person-wanted", "helper-accepted")  # fmt: skip
"""Events that a course shows to the resident, each with the text `course.<type>`."""


async def mine(turn: Turn) -> None:
    """All requests of this conversation, newest first, each with where it stands."""
    tickets = (await turn.book.of_reporter(turn.reporter))[:LISTED]
    if not tickets:
        turn.say("mine.none", [turn.choice("list", "button.list")])
        return
    if len(tickets) == 1:
        await show(turn, tickets[0])
        return
    choices = [Choice(f"open:{ticket.number}", _line(turn, ticket)) for ticket in tickets]
    turn.say("mine", [*choices, turn.choice("new", "button.new")])


async def show(turn: Turn, ticket: Ticket) -> None:
    """One ticket's course in plain words, and what can be done with it now."""
    turn.reply(
        turn.words(
            "ticket.course",
            number=ticket.number,
            services=privacy.services(ticket, turn.words),
            who=privacy.who(ticket, turn.words),
            state=_state(turn, ticket),
            course="\n".join(_course(turn, ticket)),
        ),
        resident_choices(turn, ticket),
        ticket=ticket.number,
    )


def resident_choices(turn: Turn, ticket: Ticket) -> list[Choice]:
    """What the resident can do with a ticket as it stands."""
    number = ticket.number
    if ticket.state is State.DONE:
        return [turn.choice(f"solved:{number}", "button.solved"), turn.choice(f"unsolved:{number}", "button.unsolved")]
    if ticket.state is State.CLOSED and ticket.stars is None:
        return stars_choices(turn, ticket)
    if ticket.state.ended:
        return [turn.choice("new", "button.new")]
    return [
        turn.choice(f"add:{number}", "button.add"),
        turn.choice(f"drop:{number}", "button.drop"),
        turn.choice("new", "button.new"),
    ]


def stars_choices(turn: Turn, ticket: Ticket) -> list[Choice]:
    return [turn.choice(f"rate:{ticket.number}:{n}", f"button.stars.{n}") for n in range(5, 0, -1)]


async def press(turn: Turn, action: str, ticket: Ticket, arguments: list[str]) -> bool:
    """A resident's button of a ticket; False when it is none."""
    match action, arguments:
        case "open", []:
            await show(turn, ticket)
        case "add", []:
            await question.ask(turn, ADD, ticket)
        case "drop", []:
            turn.say(
                "ticket.drop.sure",
                [
                    turn.choice(f"drop:{ticket.number}:yes", "button.drop.yes"),
                    turn.choice(f"open:{ticket.number}", "button.drop.no"),
                ],
                ticket=ticket.number,
            )
        case "drop", ["yes"]:
            ticket = await step.cancel(turn.book, ticket, turn.reporter)
            await helping.released(turn.book, ticket)
            turn.say("ticket.dropped", [turn.choice("new", "button.new")], ticket=ticket.number, number=ticket.number)
        case "calm", []:
            await step.cancel(turn.book, ticket, turn.reporter, turn.words("ticket.calm.reason"))
            if turn.state.get("frame", {}).get("name") != "several":
                turn.state.pop("frame", None)
            turn.say("ticket.calm", [turn.choice("new", "button.new")], ticket=ticket.number)
        case "solved", []:
            ticket = await step.solved(turn.book, ticket, turn.reporter)
            turn.say("ticket.solved", stars_choices(turn, ticket), ticket=ticket.number)
        case "unsolved", []:
            await question.ask(turn, UNSOLVED, ticket)
        case "rate", [stars] if stars.isdigit():
            ticket = await step.rate(turn.book, ticket, turn.reporter, stars=int(stars))
            await question.ask(turn, COMMENT, ticket)
        case _:
            return False
    return True


async def add(turn: Turn, ticket: Ticket, text: str, files: tuple[str, ...]) -> None:
    """A line for the worker; after the end of a ticket there is nobody to read it, and the resident is told so."""
    if ticket.state.ended:
        turn.say("ticket.ended", [turn.choice("new", "button.new")], ticket=ticket.number, number=ticket.number)
        return
    ticket = await step.say(turn.book, ticket, turn.reporter, text, files)
    turn.say(
        "ticket.added" if ticket.responsible_name else "ticket.added.waiting",
        [turn.choice(f"open:{ticket.number}", "button.ticket")],
        ticket=ticket.number,
        worker=ticket.responsible_name,
    )


async def _unsolved(turn: Turn, ticket: Ticket, text: str, files: tuple[str, ...]) -> None:
    ticket = await step.unsolved(turn.book, ticket, turn.reporter, text)
    turn.say("ticket.unsolved", [turn.choice(f"open:{ticket.number}", "button.ticket")], ticket=ticket.number)


async def _comment(turn: Turn, ticket: Ticket, text: str, files: tuple[str, ...]) -> None:
    if text != turn.words("comment.nothing"):
        await step.rate(turn.book, ticket, turn.reporter, comment=text)
    turn.say("ticket.thanks", [turn.choice("new", "button.new")], ticket=ticket.number)


def _line(turn: Turn, ticket: Ticket) -> str:
    return turn.words(
        "mine.line",
        number=ticket.number,
        services=privacy.services(ticket, turn.words),
        state=turn.words(f"state.{ticket.state.value}"),
    )


def _state(turn: Turn, ticket: Ticket) -> str:
    words = turn.words(f"state.{ticket.state.value}")
    if ticket.state is State.PLANNED:
        at = wording.moment(ticket.planned_at, turn.words) if ticket.planned_at else ticket.planned_words
        return turn.words("state.planned.at", at=at)
    return words


def _course(turn: Turn, ticket: Ticket) -> list[str]:
    shown = [e for e in ticket.events if e.audience is Audience.ALL and e.type in TOLD]
    return [
        turn.words("course.line", at=wording.short_moment(e.at, turn.words), what=_step_words(turn, ticket, e))
        for e in shown[-COURSE:]
    ]


def _step_words(turn: Turn, ticket: Ticket, event: Event) -> str:
    by = "you" if event.actor.startswith("resident:") else "worker"
    if event.type == "said":
        said = wording.shorten(str(event.data.get("text", "")), 60)
        return turn.words("course.said", text=privacy.line(ticket, said, turn.words))
    if event.type in ("done", "asked"):
        said = wording.shorten(str(event.data.get("record") or event.data.get("text", "")), 60)
        shown = privacy.record if event.type == "done" else privacy.line
        text = shown(ticket, said, turn.words)
        return turn.words(f"course.{event.type}", worker=event.data.get("name", ""), text=text)
    return turn.words(
        f"course.{event.type}",
        worker=event.data.get("name", ""),
        text=wording.shorten(
            str(next((event.data[k] for k in ("text", "words", "record") if event.data.get(k)), "")), 60
        ),
        stars=event.data.get("stars", ""),
        by=turn.words(f"course.by.{by}"),
    )


ADD = question.question("add", "ticket.add.ask", add)
UNSOLVED = question.question(
    "unsolved", "ticket.unsolved.ask", _unsolved, choices=("late", "partly", "gone"), label="unsolved"
)
COMMENT = question.question("comment", "ticket.comment.ask", _comment, choices=("nothing",), label="comment")
FRAMES = (ADD, UNSOLVED, COMMENT)
