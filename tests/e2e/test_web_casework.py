"""What happens beside the plain round, in the web chat and at the desk: escalated, told twice, told by a volunteer,
opened again. One program lives through all of it, each story in a county of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.casework_story import (
    BANJIEGOU,
    BAOJIADIAN,
    ELDER,
    ELSEWHERE,
    FOUND,
    FUKANG,
    HUTUBI,
    JIUYUNJIE,
    MANAS,
    QITAI,
    brisk,
    data_of,
    fired,
    number_in,
    thread,
)
from tests.process import Programs, types
from tests.web_town import WebTown

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def county(tmp_path_factory: pytest.TempPathFactory, learned: Path) -> AsyncIterator[WebTown]:
    """The program, with the clocks of a county in a hurry."""
    folder = tmp_path_factory.mktemp("web")
    opened = WebTown(Programs(folder / "data", learned, {"clocks_file": brisk(folder)}))
    await opened.programs.hire("市里的孙明", "county", ELSEWHERE)
    await opened.serve(gather_seconds=0.2)
    yield opened
    await opened.close()


async def test_the_township_officer_steps_in_when_nobody_takes_it_in_time(county: WebTown) -> None:
    worker, officer = await county.seat("马力", "worker", QITAI), await county.seat("赵刚", "township", BANJIEGOU)
    resident = await county.resident()
    await resident.say("救命，我爸从房顶摔下来，头上流血不止，在奇台半截沟镇")
    number = number_in(await resident.wait_for("LZ"))
    page = f"/desk/tickets/{number}"
    await resident.wait_for(f"{number} 换给赵刚来办")
    assert "马力没有及时接，自动转给下一位" in await worker.reads(page, "赵刚")
    await officer.reads(page, "超时：联系居民，已告诉赵刚")
    assert "接好了" in await officer.acts(number, "accept")
    await resident.wait_for("赵刚接了您的单")
    await officer.acts(number, "ask", "我在路上了，您父亲现在清醒吗？")
    await resident.wait_for("我在路上了，您父亲现在清醒吗？")
    ticket = await thread(county.programs, number)
    assert fired(ticket, "accept")[:2] == [("reminded", ""), ("unanswered", "马力")]
    assert fired(ticket, "contact") == [("reminded", ""), ("overdue", "赵刚")]
    assert [event["data"]["name"] for event in ticket["events"] if event["type"] == "dispatched"] == ["马力", "赵刚"]
    assert (types(ticket)[-1], data_of(ticket, "accepted")["name"]) == ("asked", "赵刚")


async def test_both_relatives_hear_every_step_when_they_told_of_the_same_mother(county: WebTown) -> None:
    worker = await county.seat("帕丽", "worker", HUTUBI)
    daughter, son = await county.resident(), await county.resident()
    first = await daughter.asks("我妈叫马秀兰，八十岁，在呼图壁大丰镇，要人上门做饭，电话13899012345")
    second = await son.asks("我妈马秀兰八十了，在呼图壁大丰镇，没人给做饭")
    await worker.reads(f"/desk/tickets/{second}", f"可能和 {first} 是同一件事")
    assert f"合好了：{first}" in await worker.acts(second, "same", first)
    for relative in (daughter, son):
        await relative.wait_for("还有一位也报了")
    await worker.acts(first, "accept")
    for relative in (daughter, son):
        await relative.wait_for(f"帕丽接了您的单（{first}")
    await son.say("我的申请")
    assert second not in await son.wait_for("帕丽接单了")
    assert "13899012345" not in son.read
    kept, gone = await thread(county.programs, first), await thread(county.programs, second)
    assert types(kept) == ["filed", "dispatched", "joined", "accepted"]
    assert (types(gone), gone["state"]) == (["filed", "dispatched", "merged"], "merged")


async def test_a_volunteer_sees_progress_when_they_report_for_an_elder(county: WebTown) -> None:
    officer, worker = await county.seat("古丽娜", "township", BAOJIADIAN), await county.seat("吴敏", "worker", MANAS)
    volunteer = await county.resident()
    await volunteer.say("我也想帮忙")
    await volunteer.wait_for("要报名当志愿者吗")
    await volunteer.press("报名当志愿者")
    for question, answer in (("怎么称呼", "周小明"), ("哪个乡镇", "玛纳斯包家店镇"), ("愿意帮点什么", "陪老人买东西")):
        await volunteer.wait_for(question)
        await volunteer.say(answer)
    await volunteer.wait_for("记下了，周小明")
    page = "/desk/volunteers"
    assert "周小明" in await officer.reads(page, "等您看的报名（1）")
    await officer.sends(f"{page}/1/approve")
    await volunteer.wait_for("您是我们的志愿者了")
    assert "张有福 张大爷" in await officer.sends(f"{page}/1/elder", **ELDER)
    await volunteer.wait_for("张大爷以后请您多留心")
    await volunteer.say("我的老人")
    await volunteer.wait_for("这几位老人托付给您了")
    await volunteer.press("张大爷有事要报")
    await volunteer.wait_for("给张大爷报一件事")
    number = await volunteer.asks("走不动路，想请人买点菜")
    assert "13800000001" in await worker.reads(f"/desk/tickets/{number}", "张有福")
    await worker.acts(number, "accept")
    await volunteer.wait_for("吴敏接了您的单")
    assert FOUND in await worker.acts(number, "done", FOUND) + await worker.reads(f"/desk/tickets/{number}", FOUND)
    await volunteer.wait_for("办好了")
    await volunteer.say("我的申请")
    await volunteer.wait_for("办好了")
    assert FOUND not in volunteer.read
    ticket = await thread(county.programs, number)
    assert types(ticket) == ["filed", "dispatched", "accepted", "done"]
    assert (ticket["beneficiary"]["name"], ticket["beneficiary"]["age"]) == ("张有福", 82)


async def test_one_level_up_finishes_it_when_it_was_not_solved(county: WebTown) -> None:
    worker, resident = await county.seat("陈静", "worker", FUKANG), await county.resident()
    officer = await county.seat("刘洋", "township", JIUYUNJIE)
    number = await resident.asks("我腿脚不好，住阜康九运街镇，要人上门做饭")
    page = f"/desk/tickets/{number}"
    await worker.acts(number, "accept")
    await worker.acts(number, "done", "做了三天饭")
    await resident.wait_for("您看解决了吗")
    await resident.press("还没解决")
    await resident.wait_for("是哪里没解决")
    await resident.say("饭送了一天就停了")
    await resident.wait_for("单子重新打开了")
    story = await officer.reads(page, "饭送了一天就停了")
    assert "做了三天饭" in story
    assert "现在不归您负责" in await worker.acts(number, "accept")
    await officer.acts(number, "accept")
    await resident.wait_for("刘洋接了您的单")
    await officer.acts(number, "done", "改由乡食堂天天送")
    await resident.wait_for("改由乡食堂天天送")
    await resident.press("解决了")
    await resident.wait_for("打几分")
    await resident.press("5 分")
    await resident.wait_for("还有什么想说的")
    await officer.reads(page, "5 分")
    ticket = await thread(county.programs, number)
    again = ["unsolved", "dispatched", "press-refused", "accepted", "done", "solved", "rated"]
    assert types(ticket) == ["filed", "dispatched", "accepted", "done", *again]
    assert (ticket["state"], ticket["stars"]) == ("closed", 5)
    assert data_of(ticket, "dispatched")["name"] == "刘洋"
