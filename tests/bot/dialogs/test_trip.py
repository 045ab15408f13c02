"""A trip as those on both sides live it: the families hear the day, the leader has everything for it in the chat."""

from __future__ import annotations

import pytest

from casework.staff import Role, Staff
from casework.ticket import Ticket
from casework.trip import Trip
from casework.trip_step import TripRefusedError
from storage import audit
from tests.talk import Person, Town, pin, types

TOWNSHIP = "652328201"
THURSDAY = {"day": "2026-03-05", "sets_out": ""}


async def asked(town: Town, who: str, words: str, place: tuple[float, float] | None = None) -> Person:
    """Somebody of Zhaobishan asks for something, with a pin if one is given."""
    resident = await town.resident(who).says(words, *([pin(*place)] if place else []))
    return await resident.presses("确认提交")


async def three(town: Town) -> tuple[Staff, Person, list[Person]]:
    """A worker with three tickets of one township."""
    wang = await town.hire(area=TOWNSHIP)
    families = [
        await asked(town, "r1", "我妈八十了在木垒照壁山乡，要人上门做饭，电话13899012345", (44.30, 90.28)),
        await asked(town, "r2", "我爸在木垒照壁山乡，瘫在床上，想请人上门洗个澡", (43.95, 90.28)),
        await asked(town, "r3", "我在木垒照壁山乡，一个人住，想有人来看看我", (44.10, 90.28)),
    ]
    return wang, town.worker(wang), families


async def set_for(town: Town, by: Staff, led: Staff | None = None, area: str = TOWNSHIP, **sent: str) -> Trip:
    """At the desk: everything that is suggested, on Thursday."""
    found = await town.app.office.gather(by, area)
    numbers = [ticket.number for group in found.groups for ticket in group.tickets]
    form = {**THURSDAY, "leader": str((led or by).id), **sent}
    made = await town.app.office.make_trip(by, area, numbers, form)
    await everybody_reads(town)
    return made


async def change(town: Town, by: Staff, trip: Trip, action: str, **sent: str) -> Trip:
    form = {"choice": "", "text": "", **THURSDAY, **sent}
    changed = await town.app.office.change_trip(by, trip.id, action, form)
    await everybody_reads(town)
    return changed


async def everybody_reads(town: Town) -> None:
    for person in town.people.values():
        await person.listen()


async def numbered(town: Town, number: str) -> Ticket:
    return next(ticket for ticket in await town.tickets() if ticket.number == number)


async def test_every_family_hears_the_day_once_when_a_trip_is_set(town: Town) -> None:
    wang, _, families = await three(town)
    trip = await set_for(town, wang)
    assert len(trip.stops) == 3
    for number, family in enumerate(families, 1001):
        assert len(family.heard) == 1
        assert "王芳下乡会上门" in family.text
        assert f"LZ{number}" in family.text
        assert "3月5日（周四）" in family.text
        assert ":00" not in family.text
        assert family.labels == ["那天不方便", "看看进度"]
    ticket = await numbered(town, "LZ1001")
    assert (ticket.state, ticket.responsible) == ("planned", wang.id)
    assert ticket.trip is not None
    assert ticket.trip.trip == trip.id


async def test_both_clocks_are_told_when_an_hour_of_setting_out_is_named(town: Town) -> None:
    wang, _, families = await three(town)
    await set_for(town, wang, sets_out="10:00")
    for family in families:
        assert "3月5日（周四）10:00 北京时间，也就是新疆时间 08:00 出发" in family.text


async def test_the_worker_hears_it_when_the_day_does_not_suit(town: Town) -> None:
    wang, worker, (first, *_) = await three(town)
    await set_for(town, wang)
    await first.presses("那天不方便")
    await first.says("那天要去医院，周五行吗")
    assert "那天要去医院" in worker.text


async def test_one_message_is_sent_when_a_family_has_two_tickets_on_the_trip(town: Town) -> None:
    wang = await town.hire(area=TOWNSHIP)
    await asked(town, "r1", "我妈八十了在木垒照壁山乡，要人上门做饭")
    family = await asked(town, "r1", "我爸在木垒照壁山乡，瘫在床上，想请人上门洗个澡")
    await set_for(town, wang)
    assert len(family.heard) == 1
    assert "LZ1001 助餐、LZ1002 助浴" in family.text


