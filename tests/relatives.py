"""Two relatives who ask for the same elder, each in their own words and language."""

from __future__ import annotations

from tests.talk import Person, Town

DAUGHTER = "我妈叫阿依古丽，八十岁，在木垒照壁山乡，要人上门做饭，电话13899012345"
SON = "ئاپامنىڭ ئىسمى ئايگۈل، 80 ياش، تاماق ئېتىپ بېرىدىغان ئادەم كېرەك، مورى ناھىيەسى"
ERRAND = "我妈叫阿依古丽，八十岁，在木垒照壁山乡，想请人代买点菜，电话13899012345"
NEIGHBOUR = "邻居王桂兰七十一岁，家在木垒照壁山乡，没人做饭，能送饭吗"
CONFIRM = {"zh": "确认提交", "ug": "تاپشۇرۇش، ئۆزى بىلىدۇ"}


async def asks(town: Town, name: str, text: str, language: str = "zh") -> Person:
    resident = await town.resident(name).says(text)
    return await resident.presses(CONFIRM[language])


async def both(town: Town) -> tuple[Person, Person, Person]:
    """Daughter, son and the worker who has both their tickets."""
    worker = town.worker(await town.hire())
    daughter = await asks(town, "daughter", DAUGHTER)
    await town.later(hours=2)
    return daughter, await asks(town, "son", SON, "ug"), worker


async def merged(town: Town) -> tuple[Person, Person, Person]:
    daughter, son, worker = await both(town)
    await worker.presses("是同一件事")
    return daughter, son, worker
