"""Afterwards: the resident sees each ticket's course, adds to it, cancels it, says whether it is solved, and rates."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.dialogs import question, visit_answer
from bot.dialogs.turn import Choice, Turn
from casework import casebook, helping, merge, permission, privacy, right, step, visit_wording, wording
from casework.ticket import Audience, Event, State, Ticket

LISTED = 8
"""How many tickets "my requests" shows."""
COURSE = 12
"""How many steps of a ticket's course are shown."""
TOLD = ("filed", "dispatched", "accepted", "contacted", "planned", "redated", "asked", "said", "done", "solved",
        "unsolved", "unconfirmed", "rated", "cancelled", "amended", "person-wanted", "helper-accepted",
        "helper-declined", "helper-released", "series", "arrived", "visited", "skipped", "moved", "visit-confirmed",
        "trip", "trip-moved", "trip-off")  # fmt: skip
"""Events that a course shows to the resident, each with the text `course.<type>`."""
TRIPS = ("trip", "trip-moved")
OTHERS = ("filed", "solved", "unsolved", "rated", "said")
"""What another reporter did, each with the text `course.other.<type>`; without their words. The rest is "said"."""
WORDED = ("asked", "done")
"""Events whose words answer what was said before: not for those who joined afterwards."""


async def mine(turn: Turn) -> None:
    """All requests of this conversation, newest first, each with where it stands."""
    tickets = [t for t in await turn.book.of_reporter(turn.reporter) if not await _shown_elsewhere(turn, t)][:LISTED]
    if not tickets:
        turn.say("mine.none", [turn.choice("list", "button.list")])
        return
    if len(tickets) == 1:
        await show(turn, tickets[0])
        return
    choices = [Choice(f"open:{ticket.number}", _line(turn, ticket)) for ticket in tickets]
    turn.say("mine", [*choices, turn.choice("new", "button.new")])


async def own(turn: Turn, number: str) -> Ticket | None:
    """The ticket of that number, or the one it goes on in; None unless this conversation asked for it and still wants
    it."""
    ticket = await turn.book.ticket(number)
    if ticket is None or not _theirs(turn, ticket):
        return None
    kept = await casebook.kept(turn.book, ticket)
    return kept if _theirs(turn, kept) else ticket


async def _shown_elsewhere(turn: Turn, ticket: Ticket) -> bool:
    return bool(ticket.into) and _theirs(turn, await casebook.kept(turn.book, ticket))


def _theirs(turn: Turn, ticket: Ticket) -> bool:
    return right.may("open", right.of_reporter(ticket, turn.reporter))


