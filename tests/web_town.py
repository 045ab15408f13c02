"""The real server process between residents with the web chat and staff at the desk, over plain HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import httpx
import pyotp

from tests.casework_story import number_in
from tests.fakes.desk import csrf_in, secret_in, words_of
from tests.process import GUARD, JSON, Programs
from tests.waiting import eventually

LATEST = 10
"""How far back a person looks for a button."""


@dataclass
class Visitor:
    """A resident with the chat's page open. `lines` are the bot's messages they have read."""

    http: httpx.AsyncClient
    lines: list[JSON] = field(default_factory=list)
    count: int = 0
    patience: float = GUARD

    @property
    def read(self) -> str:
        """All they have read."""
        return "\n".join(line["text"] for line in self.lines)

    async def say(self, text: str) -> None:
        await self._post(text=text)

    async def press(self, label: str) -> None:
        """Press the newest button whose label begins so."""
        buttons = [button for line in self.lines[: -LATEST - 1 : -1] for button in line["buttons"]]
        found = [button["key"] for button in buttons if button["label"].startswith(label)]
        assert found, f"no button {label!r}; there are {[button['label'] for button in buttons]}"
        await self._post(button=found[0])

    async def wait_for(self, part: str) -> str:
        """The next message that holds `part`; it and those before it are read, and not found a second time."""
        unread: list[str] = []
        try:
            async with asyncio.timeout(self.patience):
                async for line in self._news():
                    self.lines.append(line)
                    unread.append(line["text"])
                    if part in line["text"]:
                        return str(line["text"])
        except TimeoutError:
            pass
        raise AssertionError(f"no message with {part!r}; unread: {unread}")

    async def asks(self, need: str) -> str:
        """Tell a need and confirm the card; returns the ticket's number."""
        await self.say(need)
        await self.wait_for("听明白了")
        await self.press("确认提交")
        return number_in(await self.wait_for("LZ"))

    async def _news(self) -> AsyncIterator[JSON]:
        after = {"after": self.lines[-1]["id"] if self.lines else 0}
        async with self.http.stream("GET", "/chat/events", params=after) as response:
            async for line in response.aiter_lines():
                if line.startswith("data: {"):
                    yield json.loads(line.removeprefix("data: "))

    async def _post(self, **said: str) -> None:
        self.count += 1
        answer = await self.http.post("/chat/messages", json={"id": f"m{self.count}", **said})
        assert answer.status_code == 202, answer.text


class Patient(Visitor):
    """A resident whose page tries again when nobody answers, as the real one does."""

    async def catch_up(self, seconds: float = 1.0) -> None:
        """Read whatever comes within so many seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                async for line in self._news():
                    self.lines.append(line)

    async def _post(self, **said: str) -> None:
        self.count += 1
        message = {"id": f"m{self.count}", **said}

        async def kept() -> bool:
            try:
                return (await self.http.post("/chat/messages", json=message)).status_code == 202
            except httpx.TransportError:
                return False

        await eventually(kept, self.patience, every=0.5)

    async def _news(self) -> AsyncIterator[JSON]:
        while True:
            try:
                async for line in super()._news():
                    yield line
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.1)


@dataclass
class Seat:
    """Somebody of the staff at the desk. Their browser follows where it is sent."""

    http: httpx.AsyncClient

    async def reads(self, address: str, part: str) -> str:
        """What a page says, once `part` stands on it; it is looked at again when the desk says that there is news."""
        async with asyncio.timeout(GUARD), self.http.stream("GET", "/desk/events") as response:
            async for line in response.aiter_lines():
                if line == "event: change" and part in (words := words_of(await self.http.get(address))):
                    return words
        raise AssertionError(f"{address} never said {part!r}")

    async def sends(self, address: str, **fields: str) -> str:
        """Fill in a form and send it, also one that stands on an old page; what the page says to which that leads."""
        token = csrf_in(await self.http.get("/desk"))
        return words_of(await self.http.post(address, data={"csrf": token, **fields}))

    async def acts(self, number: str, action: str, text: str = "", choice: str = "") -> str:
        """The form of an action on a ticket's page."""
        return await self.sends(f"/desk/tickets/{number}/{action}", text=text, choice=choice)


async def enrolled(http: httpx.AsyncClient, page: httpx.Response) -> httpx.Response:
    """An officer puts the secret of the page into an authenticator and shows its first code."""
    code = pyotp.TOTP(secret_in(page)).now()
    return await http.post("/desk/second-factor", data={"csrf": csrf_in(page), "text": code})


@dataclass
class WebTown:
    """The program and the browsers of everybody who talks with it."""

    programs: Programs
    url: str = ""
    opened: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def serve(self, **settings: object) -> None:
        server = await self.programs.serve(**settings)
        self.url = await server.line("chat: ")

    async def resident(self) -> Visitor:
        """Somebody who has just opened the chat."""
        http = await self._browser()
        await http.get("/")
        return Visitor(http)

    async def seat(self, name: str, role: str, area: str) -> Seat:
        """Somebody new on the roster, signed in to the desk."""
        return await self.sits(await self.programs.hire(name, role, area), officer=role != "worker")

    async def sits(self, staff: str, *, officer: bool) -> Seat:
        """Somebody of the roster signs in for the first time."""
        http, address = await self._browser(), await self.link(staff)
        await http.get(address)
        page = await http.post(address)
        assert (await enrolled(http, page) if officer else page).status_code == 200
        return Seat(http)

    async def link(self, staff: str) -> str:
        """The one-time address that signs somebody in to the desk."""
        # The bot's name is not asked for, which would take longer than all the rest.
        invited = await self.programs.run("staff", "invite", staff, telegram_token="")
        assert invited.status == 0, invited.err
        path = next(line for line in invited.lines if line.startswith("Desk: ")).split("/desk/", 1)[1]
        return f"/desk/{path}"

    async def close(self) -> None:
        await self.opened.aclose()
        await self.programs.close()

    async def _browser(self) -> httpx.AsyncClient:
        timeout = httpx.Timeout(GUARD)
        client = httpx.AsyncClient(base_url=self.url, follow_redirects=True, timeout=timeout)
        return await self.opened.enter_async_context(client)
