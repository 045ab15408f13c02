"""A resident's turn: which dialog a message or a pressed button belongs to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import replace

from bot.dialogs import alarm, circle, danger, forward, frame, intake, listing, personal, progress, talk, tongue
from bot.dialogs.command import command_of, said
from bot.dialogs.frame import Frame
from bot.dialogs.turn import Choice, Heard, Turn
from casework import permission, step
from catalogue.understanding import Danger, Decision, Understanding

FRAMES: Mapping[str, Frame] = {f.name: f for f in (intake.FRAME, *progress.FRAMES, *circle.FRAMES, personal.FRAME)}
_SHOWN: Mapping[str, Callable[[Turn], None]] = {
    "start": listing.greet,
    "help": listing.help_,
    "list": listing.categories,
    "language": listing.languages,
    "hotlines": listing.hotlines,
}


async def hear(turn: Turn, heard: Heard) -> None:
    """A message in words, with or without files."""
    if await talk.hear(turn, heard):
        return
    command = command_of(turn, heard.text) if not heard.attachments else ""
    if command:
        await obey(turn, command)
        return
    waiting = alarm.waiting(turn)
    if waiting is not None:
        await _answer_alarm(turn, heard, *waiting)
        return
    if await circle.hear(turn, heard):
        return
    understood = _understand(turn, heard)
    told = understood.danger
    if told is not None and told.sure:
        await danger.act(turn, heard, understood)
    elif told is not None and await _may_ask(turn):
        await _perhaps_danger(turn, heard, understood, told)
    else:
        await _hear_calmly(turn, heard, understood)


async def _perhaps_danger(turn: Turn, heard: Heard, understood: Understanding, told: Danger) -> None:
    if understood.decision in (Decision.OFFER, Decision.REFER):
        alarm.mention(turn, heard, told)
        await _hear_calmly(turn, heard, understood)
        alarm.offer(turn)
    else:
        alarm.ask(turn, heard, told)


def _understand(turn: Turn, heard: Heard) -> Understanding:
    open_frame = FRAMES.get(turn.state.get("frame", {}).get("name", ""))
    question = frame.asked(turn) if open_frame is intake.FRAME else ""
    understood = turn.understand(heard.text, asked=question, within=_within(turn))
    tongue.follow(turn, understood)
    return understood


async def _may_ask(turn: Turn) -> bool:
    """Whether to ask if there is danger: not in the middle of a question, nor where somebody answers for them already
    and reads it."""
    if "frame" in turn.state and frame.asked(turn) not in ("", "service"):
        return False
    return not [t for t in await turn.book.of_reporter(turn.reporter) if not t.state.ended]


async def _answer_alarm(turn: Turn, answer: Heard, first: Heard, kind: str) -> None:
    """In words, whether there is danger; whoever just goes on telling is listened to, and asked no second time."""
    if said(turn, "danger", answer.text):
        await danger.act_on_answer(turn, first, kind)
        return
    heard = first if said(turn, "no", answer.text) else alarm.together(first, answer)
    understood = _understand(turn, heard)
    if understood.danger is not None and understood.danger.sure:
        await danger.act(turn, heard, understood)
    else:
        await _hear_calmly(turn, heard, understood)


async def _press_alarm(turn: Turn, answer: str) -> None:
    waiting = alarm.pressed(turn)
    if waiting is None:
        turn.say("button.stale", [turn.choice("mine", "button.mine")])
    elif answer == "yes":
        await danger.act_on_answer(turn, *waiting)
    else:
        await _hear_calmly(turn, waiting[0], _understand(turn, waiting[0]))


async def _hear_calmly(turn: Turn, heard: Heard, understood: Understanding) -> None:
    """A message with no danger in it, or none that counts."""
    understood = replace(understood, danger=None)
    open_frame = FRAMES.get(turn.state.get("frame", {}).get("name", ""))
    if open_frame is intake.FRAME:
        await intake.hear(turn, heard, understood)
    elif open_frame is not None:
        frame.offer(turn, open_frame, heard, understood)
        await _go_on(turn, open_frame)
    else:
        await _fresh(turn, heard, understood)


async def obey(turn: Turn, command: str) -> None:
    """A command, in words or by button."""
    match command:
        case _ if command in _SHOWN:
            _SHOWN[command](turn)
        case "mine":
            await progress.mine(turn)
        case "data":
            await personal.show(turn)
        case "person":
            await _person(turn)
        case "back":
            await _back(turn)
        case "cancel":
            _cancel(turn)
        case "restart" | "new":
            alarm.forget(turn)
            frame.close_frame(turn)
            turn.say("restart", [turn.choice("list", "button.list"), listing.person_choice(turn)])
        case "none" | "desk":
            turn.say("unclear.again" if command == "none" else "command.desk", listing.ways_out(turn))
        case _:
            turn.say("command.unknown", [turn.choice("help", "button.help"), *listing.ways_out(turn)[:2]])


async def press(turn: Turn, base: str) -> None:
    """A pressed button whose signature held. Where the bot asks something by it, what is said next is meant for the
    bot, and for nobody who speaks with the resident; but in danger nobody is cut off."""
    before = deepcopy(turn.state.get("frame"))
    await _press(turn, base)
    if frame.asked(turn) and turn.state["frame"] != before and not talk.in_danger(turn):
        await talk.leave(turn)


async def _press(turn: Turn, base: str) -> None:
    """`base` is `action:argument:…`, with `~serial` if it belongs to a frame."""
    meaning, _, serial = base.partition("~")
    action, *arguments = meaning.split(":")
    if await circle.press(turn, base) or (not serial and await personal.press(turn, action, arguments)):
        return
    if serial:
        await _press_in_frame(turn, action, arguments, serial)
        return
    match action, arguments:
        case "list", [category]:
            listing.services(turn, category)
        case "want", [code] if code in turn.catalogue.services:
            await intake.begin_with(turn, {"service": {"codes": [code]}, "bare": True})
        case "language", [code] if code in turn.texts.languages:
            tongue.choose(turn, code)
            turn.say("language.set", [turn.choice("list", "button.list")])
        case "forward", [number]:
            await forward.forward(turn, number)
        case "intake", []:
            await forward.begin_anew(turn)
        case "alarm", [answer]:
            await _press_alarm(turn, answer)
        case "bot", [_]:
            await talk.call_back(turn)
        case _, [number, *rest]:
            await _press_ticket(turn, action, number, rest)
        case _:
            await obey(turn, action)


async def _press_in_frame(turn: Turn, action: str, arguments: list[str], serial: str) -> None:
    state = turn.state.get("frame", {})
    if str(state.get("serial")) != serial:
        turn.say("button.stale", [turn.choice("mine", "button.mine"), turn.choice("new", "button.new")])
        return
    open_frame = FRAMES[state["name"]]
    if open_frame is intake.FRAME:
        await intake.press(turn, action, arguments)
    else:
        if action == "pick" and len(arguments) == 2:
            frame.pick(turn, open_frame, *arguments)
        await _go_on(turn, open_frame)


async def _go_on(turn: Turn, open_frame: Frame) -> None:
    """Meanwhile another reporter of the same ticket, or the worker, may have gone on with it."""
    try:
        await frame.go_on(turn, open_frame)
    except permission.StepRefusedError as refusal:
        await _refused(turn, open_frame.name, refusal)


async def _refused(turn: Turn, action: str, refusal: permission.StepRefusedError) -> None:
    ticket, by = refusal.ticket, permission.resident(turn.reporter)
    await step.refuse_press(turn.book, ticket, by, action, refusal.reason)
    shown = [Choice(f"open:{ticket.number}", turn.words("button.ticket"))]
    turn.say(f"refused.resident.{refusal.reason}", shown, ticket=ticket.number)


async def _press_ticket(turn: Turn, action: str, number: str, rest: list[str]) -> None:
    ticket = await progress.own(turn, number)
    if ticket is None:
        if (theirs := await turn.book.ticket(number)) is not None:
            await step.refuse_press(turn.book, theirs, permission.resident(turn.reporter), action, "not-the-reporter")
        turn.say("button.stale", [turn.choice("mine", "button.mine")])
        return
    try:
        known = await progress.press(turn, action, ticket, rest)
    except permission.StepRefusedError as refusal:
        await _refused(turn, action, refusal)
        return
    if not known:
        turn.say("button.stale", [turn.choice("mine", "button.mine")])


async def _fresh(turn: Turn, heard: Heard, understood: Understanding) -> None:
    """Nothing is open: an answer to the worker, a new need, or something else altogether."""
    tickets = [t for t in await turn.book.of_reporter(turn.reporter) if not t.state.ended]
    answering = next((t for t in tickets if t.question_open), None)
    if answering is not None:
        await progress.add(turn, answering, heard.text, tuple(heard.files))
    elif heard.edited and tickets:
        await progress.add(turn, tickets[0], turn.words("ticket.edited", text=heard.text), ())
    elif tickets and forward.may_concern(tickets, heard, understood):
        forward.ask(turn, tickets, heard)
    elif understood.decision in (Decision.OFFER, Decision.CHOOSE) or heard.voice:
        await intake.begin(turn, heard, understood)
    elif understood.decision is Decision.REFER:
        listing.refer(turn, understood)
    elif any(c.isalnum() for c in heard.text) or heard.attachments:
        await intake.begin(turn, heard, understood)
    else:
        turn.say("unclear.empty", listing.ways_out(turn))


async def _person(turn: Turn) -> None:
    """Somebody who wants a person gets one: the worker they already have, or whoever is on duty where they are."""
    tickets = [t for t in await turn.book.of_reporter(turn.reporter) if not t.state.ended]
    served = next((t for t in tickets if t.responsible is not None), None)
    if served is not None and turn.state.get("frame", {}).get("name") != intake.FRAME.name:
        await step.call_person(turn.book, served, turn.reporter)
        turn.say(
            "person.reminded",
            [turn.choice(f"add:{served.number}", "button.add")],
            ticket=served.number,
            worker=served.responsible_name,
        )
        return
    values = turn.state.get("frame", {}).get("values", {}) if frame.asked(turn) or "frame" in turn.state else {}
    waiting = alarm.waiting(turn)
    words = [*values.get("words", []), waiting[0].text] if waiting else values.get("words", [])
    await intake.begin_with(turn, {**values, "words": words, "person": True})


async def _back(turn: Turn) -> None:
    open_frame = FRAMES.get(turn.state.get("frame", {}).get("name", ""))
    if open_frame is None or not frame.step_back(turn):
        turn.say("back.nothing", [turn.choice("list", "button.list"), turn.choice("mine", "button.mine")])
        return
    turn.state["frame"]["asked"] = ""
    if not frame.values_of(turn).get("service") and not frame.values_of(turn).get("person"):
        frame.close_frame(turn)
        turn.say("restart", [turn.choice("list", "button.list"), listing.person_choice(turn)])
        return
    await frame.go_on(turn, open_frame)


def _cancel(turn: Turn) -> None:
    """Nothing is kept of what was not confirmed; an urgent ticket stands, because a person is already on the way."""
    filed = turn.state.get("frame", {}).get("values", {}).get("ticket", "")
    was_open = alarm.waiting(turn) is not None or "frame" in turn.state
    alarm.forget(turn)
    frame.close_frame(turn)
    if filed:
        turn.say("cancel.urgent", [turn.choice(f"calm:{filed}", "button.calm")], ticket=filed, number=filed)
    else:
        turn.say(
            "cancelled" if was_open else "cancel.nothing",
            [turn.choice("mine", "button.mine"), turn.choice("new", "button.new")],
        )


def _within(turn: Turn) -> str:
    place = turn.state.get("frame", {}).get("values", {}).get("place", {})
    return str(place.get("code", ""))
