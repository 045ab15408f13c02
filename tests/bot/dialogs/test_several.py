"""A volunteer tells of several people in one message: one card, a ticket each, nothing lost."""

from __future__ import annotations

import pytest

from casework.ticket import Ticket
from tests.bot.dialogs.test_volunteer import TOWNSHIP, with_elder
from tests.talk import Person, Town, photo

THREE = "张大爷家里没人打扫；李奶奶腿疼想看病；王婶家灯坏了"


async def teller(town: Town) -> Person:
    await town.hire()
    person, _ = await with_elder(town)
    return person


async def by_name(town: Town) -> dict[str, Ticket]:
    return {ticket.need.beneficiary.name: ticket for ticket in await town.tickets()}


async def test_one_card_shows_every_line_when_three_people_are_told_of(town: Town) -> None:
    person = await (await teller(town)).says(THREE)
    assert "一共 3 件事" in person.text
    for words in ("张大爷家里没人打扫", "李奶奶腿疼想看病 → 助医", "王婶家灯坏了 → 一会儿再问您一句"):
        assert words in person.text
    assert person.labels == ["都提交", "一条一条来", "改", "取消"]
    assert await town.tickets() == []


async def test_each_becomes_a_ticket_when_all_are_confirmed(town: Town) -> None:
    person = await (await teller(town)).says("张有福想买点菜；李奶奶腿疼想看病")
    await person.presses("都提交")
    await person.presses("本人知道也同意")
    assert "交上去 2 件" in person.text
    tickets = await by_name(town)
    assert tickets["张有福"].need.services == ("errands",)
    assert tickets["张有福"].need.phone == "13800000001"
    assert tickets["张有福"].need.beneficiary.age == 82
    assert tickets["李奶奶"].need.services == ("medical-escort",)
    assert tickets["李奶奶"].need.place == TOWNSHIP
    assert {t.need.beneficiary.agrees for t in tickets.values()} == {"yes"}
    assert {t.reporter for t in tickets.values()} == {str(person.address)}


async def test_what_is_unclear_is_asked_when_the_rest_is_filed(town: Town) -> None:
    person = await (await teller(town)).says("李奶奶腿疼想看病；王婶家灯坏了")
    await person.presses("都提交")
    await person.presses("本人知道也同意")
    assert "王婶家灯坏了" in person.text
    assert len(await town.tickets()) == 1
    await person.presses("交给社工看看")
    await person.presses("还没跟本人说")
    assert "交上去 2 件" in person.text
    ticket = (await by_name(town))["王婶"]
    assert ticket.need.wants_person
    assert ticket.need.words == ("王婶家灯坏了",)


async def test_danger_is_filed_at_once_when_it_stands_in_one_of_the_lines(town: Town) -> None:
    person = await (await teller(town)).says("李奶奶腿疼想看病；张大爷摔倒起不来了")
    assert "120" in person.text
    ticket = await town.ticket()
    assert (ticket.urgent, ticket.need.danger, ticket.need.beneficiary.name) == (True, "fall", "张有福")
    await person.presses("都提交")
    await person.presses("本人知道也同意")
    assert len(await town.tickets()) == 2


async def test_danger_is_asked_about_when_it_is_not_sure(town: Town) -> None:
    person = await (await teller(town)).says("李奶奶腿疼想看病；张大爷没米了")
    await person.presses("一条一条来")
    await person.presses("本人知道也同意")
    assert "现在有危险吗" in person.text
    await person.presses(next(label for label in person.labels))
    assert (await by_name(town))["张有福"].urgent


async def test_one_is_left_out_and_one_said_again_when_they_are_changed(town: Town) -> None:
    person = await (await teller(town)).says("李奶奶腿疼想看病；张大爷想买点菜")
    await person.presses("改")
    await person.presses("1. 李奶奶")
    await person.presses("这条不报")
    await person.presses("改")
    await person.presses("2. 张大爷")
    await person.says("张大爷家里没人打扫卫生，太脏了")
    await person.presses("都提交")
    await person.presses("本人知道也同意")
    assert (await town.ticket()).need.services == ("cleaning",)
    assert "没有报" in person.text


async def test_more_people_join_the_list_when_they_are_told_of_later(town: Town) -> None:
    person = await (await teller(town)).says("李奶奶腿疼想看病；张大爷想买点菜")
    await person.says("赵奶奶想找人说说话")
    assert "一共 3 件事" in person.text


@pytest.mark.parametrize(
    "table",
    [
        "姓名\t情况\n张有福\t想买点菜\n李奶奶\t腿疼想看病",
        "张有福|想买点菜|李奶奶|腿疼想看病",
        "1. 张大爷想买点菜。2. 李奶奶腿疼想看病。",
        "张大爷想买点菜\n李奶奶腿疼想看病",
    ],
)
async def test_rows_are_told_apart_when_a_table_is_pasted(town: Town, table: str) -> None:
    person = await (await teller(town)).says(table)
    assert "一共 2 件事" in person.text
    await person.presses("都提交")
    await person.presses("本人知道也同意")
    tickets = await by_name(town)
    assert tickets["张有福"].need.services == ("errands",)
    assert tickets["李奶奶"].need.services == ("medical-escort",)


async def test_one_need_stays_one_when_it_has_several_lines(town: Town) -> None:
    person = await (await teller(town)).says("李奶奶腿疼想看病\n她一个人住，明天上午去")
    assert "都提交" not in person.labels


async def test_nobody_else_gets_a_list_when_they_are_no_volunteer(town: Town) -> None:
    await town.hire()
    person = await town.resident().says(THREE)
    assert "都提交" not in person.labels


async def test_a_list_is_told_apart_when_it_is_in_kazakh_or_uyghur(town: Town) -> None:
    person = await teller(town)
    await person.says("Айша апаға азық-түлік әкелу керек; Серік атаның үйін жинау керек")
    assert person.labels[:3] == ["Бәрін жіберу", "Бір-бірлеп", "Өзгерту"]
    await person.says("取消")
    await person.says("پاتەم موما دوختۇرغا بارماقچى؛ ئايشەم مومىنىڭ ئۆيىنى تازىلاش كېرەك")
    assert "جەمئىي 2 ئىش" in person.text


async def test_a_doubtful_line_waits_for_its_answer_when_the_rest_is_filed(town: Town) -> None:
    person = await (await teller(town)).says("李奶奶腿疼想看病；王婶家里没人打扫")
    await person.presses("都提交")
    await person.presses("本人知道也同意")
    assert set(await by_name(town)) == {"李奶奶"}
    assert "现在有危险吗" in person.text
    await person.presses("没有危险")
    await person.presses("本人知道也同意")
    assert (await by_name(town))["王婶"].need.services == ("cleaning",)
    assert not (await by_name(town))["王婶"].urgent


async def test_a_photo_goes_with_a_report_when_it_is_sent_to_the_card(town: Town) -> None:
    person = await (await teller(town)).says("李奶奶腿疼想看病；张大爷想买点菜")
    await person.says("", photo())
    await person.presses("都提交")
    await person.presses("本人知道也同意")
    assert len((await by_name(town))["张有福"].need.attachments) == 1