async def test_everything_for_the_day_is_in_one_message_when_the_leader_asks(town: Town) -> None:
    wang, worker, _ = await three(town)
    await set_for(town, wang)
    await worker.says("下乡")
    assert len(worker.heard) == 1
    stops = [line for line in worker.text.splitlines() if line[:2] in ("1.", "2.", "3.")]
    assert [line.split()[1] for line in stops] in (["LZ1002", "LZ1003", "LZ1001"], ["LZ1001", "LZ1003", "LZ1002"])
    assert "3月5日（周四）下乡 · 木垒县照壁山乡，3 站" in worker.text
    assert "直线约 105 公里，路上会更长" in worker.text
    assert "13899012345" in worker.text
    assert "要带：" in worker.text
    assert "折叠浴盆 1 个" in worker.text
    assert "一次性手套 6 副" in worker.text
    await worker.presses("LZ1002")
    assert "瘫在床上" in worker.text
    assert "上门：3月5日（周四）" in worker.text


async def test_every_ticket_of_the_day_is_noted_as_read_when_the_leader_asks(town: Town) -> None:
    wang, worker, _ = await three(town)
    await set_for(town, wang)
    await worker.says("下乡")
    async with town.app.database.read() as connection:
        for number in ("LZ1001", "LZ1002", "LZ1003"):
            read = [row for row in await audit.of_object(connection, number) if row.action == audit.READ]
            assert [(row.actor, row.purpose) for row in read] == [(f"staff:{wang.id}", "casework")]


async def test_the_way_on_is_said_when_no_trip_is_ahead(town: Town) -> None:
    wang, worker, _ = await three(town)
    await worker.says("我的行程")
    assert "没有下乡的行程" in worker.text
    trip = await set_for(town, wang)
    await change(town, wang, trip, "cancel", text="下雪")
    await worker.says("我的行程")
    assert "没有下乡的行程" in worker.text


async def test_both_sides_are_reminded_when_the_day_before_has_come(town: Town) -> None:
    wang, worker, (first, *_) = await three(town)
    await set_for(town, wang)
    await town.later(days=1, hours=6)
    assert "提醒您：王芳要来" in first.text
    assert "时间：3月5日（周四）。" in first.text
    assert "暗号" in first.text
    assert worker.text.count("提醒：") == 3


async def test_families_are_told_once_and_reminded_anew_when_the_whole_trip_moves(town: Town) -> None:
    wang, _, families = await three(town)
    trip = await set_for(town, wang)
    moved = await change(town, wang, trip, "move", day="2026-03-09", text="大雪封路")
    assert str(moved.day) == "2026-03-09"
    for family in families:
        assert len([reply for reply in family.heard if "大雪封路" in reply.text]) == 1
        assert "下乡改到3月9日（周一）" in family.text
    await town.later(days=1, hours=6)
    assert "提醒您" not in families[0].text
    await town.later(days=4)
    assert "提醒您：王芳要来" in families[0].text


async def test_families_are_reminded_anew_when_it_snows_on_the_eve(town: Town) -> None:
    wang, _, (first, *_) = await three(town)
    trip = await set_for(town, wang)
    await town.later(days=1, hours=6)
    assert "提醒您" in first.text
    await change(town, wang, trip, "move", day="2026-03-09", text="大雪封路")
    await town.later(days=4)
    assert "3月9日（周一）" in first.text
    assert "提醒您" in first.text


async def test_no_other_clock_runs_out_when_a_day_is_agreed(town: Town) -> None:
    wang, _, _ = await three(town)
    await set_for(town, wang, day="2026-04-02")
    await town.later(days=29)
    fired = {event.data.get("clock") for event in (await numbered(town, "LZ1001")).events}
    assert fired <= {None, "eve"}