async def show(turn: Turn, ticket: Ticket) -> None:
    """One ticket's course in plain words, and what can be done with it now. For whom it is, as they themselves said."""
    asked = ticket.reporter_at(turn.reporter)
    theirs = ticket if asked is None else replace(ticket, need=asked.need)
    turn.reply(
        turn.words(
            "ticket.course",
            number=ticket.number,
            services=privacy.services(theirs, turn.words),
            who=privacy.who(theirs, turn.words),
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
    if ticket.state is State.CLOSED and _may_rate(turn, ticket):
        return stars_choices(turn, ticket)
    if ticket.state.ended:
        return [turn.choice("new", "button.new")]
    return [
        turn.choice(f"add:{number}", "button.add"),
        turn.choice(f"drop:{number}", "button.drop"),
        turn.choice("new", "button.new"),
    ]


def _may_rate(turn: Turn, ticket: Ticket) -> bool:
    if ticket.stars is None:
        return True
    return merge.rater(ticket) != turn.reporter and not merge.rated_apart(ticket, turn.reporter)


def stars_choices(turn: Turn, ticket: Ticket) -> list[Choice]:
    return [turn.choice(f"rate:{ticket.number}:{n}", f"button.stars.{n}") for n in range(5, 0, -1)]


async def press(turn: Turn, action: str, ticket: Ticket, arguments: list[str]) -> bool:
    """A resident's button of a ticket; False when it is none, or not for them."""
    if not right.may(action, right.of_reporter(ticket, turn.reporter)):
        return False
    match action, arguments:
        case "open", []:
            await show(turn, ticket)
        case "add", []:
            await question.ask(turn, ADD, ticket)
        case "drop", []:
            turn.say(
                "ticket.leave.sure" if len(ticket.reporters) > 1 else "ticket.drop.sure",
                [
                    turn.choice(f"drop:{ticket.number}:yes", "button.drop.yes"),
                    turn.choice(f"open:{ticket.number}", "button.drop.no"),
                ],
                ticket=ticket.number,
            )
        case "drop", ["yes"]:
            await _withdraw(turn, ticket, "ticket.dropped")
        case "calm", []:
            await _withdraw(turn, ticket, "ticket.calm", turn.words("ticket.calm.reason"))
            if turn.state.get("frame", {}).get("name") != "several":
                turn.state.pop("frame", None)
        case "solved", [] if ticket.state is State.CLOSED:
            await show(turn, ticket)
        case "solved", []:
            ticket = await step.solved(turn.book, ticket, turn.reporter)
            turn.say("ticket.solved", stars_choices(turn, ticket), ticket=ticket.number)
        case "unsolved", []:
            await question.ask(turn, UNSOLVED, ticket)
        case "rate", [stars] if stars.isdigit():
            ticket = await merge.rate(turn.book, ticket, turn.reporter, stars=int(stars))
            await question.ask(turn, COMMENT, ticket)
        case _:
            return await visit_answer.press(turn, action, ticket, arguments)
    return True


async def _withdraw(turn: Turn, ticket: Ticket, ended: str, reason: str = "") -> None:
    """Nobody goes there any more once the last who asked no longer wants it; then the text `ended` is said."""
    ticket = await merge.withdraw(turn.book, ticket, turn.reporter, reason)
    if ticket.state.ended:
        await helping.released(turn.book, ticket)
    said = ended if ticket.state.ended else "ticket.left"
    turn.say(said, [turn.choice("new", "button.new")], ticket=ticket.number, number=ticket.number)


async def add(turn: Turn, ticket: Ticket, text: str, files: tuple[str, ...]) -> None:
    """A line for the worker; after the end of a ticket there is nobody to read it, and the resident is told so."""
    ticket = await own(turn, ticket.number) or ticket
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
    if ticket.state not in (State.DONE, State.CLOSED):
        # Another reporter was quicker: what this one says goes to whoever has the ticket now.
        await add(turn, ticket, text, files)
        return
    ticket = await step.unsolved(turn.book, ticket, turn.reporter, text)
    turn.say("ticket.unsolved", [turn.choice(f"open:{ticket.number}", "button.ticket")], ticket=ticket.number)


async def _comment(turn: Turn, ticket: Ticket, text: str, files: tuple[str, ...]) -> None:
    if text != turn.words("comment.nothing") and ticket.state is not State.CLOSED:
        await add(turn, ticket, text, files)
        return
    if text != turn.words("comment.nothing"):
        ticket = await merge.rate(turn.book, ticket, turn.reporter, comment=text)
    turn.say("ticket.thanks", [turn.choice("new", "button.new")], ticket=ticket.number)
    await visit_answer.ask_mood(turn, ticket)


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
        return visit_wording.state_words(ticket, turn.words)
    return words


def _course(turn: Turn, ticket: Ticket) -> list[str]:
    joined = _joined(turn, ticket)
    shown = [
        event
        for index, event in enumerate(ticket.events)
        if event.audience is Audience.ALL and event.type in TOLD and (index >= joined or event.type not in WORDED)
    ]
    return [
        turn.words("course.line", at=wording.short_moment(e.at, turn.words), what=_step_words(turn, ticket, e))
        for e in shown[-COURSE:]
    ]


def _joined(turn: Turn, ticket: Ticket) -> int:
    """The place in the thread from which this conversation hears of the ticket."""
    if ticket.reporter == turn.reporter:
        return 0
    joined = [
        index
        for index, event in enumerate(ticket.events)
        if event.type == "joined" and any(each["address"] == turn.reporter for each in event.data["reporters"])
    ]
    return joined[-1] if joined else 0


def _step_words(turn: Turn, ticket: Ticket, event: Event) -> str:
    by = "you" if event.actor.startswith("resident:") else "worker"
    if by == "you" and event.actor != permission.resident(turn.reporter):
        return turn.words(f"course.other.{event.type if event.type in OTHERS else 'said'}")
    if event.type == "said":
        said = wording.shorten(str(event.data.get("text", "")), 60)
        return turn.words("course.said", text=privacy.line(ticket, said, turn.words))
    if event.type in ("done", "visited", "asked"):
        said = wording.shorten(str(event.data.get("record") or event.data.get("text", "")), 60)
        shown = privacy.line if event.type == "asked" else privacy.record
        text = shown(privacy.seen_by(ticket, turn.reporter), said, turn.words)
        return turn.words(f"course.{event.type}", worker=event.data.get("name", ""), text=text)
    return turn.words(
        f"course.{event.type}",
        worker=event.data.get("leader") or event.data.get("name", ""),
        text=wording.shorten(
            str(next((event.data[k] for k in ("text", "words", "record", "reason") if event.data.get(k)), "")), 60
        ),
        stars=event.data.get("stars", ""),
        at=wording.day(datetime.fromisoformat(event.data["when"]), turn.words) if event.type in TRIPS else "",
        by=turn.words(f"course.by.{by}"),
    )


ADD = question.question("add", "ticket.add.ask", add)
UNSOLVED = question.question(
    "unsolved", "ticket.unsolved.ask", _unsolved, choices=("late", "partly", "gone"), label="unsolved"
)
COMMENT = question.question("comment", "ticket.comment.ask", _comment, choices=("nothing",), label="comment")
FRAMES = (ADD, UNSOLVED, COMMENT)
