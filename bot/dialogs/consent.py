"""Consent on the card that is confirmed anyway: a line for each kind of data, and a kind way out for whoever does not
agree (PIPL Art. 14, 17, 29, 31). Danger is answered before anybody is asked (Art. 13(1)(4))."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.dialogs import alarm, frame, listing
from bot.dialogs.frame import frame_key, values_of
from bot.dialogs.turn import Choice, Turn
from casework import consent
from casework.consent import Ground
from casework.need import Need

AGREES = ("yes", "no", "cannot")
STAYS = ("serial", "frame", "alarm", "talk", "language_chosen")
"""What the dialogs remember beyond a refusal. Of these only the frame and the alarm hold words, which are taken out."""


def wordings(turn: Turn) -> Mapping[str, str]:
    """What is shown of each kind, in the resident's language."""
    return {kind: turn.words(f"consent.{kind}") for kind in consent.KINDS}


def lines(turn: Turn, need: Need) -> str:
    """What stands on the card, a line a kind."""
    shown = wordings(turn)
    return "\n".join(shown[kind] for kind in consent.kinds(need))


def confirms(turn: Turn, need: Need) -> list[Choice]:
    """The buttons that confirm: of a child the guardian decides, of another adult they themselves."""
    if consent.of_child(need):
        return [_confirm(turn, "yes", "button.confirm.guardian"), _confirm(turn, "no", "button.confirm.unguarded")]
    if need.beneficiary.about == consent.SELF or need.beneficiary.agrees:
        return [Choice(frame_key(turn, "confirm"), turn.words("button.confirm"))]
    return [_confirm(turn, agrees, f"button.confirm.{agrees}") for agrees in AGREES]


def given(turn: Turn, need: Need, how: str = "button") -> tuple[Ground, ...]:
    """What confirming the card stands for; not for what was left out of it."""
    agreed = consent.agreed(need, wordings(turn), turn.language, how)
    left_out = turn.state.get("frame", {}).get("values", {}).get("left_out", ())
    return tuple(each for each in agreed if each.kind not in left_out)


def given_for(turn: Turn, need: Need) -> tuple[Ground, ...]:
    """The same where a volunteer reports: who looks after a child is not them, so nobody has agreed for it yet."""
    if not consent.of_child(need):
        return given(turn, need)
    return given(turn, replace(need, beneficiary=replace(need.beneficiary, agrees="")))


async def refuse(turn: Turn, need: Need) -> None:
    """They do not agree: without what is sensitive they may be helped all the same; else nothing is kept, and people
    are still there for them."""
    if consent.sensitive(need) and not consent.of_child(need) and not values_of(turn).get("refused"):
        values_of(turn)["refused"] = True
        bare = Choice(frame_key(turn, "bare"), turn.words("button.bare"))
        nothing = Choice(frame_key(turn, "disagree"), turn.words("button.disagree.all"))
        turn.say("consent.refused.part", [bare, nothing, listing.person_choice(turn)])
        return
    frame.close_frame(turn)
    await _forget_said(turn)
    turn.say("consent.refused", [listing.person_choice(turn), turn.choice("hotlines", "button.hotlines")])


async def leave_out(turn: Turn) -> None:
    """Service, place and telephone stay; what was told of somebody's health goes, also as it was said and answered."""
    await _forget_said(turn)
    frame.forget_past(turn)
    values = values_of(turn)
    for name in ("note", "guess"):
        values.pop(name, None)
    values |= {"words": [], "attachments": [], "left_out": ["sensitive"]}
    if "who" in values:
        values["who"] = {key: value for key, value in values["who"].items() if key != "conditions"}


async def _forget_said(turn: Turn) -> None:
    """What was said since the last ticket goes, also where a dialog had it in hand."""
    await turn.book.dossier.forget(turn.reporter)
    alarm.forget_words(turn)
    turn.state = {key: value for key, value in turn.state.items() if key in STAYS}


def _confirm(turn: Turn, agrees: str, label: str) -> Choice:
    return Choice(frame_key(turn, f"confirm:{agrees}"), turn.words(label))
