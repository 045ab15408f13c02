"""Volunteers at the desk: who waits is answered, elders are given into somebody's care, and nothing needs a script."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from casework import step
from casework.staff import Role, Staff
from casework.volunteer import Elder, Standing, Volunteer
from tests.fakes.circle import FakeCircle
from tests.fakes.desk import NEED, Desk, csrf_in, forms_in, open_desk, words_of
from tests.fakes.office import OFFICER, STRANGER, WORKER

ASKING = Volunteer(0, "webchat:v1", "周小明", "652328201", "木垒县照壁山乡", likes="代办代购")


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path) as opened:
        await opened.office.book.circle.keep(ASKING)
        await opened.sign_in(OFFICER)
        yield opened


def circle(desk: Desk) -> FakeCircle:
    return desk.office.book.circle


async def sent(desk: Desk, action: str, number: int = 1, **fields: str) -> httpx.Response:
    page = await desk.http.get("/desk/volunteers")
    return await desk.http.post(f"/desk/volunteers/{number}/{action}", data={"csrf": csrf_in(page), **fields})


async def test_those_who_wait_are_shown_first_when_an_officer_looks(desk: Desk) -> None:
    assert "志愿者" in await desk.read("/desk")
    page = await desk.read("/desk/volunteers")
    assert "等您看的报名（1）" in page
    assert "周小明" in page
    assert "代办代购" in page


async def test_those_who_wait_are_not_shown_when_a_worker_looks(desk: Desk) -> None:
    await desk.sign_in(WORKER)
    assert "周小明" not in await desk.read("/desk/volunteers")


async def test_the_volunteer_is_told_when_an_officer_approves(desk: Desk) -> None:
    assert (await sent(desk, "approve")).status_code == 303
    assert circle(desk).people[1].state is Standing.APPROVED
    assert [word.key for word in circle(desk).told] == ["approved"]
    again = await sent(desk, "approve")
    assert again.status_code == 409
    assert "已经有结果了" in words_of(again)


async def test_a_reason_is_wanted_when_an_officer_declines(desk: Desk) -> None:
    bare = await sent(desk, "decline")
    assert bare.status_code == 422
    assert "请写一句原因" in words_of(bare)
    await sent(desk, "decline", text="眼下人手够了")
    assert circle(desk).people[1].state is Standing.DECLINED
    assert circle(desk).told[-1].data["reason"] == "眼下人手够了"


async def test_an_elder_comes_and_goes_when_staff_fill_in_the_form(desk: Desk) -> None:
    await sent(desk, "approve")
    await desk.sign_in(WORKER)
    assert (await sent(desk, "elder")).status_code == 422
    await sent(desk, "elder", name="张有福", relation="张大爷", age="82", phone="13800000001", text="耳朵背")
    (elder,) = await circle(desk).elders(1)
    assert (elder.relation, elder.age, elder.place, elder.note) == ("张大爷", 82, "652328201", "耳朵背")
    assert circle(desk).told[-1].data["elder"] == "张大爷"
    page = await desk.http.get("/desk/volunteers")
    assert "张有福 张大爷" in words_of(page)
    await sent(desk, "elder-remove", choice=re.findall(r'name="choice" value="(\d+)"', page.text)[0])
    assert await circle(desk).elders(1) == []


async def test_an_officer_ends_it_when_it_does_not_work(desk: Desk) -> None:
    await sent(desk, "approve")
    await circle(desk).keep_elder(Elder(0, 1, "张有福"))
    await sent(desk, "end", text="搬走了")
    assert circle(desk).people[1].state is Standing.LEFT
    assert circle(desk).told[-1].key == "ended"
    assert await circle(desk).elders(1) == []


@pytest.mark.parametrize("person", [STRANGER, WORKER, Staff(7, "孙某", Role.COUNTY, "652301", active=False)])
async def test_nothing_is_decided_when_somebody_else_tries(desk: Desk, person: Staff) -> None:
    if person not in desk.office.staff:
        desk.office.staff.append(person)
    await desk.sign_in(person)
    token = csrf_in(await desk.http.get("/desk"))
    answer = await desk.http.post("/desk/volunteers/1/approve", data={"csrf": token})
    assert answer.status_code == 409
    assert circle(desk).people[1].state is Standing.ASKED


async def test_a_form_is_refused_when_it_comes_from_elsewhere(desk: Desk) -> None:
    assert (await desk.http.post("/desk/volunteers/1/approve", data={"csrf": "0"})).status_code == 403
    assert (await sent(desk, "nonsense")).status_code == 404
    assert (await sent(desk, "approve", 99)).status_code == 409
    assert (await desk.http.get("/desk/volunteers/1/approve")).headers["location"] == "/desk/volunteers"


async def test_a_volunteer_is_asked_when_the_worker_fills_in_the_form(desk: Desk) -> None:
    await sent(desk, "approve")
    await desk.sign_in(WORKER)
    need = replace(NEED, services=("errands",), place="652328201")
    ticket = await step.accept(desk.office.book, await desk.office.filed(need), WORKER)
    page = await desk.http.get(f"/desk/tickets/{ticket.number}")
    assert "周小明（木垒县照壁山乡）" in words_of(page)
    bare = await desk.press(ticket.number, "helper")
    assert "请选一位志愿者" in words_of(bare)
    assert (await desk.press(ticket.number, "helper", "带小推车", "1")).status_code == 303
    assert "已经去问志愿者了" in await desk.read(f"/desk/tickets/{ticket.number}")
    assert "请志愿者周小明帮忙" in await desk.read(f"/desk/tickets/{ticket.number}")
    word = circle(desk).told[-1]
    assert (word.key, word.data["text"]) == ("helper-asked", "带小推车")


async def test_no_form_is_there_when_the_ticket_is_not_for_volunteers(desk: Desk) -> None:
    await sent(desk, "approve")
    await desk.sign_in(WORKER)
    need = replace(NEED, services=("errands",), place="652328201", danger="violence")
    ticket = await step.accept(desk.office.book, await desk.office.filed(need), WORKER)
    page = await desk.http.get(f"/desk/tickets/{ticket.number}")
    assert "helper" not in forms_in(page)
    assert "周小明" not in page.text
    assert (await desk.press(ticket.number, "helper", "x", "1")).status_code == 409
