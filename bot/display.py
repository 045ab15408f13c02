"""How the bytes of a kept file go out to a browser, so that none runs them."""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import Mapping

from fastapi import Response

from bot.download import download
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


async def sent(
    stored: StoredFile, attachment_id: str, wanted: str | None, headers: Mapping[str, str] = HEADERS
) -> Response | None:
    """The file, or the part of it that a Range header `wanted`: shown in place where it is picture, sound or film, else
    only to be saved. None where its bytes cannot be read."""
    try:
        content = await to_thread(stored.content)
    except OSError:
        return None
    kind = stored.mime if stored.mime in ENDINGS else UNKNOWN
    name = file_name(stored.name) or attachment_id
    return download(content, wanted, kind, name, headers, inline=stored.mime in INLINE)
