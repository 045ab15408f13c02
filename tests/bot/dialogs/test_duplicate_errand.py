"""A volunteer is on the way for one of two tickets that turn out to be one."""

from __future__ import annotations

from tests.bot.dialogs.test_volunteer import approved, signed_up
from tests.relatives import CONFIRM, ERRAND, asks
from tests.talk import Person, Town


async def neighbours(town: Town) -> tuple[Person, Person, Person]:
    """A mother's errand told by her daughter and by a volunteer, in two tickets that one worker has taken."""
    worker = town.worker(await town.hire())
    volunteer, _ = await approved(town)
    daughter = await asks(town, "daughter", ERRAND)
    await worker.presses("接单")
    await volunteer.says(ERRAND)
    await volunteer.presses(CONFIRM["zh"])
    await worker.presses("接单")
    return daughter, volunteer, worker


async def test_nobody_is_asked_to_run_their_own_errand_when_two_have_told_of_it(town: Town) -> None:
    _, _, worker = await neighbours(town)
    await worker.presses("是同一件事")
    assert "LZ1002 并进了 LZ1001" in worker.text
    await worker.presses_key(town.app.house.signer(worker.address, "helper:LZ1001"))
    assert "没有能请的志愿者" in worker.text


async def errand(town: Town) -> tuple[Person, Person, Person, Person]:
    """Daughter and son tell of one errand, one worker has both tickets, and a volunteer goes for the son's."""
    worker = town.worker(await town.hire())
    volunteer, _ = await approved(town)
    daughter = await asks(town, "daughter", ERRAND)
    await worker.presses("接单")
    son = await asks(town, "son", ERRAND)
    await worker.presses("接单")
    await worker.presses("请志愿者帮忙")
    await worker.presses("周小明")
    await worker.says("带上小推车")
    await volunteer.presses("我去")
    await worker.says("我的单子")
    await worker.presses("LZ1002")
    return daughter, son, volunteer, worker


async def test_everybody_hears_it_when_the_ticket_a_volunteer_goes_for_is_merged(town: Town) -> None:
    daughter, son, volunteer, worker = await errand(town)
    await worker.presses("是同一件事")
    assert "LZ1002 和另一张单是同一件事" in volunteer.text
    assert volunteer.labels == ["办好了"]
    assert "LZ1001：并进来的 LZ1002 请过志愿者周小明" in worker.text
    assert "LZ1001 有消息：志愿者周小明这次不过来了" in son.text
    assert "周小明" not in daughter.text
    await volunteer.presses("我去")
    assert "不用您跑了" in volunteer.text


async def test_hours_count_and_are_thanked_for_when_the_ticket_was_merged(town: Town) -> None:
    _, _, volunteer, worker = await errand(town)
    await worker.presses("是同一件事")
    await volunteer.presses("办好了")
    await volunteer.presses("两个小时")
    assert "1 次、2 个小时" in volunteer.text
    assert "LZ1001：志愿者周小明办好了，用了 120 分钟" in worker.text
    await worker.presses("完成")
    await worker.says("菜买到了")
    assert "LZ1002 办完了，多亏您" in volunteer.text
    async with town.app.database.read() as connection:
        (kept,) = await town.app.house.book(connection).circle.helps(1, town.clock.at.replace(day=1))
    assert (kept.ticket, kept.minutes, kept.confirmed) == ("LZ1002", 120, True)


async def test_hours_are_thanked_for_when_the_volunteer_was_back_before_the_tickets_were_merged(town: Town) -> None:
    _, son, volunteer, worker = await errand(town)
    await volunteer.presses("办好了")
    await volunteer.presses("两个小时")
    await worker.presses("是同一件事")
    assert volunteer.heard == []
    assert "周小明" not in son.text
    await worker.presses("完成")
    await worker.says("菜买到了")
    assert "LZ1002 办完了，多亏您" in volunteer.text


async def test_the_volunteer_can_be_asked_anew_when_the_tickets_are_taken_apart(town: Town) -> None:
    _, son, _, worker = await errand(town)
    await worker.presses("是同一件事")
    await worker.presses("把 LZ1002 分开")
    await son.says("我的申请")
    assert "志愿者周小明不用跑了" in son.text
    await worker.says("我的单子")
    await worker.presses("LZ1002")
    await worker.presses("接单")
    await worker.presses("请志愿者帮忙")
    assert "周小明（木垒县照壁山乡）" in worker.labels


async def test_somebody_who_has_not_answered_stays_home_when_the_ticket_is_merged(town: Town) -> None:
    _, volunteer, worker = await neighbours(town)
    await signed_up(town, "马兰", "v2")
    await town.worker((await town.staff())[1]).presses("同意")
    await worker.presses_key(town.app.house.signer(worker.address, "helper:LZ1002"))
    await worker.presses("马兰")
    await worker.says("带上小推车")
    await worker.says("我的单子")
    await worker.presses("LZ1002")
    await worker.presses("是同一件事")
    assert "LZ1002 这件事已经有着落了，不用再跑" in town.resident("v2").text
    assert "不过来了" not in volunteer.text
