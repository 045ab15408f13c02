"""What becomes of each kind of Telegram's updates."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.handlers.telegram import Telegram
from bot.message import MAX_FILE_BYTES, Address, Incoming
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.inbox import Kept


@pytest.fixture
async def api() -> AsyncIterator[FakeBotApi]:
    async with FakeBotApi() as server:
        yield server


@pytest.fixture
def inbox() -> Kept:
    return Kept()


async def taken(api: FakeBotApi, inbox: Kept, update: dict[str, Any]) -> Incoming:
    """What an update becomes when it comes by webhook."""
    telegram = Telegram(api.token, api.url, inbox)
    await telegram.take(update)
    await telegram.close()
    return inbox.messages[-1]


async def test_text_is_passed_on_unchanged_when_a_resident_writes(api: FakeBotApi, inbox: Kept) -> None:
    user = api.user(id=77, name="古丽", language="kk")
    update = await user.say("/start T-123")
    message = await taken(api, inbox, update)
    assert message.address == Address("telegram", "77")
    assert message.external_id == f"m{update['message']['message_id']}"
    assert message.text == "/start T-123"
    assert (message.sender_name, message.locale_hint) == ("古丽", "kk")
    assert message.at.timestamp() == update["message"]["date"]
    assert message.more is None
    assert (message.button, message.edits, message.unsupported, message.attachments) == (None, None, "", ())


async def test_edit_names_the_first_message_when_words_change(api: FakeBotApi, inbox: Kept) -> None:
    update = await api.user().say_edit(12, "改了", edit_date=1_700_000_000)
    message = await taken(api, inbox, update)
    assert (message.external_id, message.edits, message.text) == ("e12.1700000000", "m12", "改了")
    assert message.at.timestamp() == 1_700_000_000


async def test_press_carries_its_data_when_a_button_is_pressed(api: FakeBotApi, inbox: Kept) -> None:
    update = await api.user().press_data(5, "forged:anything")
    message = await taken(api, inbox, update)
    query = update["callback_query"]["id"]
    assert (message.button, message.text, message.external_id) == ("forged:anything", "", f"c{query}")


async def test_largest_photo_is_taken_when_sizes_differ(api: FakeBotApi, inbox: Kept) -> None:
    update = await api.user().send_photo(b"x" * 5000, caption="伤口")
    message = await taken(api, inbox, update)
    (photo,) = message.attachments
    assert message.text == "伤口"
    assert (photo.kind, photo.size, photo.mime) == ("photo", 5000, "image/jpeg")
    assert photo.source == "telegram:" + update["message"]["photo"][-1]["file_id"]


async def test_smaller_photo_is_taken_when_the_largest_is_too_large(api: FakeBotApi, inbox: Kept) -> None:
    update = await api.user().send_photo(b"x" * (MAX_FILE_BYTES + 1))
    (photo,) = (await taken(api, inbox, update)).attachments
    assert photo.size == 100


async def test_album_arrives_as_single_messages_when_sent(api: FakeBotApi, inbox: Kept) -> None:
    for update in await api.user().send_album([b"1", b"2", b"3"], caption="三张"):
        await taken(api, inbox, update)
    messages = inbox.messages
    assert [len(message.attachments) for message in messages] == [1, 1, 1]
    assert [message.text for message in messages] == ["三张", "", ""]
    assert len({message.external_id for message in messages}) == 3


async def test_voice_keeps_its_length_when_sent(api: FakeBotApi, inbox: Kept) -> None:
    (voice,) = (await taken(api, inbox, await api.user().send_voice(b"OggS", seconds=9))).attachments
    assert (voice.kind, voice.seconds, voice.size, voice.mime) == ("voice", 9, 4, "audio/ogg")


FILE = {"file_id": "f-1", "file_unique_id": "u", "file_size": 7}


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ({"audio": FILE | {"duration": 3, "file_name": "歌.mp3"}}, "voice"),
        ({"video": FILE | {"duration": 3, "width": 1, "height": 1}}, "video"),
        ({"video_note": FILE | {"duration": 3, "length": 1}}, "video"),
        ({"animation": FILE | {"duration": 3, "width": 1, "height": 1}, "document": FILE}, "video"),
        ({"document": FILE | {"file_name": "证明.pdf"}}, "file"),
        ({"document": {"file_id": "f-1", "file_unique_id": "u"}}, "file"),
    ],
)
async def test_file_becomes_its_kind_when_sent(
    api: FakeBotApi, inbox: Kept, content: dict[str, Any], kind: str
) -> None:
    message = await taken(api, inbox, await api.user().send(**content))
    (found,) = message.attachments
    assert (found.kind, found.source, message.unsupported) == (kind, "telegram:f-1", "")


async def test_file_is_declined_when_over_the_limit(api: FakeBotApi, inbox: Kept) -> None:
    message = await taken(api, inbox, await api.user().send_document(size=20 * 1024 * 1024))
    assert (message.unsupported, message.attachments) == ("too-large:file", ())


@pytest.mark.parametrize("name", ["update.apk", "a.zip", "x.html", "y.SVG"])
async def test_words_are_kept_when_a_file_says_that_nobody_wants_it(api: FakeBotApi, inbox: Kept, name: str) -> None:
    file = {"file_id": "f-1", "file_unique_id": "u", "file_name": name}
    message = await taken(api, inbox, await api.user().send(document=file, caption="我妈的药单"))
    assert (message.unsupported, message.attachments, message.text) == ("unfit:file", (), "我妈的药单")


async def test_place_is_taken_when_a_pin_is_sent(api: FakeBotApi, inbox: Kept) -> None:
    (pin,) = (await taken(api, inbox, await api.user().send_location(44.01, 87.31))).attachments
    assert (pin.kind, pin.latitude, pin.longitude, pin.source) == ("location", 44.01, 87.31, "")


async def test_place_keeps_its_name_when_a_venue_is_sent(api: FakeBotApi, inbox: Kept) -> None:
    place = {"latitude": 44.0, "longitude": 87.0}
    update = await api.user().send(location=place, venue={"location": place, "title": "卫生院", "address": "人民路1号"})
    message = await taken(api, inbox, update)
    assert [pin.name for pin in message.attachments] == ["卫生院 人民路1号"]


async def test_phone_becomes_text_when_a_contact_is_sent(api: FakeBotApi, inbox: Kept) -> None:
    assert (await taken(api, inbox, await api.user().send_contact("+8613800000000"))).text == "+8613800000000"


async def test_sticker_is_named_unsupported_when_sent(api: FakeBotApi, inbox: Kept) -> None:
    message = await taken(api, inbox, await api.user().send_sticker())
    assert (message.unsupported, message.text, message.attachments) == ("sticker", "", ())


async def test_kind_is_named_when_nothing_can_be_read(api: FakeBotApi, inbox: Kept) -> None:
    update = await api.user().send(dice={"emoji": "🎲", "value": 3})
    assert (await taken(api, inbox, update)).unsupported == "dice"


HEAD = {"message_id": 2, "date": 1, "chat": {"id": 5, "type": "private"}}
GROUP = {"message_id": 2, "date": 1, "chat": {"id": -5, "type": "group"}}
PRESS = {"id": "9", "from": {"id": 5, "is_bot": False, "first_name": "x"}, "chat_instance": "1", "data": "yes"}
STEP = {"edit_date": 2, "location": {"latitude": 1, "longitude": 1, "live_period": 60}}


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"message": "nonsense"},
        {"message": GROUP | {"text": "大家好"}},
        {"message": GROUP | {"dice": "a shape of tomorrow"}},
        {"message": HEAD | {"pinned_message": HEAD}},
        {"edited_message": HEAD | STEP},
        {"callback_query": PRESS | {"message": GROUP}},
        {"poll": {"id": "1"}},
    ],
)
async def test_nothing_is_handed_over_when_nobody_spoke_to_the_bot(
    api: FakeBotApi, inbox: Kept, content: dict[str, Any]
) -> None:
    telegram = Telegram(api.token, api.url, inbox)
    await telegram.take({"update_id": 1} | content)
    await telegram.close()
    assert inbox.tries == []


async def test_press_reaches_its_person_when_the_message_is_too_old_to_show(api: FakeBotApi, inbox: Kept) -> None:
    update = {"update_id": 1, "callback_query": PRESS}
    assert (await taken(api, inbox, update)).address == Address("telegram", "5")


async def test_bytes_are_read_when_a_webhook_passes_them_on(api: FakeBotApi, inbox: Kept) -> None:
    telegram = Telegram(api.token, api.url, inbox)
    await telegram.take(b'{"update_id": 1, "message": {"message_id": 2, "date": 1, "text": "hi", '
                        b'"chat": {"id": 5, "type": "private"}}}')  # fmt: skip
    await telegram.close()
    assert inbox.texts == ["hi"]
