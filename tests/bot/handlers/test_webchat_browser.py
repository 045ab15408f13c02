"""The web chat as a resident sees it: a real browser, a real server, storage in memory."""

from __future__ import annotations

import asyncio
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest
from babel.messages.pofile import read_po
from fastapi import FastAPI
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from bot.handlers.webchat import router
from bot.message import Address, Attachment, Button, Incoming, Reply
from tests.browser import browser, eventually, free_port, resize, serving
from tests.fakes.mailbox import FakeFiles, FakeMailbox, clock

TEXTS = Path(__file__).parents[3] / "locales/zh/LC_MESSAGES/page.po"
GREETING = "您好，我是联助。"
CHOICES = (Button("need", "我要找人帮忙"), Button("person", "找真人说话"))
TARGETS = "button, textarea, a, summary"
FULL_SCROLL = "return document.scrollingElement.scrollWidth > window.innerWidth"


def texts(language: str) -> Mapping[str, str]:
    """The page's texts; Uyghur differs only in the way it runs."""
    with TEXTS.open("rb") as file:
        words = {str(message.id): str(message.string) for message in read_po(file) if message.id}
    return {**words, "page.direction": "rtl", "page.language": "ug"} if language == "ug" else words


def greet(incoming: Incoming) -> list[Reply]:
    """A bot that greets and repeats."""
    if incoming.text == "/start":
        return [Reply(GREETING, CHOICES)]
    return [Reply(f"听到了：{incoming.text or incoming.button or incoming.attachments[0].kind}")]


@dataclass
class Room:
    """One resident's browser and the server it talks to, which can be stopped and started again on its port."""

    driver: Chrome
    mailbox: FakeMailbox
    files: FakeFiles
    port: int = field(default_factory=free_port)
    running: AbstractContextManager[str] | None = None

    def start(self) -> None:
        """Start the server."""

        def make(closing: asyncio.Event) -> FastAPI:
            app = FastAPI()
            app.include_router(router(self.mailbox, self.mailbox, self.files, texts, clock, closing=closing))
            return app

        self.running = serving(make, self.port)
        self.running.__enter__()

    def stop(self) -> None:
        """Stop the server, if it runs."""
        if self.running:
            self.running.__exit__(None, None, None)
        self.running = None

    def open(self, query: str = "") -> None:
        """Load the page and wait for the greeting."""
        self.driver.get(f"http://127.0.0.1:{self.port}/{query}")
        eventually(lambda: GREETING in self.log())

    @property
    def address(self) -> Address:
        """Where the bot reaches this resident."""
        return self.mailbox.received[0].address

    def log(self) -> str:
        """Everything that is to be read."""
        return self.part("log").text

    def part(self, name: str) -> WebElement:
        """An element of the page."""
        return self.driver.find_element(By.ID, name)

    def all(self, selector: str) -> list[WebElement]:
        """Elements of the page."""
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def words(self, direction: str) -> list[str]:
        """What was said by one side."""
        return [element.text for element in self.all(f".line.{direction} .words")]

    def say(self, text: str) -> None:
        """Type and send."""
        self.part("text").send_keys(text)
        self.part("send").click()

    def press(self, label: str) -> None:
        """Press the choice with this label."""
        next(choice for choice in self.all(".choices button") if choice.text == label and choice.is_enabled()).click()

    def reads(self, text: str) -> None:
        """Wait until the text is on the screen."""
        eventually(lambda: text in self.log())


@pytest.fixture(scope="module")
def driver() -> Iterator[Chrome]:
    with browser(360, 740) as started:
        yield started


@pytest.fixture
def room(driver: Chrome, tmp_path: Path) -> Iterator[Room]:
    resize(driver, 360, 740)
    driver.get("about:blank")
    driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
    resident = Room(driver, FakeMailbox(greet), FakeFiles(tmp_path))
    resident.start()
    resident.open()
    yield resident
    driver.get("about:blank")
    resident.stop()


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
    room.mailbox.say(room.address, Reply("二"))
    room.start()
    room.mailbox.say(room.address, Reply("三"))
    room.reads("三")
    assert room.words("out") == [GREETING, "一", "二", "三"]


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


def test_type_grows_and_is_remembered_when_the_switch_is_pressed(room: Room) -> None:
    def size() -> str:
        return room.all(".words")[0].value_of_css_property("font-size")

    assert size() == "18px"
    room.part("large").click()
    assert size() == "24px"
    room.driver.refresh()
    room.reads(GREETING)
    assert size() == "24px"
    assert room.part("large").get_attribute("aria-pressed") == "true"
    assert not room.driver.execute_script(FULL_SCROLL)


@pytest.mark.parametrize("query", ["", "?lang=ug"])
@pytest.mark.parametrize("large", [False, True])
def test_nothing_is_cut_off_when_the_screen_is_narrow(room: Room, query: str, large: bool) -> None:
    if large:
        room.part("large").click()
    room.mailbox.say(room.address, Reply("长" * 300 + "w" * 300, (Button("k", "x" * 200),), author="y" * 60))
    room.open(query)
    room.reads("y" * 60)
    for width in (320, 360):
        resize(room.driver, width, 740)
        assert not room.driver.execute_script(FULL_SCROLL)
        assert not room.driver.execute_script(
            "const l = document.getElementById('log'); return l.scrollWidth > l.clientWidth"
        )


