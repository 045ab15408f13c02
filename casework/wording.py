"""Needs and tickets in words: what the resident confirms, and what the worker reads. One fact a line, nothing empty."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from typing import Protocol

from casework.need import Beneficiary, Need
from casework.staff import PREFECTURE
from casework.ticket import Ticket


class Say(Protocol):
    """Puts a message key into words of one language."""

    def __call__(self, key: str, /, **values: object) -> str: ...


BEIJING = timezone(timedelta(hours=8))
XINJIANG = timezone(timedelta(hours=6))
QUOTED = 300
"""Characters of the resident's own words that a card shows; the whole stands in the thread."""


def services(need: Need, say: Say) -> str:
    """What is asked, in plain words."""
    if need.services:
        return say("list.and").join(say(f"service.{code}.name") for code in need.services)
    return say("card.service.person" if need.wants_person else "card.service.listen")


def services_plain(need: Need, say: Say) -> str:
    """The same with what the service does, for the one who asks for it."""
    if not need.services:
        return services(need, say)
    return say("list.and").join(
        say("card.service.plain", name=say(f"service.{c}.name"), plain=say(f"service.{c}.plain")) for c in need.services
    )


def resident_who(person: Beneficiary, say: Say) -> str:
    """For whom, as said to the person who reported it."""
    if person.about == "self":
        named = say("who.self")
    elif person.relation:
        named = say(f"relation.{person.relation}")
    else:
        named = person.relation_words or person.name or say("who.other")
    return _with_details(named, person, say)


def worker_who(ticket: Ticket, say: Say) -> str:
    """For whom, as a worker reads it: the beneficiary apart from the reporter, in the reporter's words and in ours."""
    person = ticket.need.beneficiary
    if person.about == "self":
        return _with_details(say("card.staff.self"), person, say)
    relation = say(f"relation.staff.{person.relation}") if person.relation else ""
    words = person.relation_words or relation or say("who.staff.other")
    named = say("card.staff.other", words=words)
    if relation and ticket.language.partition("-")[0] != "zh" and words != relation:
        named = say("card.staff.other.said", named=named, relation=relation)
    details = _with_details(named, person, say)
    return say("card.staff.agrees", who=details, agrees=say(f"agrees.{person.agrees or 'unsaid'}"))


def place(need: Need, say: Say) -> str:
    """Where, with the landmark in the resident's words."""
    name = need.place_name or (say("place.prefecture") if need.place == PREFECTURE else "")
    if need.landmark and need.place_name:
        return say("card.place.landmark", place=name, landmark=need.landmark)
    return need.landmark or name


def contact(need: Need, say: Say) -> str:
    """How to reach the reporter."""
    if need.phone and need.through:
        return say("card.contact.through", phone=need.phone, through=need.through)
    if need.through:
        return say("card.contact.by", through=need.through)
    return say("card.contact.phone", phone=need.phone) if need.phone else say("card.contact.chat")


def worker_contact(ticket: Ticket, say: Say) -> str:
    """How to reach whoever asked first, unless they withdrew while others still want it."""
    return say("card.contact.left") if ticket.reporter in ticket.left else contact(ticket.need, say)


def also(ticket: Ticket, say: Say) -> list[tuple[str, Need]]:
    """The others who asked for the same and still want it, in a line each: name, how to reach them, their own words."""
    return [
        (
            say(
                "card.staff.also.said",
                name=each.name or say("card.staff.also.unnamed"),
                contact=contact(each.need, say),
                words=shorten("\n".join(each.need.words)) or say("notice.only-files"),
            ),
            each.need,
        )
        for each in ticket.others
        if each.address not in ticket.left
    ]


def when(need: Need, say: Say) -> str:
    """When and how often, as said, with the clock where one was named."""
    words = say("list.and").join(w for w in (need.when, need.frequency) if w) or say("card.when.soon")
    return say("card.when.clock", when=words, clock=say(f"clock.{need.clock}")) if need.clock else words


