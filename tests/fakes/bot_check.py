"""What the Bot API refuses: its limits of length, shape and kind, in its own wording."""

from __future__ import annotations

import json
from typing import Any

from tests.fakes.bot_state import JSON, KeptFile, Person, State, bad_request

MEGABYTE = 1024 * 1024
MAX_DOWNLOAD = 20 * MEGABYTE
MAX_UPLOAD = 50 * MEGABYTE
MAX_PHOTO = 10 * MEGABYTE
FORBIDDEN_BLOCKED = "Forbidden: bot was blocked by the user"
FORBIDDEN_GONE = "Forbidden: user is deactivated"


class Params(dict[str, Any]):
    """The parameters of one call: strings, and for uploads a tuple (name, mime, bytes)."""

    def text(self, name: str, default: str = "") -> str:
        """A string."""
        return str(self.get(name, default))

    def number(self, name: str, default: int | None = None) -> int:
        """An integer; a 400 when it is none."""
        try:
            return int(self.get(name, default))  # type: ignore[arg-type]  # None is refused by int() like any nonsense
        except (TypeError, ValueError):
            raise bad_request(f"{name} must be an integer") from None

    def json(self, name: str) -> Any:
        """A value given as JSON, or None when it is left out."""
        if name not in self:
            return None
        try:
            return json.loads(self[name])
        except (TypeError, ValueError):
            raise bad_request(f"can't parse {name} JSON object") from None


def units(text: str) -> int:
    """Length as Telegram counts it, in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def message_text(params: Params, name: str = "text", limit: int = 4096) -> str:
    """A message's text or a file's caption, trimmed as Telegram trims it."""
    if params.text("parse_mode"):
        raise bad_request("this server takes plain text only")
    text = params.text(name).strip()
    if not text and name == "text":
        raise bad_request("message text is empty")
    if units(text) > limit:
        raise bad_request("message is too long" if name == "text" else "message caption is too long")
    return text


def spoilers(params: Params, text: str) -> list[str]:
    """What of the text is hidden until it is tapped; the only kind of entity that is known here."""
    entities = params.json("entities") or []
    whole, hidden = text.encode("utf-16-le"), []
    for each in entities:
        start, length = each["offset"], each["length"]
        if each["type"] != "spoiler" or start < 0 or length < 1 or 2 * (start + length) > len(whole):
            raise bad_request("can't parse entities")
        hidden.append(whole[2 * start : 2 * (start + length)].decode("utf-16-le"))
    return hidden


def keyboard(params: Params) -> list[list[JSON]]:
    """An inline keyboard; the only kind of markup that is known here."""
    markup = params.json("reply_markup")
    if markup is None:
        return []
    rows = markup.get("inline_keyboard") if isinstance(markup, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request("object expected as reply markup")
    buttons = [button for row in rows for button in row]
    if len(buttons) > 100 or any(len(row) > 8 for row in rows):
        raise bad_request("reply markup is too long")
    for button in buttons:
        check_button(button)
    return [row for row in rows if row]


def check_button(button: Any) -> None:
    """A label that can be read and something that happens, at most 64 bytes of it."""
    if not isinstance(button, dict) or not isinstance(button.get("text"), str) or not button["text"].strip():
        raise bad_request("can't parse inline keyboard button: Text must be non-empty")
    if "url" in button:
        return
    data = button.get("callback_data")
    if not isinstance(data, str):
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if not 1 <= len(data.encode()) <= 64:
        raise bad_request("BUTTON_DATA_INVALID")


def recipient(state: State, params: Params) -> Person:
    """Whoever the message is for. Raises what Telegram says of strangers, the blocked and the gone."""
    person = state.people.get(params.number("chat_id", 0))
    if person is None:
        raise bad_request("chat not found")
    return person


def media(state: State, params: Params, kind: str) -> KeptFile:
    """The file of a sendPhoto and the like: uploaded with it, or by the id of a file of the same kind."""
    given = params.get(kind, "")
    if isinstance(given, str) and given.startswith("attach://"):
        given = params.get(given.removeprefix("attach://"), "")
    if isinstance(given, str):
        return by_id(state, given, kind)
    name, mime, content = given
    if not content:
        raise bad_request("file must be non-empty")
    if len(content) > (MAX_PHOTO if kind == "photo" else MAX_UPLOAD):
        raise bad_request("file is too big")
    return state.keep(kind, content, len(content), name, mime)


def by_id(state: State, file_id: str, kind: str) -> KeptFile:
    """A file that is already there; a file never changes its kind."""
    if not file_id:
        raise bad_request(f"there is no {kind} in the request")
    if file_id not in state.files:
        raise bad_request("wrong file identifier/HTTP URL specified")
    file = state.files[file_id]
    if file.kind != kind:
        raise bad_request(f"can't use file of type {file.kind.title()} as {kind.title()}")
    return file
