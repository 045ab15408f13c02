"""The bot answers in the language and script the person writes."""

from __future__ import annotations

import pytest

from bot.message import Incoming
from tests.talk import Town


async def test_the_answer_is_uyghur_when_the_message_is(town: Town) -> None:
    resident = await town.resident().says("ئانام كېسەل، ئۆيدە قارايدىغان ئادەم يوق")
    assert any("\u0600" <= letter <= "\u06ff" for letter in resident.last.text)
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in resident.last.text)


async def test_the_answer_is_kazakh_when_the_message_is(town: Town) -> None:
    resident = await town.resident().says("Көмек")
    assert resident.text == town.app.house.texts.say("zh")("help")
    await resident.says("Шешем қатты ауырып қалды, үйде ешкім жоқ")
    await resident.says("Көмек")
    assert resident.text == town.app.house.texts.say("kk")("help")


async def test_the_answer_is_chinese_again_when_the_message_is(town: Town) -> None:
    resident = await town.resident().says("Шешем қатты ауырып қалды, үйде ешкім жоқ")
    await resident.says("取消")
    await resident.says("我妈八十了在木垒照壁山乡，要人上门做饭")
    assert "听明白了" in resident.text


async def test_the_chosen_language_stays_when_another_is_written(town: Town) -> None:
    resident = await town.resident().says("语言")
    await resident.presses("Қазақша")
    await resident.says("我妈八十了在木垒照壁山乡，要人上门做饭")
    assert town.app.house.texts.say("kk")("button.change") in resident.labels


async def test_notices_come_in_the_language_of_the_asking_when_the_worker_writes_chinese(town: Town) -> None:
    worker = town.worker(await town.hire())
    resident = await town.resident().says("语言")
    await resident.presses("ئۇيغۇرچە")
    await resident.says("我妈八十了在木垒照壁山乡，要人上门做饭")
    await resident.presses(town.app.house.texts.say("ug")("button.confirm.yes"))
    assert "新单" in worker.text
    await worker.presses("接单")
    assert "王芳" in resident.text
    assert "接了您的单" not in resident.text


async def test_kazakh_is_answered_in_the_script_it_is_written_in(town: Town) -> None:
    resident = await town.resident().says("شەشەم اۋىرىپ جاتىر، ۇيدە ەشكىم جوق")
    assert any("\u0600" <= letter <= "\u06ff" for letter in resident.last.text)
    other = await town.resident("r2").says("Шешем ауырып жатыр, үйде ешкім жоқ")
    assert any("\u0400" <= letter <= "\u04ff" for letter in other.last.text)


async def test_two_turns_make_a_ticket_when_the_need_is_told_in_kazakh(town: Town) -> None:
    worker = town.worker(await town.hire())
    say = town.app.house.texts.say("kk")
    resident = await town.resident().says(
        "Шешеме тамақ әкеліп беретін адам керек, өзі сексен жаста, Мори ауданында тұрады"
    )
    await resident.presses(say("button.confirm.yes"))
    assert "助餐" in worker.text
    assert "即母亲" in worker.text
    need = (await town.ticket()).need
    assert (need.services, need.beneficiary.relation, need.beneficiary.age) == (("meals",), "mother", 80)
    assert need.place == "652328"


@pytest.mark.parametrize(
    ("hint", "language"), [("kk", "kk"), ("ug", "ug"), ("zh-hans", "zh"), ("en", "zh"), ("", "zh")]
)
async def test_the_greeting_is_in_the_phones_language_when_residents_speak_it(
    town: Town, hint: str, language: str
) -> None:
    resident = town.resident()
    await resident.sends(Incoming(resident.address, "s", town.clock(), "/start", locale_hint=hint, more=False))
    assert resident.text == town.app.house.texts.say(language)("greeting")


async def test_notices_follow_when_another_language_is_chosen_after_asking(town: Town) -> None:
    worker = town.worker(await town.hire())
    resident = await town.resident().says("我妈八十了在木垒照壁山乡，要人上门做饭")
    await resident.presses("确认提交")
    await resident.says("语言")
    await resident.presses("Қазақша")
    await worker.presses("接单")
    assert "王芳" in resident.text
    assert "接了您的单" not in resident.text
