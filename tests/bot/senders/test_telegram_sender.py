"""Telegram out, over real HTTP against the strict server: what arrives, how fast, and what the relay is told."""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.message import Address, Attachment, Button, Outcome, Reply, Retry, Sent, StoredFile, Undeliverable
from bot.senders.telegram import Limits, TelegramSender
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_state import RateLimits, SentMessage
from tests.fakes.bot_user import FakeUser

QUICK = Limits(chat_gap=0.0, a_second=1000.0)


@pytest.fixture
async def api() -> AsyncIterator[FakeBotApi]:
    async with FakeBotApi(limits=RateLimits(chat_per_second=1000, total_per_second=1000)) as server:
        yield server


@pytest.fixture
async def strict() -> AsyncIterator[FakeBotApi]:
    async with FakeBotApi() as server:
        yield server


@pytest.fixture
async def sender(api: FakeBotApi, tmp_path: Path) -> AsyncIterator[TelegramSender]:
    async def open_file(attachment: Attachment) -> StoredFile | None:
        path = tmp_path / attachment.id
        return StoredFile(path.read_bytes, attachment.mime, attachment.name) if attachment.id else None

    found = TelegramSender(api.token, api.url, open_file, limits=QUICK)
    yield found
    await found.close()


def to(user: FakeUser) -> Address:
    return Address("telegram", str(user.id))


def rows(message: SentMessage) -> list[list[str]]:
    return [[button["text"] for button in row] for row in message.keyboard]


async def test_text_arrives_as_it_is_when_sent(api: FakeBotApi, sender: TelegramSender) -> None:
    user = api.user()
    outcome = await sender.send(to(user), Reply("*您好* <b>_联助_"), "k")
    assert user.last.text == "*您好* <b>_联助_"
    assert outcome == Sent(str(user.last.message_id))
    assert "is_disabled" in api.called("sendMessage")[0].params["link_preview_options"]


async def test_each_button_has_its_row_when_labels_are_words(api: FakeBotApi, sender: TelegramSender) -> None:
    user = api.user()
    labels = ("助餐", "助浴", "助洁", "助医", "助行")
    await sender.send(to(user), Reply("要哪样？", tuple(Button(f"k:{label}", label) for label in labels)), "k")
    assert rows(user.last) == [[label] for label in labels]
    assert (await user.press("助浴"))["callback_query"]["data"] == "k:助浴"


@pytest.mark.parametrize("labels", [("1", "2", "3", "4", "5"), ("1⭐", "2⭐", "3⭐", "4⭐", "5⭐")])
async def test_scale_shares_a_row_when_labels_are_marks(
    api: FakeBotApi, sender: TelegramSender, labels: tuple[str, ...]
) -> None:
    user = api.user()
    await sender.send(to(user), Reply("打几分？", tuple(Button(label, label) for label in labels)), "k")
    assert rows(user.last) == [list(labels)]


async def test_author_is_named_when_a_worker_speaks(api: FakeBotApi) -> None:
    user = api.user()
    plain = TelegramSender(api.token, api.url, limits=QUICK)
    own = TelegramSender(api.token, api.url, authored=lambda author, text: f"[{author}] {text}", limits=QUICK)
    for sender in (plain, own):
        await sender.send(to(user), Reply("我明天来", author="王丽"), "k")
        await sender.close()
    assert [message.text for message in user.messages] == ["王丽：\n我明天来", "[王丽] 我明天来"]


async def test_words_are_covered_when_a_locked_telephone_is_not_to_show_them(
    api: FakeBotApi, sender: TelegramSender
) -> None:
    user = api.user()
    await sender.send(to(user), Reply("😀 LZ1001 居民说：我妈褥疮又破了", covered=("我妈褥疮又破了",)), "k")
    assert user.last.spoilers == ["我妈褥疮又破了"]


async def test_every_piece_is_covered_when_the_words_take_several_messages(
    api: FakeBotApi, sender: TelegramSender
) -> None:
    user, words = api.user(), "我妈褥疮又破了。" * 900
    await sender.send(to(user), Reply(f"LZ1001 居民说：{words}", covered=(words,)), "k")
    assert len(user.messages) == 2
    hidden = [spoiler for message in user.messages for spoiler in message.spoilers]
    assert len(hidden) == 2
    assert "".join(hidden) == words


