"""Signing up as a volunteer: offered to whoever wants to help, asked in two or three turns, and left freely."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.dialogs import frame
from bot.dialogs.command import said
from bot.dialogs.frame import Frame, Offer, Slot, Values
from bot.dialogs.intake_slot import OWN_WORDS, pick_place, place_choices, place_missing, place_value, read_place
from bot.dialogs.turn import Heard, Turn
from casework import volunteering
from casework.volunteer import Standing, Volunteer, allowed
from catalogue.understanding import Decision

WISH = "social-inclusion"
"""The service whose words also mean "I want to help myself"."""
LONGEST_WISH = 60
"""Characters up to which a message may be a wish to help, and not a need in which helping is mentioned."""
_OFFERED = "offered"
"""Set while the next message may be the answer to the offer."""
LIKES = (*("errands", "visiting", "mobility"), WISH)


def awaits(turn: Turn) -> bool:
    """Whether somebody has just been asked if they want to sign up."""
    return _OFFERED in turn.state


async def hear(turn: Turn, heard: Heard) -> bool:
    """A wish to help, or to stop helping, where nothing else is being talked about."""
    offered = turn.state.pop(_OFFERED, False)
    if heard.attachments or "frame" in turn.state or len(heard.text) > LONGEST_WISH:
        return False
    if offered and _goes_on(turn, heard.text):
        turn.state["wish"] = "\n".join(filter(None, (turn.state.get("wish", ""), heard.text)))
        await begin(turn)
        return True
    if said(turn, "volunteer-leave", heard.text, anywhere=True):
        known = await turn.book.circle.at(turn.reporter)
        if known is None or known.state is not Standing.APPROVED:
            return False
        ask_to_leave(turn)
        return True
    if not said(turn, "volunteer", heard.text, anywhere=True) or not _is_wish(turn, heard.text):
        return False
    await offer(turn, heard.text)
    return True


def _is_wish(turn: Turn, text: str) -> bool:
    understood = turn.understand(text)
    others = understood.decision is Decision.OFFER and not set(understood.services) <= allowed()
    return understood.danger is None and understood.slots.about != "other" and not others


def _goes_on(turn: Turn, text: str) -> bool:
    """Whether somebody who was just asked if they want to sign up says yes, or who and where they are."""
    understood = turn.understand(text)
    told = understood.slots.name or understood.slots.phone or understood.slots.place
    needs = understood.danger is not None or understood.decision in (Decision.OFFER, Decision.CHOOSE)
    return said(turn, "yes", text) or (bool(told) and not needs)


async def offer(turn: Turn, text: str = "") -> None:
    """Thanks, and the choice: sign up, or have something done after all."""
    known = await turn.book.circle.at(turn.reporter)
    need = turn.choice(f"want:{WISH}", "button.volunteer.need")
    if known is not None and known.state is Standing.APPROVED:
        turn.say("volunteer.already", [turn.choice("elders", "button.elders"), need])
    elif known is not None and known.state is Standing.ASKED:
        turn.say("volunteer.waiting", [need, turn.choice("volunteer-stop", "button.volunteer.leave")])
    else:
        turn.state |= {"wish": text, _OFFERED: True}
        turn.say("volunteer.offer", [turn.choice("volunteer", "button.volunteer"), need])


async def press(turn: Turn, action: str) -> bool:
    """A button of the sign-up that belongs to no open frame; False when it is none."""
    match action:
        case "volunteer":
            await begin(turn)
        case "volunteer-stop":
            ask_to_leave(turn)
        case "volunteer-left":
            await _leave(turn)
        case _:
            return False
    return True


async def begin(turn: Turn) -> None:
    """Open the frame; what was said with the wish is read first."""
    wish = str(turn.state.pop("wish", ""))
    frame.open_frame(turn, FRAME)
    frame.offer(turn, FRAME, Heard(wish), turn.understand(wish))
    await frame.go_on(turn, FRAME)


def ask_to_leave(turn: Turn) -> None:
    turn.say(
        "volunteer.leave.sure",
        [
            turn.choice("volunteer-left", "button.volunteer.leave.yes"),
            turn.choice("elders", "button.volunteer.leave.no"),
        ],
    )


async def _leave(turn: Turn) -> None:
    known = await turn.book.circle.at(turn.reporter)
    if known is None or known.state not in (Standing.APPROVED, Standing.ASKED):
        turn.say("button.stale", [turn.choice("mine", "button.mine")])
        return
    await volunteering.leave(turn.book, known)
    turn.say("volunteer.left", [turn.choice("new", "button.new")])


async def _complete(turn: Turn) -> None:
    values = frame.values_of(turn)
    if len(values["place"].get("others", ())) > 1:
        values["place_others"] = values.pop("place")["others"]
        await frame.go_on(turn, FRAME)
        return
    place, named = place_value(turn, values["place"]["code"]), values["name"]
    frame.close_frame(turn)
    wish = Volunteer(
        0,
        turn.reporter,
        named["name"],
        place["code"],
        place["name"],
        (turn.language,),
        named.get("phone", ""),
        _likes(turn, values["likes"]),
    )
    await volunteering.sign_up(turn.book, wish)
    turn.say("volunteer.asked", [turn.choice("new", "button.new")], name=wish.name, place=place["name"])


def _likes(turn: Turn, likes: Values) -> str:
    if likes.get("choice") == "any":
        return turn.words("volunteer.likes.any")
    codes = [likes["choice"]] if "choice" in likes else likes.get("services", ())
    named = turn.words("list.and").join(turn.words(f"service.{code}.name") for code in codes)
    return str(likes.get("words") or named)[:200]


def read_name(offer: Offer) -> Any:
    """The name given, or a short answer as it stands; later a telephone number too."""
    slots, old = offer.understood.slots, dict(offer.values.get("name", {}))
    if old:
        return {**old, "phone": slots.phone} if slots.phone else None
    name = slots.name or (offer.heard.text.strip() if offer.asked else "")
    if not name or len(name) > OWN_WORDS:
        return None
    return {"name": name, **({"phone": slots.phone} if slots.phone else {})}


def read_likes(offer: Offer) -> Any:
    """The simple services named, or whatever is answered to the question."""
    services = [code for code in offer.understood.services if code in allowed() - {WISH}]
    if offer.asked and offer.heard.text:
        return {"services": services, "words": offer.heard.text}
    return {"services": services} if services and offer.understood.decision is Decision.OFFER else None


def likes_choices(turn: Turn, values: Values) -> Sequence[tuple[str, str]]:
    named = [(code, turn.words(f"service.{code}.name")) for code in LIKES]
    return [*named, ("any", turn.words("volunteer.likes.any"))]


def pick_likes(value: str, values: Values) -> Any:
    return {"choice": value} if value in (*LIKES, "any") else None


def _always(values: Values) -> bool:
    return True


FRAME = Frame(
    "volunteer",
    (
        Slot("name", "volunteer.name.ask", read_name, _always, grows=True),
        Slot(
            "place", "volunteer.place.ask", read_place, place_missing, place_choices, pick_place, "intake.place.again"
        ),
        Slot("likes", "volunteer.likes.ask", read_likes, _always, likes_choices, pick_likes),
    ),
    _complete,
    texts=("volunteer.asked",),
)
