"""Whatever people send, each gets a clear answer and nothing breaks."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.message import Address, Attachment, Incoming
from storage.table import attachment
from tests.sample import PNG, REFUSED
from tests.talk import Town, photo, pin

ODD = [
    "",
    "   \n\t ",
    "？？？",
    "😭😭😭",
    "\x00\x01\x02\u200b\u202e",
    "\ud800",
    "<script>alert(1)</script>",
    "<b>我妈</b> &amp; {{7*7}} ${x} %s {name}",
    "'; DROP TABLE ticket; --",
    "a" * 10_000,
    "我妈八十了，没人做饭。" * 900,
    "/fly",
    "/",
    "/start nonsense-token",
    "{}",
    "{0.__class__}",
    "1",
    "99999999999999999999",
    "-1",
    "null",
    "www.example.com/" + "x" * 300,
    "مەن كېسەل",
    "Мен ауырып жатырмын",
    "ok",
]


@pytest.mark.parametrize("text", ODD)
async def test_an_answer_comes_when_the_message_is_odd(town: Town, text: str) -> None:
    resident = await town.resident().says(text)
    assert resident.heard
    assert all(reply.text for reply in resident.heard)
    assert "出了点问题" not in resident.text
    assert "无效" not in resident.text
    await resident.says("我妈八十了在木垒照壁山乡，要人上门做饭")
    assert "出了点问题" not in resident.text


async def test_the_resident_is_told_when_a_message_is_too_long(town: Town) -> None:
    resident = await town.resident().says("我妈八十了，没人做饭。" * 900)
    assert "4000" in resident.heard[0].text


@pytest.mark.parametrize("kind", ["sticker", "poll", "too-large:file"])
async def test_the_way_out_is_named_when_nothing_can_be_made_of_it(town: Town, kind: str) -> None:
    resident = town.resident()
    await resident.sends(Incoming(resident.address, "s1", town.clock(), unsupported=kind))
    assert "10 MB" in resident.text if kind.startswith("too-large") else "收不了" in resident.text
    await resident.presses("怎么用")
    assert resident.labels


@pytest.mark.parametrize("kind", ["sticker", "too-large:file", "unfit:file"])
async def test_words_are_heard_when_what_came_with_them_is_refused(town: Town, kind: str) -> None:
    resident = town.resident()
    said = "我妈八十了在木垒照壁山乡，要人上门做饭"
    await resident.sends(Incoming(resident.address, "s1", town.clock(), said, unsupported=kind, more=False))
    assert "照片" in resident.heard[0].text
    assert "做饭" in resident.text
    assert any("确认提交" in label for label in resident.labels)


async def test_message_is_kept_when_the_name_of_a_file_is_half_a_character(town: Town) -> None:
    file = Attachment("file", source="telegram:\ud83d", name="\ud83d.pdf", mime="\ud83d")
    resident = await town.resident().says("家里太脏了，想找人打扫屋子", file)
    assert "打扫" in resident.text or resident.labels


async def fetched(town: Town, content: bytes, name: str) -> int:
    async def fetch(handle: str) -> AsyncIterator[bytes]:
        yield content

    resident = town.resident("77", "telegram")
    await resident.says("家里太脏了，想找人打扫屋子", Attachment("file", source="telegram:x1", name=name))
    came = await town.app.files.fetch_due("telegram", fetch)
    for _ in range(2):
        await town.app.files.fetch_due("telegram", fetch)
    await resident.listen()
    return came


async def test_sender_is_told_once_when_a_fetched_file_is_something_else(town: Town) -> None:
    assert await fetched(town, REFUSED["windows program"], "药单.pdf") == 0
    resident = town.resident("77", "telegram")
    assert [reply.text for reply in resident.heard if "打不开" in reply.text] == [resident.last.text]
    assert "拍张照片" in resident.text
    async with town.app.database.read() as connection:
        (row,) = (await connection.execute(select(attachment))).all()
    assert (row.source, row.path, row.fetch_at) == ("", "", None)
    assert not [path for path in (town.app.settings.data_dir / "files").rglob("*") if path.is_file()]


async def test_file_is_what_its_bytes_say_when_it_was_fetched(town: Town) -> None:
    assert await fetched(town, PNG, "药单.exe") == 1
    async with town.app.database.read() as connection:
        (row,) = (await connection.execute(select(attachment))).all()
    assert (row.kind, row.mime, row.name, row.size) == ("file", "image/png", "药单.exe.png", len(PNG))


@pytest.mark.parametrize(
    "key", ["", "x", "confirm", "accept:LZ1001.AAAAAAAAAA", "pick:place:1~9.xx", "." * 64, "解决了"]
)
async def test_nothing_changes_when_a_button_is_wrong(town: Town, key: str) -> None:
    resident = town.resident()
    await resident.presses_key(key)
    assert "过时" in resident.text
    assert not await town.tickets()


async def test_something_is_said_when_only_a_photo_or_a_pin_comes(town: Town) -> None:
    resident = await town.resident().says("", photo())
    assert resident.labels
    other = await town.resident("r2").says("", pin(44.0, 87.3))
    assert other.labels


async def test_every_command_answers_when_nothing_is_open(town: Town) -> None:
    resident = town.resident()
    for word in (
        "返回",
        "取消",
        "重新开始",
        "帮助",
        "语言",
        "我的申请",
        "找人工",
        "有哪些服务",
        "/help",
        "/my",
        "/cancel",
    ):
        await resident.says(word)
        assert resident.heard, word


async def test_every_command_answers_when_the_intake_is_open(town: Town) -> None:
    await town.hire()
    for word in ("返回", "取消", "重新开始", "帮助", "语言", "我的申请", "有哪些服务"):
        resident = town.resident(f"r-{word}")
        await resident.says("家里太脏了，我干不动，想找人打扫屋子")
        await resident.says(word)
        assert resident.heard, word
        assert "没找到" not in resident.text


async def test_the_answer_before_is_undone_when_the_resident_goes_back(town: Town) -> None:
    resident = await town.resident().says("家里太脏了，我干不动，想找人打扫屋子")
    await resident.says("木垒镇")
    assert "确认提交" in resident.labels
    await resident.says("返回")
    assert "人在哪儿" in resident.text


async def test_a_person_is_found_when_the_resident_wants_one(town: Town) -> None:
    worker = town.worker(await town.hire())
    resident = await town.resident().says("找人工")
    await resident.says("木垒镇")
    ticket = await town.ticket()
    assert ticket.need.wants_person
    assert ticket.number in worker.text
    assert "王芳" in resident.text


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(max_size=60) | st.sampled_from(ODD[:12]), min_size=1, max_size=4))
async def test_the_bot_never_fails_when_anything_is_written(town: Town, texts: list[str]) -> None:
    resident = town.resident(f"any-{len(town.people)}")
    for text in texts:
        await resident.says(text)
        assert "出了点问题" not in resident.text


async def test_a_long_id_is_kept_when_a_channel_makes_one(town: Town) -> None:
    incoming = Incoming(Address("webchat", "r1"), "x" * 500, town.clock(), "帮助", more=False)
    resident = await town.resident().sends(incoming)
    assert resident.heard
    await resident.sends(incoming)
    assert resident.heard == []


async def test_every_command_is_a_button_when_help_is_asked(town: Town) -> None:
    for label in ("看看能帮什么", "我的申请", "找人工", "常用电话", "换语言", "返回", "重新开始", "取消"):
        resident = await town.resident(f"r-{label}").says("帮助")
        await resident.presses(label)
        assert resident.heard, label
        assert "过时" not in resident.text, label
