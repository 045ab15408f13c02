"""On what ground data is kept, recorded at the desk."""

from __future__ import annotations

from pathlib import Path

from casework import step
from casework.consent import agreed, lacking
from tests.fakes.desk import NEED, open_desk

CASE = "/desk/tickets/CJ-1001"
WORDS = {"general": "a", "sensitive": "b", "child": "c"}


async def test_the_ground_is_recorded_when_nobody_had_agreed(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await desk.sign_in()
        own = agreed(NEED, WORDS, "zh", "button")[:1]
        await step.file(desk.office.book, NEED, "telegram:1", grounds=own)
        assert "还没登记，见面时请问一声" in await desk.read(CASE)
        refused = await desk.press("CJ-1001", "basis")
        assert (refused.status_code, "请选一条依据" in refused.text) == (422, True)
        await desk.press("CJ-1001", "basis", choice="telephone")
        page = await desk.read(CASE)
        assert "本人同意（个保法 13(1)(1)）" in page
        assert "登记了留资料的依据" in page
        assert lacking(await desk.office.numbered("CJ-1001")) == ()