async def test_each_is_covered_wherever_it_stands_when_there_are_several(
    api: FakeBotApi, sender: TelegramSender
) -> None:
    user = api.user()
    text = "😀 周小明想当志愿者。\n电话：13899941234\n愿意做：周小明什么都行"
    await sender.send(to(user), Reply(text, covered=("13899941234", "周小明", "周小明什么都行")), "k")
    assert user.last.spoilers == ["周小明", "13899941234", "周小明什么都行"]


async def test_each_is_covered_in_its_own_message_when_there_are_several(
    api: FakeBotApi, sender: TelegramSender
) -> None:
    user = api.user()
    text = f"周小明想当志愿者。\n{'您看合不合适？' * 600}\n电话：13899941234"
    await sender.send(to(user), Reply(text, covered=("周小明", "13899941234")), "k")
    assert [message.spoilers for message in user.messages] == [["周小明"], ["13899941234"]]


async def test_all_is_covered_when_what_is_to_be_covered_stands_there_otherwise(
    api: FakeBotApi, sender: TelegramSender
) -> None:
    user = api.user()
    await sender.send(to(user), Reply("LZ1001 居民说：褥疮", covered=("居民", "压疮")), "k")
    assert user.last.spoilers == [user.last.text]


async def test_a_picture_is_covered_when_a_locked_telephone_is_not_to_show_it(
    api: FakeBotApi, sender: TelegramSender, tmp_path: Path
) -> None:
    (tmp_path / "a1").write_bytes(b"bytes")
    user = api.user()
    await sender.send(to(user), Reply("", attachment=Attachment("photo", "a1"), veiled=True), "k")
    await sender.send(to(user), Reply("", attachment=Attachment("photo", "a1")), "l")
    assert [message.veiled for message in user.messages] == [True, False]


async def test_long_text_is_parted_when_over_the_limit(api: FakeBotApi, sender: TelegramSender) -> None:
    user = api.user()
    text = "一句话。😀" * 900
    outcome = await sender.send(to(user), Reply(text, (Button("ok", "好"),)), "k")
    assert len(user.messages) == 2
    assert "".join(message.text for message in user.messages) == text
    assert [rows(message) for message in user.messages] == [[], [["好"]]]
    assert outcome == Sent(str(user.last.message_id))


@pytest.mark.parametrize(
    ("kind", "method"),
    [("voice", "sendVoice"), ("photo", "sendPhoto"), ("video", "sendVideo"), ("file", "sendDocument")],
)
async def test_kept_bytes_are_uploaded_when_there_is_no_handle(
    api: FakeBotApi, sender: TelegramSender, tmp_path: Path, kind: str, method: str
) -> None:
    (tmp_path / "a1").write_bytes(b"bytes")
    user = api.user()
    held = Attachment(kind, "a1", name="证明.bin")  # type: ignore[arg-type]  # a parameter is a plain string
    await sender.send(to(user), Reply("请看", (Button("ok", "好"),), attachment=held), "k")
    message = user.last
    assert message.file is not None
    assert (message.method, message.text, message.file.read(), rows(message)) == (method, "请看", b"bytes", [["好"]])
    assert message.file.name == "证明.bin"


async def test_handle_is_reused_when_the_file_came_through_telegram(api: FakeBotApi, sender: TelegramSender) -> None:
    user, worker = api.user(), api.user()
    file_id = (await user.send_voice(b"OggS"))["message"]["voice"]["file_id"]
    held = Attachment("voice", source=f"telegram:{file_id}")
    assert isinstance(await sender.send(to(worker), Reply("", attachment=held), "k"), Sent)
    assert worker.last.file is not None
    assert worker.last.file.file_id == file_id


async def test_bytes_are_sent_when_the_handle_is_refused(
    api: FakeBotApi, sender: TelegramSender, tmp_path: Path
) -> None:
    (tmp_path / "a1").write_bytes(b"mp3")
    user = api.user()
    song = (await user.send_document(b"mp3"))["message"]["document"]["file_id"]
    held = Attachment("voice", "a1", f"telegram:{song}")
    assert isinstance(await sender.send(to(user), Reply("", attachment=held), "k"), Sent)
    assert user.last.method == "sendVoice"


