"""Who may do what, written out by hand: every action and everybody who may do it. Whoever is not named may not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from casework.staff import Role

PLACE = "652328103"
"""The township of the ticket, the volunteer and the trip."""


@dataclass(frozen=True)
class Colleague:
    """A member of staff, by role, area and what they had to do with the ticket."""

    role: Role
    area: str
    holds: bool = False
    had: bool = False
    left: bool = False


STAFF: Mapping[str, Colleague] = {
    "H": Colleague(Role.WORKER, "652328104", holds=True),  # of another township, so that nothing but the ticket counts
    "F": Colleague(Role.WORKER, "652328104", had=True),
    "S": Colleague(Role.WORKER, PLACE),
    "T": Colleague(Role.WORKER, "652328104"),
    "C": Colleague(Role.WORKER, "652328"),
    "O": Colleague(Role.WORKER, "652301"),
    "t": Colleague(Role.TOWNSHIP, PLACE),
    "u": Colleague(Role.TOWNSHIP, "652328104"),
    "c": Colleague(Role.COUNTY, "652328"),
    "d": Colleague(Role.COUNTY, "652301"),
    "p": Colleague(Role.PREFECTURE, "6523"),
    "h": Colleague(Role.COUNTY, "652301", holds=True),
    "f": Colleague(Role.COUNTY, "652301", had=True),
    "x": Colleague(Role.WORKER, PLACE, holds=True, left=True),
    "y": Colleague(Role.PREFECTURE, "6523", had=True, left=True),
}
RESIDENTS: Mapping[str, str] = {
    "R": "asked for it",
    "J": "asked for the same, and was joined to it",
    "L": "asked for it and stepped out",
    "N": "asked for something else",
}
VOLUNTEERS: Mapping[str, str] = {
    "V": "was asked to run its errand",
    "W": "was asked for another",
    "U": "was asked, and has been sent away since",
}

SEEN, WORKED, LED, ABOUT = "HF tcp hf", "H tcp h", "tcp", "SC tcp"
TABLE: Mapping[str, str] = {
    "open": SEEN + "RJ",
    "file": SEEN,
    "work": WORKED,
    "accept": WORKED,
    "basis": WORKED,
    "pass": WORKED,
    "ask": WORKED,
    "talk": WORKED,
    "hush": WORKED,
    "plan": WORKED,
    "done": WORKED,
    "contact": WORKED,
    "tried": WORKED,
    "redate": WORKED,
    "arrived": WORKED,
    "visited": WORKED,
    "skipped": WORKED,
    "excused": WORKED,
    "moved": WORKED,
    "code": WORKED,
    "helper": WORKED,
    "counsel": WORKED,
    "reassign": LED,
    "callback": LED,
    "look": WORKED,
    "same": WORKED,
    "differ": WORKED,
    "beside": WORKED + "SC",
    "apart": WORKED,
    "add": "RJ",
    "forward": "RJ",
    "drop": "RJ",
    "calm": "RJ",
    "solved": "RJ",
    "unsolved": "RJ",
    "rate": "RJ",
    "came": "RJ",
    "kin": "RJ",
    "mood": "RJ",
    "help-yes": "V",
    "help-no": "V",
    "help-done": "V",
    "volunteer-see": ABOUT,
    "elder": ABOUT,
    "elder-remove": ABOUT,
    "volunteer-asked": LED,
    "approve": LED,
    "decline": LED,
    "end": LED,
    "trip": WORKED,
    "gather": ABOUT,
    "parked": LED,
}
OF_PLACE = (
    "volunteer-see",
    "elder",
    "elder-remove",
    "volunteer-asked",
    "approve",
    "decline",
    "end",
    "gather",
    "parked",
)
"""Actions that are about a place and no ticket."""
UNDER_WAY = ("dispatched", "accepted", "planned")
STATES: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("accept", "pass", "ask", "talk", "plan", "done", "contact", "tried", "redate"), UNDER_WAY),
    **dict.fromkeys(("reassign", "same"), UNDER_WAY),
    "callback": (),  # only where somebody who was not content waits for a call
    "solved": ("done",),
    "unsolved": ("done", "closed"),
    "rate": ("closed",),
    "drop": UNDER_WAY,
}
"""Where the state of the ticket matters too: in which it may be done."""


def yes(action: str, who: str) -> bool:
    """What the table says."""
    return who in TABLE[action]
