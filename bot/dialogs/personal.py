"""My data: what is kept of whoever writes, and why; take it along, put it right, have it forgotten (PIPL Art. 44-50).

Whoever reports for an elder sees and changes what they told themselves, and nothing that others said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.dialogs import amend, frame, listing
from bot.dialogs.frame import Frame, Offer, Slot, Values
from bot.dialogs.intake_slot import OWN_WORDS, pick_place, place_choices, place_value
from bot.dialogs.turn import Choice, Turn
from bot.message import Attachment, Reply
from casework import privacy, wording
from casework.dossier import Outcome, readers
from casework.ticket import Ticket

FIELDS = ("name", "phone", "place", "landmark")
"""What can be put right, each with the texts `data.fix.<field>` and `data.fix.<field>.ask`."""
ACTIONS = ("data", "fix", "take", "forget", "forgotten", "who-saw")
RESIDENT = "resident"


async def press(turn: Turn, action: str, arguments: list[str]) -> bool:
    """A button of "my data"; False when it is another's."""
    match action, arguments:
        case "data", []:
            await show(turn)
        case "who-saw", []:
            await _who_saw(turn)
        case "take", []:
            await _take(turn)
        case "fix", []:
            await _ask_what(turn)
        case "fix", [field] if field in FIELDS:
            await _begin(turn, field)
        case "forget", []:
            await _ask_first(turn)
        case "forget", ["yes"]:
            turn.say("data.forget.sure", [turn.choice("forgotten", "button.data.forget.sure"), _back(turn)])
        case "forgotten", []:
            await _forget(turn)
        case _:
            return False
    return True


async def show(turn: Turn) -> None:
    """What is kept, why and how long, in a few lines; and what can be done about it."""
    tickets = await turn.book.of_reporter(turn.reporter)
    person = await turn.book.circle.at(turn.reporter)
    named = person.name if person is not None and person.name else ""
    facts = list(dict.fromkeys(line for each in tickets for line in _facts(turn, each)))
    if named:
        facts.append(turn.words("data.volunteer", name=named))
    kept = "\n".join(facts) or turn.words("data.nothing")
    choices = [
        turn.choice("fix", "button.data.fix"),
        turn.choice("take", "button.data.take"),
        turn.choice("who-saw", "button.data.who-saw"),
        turn.choice("forget", "button.data.forget"),
    ]
    turn.say("data.kept", choices if facts else choices[1:2] + choices[3:], facts=kept)


def _facts(turn: Turn, ticket: Ticket) -> list[str]:
    """Of one ticket what they told themselves; of violence nothing that others in the home could read."""
    shown = {"number": ticket.number, "services": privacy.services(ticket, turn.words)}
    if privacy.secret(ticket):
        return [turn.words("data.ticket", **shown)]
    need = privacy.seen_by(ticket, turn.reporter).need
    told = (need.beneficiary.name, need.phone, wording.place(need, turn.words))
    parts = turn.words("list.comma").join(part for part in told if part)
    return [turn.words("data.ticket.with", **shown, told=parts) if parts else turn.words("data.ticket", **shown)]


async def _who_saw(turn: Turn) -> None:
    saw = readers(await turn.book.of_reporter(turn.reporter))
    lines = [
        turn.words("data.saw.line", name=name, at=wording.short_moment(at, turn.words))
        for name, at in sorted(saw.items(), key=lambda each: each[1])
    ]
    if lines:
        turn.say("data.saw", [_back(turn)], lines="\n".join(lines))
    else:
        turn.say("data.saw.nobody", [_back(turn)])


async def _take(turn: Turn) -> None:
    file = await turn.book.dossier.export(turn.reporter, turn.language)
    item = Attachment("file", id=file, mime="text/html", name="lianzhu.html")
    turn.replies.append(Reply(turn.words("data.taken"), attachment=item))


async def _ask_what(turn: Turn) -> None:
    if not await _open(turn) and await turn.book.circle.at(turn.reporter) is None:
        turn.say("data.fix.nothing", [_back(turn), listing.person_choice(turn)])
        return
    fields = [turn.choice(f"fix:{field}", f"data.fix.{field}") for field in FIELDS]
    turn.say("data.fix.what", [*fields, _back(turn)])


