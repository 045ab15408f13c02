"""Files of a ticket: how a page shows them, and how their bytes go out so that no browser runs them."""

from __future__ import annotations

from asyncio import to_thread
from dataclasses import dataclass
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from starlette.datastructures import UploadFile

from bot.download import download
from bot.message import Attachment, AttachmentKind, StoredFile
from casework.staff import Staff
from desk.form import chunks_of
from desk.html import explainer
from desk.office import Office
from desk.parts import Parts
from desk.refusal import RefusedError, guarded
from desk.session import visitor

UNKNOWN = "application/octet-stream"
IMAGES = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n", "image/gif": b"GIF8", "image/webp": b"RIFF"}
"""Pictures that every browser shows, by the bytes that such a file begins with. No SVG: it can hold scripts."""
SOUNDS = {"audio/webm", "audio/ogg", "audio/mp4", "audio/mpeg", "audio/wav", "audio/aac"}
FILMS = {"video/webm", "video/ogg", "video/mp4"}
NAME_LENGTH = 120
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A file on a page. `kind` is photo, voice, video, file or location; `length` is m:ss; `pin` is "lat,lon"."""

    kind: str
    url: str
    name: str = ""
    length: str = ""
    pin: str = ""


def shown(number: str, attachment: Attachment) -> Shown:
    """How a file of this ticket is shown: a type that a browser can't play or that could run scripts is only saved."""
    mime = _plain(attachment.mime)
    if attachment.kind == "location":
        return Shown("location", "", pin=f"{attachment.latitude},{attachment.longitude}")
    family = "photo" if mime in IMAGES else "voice" if mime in SOUNDS else "video" if mime in FILMS else "file"
    length = f"{attachment.seconds // 60}:{attachment.seconds % 60:02}" if attachment.seconds else ""
    url = f"/desk/tickets/{quote(number, safe='')}/files/{quote(attachment.id, safe='')}"
    return Shown(family, url, attachment.name, length)


def file_routes(parts: Parts) -> APIRouter:
    """`GET /desk/tickets/{number}/files/{attachment_id}`."""
    routes = APIRouter(route_class=guarded(explainer(parts)))

    @routes.get("/desk/tickets/{number}/files/{attachment_id}")
    async def read_file(request: Request, number: str, attachment_id: str) -> Response:
        person = await visitor(parts, request)
        stored = await parts.office.file(person.staff, number, attachment_id)
        content = await _content(stored) if stored else None
        if stored is None or content is None:
            raise RefusedError(404, "no-file")
        mime = _plain(stored.mime)
        inline = mime in IMAGES or mime in SOUNDS or mime in FILMS
        name, kind = clean(stored.name) or attachment_id, mime if inline else UNKNOWN
        return download(content, request.headers.get("range"), kind, name, HEADERS, inline=inline)

    return routes


async def _content(stored: StoredFile) -> bytes | None:
    try:
        return await to_thread(stored.content)
    except OSError:
        return None


async def keep_uploads(office: Office, staff: Staff, files: tuple[UploadFile, ...]) -> list[str]:
    """The ids of uploaded files, once they are kept. Raises bot.message.FileTooLargeError."""
    kept: list[str] = []
    for file in files:
        kind, mime = await _nature(file)
        kept.append((await office.keep_file(staff, kind, clean(file.filename or ""), mime, chunks_of(file))).id)
    return kept


async def _nature(file: UploadFile) -> tuple[AttachmentKind, str]:
    """Kind and type. A picture must begin as one: channels refuse a photo that is none."""
    claimed = _plain(file.content_type or "")
    head = await file.read(16)
    await file.seek(0)
    if claimed in IMAGES and head.startswith(IMAGES[claimed]):
        return "photo", claimed
    if claimed in SOUNDS:
        return "voice", claimed
    return ("video", claimed) if claimed in FILMS else ("file", UNKNOWN)


def clean(name: str) -> str:
    """A file's name without folders and control characters, its ending kept."""
    last = name.replace("\\", "/").split("/")[-1]
    return "".join(letter for letter in last if letter.isprintable()).strip()[-NAME_LENGTH:]


def _plain(mime: str) -> str:
    """A media type without parameters such as codecs."""
    return mime.partition(";")[0].strip().lower()
