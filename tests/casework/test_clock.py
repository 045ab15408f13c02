"""When a ticket's clocks run out, computed from its events alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.calendar import add_working_time, working_day
from casework.clock import Due, next_due
from casework.need import Need, need_to_json
from casework.pace import CLOCKS_FILE, Span, pace, read_pace
from casework.rule_file import RuleFileError
from casework.ticket import Event, Ticket, fold

TUESDAY = datetime(2026, 3, 3, 4, 0, tzinfo=UTC)
"""Noon in Beijing."""
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def happened(kind: str, after: timedelta = timedelta(), actor: str = "system", **data: object) -> Event:
    return Event(kind, TUESDAY + after, actor, data)


def filed(*, urgent: bool = False, service: str = "bathing") -> list[Event]:
    need = need_to_json(Need(services=(service,), place="652328"))
    return [
        happened("filed", actor="resident:webchat:r", need=need, reporter="webchat:r", urgent=urgent),
        happened("dispatched", to=1, name="王芳"),
    ]


def accepted(after: timedelta = MINUTE) -> Event:
    return happened("accepted", after, "staff:1", by=1, name="王芳")


def due(*events: Event | Sequence[Event]) -> Due | None:
    whole = [one for each in events for one in ([each] if isinstance(each, Event) else each)]
    return next_due(fold("LZ1", whole), pace())


def test_urgent_ticket_is_to_be_accepted_within_minutes_day_and_night() -> None:
    reminder = due(filed(urgent=True))
    assert reminder == Due(TUESDAY + 0.75 * 15 * MINUTE, "accept", 0)
    reminded = happened("reminded", 12 * MINUTE, clock="accept")
    assert due(filed(urgent=True), reminded) == Due(TUESDAY + 15 * MINUTE, "accept", 1)


def test_ordinary_ticket_is_to_be_accepted_within_a_working_day() -> None:
    reminded = happened("reminded", HOUR, clock="accept")
    assert due(filed(), reminded) == Due(add_working_time(TUESDAY, working_day()), "accept", 1)


def test_contact_is_due_when_somebody_accepted_and_nobody_was_in_touch() -> None:
    reminder = due(filed(urgent=True), accepted())
    assert reminder == Due(TUESDAY + 1.5 * HOUR, "contact", 0)


@pytest.mark.parametrize("kind", ["asked", "planned", "contacted"])
def test_first_contact_stops_that_clock(kind: str) -> None:
    touch = happened(kind, 5 * MINUTE, "staff:1", words="明天", when="")
    found = due(filed(urgent=True), accepted(), touch)
    assert found is not None
    assert found.clock not in ("contact", "answer")


def test_call_that_reached_nobody_is_no_contact() -> None:
    tried = happened("tried", 5 * MINUTE, "staff:1", text="没打通")
    found = due(filed(urgent=True), accepted(), tried)
    assert found is not None
    assert found.clock == "contact"


def test_clocks_stand_still_while_the_next_word_is_the_residents() -> None:
    asked = happened("asked", HOUR, "staff:1", text="几点方便？")
    waiting = due(filed(), accepted(), asked)
    assert waiting is not None
    assert waiting.clock == "resident"
    said = happened("said", 3 * DAY, "resident:webchat:r", text="上午")
    moved, plain = due(filed(), accepted(), asked, said), due(filed(), accepted(), happened("contacted", HOUR))
    assert moved is not None
    assert plain is not None
    assert (moved.clock, plain.clock) == ("finish", "finish")
    assert moved.at >= plain.at + DAY


def test_each_level_has_its_time_before_the_next_is_told() -> None:
    late = [filed(urgent=True), accepted()]
    told = [happened("reminded", HOUR, clock="contact")]
    moments = []
    for number in range(4):
        found = due(*late, *told)
        assert found is not None
        assert (found.clock, found.stage) == ("contact", number + 1)
        moments.append(found.at - TUESDAY)
        told.append(happened("overdue", found.at - TUESDAY, clock="contact", to=10 + number))
    assert moments == [2 * HOUR, 2.5 * HOUR, 3.5 * HOUR, 7.5 * HOUR]


def test_visit_is_overdue_after_the_agreed_time_and_a_new_date_begins_anew() -> None:
    when = (TUESDAY + 2 * DAY).isoformat()
    planned = happened("planned", HOUR, "staff:1", when=when, words="后天")
    eve = happened("eve", DAY + 5 * HOUR, clock="eve")
    found = due(filed(), accepted(), planned, eve, happened("reminded", 3 * DAY, clock="visit"))
    assert found == Due(add_working_time(TUESDAY + 2 * DAY, working_day()), "visit", 1)
    again = happened("redated", 4 * DAY, "staff:2", when=(TUESDAY + 9 * DAY).isoformat(), words="下周四")
    missed = [filed(), accepted(), planned, eve, happened("reminded", 3 * DAY, clock="visit"), again]
    reminder = due(*missed)
    assert reminder == Due(datetime(2026, 3, 11, 9, 0, tzinfo=UTC), "eve", 0)  # five in the afternoon, the day before
    fresh = due(*missed, happened("eve", 8 * DAY + 5 * HOUR, clock="eve"))
    assert fresh is not None
    assert (fresh.clock, fresh.stage) == ("visit", 0)
    assert fresh.at > TUESDAY + 9 * DAY


def test_visit_recorded_late_has_its_time_from_then_on() -> None:
    planned = happened("planned", HOUR, "staff:1", when=(TUESDAY + DAY).isoformat(), words="明天")
    visited = happened("visited", 9 * DAY, "staff:1", record="做了饭")
    found = due(filed(), accepted(), planned, visited)
    assert found is not None
    assert (found.clock, found.stage) == ("visit", 0)
    assert found.at > TUESDAY + 9 * DAY


@pytest.mark.parametrize("kind", ["press-refused", "amended", "visit-confirmed"])
def test_the_clocks_stand_still_until_the_answer_when_the_resident_only_presses_something(kind: str) -> None:
    asked = happened("asked", HOUR, "staff:1", text="几点方便？")
    pressed = happened(kind, 2 * HOUR, "resident:webchat:r", need={})
    said = happened("said", 4 * DAY, "resident:webchat:r", text="上午")
    plain = due(filed(), accepted(), asked, said)
    assert due(filed(), accepted(), asked, pressed, said) == plain


def test_resident_is_asked_again_by_day_only() -> None:
    done = happened("done", 14 * HOUR, "staff:1", record="好了")  # two in the morning in Beijing
    found = due(filed(), accepted(), done)
    assert found is not None
    assert (found.clock, found.stage) == ("rating", 0)
    assert found.at == datetime(2026, 3, 7, 0, 0, tzinfo=UTC)  # eight in the morning, three days later


def test_low_rating_is_to_be_called_back_until_somebody_did() -> None:
    end = [happened("done", DAY, "staff:1"), happened("solved", DAY + HOUR), happened("rated", DAY + 2 * HOUR, stars=2)]
    found = due(filed(), accepted(), end)
    assert found is not None
    assert (found.clock, found.stage) == ("callback", 1)
    assert due(filed(), accepted(), end, happened("called-back", 2 * DAY, "staff:2")) is None
    assert due(filed(), accepted(), end[:2], happened("rated", DAY + 2 * HOUR, stars=3)) is None


def test_no_call_is_owed_when_the_ticket_was_opened_again_or_better_rated() -> None:
    low = [happened("done", DAY, "staff:1"), happened("solved", DAY + HOUR), happened("rated", DAY + 2 * HOUR, stars=1)]
    again = [happened("unsolved", 2 * DAY), happened("dispatched", 2 * DAY, to=2, name="钱红")]
    closed = [happened("done", 3 * DAY, "staff:2"), happened("solved", 3 * DAY + HOUR)]
    assert due(filed(), accepted(), low, again, closed) is None
    assert due(filed(), accepted(), low, again, closed, happened("rated", 3 * DAY + 2 * HOUR, stars=5)) is None


def test_service_with_its_own_time_is_due_at_its_own_time() -> None:
    meals, bathing = (
        due(filed(service=each), accepted(), happened("contacted", HOUR)) for each in ("meals", "bathing")
    )
    assert meals is not None
    assert bathing is not None
    assert meals.at < bathing.at


EVENTS = st.lists(
    st.tuples(
        st.sampled_from(
            ["accepted", "passed", "planned", "asked", "said", "contacted", "done", "unsolved", "solved", "reminded",
             "overdue", "nudged", "no-answer", "asked-again", "cancelled"]
        ),
        st.integers(1, 4000),
        st.sampled_from(["accept", "contact", "answer", "finish", "visit", "resident", "rating"]),
    ),
    max_size=12,
)  # fmt: skip


@given(EVENTS, st.booleans())
def test_open_ticket_always_has_something_due(steps: list[tuple[str, int, str]], urgent: bool) -> None:
    events, at = filed(urgent=urgent), timedelta()
    for kind, minutes, clock in steps:
        at += minutes * MINUTE
        actor = "resident:webchat:r" if kind in ("said", "unsolved", "solved") else "staff:1"
        events.append(happened(kind, at, actor, clock=clock, by=1, name="王芳", to=7, words="", when=""))
    ticket: Ticket = fold("LZ1", events)
    found = next_due(ticket, pace())
    assert (found is None) == ticket.state.ended
    assert found is None or found.at > TUESDAY


@pytest.mark.parametrize(
    ("line", "wrong", "named"),
    [
        ('accept = "15m"', 'accept = "soon"', "urgent.accept"),
        ('contact = "2h"', 'contakt = "2h"', "urgent.contakt"),
        ("times = 2", "times = 0", "resident"),
        ('finish = "5wd"', 'level = "5wd"', "service.meals"),
    ],
)
def test_wrong_length_of_time_is_named_with_the_remedy(tmp_path: Path, line: str, wrong: str, named: str) -> None:
    with pytest.raises(RuleFileError) as error:
        read_pace(clocks(tmp_path, CLOCKS_FILE.read_text("utf-8").replace(line, wrong, 1)))
    assert f"clocks.toml: {named}" in str(error.value)


def clocks(folder: Path, text: str) -> Path:
    """A county's own file."""
    file = folder / "clocks.toml"
    file.write_text(text, "utf-8")
    return file


