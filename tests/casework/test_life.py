"""A ticket's whole life, in any order of steps: what must hold whatever people do and however time passes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from casework import oversight, roster, step, talk, visit
from casework.clock import next_due
from casework.need import Need
from casework.overdue import catch_up
from casework.pace import pace
from casework.permission import StepRefusedError
from casework.series_words import parse_series
from casework.shift import Absence
from casework.staff import Role, Staff
from casework.ticket import State, Ticket
from locales.text import Texts
from tests.fakes.office import FakeBook

PEOPLE = [
    Staff(1, "王芳", Role.WORKER, "652328201"),
    Staff(2, "李娜", Role.WORKER, "652328"),
    Staff(3, "赵刚", Role.TOWNSHIP, "652328201"),
    Staff(4, "钱红", Role.COUNTY, "652328"),
    Staff(5, "孙明", Role.PREFECTURE, "6523"),
]
STRANGER = Staff(6, "周勇", Role.WORKER, "652301")
PLACE, REPORTER = "652328201001", "webchat:r"
START = datetime(2026, 9, 29, 3, 0, tzinfo=UTC)
"""Two days before the National Day's week."""
TEXTS = Texts()
SOMEBODY = st.sampled_from([*PEOPLE, STRANGER])
MINUTES = st.one_of(st.integers(1, 90), st.integers(60, 3000), st.integers(3000, 20_000)).map(
    lambda minutes: timedelta(minutes=minutes)
)


