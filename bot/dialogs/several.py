"""Several reports of a volunteer as one card: all at once, one by one, or changed first. Nothing of it is lost."""

from __future__ import annotations

from typing import Any

from bot.dialogs import consent, frame, intake, listing, tongue
from bot.dialogs.command import said
from bot.dialogs.frame import Frame, Offer, Slot, Values
from bot.dialogs.several_line import is_list, line_value, lines_of, need_of_line
from bot.dialogs.turn import Choice, Heard, Turn
from casework import step, wording
from casework.ticket import Ticket
from casework.volunteer import Elder, Volunteer

MOST = 40
"""Reports of one list; a longer text stays whole, as one need for a person to read."""
LABEL = 24
"""Characters of a report that a button shows."""
CONSENT = ("yes", "no", "cannot")
Line = dict[str, Any]


async def hear(turn: Turn, heard: Heard) -> bool:
    """A list of reports, or what is said while one is open; False when it is neither."""
    opened = turn.state.get("frame", {}).get("name") == FRAME.name
    if not opened and ("frame" in turn.state or heard.attachments):
        return False
    person = await turn.book.circle.at(turn.reporter)
    if person is None or not person.approved:
        return False
    elders = await turn.book.circle.elders(person.id)
    found = lines_of(turn, heard.text, elders)
    if opened:
        _keep_files(turn, heard)
        if heard.text:
            await _hear_more(turn, heard.text, found, elders)
        else:
            await _go_on(turn)
        return True
    if len(found) > MOST or not is_list(turn, heard.text, found):
        return False
    tongue.follow(turn, turn.understand(heard.text))
    frame.open_frame(turn, FRAME, {"lines": [line_value(turn, text, who, elders) for text, who in found]})
    await _go_on(turn)
    return True


async def press(turn: Turn, action: str, arguments: list[str]) -> None:
    """A button of the open list."""
    lines, values = _lines(turn), frame.values_of(turn)
    values.pop("editing", None)
    number, *rest = [*arguments, ""]
    line = lines[int(number)] if number.isdecimal() and int(number) < len(lines) else None
    match action, rest[:1]:
        case "all", _:
            _ask_consent(turn)
            return
        case "file", _ if number in CONSENT:
            await _file_all(turn, number)
        case "each", _:
            values["each"] = True
        case "change", _:
            _ask_which(turn)
            return
        case "edit", _ if line is not None:
            _ask_again(turn, int(number))
            return
        case "drop", _ if line is not None and line["state"] == "open":
            line["state"] = "dropped"
        case ("want", [code]) if line is not None and code in turn.catalogue.services:
            line["services"] = [code]
        case "human", _ if line is not None:
            line["human"] = True
        case ("alarm", [answer]) if line is not None and line["alarm"]:
            line["danger"], line["alarm"] = (line["alarm"] if answer == "yes" else ""), ""
        case ("one", [agrees]) if line is not None and line["state"] == "open" and agrees in CONSENT:
            await _file(turn, line, agrees)
    await _go_on(turn)


async def _go_on(turn: Turn) -> None:
    """What is dangerous first and at once, then the card; what is unclear one by one when the rest is done."""
    values, lines = frame.values_of(turn), _lines(turn)
    for line in lines:
        if line["danger"] and line["state"] == "open":
            await _file_urgent(turn, line)
    left = [(number, line) for number, line in enumerate(lines) if line["state"] == "open"]
    ready = [line for _, line in left if _ready(line)]
    if not left:
        _finish(turn)
    elif values.get("each") or not ready:
        await _ask_one(turn, *left[0])
    else:
        turn.state["frame"]["asked"] = "card"
        await _show(turn)


def _ready(line: Line) -> bool:
    return bool(line["services"] or line.get("human")) and not line["alarm"]


