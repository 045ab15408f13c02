"""Compares what people sent and saw with what is stored: nothing lost, nothing doubled, order kept, everybody told.

It shares no code with the program, so that a mistake of the program's cannot hide itself.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise

from tests.faults.evidence import Said, Seen, Violation, Witness, first_of_each
from tests.faults.stored import Row, Stored, address_of, text_of, waits_for_morning

ONCE = ("filed", "accepted", "done", "solved", "rated", "commented")
"""What happens to a ticket at most once, if everybody does their part once."""
RELAYED = "telegram"
"""The channel whose messages have the other side's ids; elsewhere a row's place is its id."""

Rule = Callable[[Stored, Witness], Iterable[Violation]]


def check(stored: Stored, witnesses: Sequence[Witness]) -> list[Violation]:
    """Every promise that was broken."""
    found = [violation for rule in RULES for each in witnesses for violation in rule(stored, each)]
    return found + list(_tickets(stored, witnesses))


def _waiting(stored: Stored, witness: Witness) -> Iterator[Violation]:
    if witness.waited_for:
        yield Violation("unanswered", f"{witness.address} waited in vain for {witness.waited_for!r}")


def _messages_in(stored: Stored, witness: Witness) -> Iterator[Violation]:
    """Each message that was said is kept once, in the order in which it was said."""
    kept = [row["external_id"] for row in stored.of(witness.address)]
    for said in _missing(witness.said, kept):
        yield Violation("message lost", f"{witness.address} said {said.id} {said.text!r}")
    for doubled, times in Counter(kept).items():
        if times > 1:
            yield Violation("message doubled", f"{witness.address}: {doubled} is kept {times} times")
    wanted = [each for each in first_of_each([said.id for said in witness.said]) if each in kept]
    if first_of_each([each for each in kept if each in wanted]) != wanted:
        yield Violation("order of messages", f"{witness.address} said {wanted}, kept is {kept}")


def _missing(said: Sequence[Said], kept: Sequence[str]) -> list[Said]:
    return [each for each in said if each.id not in kept]


def _all_sent(stored: Stored, witness: Witness) -> Iterator[Violation]:
    """Each message to them has left, or stands where staff see that it could not, or waits for the morning."""
    for row in stored.to(witness.address):
        if row["sent_at"] is None and row["parked_at"] is None and not waits_for_morning(row):
            yield Violation("unsent", f"{witness.address}: {text_of(row)[:40]!r} is neither sent nor parked")
        if row["parked_at"] is not None and not row["error"]:
            yield Violation("parked unseen", f"{witness.address}: {text_of(row)[:40]!r} is parked without a reason")


def _all_seen(stored: Stored, witness: Witness) -> Iterator[Violation]:
    """What is marked sent was seen, and nothing was seen that nobody wrote."""
    sent = _sent(stored, witness)
    seen = {each.id for each in witness.seen}
    for row in sent:
        if _id(row) not in seen:
            yield Violation("marked sent", f"{witness.address} never saw {text_of(row)[:40]!r}")
    written = {text_of(row) for row in stored.to(witness.address)}
    for each in witness.seen:
        if each.text not in written:
            yield Violation("from nowhere", f"{witness.address} saw {each.text[:40]!r}, which nobody wrote")


def _order_out(stored: Stored, witness: Witness) -> Iterator[Violation]:
    """Messages were seen in the order in which they left, those of one turn in the order in which they were written;
    a message may come again before the next one does."""
    sent = _sent(stored, witness)
    if _places(sent, witness.seen) != sorted(_places(sent, witness.seen)):
        words = [text_of(row)[:12] for row in sent]
        yield Violation("order of answers", f"{witness.address} should have seen {words}")
    for earlier, later in pairwise(sent):
        if later["created_at"] == earlier["created_at"] and later["id"] < earlier["id"]:
            yield Violation("order of answers", f"{witness.address}: {text_of(later)[:40]!r} left too late")


def _places(sent: Sequence[Row], seen: Sequence[Seen]) -> list[int]:
    """Where in what was seen each message came first: a copy of it is one with the same words since the one before."""
    places, after = [], 0
    at = {each.id: place for place, each in enumerate(seen)}
    for row in sent:
        place = at.get(_id(row))
        if place is None:
            continue
        copies = [n for n in range(after, place) if seen[n].text == text_of(row)]
        places.append(copies[0] if copies else place)
        after = max(after, place + 1)
    return places


def _sent(stored: Stored, witness: Witness) -> list[Row]:
    """What left for them, in the order in which it left."""
    return sorted(
        (row for row in stored.to(witness.address) if row["sent_at"] is not None), key=lambda r: r["delivery"]
    )


def _id(row: Row) -> str:
    return str(row["reference"] if row["channel"] == RELAYED else row["delivery"])


def _promises(stored: Stored, witness: Witness) -> Iterator[Violation]:
    """They have the tickets they were told of and no others, each with their own words."""
    own = [ticket for ticket in stored.tickets if ticket["reporter"] == witness.address]
    numbers = [ticket["number"] for ticket in own]
    for lost in set(witness.promised) - set(numbers):
        yield Violation("ticket lost", f"{witness.address} was promised {lost}")
    for more in set(numbers) - set(witness.promised):
        yield Violation("ticket doubled", f"{witness.address} has {more} besides {witness.promised}")
    for number, matter in zip(witness.promised, witness.matters, strict=False):
        ticket = next((each for each in own if each["number"] == number), None)
        if ticket is not None and matter not in _words(stored.events_of(ticket)):
            yield Violation("ticket mixed up", f"{number} of {witness.address} does not say {matter!r}")
    for ticket in own:
        if not any(row["ticket"] == ticket["number"] for row in stored.to(witness.address)):
            yield Violation("nobody told", f"{witness.address} was never told of {ticket['number']}")


def _words(events: Iterable[Row]) -> str:
    return "".join(json.dumps(event["data"], ensure_ascii=False) for event in events)


def _tickets(stored: Stored, witnesses: Sequence[Witness]) -> Iterator[Violation]:
    """Each thread is whole, nothing in it happened twice, and whoever is responsible was told."""
    known = {witness.address for witness in witnesses}
    for ticket in stored.tickets:
        number, events = ticket["number"], stored.events_of(ticket)
        if [event["position"] for event in events] != list(range(len(events))) or ticket["length"] != len(events):
            yield Violation("thread broken", f"{number} has {len(events)} events of {ticket['length']}")
        happened = Counter(event["type"] for event in events)
        for kind in ONCE:
            if happened[kind] > 1:
                yield Violation("step doubled", f"{number} was {kind} {happened[kind]} times")
        if ticket["reporter"] not in known:
            yield Violation("ticket of nobody", f"{number} belongs to {ticket['reporter']}")
        if ticket["responsible"] is not None and not _told(stored, ticket):
            yield Violation("nobody told", f"whoever is responsible for {number} was never told")


def _told(stored: Stored, ticket: Row) -> bool:
    addresses = {address_of(row) for row in stored.staff if row["staff_id"] == ticket["responsible"]}
    addresses.add(f"desk:{ticket['responsible']}")
    return any(row["ticket"] == ticket["number"] and address_of(row) in addresses for row in stored.outbox)


RULES: tuple[Rule, ...] = (_waiting, _messages_in, _all_sent, _all_seen, _order_out, _promises)
