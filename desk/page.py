"""The duty desk: every page and address under /desk, put together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from fastapi import APIRouter

from bot.throttle import MemoryThrottle, Throttle
from desk.action import action_routes
from desk.asset import asset_routes
from desk.attachment import file_routes
from desk.board import board_routes
from desk.case import case_routes
from desk.door import door_routes
from desk.html import explainer
from desk.live import live_routes
from desk.office import Office
from desk.parts import Parts
from desk.second import second_routes
from desk.trip import trip_routes
from desk.volunteer import volunteer_routes
from locales.text import Texts


def router(
    office: Office,
    texts: Texts,
    now: Callable[[], datetime],
    *,
    closing: asyncio.Event | None = None,
    throttle: Throttle | None = None,
) -> APIRouter:
    """The whole desk; its addresses begin with /desk, so it is included without a prefix. `now` gives an aware time.

    `closing` should be set when the server is told to stop: a server waits for its open streams and can't tell them.
    Without a `throttle` this process counts by itself.
    """
    parts = Parts(office, texts, now, closing or asyncio.Event(), throttle or MemoryThrottle())
    routes = APIRouter(include_in_schema=False)
    routes.include_router(asset_routes(explainer(parts)))
    tickets = (board_routes, file_routes, case_routes, action_routes, live_routes)
    for part in (door_routes, second_routes, *tickets, volunteer_routes, trip_routes):
        routes.include_router(part(parts))
    return routes
