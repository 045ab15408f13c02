"""Photos, the voice and the place in a real browser, and the friendly words when the phone refuses."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from selenium.webdriver import Chrome

from tests.browser import browser, eventually
from tests.webchat import Room, open_room


@pytest.fixture(scope="module")
def driver() -> Iterator[Chrome]:
    with browser() as started:
        yield started


@pytest.fixture
def room(driver: Chrome, tmp_path: Path) -> Iterator[Room]:
    with open_room(driver, tmp_path) as resident:
        yield resident


def test_photo_is_sent_small_when_it_was_large(room: Room, tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    photo.write_bytes(noise(2000, 400))
    assert photo.stat().st_size > 1.5 * 1024 * 1024
    room.part("photo").click()
    room.part("album").send_keys(str(photo))
    room.reads("听到了：photo")
    (sent,) = room.mailbox.received[-1].attachments
    assert (sent.kind, sent.mime) == ("photo", "image/jpeg")
    assert sent.size < photo.stat().st_size
    assert room.part("text").is_displayed()
    room.driver.refresh()
    eventually(lambda: room.driver.execute_script("return document.querySelector('#log img').naturalWidth") == 1600)


def test_photo_survives_when_page_is_reloaded_before_it_was_kept(room: Room, tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    photo.write_bytes(noise(8, 8))
    room.mailbox.broken = True
    room.part("camera").send_keys(str(photo))
    eventually(lambda: "没送出去" in room.log())
    room.driver.refresh()
    room.mailbox.broken = False
    room.reads("听到了：photo")
    assert room.mailbox.received[-1].attachments[0].size == photo.stat().st_size


def test_words_are_recorded_and_sent_when_the_microphone_is_there(room: Room) -> None:
    room.part("speak").click()
    eventually(lambda: "0:01" in room.part("timer").text)
    room.part("finish").click()
    room.reads("听到了：voice")
    (voice,) = room.mailbox.received[-1].attachments
    assert (voice.kind, voice.mime) == ("voice", "audio/webm")
    assert voice.seconds >= 1
    assert room.part("text").is_displayed()


def test_recording_is_forgotten_when_cancelled(room: Room) -> None:
    room.part("speak").click()
    eventually(lambda: room.part("discard").is_displayed())
    room.part("discard").click()
    eventually(lambda: room.part("text").is_displayed())
    assert len(room.mailbox.delivered) == 1
    assert room.words("in") == []


def test_friendly_words_are_shown_when_the_microphone_is_refused(room: Room) -> None:
    room.driver.execute_script("navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error('no'))")
    room.part("speak").click()
    eventually(lambda: "打字也行" in room.part("notice").text)


def test_place_is_sent_when_the_phone_knows_it(room: Room) -> None:
    allow(room.driver, ["geolocation"])
    place = {"latitude": 43.83, "longitude": 90.28, "accuracy": 10}
    room.driver.execute_cdp_cmd("Emulation.setGeolocationOverride", place)
    room.part("place").click()
    room.reads("听到了：location")
    (pin,) = room.mailbox.received[-1].attachments
    assert (pin.latitude, pin.longitude) == (43.83, 90.28)
    assert "43.83000, 90.28000" in room.words("in")[0]


def test_friendly_words_are_shown_when_the_place_is_refused(room: Room) -> None:
    allow(room.driver, [])
    room.part("place").click()
    eventually(lambda: "写地名也行" in room.part("notice").text)


def allow(driver: Chrome, permissions: list[str]) -> None:
    """Grant exactly these permissions."""
    driver.execute_cdp_cmd("Browser.grantPermissions", {"permissions": permissions})


def noise(width: int, height: int) -> bytes:
    """A PNG that cannot be compressed, so that it is as large as a photo."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    random: Callable[[int], bytes] = Random(1).randbytes
    rows = b"".join(b"\0" + random(width * 3) for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows, 1))
        + chunk(b"IEND", b"")
        + chunk(b"IEND", b"")
    )