async def _show(turn: Turn) -> None:
    turn.say(
        "several.card",
        [_choice(turn, "all", "button.several.all"), _choice(turn, "each", "button.several.each"),
         _choice(turn, "change", "button.several.change"), turn.choice("cancel", "button.cancel")],
        count=len(_lines(turn)),
        lines="\n".join(_told(turn, number, line) for number, line in enumerate(_lines(turn), 1)),
    )  # fmt: skip


def _told(turn: Turn, number: int, line: Line) -> str:
    """One report on the card: its own words, and what is made of them."""
    if line["state"] == "filed":
        outcome = turn.words("several.line.filed", number=line["ticket"])
    elif line["state"] == "dropped":
        outcome = turn.words("several.line.dropped")
    elif not _ready(line):
        outcome = turn.words("several.line.unclear")
    else:
        outcome = _services(turn, line)
    return turn.words("several.line", number=number, text=wording.shorten(line["text"], 60), outcome=outcome)


def _services(turn: Turn, line: Line) -> str:
    if not line["services"]:
        return turn.words("card.service.person")
    return turn.words("list.and").join(turn.words(f"service.{code}.name") for code in line["services"])


async def _ask_one(turn: Turn, number: int, line: Line) -> None:
    """One report by itself: is there danger, which service, and shall it be filed."""
    turn.state["frame"]["asked"] = "service" if not line["services"] else "card"
    drop = _choice(turn, f"drop:{number}", "button.several.drop")
    if line["alarm"]:
        turn.urgent = True
        yes = _choice(turn, f"alarm:{number}:yes", "button.danger.yes")
        no = _choice(turn, f"alarm:{number}:no", "button.danger.no")
        calls = listing.numbers(turn, turn.catalogue.watch.call[line["alarm"]])
        turn.say("several.alarm", [yes, no], text=line["text"], lines=calls)
    elif not _ready(line):
        likely = [c.code for c in turn.understand(line["text"]).candidates[: listing.LIKELY]]
        named = [Choice(_key(turn, f"want:{number}:{c}"), turn.words(f"service.{c}.name")) for c in likely]
        human = _choice(turn, f"human:{number}", "button.several.human")
        again = _choice(turn, f"edit:{number}", "button.several.say")
        turn.say("several.unclear", [*named, human, again, drop], text=line["text"])
    else:
        person, elders = await _known(turn)
        need = need_of_line(turn, line, person, elders)
        facts = wording.for_resident(need, turn.words)
        confirms = [_choice(turn, f"one:{number}:{agrees}", f"button.confirm.{agrees}") for agrees in CONSENT]
        again = _choice(turn, f"edit:{number}", "button.several.say")
        turn.reply(f"{turn.words('intake.card', facts=facts)}\n{consent.lines(turn, need)}", [*confirms, again, drop])


def _ask_consent(turn: Turn) -> None:
    """Everything that the reports ask for is told once, before it is agreed to."""
    shown = consent.wordings(turn)
    text = "\n".join((turn.words("several.agree"), shown["general"], shown["sensitive"]))
    turn.reply(text, [_choice(turn, f"file:{agrees}", f"button.confirm.{agrees}") for agrees in CONSENT])


def _ask_which(turn: Turn) -> None:
    left = [(number, line) for number, line in enumerate(_lines(turn)) if line["state"] == "open"]
    labels = [(number, f"{number + 1}. {wording.shorten(line['text'], LABEL)}") for number, line in left]
    turn.say("several.change", [Choice(_key(turn, f"edit:{number}"), label) for number, label in labels])


def _ask_again(turn: Turn, number: int) -> None:
    frame.values_of(turn)["editing"] = number
    drop = _choice(turn, f"drop:{number}", "button.several.drop")
    turn.say("several.say", [drop], text=_lines(turn)[number]["text"])


def _keep_files(turn: Turn, heard: Heard) -> None:
    """A photo goes with the report that was being said, else with the last that is still open."""
    lines, editing = _lines(turn), frame.values_of(turn).get("editing")
    left = [line for line in lines if line["state"] == "open"]
    line = lines[editing] if editing is not None else (left or lines)[-1]
    line["files"] = [*line.get("files", ()), *(file.id for file in heard.attachments)]


