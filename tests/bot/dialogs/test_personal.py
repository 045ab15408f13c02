"""My data: seen, put right, taken along and forgotten, by the one it is about and nobody else."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from sqlalchemy import Table, select

from casework.ticket import Ticket
from storage.people_table import volunteer
from storage.table import attachment, inbox, outbox
from tests.bot.dialogs.test_volunteer import approved
from tests.talk import Person, Town, photo, types

NEED = "我是张有福，82岁，腿脚不好，在木垒照壁山乡，电话13800138001，想请人代买点菜"
SECRETS = ("张有福", "13800138001", "代买点菜", "红砖房")


async def asked(town: Town, name: str = "r1") -> Person:
    resident = await town.resident(name).says(NEED)
    await resident.presses("确认提交")
    return resident


async def finished(town: Town, resident: Person, worker: Person) -> None:
    await worker.presses("接单")
    await worker.presses("完成")
    await worker.says("菜买好了，老人很高兴")
    await resident.presses("解决了")


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def in_files(folder: Path) -> list[str]:
    """Which secrets can still be read anywhere in the data folder, as text or as escaped JSON."""
    kept = everything(folder)
    return [each for each in SECRETS if each.encode() in kept or json.dumps(each)[1:-1].encode() in kept]


@pytest.mark.parametrize("asks", ["我的资料", "你们存了我什么", "/data"])
async def test_it_is_said_what_is_kept_and_why_when_asked(town: Town, asks: str) -> None:
    resident = await asked(town)
    await resident.says(asks)
    assert "13800138001" in resident.text
    assert "三年" in resident.text


@pytest.mark.parametrize(
    ("need", "confirm", "asks", "words"),
    [
        ("Мори ауданы, үйге келіп тамақ істейтін адам керек", "жіберу", "мен туралы не сақтадыңыз", "сақтап тұрмын"),
        ("مورى ناھىيەسىدە، ئۆيگە كېلىپ تاماق ئېتىدىغان ئادەم كېرەك", "تاپشۇرۇش", "مېنىڭ ئۇچۇرۇم", "ساقلىدىم"),
    ],
)
async def test_it_is_said_in_their_language_when_they_speak_it(
    town: Town, need: str, confirm: str, asks: str, words: str
) -> None:
    resident = await town.resident().says(need)
    await resident.presses(confirm)
    await resident.says(asks)
    assert words in resident.text


async def test_the_worker_hears_the_new_number_when_it_is_put_right(town: Town) -> None:
    worker = town.worker(await town.hire())
    resident = await asked(town)
    await resident.says("我的资料")
    await resident.presses("改一改资料")
    await resident.presses("电话")
    await resident.says("13900139002")
    assert "13900139002" in resident.text
    assert (await town.ticket()).need.phone == "13900139002"
    assert "13900139002" in worker.text
    assert types(await town.ticket())[-1] == "amended"


async def test_a_page_with_all_that_was_told_comes_when_a_copy_is_wanted(town: Town) -> None:
    resident = await asked(town)
    await resident.says("我的资料")
    await resident.presses("要一份带走")
    file = resident.last.attachment
    assert file is not None
    stored = await town.app.files.open(file.id, resident.address)
    assert stored is not None
    page = read(stored.content())
    told = json.loads(re.findall(r'id="data">(.*?)</script>', page, re.DOTALL)[0])
    assert told["tickets"][0]["need"]["phone"] == "13800138001"
    assert "代买点菜" in page.partition("<script")[0]
    assert await town.app.files.open(file.id, town.resident("r2").address) is None


async def test_the_copy_is_gone_when_a_week_has_passed(town: Town) -> None:
    resident = await asked(town)
    await resident.says("也看看这个", photo())
    await resident.says("我的资料")
    await resident.presses("要一份带走")
    copy = resident.last.attachment
    assert copy is not None
    await town.later(days=6)
    assert await town.app.files.open(copy.id, resident.address) is not None
    bytes_before = len(list(town.app.settings.files.rglob("*")))
    await town.later(days=2)
    assert await town.app.files.open(copy.id, resident.address) is None
    assert len(list(town.app.settings.files.rglob("*"))) == bytes_before - 1
    async with town.app.database.read() as connection:
        assert (await connection.execute(select(attachment.c.kind))).scalars().all() == ["photo"]


async def test_nothing_is_lost_when_only_one_press_was_made(town: Town) -> None:
    resident = await asked(town)
    await resident.says("我的资料")
    await resident.presses("删掉")
    await resident.presses("我想删")
    assert "再问您一次" in resident.text
    assert "13800138001" in str((await town.ticket()).events)


async def test_a_ticket_is_forgotten_when_it_ends_and_that_was_asked_while_it_was_open(
    town: Town, tmp_path: Path
) -> None:
    worker = town.worker(await town.hire())
    resident = await asked(town)
    await forget(resident)
    assert "还在办" in resident.text
    assert "13800138001" in str((await town.ticket()).need)
    await worker.presses("接单")
    await resident.says("我的申请")
    await resident.presses("撤回")
    await resident.presses("确定撤回")
    await town.later(hours=2)
    assert in_files(tmp_path) == []
    assert types(await town.ticket())[-1] == "erased"


async def forget(resident: Person) -> None:
    await resident.says("我的资料")
    await resident.presses("删掉")
    await resident.presses("我想删")
    await resident.presses("确定，删掉")


async def test_nobody_is_found_in_any_file_when_they_were_forgotten(town: Town, tmp_path: Path) -> None:
    resident = await town.resident().says(NEED, photo())
    await resident.presses("确认提交")
    await resident.says("我的申请")
    await resident.presses("撤回")
    await resident.presses("确定撤回")
    await forget(resident)
    assert "删好了" in resident.text
    await town.later(seconds=10)
    assert in_files(tmp_path) == []
    ticket = await town.ticket()
    assert (ticket.state, ticket.need.services, ticket.need.place[:6]) == ("cancelled", ("errands",), "652328")
    await resident.says("我的申请")
    assert ticket.number not in resident.text


async def test_not_even_the_address_is_found_when_a_month_has_passed(town: Town, tmp_path: Path) -> None:
    resident = await town.resident("telegram-778899").says(NEED)
    await resident.presses("确认提交")
    await resident.says("我的申请")
    await resident.presses("撤回")
    await resident.presses("确定撤回")
    await forget(resident)
    await town.later(days=31)
    assert b"778899" not in everything(tmp_path)


async def test_what_was_done_is_remembered_for_its_time_when_a_service_was_given(town: Town) -> None:
    worker = town.worker(await town.hire())
    resident = await asked(town)
    await finished(town, resident, worker)
    await forget(resident)
    assert "2029 年 3 月" in resident.text
    ticket = await town.ticket()
    assert (ticket.record, ticket.need.beneficiary.name) == ("菜买好了，老人很高兴", "张有福")
    assert "13800138001" not in str(ticket.events)
    await town.later(days=3 * 366)
    assert known_in(await town.ticket()) == []


def known_in(ticket: Ticket) -> list[str]:
    return [each for each in (*SECRETS, "菜买好了") if each in str(ticket)]


async def test_the_others_keep_what_they_said_when_one_reporter_is_forgotten(town: Town) -> None:
    worker = town.worker(await town.hire())
    first = await town.resident("r1").says("我妈张秀兰八十了在木垒照壁山乡，要人上门做饭，我电话13800138001")
    await first.presses("本人知道也同意")
    second = await town.resident("r2").says("邻居张秀兰八十了在木垒照壁山乡，要人上门做饭，我电话13900139002")
    await second.presses("本人知道也同意")
    await worker.presses("是同一件事")
    await worker.presses("完成")
    await worker.says("做好了")
    await first.presses("解决了")
    await forget(second)
    kept = (await town.tickets())[0]
    assert "13900139002" not in str(kept)
    assert "13800138001" in str(kept)


def read(content: bytes) -> str:
    return content.decode()


async def rows_with(town: Town, table: Table, words: str) -> int:
    async with town.app.database.read() as connection:
        rows = (await connection.execute(select(table.c.payload))).scalars()
        return sum(words in str(row) for row in rows)


async def test_what_was_never_confirmed_is_gone_when_a_month_has_passed(town: Town) -> None:
    resident = await town.resident().says("我妈张有福在木垒，要人上门做饭，电话13800138001")
    card = next(button.key for button in resident.last.buttons if "同意" in button.label)
    await town.later(days=29)
    assert await rows_with(town, inbox, "13800138001") == 1
    await town.later(days=2)
    assert await rows_with(town, inbox, "13800138001") == 0
    assert await rows_with(town, outbox, "13800138001") == 0
    await resident.presses_key(card)
    assert "放得太久了" in resident.text
    assert not await town.tickets()


async def test_a_volunteer_is_forgotten_when_they_left_half_a_year_ago(town: Town) -> None:
    person, _ = await approved(town)
    await person.says("我不想当志愿者了")
    await person.presses("先不当了")
    await town.later(days=170)
    assert await named(town) == ["周小明"]
    await town.later(days=20)
    assert await named(town) == [""]


async def named(town: Town) -> list[str]:
    """All who ever volunteered."""
    async with town.app.database.read() as connection:
        return list((await connection.execute(select(volunteer.c.name))).scalars())


async def test_the_worker_sees_that_it_was_asked_when_a_ticket_is_still_open(town: Town) -> None:
    worker = town.worker(await town.hire())
    await worker.says("我的单")
    resident = await asked(town)
    await forget(resident)
    asked_for = (await town.ticket()).last
    assert (asked_for.type, asked_for.audience) == ("erasure-asked", "staff")
    await forget(resident)
    assert types(await town.ticket()).count("erasure-asked") == 1


async def test_a_violent_home_reads_nothing_when_my_data_is_opened(town: Town) -> None:
    resident = await town.resident().says("我男人天天打我，在木垒照壁山乡，电话13800138001")
    await resident.says("我的资料")
    assert "13800138001" not in resident.text
    await resident.presses("要一份带走")
    assert resident.last.attachment is not None
    stored = await town.app.files.open(resident.last.attachment.id, resident.address)
    assert stored is not None
    assert "打我" not in read(stored.content())
