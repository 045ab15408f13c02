"""Several reports in one message: where one ends and the next begins, whom each is about, and what need it is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.dialogs.command import said
from bot.dialogs.intake_slot import place_value
from bot.dialogs.turn import Turn
from casework.need import Beneficiary, Need
from casework.volunteer import Elder, Volunteer
from catalogue.understanding import Decision, Understanding

_ROWS = re.compile(r"[\n\r；;؛]+")
_PARTED = re.compile(r"[；;؛]")
_CELLS = re.compile(r"[\t|｜。۔]+")
_TABLE = re.compile(r"[\t|｜]")
_MARK = re.compile(r"^\s*(?:[(（]?\d{1,2}[)）.、．](?!\d)|[-*•·])\s*")
SHORT_NAME = 8
"""Characters of a table's first cell that may be a bare name."""
LIKELY = 0.5
"""Share from which the first of several services is taken to be meant; it can be changed at the card."""


def lines_of(turn: Turn, text: str, elders: Sequence[Elder]) -> list[tuple[str, str]]:
    """The reports in a text, each with whom it is about ("" where nobody is named)."""
    return [line for row in _ROWS.split(text) for line in _in_row(turn, row, elders)]


def is_list(turn: Turn, text: str, found: Sequence[tuple[str, str]]) -> bool:
    """Whether reports on several people: two are named, or each part between semicolons is a need by itself."""
    if len({who for _, who in found} - {""}) > 1:
        return True
    parted = len(found) > 1 and bool(_PARTED.search(text))
    return parted and all(turn.understand(each).decision is Decision.OFFER for each, _ in found)


def _in_row(turn: Turn, row: str, elders: Sequence[Elder]) -> list[tuple[str, str]]:
    """A row is one report, unless it names several people: then each begins one."""
    cells = [cell for each in _CELLS.split(row) if (cell := _MARK.sub("", each).strip(" ，,、:："))]
    if not cells or all(said(turn, "several-header", cell) for cell in cells):
        return []
    bare = len(cells) > 1 and _TABLE.search(row) and len(cells[0]) <= SHORT_NAME
    found: list[tuple[str, str]] = []
    for place, cell in enumerate(cells):
        who = person_in(turn, cell, elders) or (cell if bare and place == 0 else "")
        if not found or (who and found[-1][1] not in ("", who)):
            found.append((cell, who))
        else:
            found[-1] = (f"{found[-1][0]}，{cell}", found[-1][1] or who)
    return found


def person_in(turn: Turn, text: str, elders: Sequence[Elder]) -> str:
    """Whom a text is about, as it calls them."""
    elder = elder_in(text, elders)
    if elder is not None:
        return elder.relation or elder.name
    slots = turn.understand(text).slots
    return slots.name or (slots.relation_words if slots.about == "other" else "")


def elder_in(text: str, elders: Sequence[Elder]) -> Elder | None:
    """The elder named in a text, by name or by what the volunteer calls them; None where two could be meant."""
    named = [(word, elder) for elder in elders for word in (elder.name, elder.relation) if word and word in text]
    longest = max((len(word) for word, _ in named), default=0)
    best = {elder.id: elder for word, elder in named if len(word) == longest}
    return next(iter(best.values())) if len(best) == 1 else None


def line_value(turn: Turn, text: str, who: str, elders: Sequence[Elder]) -> dict[str, Any]:
    """A report as the frame keeps it. `state` is open, filed or dropped; `alarm` a danger to be asked about."""
    elder, understood = elder_in(text, elders), turn.understand(text)
    danger = understood.danger
    return {
        "text": text,
        "who": who,
        "elder": elder.id if elder else 0,
        "services": list(likely(understood)),
        "danger": danger.kind if danger and danger.sure else "",
        "alarm": danger.kind if danger and not danger.sure else "",
        "state": "open",
    }


def likely(understood: Understanding) -> tuple[str, ...]:
    """The services meant, empty where it must be asked."""
    if understood.decision is Decision.OFFER:
        return understood.services
    first = understood.candidates[0] if understood.candidates else None
    if understood.decision is Decision.CHOOSE and first is not None and first.score >= LIKELY:
        return (first.code,)
    return ()


def need_of_line(
    turn: Turn, line: Mapping[str, Any], person: Volunteer, elders: Sequence[Elder], agrees: str = ""
) -> Need:
    """The need of one report. What is known of the elder counts before what the line says; whoever gives no place is
    looked for where the volunteer lives."""
    slots = turn.understand(line["text"], within=person.place).slots
    elder = next((each for each in elders if each.id == line["elder"]), None)
    place = {"code": person.place, "name": person.place_name}
    if elder is not None:
        place = {"code": elder.place, "name": elder.place_name}
    elif slots.place is not None:
        place = place_value(turn, slots.place.place.code)
    beneficiary = Beneficiary(
        "other",
        relation=slots.relation,
        relation_words=(elder.relation if elder else "") or slots.relation_words,
        name=elder.name if elder else slots.name or line["who"],
        age=(elder.age if elder else None) or slots.age,
        conditions=tuple(slots.conditions),
        agrees=agrees,
    )
    return Need(
        services=tuple(line["services"]),
        beneficiary=beneficiary,
        place=place["code"],
        place_name=place["name"],
        landmark=(elder.landmark if elder else "") or slots.landmark,
        phone=slots.phone or (elder.phone if elder else ""),
        through=line["who"] if elder and elder.phone and not slots.phone else "",
        when=slots.when_words,
        clock=slots.clock,
        frequency=slots.frequency_words,
        words=(line["text"],),
        attachments=tuple(line.get("files", ())),
        danger=line["danger"],
        wants_person=not line["services"],
    )
