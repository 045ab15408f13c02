"""What is suggested as the same matter and what is not, and what merging refuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from casework import casebook, merge, permission, step
from casework.duplicate import LIMIT, likeness, private, same_name, suggestions
from casework.need import Beneficiary, Need, need_to_json
from casework.ticket import Event, Ticket, fold
from catalogue.person_name import name_forms
from tests.fakes.office import OFFICER, ROSTER, STRANGER, WORKER, FakeBook

NOW = datetime(2026, 3, 3, 4, 0, tzinfo=UTC)
VILLAGE, OTHER_VILLAGE = "652328201200", "652328201201"
MOTHER = Need(
    services=("meals",),
    beneficiary=Beneficiary("other", "mother", "我妈", "马秀兰", 80),
    place=VILLAGE,
    phone="138 9901 2345",
    words=("我妈八十了，要人做饭",),
)


def ticket(need: Need, number: str = "LZ1002", reporter: str = "webchat:b", days: float = 0, **more: object) -> Ticket:
    data = {"need": need_to_json(need), "reporter": reporter, **more}
    return fold(number, [Event("filed", NOW + timedelta(days=days), f"resident:{reporter}", data)])


def need(person: Beneficiary | None = None, **more: object) -> Need:
    """A need like the mother's but without a phone."""
    return replace(MOTHER, beneficiary=person or MOTHER.beneficiary, **{"phone": "", **more})  # type: ignore[arg-type]  # fields by name


FIRST = ticket(MOTHER, "LZ1001", "webchat:a")
SOMEBODY = Beneficiary("other", "mother")


@pytest.mark.parametrize(
    ("second", "reasons"),
    [
        (need(), ("name", "age", "relation", "village", "service", "days")),
        (need(Beneficiary("other", "neighbour", name="Ma Xiulan")), ("name", "village", "service", "days")),
        (need(Beneficiary("other", name="馬秀蘭"), place="652328201"), ("name", "township", "service", "days")),
        (need(Beneficiary("other", age=81)), ("age", "village", "service", "days")),
        (need(SOMEBODY, phone="+86 138-9901-2345", place="652328"), ("phone", "relation", "place", "service", "days")),
        (need(Beneficiary(name="秀兰", age=79), place="652328"), ("name", "age", "place", "service", "days")),
        (need(services=("cleaning", "meals")), ("name", "age", "relation", "village", "service", "days")),
    ],
)
def test_a_ticket_is_suggested_when_the_person_agrees(second: Need, reasons: tuple[str, ...]) -> None:
    found = likeness(FIRST, ticket(second), name_forms)
    assert found.suggested
    assert found.reasons == reasons


@pytest.mark.parametrize(
    "second",
    [
        need(Beneficiary("other")),
        need(SOMEBODY),
        need(Beneficiary("other", name="李桂英")),
        need(Beneficiary("other", "mother", name="马秀莲")),
        need(Beneficiary("other", "mother", name="李桂英", age=80)),
        need(Beneficiary("other", "mother", age=62)),
        need(Beneficiary("other", "father", age=80)),
        need(Beneficiary("other", "father", age=80), phone=MOTHER.phone),
        need(Beneficiary("other", age=80), place="652328201"),
        need(Beneficiary("other", name="马秀兰"), place="652328"),
        need(Beneficiary("other", "neighbour", name="马大妈")),
        need(place=OTHER_VILLAGE),
        need(services=("cleaning",)),
        need(SOMEBODY, phone="110"),
    ],
)
def test_a_ticket_is_not_suggested_when_it_is_somebody_elses(second: Need) -> None:
    assert not likeness(FIRST, ticket(second), name_forms).suggested


def test_the_limit_lies_above_place_and_service_when_nothing_of_the_person_agrees() -> None:
    neighbours = likeness(FIRST, ticket(need(Beneficiary("other"))), name_forms)
    assert neighbours.score < LIMIT
    assert likeness(FIRST, ticket(need(Beneficiary("other", age=80))), name_forms).score == LIMIT


def test_another_service_does_when_both_are_urgent_and_the_person_is_the_same() -> None:
    urgent = ticket(MOTHER, "LZ1001", "webchat:a", urgent=True)
    found = likeness(urgent, ticket(need(services=("emergency-care",)), urgent=True), name_forms)
    assert found.suggested
    assert "urgent" in found.reasons
    assert not likeness(urgent, ticket(need(services=("emergency-care",))), name_forms).suggested


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("马秀兰", "Ma Xiulan", True),
        ("马秀兰", "馬秀蘭", True),
        ("张玉兰", "zhang yu lan", True),
        ("马秀兰", "马秀莲", False),
        ("Күләш", "كۇلاش", True),
        ("Күләш", "Kulash", True),
        ("Бақыт", "باقىت", True),
        ("ئايگۈل", "Aygül", True),
        ("阿依古丽", "ئايگۈل", True),
        ("阿依努尔", "Айнұр", True),
        ("Айгүл", "Айнұр", False),
        ("巴合提", "Бақыт", None),
        ("马大妈", "马秀兰", None),
        ("", "马秀兰", None),
    ],
)
def test_a_name_is_known_again_when_it_is_written_in_another_script(one: str, other: str, same: bool | None) -> None:
    assert same_name(one, other, name_forms) is same
    assert same_name(other, one, name_forms) is same


def test_only_open_tickets_of_the_last_days_are_suggested_when_many_are_alike() -> None:
    later = ticket(need(), days=10)
    old, near = ticket(MOTHER, "LZ1000", "webchat:o", days=-5), ticket(MOTHER, "LZ1001", "webchat:a", days=1)
    ended = fold("LZ999", [*ticket(MOTHER).events, Event("cancelled", NOW, "resident:webchat:c")])
    apart = fold("LZ998", [*ticket(MOTHER).events, Event("not-duplicate", NOW, "staff:1", {"number": "LZ1002"})])
    found = suggestions(later, [old, near, ended, apart, later], NOW + timedelta(days=10), name_forms)
    assert [each.ticket.number for each in found] == ["LZ1001"]
    assert not suggestions(later, [near], NOW + timedelta(days=15.1), name_forms)