async def test_tickets_lose_the_day_and_stay_with_the_leader_when_a_trip_is_cancelled(town: Town) -> None:
    wang, _, families = await three(town)
    trip = await set_for(town, wang)
    await change(town, wang, trip, "cancel", text="车坏了")
    for ticket in await town.tickets():
        assert (ticket.state, ticket.planned_at, ticket.trip, ticket.responsible) == ("accepted", None, None, wang.id)
    for family in families:
        assert "车坏了" in family.text
        assert "单子还在王芳手里" in family.text
    await town.later(days=1, hours=6)
    assert "提醒您" not in families[0].text
    await families[0].says("我的申请")
    assert "下乡那天不来了：车坏了" in families[0].text


async def test_only_one_family_is_told_when_its_ticket_is_left_out(town: Town) -> None:
    wang, worker, (first, second, _) = await three(town)
    trip = await set_for(town, wang)
    await change(town, wang, trip, "leave-out", choice="LZ1001", text="老人住院了")
    assert "老人住院了" in first.text
    assert second.heard == []
    await worker.says("下乡")
    assert "LZ1001" not in worker.text
    assert "2 站" in worker.text
    await change(town, wang, trip, "add", choice="LZ1001")
    assert "日子定在3月5日（周四）" in first.text
    await worker.says("下乡")
    assert "3 站" in worker.text


async def test_a_ticket_leaves_by_itself_when_it_is_taken_back_or_agreed_otherwise(town: Town) -> None:
    wang, worker, (first, _, _) = await three(town)
    trip = await set_for(town, wang)
    await first.presses("看看进度")
    await first.presses("撤回")
    await first.presses("确定撤回")
    await worker.says("我的单子")
    await worker.presses("LZ1002")
    await worker.presses("约时间")
    await worker.says("后天上午10点")
    outing = await town.app.office.trip(wang, trip.id)
    assert outing is not None
    assert [ticket.number for ticket in outing.tickets] == ["LZ1003"]
    assert {ticket.number for ticket in outing.gone} == {"LZ1001", "LZ1002"}


async def test_a_ticket_leaves_by_itself_when_somebody_else_gets_it(town: Town) -> None:
    wang, _, _ = await three(town)
    officer = await town.hire("钱红", Role.COUNTY, "652328")
    li = await town.hire("李娜", area="652328")
    trip = await set_for(town, wang)
    await town.app.office.act(officer, "LZ1001", "reassign", "王芳请假", to=li.id)
    await town.app.office.act(officer, "LZ1002", "accept")
    outing = await town.app.office.trip(wang, trip.id)
    assert outing is not None
    assert [ticket.number for ticket in outing.tickets] == ["LZ1003"]
    assert (await numbered(town, "LZ1001")).planned_at is None
    assert (await numbered(town, "LZ1002")).planned_at is not None


async def test_a_visit_made_counts_as_made_when_the_trip_moves_afterwards(town: Town) -> None:
    wang, worker, (first, second, _) = await three(town)
    trip = await set_for(town, wang)
    await town.later(days=2)
    await worker.says("下乡")
    await worker.presses("LZ1001")
    await worker.presses("记一次")
    await worker.says("做了饭，40分钟")
    await change(town, wang, trip, "move", day="2026-03-06", text="路断了")
    assert "路断了" not in first.text
    assert "路断了" in second.text
    outing = await town.app.office.trip(wang, trip.id)
    assert outing is not None
    assert [ticket.number for ticket in outing.made] == ["LZ1001"]


async def test_the_leader_answers_for_all_when_an_officer_gives_them_the_trip(town: Town) -> None:
    _, worker, families = await three(town)
    officer = await town.hire("钱红", Role.COUNTY, "652328")
    li = await town.hire("李娜", area="652328")
    await set_for(town, officer, li, area="652328")
    for ticket in await town.tickets():
        assert (ticket.responsible, ticket.responsible_name) == (li.id, "李娜")
        assert types(ticket)[-2:] == ["accepted", "trip"]
    assert worker.text.count("已由李娜接手") == 3
    await town.worker(li).listen()
    assert "给您排了一趟下乡" in town.worker(li).text
    assert "折叠浴盆" in town.worker(li).text
    assert "李娜下乡会上门" in families[0].text
    assert len(families[0].heard) == 1


