"""Consent stands on the card, costs no turn, and may be refused; what was agreed to is kept word for word."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Column, select

from casework.consent import Ground, grounds, lacking
from storage import consent as store
from storage.table import attachment, conversation, inbox, outbox
from tests.talk import Person, Town, photo, types

NEED = "我妈八十了在木垒照壁山乡，要人上门做饭"
KAZAKH = "Шешем сексенде, Мори ауданы, үйге келіп тамақ істейтін адам керек"
UYGHUR = "ئانام سەكسەن ياشتا، مورى ناھىيەسىدە، ئۆيگە كېلىپ تاماق ئېتىدىغان ئادەم كېرەك"


async def records(town: Town) -> list[dict[str, Any]]:
    async with town.app.database.read() as connection:
        return await store.of_ticket(connection, 1)


async def given(town: Town) -> set[tuple[str, str, str]]:
    return {(each.kind, each.whose, each.basis) for each in grounds(await town.ticket())}


async def test_the_card_asks_and_one_press_suffices_when_it_is_ones_own_need(town: Town) -> None:
    await town.hire()
    resident = await town.resident().says("我腿脚不好，在木垒照壁山乡，想请人代买点菜")
    assert "点确认就是同意" in resident.text
    await resident.presses("确认提交")
    assert "已经交给" in resident.text
    assert ("general", "self", "consent") in await given(town)


@pytest.mark.parametrize(
    ("need", "confirm", "wording"),
    [
        (NEED, "本人知道也同意", "您的话和电话只给办这件事的人看。点确认就是同意。"),
        (KAZAKH, "келіседі", "осы істі атқаратын адам"),
        (UYGHUR, "قوشۇلدى", "بۇ ئىشنى بېجىرىدىغان"),
    ],
)  # fmt: skip
async def test_what_was_shown_is_kept_when_it_is_agreed_to(town: Town, need: str, confirm: str, wording: str) -> None:
    resident = await town.resident().says(need)
    assert wording in resident.text
    await resident.presses(confirm)
    kept = await records(town)
    assert {(row["whose"], row["kind"]) for row in kept} >= {("self", "general"), ("other", "general")}
    assert all(wording in row["text"] for row in kept if row["kind"] == "general")
    assert {row["given_by"] for row in kept} == {"resident:webchat:r1"}
    assert {row["how"] for row in kept} == {"button", "told"}


async def test_health_is_agreed_to_apart_when_it_is_told(town: Town) -> None:
    resident = await town.resident().says("我妈瘫痪在床，在木垒照壁山乡，白天没人给翻身")
    assert "身体和病情" in resident.text
    await resident.presses("本人知道也同意")
    assert ("sensitive", "other", "consent") in await given(town)
    assert {row["article"] for row in await records(town) if row["kind"] == "sensitive"} == {"13(1)(1), 29"}


async def test_the_guardian_is_asked_when_it_is_about_a_child(town: Town) -> None:
    resident = await town.resident().says("我孙子八岁，在木垒照壁山乡，想找人辅导作业")
    assert "监护人" in resident.text
    assert not any("本人知道" in label for label in resident.labels)
    await resident.presses("我是监护人，同意")
    assert ("child", "other", "guardian") in await given(town)
    assert lacking(await town.ticket()) == ()


async def test_nothing_of_the_child_is_agreed_to_when_the_guardian_does_not_know(town: Town) -> None:
    resident = await town.resident().says("我孙子八岁，在木垒照壁山乡，想找人辅导作业")
    await resident.presses("还没跟监护人说")
    assert await given(town) == {("general", "self", "consent")}
    assert lacking(await town.ticket()) == ("general", "child")


async def said(town: Town) -> str:
    return await kept(town, inbox.c.payload)


async def kept(town: Town, column: Column[Any]) -> str:
    async with town.app.database.read() as connection:
        return str((await connection.execute(select(column))).scalars().all())


@pytest.mark.parametrize("refusal", ["presses", "says"])
async def test_nothing_is_kept_when_the_resident_does_not_agree(town: Town, refusal: str) -> None:
    resident = await town.resident().says(NEED)
    await getattr(resident, refusal)("不同意")
    assert "不存" in resident.text
    assert "12345" in resident.text
    assert "找人工" in resident.labels
    assert not await town.tickets()
    assert "照壁山" not in await said(town)


async def test_help_comes_without_the_illness_when_only_that_is_refused(town: Town) -> None:
    worker = town.worker(await town.hire())
    resident = await town.resident().says("我妈瘫痪在床，在木垒照壁山乡，白天没人给翻身", photo())
    assert "瘫痪" in await said(town)
    await resident.presses("不同意")
    await resident.presses("不写病情，只交事情")
    ticket = await town.ticket()
    assert (ticket.need.words, ticket.need.beneficiary.conditions, ticket.need.place[:6]) == ((), (), "652328")
    assert "sensitive" not in {kind for kind, _, _ in await given(town)}
    assert "已经交给" in resident.text
    assert "居家照护" in worker.text
    assert "瘫痪" not in await said(town)
    assert "瘫痪" not in await kept(town, outbox.c.payload)
    assert "瘫痪" not in await kept(town, conversation.c.state)
    assert await kept(town, attachment.c.id) == "[]"


@pytest.mark.parametrize("presses", [["不同意", "不写病情，只交事情"], ["不同意", "都不存，不办了"]])
async def test_help_still_comes_by_the_button_when_it_turns_out_to_be_a_danger(town: Town, presses: list[str]) -> None:
    resident = await town.resident().says("我妈瘫痪在床，在木垒照壁山乡，白天没人给翻身")
    danger = next(each.key for each in resident.last.buttons if "危险" in each.label)
    for label in presses:
        await resident.presses(label)
    assert "瘫痪" not in await kept(town, conversation.c.state)
    await resident.presses_key(danger)
    assert "120" in resident.text
    assert (await town.tickets())[-1].urgent


async def test_nobody_is_asked_first_when_there_is_danger(town: Town) -> None:
    resident = await town.resident().says("我妈摔倒了起不来，在木垒照壁山乡")
    assert "点确认就是同意" not in resident.text.split("单号")[0]
    assert {each.article for each in grounds(await town.ticket())} == {"13(1)(4)"}


async def test_a_wording_can_be_read_later_when_the_program_has_started(town: Town) -> None:
    resident: Person = await town.resident().says(NEED)
    await resident.presses("确认提交，本人知道也同意")
    ground = grounds(await town.ticket())[0]
    assert isinstance(ground, Ground)
    assert ground.wording == (await records(town))[0]["wording"]


async def done_without_word(town: Town) -> Person:
    worker = town.worker(await town.hire())
    resident = await town.resident().says(NEED)
    await resident.presses("本人说不清楚了")
    await worker.presses("接单")
    await worker.presses("完成")
    await worker.says("做了饭")
    return worker


async def test_the_worker_is_reminded_once_when_nobody_could_be_asked(town: Town) -> None:
    worker = await done_without_word(town)
    assert "还没记本人同不同意" in worker.text
    await worker.presses("登记同意")
    await worker.presses("监护人同意")
    ticket = await town.ticket()
    assert lacking(ticket) == ()
    assert {each.basis for each in grounds(ticket) if each.whose == "other"} == {"guardian"}
    assert types(ticket).count("basis-reminded") == 1
    assert {row["given_by"] for row in await records(town) if row["whose"] == "other"} == {"staff:1"}


async def test_a_ground_of_ones_own_is_not_taken_when_it_is_none_of_the_law(town: Town) -> None:
    worker = await done_without_word(town)
    await worker.presses("登记同意")
    await worker.says("他儿子说行")
    assert "选一条" in worker.text
    assert lacking(await town.ticket()) == ("general",)


async def test_nobody_is_reminded_when_they_agreed(town: Town) -> None:
    worker = town.worker(await town.hire())
    resident = await town.resident().says(NEED)
    await resident.presses("本人知道也同意")
    await worker.presses("接单")
    await worker.presses("完成")
    await worker.says("做了饭")
    assert "basis-reminded" not in types(await town.ticket())


async def test_the_illness_does_not_come_back_when_an_answer_is_undone_after_it_was_left_out(town: Town) -> None:
    resident = await town.resident().says("我妈瘫痪在床，在木垒照壁山乡，白天没人给翻身")
    await resident.presses("不同意")
    left_out = next(each.key for each in resident.last.buttons if "不写病情" in each.label)
    await resident.presses("改一改")
    await resident.presses("地方")
    await resident.says("东沟村")
    await resident.presses_key(left_out)
    assert "昌吉市滨湖镇东沟村" in resident.labels
    await resident.says("返回")
    assert "瘫痪" not in await kept(town, conversation.c.state)
