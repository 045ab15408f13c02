"""Trips at the desk: gathered by township, set with a form, in an order that can be changed, told to the families."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from bot.message import Attachment
from casework import step
from casework.shift import Absence
from casework.staff import Role, Staff
from tests.fakes.desk import NEED, Desk, csrf_in, open_desk, words_of
from tests.fakes.office import OFFICER, STRANGER, WORKER
from tests.fakes.outing import FakeTrips

OTHER = replace(NEED, services=("bathing",), place="652328201", place_name="照壁山乡", phone="")


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """Two tickets in one township and one in another, four days old and of today."""
    async with open_desk(tmp_path) as opened:
        north, south = (
            opened.office.attach(Attachment("location", latitude=at, longitude=90.28)) for at in (44.4, 43.9)
        )
        await opened.office.filed(replace(NEED, attachments=(north,)), "webchat:r1")
        opened.office.book.now += timedelta(days=4)
        await opened.office.filed(replace(OTHER, attachments=(south,)), "webchat:r2")
        await opened.office.filed(replace(NEED, services=("visiting",)), "webchat:r3")
        await opened.sign_in(OFFICER)
        yield opened


def trips(desk: Desk) -> FakeTrips:
    return desk.office.book.trips


async def made(desk: Desk, leader: Staff = WORKER, **fields: object) -> httpx.Response:
    """Fill in the form as it stands: everything that is ticked."""
    page = await desk.http.get("/desk/trips/new")
    ticked = re.findall(r'name="ticket" value="([^"]+)" checked', page.text)
    day = (desk.office.book.now + timedelta(days=2)).date().isoformat()
    form = {"csrf": csrf_in(page), "area": "652328", "day": day, "sets_out": "", "leader": str(leader.id)}
    return await desk.http.post("/desk/trips/new", data={**form, "ticket": ticked, **fields})


async def sent(desk: Desk, action: str, trip: int = 1, **fields: str) -> httpx.Response:
    page = await desk.http.get("/desk/trips")
    return await desk.http.post(f"/desk/trips/{trip}/{action}", data={"csrf": csrf_in(page), **fields})


async def order_of(desk: Desk) -> list[str]:
    """The stops on the page, from the first to the last."""
    return re.findall(r'id="stop-([\w-]+)"', (await desk.http.get("/desk/trips/1")).text)


def told(desk: Desk, key: str) -> list[str]:
    """The tickets whose families were told something."""
    return [notice.ticket.number for notice in desk.office.book.told if notice.key == key]


async def test_tickets_stand_by_township_with_their_age_when_a_trip_is_begun(desk: Desk) -> None:
    assert 'href="/desk/trips"' in (await desk.http.get("/desk")).text
    assert "还没有排好的下乡" in await desk.read("/desk/trips")
    page = await desk.http.get("/desk/trips/new")
    assert "木垒县大石头乡 2 张单，最早的已经等了 4 天" in words_of(page)
    assert "木垒县照壁山乡 1 张单" in words_of(page)
    assert len(re.findall(r'name="ticket" value="CJ-\d+" checked', page.text)) == 3
    only = await desk.http.get("/desk/trips/new?area=652328201")
    assert "大石头乡" not in words_of(only)


async def test_names_and_landmarks_are_masked_when_tickets_are_offered_in_a_list(desk: Desk) -> None:
    await made(desk, ticket=["CJ-1001"])
    named = replace(NEED, beneficiary=replace(NEED.beneficiary, name="张桂兰"), landmark="老榆树东边第三家")
    await desk.office.filed(named, "webchat:r4")
    for address in ("/desk/trips/new", "/desk/trips/1"):
        page = await desk.read(address)
        assert "张**" in page
        assert "张桂兰" not in page
        assert "老榆树" not in page


async def test_the_trip_stands_in_order_with_everything_for_the_day_when_it_is_set(desk: Desk) -> None:
    answer = await made(desk, sets_out="10:00")
    assert answer.headers["location"] == "/desk/trips/1?said=made"
    page = await desk.http.get(answer.headers["location"])
    text = words_of(page)
    assert await order_of(desk) == ["CJ-1002", "CJ-1001", "CJ-1003"]
    assert "排好了，各家都会收到日子" in text
    assert "带队：阿依古丽" in text
    assert "10:00 北京时间，也就是新疆时间 08:00 出发" in text
    assert "直线约 127 公里，路上会更长" in text
    assert "折叠浴盆 1 个" in text
    assert "尿垫 8 片" in text
    assert 'href="tel:13899012345"' in page.text
    assert "要人上门做饭" in text
    assert 'href="geo:44.40000,90.28000"' in page.text
    assert "没发过位置，按同乡的估的" in text
    assert "木垒县" in await desk.read("/desk/trips")
    assert sorted(told(desk, "trip")) == ["CJ-1001", "CJ-1002", "CJ-1003"]
    assert (await desk.office.numbered("CJ-1002")).responsible == WORKER.id
    assert [key for key, _ in trips(desk).told] == ["made"]
    thread = await desk.read("/desk/tickets/CJ-1002")
    assert "王建国排进了11月29日（周日）的下乡，阿依古丽去" in thread
    assert "约好的时间11月29日（周日）10:00" in thread.replace(" ", "", 1)


async def test_a_worker_leads_their_own_tickets_only_when_they_set_a_trip(desk: Desk) -> None:
    await desk.office.by_resident(step.accept, await desk.office.numbered("CJ-1001"), OFFICER)
    await desk.sign_in(WORKER)
    page = await desk.http.get("/desk/trips/new")
    assert "CJ-1001" not in page.text
    assert re.findall(r'<option value="(\d+)"', page.text) == [str(WORKER.id)]
    refused = await made(desk, ticket=["CJ-1001", "CJ-1002"])
    assert refused.status_code == 409
    assert "CJ-1001 不归您管" in words_of(refused)
    assert re.findall(r'value="(CJ-\d+)" checked', refused.text) == ["CJ-1002"]
    assert (await made(desk, OFFICER)).status_code == 409
    assert trips(desk).kept == {}
    assert (await made(desk)).status_code == 303


async def test_an_urgent_ticket_is_not_offered_and_refused_with_its_reason(desk: Desk) -> None:
    urgent = await desk.office.filed(NEED, "webchat:r9", urgent=True)
    assert urgent.number not in (await desk.http.get("/desk/trips/new")).text
    refused = await made(desk, ticket=[urgent.number, "CJ-1001"])
    assert refused.status_code == 409
    assert f"{urgent.number} 是急事，不能等下乡" in words_of(refused)
    await made(desk)
    assert "急事" in words_of(await sent(desk, "add", choice=urgent.number))


async def test_the_leader_moves_a_stop_and_nobody_is_told(desk: Desk) -> None:
    await made(desk)
    before = len(desk.office.book.told)
    answer = await sent(desk, "up", choice="CJ-1003")
    assert answer.headers["location"] == "/desk/trips/1#stop-CJ-1003"
    assert await order_of(desk) == ["CJ-1002", "CJ-1003", "CJ-1001"]
    await sent(desk, "up", choice="CJ-1001")
    await sent(desk, "down", choice="CJ-1002")
    assert await order_of(desk) == ["CJ-1001", "CJ-1002", "CJ-1003"]
    await sent(desk, "up", choice="CJ-1001")
    assert await order_of(desk) == ["CJ-1001", "CJ-1002", "CJ-1003"]
    assert len(desk.office.book.told) == before


async def test_own_things_to_bring_are_kept_when_they_are_written_down(desk: Desk) -> None:
    await made(desk)
    await sent(desk, "items", text="老王家的轮椅\r\n\r\n<b>防滑链</b>")
    page = await desk.http.get("/desk/trips/1")
    assert "老王家的轮椅" in words_of(page)
    assert "&lt;b&gt;防滑链&lt;/b&gt;" in page.text
    assert trips(desk).kept[1].items == ("老王家的轮椅", "<b>防滑链</b>")


async def test_a_reason_is_wanted_when_families_are_told_of_a_change(desk: Desk) -> None:
    await made(desk)
    for action in ("move", "cancel", "leave-out"):
        bare = await sent(desk, action, choice="CJ-1001", day="2026-12-03")
        assert bare.status_code == 422
        assert "请写一句原因，居民会看到" in words_of(bare)
    await sent(desk, "move", day="2026-12-03", sets_out="09:30", text="大雪封路")
    assert sorted(told(desk, "trip-moved")) == ["CJ-1001", "CJ-1002", "CJ-1003"]
    assert "12月3日（周四）下乡" in await desk.read("/desk/trips/1")
    same = await sent(desk, "move", day="2026-12-03", sets_out="09:30", text="x")
    assert "还是原来的时间" in words_of(same)
    assert [key for key, _ in trips(desk).told] == ["made", "moved"]


async def test_a_ticket_left_out_can_come_back_when_it_fits_again(desk: Desk) -> None:
    await made(desk)
    await sent(desk, "leave-out", choice="CJ-1001", text="老人住院了")
    assert await order_of(desk) == ["CJ-1002", "CJ-1003"]
    assert told(desk, "trip-off") == ["CJ-1001"]
    assert "CJ-1001 已接单" in (await desk.read("/desk/trips/1")).partition("已经不在这趟里的")[2]
    assert (await sent(desk, "leave-out", choice="CJ-1001", text="x")).status_code == 409
    await sent(desk, "add", choice="CJ-1001")
    assert sorted(await order_of(desk)) == ["CJ-1001", "CJ-1002", "CJ-1003"]


async def test_nothing_more_can_be_done_when_a_trip_is_cancelled(desk: Desk) -> None:
    await made(desk)
    await sent(desk, "cancel", text="车坏了")
    page = await desk.http.get("/desk/trips/1")
    assert "这趟取消了：车坏了" in words_of(page)
    assert 'action="/desk/trips/1/' not in page.text
    assert (await sent(desk, "cancel", text="x")).status_code == 409
    assert {(await desk.office.numbered(f"CJ-{n}")).state for n in (1001, 1002, 1003)} == {"accepted"}
    assert "取消了" in await desk.read("/desk/trips")


async def test_a_trip_is_past_when_its_day_is_over(desk: Desk) -> None:
    await made(desk)
    desk.office.book.now += timedelta(days=4)
    page = await desk.read("/desk/trips")
    assert "要去的（0）" in page
    assert "去过的（1）" in page


async def test_nobody_else_sees_or_changes_a_trip(desk: Desk) -> None:
    await made(desk)
    township = Staff(8, "赵刚", Role.TOWNSHIP, "652328201")
    desk.office.staff.append(township)
    for person in (STRANGER, township):
        await desk.sign_in(person)
        assert (await desk.http.get("/desk/trips/1")).status_code == 404
        assert (await sent(desk, "cancel", text="x")).status_code == 404
        assert "要去的（0）" in await desk.read("/desk/trips")
    assert (await desk.http.get("/desk/trips/new?area=652328")).status_code == 404
    assert (await made(desk, township)).status_code == 404


async def test_a_form_is_refused_when_it_comes_from_elsewhere(desk: Desk) -> None:
    await made(desk)
    assert (await desk.http.post("/desk/trips/1/cancel", data={"csrf": "0", "text": "x"})).status_code == 403
    assert (await desk.http.post("/desk/trips/new", data={"csrf": "0"})).status_code == 403
    assert (await sent(desk, "nonsense")).status_code == 404
    assert (await sent(desk, "cancel", 99, text="x")).status_code == 404
    assert (await desk.http.get("/desk/trips/none")).status_code == 404
    assert (await desk.http.get("/desk/trips/1/cancel")).headers["location"] == "/desk/trips/1"
    assert (await desk.http.get("/desk/trips/1?said=<b>")).status_code == 200


async def test_a_trip_is_refused_when_the_leader_cannot_go_there(desk: Desk) -> None:
    assert "选的人管不到这片地方" in words_of(await made(desk, STRANGER))
    now = desk.office.book.now
    desk.office.book.absences.append(Absence(WORKER.id, now + timedelta(days=1), now + timedelta(days=5)))
    assert "带队的人那天请假了" in words_of(await made(desk))
    assert (await made(desk, OFFICER)).status_code == 303


async def test_a_ticket_of_another_place_is_refused_when_the_trip_goes_elsewhere(desk: Desk) -> None:
    refused = await made(desk, area="652328201")
    assert "CJ-1001 不在这片地方" in words_of(refused)
    assert trips(desk).kept == {}


async def test_only_the_number_is_shown_when_a_ticket_has_moved_to_another_county(desk: Desk) -> None:
    await made(desk)
    change = {"place": "652301001", "place_name": "昌吉市"}
    await desk.office.by_resident(step.amend, await desk.office.numbered("CJ-1001"), "webchat:r1", change)
    page = await desk.http.get("/desk/trips/1")
    assert "这张单的地方改了，不归您看" in words_of(page)
    assert "13899012345" not in page.text.partition('id="stop-CJ-1001"')[2].partition("</li>")[0]


async def test_the_form_says_what_is_lacking_when_it_does_not_fit(desk: Desk) -> None:
    assert "请至少勾一张单" in words_of(await made(desk, ticket=[]))
    assert "请选今天到两个月以内的一天" in words_of(await made(desk, day="2026-11-01"))
    for n in range(25):
        await desk.office.filed(NEED, f"webchat:x{n}")
    page = await desk.http.get("/desk/trips/new")
    assert len(re.findall(r'name="ticket" value="CJ-\d+" checked', page.text)) == 24
    many = await made(desk, ticket=[f"CJ-{1001 + n}" for n in range(25)])
    assert "请少勾几张，分两趟去" in words_of(many)
