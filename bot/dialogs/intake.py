"""The intake: from a need in plain words to a ticket. Asks only what is missing, shows a card, files on "confirm"."""

from __future__ import annotations

from typing import Any

from bot.dialogs import amend, consent, frame, lesson, listing
from bot.dialogs.command import said
from bot.dialogs.frame import Frame, values_of
from bot.dialogs.intake_service import merge_services, tells_more, understand_together
from bot.dialogs.intake_slot import SLOTS, place_value
from bot.dialogs.need import for_other, need_of
from bot.dialogs.turn import Choice, Heard, Turn
from casework import step, wording
from casework.consent import asked_for
from casework.ticket import Ticket
from catalogue.understanding import Understanding

BARE = 8
"""A message of up to this many characters names a service but tells nothing of the situation."""
TRIES = 2
"""After this many answers that did not fit, the bot takes the words as they are and goes on."""


async def begin(turn: Turn, heard: Heard, understood: Understanding) -> None:
    """The first message of a need."""
    frame.open_frame(turn, FRAME, {"words": [], "attachments": []})
    await hear(turn, heard, understood)


async def begin_with(turn: Turn, values: dict[str, Any]) -> None:
    """A need that begins with a tap: a service from the list, or "a person, please"."""
    frame.open_frame(turn, FRAME, {"words": [], "attachments": [], **values})
    await frame.go_on(turn, FRAME, lead=_understood(turn))


async def hear(turn: Turn, heard: Heard, understood: Understanding) -> None:
    """One more message while the intake is open."""
    values, question = values_of(turn), frame.asked(turn)
    if question == "card" and await _answer_at_card(turn, heard):
        return
    if "service" not in values and not values.get("person") and said(turn, "no", heard.text):
        turn.say("unclear.again", listing.ways_out(turn))
        return
    if question == "place" and said(turn, "unknown", heard.text):
        await press(turn, "pick", ["place", "unknown"])
        return
    if heard.text and "service" not in values and not values["words"] and len(heard.text) <= BARE:
        values["bare"] = True
    correcting = question == "card" or heard.edited
    services = values.get("service")
    filled = frame.offer(turn, FRAME, heard, understood, correcting=correcting)
    if services and "service" in filled and question != "service":
        merge_services(turn, services, heard.text)
    if heard.text and "guess" not in values:
        values["guess"] = lesson.guessed(understood)
    if correcting and not filled and heard.text:
        values["note"] = _join(values.get("note", ""), heard.text)
    _keep(turn, heard)
    _tidy(turn, heard)
    if question in ("who", "place", "contact") and question not in filled and tells_more(turn, heard):
        turn.state["frame"]["asked"] = question = ""
    if "service" not in values and not values.get("person"):
        understood = understand_together(turn, understood)
        if "service" not in values:
            listing.unclear(turn, understood, again=len(values["words"]) > 1)
            return
    _count_try(turn, question, filled, heard)
    await amend.filed(turn)
    await frame.go_on(turn, FRAME, lead=_understood(turn) if "service" in filled and not services else "")


async def press(turn: Turn, action: str, arguments: list[str]) -> None:
    """A button of the open intake."""
    values = values_of(turn)
    match action, arguments:
        case "pick", ["service", code] if code in turn.catalogue.services:
            frame.remember(turn)
            values["service"] = {"codes": [code]}
            await _after_answer(turn)
        case "pick", [slot, value] if frame.pick(turn, FRAME, slot, value):
            _tidy(turn, Heard())
            await _after_answer(turn)
        case "change", []:
            _offer_changes(turn)
        case "change", ["service"]:
            turn.state["frame"]["asked"] = "service"
            listing.categories(turn, "intake.service.ask")
        case "change", [slot] if slot in FRAME.by_name:
            frame.ask(turn, FRAME.by_name[slot])
        case "confirm", [*agreed]:
            await _confirm(turn, agreed[0] if agreed else "")
        case "disagree", []:
            await consent.refuse(turn, need_of(values))
        case "bare", []:
            await consent.leave_out(turn)
            await _confirm(turn, "")
        case _:
            await frame.go_on(turn, FRAME)


async def _urgent_complete(turn: Turn, number: str) -> None:
    """What was filed in danger has all it lacked. Who has it is said as it is."""
    frame.close_frame(turn)
    ticket = await turn.book.ticket(number)
    real = ticket is not None and await somebody_real(turn, ticket)
    turn.say(
        "intake.urgent.complete" if real else "intake.urgent.complete.waiting",
        [turn.choice(f"open:{number}", "button.ticket")],
        ticket=number,
        number=number,
        worker=ticket.responsible_name if ticket is not None else "",
    )


async def show_card(turn: Turn) -> None:
    """Everything as it stands, to be confirmed or changed. What was filed in danger needs no confirming."""
    values = values_of(turn)
    if values.get("ticket"):
        await _urgent_complete(turn, str(values["ticket"]))
        return
    if values.get("person"):
        await _confirm(turn, "")
        return
    turn.state["frame"]["asked"] = "card"
    rest = [
        Choice(frame.frame_key(turn, "change"), turn.words("button.change")),
        Choice(frame.frame_key(turn, "disagree"), turn.words("button.disagree")),
        turn.choice("cancel", "button.cancel"),
    ]
    values.pop("refused", None)
    need = need_of(values)
    card = turn.words("intake.card", facts=wording.for_resident(need, turn.words))
    turn.reply(f"{card}\n{consent.lines(turn, need)}", [*consent.confirms(turn, need), *rest])


