"""A resident's side of the web chat for tests: over plain HTTP, or in a real browser before a real server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from babel.messages.pofile import read_po
from fastapi import FastAPI
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

from bot.handlers.webchat import router
from bot.handlers.webchat_session import SESSION_COOKIE, address_of_token
from bot.message import Address, Button, Incoming, Reply
from bot.throttle import RULES, MemoryThrottle
from tests.browser import eventually, free_port, resize, serving
from tests.fakes.mailbox import FakeFiles, FakeMailbox, clock

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "bot" / "handlers" / "page"
GREETING = "您好，我是联助。"
FLOOD = """
const [times, done] = arguments;
const say = (n) => fetch('/chat/messages', {method: 'POST', body: JSON.stringify({id: 'flood-' + n, text: 'x'})});
Promise.all([...Array(times).keys()].map(say)).then(() => done());
"""
CHOICES = (Button("need", "我要找人帮忙"), Button("person", "找真人说话"))


def texts(language: str) -> Mapping[str, str]:
    """The page's texts; Uyghur differs only in the way it runs."""
    with (ROOT / "locales/zh/LC_MESSAGES/page.po").open("rb") as file:
        words = {str(message.id): str(message.string) for message in read_po(file) if message.id}
    return {**words, "page.direction": "rtl", "page.language": "ug"} if language == "ug" else words


@dataclass
class Chat:
    """A resident's browser without the browser."""

    http: httpx.AsyncClient
    mailbox: FakeMailbox
    files: FakeFiles
    app: FastAPI

    @property
    def address(self) -> Address:
        """Where the bot reaches this resident."""
        return address_of_token(self.http.cookies[SESSION_COOKIE])

    async def open(self) -> httpx.Response:
        """Load the page."""
        return await self.http.get("/")

    async def say(self, **said: object) -> httpx.Response:
        """Post a message."""
        return await self.http.post("/chat/messages", json=said)

    async def upload(self, content: bytes | AsyncIterator[bytes], **query: str) -> httpx.Response:
        """Post a file."""
        return await self.http.post("/chat/files", params={"id": "f-1", "kind": "photo", **query}, content=content)

    def stranger(self) -> httpx.AsyncClient:
        """Another browser on the same server."""
        return browser_of(self.app)


def browser_of(app: FastAPI, base: str = "http://chat.test") -> httpx.AsyncClient:
    """A client with an empty cookie jar."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=base)


@asynccontextmanager
async def open_chat(folder: Path) -> AsyncIterator[Chat]:
    """A resident who has just opened the page."""
    mailbox, files, app = FakeMailbox(), FakeFiles(folder), FastAPI()
    app.include_router(router(mailbox, mailbox, files, texts, clock))
    async with browser_of(app) as http:
        resident = Chat(http, mailbox, files, app)
        await resident.open()
        yield resident


def greet(incoming: Incoming) -> list[Reply]:
    """A bot that greets and repeats."""
    if incoming.text == "/start":
        return [Reply(GREETING, CHOICES)]
    return [Reply(f"听到了：{incoming.text or incoming.button or incoming.attachments[0].kind}")]


@dataclass
class Room:
    """One resident's browser and the server it talks to, which can be stopped and started again on its port."""

    driver: Chrome
    mailbox: FakeMailbox
    files: FakeFiles
    port: int = field(default_factory=free_port)
    running: AbstractContextManager[str] | None = None
    seconds: float = 0.0
    """The time by which the server counts what is said; it stands still."""

    def start(self) -> None:
        """Start the server."""

        def make(closing: asyncio.Event) -> FastAPI:
            app = FastAPI()
            parts = (self.mailbox, self.mailbox, self.files, texts, clock)
            app.include_router(router(*parts, closing=closing, throttle=MemoryThrottle(lambda: self.seconds)))
            return app

        self.running = serving(make, self.port)
        self.running.__enter__()

    def stop(self) -> None:
        """Stop the server, if it runs."""
        if self.running:
            self.running.__exit__(None, None, None)
        self.running = None

    def open(self, query: str = "") -> None:
        """Load the page and wait for the greeting."""
        self.driver.get(f"http://127.0.0.1:{self.port}/{query}")
        eventually(lambda: GREETING in self.log())

    @property
    def address(self) -> Address:
        """Where the bot reaches this resident."""
        return self.mailbox.received[0].address

    def log(self) -> str:
        """Everything that is to be read."""
        return self.part("log").text

    def part(self, name: str) -> WebElement:
        """An element of the page."""
        return self.driver.find_element(By.ID, name)

    def all(self, selector: str) -> list[WebElement]:
        """Elements of the page."""
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def words(self, direction: str) -> list[str]:
        """What was said by one side."""
        return [element.text for element in self.all(f".line.{direction} .words")]

    def say(self, text: str) -> None:
        """Type and send."""
        self.part("text").send_keys(text)
        self.part("send").click()

    def flood(self) -> None:
        """Say as much at once as one person may, from another page of theirs."""
        limit = RULES["message"].person
        assert limit is not None
        self.driver.execute_async_script(FLOOD, limit.times)

    def press(self, label: str) -> None:
        """Press the choice with this label."""
        next(choice for choice in self.all(".choices button") if choice.text == label and choice.is_enabled()).click()

    def reads(self, text: str) -> None:
        """Wait until the text is on the screen."""
        eventually(lambda: text in self.log())


@contextmanager
def open_room(driver: Chrome, folder: Path) -> Iterator[Room]:
    """A resident who has just opened the page and was greeted."""
    resize(driver, 360, 740)
    driver.get("about:blank")
    driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
    resident = Room(driver, FakeMailbox(greet), FakeFiles(folder))
    resident.start()
    try:
        resident.open()
        yield resident
    finally:
        driver.get("about:blank")
        resident.stop()
