"""How the bytes of a kept file go out to a browser, so that none runs them."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi.responses import FileResponse

from bot.media import ENDINGS, INLINE
from bot.message import StoredFile
from bot.plain import file_name

UNKNOWN = "application/octet-stream"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def sent(stored: StoredFile, attachment_id: str, headers: Mapping[str, str] = HEADERS) -> FileResponse:
    """The file: shown in place where it is picture, sound or film, else only to be saved."""
    return FileResponse(
        stored.path,
        media_type=stored.mime if stored.mime in ENDINGS else UNKNOWN,
        filename=file_name(stored.name) or attachment_id,
        content_disposition_type="inline" if stored.mime in INLINE else "attachment",
        headers=headers,
    )
