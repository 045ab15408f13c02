"""The style and the scripts of the desk."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Response

from desk.refusal import Explain, RefusedError, guarded

FOLDER = Path(__file__).parent / "static"
TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}


def asset_routes(explain: Explain) -> APIRouter:
    """`GET /desk/static/{name}`."""
    routes = APIRouter(route_class=guarded(explain))

    @routes.get("/desk/static/{name}")
    async def asset(name: str) -> Response:
        if name not in versions():
            raise RefusedError(404, "not-found")
        # Pages name each file with a digest of its bytes, so a phone may keep it and still see every upgrade.
        headers = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
        return Response((FOLDER / name).read_bytes(), media_type=TYPES[Path(name).suffix], headers=headers)

    return routes


def address_of(name: str) -> str:
    """Where a page finds one of these files."""
    return f"/desk/static/{name}?v={versions()[name]}"


@cache
def versions() -> dict[str, str]:
    """Every file with a short digest of its bytes. Files change only with a release."""
    files = sorted(path for path in FOLDER.iterdir() if path.suffix in TYPES)
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:12] for path in files}