def test_targets_and_type_are_large_enough_when_measured(room: Room) -> None:
    room.mailbox.say(room.address, Reply("看看", attachment=Attachment("file", id="f1", name="a.pdf")))
    room.reads("a.pdf")
    for opened in ("photo", ""):
        if opened:
            room.part(opened).click()
        shown = [element for element in room.all(TARGETS) if element.is_displayed()]
        small = [element.text for element in shown if min(element.size["width"], element.size["height"]) < 48]
        assert not small
        if opened:
            room.part("dismiss").click()
    sizes = room.driver.execute_script(
        "return Array.from(document.body.querySelectorAll('*')).filter(e => e.offsetParent)"
        ".map(e => parseFloat(getComputedStyle(e).fontSize))"
    )
    assert min(sizes) >= 18


def test_page_mirrors_when_the_language_runs_right_to_left(room: Room) -> None:
    room.open("?lang=ug")
    room.say("ياردەم كېرەك")
    room.reads("听到了")
    bubble = room.all(".line.in .words")[-1]
    assert room.driver.find_element(By.TAG_NAME, "html").get_attribute("dir") == "rtl"
    assert bubble.value_of_css_property("direction") == "rtl"
    assert bubble.rect["x"] < 40
    answer = room.all(".line.out .words")[-1]
    assert answer.rect["x"] + answer.rect["width"] > 320
    assert not room.driver.execute_script(FULL_SCROLL)


def test_sides_differ_without_colour_when_three_people_speak(room: Room) -> None:
    room.say("你好")
    room.reads("听到了")
    room.mailbox.say(room.address, Reply("我是小王。", author="王芳"))
    room.reads("我是小王。")
    bot, mine, worker = room.all(".words")[0], room.all(".in .words")[0], room.all(".staff .words")[0]
    assert mine.rect["x"] > bot.rect["x"]
    shapes = {element.value_of_css_property("border-radius") for element in (bot, mine, worker)}
    assert len(shapes) == 3
    assert [label.text for label in room.all(".who b")] == ["联助", "我", "联助", "王芳（工作人员）"]


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


def test_photo_is_sent_small_when_it_was_large(room: Room, tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    photo.write_bytes(noise(2000, 400))
    assert photo.stat().st_size > 1.5 * 1024 * 1024
    room.part("photo").click()
    room.part("album").send_keys(str(photo))
    room.reads("听到了：photo")
    (sent,) = room.mailbox.received[-1].attachments
    assert (sent.kind, sent.mime) == ("photo", "image/jpeg")
    assert sent.size < photo.stat().st_size
    assert room.part("text").is_displayed()
    room.driver.refresh()
    eventually(lambda: room.driver.execute_script("return document.querySelector('#log img').naturalWidth") == 1600)


def test_photo_survives_when_page_is_reloaded_before_it_was_kept(room: Room, tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    photo.write_bytes(noise(8, 8))
    room.mailbox.broken = True
    room.part("camera").send_keys(str(photo))
    eventually(lambda: "没送出去" in room.log())
    room.driver.refresh()
    room.mailbox.broken = False
    room.reads("听到了：photo")
    assert room.mailbox.received[-1].attachments[0].size == photo.stat().st_size


def test_words_are_recorded_and_sent_when_the_microphone_is_there(room: Room) -> None:
    room.part("speak").click()
    eventually(lambda: "0:01" in room.part("timer").text)
    room.part("finish").click()
    room.reads("听到了：voice")
    (voice,) = room.mailbox.received[-1].attachments
    assert (voice.kind, voice.mime) == ("voice", "audio/webm")
    assert voice.seconds >= 1
    assert room.part("text").is_displayed()


def test_recording_is_forgotten_when_cancelled(room: Room) -> None:
    room.part("speak").click()
    eventually(lambda: room.part("discard").is_displayed())
    room.part("discard").click()
    eventually(lambda: room.part("text").is_displayed())
    assert len(room.mailbox.delivered) == 1
    assert room.words("in") == []


def test_friendly_words_are_shown_when_the_microphone_is_refused(room: Room) -> None:
    room.driver.execute_script("navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error('no'))")
    room.part("speak").click()
    eventually(lambda: "打字也行" in room.part("notice").text)


def test_place_is_sent_when_the_phone_knows_it(room: Room) -> None:
    allow(room.driver, ["geolocation"])
    place = {"latitude": 43.83, "longitude": 90.28, "accuracy": 10}
    room.driver.execute_cdp_cmd("Emulation.setGeolocationOverride", place)
    room.part("place").click()
    room.reads("听到了：location")
    (pin,) = room.mailbox.received[-1].attachments
    assert (pin.latitude, pin.longitude) == (43.83, 90.28)
    assert "43.83000, 90.28000" in room.words("in")[0]


def test_friendly_words_are_shown_when_the_place_is_refused(room: Room) -> None:
    allow(room.driver, [])
    room.part("place").click()
    eventually(lambda: "写地名也行" in room.part("notice").text)


def test_numbers_to_call_are_there_when_the_keyboard_takes_half_the_screen(room: Room) -> None:
    resize(room.driver, 360, 390)
    called = [link.get_attribute("href") for link in room.all("a[href^='tel:']") if link.is_displayed()]
    assert called == ["tel:110", "tel:120", "tel:119"]
    assert room.part("text").is_displayed()


def test_console_stays_clean_when_a_person_talks(room: Room) -> None:
    room.driver.get_log("browser")  # type: ignore[no-untyped-call] # selenium has no types here
    room.open()
    room.say("在吗")
    room.reads("听到了：在吗")
    assert room.driver.get_log("browser") == []  # type: ignore[no-untyped-call] # selenium has no types here


def allow(driver: Chrome, permissions: list[str]) -> None:
    """Grant exactly these permissions."""
    driver.execute_cdp_cmd("Browser.grantPermissions", {"permissions": permissions})


def noise(width: int, height: int) -> bytes:
    """A PNG that cannot be compressed, so that it is as large as a photo."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    random: Callable[[int], bytes] = Random(1).randbytes
    rows = b"".join(b"\0" + random(width * 3) for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b"")
