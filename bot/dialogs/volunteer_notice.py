"""What volunteers, and staff about volunteers, are told without having asked."""

from __future__ import annotations

from bot.dialogs import lock_screen
from bot.dialogs.turn import Choice, Sign, buttons
from bot.message import Address, Reply
from casework import wording
from casework.ticket import Ticket
from casework.volunteer import Word
from locales.text import Say

NOWHERE = Ticket("", ())


def for_staff(word: Word, address: Address, say: Say, sign: Sign) -> Reply:
    """Who asks to help, with the two answers under it; or who has left."""
    person = word.volunteer
    text = say(
        f"notice.staff.volunteer.{word.key}",
        name=person.name,
        place=person.place_name or say("place.prefecture"),
        phone=person.phone or say("card.contact.chat"),
        likes=person.likes,
    )
    told = [person.name, person.place_name]
    options = []
    if word.key == "asked":
        told += [person.phone, person.likes]
        options = [
            Choice(f"volunteer-yes:{person.id}", say("button.staff.volunteer.yes")),
            Choice(f"volunteer-no:{person.id}", say("button.staff.volunteer.no")),
        ]
    return Reply(text, buttons(address, options, sign), covered=lock_screen.confided(address, *told))


def for_volunteer(word: Word, address: Address, say: Say, sign: Sign) -> Reply:
    """What was decided about them, what they are asked to do, and thanks."""
    ticket, note = word.ticket or NOWHERE, str(word.data.get("text", ""))
    need, elder = ticket.need, str(word.data.get("elder", ""))
    told = [need.place_name, need.when, need.frequency, note] if word.key == "helper-asked" else [elder]
    text = say(
        f"notice.volunteer.{word.key}",
        name=word.volunteer.name,
        reason=word.data.get("reason", ""),
        elder=elder,
        number=ticket.number,
        errand=request(ticket, note, say) if word.ticket else "",
        times=word.data.get("times", ""),
        hours=word.data.get("hours", ""),
    )
    options, covered = _options(word, ticket.number, say), lock_screen.confided(address, *told)
    return Reply(text.strip(), buttons(address, options, sign), ticket.number, covered=covered)


def request(ticket: Ticket, note: str, say: Say) -> str:
    """What a volunteer needs to know to say yes or no: what, in which village, when, what to bring. Who it is for and
    where exactly they are told with their yes."""
    need = ticket.need
    lines = [
        say("card.line.service", value=wording.services(need, say)),
        say("card.line.place", value=need.place_name or say("place.prefecture")),
        say("card.line.when", value=wording.when(need, say)),
        say("card.line.note", value=note) if note else "",
    ]
    return "\n".join(filter(None, lines))


def errand(ticket: Ticket, note: str, say: Say) -> str:
    """What a volunteer who has said yes needs to know to go: what, where, whom, when, what to bring. Never the file;
    the telephone only where the beneficiary agreed."""
    need = ticket.need
    lines = [
        say("card.line.service", value=wording.services(need, say)),
        say("card.line.who", value=first_name(need.beneficiary.name) or say("who.staff.other")),
        say("card.line.place", value=wording.place(need, say)),
        say("card.line.when", value=wording.when(need, say)),
    ]
    if need.phone and need.beneficiary.agrees == "yes":
        lines.append(say("card.line.contact", value=wording.contact(need, say)))
    if note:
        lines.append(say("card.line.note", value=note))
    return "\n".join(lines)


def first_name(name: str) -> str:
    """As neighbours call them; of a name in several words the first. A Chinese name stays whole: by it people ask their
    way to the door."""
    return name.replace("·", " ").split(" ")[0]


def _options(word: Word, number: str, say: Say) -> list[Choice]:
    match word.key:
        case "approved" | "elder" | "thanks":
            return [Choice("elders", say("button.elders"))]
        case "closed" | "merged":
            return [Choice(f"help-done:{number}", say("button.help.done"))]
        case "helper-asked":
            return [
                Choice(f"help-yes:{number}", say("button.help.yes")),
                Choice(f"help-no:{number}", say("button.help.no")),
            ]
        case _:
            return []
