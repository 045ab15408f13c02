"""How the desk refuses: every failure becomes a page that says what happened and what to do now."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

log = logging.getLogger(__name__)


class RefusedError(Exception):
    """The request can't be served. The text `desk.refused.<key>` says why and the remedy, with a `.title`; `wait` is
    how many seconds to let pass before another try."""

    def __init__(self, status: int, key: str, wait: float = 0.0) -> None:
        super().__init__(f"{status} {key}")
        self.status = status
        self.key = key
        self.wait = wait


Explain = Callable[[Request, RefusedError], Response]
Handle = Callable[[Request], Coroutine[Any, Any, Response]]


def guarded(explain: Explain) -> type[APIRoute]:
    """A kind of route whose every error is answered by `explain`; what storage raises becomes 503."""

    class DeskRoute(APIRoute):
        """A route of the desk."""

        def get_route_handler(self) -> Handle:
            """The handler of the framework, wrapped."""
            return _answered(super().get_route_handler(), explain)

    return DeskRoute


def _answered(handle: Handle, explain: Explain) -> Handle:
    async def answer(request: Request) -> Response:
        try:
            return await handle(request)
        except RefusedError as refused:
            return explain(request, refused)
        except (RequestValidationError, HTTPException):
            return explain(request, RefusedError(400, "malformed"))
        except Exception:
            # Without the path: a sign-in link in a log would be a key left in the door.
            log.exception("desk: a %s request failed", request.method)
            return explain(request, RefusedError(503, "unavailable"))

    return answer
