"""A worker at the desk, without a browser: real routes over an office in memory."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import httpx
from fastapi import FastAPI

from casework.need import Beneficiary, Need
from casework.staff import Staff
from desk.page import router
from locales.text import Texts
from tests.fakes.office import WORKER, FakeOffice

TEXTS = Texts()
MULEI = "652328"
NEED = Need(
    services=("home-care",),
    beneficiary=Beneficiary("other", "mother", "我妈", age=80),
    place="652328103",
    place_name="照壁山乡",
    landmark="村委会后面",
    phone="13899012345",
    words=("我妈八十了，要人上门做饭", "白天没人 <b>翻身</b>"),
)


@dataclass
class Desk:
    """What one person sees and does."""

    http: httpx.AsyncClient
    office: FakeOffice

    async def sign_in(self, staff: Staff = WORKER) -> httpx.Response:
        """Open a link and press its button."""
        address = f"/desk/sign-in/{self.office.link(staff)}"
        await self.http.get(address)
        return await self.http.post(address)

    async def read(self, address: str) -> str:
        """What a page says, without its markup."""
        return words_of(await self.http.get(address))

    async def press(self, number: str, action: str, text: str = "", choice: str = "", **more: object) -> httpx.Response:
        """Fill in a form of a ticket's page and send it; does not follow to the next page."""
        page = await self.http.get(f"/desk/tickets/{number}")
        data = {"csrf": csrf_in(page), "text": text, "choice": choice}
        return await self.http.post(f"/desk/tickets/{number}/{action}", data=data, **more)  # type: ignore[arg-type]  # `files`, in whatever shape httpx takes


def csrf_in(page: httpx.Response) -> str:
    """The token in a page's forms."""
    found = re.search(r'name="csrf" value="(\w+)"', page.text)
    return found[1] if found else ""


def secret_in(page: httpx.Response) -> str:
    """The secret of the second factor that a page shows for those who cannot scan."""
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", page.text)
    return found[1].replace(" ", "") if found else ""


def words_of(page: httpx.Response) -> str:
    """What is to be read in a page."""
    body = page.text.partition("<body")[2].partition(">")[2]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", "", body)))


def forms_in(page: httpx.Response) -> list[str]:
    """The actions that a ticket's page offers, in order."""
    return re.findall(r'action="/desk/tickets/[^/]+/(\w+)"', page.text)


@asynccontextmanager
async def open_desk(folder: Path, base: str = "http://desk.test") -> AsyncIterator[Desk]:
    """A desk that nobody has signed in to."""
    office = FakeOffice(folder)
    app = FastAPI()
    app.include_router(router(office, TEXTS, office.clock))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=base) as http:
        yield Desk(http, office)
