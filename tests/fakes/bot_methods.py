"""The methods of the Bot API that the fake knows, by name in lower case."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any

from tests.fakes.bot_check import (
    FORBIDDEN_BLOCKED,
    FORBIDDEN_GONE,
    MAX_DOWNLOAD,
    Params,
    keyboard,
    media,
    message_text,
    recipient,
    spoilers,
)
from tests.fakes.bot_state import JSON, ApiError, KeptFile, SentMessage, State, bad_request
from tests.fakes.bot_updates import Updates

Method = Callable[[State, Updates, Params], Awaitable[Any]]
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content "
    "and reply markup of the message"
)
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
COMMAND_LIMIT = 100


async def get_me(state: State, updates: Updates, params: Params) -> JSON:
    return state.bot


async def get_updates(state: State, updates: Updates, params: Params) -> list[JSON]:
    return await updates.poll(
        params.number("offset", 0),
        params.number("limit", 100),
        params.number("timeout", 0),
        params.json("allowed_updates"),
    )


async def set_webhook(state: State, updates: Updates, params: Params) -> bool:
    drop = params.text("drop_pending_updates").lower() == "true"
    await updates.set_hook(params.text("url"), params.text("secret_token"), params.json("allowed_updates"), drop)
    return True


async def delete_webhook(state: State, updates: Updates, params: Params) -> bool:
    await updates.set_hook("", "", None, params.text("drop_pending_updates").lower() == "true")
    return True


async def get_webhook_info(state: State, updates: Updates, params: Params) -> JSON:
    return updates.info()


async def send_message(state: State, updates: Updates, params: Params) -> JSON:
    text = message_text(params)
    return await accept(state, params, "sendMessage", text=text, spoilers=spoilers(params, text))


async def send_location(state: State, updates: Updates, params: Params) -> JSON:
    try:
        place = (float(params["latitude"]), float(params["longitude"]))
    except (KeyError, ValueError):
        raise bad_request("latitude and longitude must be specified") from None
    if not -90 <= place[0] <= 90 or not -180 <= place[1] <= 180:
        raise bad_request("wrong location specified")
    return await accept(state, params, "sendLocation", location=place)


def sends(kind: str) -> Method:
    """sendPhoto, sendVoice and their like."""

    async def send_file(state: State, updates: Updates, params: Params) -> JSON:
        recipient(state, params)
        text = message_text(params, "caption", 1024)
        veiled = params.text("has_spoiler").lower() == "true"
        kept = media(state, params, kind)
        return await accept(state, params, f"send{kind.title()}", text=text, file=kept, veiled=veiled)

    return send_file


async def accept(state: State, params: Params, method: str, **content: Any) -> JSON:
    """Check the buttons, the person and the pace, in this order, and put the message on their phone."""
    buttons = keyboard(params)
    person = recipient(state, params)
    if person.deactivated:
        raise ApiError(403, FORBIDDEN_GONE)
    if person.blocked:
        raise ApiError(403, FORBIDDEN_BLOCKED)
    state.throttle.admit(person.id)
    message = SentMessage(person.id, state.number(), method, time.monotonic(), keyboard=buttons, **content)
    state.sent.append(message)
    await state.notify()
    return described(state, message)


async def edit_text(state: State, updates: Updates, params: Params) -> JSON:
    return await change(state, params, text=message_text(params))


async def edit_markup(state: State, updates: Updates, params: Params) -> JSON:
    return await change(state, params, text=None)


async def change(state: State, params: Params, text: str | None) -> JSON:
    """Change a message of the bot's; one that would stay as it is, is refused."""
    message = find(state, recipient(state, params).id, params.number("message_id"))
    buttons = keyboard(params)
    wanted = message.text if text is None else text
    if (wanted, buttons) == (message.text, message.keyboard):
        raise bad_request(NOT_MODIFIED)
    message.text, message.keyboard, message.edited = wanted, buttons, True
    await state.notify()
    return described(state, message)


def find(state: State, chat: int, message_id: int) -> SentMessage:
    """A message of the bot's."""
    for message in state.sent:
        if (message.chat_id, message.message_id) == (chat, message_id):
            return message
    raise bad_request("message to edit not found")


async def answer_query(state: State, updates: Updates, params: Params) -> bool:
    pressed = state.queries.get(params.text("callback_query_id"))
    if pressed is None or time.monotonic() - pressed > state.query_lifetime:
        raise bad_request(TOO_OLD)
    if len(params.text("text")) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    state.answered.append(params.text("callback_query_id"))
    await state.notify()
    return True


async def get_file(state: State, updates: Updates, params: Params) -> JSON:
    file = state.files.get(params.text("file_id"))
    if file is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if file.size > MAX_DOWNLOAD:
        raise bad_request("file is too big")
    return file_fields(file) | {"file_path": file.path}


async def send_action(state: State, updates: Updates, params: Params) -> bool:
    state.actions.append((recipient(state, params).id, params.text("action")))
    return True


async def set_commands(state: State, updates: Updates, params: Params) -> bool:
    commands = params.json("commands")
    if not isinstance(commands, list) or len(commands) > COMMAND_LIMIT:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    state.commands = commands
    return True


def file_fields(file: KeptFile) -> JSON:
    """The fields that every kind of file has."""
    return {"file_id": file.file_id, "file_unique_id": f"u-{file.file_id}", "file_size": file.size}


def media_fields(file: KeptFile) -> Any:
    """A file as a message shows it."""
    fields = file_fields(file)
    if file.kind == "photo":
        return [fields | {"width": 640, "height": 480}]
    if file.kind == "document":
        return fields | {"file_name": file.name, "mime_type": file.mime}
    return fields | {"duration": 1, "mime_type": file.mime, "width": 640, "height": 480}


def described(state: State, message: SentMessage) -> JSON:
    """A message as the API returns it."""
    person = state.people[message.chat_id]
    found: JSON = {
        "message_id": message.message_id,
        "date": int(time.time()),
        "chat": {"id": person.id, "type": "private", "first_name": person.name},
        "from": state.bot,
    }
    if message.keyboard:
        found["reply_markup"] = {"inline_keyboard": message.keyboard}
    if message.file is not None:
        found[message.file.kind] = media_fields(message.file)
    if message.location is not None:
        found["location"] = {"latitude": message.location[0], "longitude": message.location[1]}
    if message.text:
        found["caption" if message.file is not None else "text"] = message.text
    return found


METHODS: dict[str, Method] = {
    "getme": get_me,
    "getupdates": get_updates,
    "setwebhook": set_webhook,
    "deletewebhook": delete_webhook,
    "getwebhookinfo": get_webhook_info,
    "sendmessage": send_message,
    "sendlocation": send_location,
    "sendphoto": sends("photo"),
    "sendvoice": sends("voice"),
    "sendvideo": sends("video"),
    "senddocument": sends("document"),
    "editmessagetext": edit_text,
    "editmessagereplymarkup": edit_markup,
    "answercallbackquery": answer_query,
    "getfile": get_file,
    "sendchataction": send_action,
    "setmycommands": set_commands,
}