async def file_urgent(turn: Turn, heard: Heard, understood: Understanding) -> Ticket:
    """Danger: file at once with what is known, then go on asking what is missing."""
    if turn.state.get("frame", {}).get("name") != FRAME.name:
        frame.open_frame(turn, FRAME, {"words": [], "attachments": []})
    values = values_of(turn)
    frame.offer(turn, FRAME, heard, understood)
    _keep(turn, heard)
    _tidy(turn, heard)
    if understood.danger:
        values["danger"] = understood.danger.kind
    if "danger" in values:
        values["service"] = {"codes": [turn.catalogue.watch.service[values["danger"]]]}
    ticket = await step.file(
        turn.book, need_of(values), turn.reporter, name=turn.name, language=turn.language, urgent=True
    )
    values["ticket"] = ticket.number
    return ticket


def _understood(turn: Turn) -> str:
    """What was understood, said once before the first question, so that nobody feels questioned by a form."""
    need = need_of(values_of(turn))
    if not need.services:
        return turn.words("intake.heard.person" if need.wants_person else "intake.heard.voice")
    key = "intake.heard.other" if for_other(values_of(turn)) else "intake.heard"
    who = wording.resident_who(need.beneficiary, turn.words)
    return turn.words(key, services=wording.services(need, turn.words), who=who)


async def _answer_at_card(turn: Turn, heard: Heard) -> bool:
    if heard.attachments:
        return False
    if said(turn, "disagree", heard.text):
        await consent.refuse(turn, need_of(values_of(turn)))
        return True
    if said(turn, "yes", heard.text):
        await _confirm(turn, "", how="words")
        return True
    if said(turn, "no", heard.text):
        _offer_changes(turn)
        return True
    return False


async def _after_answer(turn: Turn) -> None:
    await amend.filed(turn)
    await frame.go_on(turn, FRAME)


async def _confirm(turn: Turn, agrees: str, how: str = "button") -> None:
    values = values_of(turn)
    if any(slot.name not in values and slot.needed(values) for slot in FRAME.slots):
        await frame.go_on(turn, FRAME)
        return
    if agrees in ("yes", "no", "cannot"):
        values["agrees"] = agrees
    need = need_of(values)
    # Whoever asks for a person was shown no card: what is kept of them is told, and the rest is asked by that person.
    grounds = asked_for(need) if values.get("person") else consent.given(turn, need, how)
    ticket = await step.file(turn.book, need, turn.reporter, name=turn.name, language=turn.language, grounds=grounds)
    lesson.learn(turn, values.get("guess", {}), ticket.need.services)
    frame.close_frame(turn)
    turn.say(
        "intake.filed" if await somebody_real(turn, ticket) else "intake.filed.waiting",
        [turn.choice(f"open:{ticket.number}", "button.ticket"), turn.choice("new", "button.new")],
        ticket=ticket.number,
        number=ticket.number,
        worker=ticket.responsible_name,
    )


async def somebody_real(turn: Turn, ticket: Ticket) -> bool:
    """Whether a real person answers for a ticket: nobody in need may be told that made-up staff will come."""
    return any(s.id == ticket.responsible and not s.trial for s in await turn.book.roster())


def _offer_changes(turn: Turn) -> None:
    choices = [
        Choice(frame.frame_key(turn, f"change:{slot.name}"), turn.words(slot.change)) for slot in SLOTS if slot.change
    ]
    turn.say("intake.change", [*choices, turn.choice("back", "button.back")])


def _count_try(turn: Turn, question: str, filled: list[str], heard: Heard) -> None:
    """Nobody is asked the same thing for ever: in the end their words stand as the answer."""
    values = values_of(turn)
    if question in ("", "card", "service") or question in filled or question in values:
        return
    tries = values.setdefault("tries", {})
    tries[question] = tries.get(question, 0) + 1
    if question == "place" and heard.text and not any(said(turn, word, heard.text) for word in ("yes", "no")):
        values["landmark"] = heard.text[:80]
    if tries[question] > TRIES:
        values[question] = {"place": place_value(turn, "6523"), "clock": "beijing"}.get(question, {})


def _keep(turn: Turn, heard: Heard) -> None:
    """The words and files as they came, for the worker."""
    values = values_of(turn)
    if heard.text:
        told = turn.words("voice.words", text=heard.text) if heard.transcribed else heard.text
        values["words"] = [*values["words"], told]
    values["attachments"] = [*values["attachments"], *heard.files]


def _tidy(turn: Turn, heard: Heard) -> None:
    """Complete what a slot's reader could not know: names of places, a pin's county, the words of a preset time."""
    values = values_of(turn)
    pin, place = heard.pin, values.get("place")
    if (
        pin is not None
        and pin.latitude is not None
        and pin.longitude is not None
        and not (place and len(place["code"]) > 6)
    ):
        nearest = turn.catalogue.gazetteer.nearest(pin.latitude, pin.longitude)
        if nearest is not None:
            values["place"] = place = {"code": nearest.code}
            values["landmark"] = values.get("landmark") or turn.words("place.pin")
    if place is not None and "name" not in place:
        values["place"] = {**place, **place_value(turn, place["code"])}
    if len(values.get("place", {}).get("others", ())) > 1:
        values["place_others"] = values.pop("place")["others"]
    if "preset" in values.get("when", {}):
        values["when"] = {"words": turn.words(f"intake.when.{values['when']['preset']}")}


def _join(before: str, text: str) -> str:
    return f"{before}\n{text}" if before else text


FRAME = Frame(
    "intake",
    SLOTS,
    show_card,
    texts=(
        "intake.card",
        "intake.change",
        "intake.filed",
        "intake.filed.waiting",
        "intake.urgent.complete",
        "intake.urgent.complete.waiting",
    ),
)
