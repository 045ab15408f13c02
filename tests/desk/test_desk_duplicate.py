"""The same matter told twice, as a worker or an officer sees and decides it at the desk."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from casework import merge, step
from casework.need import Beneficiary
from tests.fakes.desk import NEED, Desk, csrf_in, forms_in, open_desk, words_of
from tests.fakes.office import OFFICER, WORKER

SECOND = replace(
    NEED,
    beneficiary=Beneficiary("other", "neighbour", "邻居老人", age=80),
    phone="13899012345",
    words=("邻居八十岁的老人没人做饭",),
)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path) as opened:
        await opened.sign_in()
        await opened.office.filed(NEED, "webchat:a", "古丽")
        await opened.office.filed(SECOND, "webchat:b", "老王")
        yield opened


async def word(desk: Desk, number: str, action: str, other: str) -> httpx.Response:
    """Press one of the buttons that speak of two tickets, as the page has it."""
    page = await desk.http.get(f"/desk/tickets/{number}")
    form = (
        rf'action="/desk/tickets/{number}/{action}">\s*<input[^>]*>\s*<input type="hidden" name="text" value="{other}">'
    )
    assert re.search(form, page.text)
    return await desk.http.post(f"/desk/tickets/{number}/{action}", data={"csrf": csrf_in(page), "text": other})


async def test_the_other_ticket_is_shown_when_it_may_be_the_same(desk: Desk) -> None:
    page = await desk.read("/desk/tickets/CJ-1002")
    assert "可能和 CJ-1001 是同一件事：电话、年龄、乡镇、要办的事、日子都对得上。" in page
    assert NEED.words[0] in page
    assert "是同一件事" in page


@pytest.mark.parametrize("staff", [WORKER, OFFICER])
async def test_two_become_one_when_the_button_is_pressed(desk: Desk, staff: object) -> None:
    await desk.sign_in(OFFICER if staff is OFFICER else WORKER)
    answer = await word(desk, "CJ-1002", "same", "CJ-1001")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/tickets/CJ-1001")
    page = await desk.read("/desk/tickets/CJ-1001")
    for part in ("合好了：CJ-1001", "还有一位报的人", "老王", *SECOND.words, "把 CJ-1002 并进来了", "仅工作人员可见"):
        assert part in page
    assert "可能和" not in page
    gone = await desk.http.get("/desk/tickets/CJ-1002")
    assert "已并入另一张单" in words_of(gone)
    assert forms_in(gone) == []


async def test_the_second_reporter_is_named_when_they_say_something(desk: Desk) -> None:
    await word(desk, "CJ-1002", "same", "CJ-1001")
    book = desk.office.book
    kept = await book.ticket("CJ-1001")
    assert kept is not None
    kept = await step.solved(book, await step.done(book, kept, WORKER, "做了饭"), "webchat:a")
    kept = await merge.rate(book, kept, "webchat:a", stars=5)
    kept = await merge.rate(book, kept, "webchat:b", stars=3)
    await merge.rate(book, kept, "webchat:b", comment="来得有点晚")
    page = await desk.read("/desk/tickets/CJ-1001")
    for part in ("报单人古丽打了 5 分", "报单人老王也评了（3）", "报单人老王留言：", "来得有点晚"):
        assert part in page


async def test_the_one_who_stepped_out_is_named_when_the_thread_is_read(desk: Desk) -> None:
    await word(desk, "CJ-1002", "same", "CJ-1001")
    kept = await desk.office.book.ticket("CJ-1001")
    assert kept is not None
    await merge.withdraw(desk.office.book, kept, "webchat:b")
    page = await desk.read("/desk/tickets/CJ-1001")
    assert "报单人老王退出了" in page
    assert "还有一位报的人" not in page


async def test_it_opens_again_when_the_two_are_taken_apart(desk: Desk) -> None:
    await word(desk, "CJ-1002", "same", "CJ-1001")
    answer = await word(desk, "CJ-1001", "apart", "CJ-1002")
    assert answer.headers["location"] == "/desk/tickets/CJ-1002"
    page = await desk.read("/desk/tickets/CJ-1002")
    assert "CJ-1002 单独开了" in page
    assert "等接单" in page
    assert "可能和" not in page


async def test_it_is_not_asked_again_when_they_are_two_matters(desk: Desk) -> None:
    await word(desk, "CJ-1001", "differ", "CJ-1002")
    for number in ("CJ-1001", "CJ-1002"):
        assert "可能和" not in await desk.read(f"/desk/tickets/{number}")
    assert "和 CJ-1002 不是一件事" in await desk.read("/desk/tickets/CJ-1001")


async def test_the_page_says_why_when_the_other_ended_meanwhile(desk: Desk) -> None:
    page = await desk.http.get("/desk/tickets/CJ-1002")
    first = await desk.office.book.ticket("CJ-1001")
    assert first is not None
    await merge.withdraw(desk.office.book, first, "webchat:a")
    sent = {"csrf": csrf_in(page), "text": "CJ-1001"}
    answer = await desk.http.post("/desk/tickets/CJ-1002/same", data=sent)
    assert answer.status_code == 409
    assert "CJ-1001 已经办完或撤回" in words_of(answer)
    assert "您刚才写的" not in words_of(answer)


async def test_no_such_ticket_is_said_when_the_number_is_made_up(desk: Desk) -> None:
    page = await desk.http.get("/desk/tickets/CJ-1002")
    answer = await desk.http.post("/desk/tickets/CJ-1002/same", data={"csrf": csrf_in(page), "text": "CJ-9"})
    assert answer.status_code == 404
