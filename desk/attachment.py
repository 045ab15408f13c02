"""Files of a ticket: how a page shows them, and how their bytes go out so that no browser runs them."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from starlette.datastructures import UploadFile

from bot.display import sent
from bot.media import FAMILIES, INLINE
from bot.message import Attachment, AttachmentKind
from bot.plain import file_name
from casework.staff import Staff
from desk.form import chunks_of
from desk.html import explainer
from desk.office import Office
from desk.parts import Parts
from desk.refusal import RefusedError, guarded
from desk.session import visitor

UNPLAYED = {"image/heic", "audio/amr", "video/3gpp"}
"""Types that most browsers cannot show, though they run nothing: a page offers them to be saved."""


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
    if attachment.kind == "location":
        return Shown("location", "", pin=f"{attachment.latitude},{attachment.longitude}")
    mime = attachment.mime.partition(";")[0]
    family = FAMILIES[mime.partition("/")[0]] if mime in INLINE - UNPLAYED else "file"
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
        answer = await sent(stored, attachment_id, request.headers.get("range")) if stored else None
        if answer is None:
            raise RefusedError(404, "no-file")
        return answer

    return routes


async def keep_uploads(office: Office, staff: Staff, files: tuple[UploadFile, ...]) -> list[str]:
    """The ids of uploaded files, once they are kept. Raises bot.message.FileTooLargeError and UnfitFileError."""
    kept: list[str] = []
    for file in files:
        # What the browser says decides only whether a container that may hold either holds sound or film.
        kind: AttachmentKind = "voice" if (file.content_type or "").startswith("audio/") else "photo"
        kept.append((await office.keep_file(staff, kind, file_name(file.filename or ""), chunks_of(file))).id)
    return kept
