"""Who reports for somebody else sees how it goes, not what the worker found; of violence nothing shows in the chat."""

from __future__ import annotations

import pytest

from tests.bot.dialogs.test_volunteer import with_elder
from tests.talk import Person, Town, photo

FOUND = "老人血压高，药放在床头"


async def done_for(town: Town, need: str, agrees: str = "本人知道也同意") -> tuple[Person, Person]:
    worker = town.worker(await town.hire())
    resident = await town.resident().says(need)
    await resident.presses(agrees)
    await worker.presses("接单")
    await worker.presses("完成")
    await worker.says(FOUND, photo())
    return resident, worker


async def test_a_neighbour_hears_that_it_is_done_when_not_what_was_found(town: Town) -> None:
    resident, _ = await done_for(town, "我邻居老马八十了在木垒照壁山乡，要人上门做饭")
    assert "办好了" in resident.text
    assert "血压" not in resident.text
    assert not any(reply.attachment for reply in resident.heard)
    assert resident.labels == ["解决了", "还没解决"]
    await resident.says("我的申请")
    assert "办好了" in resident.text
    assert "血压" not in resident.text


@pytest.mark.parametrize(("agrees", "told"), [("本人知道也同意", True), ("还没跟本人说", False)])
async def test_a_daughter_reads_it_when_her_mother_agreed(town: Town, agrees: str, told: bool) -> None:
    resident, _ = await done_for(town, "我妈八十了在木垒照壁山乡，要人上门做饭", agrees)
    assert ("血压" in resident.text) is told
    assert any(reply.attachment for reply in resident.heard) is told


async def test_one_reads_it_when_it_is_about_oneself(town: Town) -> None:
    resident, _ = await done_for(town, "我腿脚不好，在木垒照壁山乡，想请人代买点菜", "确认提交")
    assert "血压" in resident.text


async def test_a_volunteer_sees_progress_when_they_reported_for_an_elder(town: Town) -> None:
    worker = town.worker(await town.hire())
    volunteer, _ = await with_elder(town)
    await volunteer.says("我的老人")
    await volunteer.presses("张大爷有事要报")
    await volunteer.says("想请人买点菜")
    await volunteer.presses("本人知道也同意")
    await worker.presses("接单")
    await worker.presses("完成")
    await worker.says(FOUND)
    assert "办好了" in volunteer.text
    assert "血压" not in volunteer.text


async def test_nothing_is_recognised_when_there_was_violence(town: Town) -> None:
    worker = town.worker(await town.hire())
    resident = await town.resident().says("我丈夫打我，我不敢回家，在木垒照壁山乡")
    await worker.presses("接单")
    assert "您说的那件事" in resident.text
    assert "应急照护" not in resident.text
    await worker.presses("完成")
    await worker.says("已经住到亲戚家，伤口处理了")
    assert "伤口" not in resident.text
    await resident.says("我的申请")
    for words in ("应急照护", "伤口", "打我", "丈夫"):
        assert words not in resident.text
    assert "伤口" in (await town.ticket()).record


async def test_a_neighbour_reads_no_record_of_a_visit_when_the_elder_has_not_agreed(town: Town) -> None:
    worker = town.worker(await town.hire())
    neighbour = await town.resident().says("隔壁李大爷八十了，住木垒照壁山乡，没人做饭，要人上门做饭")
    await neighbour.presses("还没跟本人说")
    await worker.presses("接单")
    await worker.presses("约时间")
    await worker.says("每周二四上午10点，到六月底")
    await worker.presses("记一次")
    await worker.says(FOUND, photo())
    assert "王芳说来过了" in neighbour.text
    assert "血压" not in neighbour.text
    assert not any(reply.attachment for reply in neighbour.heard)
    await neighbour.says("我的申请")
    assert "王芳来过" in neighbour.text
    assert "血压" not in neighbour.text


async def test_a_neighbour_reads_no_record_when_the_elder_asked_for_the_same(town: Town) -> None:
    worker = town.worker(await town.hire())
    elder = await town.resident().says("我八十了，住木垒照壁山乡，做不动饭，要人上门做饭")
    await elder.presses("确认提交")
    await worker.presses("接单")
    neighbour = await town.resident("r2").says("隔壁李大爷八十了，住木垒照壁山乡，没人做饭，要人上门做饭")
    await neighbour.presses("还没跟本人说")
    await worker.presses_key(town.app.house.signer(worker.address, "same:LZ1002:LZ1001"))
    assert "并进了 LZ1001" in worker.text
    await worker.presses_key(town.app.house.signer(worker.address, "done:LZ1001"))
    await worker.says(FOUND)
    assert "血压" in elder.text
    assert "办好了" in neighbour.text
    assert "血压" not in neighbour.text
    await neighbour.says("我的申请")
    assert "血压" not in neighbour.text
