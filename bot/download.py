"""A kept file on its way to a browser, whole or the part that a player asks for (RFC 9110, section 14)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

from starlette.responses import Response

RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def download(
    content: bytes, wanted: str | None, media_type: str, name: str, headers: Mapping[str, str], *, inline: bool
) -> Response:
    """`wanted` is the request's Range header; of several ranges, or one that cannot be read, all is sent."""
    shown = "inline" if inline else "attachment"
    disposition = f"{shown}; filename*=utf-8''{quote(name, safe='')}"
    told = {**headers, "Accept-Ranges": "bytes", "Content-Disposition": disposition}
    part = _part(wanted, len(content))
    if part is None:
        return Response(content, 200, told, media_type)
    if not part:
        return Response(b"", 416, {**told, "Content-Range": f"bytes */{len(content)}"}, media_type)
    told["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{len(content)}"
    return Response(content[part.start : part.stop], 206, told, media_type)


def _part(wanted: str | None, size: int) -> range | None:
    """The bytes asked for; empty where there are none such, None where all are to be sent."""
    found = RANGE.fullmatch(wanted.strip()) if wanted else None
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        return range(max(0, size - int(last)), size)
    return range(int(first), min(size, int(last) + 1) if last else size)