async def test_picture_goes_as_a_file_when_it_is_refused_as_one(
    api: FakeBotApi, sender: TelegramSender, tmp_path: Path
) -> None:
    (tmp_path / "a1").write_bytes(b"x" * (10 * 1024 * 1024 + 1))
    user = api.user()
    assert isinstance(await sender.send(to(user), Reply("", attachment=Attachment("photo", "a1")), "k"), Sent)
    assert user.last.method == "sendDocument"


async def test_text_follows_when_it_is_too_long_for_a_caption(
    api: FakeBotApi, sender: TelegramSender, tmp_path: Path
) -> None:
    (tmp_path / "a1").write_bytes(b"jpeg")
    user = api.user()
    text = "字" * 1025
    await sender.send(to(user), Reply(text, (Button("ok", "好"),), attachment=Attachment("photo", "a1")), "k")
    assert [(message.method, message.text) for message in user.messages] == [("sendPhoto", ""), ("sendMessage", text)]
    assert rows(user.last) == [["好"]]


async def test_place_arrives_before_its_words_when_sent(api: FakeBotApi, sender: TelegramSender) -> None:
    user = api.user()
    place = Attachment("location", latitude=44.0, longitude=87.0)
    await sender.send(to(user), Reply("在这里", attachment=place), "k")
    assert [message.location for message in user.messages] == [(44.0, 87.0), None]
    await sender.send(to(user), Reply("", attachment=place), "k2")
    assert len(user.messages) == 3


async def test_undeliverable_when_the_bytes_are_gone(api: FakeBotApi, sender: TelegramSender, tmp_path: Path) -> None:
    user = api.user()
    for held in (Attachment("photo"), Attachment("photo", "never-written")):
        outcome = await sender.send(to(user), Reply("请看", attachment=held), "k")
        assert isinstance(outcome, Undeliverable)
    assert user.messages == []


async def test_undeliverable_when_the_person_can_not_be_reached(api: FakeBotApi, sender: TelegramSender) -> None:
    blocked, gone = api.user(), api.user()
    blocked.block()
    gone.deactivate()
    expected = {
        to(blocked): "blocked",
        to(gone): "deactivated",
        Address("telegram", "1"): "not found",
        Address("telegram", "someone"): "someone",
    }
    for address, words in expected.items():
        outcome = await sender.send(address, Reply("好"), "k")
        assert isinstance(outcome, Undeliverable)
        assert words in outcome.reason


async def test_undeliverable_when_the_message_is_refused(api: FakeBotApi, sender: TelegramSender) -> None:
    user = api.user()
    for reply in (Reply(" "), Reply("好", (Button("k" * 65, "好"),)), Reply("好", (Button("k", " "),))):
        assert isinstance(await sender.send(to(user), reply, "k"), Undeliverable)


async def test_demand_is_passed_on_when_flooded(api: FakeBotApi, sender: TelegramSender) -> None:
    user, other = api.user(), api.user()
    api.fail("flood", retry_after=17, user=user)
    outcome = await sender.send(to(user), Reply("好"), "k")
    assert isinstance(outcome, Retry)
    assert outcome.after == 17
    # The flooded chat holds up nobody, and itself only for as long as the relay waits.
    assert isinstance(await sender.send(to(other), Reply("好"), "k2"), Sent)
    assert isinstance(await sender.send(to(user), Reply("好"), "k"), Sent)


async def test_retry_then_sent_when_the_server_fails_once(api: FakeBotApi, sender: TelegramSender) -> None:
    user = api.user()
    api.fail("error")
    assert await sender.send(to(user), Reply("好"), "k") == Retry("Internal Server Error")
    assert isinstance(await sender.send(to(user), Reply("好"), "k"), Sent)
    assert len(user.messages) == 1


async def test_retry_when_the_line_breaks_after_acceptance(api: FakeBotApi, sender: TelegramSender) -> None:
    user = api.user()
    api.fail("cut")
    assert isinstance(await sender.send(to(user), Reply("好"), "k"), Retry)
    assert isinstance(await sender.send(to(user), Reply("好"), "k"), Sent)
    assert len(user.messages) == 2, "at least once: nobody can know that the first one arrived"


