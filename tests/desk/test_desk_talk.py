"""A worker speaks with a resident from the desk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from casework.talk import answer, talk_of
from tests.fakes.desk import NEED, Desk, forms_in, open_desk, words_of


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path) as opened:
        await opened.sign_in()
        yield opened


async def test_worker_and_resident_speak_when_the_worker_begins_a_talk_at_the_desk(desk: Desk) -> None:
    await desk.office.filed(NEED)
    await desk.press("CJ-1001", "accept")
    await desk.press("CJ-1001", "talk", "您好，现在方便说话吗？")
    page = await desk.http.get("/desk/tickets/CJ-1001")
    assert forms_in(page)[:2] == ["talk", "hush"]
    assert '<details id="act-talk" class="act" open>' in page.text
    words = words_of(page)
    assert "阿依古丽正在和居民说话，联助不插话" in words
    assert "阿依古丽对居民说： 您好，现在方便说话吗？" in words
    await resident_says(desk, "方便，您说")
    page = await desk.http.get("/desk/tickets/CJ-1001")
    beside = page.text.partition('data-live="spoken"')[2].partition('data-live="actions"')[0]
    assert beside.index("您好，现在方便说话吗？") < beside.index("方便，您说")
    await desk.press("CJ-1001", "hush")
    words = await desk.read("/desk/tickets/CJ-1001")
    assert "对话结束了，联助接着照应" in words
    assert "正在和居民说话" not in words


async def resident_says(desk: Desk, text: str) -> None:
    """In the talk that goes on."""
    ticket = await desk.office.numbered("CJ-1001")
    talk = talk_of(ticket)
    assert talk is not None
    await answer(desk.office.book, ticket, talk, text)
