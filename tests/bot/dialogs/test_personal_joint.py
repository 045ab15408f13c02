"""Forgetting reaches a ticket that went on in another, whoever asked and whoever stepped out since."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from casework.ticket import Ticket
from storage.erasure import ALL, MESSAGES, RECORD
from storage.table import outbox
from storage.table import ticket as ticket_table
from tests.talk import Person, Town, types

ELDER = "张秀兰"
PHONES = {"daughter": "13800138001", "neighbour": "13900139002", "niece": "13700137003"}
SAYS = {
    "daughter": f"我妈{ELDER}八十了在木垒照壁山乡，要人上门做饭，我电话13800138001",
    "neighbour": f"邻居{ELDER}八十了在木垒照壁山乡，要人上门做饭，我电话13900139002",
    "niece": f"我大姨{ELDER}八十了在木垒照壁山乡，要人上门做饭，我电话13700137003",
}


async def tells(town: Town, name: str) -> Person:
    person = await town.resident(name).says(SAYS[name])
    return await person.presses("本人知道也同意")


async def same(town: Town, number: str, into: str) -> None:
    await town.app.office.act((await town.staff())[0], number, "same", into)


async def joint(town: Town) -> tuple[Person, Person, Person]:
    """The daughter's ticket LZ1001, into which the neighbour's LZ1002 was merged, and the worker."""
    worker = town.worker(await town.hire())
    daughter, neighbour = await tells(town, "daughter"), await tells(town, "neighbour")
    await same(town, "LZ1002", "LZ1001")
    return daughter, neighbour, worker


async def steps_out(person: Person) -> None:
    await person.says("我的申请")
    await person.presses("撤回")
    await person.presses("确定撤回")


async def forget(person: Person) -> None:
    await person.says("我的资料")
    await person.presses("删掉")
    await person.presses("我想删")
    await person.presses("确定，删掉")


async def ends(town: Town, worker: Person, by: Person) -> None:
    await town.app.office.act((await town.staff())[0], "LZ1001", "done", f"给{ELDER}做好了饭")
    await by.presses_key(town.app.house.signer(by.address, "solved:LZ1001"))


def known(tickets: list[Ticket], name: str) -> list[str]:
    """In which tickets whoever has this name is still known, by telephone, address or words."""
    words = (PHONES[name], f"webchat:{name}", SAYS[name])
    return [each.number for each in tickets if any(word in str(each.events) for word in words)]


async def tidied(town: Town) -> list[int]:
    async with town.app.database.read() as connection:
        return list((await connection.execute(select(ticket_table.c.tidied).order_by(ticket_table.c.id))).scalars())


async def told_of(town: Town, *numbers: str) -> list[str]:
    """Which of these tickets messages still speak of."""
    async with town.app.database.read() as connection:
        rows = (await connection.execute(select(outbox.c.ticket, outbox.c.payload))).all()
    return sorted({row.ticket for row in rows if row.ticket in numbers and row.payload.get("text")})


async def test_whoever_stepped_out_is_forgotten_when_the_others_ticket_ends(town: Town) -> None:
    daughter, neighbour, worker = await joint(town)
    await steps_out(neighbour)
    await forget(neighbour)
    assert "还在办" in neighbour.text
    assert known(await town.tickets(), "neighbour") == ["LZ1001", "LZ1002"]
    await ends(town, worker, daughter)
    await town.later(hours=2)
    tickets = await town.tickets()
    assert known(tickets, "neighbour") == []
    assert known(tickets, "daughter") == ["LZ1001"]
    assert await tidied(town) == [0, RECORD]


async def test_whoever_stepped_out_is_forgotten_when_they_ask_after_the_end(town: Town) -> None:
    daughter, neighbour, worker = await joint(town)
    await steps_out(neighbour)
    await ends(town, worker, daughter)
    await forget(neighbour)
    assert "删好了" in neighbour.text
    tickets = await town.tickets()
    assert known(tickets, "neighbour") == []
    assert known(tickets, "daughter") == ["LZ1001"]


async def test_no_message_to_staff_says_it_still_when_one_of_two_is_forgotten(town: Town) -> None:
    daughter, neighbour, worker = await joint(town)
    await neighbour.presses_key("open:LZ1001")
    await neighbour.presses("补充一句话")
    await neighbour.says("她牙口不好，要软和的，找我就拨13900139002")
    assert PHONES["neighbour"] in worker.text
    await ends(town, worker, daughter)
    await forget(neighbour)
    assert not await said_to(town, "desk", PHONES["neighbour"])
    assert await said_to(town, "webchat", "LZ1001")


async def said_to(town: Town, channel: str, words: str) -> list[str]:
    """Messages of a channel in which these words are kept."""
    async with town.app.database.read() as connection:
        rows = (await connection.execute(select(outbox.c.payload).where(outbox.c.channel == channel))).scalars()
        return [row["text"] for row in rows if words in str(row)]


async def test_what_was_copied_goes_too_when_the_tickets_were_taken_apart(town: Town) -> None:
    daughter, neighbour, worker = await joint(town)
    await town.app.office.act((await town.staff())[0], "LZ1001", "apart", "LZ1002")
    await steps_out(neighbour)
    await ends(town, worker, daughter)
    await forget(neighbour)
    tickets = await town.tickets()
    assert known(tickets, "neighbour") == []
    assert known(tickets, "daughter") == ["LZ1001"]


async def test_the_promise_goes_along_when_a_ticket_is_merged_after_it(town: Town) -> None:
    worker = town.worker(await town.hire())
    daughter, neighbour = await tells(town, "daughter"), await tells(town, "neighbour")
    await forget(neighbour)
    await same(town, "LZ1002", "LZ1001")
    await ends(town, worker, daughter)
    await town.later(hours=2)
    assert known(await town.tickets(), "neighbour") == []


async def test_one_promise_is_kept_when_another_asks_before_it_was(town: Town) -> None:
    daughter, neighbour, worker = await joint(town)
    await forget(daughter)
    await ends(town, worker, daughter)
    await forget(neighbour)
    await town.later(hours=2)
    tickets = await town.tickets()
    assert known(tickets, "daughter") == known(tickets, "neighbour") == []


@pytest.mark.parametrize("leaves", ["nobody", "neighbour", "niece"])
async def test_nobody_is_known_in_a_chain_of_tickets_when_three_years_have_passed(town: Town, leaves: str) -> None:
    worker = town.worker(await town.hire())
    people = {name: await tells(town, name) for name in SAYS}
    await same(town, "LZ1003", "LZ1002")
    await same(town, "LZ1002", "LZ1001")
    if leaves != "nobody":
        await steps_out(people[leaves])
    await ends(town, worker, people["daughter"])
    await town.later(days=300)
    assert known(await town.tickets(), "niece")
    await town.later(days=100)
    assert await told_of(town, "LZ1001", "LZ1002", "LZ1003") == []
    assert await tidied(town) == [MESSAGES] * 3
    await town.later(days=2 * 366)
    assert [ELDER in str(each) for each in await town.tickets()] == [False] * 3
    assert await tidied(town) == [ALL] * 3


@pytest.mark.parametrize("open_still", [False, True])
async def test_nobody_is_known_but_in_the_record_when_all_who_asked_are_forgotten(
    town: Town, *, open_still: bool
) -> None:
    daughter, neighbour, worker = await joint(town)
    await town.app.office.act((await town.staff())[0], "LZ1001", "ask", f"{ELDER}老人能不能吃硬的？")
    if not open_still:
        await ends(town, worker, daughter)
    await forget(daughter)
    await forget(neighbour)
    if open_still:
        await ends(town, worker, daughter)
        await town.later(hours=2)
    tickets = await town.tickets()
    assert known(tickets, "daughter") == known(tickets, "neighbour") == []
    assert [e.type for e in tickets[0].events if ELDER in str(e.data)] == ["done"]
    assert await tidied(town) == [RECORD, RECORD]
    assert await told_of(town, "LZ1001", "LZ1002") == []
    assert types(tickets[1]).count("erased") == 1


async def test_nothing_stays_behind_when_the_last_who_wanted_it_is_forgotten(town: Town) -> None:
    daughter, neighbour, _ = await joint(town)
    await steps_out(neighbour)
    await steps_out(daughter)
    await forget(daughter)
    tickets = await town.tickets()
    assert known(tickets, "neighbour") == known(tickets, "daughter") == []
    assert await tidied(town) == [ALL, ALL]
