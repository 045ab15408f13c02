"""Photos and recordings of the web chat: in as a raw body, out with a type that no browser can run."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.requests import ClientDisconnect

from bot.display import HEADERS, sent
from bot.handlers.webchat_lines import as_json
from bot.handlers.webchat_parts import Parts
from bot.handlers.webchat_session import ChatRoute, RefusedError, language_of, own_page, resident, slow_down
from bot.message import MAX_FILE_BYTES, Address, Attachment, FileTooLargeError, Incoming, UnfitFileError
from bot.plain import file_name

ID = r"^[A-Za-z0-9_-]{1,64}$"
LONGEST_RECORDING = 3600


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
        refuse_at_once(request)
        told = Attachment(upload.kind, name=file_name(upload.name), seconds=upload.seconds)
        kept = await keep(parts, address, told, request)
        at, hint = parts.now(), language_of(request)
        await parts.inbox.receive(Incoming(address, upload.id, at, attachments=(kept,), locale_hint=hint))
        return JSONResponse({"ok": True, "attachment": as_json(kept)}, 202)

    @routes.get("/chat/files/{attachment_id}")
    async def read_file(
        request: Request, attachment_id: str, address: Annotated[Address, Depends(resident)]
    ) -> Response:
        stored = await parts.files.open(attachment_id, address)
        if stored is None:
            raise RefusedError(404, "not-found")
        answer = await sent(stored, attachment_id, request.headers.get("range"), FILE_HEADERS)
        if answer is None:
            raise RefusedError(404, "not-found")
        return answer

    return routes


# Kept by the phone itself, never by a cache that others read.
FILE_HEADERS = {**HEADERS, "Cache-Control": "private, max-age=86400"}


def refuse_at_once(request: Request) -> None:
    """413 and 400 where the announced length says it already."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > MAX_FILE_BYTES:
        raise RefusedError(413, "too-large")
    if declared == "0":
        raise RefusedError(400, "empty")


async def keep(parts: Parts, address: Address, told: Attachment, request: Request) -> Attachment:
    """The attachment with its id and what it really is, once its bytes are kept."""
    try:
        return await parts.files.keep(address, told, request.stream())
    except FileTooLargeError as large:
        raise RefusedError(413, "too-large") from large
    except UnfitFileError as unfit:
        raise RefusedError(415, "unfit") from unfit
    except ClientDisconnect as gone:
        raise RefusedError(400, "cut-off") from gone
