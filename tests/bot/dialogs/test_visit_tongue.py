"""Visits agreed by a worker who writes Kazakh or Uyghur, as the resident reads of them."""

from __future__ import annotations

import re

import pytest

from bot.message import Incoming
from casework.staff import Role
from casework.visit_wording import series_words
from storage import staff as staff_store
from tests.talk import Person, Town

KAZAKH = "Шешеме тамақ әкеліп беретін адам керек, өзі сексен жаста, Мори ауданында тұрады"
HAN = re.compile(r"[\u3400-\u9fff]")


async def accepted(town: Town) -> tuple[Person, Person]:
    """A Kazakh resident, and a worker whose telephone speaks Kazakh and who took the ticket up."""
    say = town.app.house.texts.say("kk")
    async with town.app.database.write() as connection:
        staff = await staff_store.add(connection, "Айгүл", Role.WORKER, "652328", ("kk", "zh"))
    worker = town.worker(staff)
    await worker.sends(Incoming(worker.address, "hello", town.clock(), say("say.mine").split("|")[0], locale_hint="kk"))
    resident = await town.resident().says(KAZAKH)
    await resident.presses(say("button.confirm.yes"))
    await worker.presses(say("button.staff.accept"))
    await worker.presses(say("button.staff.plan"))
    return resident, worker


async def test_both_read_it_in_kazakh_when_a_series_is_agreed_in_kazakh(town: Town) -> None:
    resident, worker = await accepted(town)
    await worker.says("әр сейсенбі және бейсенбі түстен бұрын сағат 10-да, маусымның аяғына дейін")
    for person in (resident, worker):
        assert "сейсенбі, бейсенбі сайын, 2026 жылғы 6-айдың 30-күніне дейін" in person.text
        assert "3-айдың 5-күні (бейсенбі), Бейжиң уақыты 10:00, Шинжяң уақыты 08:00" in person.text
        assert not HAN.search(person.text)
    await resident.says("Өтінішім")
    assert "сейсенбі, бейсенбі сайын" in resident.text


async def test_resident_reads_kazakh_when_the_worker_writes_chinese(town: Town) -> None:
    resident, worker = await accepted(town)
    await worker.says("每周二四上午10点，到六月底")
    assert "сейсенбі, бейсенбі сайын, 2026 жылғы 6-айдың 30-күніне дейін" in resident.text
    assert not HAN.search(resident.text)


async def test_resident_reads_the_moment_when_a_single_time_is_agreed_in_kazakh(town: Town) -> None:
    resident, worker = await accepted(town)
    await worker.says("ертең таңертең сағат 10-да")
    ticket = await town.ticket()
    assert ticket.planned_at is not None
    assert series_words(ticket, town.app.house.texts.say("kk")) == ""
    assert "3-айдың 4-күні (сәрсенбі), Бейжиң уақыты 10:00" in resident.text


async def test_worker_is_asked_again_in_kazakh_when_more_was_said_than_is_understood(town: Town) -> None:
    _, worker = await accepted(town)
    await worker.says("мерекелерден басқа күн сайын")
    assert "толық түсінбедім" in worker.text
    assert not HAN.search(worker.text)
    assert (await town.ticket()).state == "accepted"


@pytest.mark.parametrize("words", ["ھەر سەيشەنبە سائەت 10دا، ئۈچ ئاي", "her seyshenbe saet 10da, üch ay"])
async def test_kazakh_resident_reads_kazakh_when_the_series_is_agreed_in_uyghur(town: Town, words: str) -> None:
    resident, worker = await accepted(town)
    await worker.says(words)
    assert "сейсенбі сайын, 2026 жылғы 6-айдың 3-күніне дейін" in resident.text


async def test_a_visit_is_moved_when_the_worker_names_the_day_in_kazakh(town: Town) -> None:
    say = town.app.house.texts.say("kk")
    resident, worker = await accepted(town)
    await worker.says("әр сейсенбі сағат 10-да, үш ай")
    await worker.presses(say("button.staff.moved"))
    await worker.says("жұма күні сағат 10-да, жолда қар жауды")
    assert "3-айдың 6-күні (жұма), Бейжиң уақыты 10:00" in resident.text
