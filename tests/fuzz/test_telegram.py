"""Updates as no Telegram would send them: whatever comes is kept or left alone, and never stops what comes after it."""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.handlers.telegram import Telegram
from bot.message import INCOMING
from tests.fakes.inbox import Kept
from tests.fuzz import saying

TOKEN = "7312345678:AAH9secretSECRETsecretSECRETsecret12"
CHAT = {"id": 7, "type": "private", "first_name": "张三"}
USER = {"id": 7, "is_bot": False, "first_name": "张三", "language_code": "zh"}
FILE = {"file_id": "f-1", "file_unique_id": "u", "file_size": 5, "file_name": "a.pdf", "mime_type": "application/pdf"}
PHOTO = {"file_id": "f-1", "file_unique_id": "u", "width": 9, "height": 9, "file_size": 5}
PIN = {"latitude": 44.0, "longitude": 87.0}
BASE = {"message_id": 5, "date": 1772510400, "chat": CHAT, "from": USER}
MESSAGES = [
    BASE | {"text": "我妈八十了"},
    BASE | {"text": "我妈八十了", "edit_date": 1772510500},
    BASE | {"document": FILE, "caption": "药单"},
    BASE | {"photo": [PHOTO, PHOTO | {"width": 90}]},
    BASE | {"voice": FILE | {"duration": 3}},
    BASE | {"video": FILE | {"duration": 3, "width": 1, "height": 1}},
    BASE | {"location": PIN},
    BASE | {"venue": {"location": PIN, "title": "卫生院", "address": "人民路"}, "location": PIN},
    BASE | {"contact": {"phone_number": "13999999999", "first_name": "张三"}},
    BASE | {"sticker": FILE},
]
UPDATES = [{"update_id": 1, kind: message} for message in MESSAGES for kind in ("message", "edited_message")] + [
    {"update_id": 1, "callback_query": {"id": "9", "from": USER, "chat_instance": "x", "data": "a.b", "message": BASE}}
]
ODD = (
    st.sampled_from(
        [
            *(None, True, -1, 0, 2**31, 2**63, 2**64, 10**30, -(10**30), 1e308),
            *(float("inf"), float("-inf"), float("nan"), 0.5, "", "x", "1", [], [[]], {}, {"a": 1}),
        ]
    )
    | saying.texts
)


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every place in a JSON value: what holds it, and under what."""
    found: list[tuple[Any, Any]] = []
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        found += [(value, key), *places(inner)]
    return found


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    """A real update, in which one to three places are something else, or not there."""
    update = copy.deepcopy(draw(st.sampled_from(UPDATES)))
    for _ in range(draw(st.integers(1, 3))):
        holder, key = draw(st.sampled_from(places(update)))
        if draw(st.booleans()) or isinstance(holder, list):
            holder[key] = copy.deepcopy(draw(ODD))
        else:
            holder.pop(key, None)
        if not places(update):
            break
    return update


async def took(update: Any) -> Kept:
    inbox = Kept()
    telegram = Telegram(TOKEN, "http://127.0.0.1:9", inbox)
    try:
        await telegram.take(update if isinstance(update, bytes) else json.dumps(update).encode())
    finally:
        await telegram.close()
    return inbox


@given(mutated())
async def test_update_is_kept_or_left_alone_when_it_is_mutilated(update: dict[str, Any]) -> None:
    inbox = await took(update)
    for incoming in inbox.messages:
        INCOMING.dump_json(incoming)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9), lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["update_id", "message", "chat", "id", "date", "text", "from", "type", "message_id", "x"]), inner, max_size=6), max_leaves=30).filter(lambda made: isinstance(made, dict)))  # fmt: skip
async def test_update_is_left_alone_when_it_is_any_object(update: dict[str, Any]) -> None:
    await took(update)
