"""Models outside the program, asked over real HTTP: what they add, and that nothing depends on them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from catalogue.catalogue import Catalogue
from tests.fakes.model_server import LIES, ModelServer
from tests.talk import Town, open_town, voice

UNCLEAR = "我爸腿不好，想请你们帮一帮，他叫王建国，电话13999123456"
"""The matcher alone would ask which of several services is meant."""
ASKED_BACK = "没太听明白"
HEARD = "我妈瘫在床上，白天没人给她翻身"


@pytest_asyncio.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with ModelServer() as running:
        yield running


@pytest_asyncio.fixture
async def counselled(tmp_path: Path, catalogue: Catalogue, server: ModelServer) -> AsyncIterator[Town]:
    """A bot with both models behind it."""
    chosen = {"llm_url": server.url, "llm_key": server.key, "asr_url": server.url, "asr_key": server.key}
    async with open_town(tmp_path, catalogue, gather_seconds=0, **chosen) as opened:
        yield opened
        await opened.app.counsel.close()


async def test_the_service_is_offered_when_the_model_knows_it(counselled: Town, server: ModelServer) -> None:
    server.answers("respite")
    resident = await counselled.resident().says(UNCLEAR)
    assert "喘息服务" in resident.text
    assert ASKED_BACK not in resident.text


async def test_nothing_personal_is_sent_when_the_model_is_asked(counselled: Town, server: ModelServer) -> None:
    server.answers("respite")
    await counselled.resident().says(UNCLEAR)
    sent = str(server.asked)
    assert "想请你们帮一帮" in sent
    assert "13999123456" not in sent
    assert "王建国" not in sent


async def test_nobody_is_asked_when_the_matcher_is_sure(counselled: Town, server: ModelServer) -> None:
    server.answers("respite")
    resident = await counselled.resident().says("家里没人做饭，想订送餐")
    assert "助餐" in resident.text
    assert not server.asked


@pytest.mark.parametrize("answer", LIES.values(), ids=LIES)
async def test_the_bot_asks_back_when_the_model_lies(counselled: Town, server: ModelServer, answer: str) -> None:
    server.answers(answer)
    resident = await counselled.resident().says(UNCLEAR)
    assert ASKED_BACK in resident.text


async def test_the_bot_asks_back_when_the_model_hangs(counselled: Town, server: ModelServer) -> None:
    server.hangs()
    resident = await counselled.resident().says(UNCLEAR)
    assert ASKED_BACK in resident.text


async def test_the_need_is_understood_when_it_is_spoken(counselled: Town, server: ModelServer, tmp_path: Path) -> None:
    await counselled.hire()
    counselled.app.files.fetchers["telegram"] = recording
    server.answers(HEARD)
    resident = await counselled.resident().says("", voice())
    assert HEARD in resident.text
    assert "居家照护" in resident.text


async def test_the_recording_is_attached_when_it_was_written_down(counselled: Town, server: ModelServer) -> None:
    worker = counselled.worker(await counselled.hire())
    counselled.app.files.fetchers["telegram"] = recording
    server.answers(HEARD)
    resident = await counselled.resident().says("", voice())
    await resident.says("木垒照壁山乡")
    await resident.presses("确认提交，本人知道也同意")
    need = (await counselled.ticket()).need
    assert need.attachments
    assert "机器写的" in need.words[0]
    assert HEARD in worker.text


async def test_the_recording_is_taken_as_before_when_nothing_can_be_written_down(
    counselled: Town, server: ModelServer
) -> None:
    await counselled.hire()
    counselled.app.files.fetchers["telegram"] = recording
    server.fails(500)
    resident = await counselled.resident().says("", voice())
    assert "录音" in resident.text or "语音" in resident.text


async def recording(handle: str) -> AsyncIterator[bytes]:
    yield b"OggS" + b"\0" * 100