async def test_what_is_urgent_never_waits_for_a_trip(town: Town) -> None:
    wang = await town.hire(area=TOWNSHIP)
    await town.resident().says("我奶奶在木垒照壁山乡摔倒了，起不来，流血了")
    urgent = next(ticket for ticket in await town.tickets() if ticket.urgent)
    assert (await town.app.office.gather(wang, TOWNSHIP)).groups == ()
    with pytest.raises(TripRefusedError, match="urgent"):
        await town.app.office.make_trip(wang, TOWNSHIP, [urgent.number], {**THURSDAY, "leader": str(wang.id)})
    assert (await town.ticket()).trip is None
    assert await town.app.office.trips(wang) == []


async def test_a_ticket_is_on_one_trip_only_when_two_are_set(town: Town) -> None:
    wang, _, families = await three(town)
    await set_for(town, wang)
    with pytest.raises(TripRefusedError, match="on-trip"):
        await town.app.office.make_trip(wang, TOWNSHIP, ["LZ1001"], {**THURSDAY, "leader": str(wang.id)})
    assert (await town.app.office.gather(wang, TOWNSHIP)).groups == ()
    await everybody_reads(town)
    assert families[0].heard == []


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        ({"day": "2026-03-02"}, "day"),
        ({"day": "2026-06-02"}, "day"),
        ({"day": "下周"}, "day"),
        ({"day": "2026-03-03", "sets_out": "08:00"}, "hour"),
        ({"sets_out": "早上"}, "hour"),
        ({"leader": "99"}, "leader"),
        ({"leader": ""}, "leader"),
    ],
)
async def test_it_is_refused_and_nobody_is_told_when_the_form_does_not_fit(
    town: Town, sent: dict[str, str], reason: str
) -> None:
    wang, _, families = await three(town)
    with pytest.raises(TripRefusedError) as caught:
        await set_for(town, wang, **sent)
    assert caught.value.reason == reason
    await everybody_reads(town)
    assert "下乡" not in families[0].text


async def test_a_worker_cannot_send_others_or_take_their_tickets(town: Town) -> None:
    await three(town)
    li = await town.hire("李娜", area="652328")
    assert (await town.app.office.gather(li, TOWNSHIP)).groups == ()
    form = {**THURSDAY, "leader": str(li.id)}
    with pytest.raises(TripRefusedError, match="not-yours"):
        await town.app.office.make_trip(li, TOWNSHIP, ["LZ1001"], form)
    with pytest.raises(LookupError):
        await town.app.office.make_trip(await town.hire("周勇", area="652301"), TOWNSHIP, ["LZ1001"], form)


async def test_a_trip_is_not_changed_when_somebody_else_tries(town: Town) -> None:
    wang, _, _ = await three(town)
    trip = await set_for(town, wang)
    stranger = await town.hire("周勇", Role.COUNTY, "652301")
    assert await town.app.office.trip(stranger, trip.id) is None
    assert await town.app.office.trips(stranger) == []
    with pytest.raises(LookupError):
        await change(town, stranger, trip, "cancel", text="x")


async def test_the_families_sleep_when_a_trip_is_set_at_night(town: Town) -> None:
    wang, _, families = await three(town)
    await town.later(hours=12)
    await set_for(town, wang)
    async with town.app.database.read() as connection:
        waiting = (await connection.exec_driver_sql("select due_at, created_at from outbox order by id desc")).first()
    assert waiting is not None
    assert waiting.due_at > waiting.created_at
    assert families


async def test_the_family_is_told_in_its_own_language(town: Town) -> None:
    wang = await town.hire(area="652328")
    family = await town.resident().says("Анам сексенде, Мори ауданында тұрады, үйге келіп тамақ істеп берсе")
    await family.presses("Жіберу, өзі біледі")
    await set_for(town, wang, area="652328")
    assert "王芳 ауылға шығып" in family.text
    assert "3-айдың 5-күні" in family.text


async def test_the_prefecture_sends_a_trip_when_nobody_covers_the_place(town: Town) -> None:
    prefecture = await town.hire("孙明", Role.PREFECTURE, "6523")
    family = await asked(town, "r1", "我妈八十了在木垒照壁山乡，要人上门做饭")
    await set_for(town, prefecture, area="6523", sets_out="09:00")
    assert "孙明下乡会上门" in family.text
    worker = await town.worker(prefecture).says("我的行程")
    assert "昌吉" in worker.text
    assert "算不出路程" in worker.text
