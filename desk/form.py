"""What a form of the desk sends, read within bounds."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive

from bot.message import MAX_FILE_BYTES, MAX_TEXT
from bot.plain import plain
from desk.refusal import RefusedError
from locales.text import Say

MAX_FILES = 5
MAX_FIELD = 64 * 1024
MAX_BODY = MAX_FILES * MAX_FILE_BYTES + 4 * MAX_FIELD
MOST_TICKED = 256
"""Fields of a form with a box for each of many tickets."""
CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Form:
    """`choice` is the ready answer that was picked, `text` what was typed, `files` what was chosen."""

    csrf: str = ""
    choice: str = ""
    text: str = ""
    files: tuple[UploadFile, ...] = ()


async def read_form(request: Request) -> Form:
    """The form. 413 `too-large` as soon as the body passes MAX_BODY, 400 `malformed` if it is no form at all."""
    sent = await _sent(request)
    return Form(_text(sent, "csrf"), _text(sent, "choice"), _text(sent, "text"), _files(sent))


async def read_fields(request: Request, names: Sequence[str]) -> dict[str, str]:
    """The fields with these names, "" for those that were not sent. Raises what `read_form` raises."""
    sent = await _sent(request)
    return {name: _text(sent, name) for name in names}


async def read_list(request: Request, names: Sequence[str], many: str) -> tuple[dict[str, str], list[str]]:
    """The fields with these names, and every value of the field `many` (ticked boxes). Raises what `read_form`
    raises."""
    sent = await _sent(request, MOST_TICKED)
    ticked = [value for value in sent.getlist(many) if isinstance(value, str)]
    return {name: _text(sent, name) for name in names}, ticked


async def _sent(request: Request, fields: int = 8) -> FormData:
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > MAX_BODY:
        raise RefusedError(413, "too-large")
    bounded = Request(request.scope, _bounded(request.receive))
    try:
        return await bounded.form(max_files=MAX_FILES, max_fields=fields, max_part_size=MAX_FIELD)
    except ClientDisconnect as gone:
        raise RefusedError(400, "malformed") from gone


def too_long(text: str, say: Say) -> str:
    """Why a text is not taken, in words; empty for one that is short enough."""
    return say("desk.failed.long", limit=MAX_TEXT) if len(text) > MAX_TEXT else ""


async def chunks_of(file: UploadFile) -> AsyncIterator[bytes]:
    """The bytes of an uploaded file, piece by piece."""
    while chunk := await file.read(CHUNK):
        yield chunk


def _bounded(receive: Receive) -> Receive:
    seen = 0

    async def receive_within() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > MAX_BODY:
            raise RefusedError(413, "too-large")
        return message

    return receive_within


def _text(sent: FormData, name: str) -> str:
    """A field as it may be kept."""
    value = sent.get(name)
    return plain(value) if isinstance(value, str) else ""


def _files(sent: FormData) -> tuple[UploadFile, ...]:
    """The chosen files. A browser sends an empty one where none was chosen."""
    return tuple(each for each in sent.getlist("files") if isinstance(each, UploadFile) and each.size)
