"""A ticket is what its events say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from casework.need import Beneficiary, Need, need_from_json, need_to_json
from casework.ticket import Event, State, fold

NOW = datetime(2026, 3, 3, tzinfo=UTC)
TEXTS = st.text(max_size=20)
NEEDS = st.builds(
    Need,
    services=st.lists(st.sampled_from(["meals", "bathing"]), max_size=2).map(tuple),
    beneficiary=st.builds(Beneficiary, name=TEXTS, age=st.none() | st.integers(0, 120), conditions=st.just(("瘫痪",))),
    place_name=TEXTS,
    note=TEXTS,
    words=st.lists(TEXTS, max_size=3).map(tuple),
    wants_person=st.booleans(),
)


@given(NEEDS)
def test_a_need_comes_back_the_same_when_it_was_kept(need: Need) -> None:
    assert need_from_json(need_to_json(need)) == need


def test_unknown_parts_are_left_aside_when_a_newer_release_wrote_them() -> None:
    plain = {**need_to_json(Need(services=("meals",))), "mood": "sunny", "beneficiary": {"about": "self", "shoe": 42}}
    assert need_from_json(plain) == Need(services=("meals",))


def event(kind: str, **data: object) -> Event:
    return Event(kind, NOW, "system", data)


def test_the_state_follows_the_events_when_they_are_folded() -> None:
    events = [
        event("filed", need=need_to_json(Need(services=("meals",))), reporter="webchat:r1", urgent=True),
        event("dispatched", to=3, name="王芳"),
        event("something-new", what="ever"),
        event("accepted", by=3, name="王芳"),
        event("planned", when=NOW.isoformat(), words="明天"),
        event("done", record="好了"),
        event("unsolved", reason="没来"),
    ]
    states = [fold("LZ1", events[: n + 1]).state for n in range(len(events))]
    assert states == [
        State.WAITING, State.DISPATCHED, State.DISPATCHED, State.ACCEPTED, State.PLANNED, State.DONE, State.WAITING,
    ]  # fmt: skip
    whole = fold("LZ1", events)
    assert (whole.urgent, whole.responsible, whole.reopened, whole.planned_at) == (True, 3, 1, NOW)
    assert replace(whole, events=()) == replace(fold("LZ1", list(events)), events=())
