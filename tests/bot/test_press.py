"""Buttons belong to one conversation."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.dialogs import duty, errand, talk_duty, together, visit
from bot.message import Address, Button
from bot.press import DAY, LIVES, SIGNATURE, Signer, meant
from tests.talk import Town

ROOT = Path(__file__).parents[2]

HERE, THERE = Address("telegram", "1"), Address("telegram", "2")


def test_a_key_is_read_when_it_was_made_for_this_conversation() -> None:
    sign = Signer(b"secret")
    assert sign.read(HERE, sign(HERE, "accept:LZ1001")) == "accept:LZ1001"


def test_a_key_is_refused_when_it_is_forged_or_from_elsewhere() -> None:
    sign = Signer(b"secret")
    assert sign.read(THERE, sign(HERE, "accept:LZ1001")) is None
    assert sign.read(HERE, sign(HERE, "accept:LZ1001").replace("LZ1001", "LZ1002")) is None
    assert sign.read(HERE, Signer(b"other")(HERE, "accept:LZ1001")) is None
    assert sign.read(HERE, "accept:LZ1001") is None
    assert sign.read(HERE, "accept:LZ1001." + "A" * 12) is None
    assert sign.read(HERE, "") is None
    assert sign.read(HERE, "中文.中文") is None


def test_the_longest_key_fits_when_a_channel_takes_64_bytes() -> None:
    assert len(Signer(b"s")(HERE, "pick:place:652328201208~99999")) <= 64


@pytest.mark.parametrize(
    ("base", "days"),
    [("accept:LZ1001", 90), ("rate:LZ1001:5", 180), ("alarm:yes", 2), ("end-sessions", 7), ("pick:place:6523~7", 30),
     ("something-new:1", 30)],
)  # fmt: skip
def test_a_button_lives_as_long_as_the_table_says_when_days_pass(base: str, days: int) -> None:
    today = [datetime(2026, 3, 3, 4, 0, tzinfo=UTC)]
    sign = Signer(b"secret", lambda: today[0])
    key = sign(HERE, base)
    today[0] += timedelta(days=days)
    assert (sign.read(HERE, key), sign.over(key)) == (base, False)
    today[0] += timedelta(days=1)
    assert (sign.read(HERE, key), sign.over(key)) == (base, True)


@pytest.mark.parametrize("base", ["open:LZ1001", "mine", "new", "language:kk"])
def test_a_button_lives_for_ever_when_it_can_do_no_harm(base: str) -> None:
    today = [datetime(2026, 3, 3, 4, 0, tzinfo=UTC)]
    sign = Signer(b"secret", lambda: today[0])
    key = sign(HERE, base)
    today[0] += timedelta(days=4000)
    assert (sign.read(HERE, key), sign.over(key)) == (base, False)


def test_the_day_cannot_be_changed_when_a_button_is_old() -> None:
    old = Signer(b"secret", lambda: datetime(2025, 1, 1, tzinfo=UTC))(HERE, "accept:LZ1001")
    new = Signer(b"secret", lambda: datetime(2026, 3, 3, tzinfo=UTC))
    day = new(HERE, "accept:LZ1001").rpartition(".")[2][:DAY]
    assert new.read(HERE, f"accept:LZ1001.{day}{old[-SIGNATURE:]}") is None
    assert new.read(HERE, f"accept:LZ1001.{old[-SIGNATURE:]}") is None


def test_a_key_without_a_day_is_read_and_over_when_it_was_made_by_an_earlier_release() -> None:
    digest = hmac.new(b"secret", b"telegram:1|accept:LZ1001", hashlib.sha256).digest()
    key = f"accept:LZ1001.{base64.urlsafe_b64encode(digest)[:SIGNATURE].decode()}"
    sign = Signer(b"secret")
    assert sign.read(HERE, key) == "accept:LZ1001"
    assert sign.over(key)
    assert sign.read(THERE, key) is None


def test_every_action_of_a_dialog_has_a_life_when_one_is_added() -> None:
    source = "".join(path.read_text("utf-8") for path in sorted((ROOT / "bot").rglob("*.py")))
    offered = set(re.findall(r"""[cC]hoice\(\s*f?"([a-z-]+)[":]""", source))
    known = {*offered, *duty.QUESTIONS, *talk_duty.ACTIONS, *together.ACTIONS, *visit.ACTIONS, *errand.ACTIONS}
    assert len(known) > 40
    assert known - set(LIVES) == set()


async def test_an_old_button_changes_nothing_when_a_worker_presses_it(town: Town) -> None:
    worker = town.worker(await town.hire())
    resident = await town.resident().says("我妈八十了在木垒照壁山乡，要人上门做饭")
    await resident.presses("确认提交，本人知道也同意")
    key = next(b.key for reply in worker.heard for b in reply.buttons if b.label == "接单")
    town.clock.at += timedelta(days=91)
    await worker.presses_key(key)
    assert (await town.ticket()).state == "dispatched"
    assert "放得太久" in worker.text
    assert "LZ1001" in worker.text
    assert [e.data["why"] for e in (await town.ticket()).events if e.type == "press-refused"] == ["old"]
    await worker.presses("接单")
    assert (await town.ticket()).state == "accepted"


async def test_the_same_button_stands_anew_when_an_old_one_of_a_question_is_pressed(town: Town) -> None:
    resident = await town.resident().says("我妈八十了在木垒照壁山乡，要人上门做饭")
    key = next(b.key for b in resident.last.buttons if "本人知道也同意" in b.label)
    town.clock.at += timedelta(days=31)
    await resident.presses_key(key)
    assert not await town.tickets()
    assert "放得太久" in resident.text
    await resident.presses("本人知道也同意")
    assert len(await town.tickets()) == 1


async def test_stars_can_be_given_when_weeks_have_passed(town: Town) -> None:
    worker = town.worker(await town.hire())
    resident = await town.resident().says("我妈八十了在木垒照壁山乡，要人上门做饭")
    await resident.presses("确认提交，本人知道也同意")
    await worker.presses("接单")
    await worker.presses("完成")
    await worker.says("做了三天饭")
    await resident.presses("解决了")
    town.clock.at += timedelta(days=60)
    await resident.presses("5 分")
    assert (await town.ticket()).stars == 5


async def test_anothers_button_does_nothing_when_it_is_replayed(town: Town) -> None:
    worker = town.worker(await town.hire())
    resident = await town.resident().says("我妈八十了在木垒照壁山乡，要人上门做饭")
    await resident.presses("确认提交，本人知道也同意")
    key = next(b.key for reply in worker.heard for b in reply.buttons if b.label == "接单")
    for stranger in (resident, town.resident("r2"), town.worker(await town.hire("李梅"))):
        await stranger.presses_key(key)
        assert (await town.ticket()).state == "dispatched"
        assert (await town.ticket()).last.data["why"] == "forged"


def test_a_typed_text_means_a_button_when_it_is_its_label_key_or_number() -> None:
    old = (Button("a~1.x", "甲"), Button("b~1.x", "乙"))
    new = (Button("rate:LZ1:5.x", "5 分 很满意"), Button("rate:LZ1:1.x", "1 分 很不满意"))
    assert meant("乙", [new, old]) == "b~1.x"
    assert meant("b", [new, old]) == "b~1.x"
    assert meant("1", [new, old]) == "rate:LZ1:1.x"
    assert meant("2", [old]) == "b~1.x"
    assert meant("3", [old]) is None
    assert meant("很不满意", [new, old]) == "rate:LZ1:1.x"
    assert meant("满意", [new, old]) is None
    assert meant("别的话", [new, old]) is None
    assert meant("1", []) is None