class Life(RuleBasedStateMachine):
    """One ticket, five who cover its place, one who does not, and time."""

    def __init__(self) -> None:
        super().__init__()
        self.book = FakeBook(START, [*PEOPLE, STRANGER])
        self.ticket: Ticket

    @initialize(urgent=st.booleans(), service=st.sampled_from(["meals", "bathing", "home-adaptation"]))
    def file(self, urgent: bool, service: str) -> None:
        self.ticket = run(step.file(self.book, Need((service,), place=PLACE), REPORTER, urgent=urgent))

    @rule(by=SOMEBODY)
    def accept(self, by: Staff) -> None:
        self.does(step.accept, by)

    @rule(by=SOMEBODY)
    def pass_on(self, by: Staff) -> None:
        self.does(step.pass_on, by, "忙")

    @rule()
    def holder_passes_on(self) -> None:
        self.does(step.pass_on, self.holder(), "忙")

    @rule()
    def holder_accepts(self) -> None:
        self.does(step.accept, self.holder())

    @rule(by=SOMEBODY)
    def ask(self, by: Staff) -> None:
        self.does(step.ask, by, "几点？")

    @rule()
    def say(self) -> None:
        self.does(step.say, REPORTER, "上午")

    @rule(by=SOMEBODY, after=st.none() | MINUTES)
    def plan(self, by: Staff, after: timedelta | None) -> None:
        self.does(step.plan, by, self.book.now + after if after else None, "再说")

    @rule(by=SOMEBODY, reached=st.booleans())
    def contacted(self, by: Staff, reached: bool) -> None:
        self.does(lambda book, ticket, who: step.contacted(book, ticket, who, "好", reached=reached), by)

    @rule()
    def holder_is_done(self) -> None:
        self.does(step.done, self.holder(), "做了饭")

    @rule(by=SOMEBODY)
    def done(self, by: Staff) -> None:
        self.does(step.done, by, "做了饭")

    @rule()
    def solved(self) -> None:
        self.does(step.solved, REPORTER)

    @rule()
    def unsolved(self) -> None:
        self.does(step.unsolved, REPORTER, "没来")

    @rule(stars=st.integers(0, 6))
    def rate(self, stars: int) -> None:
        self.does(lambda book, ticket, by: step.rate(book, ticket, by, stars=stars), REPORTER)

    @rule()
    def comment(self) -> None:
        self.does(lambda book, ticket, by: step.rate(book, ticket, by, comment="好"), REPORTER)

    @rule(really=st.integers(0, 4))
    def cancel(self, really: int) -> None:
        # Seldom, or hardly a life would be longer.
        if not really:
            self.does(step.cancel, REPORTER)

    @rule(by=SOMEBODY, after=MINUTES)
    def redate(self, by: Staff, after: timedelta) -> None:
        self.does(oversight.redate, by, self.book.now + after, "改天", "雪")

    @rule(by=SOMEBODY, to=SOMEBODY)
    def reassign(self, by: Staff, to: Staff) -> None:
        # An officer may give it even to somebody who passed it on; that is their decision, and not looked at here.
        if to.id not in self.ticket.passed:
            self.does(oversight.reassign, by, to.id, "顺路")

    @rule(words=st.sampled_from(["每周二四上午10点，三个月", "一个月两次，半年", "工作日中午，两周"]))
    def agree_a_series(self, words: str) -> None:
        series = parse_series(words, self.book.now)
        assert series is not None
        self.does(visit.plan_series, self.holder(), series, words)

    @rule()
    def visit_is_made(self) -> None:
        self.does(visit.visited, self.holder(), "做了饭", ())

    @rule(excused=st.booleans())
    def visit_is_skipped(self, excused: bool) -> None:
        self.does(lambda book, ticket, by: visit.skipped(book, ticket, by, "下雪", excused=excused), self.holder())

    @rule(after=MINUTES)
    def visit_is_moved(self, after: timedelta) -> None:
        self.does(visit.moved, self.holder(), self.book.now + after, "改天")

    @rule(by=SOMEBODY)
    def speak(self, by: Staff) -> None:
        self.does(talk.speak, by, "在家吗？")

    @rule(by=SOMEBODY)
    def hush(self, by: Staff) -> None:
        self.does(talk.hush, by)

    @rule()
    def answer(self) -> None:
        found = talk.talk_of(self.ticket)
        if found is not None:
            self.does(talk.answer, found, "在")

    @rule(by=SOMEBODY)
    def call_back(self, by: Staff) -> None:
        self.does(oversight.called_back, by, "道歉")

    @rule(who=st.sampled_from(PEOPLE), length=MINUTES)
    def goes_away(self, who: Staff, length: timedelta) -> None:
        self.book.absences.append(Absence(who.id, self.book.now, self.book.now + length))
        self.settle()

    @rule(passed=MINUTES)
    def time_passes(self, passed: timedelta) -> None:
        before = self.ticket
        self.book.now += passed
        self.settle()
        self.ticket = run(catch_up(self.book, self.ticket, pace()))
        new = [event for event in self.ticket.events[len(before.events) :] if event.data.get("clock") != "callback"]
        if before.state.ended:
            assert new == [], f"time changed a ticket that had ended: {new}"

    @invariant()
    def something_is_always_due(self) -> None:
        if not self.ticket.state.ended:
            assert next_due(self.ticket, pace()) is not None

    @invariant()
    def somebody_always_answers_for_it(self) -> None:
        present = {p.id for p in PEOPLE if run(self.book.roster()).present(p.id, self.book.now)} - {*self.ticket.passed}
        if self.ticket.state in (State.WAITING, State.DISPATCHED, State.ACCEPTED, State.PLANNED):
            assert self.ticket.responsible is not None or not present

    @invariant()
    def nobody_gets_it_twice(self) -> None:
        passed: set[int] = set()
        for event in self.ticket.events:
            if event.type in ("passed", "unanswered"):
                passed.add(event.data["by"])
            elif event.type == "unsolved":
                passed.clear()
            elif event.type == "dispatched":
                assert event.data["to"] not in passed

    @invariant()
    def one_person_speaks_at_a_time(self) -> None:
        speaker: int | None = None
        for event in self.ticket.events:
            if event.type == "talk-opened":
                speaker = event.data["by"]
            elif event.type in ("talk-closed", "dispatched", "done", "cancelled"):
                speaker = None
            elif event.type == "spoke":
                assert event.actor == f"staff:{speaker}"

    @invariant()
    def each_moment_of_a_clock_fires_once_and_not_before(self) -> None:
        fired = [event for event in self.ticket.events if event.actor == "system" and "clock" in event.data]
        counts = Counter((event.data["clock"], event.data["due"]) for event in fired)
        assert all(count == 1 for count in counts.values()), counts
        assert all(datetime.fromisoformat(event.data["due"]) <= event.at for event in fired)

    @invariant()
    def whoever_a_step_names_was_told(self) -> None:
        keys = {notice.key for notice in self.book.told}
        assert all("assigned" in keys for event in self.ticket.events if event.type == "dispatched")

    def does(self, action: Callable[..., Awaitable[Ticket]], *arguments: Any) -> None:
        """A step that goes well, or is refused with a reason that every language has words for and changes nothing."""
        length = len(self.ticket.events)
        try:
            self.ticket = run(action(self.book, self.ticket, *arguments))
        except StepRefusedError as refusal:
            reason = refusal.reason
        else:
            reason = ""
        wordless = [language for language, texts in TEXTS.languages.items() if f"refused.{reason}" not in texts]
        assert not reason or not wordless, f"no words for {reason} in {wordless}"
        assert not reason or len(self.book.threads[self.ticket.number]) == length
        self.settle()

    def settle(self) -> None:
        run(roster.settle(self.book))
        self.ticket = run(self.book.ticket(self.ticket.number)) or self.ticket

    def holder(self) -> Staff:
        return next((person for person in PEOPLE if person.id == self.ticket.responsible), STRANGER)


def run(step_of_it: Any) -> Any:
    """What a coroutine returns that waits for nobody."""
    try:
        step_of_it.send(None)
    except StopIteration as end:
        return end.value
    raise AssertionError("the casebook in memory never waits")


TestLife = Life.TestCase
TestLife.settings = settings(
    max_examples=60, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck), database=None
)
