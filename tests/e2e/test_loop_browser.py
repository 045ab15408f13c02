"""The whole loop as two people live it: the resident on a phone, the worker at the desk, side by side."""

from __future__ import annotations

import asyncio
from pathlib import Path

from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver

from tests.browser import browser, eventually, need_browser
from tests.pages import act, press, reads, says
from tests.process import LOOP, NEED, Programs, types

SCREENSHOTS = Path(__file__).parents[1] / "screenshots"


def picture(driver: WebDriver, name: str) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    driver.save_screenshot(str(SCREENSHOTS / f"{name}.png"))


def ask_for_help(resident: WebDriver, chat: str) -> None:
    resident.get(chat)
    eventually(lambda: reads(resident, "您好，我是联助"))
    picture(resident, "1-resident-greeted")
    says(resident, NEED)
    eventually(lambda: reads(resident, "听明白了"))
    picture(resident, "2-resident-card")
    press(resident, "确认提交，本人知道也同意")
    eventually(lambda: reads(resident, "LZ1001"))
    picture(resident, "3-resident-filed")


def open_ticket(worker: WebDriver, desk: str) -> None:
    worker.get(desk)
    press(worker, "进入")
    eventually(lambda: reads(worker, "LZ1001"))
    picture(worker, "4-worker-list")
    worker.find_element(By.PARTIAL_LINK_TEXT, "LZ1001").click()
    eventually(lambda: reads(worker, NEED))
    picture(worker, "5-worker-ticket")


def work_through(resident: WebDriver, worker: WebDriver) -> None:
    press(worker, "接单")
    eventually(lambda: reads(resident, "接了您的单"))
    act(worker, "问居民", "老人家牙口怎么样")
    eventually(lambda: reads(resident, "老人家牙口怎么样"))
    says(resident, "牙不好，吃软的")
    eventually(lambda: reads(worker, "牙不好，吃软的"))
    picture(worker, "6-worker-answered")
    act(worker, "约时间", "明天上午10点")
    eventually(lambda: reads(resident, "新疆时间 08:00"))
    act(worker, "完成", "做了午饭，收拾了厨房")
    eventually(lambda: reads(resident, "做了午饭，收拾了厨房"))
    picture(resident, "7-resident-done")


def rate(resident: WebDriver, worker: WebDriver) -> None:
    press(resident, "解决了")
    press(resident, "5 分")
    eventually(lambda: reads(resident, "还有什么想说的"))
    says(resident, "谢谢小王")
    eventually(lambda: reads(resident, "记下了"))
    picture(resident, "8-resident-rated")
    eventually(lambda: reads(worker, "谢谢小王"))
    picture(worker, "9-worker-rated")


def live_the_loop(chat: str, desk: str) -> None:
    with browser(360, 740) as resident, browser(1280, 800) as worker:
        ask_for_help(resident, chat)
        open_ticket(worker, desk)
        work_through(resident, worker)
        rate(resident, worker)
        resident.refresh()
        eventually(lambda: reads(resident, "谢谢小王"))
        assert not reads(resident, "出了点问题")


async def test_need_becomes_help_and_comes_back_rated_when_two_people_use_the_pages(programs: Programs) -> None:
    need_browser()
    staff_id = await programs.hire()
    server = await programs.serve(gather_seconds=0.3)
    chat = await server.line("chat: ")
    invitation = await programs.run("staff", "invite", staff_id)
    path = next(line for line in invitation.lines if line.startswith("Desk: ")).split("/desk/", 1)[1]
    await asyncio.to_thread(live_the_loop, chat, f"{chat}desk/{path}")
    ticket = await programs.ticket()
    assert (ticket["state"], ticket["stars"], ticket["comment"]) == ("closed", 5, "谢谢小王")
    # The worker opened it before accepting.
    assert types(ticket) == [*LOOP[:2], "seen", *LOOP[2:]]