def moment(at: datetime, say: Say) -> str:
    """A time on both clocks in daily use, each with its own day where midnight lies between them."""
    beijing, xinjiang = at.astimezone(BEIJING), at.astimezone(XINJIANG)
    return say(
        "moment.both" if beijing.date() == xinjiang.date() else "moment.both.days",
        month=beijing.month,
        day=beijing.day,
        weekday=say(f"weekday.{beijing.isoweekday()}"),
        beijing=f"{beijing:%H:%M}",
        month_before=xinjiang.month,
        day_before=xinjiang.day,
        xinjiang=f"{xinjiang:%H:%M}",
    )


def day(at: datetime, say: Say) -> str:
    """The day of a moment, in Beijing."""
    beijing = at.astimezone(BEIJING)
    return say("moment.day", month=beijing.month, day=beijing.day, weekday=say(f"weekday.{beijing.isoweekday()}"))


def setting_out(at: datetime, sets_out: datetime | None, say: Say) -> str:
    """When a trip is: its day, or the hour of setting out on both clocks where one is named."""
    return say("moment.sets-out", at=moment(sets_out, say)) if sets_out else day(at, say)


def visit(ticket: Ticket, say: Say) -> str:
    """When the next visit is: on both clocks, of a trip as the trip is, or as the worker said it where that was no
    time."""
    if ticket.planned_at is None:
        return ticket.planned_words
    if ticket.trip is not None:
        return setting_out(ticket.planned_at, ticket.trip.sets_out, say)
    return moment(ticket.planned_at, say)


def short_moment(at: datetime, say: Say) -> str:
    """A time in a list: day and official clock."""
    beijing = at.astimezone(BEIJING)
    return say("moment.short", month=beijing.month, day=beijing.day, time=f"{beijing:%H:%M}")


def for_resident(need: Need, say: Say) -> str:
    """The facts that a resident confirms, a line each."""
    lines = [
        say("card.line.service", value=services_plain(need, say)),
        say("card.line.who", value=resident_who(need.beneficiary, say)),
        say("card.line.place", value=place(need, say)),
        say("card.line.contact", value=contact(need, say)),
        say("card.line.when", value=when(need, say)),
    ]
    if need.note:
        lines.append(say("card.line.note", value=need.note))
    if need.attachments:
        lines.append(say("card.line.attachments", count=len(need.attachments)))
    return "\n".join(lines)


def for_worker(ticket: Ticket, say: Say) -> str:
    """The whole ticket for the one who is to act: urgency first, then who, where, the words, the rest."""
    need = ticket.need
    head = say(
        "card.staff.head.urgent" if ticket.urgent else "card.staff.head",
        number=ticket.number,
        services=services(need, say),
    )
    lines = [head]
    if need.danger:
        lines.append(say("card.staff.danger", danger=say(f"danger.{need.danger}.staff")))
    lines += [say("card.line.who", value=worker_who(ticket, say)), say("card.line.place", value=place(need, say))]
    if need.words:
        lines.append(say("card.staff.words", words=shorten("\n".join(need.words))))
    lines += [
        say("card.staff.contact", value=worker_contact(ticket, say)),
        say("card.line.when", value=when(need, say)),
    ]
    if need.note:
        lines.append(say("card.line.note", value=need.note))
    if need.attachments:
        lines.append(say("card.line.attachments", count=len(need.attachments)))
    lines += [say("card.staff.also", value=value) for value, _ in also(ticket, say)]
    lines.append(say("card.staff.state", state=say(f"state.staff.{ticket.state.value}")))
    return "\n".join(lines)


def shorten(text: str, limit: int = QUOTED) -> str:
    return text if len(text) <= limit else text[:limit] + "…"


def _with_details(named: str, person: Beneficiary, say: Say) -> str:
    details: Iterable[str] = (
        person.name,
        say("card.age", age=person.age) if person.age is not None else "",
        *(say("card.condition", condition=c) for c in person.conditions),
    )
    return say("list.comma").join([named, *(d for d in details if d and d != named)])