async def _begin(turn: Turn, field: str) -> None:
    frame.open_frame(turn, FRAME, {"field": field})
    await frame.go_on(turn, FRAME)


async def _corrected(turn: Turn) -> None:
    """What was put right goes into every open ticket, as something this person says; the worker is told by that."""
    values = frame.values_of(turn)
    field = values["field"]
    change = _change(turn, field, values[field])
    frame.close_frame(turn)
    tickets = await _open(turn)
    for ticket in tickets:
        await amend.told(turn, ticket, change)
    await _volunteer(turn, change)
    numbers = turn.words("list.and").join(each.number for each in tickets)
    shown = change.get("place_name") or next(value for key, value in change.items() if key != "place")
    key = "data.fixed" if tickets else "data.fixed.only"
    turn.say(key, [_back(turn)], **({"numbers": numbers, "value": shown} if tickets else {"value": shown}))


def _change(turn: Turn, field: str, value: Any) -> dict[str, Any]:
    if field == "place":
        place = place_value(turn, value["code"])
        return {"place": place["code"], "place_name": place["name"]}
    return {field: value}


async def _volunteer(turn: Turn, change: Mapping[str, Any]) -> None:
    person = await turn.book.circle.at(turn.reporter)
    own = {key: change[key] for key in ("name", "phone", "place", "place_name") if key in change}
    if person is not None and person.name and own:
        await turn.book.circle.keep(replace(person, **own))


async def _open(turn: Turn) -> list[Ticket]:
    return [each for each in await turn.book.of_reporter(turn.reporter) if not each.state.ended]


async def _ask_first(turn: Turn) -> None:
    outcome = await turn.book.dossier.preview(turn.reporter)
    text = "\n".join((turn.words("data.forget"), *_limits(turn, outcome)))
    turn.reply(text, [turn.choice("forget:yes", "button.data.forget.yes"), _back(turn)])


async def _forget(turn: Turn) -> None:
    outcome = await turn.book.dossier.erase(turn.reporter, RESIDENT)
    # Frames go on being counted, so that no button of a forgotten one ever fits a new one.
    turn.state = {"serial": turn.state.get("serial", 0)}
    turn.name = ""
    turn.reply(
        "\n".join((turn.words("data.forgotten"), *_limits(turn, outcome))),
        [turn.choice("new", "button.new"), listing.person_choice(turn)],
    )


def _limits(turn: Turn, outcome: Outcome) -> list[str]:
    """What may not be forgotten yet, and until when."""
    join = turn.words("list.and").join
    lines = [turn.words("data.forget.open", numbers=join(outcome.open))] if outcome.open else []
    if outcome.record:
        numbers, last = join(number for number, _ in outcome.record), max(day for _, day in outcome.record)
        lines.append(turn.words("data.forget.record", numbers=numbers, year=last.year, month=last.month))
    return lines


def _back(turn: Turn) -> Choice:
    return turn.choice("data", "button.data")


def _read_name(offer: Offer) -> Any:
    slots, text = offer.understood.slots, offer.heard.text.strip()
    return (slots.name or text)[:OWN_WORDS] or None if offer.asked else None


def _read_phone(offer: Offer) -> Any:
    return offer.understood.slots.phone or None if offer.asked else None


def _read_place(offer: Offer) -> Any:
    found = offer.understood.slots.place if offer.asked else None
    return {"code": found.place.code} if found is not None else None


def _read_landmark(offer: Offer) -> Any:
    return offer.heard.text.strip()[: 2 * OWN_WORDS] or None if offer.asked else None


def _wanted(field: str) -> Any:
    def wanted(values: Values) -> bool:
        return bool(values["field"] == field)

    return wanted


FRAME = Frame(
    "personal",
    (
        Slot("name", "data.fix.name.ask", _read_name, _wanted("name")),
        Slot("phone", "data.fix.phone.ask", _read_phone, _wanted("phone"), again="data.fix.phone.again", asks="phone"),
        Slot("place", "data.fix.place.ask", _read_place, _wanted("place"), place_choices, pick_place),
        Slot("landmark", "data.fix.landmark.ask", _read_landmark, _wanted("landmark")),
    ),
    _corrected,
    texts=("data.fixed", "data.fixed.only"),
)