async def test_retry_when_the_server_does_not_answer(api: FakeBotApi) -> None:
    sender = TelegramSender(api.token, api.url, limits=Limits(0.0, 1000.0, timeout=0.5))
    api.fail("hang")
    assert await sender.send(to(api.user()), Reply("好"), "k") == Retry("Timed out")
    await sender.close()


async def test_sender_recovers_when_telegram_was_away_at_the_start(api: FakeBotApi, sender: TelegramSender) -> None:
    user = api.user()
    await api.stop()
    assert isinstance(await sender.send(to(user), Reply("好"), "k"), Retry)
    await api.start()
    api.fail("error", method="getMe")
    assert isinstance(await sender.send(to(user), Reply("好"), "k"), Retry)
    assert isinstance(await sender.send(to(user), Reply("好"), "k"), Sent)


async def test_bot_is_asked_for_once_when_many_send_at_the_start(api: FakeBotApi, sender: TelegramSender) -> None:
    outcomes = await asyncio.gather(*(sender.send(to(api.user()), Reply("好"), str(number)) for number in range(20)))
    assert all(isinstance(outcome, Sent) for outcome in outcomes)
    assert len(api.called("getMe")) == 1


async def test_address_is_used_directly_when_the_environment_names_a_proxy(
    api: FakeBotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    sender = TelegramSender(api.token, api.url, limits=QUICK)
    assert isinstance(await sender.send(to(api.user()), Reply("好"), "k"), Sent)
    await sender.close()


async def test_only_the_rest_is_sent_when_a_reply_was_cut_short(api: FakeBotApi, sender: TelegramSender) -> None:
    user = api.user()
    place = Attachment("location", latitude=44.0, longitude=87.0)
    api.fail("error", method="sendMessage")
    reply = Reply("在这里", attachment=place)
    assert isinstance(await sender.send(to(user), reply, "k"), Retry)
    assert isinstance(await sender.send(to(user), reply, "k"), Sent)
    assert [message.method for message in user.messages] == ["sendLocation", "sendMessage"]


async def test_setting_is_named_and_token_hidden_when_the_token_is_refused(
    api: FakeBotApi, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    sender = TelegramSender("4200:wrong", api.url, limits=QUICK)
    outcome = await sender.send(to(api.user()), Reply("好"), "k")
    await sender.close()
    assert isinstance(outcome, Retry)
    assert "LIANZHU_TELEGRAM_TOKEN" in outcome.reason
    assert "4200:wrong" not in outcome.reason + caplog.text


async def test_chat_is_paced_when_many_messages_wait(strict: FakeBotApi) -> None:
    sender = TelegramSender(strict.token, strict.url)
    users = [strict.user() for _ in range(5)]
    sends = [
        sender.send(to(user), Reply(f"第{number}句"), f"{user.id}-{number}") for number in range(3) for user in users
    ]
    outcomes: list[Outcome] = await asyncio.gather(*sends)
    await sender.close()
    assert all(isinstance(outcome, Sent) for outcome in outcomes), "the strict server saw no flood"
    for user in users:
        times = [message.at for message in user.messages]
        assert [message.text for message in user.messages] == ["第0句", "第1句", "第2句"]
        assert all(later - earlier >= 1 for earlier, later in itertools.pairwise(times))


async def test_total_rate_is_held_when_everybody_is_written_to(strict: FakeBotApi) -> None:
    sender = TelegramSender(strict.token, strict.url)
    outcomes = await asyncio.gather(
        *(sender.send(to(strict.user()), Reply("停电通知"), str(number)) for number in range(90))
    )
    await sender.close()
    times = [message.at for message in strict.sent]
    assert all(isinstance(outcome, Sent) for outcome in outcomes), "the strict server saw no flood"
    assert all(later - earlier >= 1 for earlier, later in zip(times, times[30:], strict=False))


async def test_commands_stand_in_the_menu_when_shown(api: FakeBotApi, sender: TelegramSender) -> None:
    api.fail("error", 1, method="setMyCommands")
    assert await sender.show_menu({"help": "怎么用"}) is False
    assert await sender.show_menu({"help": "怎么用", "my": "我的申请"}) is True
    assert [(c["command"], c["description"]) for c in api.commands] == [("help", "怎么用"), ("my", "我的申请")]