async def _hear_more(turn: Turn, text: str, found: list[tuple[str, str]], elders: list[Elder]) -> None:
    """A report said anew, a yes to the card, or more reports: they join the list."""
    editing = frame.values_of(turn).pop("editing", None)
    lines = _lines(turn)
    if editing is not None:
        who = next((who for _, who in found if who), lines[editing]["who"])
        before = lines[editing]
        lines[editing] = {**line_value(turn, text, who, elders), "files": before.get("files", [])}
        lines[editing]["elder"] = lines[editing]["elder"] or before["elder"]
    elif frame.asked(turn) == "card" and not frame.values_of(turn).get("each") and said(turn, "yes", text):
        _ask_consent(turn)
        return
    else:
        lines += [line_value(turn, said_of, who, elders) for said_of, who in found or [(text, "")]]
    await _go_on(turn)


async def _file_all(turn: Turn, agrees: str) -> None:
    for line in _lines(turn):
        if line["state"] == "open" and _ready(line):
            await _file(turn, line, agrees)


async def _file(turn: Turn, line: Line, agrees: str = "", *, urgent: bool = False) -> Ticket:
    person, elders = await _known(turn)
    need = need_of_line(turn, line, person, elders, agrees)
    grounds = () if urgent else consent.given_for(turn, need)
    ticket = await step.file(
        turn.book, need, turn.reporter, name=person.name, language=turn.language, urgent=urgent, grounds=grounds
    )
    line["state"], line["ticket"] = "filed", ticket.number
    return ticket


async def _file_urgent(turn: Turn, line: Line) -> None:
    """As everywhere: the numbers to call, a ticket at once, questions later."""
    watch = turn.catalogue.watch
    line["services"] = [watch.service[line["danger"]]]
    ticket = await _file(turn, line, urgent=True)
    turn.urgent = True
    turn.say(
        "danger.filed" if await intake.somebody_real(turn, ticket) else "danger.filed.waiting",
        [turn.choice(f"calm:{ticket.number}", "button.calm")],
        ticket=ticket.number,
        advice=turn.words(f"danger.{line['danger']}"),
        lines=listing.numbers(turn, watch.call[line["danger"]]),
        number=ticket.number,
        worker=ticket.responsible_name,
    )


def _finish(turn: Turn) -> None:
    """Nothing is open any more: what became of each."""
    lines = _lines(turn)
    told = "\n".join(_told(turn, number, line) for number, line in enumerate(lines, 1))
    filed = sum(line["state"] == "filed" for line in lines)
    frame.close_frame(turn)
    turn.say(
        "several.filed" if filed else "several.nothing",
        [turn.choice("mine", "button.mine"), turn.choice("elders", "button.elders")],
        count=filed,
        lines=told,
    )


async def _known(turn: Turn) -> tuple[Volunteer, list[Elder]]:
    """The volunteer and their elders; whoever has left meanwhile reports as a neighbour."""
    person = await turn.book.circle.at(turn.reporter) or Volunteer(0, turn.reporter, turn.name)
    return person, await turn.book.circle.elders(person.id)


def _lines(turn: Turn) -> list[Line]:
    lines: list[Line] = frame.values_of(turn)["lines"]
    return lines


def _key(turn: Turn, action: str) -> str:
    return frame.frame_key(turn, action)


def _choice(turn: Turn, action: str, label_key: str) -> Choice:
    return Choice(_key(turn, action), turn.words(label_key))


def _read(offer: Offer) -> Any:
    """Words are read by `hear`, which also splits them."""
    return None


def _editing(values: Values) -> bool:
    return "editing" in values


FRAME = Frame(
    "several",
    (Slot("words", "several.say.ask", _read, _editing),),
    _go_on,
    texts=("several.card", "several.filed"),
)
