"""Who gets the next ticket, as residents and workers see it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from casework import roster
from casework.calendar import BEIJING
from casework.shift import Absence, Shift, Swap
from casework.staff import Role, Staff
from casework.ticket import Ticket
from storage import roster as roster_store
from storage import staff as staff_store
from tests.talk import START, Town

NEED = "我妈八十了在木垒照壁山乡，要人上门做饭"
ANOTHER = "家里没人打扫卫生，我妈八十了，在木垒照壁山乡"
KAZAKH = "Шешеме тамақ әкеліп беретін адам керек, өзі сексен жаста, Мори ауданында тұрады"


async def filed(town: Town, name: str = "r1", need: str = NEED) -> Ticket:
    await (await town.resident(name).says(need)).presses("确认提交")
    return (await town.tickets())[-1]


def why(ticket: Ticket) -> list[str]:
    found: list[str] = next(event.data["reasons"] for event in reversed(ticket.events) if event.type == "dispatched")
    return found


async def keep(
    town: Town, shifts: tuple[Shift, ...] = (), swaps: tuple[Swap, ...] = (), absences: tuple[Absence, ...] = ()
) -> None:
    async with town.app.database.write() as connection:
        await roster_store.keep(connection, shifts, swaps, absences)


async def settle(town: Town) -> None:
    async with town.app.database.write() as connection:
        await roster.settle(town.app.house.book(connection))


async def hire(town: Town, name: str, *languages: str, skills: tuple[str, ...] = ()) -> Staff:
    async with town.app.database.write() as connection:
        return await staff_store.add(connection, name, Role.WORKER, "652328", languages or ("zh",), skills=skills)


async def test_the_worker_who_knows_the_family_comes_again_when_it_asks_again(town: Town) -> None:
    first, second = await hire(town, "测试甲"), await hire(town, "测试乙")
    ticket = await filed(town)
    assert ticket.responsible == first.id
    await town.app.office.act(first, ticket.number, "accept")
    # Somebody new gets the one with less to do; the same family the one who knows it.
    assert (await filed(town, "r2")).responsible == second.id
    await town.resident().presses("说一件新的")
    again = await filed(town, need=ANOTHER)
    assert again.responsible == first.id
    assert why(again) == ["place-county", "continuity"]


async def test_tickets_take_turns_when_all_else_is_equal(town: Town) -> None:
    people = [await hire(town, name) for name in ("测试甲", "测试乙", "测试丙")]
    found = [(await filed(town, f"r{n}")).responsible for n in range(6)]
    assert found == [person.id for person in people] * 2


async def test_a_kazakh_speaker_is_sent_when_the_resident_speaks_kazakh(town: Town) -> None:
    await town.hire("测试甲", area="652328")
    second = await hire(town, "测试乙", "zh", "kk")
    resident = await town.resident().says(KAZAKH)
    await resident.presses(town.app.house.texts.say("kk")("button.confirm.yes"))
    ticket = await town.ticket()
    assert ticket.responsible == second.id
    assert why(ticket) == ["place-county", "language"]


async def test_nobody_gets_it_again_when_they_passed_it_on(town: Town) -> None:
    first, second = await hire(town, "测试甲"), await hire(town, "测试乙")
    ticket = await filed(town)
    await keep(town, absences=(Absence(second.id, START, START + timedelta(days=3), substitute=first.id),))
    officer = await town.hire("测试县", Role.COUNTY, "652328")
    worker = town.worker(first)
    await worker.listen()
    await worker.presses("转给别人")
    await worker.says("我去不了")
    assert (await town.ticket()).responsible == officer.id
    assert (await town.ticket()).number == ticket.number


async def test_the_stand_in_gets_it_when_two_swapped_the_day(town: Town) -> None:
    first, second = await hire(town, "测试甲", skills=("meals",)), await hire(town, "测试乙", skills=("tutoring",))
    shift = Shift(first.id, (1, 2, 3, 4, 5), time(10), time(18))
    await keep(town, (shift,), (Swap(date(2026, 3, 3), first.id, second.id),))
    ticket = await filed(town)
    assert ticket.responsible == second.id
    assert why(ticket)[-1] == "swap"


async def test_open_tickets_move_when_an_absence_has_begun(town: Town) -> None:
    first, second = await hire(town, "测试甲"), await hire(town, "测试乙")
    ticket = await filed(town)
    await town.app.office.act(first, ticket.number, "accept")
    begins = datetime(2026, 3, 4, tzinfo=BEIJING)
    await keep(town, absences=(Absence(first.id, begins, begins + timedelta(days=2), "病假"),))
    await settle(town)
    assert (await town.ticket()).responsible == first.id
    await town.later(days=1)
    await settle(town)
    await settle(town)
    moved = await town.ticket()
    assert moved.responsible == second.id
    assert [event.type for event in moved.events].count("dispatched") == 2
    assert any("测试乙" in reply.text for reply in await town.resident().recent())


async def test_a_ticket_stays_when_nobody_else_is_there(town: Town) -> None:
    first = await hire(town, "测试甲")
    await filed(town)
    await keep(town, absences=(Absence(first.id, START, START + timedelta(days=9)),))
    await settle(town)
    assert (await town.ticket()).responsible == first.id
    # What comes new waits, and is handed out when they are back.
    assert (await filed(town, "r2")).responsible is None
    await town.later(days=9)
    await settle(town)
    assert (await town.tickets())[-1].responsible == first.id
