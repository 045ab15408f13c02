"""The thread of a ticket in plain words: every event, for staff."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from bot.message import Attachment
from casework.attached import files_of
from casework.ticket import Audience, Event, Ticket
from casework.wording import moment
from desk.attachment import Shown, shown
from desk.fact import Fact, changes
from desk.office import STEPS
from desk.visit import EVENTS, event_key, event_values
from locales.text import Say

KNOWN = (
    *("filed", "amended", "dispatched", "unassigned", "accepted", "passed", "planned", "asked", "said", "done"),
    *("solved", "unsolved", "rated", "commented", "cancelled", "person-wanted", "contacted", "tried", "seen"),
    *("entrusted", "talk-opened", "spoke", "talk-closed"),
    *("reminded", "overdue", "unanswered", "nudged", "no-answer", "asked-again", "unconfirmed"),
    *("reassigned", "redated", "called-back"),
    *("merged", "joined", "apart", "parted", "left", "not-duplicate", "rated-by-reporter"),
    *("helper-asked", "helper-accepted", "helper-declined", "helper-done", "helper-released"),
    *("legal-basis", "basis-reminded", "erasure-asked", "erased"),
    *EVENTS,
)
WHYS = (
    *("duty-worker", "officer-township", "officer-county", "officer-prefecture"),
    *("reopened", "reassigned", "apart", "joined"),
)
WEIGHED = (
    *("place-village", "place-township", "place-county", "place-prefecture"),
    *("skill", "on-duty", "language", "nearness", "continuity", "load", "fairness"),
    *("swap", "substitute", "nobody-on-duty"),
)
"""What `casework.dispatch` puts beside the why."""
CLOCKS = ("accept", "contact", "answer", "finish", "visit", "callback")
REFUSALS = (
    *("already-accepted", "not-yours", "ended", "nobody-else", "not-for-volunteers", "no-volunteer"),
    *("not-done", "already-rated", "not-the-reporter", "forged", "old", "wrong-code", "no-code"),
    *("same-ticket", "already-merged", "not-merged", "private", "last-reporter", "talk-busy"),
)
BUTTONS = (*STEPS, "same", "differ")
SPOKEN = 6
"""How many lines of a talk stand beside the form that answers them."""
WRITTEN = ("asked", "said", "spoke", "done", "visited")
"""Events with somebody's words, where files alone are mentioned."""
QUOTES = ("text", "record", "comment", "reason")
"""Where an event keeps what somebody wrote themselves."""


@dataclass(frozen=True, slots=True)
class Line:
    """One event: when (for machines, then on both clocks), what happened, what was written, what changed, files."""

    id: str
    at: str
    when: str
    what: str
    words: str
    facts: tuple[Fact, ...] = ()
    files: tuple[Shown, ...] = ()
    staff_only: bool = False
    quiet: bool = False


def lines(ticket: Ticket, files: Mapping[str, Attachment], say: Say) -> list[Line]:
    """The thread, newest first. `files` are the attachments by id. A file stands with the event that brought it."""
    names, seen, told = _names(ticket), set[str](), set[str]()
    found = []
    for index, event in enumerate(ticket.events):
        fresh = [each for each in files_of([event]) if each in files and each not in seen]
        seen.update(fresh)
        words = _words(event, told)
        if event.type == "filed":
            # They stand above the thread, whole.
            fresh, words = [], ""
        found.append(
            Line(
                id=f"event-{index}",
                at=event.at.isoformat(),
                when=moment(event.at, say),
                what=_what(event, ticket, names, say),
                words=words or (say("notice.only-files") if fresh and event.type in WRITTEN else ""),
                facts=tuple(changes(ticket, event.data.get("need", {}), say)) if event.type == "amended" else (),
                files=tuple(shown(ticket.number, files[each]) for each in fresh),
                staff_only=event.audience is Audience.STAFF,
                quiet=event.type == "press-refused",
            )
        )
    return found[::-1]


