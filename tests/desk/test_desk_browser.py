"""The desk as a worker sees it: a real browser, a real server, casework in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi import FastAPI
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

from bot.message import Attachment
from casework import step
from casework.staff import Staff
from casework.ticket import Ticket
from casework.volunteer import Elder, Standing, Volunteer
from desk.page import router
from tests.browser import browser, eventually, free_port, resize, serving
from tests.fakes.desk import NEED, TEXTS
from tests.fakes.office import WORKER, FakeOffice
from tests.sample import PNG

TARGETS = "a, button, summary, textarea, select, .choice, input[type=file], input[type=date], input[type=time]"
PAGES = ("/desk", "/desk/volunteers", "/desk/tickets/CJ-1001", "/desk/tickets/none", "/desk/sign-in/x")
TOO_WIDE = "return document.scrollingElement.scrollWidth > window.innerWidth"


@dataclass
class Seat:
    """One worker's browser and the office behind it."""

    driver: Chrome
    office: FakeOffice
    url: str

    def sign_in(self, staff: Staff = WORKER) -> None:
        """Arrive from a link and press its button."""
        self.driver.get(f"{self.url}/desk/sign-in/{self.office.link(staff)}")
        self.driver.find_element(By.CSS_SELECTOR, "main button").click()
        self.reads("我的单子")

    def file(self, *, urgent: bool = False) -> Ticket:
        """A resident files a need, elsewhere."""
        return asyncio.run(self.office.filed(NEED, urgent=urgent))

    def open(self, number: str) -> None:
        """Follow the row of a ticket."""
        self.part(f"#row-{number} a").click()
        self.reads("经过")

    def reads(self, text: str) -> None:
        """Wait until the text is on the page."""
        eventually(lambda: text in self.part("body").text)

    def part(self, selector: str) -> WebElement:
        """An element of the page."""
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def complaints(self) -> list[object]:
        """What the browser complained of since the last call."""
        return list(self.driver.get_log("browser"))  # type: ignore[no-untyped-call]  # selenium leaves it untyped

    def all(self, selector: str) -> list[WebElement]:
        """Elements of the page."""
        return self.driver.find_elements(By.CSS_SELECTOR, selector)


@pytest.fixture(scope="module")
def driver() -> Iterator[Chrome]:
    with browser(1280, 800) as started:
        yield started


@pytest.fixture
def seat(driver: Chrome, tmp_path: Path) -> Iterator[Seat]:
    office = FakeOffice(tmp_path)

    def make(closing: asyncio.Event) -> FastAPI:
        app = FastAPI()
        app.include_router(router(office, TEXTS, office.clock, closing=closing))
        return app

    with serving(make, free_port()) as url:
        resize(driver, 1280, 800)
        seat = Seat(driver, office, url)
        seat.sign_in()
        yield seat
        driver.get("about:blank")


def test_ticket_is_accepted_when_the_button_is_pressed(seat: Seat) -> None:
    ticket = seat.file()
    eventually(lambda: seat.all(f"#row-{ticket.number}"))
    seat.open(ticket.number)
    seat.part("#act-accept button").click()
    seat.reads(f"{ticket.number} 接好了")
    assert seat.part("#head .state").text == "已接单"
    assert not seat.all("#act-accept")


def test_urgent_ticket_shows_in_list_and_title_when_it_is_filed(seat: Seat) -> None:
    seat.file()
    eventually(lambda: seat.all("#row-CJ-1001"))
    assert seat.driver.title == "联助值班台"
    seat.file(urgent=True)
    eventually(lambda: seat.driver.title == "(1) 联助值班台")
    assert [row.get_attribute("id") for row in seat.all("#mine .row")] == ["row-CJ-1002", "row-CJ-1001"]
    assert "来了一张急单" in seat.part("#status").text


def test_typed_words_stay_when_the_resident_writes_meanwhile(seat: Seat) -> None:
    ticket = seat.file()
    eventually(lambda: seat.all("#row-CJ-1001"))
    seat.open("CJ-1001")
    seat.part("#act-ask summary").click()
    field = seat.part("#act-ask textarea")
    field.send_keys("您在家")
    asyncio.run(seat.office.by_resident(step.say, ticket, "webchat:r", "门口有狗"))
    eventually(lambda: "门口有狗" in seat.part(".thread").text)
    field.send_keys("吗？")
    assert seat.driver.switch_to.active_element == field
    assert field.get_attribute("value") == "您在家吗？"
    seat.part("#act-ask .strong").click()
    seat.reads("已经发给居民")
    assert "您在家吗？" in seat.part(".thread").text


