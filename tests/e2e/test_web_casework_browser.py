"""A ticket that is passed on, and a series of visits, as people live them on the pages of the real server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver

from tests.browser import browser
from tests.casework_story import ELSEWHERE, JIMSAR, MULEI, WEEKLY, data_of, number_in, thread, tuesday_in
from tests.pages import act, pick, press, says, sees
from tests.process import Programs, types
from tests.web_town import WebTown

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def county(tmp_path_factory: pytest.TempPathFactory, learned: Path) -> AsyncIterator[WebTown]:
    """The program, with nobody made up on its roster."""
    opened = WebTown(Programs(tmp_path_factory.mktemp("browser") / "data", learned))
    await opened.programs.hire("市里的孙明", "county", ELSEWHERE)
    await opened.serve(gather_seconds=0.2)
    yield opened
    await opened.close()


@dataclass(frozen=True)
class Pages:
    """A resident's telephone and a worker's screen."""

    resident: WebDriver
    worker: WebDriver

    def arrive(self, url: str, link: str) -> None:
        """Somebody else sits down at each."""
        for driver in (self.resident, self.worker):
            driver.get("about:blank")
            driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
        self.resident.get(url)
        sees(self.resident, "您好，我是联助")
        self.worker.get(f"{url.rstrip('/')}{link}")
        press(self.worker, "进入")
        sees(self.worker, "我的单子")

    def ask(self, need: str) -> str:
        """The resident tells a need and confirms it; returns the number, which the worker opens."""
        says(self.resident, need)
        sees(self.resident, "听明白了")
        press(self.resident, "确认提交")
        number = number_in(sees(self.resident, "LZ"))
        sees(self.worker, number)
        self.worker.find_element(By.PARTIAL_LINK_TEXT, number).click()
        sees(self.worker, need)
        return number


@pytest.fixture(scope="module")
def pages() -> Iterator[Pages]:
    with browser(360, 740) as resident, browser(1280, 800) as worker:
        yield Pages(resident, worker)


def pass_on(worker: WebDriver) -> str:
    """Pass the open ticket on, and then try to accept it on a page from before, where no script keeps it fresh."""
    fresh, page = worker.current_window_handle, worker.current_url
    worker.switch_to.new_window("tab")
    worker.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    worker.get(page)
    old = worker.current_window_handle
    worker.switch_to.window(fresh)
    pick(worker, "转给别人", "手上的单太多")
    sees(worker, "已转给李娜")
    worker.switch_to.window(old)
    worker.find_element(By.CSS_SELECTOR, "#act-accept button").click()
    refused = sees(worker, "没有改动")
    worker.close()
    worker.switch_to.window(fresh)
    return refused


async def test_the_next_worker_comes_when_the_first_passes_it_on(county: WebTown, pages: Pages) -> None:
    first = await county.programs.hire("王芳", "worker", MULEI)
    await asyncio.to_thread(pages.arrive, county.url, await county.link(first))
    number = await asyncio.to_thread(pages.ask, "我妈八十了在木垒照壁山乡，要人上门做饭")
    second = await county.seat("李娜", "worker", MULEI)
    assert f"{number} 现在不归您负责，没有改动" in await asyncio.to_thread(pass_on, pages.worker)
    await asyncio.to_thread(sees, pages.resident, f"{number} 换给李娜来办，您不用再说一遍")
    assert "手上的单太多" in await second.reads(f"/desk/tickets/{number}", "八十了在木垒照壁山乡")
    await second.acts(number, "accept")
    read = await asyncio.to_thread(sees, pages.resident, "李娜接了您的单")
    assert "手上的单太多" not in read
    ticket = await thread(county.programs, number)
    assert types(ticket) == ["filed", "dispatched", "passed", "dispatched", "press-refused", "accepted"]
    assert (data_of(ticket, "passed")["reason"], data_of(ticket, "accepted")["name"]) == ("手上的单太多", "李娜")


def visit_each_week(pages: Pages) -> tuple[str, str]:
    """The first date that both read when the series is agreed, and the one they read after a visit."""
    press(pages.worker, "接单")
    sees(pages.resident, "热娜接了您的单")
    act(pages.worker, "约时间", WEEKLY)
    agreed = tuesday_in(sees(pages.resident, "热娜约好了：每周二"))
    assert tuesday_in(sees(pages.worker, "约好了：每周二")) == agreed
    act(pages.worker, "记一次", "做了午饭，40分钟")
    recorded = tuesday_in(sees(pages.resident, "做了午饭，40分钟").partition("做了午饭，40分钟")[2])
    assert tuesday_in(sees(pages.worker, "记下了")) == recorded
    pages.worker.refresh()
    assert recorded in pages.worker.find_element(By.ID, "facts").text
    press(pages.resident, "我是家人")
    sees(pages.resident, "晴天还是雪天")
    says(pages.resident, "我的申请")
    course = sees(pages.resident, "热娜接单了").rpartition("晴天还是雪天")[2]
    assert tuesday_in(course) == recorded
    return agreed, recorded


async def test_both_see_the_next_date_when_visits_are_agreed_and_made(county: WebTown, pages: Pages) -> None:
    worker = await county.programs.hire("热娜", "worker", JIMSAR)
    await asyncio.to_thread(pages.arrive, county.url, await county.link(worker))
    number = await asyncio.to_thread(pages.ask, "我腿脚不好，住吉木萨尔三台镇，要人上门做饭")
    agreed, recorded = await asyncio.to_thread(visit_each_week, pages)
    assert agreed != recorded
    ticket = await thread(county.programs, number)
    assert types(ticket) == ["filed", "dispatched", "accepted", "series", "visited", "visit-confirmed", "mood-asked"]
    slot, following = (datetime.fromisoformat(data_of(ticket, "visited")[name]) for name in ("slot", "next"))
    assert (slot.isoformat(), following - slot) == (data_of(ticket, "series")["next"], timedelta(days=7))
    assert data_of(ticket, "visit-confirmed")["by"] == "relative"