def spoken(ticket: Ticket, thread: Sequence[Line]) -> list[Line]:
    """The last words of the talk that goes on, oldest first, so that whoever writes sees what they answer. `thread` are
    the ticket's `lines`."""
    newest = zip(ticket.events[::-1], thread, strict=True)
    talk = takewhile(lambda pair: pair[0].type != "talk-opened", newest)
    said = [line for event, line in talk if event.type in ("spoke", "said")][:SPOKEN]
    return [replace(line, id=line.id.replace("event", "spoken")) for line in said[::-1]]


def _what(event: Event, ticket: Ticket, names: Mapping[str, str], say: Say) -> str:
    who = _who(event.actor, ticket, names, say)
    if event.type == "press-refused":
        return _refused(event, who, say)
    if event.type == "dispatched":
        why = event.data.get("why", "")
        reason = say(f"desk.why.{why}") if why in WHYS else say("desk.why.other")
        weighed = [say(f"desk.weighed.{each}") for each in event.data.get("reasons", ()) if each in WEIGHED]
        key = "desk.event.dispatched.weighed" if weighed else "desk.event.dispatched"
        return say(key, worker=event.data.get("name", ""), why=reason, weighed=say("list.and").join(weighed))
    if event.type not in KNOWN:
        return say("desk.event.other", who=who, type=event.type)
    # A comment beside stars that do not count is a comment all the same.
    kind = "commented" if event.type == "rated-by-reporter" and "stars" not in event.data else event.type
    named = str(event.data.get("name", ""))
    return say(
        "desk.event.overdue.nobody" if kind == "overdue" and not named else event_key(event) or f"desk.event.{kind}",
        who=who,
        worker=named,
        stars=event.data.get("stars", ""),
        other=next((event.data[key] for key in ("number", "into", "from") if event.data.get(key)), ""),
        helper=event.data.get("helper", ""),
        clock=say(f"desk.clock.{event.data['clock']}") if event.data.get("clock") in CLOCKS else "",
        **{"minutes": event.data.get("minutes", ""), **event_values(event, say)},
    )


def _refused(event: Event, who: str, say: Say) -> str:
    action, why = event.data.get("action", ""), event.data.get("why", "")
    reason = say(f"desk.refusal.{why if why in REFUSALS else 'other'}")
    if action in BUTTONS:
        return say("desk.event.press-refused.named", who=who, action=say(f"button.staff.{action}"), why=reason)
    return say("desk.event.press-refused", who=who, why=reason)


def _who(actor: str, ticket: Ticket, names: Mapping[str, str], say: Say) -> str:
    kind, _, rest = actor.partition(":")
    if kind == "staff":
        return names.get(rest) or say("desk.who.staff")
    if kind != "resident":
        return say("desk.who.system")
    known = _reporters(ticket)
    if rest not in known:
        return say("desk.who.stranger")
    if known[rest]:
        return say("desk.who.resident.named", name=known[rest])
    return say("desk.who.resident")


def _reporters(ticket: Ticket) -> dict[str, str]:
    """Names of all who ever asked for it, by address."""
    joined = [each for event in ticket.events if event.type == "joined" for each in event.data["reporters"]]
    return {**{each["address"]: str(each["name"]) for each in joined}, ticket.reporter: ticket.reporter_name}


def _names(ticket: Ticket) -> dict[str, str]:
    """Names of staff by id, as far as the thread tells them."""
    known: dict[str, str] = {}
    for event in ticket.events:
        who = str(event.data.get("to") or event.data.get("by") or event.actor.removeprefix("staff:"))
        if event.data.get("name"):
            known[who] = str(event.data["name"])
    return known


def _words(event: Event, told: set[str]) -> str:
    """What somebody wrote. A need repeats its earlier messages: those already in `told` are not said again."""
    if event.type in ("planned", "series"):
        return str(event.data.get("words", ""))
    needs = [event.data.get("need", {}), *(each["need"] for each in event.data.get("reporters", ()))]
    said = [str(each) for need in needs for each in need.get("words", ()) if each not in told]
    told.update(said)
    return "\n".join(said) or next((str(event.data[key]) for key in QUOTES if event.data.get(key)), "")
