"""What happens beside the plain round, on Telegram: passed on, escalated, again and again, told twice, told by a
volunteer, opened again. One program lives through all of it, each story in a county of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
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
    JIMSAR,
    JIUYUNJIE,
    MANAS,
    MULEI,
    QITAI,
    WEEKLY,
    brisk,
    data_of,
    fired,
    number_in,
    thread,
    tuesday_in,
)
from tests.fakes.bot_api import FakeBotApi
from tests.process import Programs, types
from tests.telegram_town import TelegramTown, answers, asks, wait_for

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def county(tmp_path_factory: pytest.TempPathFactory, learned: Path) -> AsyncIterator[TelegramTown]:
    """The program and its Telegram, with the clocks of a county in a hurry."""
    folder = tmp_path_factory.mktemp("telegram")
    programs = Programs(folder / "data", learned, {"clocks_file": brisk(folder)})
    async with FakeBotApi() as api:
        opened = TelegramTown(programs, api)
        await programs.hire("市里的孙明", "county", ELSEWHERE)
        await opened.serve(gather_seconds=0.2)
        yield opened
        await programs.close()


async def test_the_next_worker_comes_when_the_first_passes_it_on(county: TelegramTown) -> None:
    first, resident = await county.known("王芳", "worker", MULEI), county.api.user(name="古丽")
    number = await asks(resident, "我妈八十了在木垒照壁山乡，要人上门做饭")
    await wait_for(first, "新单，请接单")
    second = await county.known("李娜", "worker", MULEI)
    await first.press("转给别人")
    await wait_for(first, "为什么转")
    await first.press("手上的单太多")
    await wait_for(first, f"{number} 已转给李娜")
    await wait_for(second, "新单，请接单")
    await second.press("看详情")
    await wait_for(second, "八十了在木垒照壁山乡")
    await wait_for(resident, f"{number} 换给李娜来办，您不用再说一遍")
    await second.press("接单")
    await wait_for(resident, "李娜接了您的单")
    await first.press("接单")
    await wait_for(first, f"{number} 现在不归您负责，没有改动")
    ticket = await thread(county.programs, number)
    assert types(ticket) == ["filed", "dispatched", "passed", "dispatched", "accepted", "press-refused"]
    assert (data_of(ticket, "passed")["reason"], data_of(ticket, "accepted")["name"]) == ("手上的单太多", "李娜")
    assert not [message for message in resident.messages if "手上的单太多" in message.text]


async def test_the_township_officer_steps_in_when_nobody_takes_it_in_time(county: TelegramTown) -> None:
    worker, resident = await county.known("马力", "worker", QITAI), county.api.user(name="巴哈尔")
    officer = await county.known("赵刚", "township", BANJIEGOU)
    await resident.say("救命，我爸从房顶摔下来，头上流血不止，在奇台半截沟镇")
    number = number_in((await wait_for(resident, "LZ")).text)
    await wait_for(worker, "新单，请接单")
    await wait_for(worker, "快到时间了，还没人接")
    await wait_for(worker, "没等到您接，已经转给赵刚")
    await wait_for(officer, "新单，请接单")
    await wait_for(resident, f"{number} 换给赵刚来办")
    await wait_for(officer, "超时了，还没人联系居民")
    await officer.press("接单")
    await wait_for(resident, "赵刚接了您的单")
    await answers(officer, "问居民", "要问居民什么", "我在路上了，您父亲现在清醒吗？")
    await wait_for(resident, "我在路上了，您父亲现在清醒吗？")
    ticket = await thread(county.programs, number)
    assert fired(ticket, "accept")[:2] == [("reminded", ""), ("unanswered", "马力")]
    assert fired(ticket, "contact") == [("reminded", ""), ("overdue", "赵刚")]
    assert [event["data"]["name"] for event in ticket["events"] if event["type"] == "dispatched"] == ["马力", "赵刚"]
    assert (types(ticket)[-1], data_of(ticket, "accepted")["name"]) == ("asked", "赵刚")


async def test_both_know_the_next_date_when_visits_are_agreed_and_made(county: TelegramTown) -> None:
    worker, resident = await county.known("热娜", "worker", JIMSAR), county.api.user(name="阿依")
    number = await asks(resident, "我腿脚不好，住吉木萨尔三台镇，要人上门做饭")
    await wait_for(worker, "新单，请接单")
    await worker.press("接单")
    await wait_for(worker, "接好了")
    await answers(worker, "约时间", "约在什么时候", WEEKLY)
    agreed = (await wait_for(worker, "每周二")).text
    assert tuesday_in(agreed) == tuesday_in((await wait_for(resident, "热娜约好了：每周二")).text)
    await answers(worker, "记一次", "做了什么", "做了午饭，40分钟")
    recorded = await wait_for(resident, "做了午饭，40分钟")
    assert tuesday_in(recorded.text) == tuesday_in((await wait_for(worker, "下一次")).text) != tuesday_in(agreed)
    await resident.press("来过了")
    await wait_for(resident, "晴天还是雪天")
    await resident.say("我的申请")
    assert tuesday_in((await wait_for(resident, "每周二")).text) == tuesday_in(recorded.text)
    await worker.say("我的单子")
    await worker.press((await wait_for(worker, "点开看")).labels[0])
    await wait_for(worker, "约好：每周二")
    ticket = await thread(county.programs, number)
    assert types(ticket) == ["filed", "dispatched", "accepted", "series", "visited", "visit-confirmed", "mood-asked"]
    slot, following = (datetime.fromisoformat(data_of(ticket, "visited")[name]) for name in ("slot", "next"))
    assert (slot.isoformat(), following - slot) == (data_of(ticket, "series")["next"], timedelta(days=7))
    assert (data_of(ticket, "visited")["minutes"], data_of(ticket, "visit-confirmed")["by"]) == (40, "button")


async def test_both_relatives_hear_every_step_when_they_told_of_the_same_mother(county: TelegramTown) -> None:
    worker = await county.known("帕丽", "worker", HUTUBI)
    daughter, son = county.api.user(name="女儿"), county.api.user(name="儿子")
    first = await asks(daughter, "我妈叫马秀兰，八十岁，在呼图壁大丰镇，要人上门做饭，电话13899012345")
    await wait_for(worker, "新单，请接单")
    second = await asks(son, "我妈马秀兰八十了，在呼图壁大丰镇，没人给做饭")
    await wait_for(worker, f"{second}：")
    await worker.press("看详情")
    await wait_for(worker, f"可能和 {first} 是同一件事")
    await worker.press("是同一件事")
    await wait_for(worker, f"{second} 并进了 {first}")
    for relative in (daughter, son):
        await wait_for(relative, "还有一位也报了")
    await worker.press("接单")
    for relative in (daughter, son):
        await wait_for(relative, f"帕丽接了您的单（{first}")
    await son.say("我的申请")
    course = (await wait_for(son, first)).text
    assert second not in course
    assert not [message for message in son.messages if "13899012345" in message.text]
    kept, gone = await thread(county.programs, first), await thread(county.programs, second)
    assert types(kept) == ["filed", "dispatched", "joined", "accepted"]
    assert (types(gone), gone["state"]) == (["filed", "dispatched", "merged"], "merged")


async def test_a_volunteer_sees_progress_when_they_report_for_an_elder(county: TelegramTown) -> None:
    officer, worker = await county.known("古丽娜", "township", BAOJIADIAN), await county.known("吴敏", "worker", MANAS)
    volunteer = county.api.user(name="小周")
    await volunteer.say("我也想帮忙")
    await wait_for(volunteer, "志愿者")
    await volunteer.press("报名当志愿者")
    for question, answer in (("怎么称呼", "周小明"), ("哪个乡镇", "玛纳斯包家店镇"), ("愿意帮点什么", "陪老人买东西")):
        await wait_for(volunteer, question)
        await volunteer.say(answer)
    await wait_for(officer, "周小明想当志愿者")
    await officer.press("同意")
    await wait_for(volunteer, "您是我们的志愿者了")
    seat = await county.web.seat("县里的钱红", "county", MANAS)
    await seat.sends("/desk/volunteers/1/elder", **ELDER)
    await wait_for(volunteer, "张大爷以后请您多留心")
    await volunteer.say("我的老人")
    await wait_for(volunteer, "这几位老人托付给您了")
    await volunteer.press("张大爷有事要报")
    await wait_for(volunteer, "给张大爷报一件事")
    number = await asks(volunteer, "走不动路，想请人买点菜")
    await wait_for(worker, "新单，请接单")
    await worker.press("看详情")
    await wait_for(worker, "13800000001")
    await worker.press("接单")
    await wait_for(volunteer, "吴敏接了您的单")
    await answers(worker, "完成", "做了什么", FOUND)
    await wait_for(volunteer, "办好了")
    await volunteer.say("我的申请")
    await wait_for(volunteer, "办好了")
    assert not [message for message in volunteer.messages if FOUND in message.text]
    ticket = await thread(county.programs, number)
    assert types(ticket) == ["filed", "dispatched", "accepted", "done"]
    assert ticket["reporter"]["address"] == f"telegram:{volunteer.id}"
    assert (ticket["beneficiary"]["name"], ticket["beneficiary"]["age"]) == ("张有福", 82)


async def test_one_level_up_finishes_it_when_it_was_not_solved(county: TelegramTown) -> None:
    worker, resident = await county.known("陈静", "worker", FUKANG), county.api.user(name="老李")
    officer = await county.known("刘洋", "township", JIUYUNJIE)
    number = await asks(resident, "我腿脚不好，住阜康九运街镇，要人上门做饭")
    await wait_for(worker, "新单，请接单")
    await worker.press("接单")
    await wait_for(resident, "陈静接了您的单")
    await answers(worker, "完成", "做了什么", "做了三天饭")
    await wait_for(resident, "您看解决了吗")
    await answers(resident, "还没解决", "是哪里没解决", "饭送了一天就停了")
    await wait_for(resident, "单子重新打开了")
    await wait_for(officer, "居民说还没解决，单子重新打开了")
    await officer.press("看详情")
    told = (await wait_for(officer, "上次：做了三天饭")).text
    assert all(part in told for part in (number, "上次：做了三天饭", "居民说：饭送了一天就停了"))
    await wait_for(worker, "居民说还没解决，现在由刘洋负责。居民说：饭送了一天就停了")
    await officer.press("接单")
    await wait_for(resident, "刘洋接了您的单")
    await answers(officer, "完成", "做了什么", "改由乡食堂天天送")
    await wait_for(resident, "改由乡食堂天天送")
    await resident.press("解决了")
    await wait_for(resident, "打几分")
    await resident.press("5 分 很满意")
    await wait_for(officer, "5 分")
    ticket = await thread(county.programs, number)
    plain = ["accepted", "done"]
    assert types(ticket) == ["filed", "dispatched", *plain, "unsolved", "dispatched", *plain, "solved", "rated"]
    assert (ticket["state"], ticket["stars"]) == ("closed", 5)
    assert data_of(ticket, "dispatched")["name"] == "刘洋"
