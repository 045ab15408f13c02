"""Several short messages, a photo and a voice note in a row are one need."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from bot.message import Incoming
from catalogue.catalogue import Catalogue
from tests.talk import Town, open_town, photo, voice


@pytest_asyncio.fixture
async def patient(tmp_path: Path, catalogue: Catalogue) -> AsyncIterator[Town]:
    """A bot that waits two seconds for the rest of a need."""
    async with open_town(tmp_path, catalogue, gather_seconds=2) as opened:
        await opened.hire()
        yield opened


async def test_one_answer_comes_when_several_messages_are_sent_in_a_row(patient: Town) -> None:
    resident = patient.resident()
    await resident.says("我妈八十了", more=None)
    await resident.says("在木垒照壁山乡", more=None)
    await resident.says("要人上门做饭", more=None)
    await resident.says("", photo(), more=None)
    await resident.says("", voice(), more=None)
    assert resident.heard == []
    await patient.later(seconds=2.1)
    assert len(resident.heard) == 1
    assert "助餐" in resident.text
    await resident.presses("确认提交")
    ticket = await patient.ticket()
    assert ticket.need.words == ("我妈八十了\n在木垒照壁山乡\n要人上门做饭",)
    assert len(ticket.need.attachments) == 2


async def test_everybody_is_answered_when_many_have_finished_at_the_same_moment(patient: Town) -> None:
    residents = [await patient.resident(str(number)).says("没人做饭，我走不动", more=None) for number in range(40)]
    assert [person for person in residents if person.heard] == []
    await patient.later(seconds=2.1)
    assert [person.address for person in residents if len(person.heard) != 1] == []


async def test_the_wait_begins_anew_when_another_message_comes(patient: Town) -> None:
    resident = patient.resident()
    await resident.says("我妈八十了", more=None)
    await patient.later(seconds=1.5)
    await resident.says("要人上门做饭", more=None)
    await patient.later(seconds=1.5)
    assert resident.heard == []
    await patient.later(seconds=1)
    assert "助餐" in resident.text or "人在哪儿" in resident.text


async def test_nothing_waits_when_it_is_dangerous(patient: Town) -> None:
    resident = await patient.resident().says("我妈摔倒了起不来", more=None)
    assert "120" in resident.text


async def test_nothing_waits_when_it_is_a_command_a_press_or_an_answer(patient: Town) -> None:
    resident = await patient.resident().says("帮助", more=None)
    assert resident.heard
    await resident.says("家里太脏了，我干不动，想找人打扫屋子", more=None)
    await patient.later(seconds=3)
    assert "人在哪儿" in resident.text
    await resident.says("木垒镇", more=None)
    assert "助洁" in resident.text
    await resident.says("确认提交", more=None)
    assert (await patient.ticket()).state == "dispatched"


async def test_what_was_gathered_is_answered_first_when_a_command_follows(patient: Town) -> None:
    resident = patient.resident()
    await resident.says("我妈八十了在木垒照壁山乡，要人上门做饭", more=None)
    await resident.says("帮助", more=None)
    assert "助餐" in resident.heard[0].text
    assert "随时可以说" in resident.heard[-1].text


async def test_gathered_messages_are_answered_when_the_bot_was_restarted(tmp_path: Path, catalogue: Catalogue) -> None:
    async with open_town(tmp_path, catalogue, gather_seconds=2) as before:
        await before.resident().says("我妈八十了在木垒照壁山乡", more=None)
        await before.resident().says("要人上门做饭", more=None)
    async with open_town(tmp_path, catalogue, gather_seconds=2) as after:
        resident = after.resident()
        await after.later(seconds=10)
        assert "助餐" in resident.text
        assert "照壁山乡" in resident.text


async def test_the_new_wording_counts_when_a_waiting_message_is_edited(patient: Town) -> None:
    resident = patient.resident()
    await resident.says("家里太脏了，我干不动，在木垒镇，想找人打少卫生", more=None)
    await resident.sends(
        Incoming(
            resident.address, "e1", patient.clock(), "家里老人没饭吃了，做不动饭，在木垒镇，想找人做饭", edits="m1"
        )
    )
    await patient.later(seconds=3)
    assert "助餐" in resident.text
    assert "助洁" not in resident.text


async def test_the_card_follows_when_a_message_is_edited_after_the_answer(patient: Town) -> None:
    resident = await patient.resident().says("我妈八十了在木垒照壁山乡，要人上门做饭", more=False)
    await resident.sends(
        Incoming(resident.address, "e1", patient.clock(), "我妈八十了在木垒镇，要人上门做饭", edits="m1", more=False)
    )
    assert "木垒镇" in resident.text


async def test_a_message_is_handled_once_when_it_is_delivered_three_times(patient: Town) -> None:
    resident = patient.resident()
    incoming = Incoming(resident.address, "same", patient.clock(), "我妈八十了在木垒照壁山乡，要人上门做饭", more=False)
    await resident.sends(incoming)
    assert len(resident.heard) == 1
    for _ in range(2):
        await resident.sends(incoming)
        assert resident.heard == []


async def test_one_persons_burst_leaves_others_alone_when_both_write(patient: Town) -> None:
    one, other = patient.resident("r1"), patient.resident("r2")
    await one.says("我妈八十了在木垒照壁山乡", more=None)
    await other.says("我家太脏了，我干不动，在木垒镇，想找人打扫屋子", more=None)
    await one.says("要人上门做饭", more=None)
    await patient.later(seconds=3)
    assert "助餐" in one.text
    assert "助洁" in other.text


async def test_the_worker_reads_the_correction_when_a_message_is_edited_after_filing(patient: Town) -> None:
    worker = patient.worker((await patient.staff())[0])
    resident = await patient.resident().says("我妈八十了在木垒照壁山乡，要人上门做饭", more=False)
    await resident.presses("确认提交")
    edit = Incoming(resident.address, "e9", patient.clock(), "我妈八十五了在木垒照壁山乡", edits="m1", more=False)
    await resident.sends(edit)
    assert "（更正）我妈八十五了" in worker.text
