"""A model that writes down what is said in a recording, if a deployment has one.

Any server that speaks OpenAI's "audio transcriptions" will do. Whatever goes wrong, the answer is empty and the
recording waits for a person to listen to it.
"""

from __future__ import annotations

from typing import Any

from bot.message import MAX_FILE_BYTES
from bot.plain import in_line
from bot.senders.endpoint import Endpoint

TIMEOUT = 8.0
"""Seconds for one recording in all, sending and reading included."""
MAX_TEXT = 2000
"""Characters of a transcript that are kept."""

# Such servers tell the format by the file's name.
_ENDINGS = {
    "audio/ogg": "ogg",
    "audio/opus": "ogg",
    "audio/webm": "webm",
    "video/webm": "webm",
    "audio/mp4": "m4a",
    "audio/x-m4a": "m4a",
    "video/mp4": "mp4",
    "audio/mpeg": "mp3",
    "audio/mp3": "mp3",
    "audio/wav": "wav",
    "audio/x-wav": "wav",
    "audio/flac": "flac",
    "audio/aac": "aac",
    "audio/amr": "amr",
}


class Hearing:
    """Asks `model` at the base address `url`; `key` is sent as bearer token unless it is empty."""

    def __init__(self, url: str, model: str, key: str) -> None:
        self._endpoint = Endpoint("hearing", url, key, TIMEOUT)
        self._model = model

    async def transcribe(self, recording: bytes, mime: str, language: str) -> str:
        """What is said, on one line of at most `MAX_TEXT` printable characters; "" when that cannot be had.

        `recording` is the whole file, at most `MAX_FILE_BYTES` bytes; a longer one is not sent. `mime` is the channel's
        word for its format, parameters allowed. `language` is ours; only `zh` is passed on, any other is left to the
        model's own guess. Takes at most `TIMEOUT` seconds and never raises.
        """
        if not recording or len(recording) > MAX_FILE_BYTES:
            return ""
        fields = {"model": self._model, "response_format": "json"}
        if language == "zh":
            fields["language"] = language
        files = {"file": _named(recording, mime)}
        return self._text(await self._endpoint.post("/audio/transcriptions", data=fields, files=files))

    async def close(self) -> None:
        """Close the connections; a later recording is answered with ""."""
        await self._endpoint.close()

    def _text(self, answer: Any) -> str:
        match answer:
            case {"text": str(text)}:
                return in_line(text)[:MAX_TEXT]
            case None:
                return ""
        self._endpoint.warn("no text in it")
        return ""


def _named(recording: bytes, mime: str) -> tuple[str, bytes, str]:
    """Name, content and type of the part. `mime` came from outside, so only a type that we know is written out."""
    kind = mime.partition(";")[0].strip().lower()
    if kind not in _ENDINGS:
        return "recording", recording, "application/octet-stream"
    return f"recording.{_ENDINGS[kind]}", recording, kind
