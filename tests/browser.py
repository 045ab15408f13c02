"""A real browser and a real server for tests that look at a page as a person does."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import pytest
import uvicorn
from fastapi import FastAPI
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.remote.webdriver import WebDriver

CHROMIUM = "/usr/bin/chromium"
CHROMEDRIVER = "/usr/bin/chromedriver"
SWITCHES = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
)
PATIENCE = 15.0
"""Seconds after which a test gives up waiting for the page."""

Found = TypeVar("Found")


def need_browser() -> None:
    """Skip the test where no browser is installed; fail it where LIANZHU_REQUIRE_BROWSER=1 says there must be one."""
    missing = [path for path in (CHROMIUM, CHROMEDRIVER) if not shutil.which(path)]
    if missing and os.environ.get("LIANZHU_REQUIRE_BROWSER") == "1":
        pytest.fail(f"{', '.join(missing)} not installed, and LIANZHU_REQUIRE_BROWSER=1")
    if missing:
        pytest.skip(f"{', '.join(missing)} not installed: apt-get install chromium chromium-driver")


@contextmanager
def browser(width: int = 360, height: int = 740, language: str = "zh-CN") -> Iterator[webdriver.Chrome]:
    """A headless Chromium whose screen is `width` x `height` CSS pixels, with a fresh profile."""
    need_browser()
    options = Options()
    options.binary_location = CHROMIUM
    for switch in (*SWITCHES, f"--window-size={width},{height}", f"--lang={language}"):
        options.add_argument(switch)
    options.add_experimental_option("prefs", {"intl.accept_languages": language})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(CHROMEDRIVER))
    try:
        resize(driver, width, height)
        yield driver
    finally:
        driver.quit()


def resize(driver: WebDriver, width: int, height: int) -> None:
    """The screen of a phone: narrower than any window the browser would open by itself."""
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


def eventually(probe: Callable[[], Found], seconds: float = PATIENCE) -> Found:
    """The first truthy answer of `probe`; fails after `seconds` with the last answer or error."""
    end = time.monotonic() + seconds
    last: object = None
    while time.monotonic() < end:
        try:
            found = probe()
            if found:
                return found
            last = found
        except Exception as error:
            # An element that was just redrawn is stale for a moment.
            last = error
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds} s; last: {last!r}")


def free_port() -> int:
    """A loopback port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listening(port: int) -> bool:
    """Whether a server answers there."""
    with socket.create_connection(("127.0.0.1", port), 1):
        return True


@contextmanager
def serving(make: Callable[[asyncio.Event], FastAPI], port: int) -> Iterator[str]:
    """The application on a loopback port, in a thread of its own; yields its address.

    `make` is given the event that is set when the server is about to stop.
    """
    ready = threading.Event()
    stop: list[Callable[[], None]] = []

    async def serve() -> None:
        closing = asyncio.Event()
        server = uvicorn.Server(uvicorn.Config(make(closing), host="127.0.0.1", port=port, log_level="warning"))
        loop = asyncio.get_running_loop()

        async def end() -> None:
            closing.set()
            server.should_exit = True

        stop.append(lambda: asyncio.run_coroutine_threadsafe(end(), loop).result(PATIENCE))
        ready.set()
        await server.serve()

    thread = threading.Thread(target=asyncio.run, args=(serve(),), daemon=True)
    thread.start()
    ready.wait(PATIENCE)
    eventually(lambda: listening(port))
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        stop[0]()
        thread.join(PATIENCE)
        assert not thread.is_alive(), "the server did not stop: an open stream held it"
