"""What happens by itself when time passes and nobody does anything."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from casework.casebook import Notice
from casework.shift import Absence
from casework.staff import Role, Staff
from catalogue.catalogue import Catalogue
from storage import roster
from storage import staff as staff_store
from storage.table import outbox
from tests.talk import Person, Town, open_town, types

NEED = "我妈八十了在木垒照壁山乡，要人上门做饭"
DANGER = "救命，我爸从房顶摔下来，头上流血不止，在木垒照壁山乡"


async def chain(town: Town) -> tuple[Staff, Staff, Staff]:
    """The officers of the three levels above the workers."""
    return (
        await town.hire("乡里的赵刚", Role.TOWNSHIP, "652328201"),
        await town.hire("县里的钱红", Role.COUNTY, "652328"),
        await town.hire("州里的孙明", Role.PREFECTURE, "6523"),
    )


async def filed(town: Town, words: str = NEED) -> tuple[Person, Person]:
    worker = town.worker(await town.hire())
    resident = await town.resident().says(words)
    if words == NEED:
        await resident.presses("确认提交")
    return resident, worker


async def accepted(town: Town, words: str = NEED) -> tuple[Person, Person]:
    resident, worker = await filed(town, words)
    await worker.presses("接单")
    return resident, worker


async def test_urgent_ticket_goes_to_the_next_worker_when_nobody_takes_it(town: Town) -> None:
    resident, first = await filed(town, DANGER)
    second = town.worker(await town.hire("李娜"))
    await town.later(minutes=12)
    assert "还没人接" in first.text
    await town.later(minutes=4)
    assert "已经转给李娜" in first.text
    assert "新单" in second.text
    assert "换给李娜" in resident.text
    assert (await town.ticket()).responsible_name == "李娜"


async def test_a_county_has_its_own_pace_when_it_names_a_file(tmp_path: Path, catalogue: Catalogue) -> None:
    clocks = tmp_path / "clocks.toml"
    clocks.write_text('[urgent]\naccept = "1h"\n', "utf-8")
    async with open_town(tmp_path, catalogue, gather_seconds=0, clocks_file=clocks) as town:
        await filed(town, DANGER)
        second = town.worker(await town.hire("李娜"))
        await town.later(minutes=59)
        assert second.heard == []
        await town.later(minutes=2)
        assert "新单" in second.text


async def test_ticket_never_comes_back_to_whoever_let_it_lie(town: Town) -> None:
    await filed(town, DANGER)
    await town.hire("李娜")
    township, county, _ = await chain(town)
    for _ in range(30):
        await town.later(minutes=16)
    ticket = await town.ticket()
    went_to = [event.data["to"] for event in ticket.events if event.type == "dispatched"]
    assert len(went_to) == len(set(went_to)) == 5
    assert went_to[2:4] == [township.id, county.id]
    assert ticket.responsible is not None


async def test_each_level_is_told_in_turn_when_nobody_is_in_touch(town: Town) -> None:
    officers = [town.worker(each) for each in await chain(town)]
    _, worker = await accepted(town, DANGER)
    await town.later(hours=1, minutes=35)
    assert "居民还在等您联系" in worker.text
    told = []
    for hours in (0.5, 0.5, 1):
        await town.later(hours=hours)
        told.append([person.address.conversation for person in officers if "还没人联系居民" in person.text])
    assert told == [[officers[0].address.conversation], [officers[1].address.conversation],
                    [officers[2].address.conversation]]  # fmt: skip
    levels = [event.data["level"] for event in (await town.ticket()).events if event.type == "overdue"]
    assert levels == ["township", "county", "prefecture"]


async def test_nobody_is_troubled_when_the_worker_was_in_touch(town: Town) -> None:
    officer = town.worker((await chain(town))[0])
    _, worker = await accepted(town, DANGER)
    await worker.presses("已联系")
    await worker.presses("联系上了")
    await town.later(hours=5)
    assert officer.heard == []
    assert "contacted" in types(await town.ticket())


async def test_a_call_nobody_took_does_not_stop_the_clock(town: Town) -> None:
    officer = town.worker((await chain(town))[0])
    _, worker = await accepted(town, DANGER)
    await worker.presses("已联系")
    await worker.presses("没打通")
    await town.later(hours=3)
    assert "还没人联系居民" in officer.text


async def test_prefecture_is_told_and_the_resident_hears_sorry_when_a_day_has_passed(town: Town) -> None:
    prefecture = town.worker((await chain(town))[2])
    resident, _ = await accepted(town, DANGER)
    await town.later(hours=25)
    assert "24 小时过了" in prefecture.text
    assert "让您久等了，对不起" in resident.text
    assert "12345" in resident.text


async def test_who_has_seen_it_stands_in_the_thread(town: Town) -> None:
    township, *_ = await chain(town)
    await accepted(town, DANGER)
    await town.later(hours=3)
    assert "seen" not in types(await town.ticket())
    for _ in range(2):
        await town.app.office.seen(township, "LZ1001")
    seen = [event.data["seen-by"] for event in (await town.ticket()).events if event.type == "seen"]
    assert seen == [township.id]


async def test_resident_is_asked_twice_more_and_then_the_worker_decides(town: Town) -> None:
    resident, worker = await accepted(town)
    await worker.presses("问居民")
    await worker.says("您几点方便？")
    nudges = 0
    for _ in range(9):
        await town.later(days=1)
        nudges += "在等您回话" in resident.text
    assert nudges == 2
    assert "no-answer" in types(await town.ticket())
    assert not (await town.ticket()).question_open


async def test_no_answer_is_not_content(town: Town) -> None:
    resident, worker = await accepted(town)
    await worker.presses("完成")
    await worker.says("做了三天饭")
    asked = 0
    for _ in range(12):
        await town.later(days=1)
        asked += "办得怎么样" in resident.text
    ticket = await town.ticket()
    assert asked == 2
    assert (ticket.state, ticket.stars, types(ticket)[-1]) == ("closed", None, "unconfirmed")
    county = town.worker(await town.hire("县里的钱红", Role.COUNTY, "652328"))
    await resident.presses("还没")
    await resident.presses("没来")
    assert "居民说还没解决" in county.text
    assert "做了三天饭" in county.text
    assert (await town.ticket()).responsible_name == "县里的钱红"


async def test_county_calls_back_when_somebody_is_not_content(town: Town) -> None:
    county = town.worker(await town.hire("县里的钱红", Role.COUNTY, "652328"))
    resident, worker = await accepted(town)
    await worker.presses("完成")
    await worker.says("做了三天饭")
    await resident.presses("解决了")
    await resident.presses("★★☆☆☆" if "★★☆☆☆" in "".join(resident.labels) else "2")
    assert "只打了 2 分" in county.text
    await county.presses("记下回访")
    await county.says("饭咸了，以后少放盐")
    assert types(await town.ticket())[-1] == "called-back"
    await town.later(days=20)
    assert "overdue" not in types(await town.ticket())


async def test_nobody_is_woken_at_night_unless_they_are_awake(town: Town) -> None:
    resident, worker = await accepted(town)
    await town.later(hours=11)  # eleven in the evening
    await worker.presses("约时间")
    await worker.says("明天下午3点")
    due = await unsent(town, resident)
    assert due == [datetime(2026, 3, 4, 0, 0, tzinfo=UTC)]
    await resident.says("睡不着，明天有人来吗")
    assert all(at <= town.clock.at for at in await unsent(town, resident))


async def test_urgent_news_goes_out_at_night(town: Town) -> None:
    resident, worker = await accepted(town, DANGER)
    await town.later(hours=11)
    await worker.presses("问居民")
    await worker.says("现在人清醒吗？")
    assert all(at <= town.clock.at for at in await unsent(town, resident))


async def test_urgent_news_does_not_wait_behind_what_is_for_the_morning(town: Town) -> None:
    resident, worker = await accepted(town)
    await town.later(hours=11)
    await worker.presses("约时间")
    await worker.says("明天下午3点")
    assert all(at > town.clock.at for at in await unsent(town, resident))
    ticket = replace(await town.ticket(), urgent=True)
    async with town.app.database.write() as connection:
        await town.app.house.book(connection).tell_resident(Notice("accepted", ticket))
    resident.seen = 0
    await resident.listen()
    assert len(resident.heard) > 2
    assert all(at <= town.clock.at for at in await unsent(town, resident))


async def test_nothing_is_lost_or_doubled_when_the_program_was_away_for_a_week(town: Town) -> None:
    officers = await chain(town)
    await accepted(town, DANGER)
    await town.later(days=7)
    await town.later(minutes=1)
    events = (await town.ticket()).events
    steps = [(e.data["clock"], e.type, e.data.get("level")) for e in events if e.type in ("reminded", "overdue")]
    contact = [step for step in steps if step[0] == "contact"]
    assert contact[:4] == [
        ("contact", "reminded", None),
        ("contact", "overdue", "township"),
        ("contact", "overdue", "county"),
        ("contact", "overdue", "prefecture"),
    ]
    due = [(e.data["clock"], e.data["due"]) for e in events if e.type in ("reminded", "overdue")]
    assert len(due) == len(set(due))
    assert len(officers) == 3


async def test_clocks_go_on_when_the_program_is_started_again(town: Town) -> None:
    await filed(town, DANGER)
    await town.hire("李娜")
    town.clock.at = town.clock.at.replace(hour=town.clock.at.hour + 1)
    async with town.restarted() as app:
        await app.clockwork.run_due()
    ticket = await town.ticket()
    assert ticket.responsible_name == "李娜"
    assert types(ticket).count("unanswered") == 1


async def away(town: Town, person: Staff, hours: float) -> None:
    """From an hour on for so many hours."""
    first = town.clock.at + timedelta(hours=1)
    async with town.app.database.write() as connection:
        await roster.keep(connection, [], [], [Absence(person.id, first, first + timedelta(hours=hours))])


async def test_ticket_goes_to_the_next_when_whoever_has_it_goes_away(town: Town) -> None:
    resident, _ = await accepted(town)
    [first] = await town.staff()
    second = town.worker(await town.hire("李娜"))
    await away(town, first, 48)
    assert await town.app.clockwork.until_next() == pytest.approx(3600, abs=1)
    await town.later(hours=1, seconds=1)
    assert "新单" in second.text
    assert "换给李娜" in resident.text
    assert (await town.ticket()).responsible_name == "李娜"
    length = len((await town.ticket()).events)
    await town.later(minutes=1)
    assert len((await town.ticket()).events) == length


async def test_visit_after_the_return_stays_with_whoever_is_away(town: Town) -> None:
    _, worker = await accepted(town)
    [first] = await town.staff()
    await town.hire("李娜")
    await worker.presses("约时间")
    await worker.says("后天下午3点")
    await away(town, first, 4)
    await town.later(hours=2)
    assert (await town.ticket()).responsible_name == first.name


async def test_ticket_goes_on_when_whoever_had_it_has_left_unnoticed(town: Town) -> None:
    await accepted(town)
    [first] = await town.staff()
    await town.hire("李娜")
    async with town.app.database.write() as connection:
        await staff_store.remove(connection, first.id)
    await town.later(minutes=1)
    assert (await town.ticket()).responsible_name == "李娜"


async def test_waiting_ticket_is_given_out_as_soon_as_somebody_is_back(town: Town) -> None:
    worker = await town.hire()
    told = town.worker(worker)
    await away(town, worker, 5)
    await town.later(hours=2)
    resident = await town.resident().says(NEED)
    await resident.presses("确认提交")
    assert (await town.ticket()).responsible is None
    await town.later(hours=4, minutes=1)
    assert "新单" in told.text
    assert (await town.ticket()).responsible == worker.id


async def unsent(town: Town, person: Person) -> list[datetime]:
    """When what the person was told since they last spoke wants to go."""
    query = select(outbox.c.due_at).where(outbox.c.conversation == person.address.conversation)
    async with town.app.database.read() as connection:
        rows = (await connection.execute(query.order_by(outbox.c.id.desc()).limit(len(person.heard)))).all()
    return [row.due_at for row in rows]
