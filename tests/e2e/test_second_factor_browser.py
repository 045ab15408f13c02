"""The second factor as an officer sees it, on a telephone and on a screen, before the real server."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pyotp
import pytest
import pytest_asyncio
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from casework.entrance import TRIES
from tests.browser import browser, eventually, resize
from tests.casework_story import MULEI
from tests.pages import press, sees
from tests.process import Programs
from tests.web_town import WebTown

pytestmark = pytest.mark.asyncio(loop_scope="module")
TOO_WIDE = "return document.scrollingElement.scrollWidth > window.innerWidth"
TARGETS = "a, button, input[type=text]"
SMALL = """return [...document.querySelectorAll(arguments[0])]
    .filter(e => e.offsetParent && Math.min(e.getBoundingClientRect().height, e.getBoundingClientRect().width) < 44)
    .map(e => e.outerHTML)"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory, learned: Path) -> AsyncIterator[WebTown]:
    """The program, with nobody made up on its roster."""
    opened = WebTown(Programs(tmp_path_factory.mktemp("second") / "data", learned))
    await opened.programs.hire("县里的孙明", "county", MULEI)
    await opened.serve(gather_seconds=0.2)
    yield opened
    await opened.close()


@pytest.fixture(scope="module")
def driver() -> Iterator[Chrome]:
    with browser() as opened:
        yield opened


def come(driver: Chrome, house: WebTown, link: str) -> None:
    """Follow a link and press its button, with no cookie of anybody before."""
    driver.get("about:blank")
    driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
    driver.get(f"{house.url.rstrip('/')}{link}")
    press(driver, "进入")


def show(driver: Chrome, code: str) -> None:
    """Type a code and confirm it."""
    field = driver.find_element(By.ID, "code")
    field.send_keys(code)
    press(driver, "确认")
    eventually(lambda: not driver.find_elements(By.ID, "code") or driver.find_element(By.ID, "code") != field)


def look(driver: Chrome, name: str) -> None:
    """On a telephone and on a screen nothing is too wide, nothing too small for a thumb, and the browser has no
    complaint, for example about the policy."""
    for width in (360, 1200):
        resize(driver, width, 900)
        assert not driver.execute_script(TOO_WIDE), name
        if folder := os.environ.get("PICTURES"):
            driver.save_screenshot(f"{folder}/{name}-{width}.png")
        if width == 360:
            assert driver.execute_script(SMALL, TARGETS) == []
    complaints = driver.get_log("browser")  # type: ignore[no-untyped-call]  # selenium leaves it untyped
    assert [each for each in complaints if "status of 4" not in each["message"]] == []


async def test_an_officer_enrols_and_comes_again_when_they_use_a_telephone(house: WebTown, driver: Chrome) -> None:
    person = await house.programs.hire("县里的钱红", "county", MULEI)
    come(driver, house, await house.link(person))
    sees(driver, "第二道验证")
    assert driver.find_element(By.CSS_SELECTOR, ".qr svg").size["width"] > 200
    look(driver, "enrol")
    totp = pyotp.TOTP(driver.find_element(By.TAG_NAME, "code").text.replace(" ", ""))
    show(driver, "000000")
    sees(driver, "没有通过")
    look(driver, "wrong")
    show(driver, totp.now())
    sees(driver, "请把备用码抄下来")
    spare = [each.text.replace(" ", "") for each in driver.find_elements(By.CSS_SELECTOR, ".codes code")]
    look(driver, "codes")
    driver.find_element(By.CSS_SELECTOR, "main a.button").click()
    sees(driver, "我的单子")
    come(driver, house, await house.link(person))
    sees(driver, "六位数字")
    look(driver, "ask")
    show(driver, spare[0])
    sees(driver, "我的单子")
    driver.find_element(By.CSS_SELECTOR, ".who a").click()
    sees(driver, "在所有设备上退出")
    look(driver, "me")
    press(driver, "在所有设备上退出")
    sees(driver, "都退出了")
    look(driver, "out")
    driver.get(f"{house.url}desk")
    sees(driver, "登录")
    look(driver, "signed-out")


async def test_the_page_says_until_when_it_is_locked_when_five_codes_were_wrong(house: WebTown, driver: Chrome) -> None:
    person = await house.programs.hire("县里的周敏", "county", MULEI)
    come(driver, house, await house.link(person))
    for _ in range(TRIES):
        sees(driver, "验证码")
        show(driver, "000000")
    sees(driver, "先锁到")
    assert not driver.find_elements(By.CSS_SELECTOR, "main form")
    look(driver, "locked")
    reset = await house.programs.run("staff", "reset-second-factor", person)
    assert (reset.status, reset.lines) == (0, [f"reset {person} 县里的周敏"])
    come(driver, house, await house.link(person))
    sees(driver, "第二道验证")
    assert driver.find_elements(By.CSS_SELECTOR, ".qr svg")