def test_only_what_a_county_writes_differs_when_it_has_clocks_of_its_own(tmp_path: Path) -> None:
    own = read_pace(clocks(tmp_path, '[urgent]\naccept = "40s"\n[service.tutoring]\nfinish = "3wd"\n'), ["tutoring"])
    assert own.step("accept", urgent=True, services=()) == Span(timedelta(seconds=40))
    assert own.step("finish", urgent=False, services=("tutoring",)) == Span(3 * working_day(), working=True)
    assert own.step("contact", urgent=True, services=()) == pace().step("contact", urgent=True, services=())
    assert own.services["meals"] == pace().services["meals"]
    assert (own.remind, own.levels, own.eve) == (pace().remind, pace().levels, pace().eve)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('[ordinry]\naccept = "1d"', "ordinry: there is no such entry. Take one of remind, urgent, ordinary"),
        ('[visits]\nevening = "17:00"', "visits.evening: there is no such entry. Take one of eve, grace"),
        ('[service.cooking]\nfinish = "1d"', "service.cooking: there is no such service. Take one of meals"),
        ('urgent = "1d"', "urgent: it is no section"),
        ('[service]\nmeals = "1d"', "service.meals: it is no section"),
        ('[urgent.accept]\nwithin = "1d"', "urgent.accept: it is a section"),
        ('[urgent]\naccept = "0s"', "urgent.accept: '0s' is no length of time. Write a number and s, m, h, d or wd"),
        ("remind = 1.5", "remind: 1.5 is no share of the time. Write for example 0.75"),
        ("remind = true", "remind: True is no share"),
        ('[visits]\neve = "5pm"', "visits.eve: '5pm' is no time of day"),
        ("[urgent", "the file: it is no TOML in UTF-8"),
    ],
)
def test_it_is_said_what_to_write_when_a_county_file_is_wrong(tmp_path: Path, text: str, named: str) -> None:
    file = clocks(tmp_path, text)
    with pytest.raises(RuleFileError) as error:
        read_pace(file, ["meals"])
    assert str(error.value).startswith(f"{file}: {named}")


def test_the_highest_level_hears_of_it_once_when_the_program_was_away_for_weeks() -> None:
    begun = [*filed(urgent=True), accepted(), happened("contacted", HOUR, "staff:1")]
    told = [happened("overdue", 30 * DAY + n * MINUTE, clock="finish", to=9, due="") for n in range(3)]
    late = due(begun, happened("reminded", 30 * DAY, clock="finish"), *told)
    assert late == Due(TUESDAY + 30 * DAY + 2 * MINUTE + 4 * HOUR, "finish", 4)


def test_the_clocks_stand_still_when_a_ticket_went_on_in_another() -> None:
    merged = happened("merged", HOUR, into="LZ9", by=1, name="王芳")
    apart = happened("apart", 12 * DAY, **{"from": "LZ9"})
    given = happened("dispatched", 12 * DAY, to=1, name="王芳")
    later = due(filed(urgent=True), merged, apart, given, accepted(12 * DAY + MINUTE))
    assert later == Due(TUESDAY + 12 * DAY + 0.5 * HOUR, "contact", 0)
