"""Neighbours who lend a hand: they sign up, are looked at by the township, and may stop whenever they like."""

from __future__ import annotations

import pytest

from casework.staff import Role
from casework.volunteer import Volunteer
from tests.talk import Person, Town

VILLAGE = "照壁山乡"
TOWNSHIP = "652328201"


async def volunteers(town: Town) -> list[Volunteer]:
    async with town.app.database.read() as connection:
        return await town.app.house.book(connection).circle.of_area("6523")


async def township(town: Town) -> Person:
    return town.worker(await town.hire("古丽娜", Role.TOWNSHIP, TOWNSHIP))


async def signed_up(town: Town, name: str = "周小明", who: str = "v1") -> Person:
    person = await town.resident(who).says("我也想帮忙")
    await person.presses("报名当志愿者")
    await person.says(name)
    await person.says(VILLAGE)
    await person.presses("代办代购")
    return person


async def approved(town: Town, name: str = "周小明", who: str = "v1") -> tuple[Person, Person]:
    officer = await township(town)
    person = await signed_up(town, name, who)
    await officer.presses("同意")
    return person, officer


@pytest.mark.parametrize(
    ("words", "button"),
    [
        ("我也想帮忙", "报名当志愿者"),
        ("想当志愿者", "报名当志愿者"),
        ("Мен де көмектескім келеді", "Ерікті болуға жазылу"),
        ("Ерікті болғым келеді", "Ерікті болуға жазылу"),
        ("مەنمۇ ياردەم قىلغۇم بار", "پىدائىي بولۇشقا تىزىملىتىش"),
        ("پىدائىي بولغۇم بار", "پىدائىي بولۇشقا تىزىملىتىش"),
        ("I also want to help", "报名当志愿者"),
    ],
)
async def test_signing_up_is_offered_when_somebody_wants_to_help(town: Town, words: str, button: str) -> None:
    person = await town.resident().says(words)
    assert button in person.labels
    assert await town.tickets() == []


async def test_a_need_can_be_told_all_the_same_when_signing_up_is_offered(town: Town) -> None:
    await town.hire()
    person = await town.resident().says("想当志愿者")
    await person.presses("请人帮我办件事")
    await person.presses("我自己")
    await person.says("木垒照壁山乡")
    await person.presses("确认提交")
    assert (await town.ticket()).need.services == ("social-inclusion",)


async def test_three_questions_are_asked_when_nothing_is_known(town: Town) -> None:
    officer = await township(town)
    person = await signed_up(town)
    assert "记下了，周小明" in person.text
    assert "周小明想当志愿者" in officer.text
    assert VILLAGE in officer.text
    assert "代办代购" in officer.text
    assert [v.state for v in await volunteers(town)] == ["asked"]


async def test_only_what_is_missing_is_asked_when_much_was_said_at_once(town: Town) -> None:
    await township(town)
    person = await town.resident().says("我叫周小明，住木垒照壁山乡，想当志愿者，电话13899012345")
    await person.presses("报名当志愿者")
    assert "愿意帮点什么" in person.text
    await person.says("陪老人说说话")
    (known,) = await volunteers(town)
    assert (known.name, known.place, known.likes) == ("周小明", TOWNSHIP, "陪老人说说话")
    assert known.phone == "13899012345"


async def test_which_place_is_asked_when_two_have_one_name(town: Town) -> None:
    person = await town.resident().says("想当志愿者")
    await person.presses("报名当志愿者")
    await person.says("周小明")
    await person.says("新户镇")
    await person.presses("都行")
    assert (await volunteers(town))[0].place.startswith("6523")


async def test_the_county_is_asked_when_there_is_no_township_officer(town: Town) -> None:
    county = town.worker(await town.hire("李强", Role.COUNTY))
    await signed_up(town)
    assert "周小明想当志愿者" in county.text


async def test_the_volunteer_hears_it_when_the_township_agrees(town: Town) -> None:
    person, officer = await approved(town)
    assert "您是我们的志愿者了" in person.text
    assert "已经告诉周小明了" in officer.text
    assert [v.state for v in await volunteers(town)] == ["approved"]


async def test_the_answer_counts_once_when_it_is_pressed_twice(town: Town) -> None:
    _, officer = await approved(town)
    await officer.presses("不合适")
    await officer.presses("眼下人手够了")
    assert "已经有结果了" in officer.text
    assert [v.state for v in await volunteers(town)] == ["approved"]