def test_violence_is_kept_apart_when_another_reported() -> None:
    violent = ticket(replace(MOTHER, danger="violence"))
    assert private(FIRST, violent)
    assert private(violent, FIRST)
    assert likeness(FIRST, violent, name_forms).score == 0
    assert not private(ticket(MOTHER, "LZ1001", "webchat:b"), violent)


def book() -> FakeBook:
    return FakeBook(NOW, list(ROSTER))


async def pair(book: FakeBook, second: Need = MOTHER, *, urgent: bool = False) -> tuple[Ticket, Ticket]:
    first = await step.file(book, MOTHER, "webchat:a", name="古丽")
    return first, await step.file(book, second, "webchat:b", language="ug", urgent=urgent)


async def test_merging_is_refused_when_it_does_not_fit() -> None:
    house = book()
    first, second = await pair(house)
    elsewhere = await step.file(house, replace(MOTHER, place="652301001"), "webchat:c")
    violent = await step.file(house, replace(MOTHER, danger="violence"), "webchat:d")
    ended = await step.cancel(house, await step.file(house, MOTHER, "webchat:e"), "webchat:e")
    for one, other, by, reason in (
        (first, first, WORKER, "same-ticket"),
        (ended, first, WORKER, "ended"),
        (second, ended, WORKER, "ended"),
        (second, first, STRANGER, "not-yours"),
        (elsewhere, first, WORKER, "not-yours"),
        (violent, first, WORKER, "private"),
        (second, violent, WORKER, "private"),
    ):
        with pytest.raises(permission.StepRefusedError) as refused:
            await merge.merge(house, one, other, by)
        assert refused.value.reason == reason
    await merge.merge(house, second, first, OFFICER)
    again = await house.ticket(second.number)
    assert again is not None
    with pytest.raises(permission.StepRefusedError, match="already-merged"):
        await merge.merge(house, again, first, WORKER)


async def test_taking_apart_is_refused_when_nothing_was_merged() -> None:
    house = book()
    first, second = await pair(house)
    with pytest.raises(permission.StepRefusedError, match="not-merged"):
        await merge.take_apart(house, first, second.number, WORKER)
    kept = await merge.merge(house, second, first, WORKER)
    with pytest.raises(permission.StepRefusedError, match="not-yours"):
        await merge.take_apart(house, kept, second.number, STRANGER)
    kept = await merge.withdraw(house, kept, "webchat:a")
    with pytest.raises(permission.StepRefusedError, match="last-reporter"):
        await merge.take_apart(house, kept, second.number, WORKER)


async def test_a_reporter_joins_again_when_they_had_left() -> None:
    house = book()
    first, second = await pair(house)
    kept = await merge.withdraw(house, await merge.merge(house, second, first, WORKER), "webchat:b")
    assert [each.address for each in kept.reporters] == ["webchat:a"]
    assert kept.merged_here == ()
    third = await step.file(house, MOTHER, "webchat:b")
    kept = await merge.merge(house, third, kept, WORKER)
    assert [each.address for each in kept.reporters] == ["webchat:a", "webchat:b"]


async def test_all_reporters_come_along_when_a_merged_ticket_is_merged() -> None:
    house = book()
    first, second = await pair(house)
    third = await step.file(house, MOTHER, "webchat:c")
    middle = await merge.merge(house, third, second, WORKER)
    kept = await merge.merge(house, middle, first, WORKER)
    assert [each.address for each in kept.reporters] == ["webchat:a", "webchat:b", "webchat:c"]
    gone = await house.ticket(third.number)
    assert gone is not None
    assert (await casebook.kept(house, gone)).number == first.number
    opened = await merge.take_apart(house, kept, second.number, WORKER)
    assert [each.address for each in opened.reporters] == ["webchat:b", "webchat:c"]
    assert opened.responsible == WORKER.id


async def test_the_earlier_goes_to_whoever_has_the_later_when_nobody_had_it() -> None:
    house = book()
    house.staff = []
    first = await step.file(house, MOTHER, "webchat:a")
    house.staff = list(ROSTER)
    second = await step.file(house, MOTHER, "webchat:b")
    assert first.responsible is None
    kept = await merge.merge(house, second, first, WORKER)
    assert kept.responsible == second.responsible == WORKER.id


async def test_urgency_stays_when_it_was_not_brought_by_the_other() -> None:
    house = book()
    first, second = await pair(house, urgent=True)
    kept = await merge.merge(house, second, first, WORKER)
    assert kept.urgent
    kept = await step.amend(house, kept, "webchat:a", {"note": "更急了"}, urgent=True)
    await merge.take_apart(house, kept, second.number, WORKER)
    now = await house.ticket(first.number)
    assert now is not None
    assert now.urgent


async def test_what_a_reporter_adds_stays_their_own_when_it_comes_after_merging() -> None:
    house = book()
    first, second = await pair(house, need(SOMEBODY))
    kept = await merge.merge(house, second, first, WORKER)
    kept = await merge.amend_own(house, kept, "webchat:b", second.number, {"phone": "13900000002"})
    assert kept.need == MOTHER
    assert kept.reporters[1].need.phone == "13900000002"


def test_the_later_goes_on_in_the_earlier_when_two_are_named_in_any_order() -> None:
    later = ticket(MOTHER, "LZ999", days=1)
    assert merge.in_order(FIRST, later) == merge.in_order(later, FIRST) == (later, FIRST)