def test_typed_words_and_warning_stay_when_the_ticket_ends_meanwhile(seat: Seat) -> None:
    ticket = seat.file()
    eventually(lambda: seat.all("#row-CJ-1001"))
    seat.open("CJ-1001")
    seat.part("#act-done summary").click()
    seat.part("#act-done textarea").send_keys("送了饭")
    asyncio.run(seat.office.by_resident(step.cancel, ticket, "webchat:r"))
    seat.reads("这张单刚刚有变化")
    assert [each.get_attribute("id") for each in seat.all(".act")] == ["act-done"]
    assert seat.part("#act-done textarea").get_attribute("value") == "送了饭"


def test_refused_words_stay_when_the_page_renews_itself(seat: Seat) -> None:
    ticket = seat.file()
    eventually(lambda: seat.all("#row-CJ-1001"))
    seat.open("CJ-1001")
    seat.part("#act-ask summary").click()
    seat.part("#act-ask textarea").send_keys("您在家吗？")
    seat.office.conflict = True
    seat.part("#act-ask .strong").click()
    seat.reads("刚刚有别人动过")
    asyncio.run(seat.office.by_resident(step.say, ticket, "webchat:r", "门口有狗"))
    eventually(lambda: "门口有狗" in seat.part(".thread").text)
    assert seat.part("#act-ask textarea").get_attribute("value") == "您在家吗？"


def test_page_says_so_when_the_session_ends(seat: Seat) -> None:
    seat.office.sessions.clear()
    seat.file()
    seat.reads("请让管理员发一个新链接")


def test_everything_fits_and_can_be_touched_when_the_screen_is_small(seat: Seat) -> None:
    photo = seat.office.attach(Attachment("photo", mime="image/png", name="一张名字很长很长很长的照片.png"), PNG)
    ticket = seat.file()
    asyncio.run(seat.office.by_resident(step.say, ticket, "webchat:r", "https://example.org/" + "长" * 80, (photo,)))
    seat.file(urgent=True)
    helper = Volunteer(0, "webchat:v", "周小明", "652328201", "木垒县照壁山乡", state=Standing.APPROVED)
    asyncio.run(seat.office.book.circle.keep(helper))
    asyncio.run(seat.office.book.circle.keep_elder(Elder(0, 1, "张有福", landmark="长" * 60)))
    seat.file()
    sent = {"day": "2026-11-25", "sets_out": "10:00", "leader": "1"}
    asyncio.run(seat.office.make_trip(WORKER, "652328", ["CJ-1001"], sent))
    resize(seat.driver, 360, 740)
    trips = ("/desk/trips", "/desk/trips/new", "/desk/trips/1")
    for address in (*PAGES, *trips):
        seat.driver.get(seat.url + address)
        for summary in seat.all("summary"):
            summary.click()
        assert not seat.driver.execute_script(TOO_WIDE), address
        small = [each for each in seat.all(TARGETS) if each.is_displayed() and each.size["height"] < 44]
        # A row is one large target around its link; a picture is as tall as it is.
        assert [
            each.text for each in small if not each.find_elements(By.XPATH, "ancestor::li[contains(@class,'row')]")
        ] == []


def test_a_trip_is_set_and_put_in_order_when_somebody_only_presses(seat: Seat) -> None:
    seat.complaints()
    for _ in range(2):
        seat.file()
    seat.driver.get(f"{seat.url}/desk/trips")
    seat.part("main .button").click()
    seat.part(".outing .strong").click()
    seat.reads("排好了，各家都会收到日子")
    assert [each.get_attribute("id") for each in seat.all(".doors > li")] == ["stop-CJ-1001", "stop-CJ-1002"]
    seat.part("#stop-CJ-1001 .moves button").click()
    eventually(lambda: seat.part(".doors > li").get_attribute("id") == "stop-CJ-1002")
    seat.part("#stop-CJ-1001 summary").click()
    seat.part("#stop-CJ-1001 textarea").send_keys("老人住院了")
    seat.part("#stop-CJ-1001 .strong").click()
    seat.reads("已经不在这趟里的")
    assert seat.complaints() == []


def test_nothing_is_blocked_or_broken_when_pages_are_used(seat: Seat) -> None:
    seat.complaints()
    seat.file(urgent=True)
    eventually(lambda: seat.all("#row-CJ-1001"))
    seat.open("CJ-1001")
    seat.part("#act-plan summary").click()
    seat.part("#act-plan .choice").click()
    seat.part("#act-plan .strong").click()
    seat.reads("约好了")
    assert seat.complaints() == []
