"""Photos and recordings of the web chat: in as a raw body, out with a type that no browser can run."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import FileResponse, JSONResponse
from pydantic import BaseModel, Field
from starlette.requests import ClientDisconnect

from bot.handlers.webchat_lines import as_json
from bot.handlers.webchat_parts import Parts
from bot.handlers.webchat_session import ChatRoute, RefusedError, language_of, own_page, resident, slow_down
from bot.message import MAX_FILE_BYTES, Address, Attachment, FileTooLargeError, Incoming

ID = r"^[A-Za-z0-9_-]{1,64}$"
NAME_LENGTH = 120
LONGEST_RECORDING = 3600
HEAD = 16
"""Bytes that tell what a file is."""
UNKNOWN = "application/octet-stream"
IMAGES = {"image/jpeg", "image/png", "image/webp", "image/gif", "image/heic"}
SOUNDS = {"audio/webm", "audio/ogg", "audio/mp4", "audio/mpeg", "audio/wav", "audio/aac", "audio/amr"}
FILMS = {"video/webm", "video/ogg", "video/mp4"}
INLINE = IMAGES | SOUNDS | FILMS
"""Types that a page may show; everything else is only saved. No SVG: it can hold scripts."""
HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"})
MAGIC: tuple[tuple[bytes, str], ...] = (
    (rb"\xff\xd8\xff", "image/jpeg"),
    (rb"\x89PNG\r\n\x1a\n", "image/png"),
    (rb"GIF8[79]a", "image/gif"),
    (rb"RIFF....WEBP", "image/webp"),
    (rb"RIFF....WAVE", "audio/wav"),
    (rb"\x1aE\xdf\xa3", "?/webm"),
    (rb"OggS", "?/ogg"),
    (rb"ID3|\xff[\xfb\xf3\xf2]", "audio/mpeg"),
    (rb"\xff[\xf1\xf9]", "audio/aac"),
    (rb"#!AMR", "audio/amr"),
)
"""First bytes and what they mean, after the formats' own specifications; `?` is sound or film, as the sender says."""
FAMILY = {"photo": "image/", "voice": "audio/", "video": "video/"}


class Upload(BaseModel):
    """What the page says of a file, beside its bytes. `seconds` is the length of a recording."""

    id: str = Field(pattern=ID)
    kind: Literal["photo", "voice", "video", "file"]
    name: str = ""
    seconds: int = Field(0, ge=0, le=LONGEST_RECORDING)


def file_routes(parts: Parts) -> APIRouter:
    """`POST /chat/files` and `GET /chat/files/{id}`."""
    routes = APIRouter(route_class=ChatRoute)

    @routes.post("/chat/files", status_code=202, dependencies=[Depends(own_page)])
    async def send_file(
        request: Request, address: Annotated[Address, Depends(resident)], upload: Annotated[Upload, Query()]
    ) -> Response:
        await slow_down(parts.throttle, "file", request, address)
        head, chunks = await begin(request)
        kept = await keep(parts, address, describe(upload, head), chunks)
        at, hint = parts.now(), language_of(request)
        await parts.inbox.receive(Incoming(address, upload.id, at, attachments=(kept,), locale_hint=hint))
        return JSONResponse({"ok": True, "attachment": as_json(kept)}, 202)

    @routes.get("/chat/files/{attachment_id}")
    async def read_file(attachment_id: str, address: Annotated[Address, Depends(resident)]) -> Response:
        stored = await parts.files.open(attachment_id, address)
        if stored is None:
            raise RefusedError(404, "not-found")
        inline = stored.mime in INLINE
        disposition = "inline" if inline else "attachment"
        return FileResponse(
            stored.path,
            media_type=stored.mime if inline else UNKNOWN,
            filename=clean(stored.name) or attachment_id,
            content_disposition_type=disposition,
            headers=FILE_HEADERS,
        )

    return routes


FILE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Kept by the phone itself, never by a cache that others read.
    "Cache-Control": "private, max-age=86400",
}


async def begin(request: Request) -> tuple[bytes, AsyncIterator[bytes]]:
    """The first bytes of the body, and the whole body as a stream. Refuses an empty or an oversized one at once."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > MAX_FILE_BYTES:
        raise RefusedError(413, "too-large")
    body = request.stream()
    head = b""
    try:
        async for chunk in body:
            head += chunk
            if len(head) >= HEAD:
                break
    except ClientDisconnect as gone:
        raise RefusedError(400, "cut-off") from gone
    if not head:
        raise RefusedError(400, "empty")
    return head, joined(head, body)


async def joined(head: bytes, body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The bytes read ahead, then the rest."""
    yield head
    async for chunk in body:
        if chunk:
            yield chunk


async def keep(parts: Parts, address: Address, described: Attachment, chunks: AsyncIterator[bytes]) -> Attachment:
    """The attachment with its id, once its bytes are kept."""
    try:
        return await parts.files.keep(address, described, chunks)
    except FileTooLargeError as large:
        raise RefusedError(413, "too-large") from large
    except ClientDisconnect as gone:
        raise RefusedError(400, "cut-off") from gone


def describe(upload: Upload, head: bytes) -> Attachment:
    """What the file really is. One that is not of the kind it claims is kept as a plain file."""
    mime = sniff(head).replace("?", "audio" if upload.kind == "voice" else "video")
    honest = upload.kind != "file" and mime.startswith(FAMILY[upload.kind])
    kind = upload.kind if honest else "file"
    return Attachment(kind, mime=mime, name=clean(upload.name), seconds=upload.seconds)


def sniff(head: bytes) -> str:
    """The media type that the first 16 bytes tell, `?/webm` and the like where sound and film begin alike."""
    if head[4:8] == b"ftyp":
        return "image/heic" if head[8:12] in HEIC_BRANDS else "?/mp4"
    return next((mime for magic, mime in MAGIC if re.match(magic, head, re.DOTALL)), UNKNOWN)


def clean(name: str) -> str:
    """A file's name without folders and control characters, at most 120 characters, its ending kept."""
    last = re.split(r"[/\\]", name)[-1]
    plain = "".join(letter for letter in last if letter.isprintable()).strip()
    return plain[-NAME_LENGTH:]
