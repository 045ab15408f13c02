"""Which showing of a ticket is a reading that must be noted, and which is only an open page that looks again."""

from __future__ import annotations

from collections.abc import Collection

from fastapi import Request

from casework.staff import Staff
from desk.office import Office
from desk.session import looks_again


async def unread(office: Office, request: Request, staff: Staff, numbers: Collection[str]) -> set[str]:
    """Those of these tickets whose showing is a reading: all of them, but on a page that looks again by itself only
    what this person was not shown yet. No page testifies for an empty chair, and nobody who says to be one reads
    unnoted."""
    known = await office.shown(staff, numbers) if numbers and looks_again(request) else set[str]()
    return set(numbers) - known
