"""My elders: the people a volunteer reports for, one tap each; what is known of them is not asked again."""

from __future__ import annotations

from typing import Any

from bot.dialogs import frame, intake, volunteer
from bot.dialogs.command import said
from bot.dialogs.turn import Choice, Heard, Turn
from casework.volunteer import Elder, Volunteer, hours, month_of

SHOWN = 20


async def hear(turn: Turn, heard: Heard) -> bool:
    """ "My elders", said by somebody who volunteers or while nothing else is being talked about."""
    if heard.attachments or not said(turn, "elders", heard.text):
        return False
    if "frame" in turn.state and await _volunteer(turn) is None:
        return False
    await show(turn)
    return True


async def press(turn: Turn, action: str, arguments: list[str]) -> bool:
    """The buttons of the list; False when it is another's."""
    match action, arguments:
        case "elders", []:
            await show(turn)
        case "elder", [number] if number.isdecimal():
            await _report_for(turn, int(number))
        case _:
            return False
    return True


async def show(turn: Turn) -> None:
    """The list, with the hours of this month; whoever is no volunteer may become one."""
    person = await _volunteer(turn)
    if person is None:
        await volunteer.offer(turn)
        return
    elders = await turn.book.circle.elders(person.id)
    choices = [Choice(f"elder:{e.id}", turn.words("button.elder", name=e.relation or e.name)) for e in elders[:SHOWN]]
    stop = turn.choice("volunteer-stop", "button.volunteer.leave")
    turn.reply("\n".join(line for line in (await thanks(turn, person), _told(turn, elders)) if line), [*choices, stop])


async def thanks(turn: Turn, person: Volunteer) -> str:
    """What somebody has done this month, empty while it is nothing."""
    times, spent = hours(await turn.book.circle.helps(person.id, month_of(turn.now)))
    return turn.words("volunteer.hours", times=times, hours=f"{spent:g}") if times else ""


def values_for(elder: Elder) -> dict[str, Any]:
    """What the intake knows from the start of a report for this elder."""
    who = {"about": "other", "relation_words": elder.relation, "name": elder.name, "age": elder.age}
    contact = {"contact": {"phone": elder.phone, "through": elder.relation or elder.name}} if elder.phone else {}
    return {
        "who": {key: value for key, value in who.items() if value},
        "place": {"code": elder.place, "name": elder.place_name},
        **({"landmark": elder.landmark} if elder.landmark else {}),
        **contact,
    }


def _told(turn: Turn, elders: list[Elder]) -> str:
    return turn.words("volunteer.elders" if elders else "volunteer.elders.none")


async def _report_for(turn: Turn, number: int) -> None:
    person = await _volunteer(turn)
    elders = await turn.book.circle.elders(person.id) if person else []
    elder = next((each for each in elders if each.id == number), None)
    if elder is None:
        turn.say("button.stale", [turn.choice("elders", "button.elders")])
        return
    frame.open_frame(turn, intake.FRAME, {"words": [], "attachments": [], **values_for(elder)})
    await frame.go_on(turn, intake.FRAME, lead=turn.words("volunteer.elder.lead", name=elder.relation or elder.name))


async def _volunteer(turn: Turn) -> Volunteer | None:
    person = await turn.book.circle.at(turn.reporter)
    return person if person is not None and person.approved else None
