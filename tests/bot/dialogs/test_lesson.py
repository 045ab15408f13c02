"""A wrong first guess that the resident corrects is kept for those who edit the phrases, without personal data."""

from __future__ import annotations

from storage import lesson
from storage.lesson import Correction
from tests.talk import Town


async def kept(town: Town) -> list[Correction]:
    async with town.app.database.read() as connection:
        return await lesson.latest(connection, 10)


async def test_the_pair_is_kept_without_personal_data_when_the_service_was_changed(town: Town) -> None:
    await town.hire()
    resident = await town.resident().says("我妈叫马秀兰，八十了在木垒照壁山乡，要人上门做饭，电话13999123456")
    await resident.presses("改一改")
    await resident.presses("改要什么帮助")
    await resident.presses("生活照护")
    await resident.presses("助浴")
    await resident.presses("确认提交")
    [pair] = await kept(town)
    assert (pair.offered, pair.chosen) == (("meals",), ("bathing",))
    assert "做饭" in pair.text
    for personal in ("马秀兰", "13999123456", "照壁山"):
        assert personal not in pair.text


async def test_nothing_is_kept_when_the_first_guess_was_right(town: Town) -> None:
    await town.hire()
    resident = await town.resident().says("我妈八十了在木垒照壁山乡，要人上门做饭")
    await resident.presses("确认提交")
    assert await kept(town) == []