async def test_it_is_said_kindly_and_with_the_reason_when_the_township_declines(town: Town) -> None:
    officer = await township(town)
    person = await signed_up(town)
    await officer.presses("不合适")
    await officer.presses("眼下人手够了")
    assert "谢谢您愿意帮忙" in person.text
    assert "眼下人手够了" in person.text
    assert [v.state for v in await volunteers(town)] == ["declined"]


async def test_a_stranger_decides_nothing_when_they_know_the_button(town: Town) -> None:
    await township(town)
    await signed_up(town)
    stranger = town.worker(await town.hire("赵六", Role.TOWNSHIP, "652301001"))
    key = town.app.house.signer(stranger.address, "volunteer-yes:1")
    await stranger.presses_key(key)
    assert "不在您的片区" in stranger.text
    assert [v.state for v in await volunteers(town)] == ["asked"]


async def test_the_wish_is_known_when_it_is_said_again(town: Town) -> None:
    person, _ = await approved(town)
    await person.says("我也想帮忙")
    assert "已经是志愿者了" in person.text


async def test_a_volunteer_leaves_when_they_say_so(town: Town) -> None:
    person, officer = await approved(town)
    await person.says("我不想当志愿者了")
    await person.presses("先不当了")
    assert "谢谢您" in person.text
    assert "周小明" in officer.text
    assert [v.state for v in await volunteers(town)] == ["left"]
    await signed_up(town)
    assert [v.state for v in await volunteers(town)] == ["asked"]


async def test_a_need_is_heard_when_helping_is_only_mentioned(town: Town) -> None:
    await town.hire()
    person = await town.resident().says("我妈八十了在木垒照壁山乡，要人上门做饭，我也想帮忙可是在外地")
    assert "报名当志愿者" not in person.labels


async def with_elder(town: Town, **fields: str) -> tuple[Person, Person]:
    """A volunteer with one elder in their care."""
    person, officer = await approved(town)
    staff = (await town.staff())[0]
    elder = {"name": "张有福", "relation": "张大爷", "age": "82", "phone": "13800000001", "place": "照壁山乡", **fields}
    await town.app.office.change_volunteer(staff, 1, "elder", elder)
    await person.listen()
    return person, officer


async def test_the_volunteer_hears_it_when_an_elder_is_given_into_their_care(town: Town) -> None:
    person, _ = await with_elder(town)
    assert "张大爷以后请您多留心" in person.text


async def test_what_is_known_is_not_asked_when_one_elder_is_tapped(town: Town) -> None:
    worker = town.worker(await town.hire())
    person, _ = await with_elder(town)
    await person.says("我的老人")
    await person.presses("张大爷有事要报")
    assert "给张大爷报一件事" in person.text
    await person.says("走不动路，想请人买点菜")
    assert "张有福" in person.text
    await person.presses("本人知道也同意")
    need = (await town.ticket()).need
    assert (need.beneficiary.name, need.beneficiary.age, need.beneficiary.agrees) == ("张有福", 82, "yes")
    assert (need.beneficiary.about, need.place, need.phone) == ("other", TOWNSHIP, "13800000001")
    assert (await town.ticket()).reporter == str(person.address)
    assert "张大爷" in worker.text


async def test_no_elders_are_shown_when_somebody_is_no_volunteer(town: Town) -> None:
    person = await town.resident().says("我的老人")
    assert "报名当志愿者" in person.labels


async def test_an_elder_is_nobodys_when_they_were_taken_off(town: Town) -> None:
    person, _ = await with_elder(town)
    await person.says("我的老人")
    await town.app.office.change_volunteer((await town.staff())[0], 1, "elder-remove", {"choice": "1"})
    await person.presses("张大爷有事要报")
    assert "过时" in person.text


async def test_anothers_elder_stays_theirs_when_the_button_is_known(town: Town) -> None:
    await with_elder(town)
    other = await town.resident("v9").says("您好")
    await other.presses_key(town.app.house.signer(other.address, "elder:1"))
    assert "张" not in other.text


async def test_signing_up_goes_on_when_the_offer_is_answered_in_words(town: Town) -> None:
    helper = await town.resident("v").says("我也想帮忙")
    await helper.says("我叫李强 住木垒照壁山乡 13800001234")
    assert "您愿意帮点什么" in helper.text


async def test_a_need_is_a_need_when_it_follows_the_offer_to_sign_up(town: Town) -> None:
    helper = await town.resident("v").says("我也想帮忙")
    await helper.says("我妈八十了在木垒照壁山乡，要人上门做饭")
    assert "助餐" in helper.text
