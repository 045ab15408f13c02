"""The web chat's page: light, closed to strangers' scripts, whole in every language."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
from fastapi import FastAPI

from bot.handlers.webchat import router
from tests.fakes.mailbox import FakeFiles, FakeMailbox, clock
from tests.webchat import PAGE, Chat, browser_of, open_chat, texts


@pytest.fixture
async def chat(tmp_path: Path) -> AsyncIterator[Chat]:
    async with open_chat(tmp_path) as resident:
        yield resident


async def test_page_weighs_little_when_everything_it_loads_is_counted(chat: Chat) -> None:
    page = await chat.open()
    loaded = re.findall(r'(?:src|href)="(/[^"]+)"', page.text)
    assets = [await chat.http.get(url) for url in loaded]
    assert len(assets) >= 3
    assert all(asset.status_code == 200 for asset in assets)
    assert len(page.content) + sum(len(asset.content) for asset in assets) < 60 * 1024


async def test_page_asks_nobody_else_when_loaded(chat: Chat) -> None:
    page = await chat.open()
    sources = re.findall(r'(?:src|href|action)="([^"]*)"', page.text)
    assert all(source.startswith(("/chat/", "tel:", "data:,")) for source in sources)
    assert not [path for path in PAGE.iterdir() if re.search(r"https?://|url\(", path.read_text("utf-8"))]


async def test_policy_allows_only_own_scripts_when_page_is_served(chat: Chat) -> None:
    page = await chat.open()
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "<script>" not in page.text
    assert " style=" not in page.text
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "microphone=(self)" in page.headers["permissions-policy"]
    assert "geolocation=(self)" in page.headers["permissions-policy"]


async def test_upgrade_is_seen_when_page_is_loaded_again(chat: Chat) -> None:
    page = await chat.open()
    script = re.search(r'src="(/chat/page/chat\.js\?v=[0-9a-f]{12})"', page.text)
    assert page.headers["cache-control"] == "no-store"
    assert script is not None
    assert "immutable" in (await chat.http.get(script[1])).headers["cache-control"]
    assert (await chat.http.get("/chat/page/chat.js?v=000000000000")).headers["cache-control"] == "no-store"


@pytest.mark.parametrize("name", ["chat.html", "../webchat.py", "%2e%2e%2fwebchat.py", "nothing.js"])
async def test_file_is_refused_when_it_is_no_part_of_the_page(chat: Chat, name: str) -> None:
    assert (await chat.http.get(f"/chat/page/{name}")).status_code == 404


def test_texts_are_complete_when_page_and_scripts_are_read() -> None:
    html = "".join(path.read_text("utf-8") for path in PAGE.glob("*.html"))
    scripts = "\n".join(path.read_text("utf-8") for path in PAGE.glob("*.js"))
    asked = set(re.findall(r"\{\{(page\.[\w.]+)\}\}", html))
    asked |= {f"page.{key}" for key in re.findall(r"(?:say|notice)\('([\w.]+)'", scripts)}
    states = {"sending", "kept", "retrying", "refused", "lost", "oversized", "unfit"}
    asked |= {f"page.{key}" for key in states}
    assert asked == set(texts("zh"))
    assert all(texts("zh").values())


def test_scripts_run_on_old_phones_when_read_for_newer_syntax() -> None:
    for path in PAGE.glob("*.js"):
        script = path.read_text("utf-8")
        assert not re.search(r"\?\.[\w(\[]|\?\?|\.\.\.|catch \{|\.flat\(|\.at\(|replaceAll|\d_\d", script), path.name
        assert not re.search(r"innerHTML|insertAdjacentHTML|document\.write|eval\(", script), path.name


async def test_page_runs_right_to_left_when_the_language_does(chat: Chat) -> None:
    async with chat.stranger() as http:
        assert '<html lang="zh-CN" dir="ltr">' in (await http.get("/", headers={"Accept-Language": "zh-CN"})).text
        assert '<html lang="zh-CN" dir="ltr">' in (await http.get("/", headers={"Accept-Language": "en-US"})).text
        assert '<html lang="ug" dir="rtl">' in (await http.get("/", headers={"Accept-Language": "ug-CN,zh"})).text
        assert '<html lang="ug" dir="rtl">' in (await http.get("/?lang=ug")).text
        assert '<html lang="ug" dir="rtl">' in (await http.get("/")).text
        await http.post("/chat/messages", json={"id": "a", "text": "سالام"})
    assert chat.mailbox.received[0].locale_hint == "ug"


async def test_page_is_whole_when_a_language_has_few_texts(tmp_path: Path) -> None:
    def few(language: str) -> Mapping[str, str]:
        return {"page.send": "<b>Жіберу</b>"} if language == "kk" else texts(language)

    app, mailbox = FastAPI(), FakeMailbox()
    app.include_router(router(mailbox, mailbox, FakeFiles(tmp_path), few, clock))
    async with browser_of(app) as http:
        page = await http.get("/?lang=kk")
    assert "&lt;b&gt;Жіберу&lt;/b&gt;</button>" in page.text
    assert "有难处，说一声" in page.text
    assert "{{" not in page.text
