"""The web chat as a resident sees it: large enough, nothing cut off, told apart without colour."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from bot.message import Attachment, Button, Reply
from tests.browser import browser, resize
from tests.webchat import GREETING, Room, open_room

TARGETS = "button, textarea, a, summary"
FULL_SCROLL = "return document.scrollingElement.scrollWidth > window.innerWidth"


@pytest.fixture(scope="module")
def driver() -> Iterator[Chrome]:
    with browser() as started:
        yield started


@pytest.fixture
def room(driver: Chrome, tmp_path: Path) -> Iterator[Room]:
    with open_room(driver, tmp_path) as resident:
        yield resident


def test_type_grows_and_is_remembered_when_the_switch_is_pressed(room: Room) -> None:
    def size() -> str:
        return room.all(".words")[0].value_of_css_property("font-size")

    assert size() == "18px"
    room.part("large").click()
    assert size() == "24px"
    room.driver.refresh()
    room.reads(GREETING)
    assert size() == "24px"
    assert room.part("large").get_attribute("aria-pressed") == "true"
    assert not room.driver.execute_script(FULL_SCROLL)


@pytest.mark.parametrize("query", ["", "?lang=ug"])
@pytest.mark.parametrize("large", [False, True])
def test_nothing_is_cut_off_when_the_screen_is_narrow(room: Room, query: str, large: bool) -> None:
    if large:
        room.part("large").click()
    room.mailbox.say(room.address, Reply("长" * 300 + "w" * 300, (Button("k", "x" * 200),), author="y" * 60))
    room.open(query)
    room.reads("y" * 60)
    for width in (320, 360):
        resize(room.driver, width, 740)
        assert not room.driver.execute_script(FULL_SCROLL)
        assert not room.driver.execute_script(
            "const l = document.getElementById('log'); return l.scrollWidth > l.clientWidth"
        )


def test_targets_and_type_are_large_enough_when_measured(room: Room) -> None:
    room.mailbox.say(room.address, Reply("看看", attachment=Attachment("file", id="f1", name="a.pdf")))
    room.reads("a.pdf")
    for opened in ("photo", ""):
        if opened:
            room.part(opened).click()
        shown = [element for element in room.all(TARGETS) if element.is_displayed()]
        small = [element.text for element in shown if min(element.size["width"], element.size["height"]) < 48]
        assert not small
        if opened:
            room.part("dismiss").click()
    sizes = room.driver.execute_script(
        "return Array.from(document.body.querySelectorAll('*')).filter(e => e.offsetParent)"
        ".map(e => parseFloat(getComputedStyle(e).fontSize))"
    )
    assert min(sizes) >= 18


def test_page_mirrors_when_the_language_runs_right_to_left(room: Room) -> None:
    room.open("?lang=ug")
    room.say("ياردەم كېرەك")
    room.reads("听到了")
    bubble = room.all(".line.in .words")[-1]
    assert room.driver.find_element(By.TAG_NAME, "html").get_attribute("dir") == "rtl"
    assert bubble.value_of_css_property("direction") == "rtl"
    assert bubble.rect["x"] < 40
    answer = room.all(".line.out .words")[-1]
    assert answer.rect["x"] + answer.rect["width"] > 320
    assert not room.driver.execute_script(FULL_SCROLL)


def test_sides_differ_without_colour_when_three_people_speak(room: Room) -> None:
    room.say("你好")
    room.reads("听到了")
    room.mailbox.say(room.address, Reply("我是小王。", author="王芳"))
    room.reads("我是小王。")
    bot, mine, worker = room.all(".words")[0], room.all(".in .words")[0], room.all(".staff .words")[0]
    assert mine.rect["x"] > bot.rect["x"]
    shapes = {element.value_of_css_property("border-radius") for element in (bot, mine, worker)}
    assert len(shapes) == 3
    assert [label.text for label in room.all(".who b")] == ["联助", "我", "联助", "王芳（工作人员）"]


def test_numbers_to_call_are_there_when_the_keyboard_takes_half_the_screen(room: Room) -> None:
    resize(room.driver, 360, 390)
    called = [link.get_attribute("href") for link in room.all("a[href^='tel:']") if link.is_displayed()]
    assert called == ["tel:110", "tel:120", "tel:119"]
    assert room.part("text").is_displayed()


def test_numbers_to_call_are_all_there_is_when_scripts_are_switched_off(room: Room) -> None:
    room.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        room.driver.get(f"http://127.0.0.1:{room.port}/")
        assert "12345 政府服务热线" in room.all("noscript")[0].text
        assert not room.part("composer").is_displayed()
    finally:
        room.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
