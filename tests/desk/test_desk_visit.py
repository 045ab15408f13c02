"""Visits and moods at the desk: the same steps as forms, and what the page says of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.office_action import act
from casework import mood, visit
from casework.overdue import catch_up
from casework.pace import pace
from casework.ticket import Ticket
from tests.fakes.desk import NEED, Desk, forms_in, open_desk
from tests.fakes.office import OFFICER, WORKER
from tests.sample import PNG

CASE = "/desk/tickets/CJ-1001"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """A ticket that the worker has accepted, on a Monday noon."""
    async with open_desk(tmp_path) as opened:
        await opened.sign_in()
        await opened.office.filed(NEED)
        await opened.press("CJ-1001", "accept")
        yield opened


async def ticket(desk: Desk) -> Ticket:
    return await desk.office.numbered("CJ-1001")


async def later(desk: Desk, **passed: float) -> None:
    """Time passes, and what falls due is done."""
    desk.office.book.now += timedelta(**passed)
    await catch_up(desk.office.book, await ticket(desk), pace())


async def test_series_is_agreed_and_shown_when_it_is_written_as_a_time(desk: Desk) -> None:
    await desk.press("CJ-1001", "plan", "每周二四上午10点，三个月")
    page = await desk.read(CASE)
    assert "约好了：每周二、周四，到 2027 年 2 月 23 日" in page
    assert "约好多久去一次每周二、周四" in page
    assert "11月26日（周四）" not in page
    assert "11月24日（周二）10:00 北京时间" in page
    offered = forms_in(await desk.http.get(CASE))
    assert offered == ["arrived", "visited", "skipped", "moved", "contact", "ask", "talk", "plan", "done", "pass"]


async def test_words_are_kept_with_examples_when_a_series_is_not_understood(desk: Desk) -> None:
    answer = await desk.press("CJ-1001", "plan", "每周一两次")
    assert answer.status_code == 409
    assert "一个月两次，半年" in answer.text
    assert "每周一两次</textarea>" in answer.text


async def test_visit_is_noted_with_its_photo_and_the_next_date_said(desk: Desk) -> None:
    await desk.press("CJ-1001", "plan", "每周二四上午10点，三个月")
    await later(desk, days=1)
    await desk.press("CJ-1001", "arrived")
    assert "您到了" in await desk.read(CASE)
    await desk.press("CJ-1001", "visited", "做了饭，40分钟", files={"files": ("a.png", PNG, "image/png")})
    page = await desk.read(CASE)
    assert "记下了。下一次：11月26日（周四）" in page
    assert "上门了，40 分钟： 做了饭，40分钟" in page
    visited = next(event for event in (await ticket(desk)).events if event.type == "visited")
    assert len(visited.data["attachments"]) == 1


async def test_visit_is_confirmed_with_the_code_and_refused_whole_with_another(desk: Desk) -> None:
    await desk.press("CJ-1001", "plan", "后天上午10点")
    await later(desk, days=1, hours=6)
    code = next(str(e.data["code"]) for e in (await ticket(desk)).events if e.type == "eve")
    await later(desk, days=1)
    wrong = await desk.press("CJ-1001", "visited", f"做了饭，暗号{(int(code) + 1) % 100:02}")
    assert wrong.status_code == 409
    assert "暗号对不上" in wrong.text
    await desk.press("CJ-1001", "visited", "做了饭")
    assert "code" in forms_in(await desk.http.get(CASE))
    await desk.press("CJ-1001", "code", code)
    page = await desk.read(CASE)
    assert "这次上门确认了（暗号对上了）" in page
    assert "code" not in forms_in(await desk.http.get(CASE))


async def test_reason_is_asked_and_the_residents_own_is_excused_when_nobody_went(desk: Desk) -> None:
    await desk.press("CJ-1001", "plan", "每周二四上午10点，三个月")
    assert "请点一个原因" in (await desk.press("CJ-1001", "skipped")).text
    await desk.press("CJ-1001", "skipped", choice="away", text="去女儿家了")
    event = next(event for event in (await ticket(desk)).events if event.type == "skipped")
    assert (event.data["reason"], event.data["excused"]) == ("居民不在家，去女儿家了", True)
    await desk.press("CJ-1001", "moved", "周五上午10点，路上下雪")
    page = await desk.read(CASE)
    assert "改到11月27日（周五）10:00" in page
    assert "换了个时间去： 周五上午10点，路上下雪" in page


async def test_shortfall_stands_in_the_thread_with_whoever_was_told(desk: Desk) -> None:
    await desk.press("CJ-1001", "plan", "每天早上，十天")
    await later(desk, days=12)
    assert "约好 7 次，只去了 0 次，已告诉王建国" in await desk.read(CASE)
    told = [event.data["to"] for event in (await ticket(desk)).events if event.type == "behind"]
    assert told == [OFFICER.id]


async def test_officer_moves_the_visit_of_another_with_their_own_button_alone(desk: Desk) -> None:
    await desk.press("CJ-1001", "plan", "后天上午10点")
    await desk.sign_in(OFFICER)
    offered = forms_in(await desk.http.get(CASE))
    assert "redate" in offered
    assert "moved" not in offered
    await desk.press("CJ-1001", "accept")
    await desk.press("CJ-1001", "plan", "后天上午10点")
    offered = forms_in(await desk.http.get(CASE))
    assert "moved" in offered
    assert "redate" not in offered


async def test_nothing_is_noted_when_no_time_is_agreed(desk: Desk) -> None:
    answer = await desk.press("CJ-1001", "arrived")
    assert answer.status_code == 409
    assert "还没约时间" in answer.text


async def test_heart_is_shown_as_a_line_over_all_their_tickets(desk: Desk) -> None:
    book = desk.office.book
    other = await desk.office.filed(NEED)
    for weather, number in (("rainy", "CJ-1001"), ("fair", other.number)):
        asked = await mood.begin(book, await desk.office.now_of(await book.ticket(number) or other))
        assert asked is not None
        await mood.answer(book, asked, "webchat:r", weather)
        book.now += timedelta(days=8)
    page = await desk.read(CASE)
    assert "心里的天气11月23日 12:00 🌧 下雨 · 12月1日 12:00 🌤 晴间多云" in page
    assert "报单人说心里像：🌧 下雨" in page


async def test_family_confirms_in_words_of_the_thread(desk: Desk) -> None:
    await desk.press("CJ-1001", "plan", "后天上午10点")
    await act(desk.office.book, await ticket(desk), WORKER, "visited", "做了饭")
    made = await ticket(desk)
    await visit.confirm(desk.office.book, made, "webchat:r", "relative", len(made.events) - 1)
    assert "家人代为确认" in await desk.read(CASE)
