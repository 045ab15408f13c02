"""The web chat as a resident uses it: a real browser, a real server, storage in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.keys import Keys

from bot.message import Button, Incoming, Reply
from tests.browser import browser, eventually, resize
from tests.webchat import GREETING, Room, open_room

FULL_SCROLL = "return document.scrollingElement.scrollWidth > window.innerWidth"


@pytest.fixture(scope="module")
def driver() -> Iterator[Chrome]:
    with browser() as started:
        yield started


@pytest.fixture
def room(driver: Chrome, tmp_path: Path) -> Iterator[Room]:
    with open_room(driver, tmp_path) as resident:
        yield resident


def test_bot_speaks_first_when_nothing_was_said_yet(room: Room) -> None:
    assert room.words("out") == [GREETING]
    assert room.words("in") == []
    assert [(said.external_id, said.text) for said in room.mailbox.received] == [("hello", "/start")]


def test_message_is_sent_and_marked_when_typed(room: Room) -> None:
    room.say("我妈八十了\n")
    room.reads("听到了：我妈八十了")
    assert room.words("in") == ["我妈八十了"]
    assert "已送到" in room.all(".line.in .who")[0].text
    assert room.part("text").get_attribute("value") == ""


def test_enter_sends_and_shift_enter_breaks_when_a_keyboard_is_there(room: Room) -> None:
    room.part("text").send_keys("第一行", Keys.SHIFT, Keys.ENTER, Keys.NULL, "第二行", Keys.ENTER)
    eventually(lambda: room.mailbox.texts() == ["第一行\n第二行"])


def test_what_was_typed_waits_and_goes_out_when_too_much_came_at_once(room: Room) -> None:
    room.mailbox.answer = lambda _: []
    room.flood()
    room.say("我妈摔了")
    eventually(lambda: "您发得有点快" in room.part("notice").text)
    assert room.words("in") == ["我妈摔了"]
    assert "我妈摔了" not in room.mailbox.texts()
    room.driver.refresh()
    eventually(lambda: "我妈摔了" in room.words("in"))
    room.seconds += 60
    eventually(lambda: room.mailbox.texts().count("我妈摔了") == 1)
    eventually(lambda: room.part("notice").text == "")


def test_choice_is_sent_by_key_and_closed_when_pressed(room: Room) -> None:
    room.mailbox.answer = lambda _: []
    room.press("找真人说话")
    assert not [choice for choice in room.all(".choices button") if choice.is_enabled()]
    eventually(lambda: room.mailbox.received[-1].button == "person")
    assert room.words("in") == ["找真人说话"]
    room.driver.refresh()
    room.reads("找真人说话")
    assert room.words("in") == ["找真人说话"]
    assert [choice.text for choice in room.all(".choices .chosen")] == ["找真人说话"]
    assert not [choice for choice in room.all(".choices button") if choice.is_enabled()]


def test_only_the_latest_choice_is_open_when_the_bot_asks_again(room: Room) -> None:
    room.mailbox.say(room.address, Reply("对吗？", (Button("yes", "对"), Button("no", "不对"))))
    room.reads("对吗？")
    assert [choice.text for choice in room.all(".choices button") if choice.is_enabled()] == ["对", "不对"]
    room.mailbox.say(room.address, Reply("我下午来。", author="王芳"))
    room.reads("王芳（工作人员）")
    assert [choice.text for choice in room.all(".choices button") if choice.is_enabled()] == ["对", "不对"]
    room.mailbox.say(room.address, Reply("在哪个乡？"))
    room.reads("在哪个乡？")
    assert not [choice for choice in room.all(".choices button") if choice.is_enabled()]


def test_conversation_resumes_when_page_is_reloaded(room: Room) -> None:
    room.say("要人做饭")
    room.reads("听到了：要人做饭")
    room.part("text").send_keys("还没写完")
    before = room.words("out") + room.words("in")
    room.driver.refresh()
    room.reads("听到了：要人做饭")
    room.mailbox.say(room.address, Reply("明天有人来。"))
    room.reads("明天有人来。")
    assert room.words("out") + room.words("in") == [*before[:2], "明天有人来。", *before[2:]]
    assert room.part("text").get_attribute("value") == "还没写完"


def test_markup_is_shown_as_typed_when_a_person_types_it(room: Room) -> None:
    typed = '<img src=x onerror="document.title=1"><b>粗</b> & </div>'
    room.say(typed)
    room.mailbox.say(room.address, Reply(typed, (Button("k", typed),), author=typed))
    eventually(lambda: typed in room.words("out"))
    assert room.words("in") == [typed]
    assert not room.all("#log img, #log .words b")
    assert room.driver.title == "联助"


def test_message_arrives_once_when_the_server_was_away(room: Room) -> None:
    room.stop()
    room.say("家里没粮了")
    eventually(lambda: "没送出去，正在重试" in room.log())
    room.say("还断电")
    room.start()
    room.reads("听到了：还断电")
    assert room.mailbox.texts() == ["家里没粮了", "还断电"]
    assert room.words("in") == ["家里没粮了", "还断电"]
    eventually(lambda: "正在重试" not in room.log() and not room.part("notice").text)


def test_message_arrives_once_when_page_is_reloaded_before_it_was_kept(room: Room) -> None:
    room.mailbox.broken = True
    room.say("家里没粮了")
    eventually(lambda: "没送出去，正在重试" in room.log())
    room.driver.refresh()
    room.mailbox.broken = False
    room.reads("听到了：家里没粮了")
    assert room.mailbox.texts() == ["家里没粮了"]
    assert room.words("in") == ["家里没粮了"]


def test_message_is_sent_once_when_the_answer_to_it_got_lost(room: Room) -> None:
    keep = room.mailbox.receive

    async def keep_and_fail(incoming: Incoming) -> None:
        await keep(incoming)
        if len(room.mailbox.delivered) < 4:
            raise ConnectionError("the answer got lost")

    room.mailbox.receive = keep_and_fail  # type: ignore[method-assign] # a fake of the fake: it keeps, then fails
    room.say("来个人")
    eventually(lambda: "已送到" in room.log())
    assert len(room.mailbox.delivered) > 2
    assert room.mailbox.texts() == room.words("in") == ["来个人"]


def test_lines_said_meanwhile_come_once_when_the_stream_breaks(room: Room) -> None:
    room.mailbox.say(room.address, Reply("一"))
    room.reads("一")
    room.stop()
    last = room.mailbox.say(room.address, Reply("二"))
    room.mailbox.asked.clear()
    room.start()
    room.mailbox.say(room.address, Reply("三"))
    room.reads("三")
    assert room.words("out") == [GREETING, "一", "二", "三"]
    assert min(room.mailbox.asked) == last - 1


def test_words_go_out_when_the_cookies_were_emptied(room: Room) -> None:
    room.driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
    room.say("还在吗")
    room.reads("听到了：还在吗")
    assert room.mailbox.texts() == ["还在吗"]


def test_both_tabs_show_the_message_once_when_one_sends_it(room: Room) -> None:
    first = room.driver.current_window_handle
    room.driver.switch_to.new_window("tab")
    resize(room.driver, 360, 740)
    room.open()
    second = room.driver.current_window_handle
    room.say("从第二页说的")
    room.reads("听到了：从第二页说的")
    room.driver.switch_to.window(first)
    room.reads("听到了：从第二页说的")
    assert room.words("in") == ["从第二页说的"]
    room.driver.switch_to.window(second)
    room.driver.close()
    room.driver.switch_to.window(first)
    assert len(room.mailbox.delivered) == len({said.external_id for said in room.mailbox.delivered}) == 2


def test_long_message_is_kept_whole_when_ten_thousand_characters_are_typed(room: Room) -> None:
    long = "难处很多。" * 2000
    room.driver.execute_script(
        "const f = document.getElementById('text'); f.value = arguments[0]; f.dispatchEvent(new Event('input'))", long
    )
    room.part("send").click()
    eventually(lambda: room.mailbox.texts() == [long])
    assert room.words("in") == [long]
    assert not room.driver.execute_script(FULL_SCROLL)


def test_reader_is_not_moved_when_scrolled_up(room: Room) -> None:
    for number in range(12):
        room.mailbox.say(room.address, Reply(f"第 {number} 条\n\n。"))
    room.reads("第 11 条")
    position = "return document.getElementById('log').scrollTop"
    eventually(lambda: room.driver.execute_script(position) > 300)
    room.driver.execute_script("document.getElementById('log').scrollTop = 0")
    eventually(lambda: not room.part("news").is_displayed() and room.driver.execute_script(position) == 0)
    room.mailbox.say(room.address, Reply("最后一条"))
    eventually(lambda: room.part("news").is_displayed())
    assert room.driver.execute_script(position) == 0
    room.part("news").click()
    eventually(lambda: room.driver.execute_script(position) > 300)
    assert not room.part("news").is_displayed()


def test_dots_are_shown_when_the_answer_takes_a_while(room: Room) -> None:
    room.mailbox.answer = lambda _: []
    room.say("在吗")
    eventually(lambda: room.part("waiting").is_displayed())
    room.mailbox.say(room.address, Reply("在"))
    eventually(lambda: not room.part("waiting").is_displayed())


def test_no_dots_are_shown_when_a_person_is_speaking_and_not_the_bot(room: Room) -> None:
    room.mailbox.answer = lambda _: []
    room.mailbox.say(room.address, Reply("老人吃饭怎么样？", author="王芳", asks="person"))
    room.reads("老人吃饭怎么样？")
    room.say("一天就吃一顿\n")
    eventually(lambda: "已送到" in room.all(".line.in .who")[-1].text)
    assert not room.part("waiting").is_displayed()


def test_console_stays_clean_when_a_person_talks(room: Room) -> None:
    room.driver.get_log("browser")  # type: ignore[no-untyped-call] # selenium has no types here
    room.open()
    room.say("在吗")
    room.reads("听到了：在吗")
    assert room.driver.get_log("browser") == []  # type: ignore[no-untyped-call] # selenium has no types here
