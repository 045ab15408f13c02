"""A strict server of models over real HTTP on a loopback port: chat completions and audio transcriptions.

    async with ModelServer() as server:
        adviser = Adviser(server.url, "a-model", server.key)
        server.answers("meals")
        assert await adviser.advise("想吃口热饭", {"meals": "助餐"}) == "meals"

Refuses what such servers refuse, and keeps the reasons in `refused`, because a client that never raises hides them.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any, Literal

from aiohttp import web

Mode = Literal["answers", "sends", "hangs", "drips", "fails", "floods"]
Messages = list[dict[str, str]]

MAX_REQUEST = 25 * 1024 * 1024
FLOOD = 512 * 1024 * 1024
"""Bytes after which even the endless answer ends, so that no test can run for ever."""
DRIPS = 600
LIES = {
    "a code that does not exist": "gardening",
    "two codes": "meals, bathing",
    "a sentence": "我觉得他需要人帮忙做饭。",
}
BROKEN = b'{"choices": [{"message": {"content": "meals"'
CHAT_FIELDS = {"model", "messages", "temperature", "max_tokens"}
SPEECH_FIELDS = {"model", "language", "response_format", "file"}
SPEECH_ENDINGS = ("ogg", "webm", "m4a", "mp4", "mp3", "wav", "flac", "aac", "amr")


@dataclass(frozen=True, slots=True)
class Asked:
    """One question that was in order, whatever became of it."""

    model: str
    messages: Messages = field(default_factory=list)
    temperature: float = 0.0
    max_tokens: int = 0
    language: str = ""
    name: str = ""
    mime: str = ""
    recording: bytes = b""


class RefusedError(Exception):
    """A question that such a server does not take: the status it answers with, and why."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"{status} {reason}")
        self.status = status


class ModelServer:
    """The server and the remote control of how it behaves. `written` counts the bytes of endless answers."""

    def __init__(self, key: str = "fake-key") -> None:
        self.key = key
        self.asked: list[Asked] = []
        self.refused: list[str] = []
        self.answered = 0
        self.written = 0
        self._mode: Mode = "answers"
        self._text, self._padding, self._body, self._status = "", 0, b"", 500
        self._open = 0
        self._stopping = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self._port = 0

    async def __aenter__(self) -> ModelServer:
        await self.start()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen; after a `stop` on the same port again."""
        self._stopping.clear()
        app = web.Application(client_max_size=MAX_REQUEST)
        app.router.add_route("*", "/{path:.*}", self._call)
        self._runner = web.AppRunner(app, handler_cancellation=True, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Stop listening; calls that hang are let go."""
        self._stopping.set()
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def url(self) -> str:
        """The base address to give to a client."""
        return f"http://127.0.0.1:{self._port}/v1"

    def answers(self, text: str, padding: int = 0) -> None:
        """Answer with this text from now on, and with so many bytes of white space around the JSON."""
        self._mode, self._text, self._padding = "answers", text, padding

    def sends(self, body: bytes) -> None:
        """Answer with these bytes from now on, whatever they are."""
        self._mode, self._body = "sends", body

    def fails(self, status: int = 500) -> None:
        """Give the right answer with the wrong status from now on."""
        self._mode, self._status = "fails", status

    def hangs(self) -> None:
        """Take every question from now on and say nothing."""
        self._mode = "hangs"

    def drips(self) -> None:
        """Begin every answer from now on and never come to its end: a byte every tenth of a second."""
        self._mode = "drips"

    def floods(self) -> None:
        """Let no answer end from now on, as fast as it is read."""
        self._mode = "floods"

    async def quiet(self) -> None:
        """Wait until no call is open."""
        for _ in range(3000):
            if not self._open:
                return
            await asyncio.sleep(0.01)
        raise AssertionError("a call is still open")

    async def _call(self, request: web.Request) -> web.StreamResponse:
        self._open += 1
        try:
            await self._take(request)
            response = await self._answer(request)
            self.answered += 1
            return response
        except RefusedError as error:
            self.refused.append(str(error))
            return web.json_response({"error": {"message": str(error)}}, status=error.status)
        finally:
            self._open -= 1

    async def _take(self, request: web.Request) -> None:
        takers = {"/v1/chat/completions": chat, "/v1/audio/transcriptions": speech}
        expect(request.path in takers, 404, f"no such path: {request.path}")
        expect(request.method == "POST", 405, f"method {request.method}")
        expect(request.headers.get("Authorization") == f"Bearer {self.key}", 401, "wrong key")
        self.asked.append(await takers[request.path](request))

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if self._mode == "hangs":
            await self._stopping.wait()
        if self._mode in ("drips", "floods"):
            return await self._stream(request)
        if self._mode == "sends":
            return web.Response(body=self._body, content_type="application/json")
        padding = b" " * self._padding
        status = self._status if self._mode == "fails" else 200
        return web.Response(body=self._json(request.path) + padding, status=status, content_type="application/json")

    def _json(self, path: str) -> bytes:
        if path.endswith("transcriptions"):
            return json.dumps({"text": self._text}).encode()
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": self._text}}
        return json.dumps({"object": "chat.completion", "choices": [choice]}).encode()

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        if self._mode == "drips":
            for _ in range(DRIPS):
                await response.write(b" ")
                await asyncio.sleep(0.1)
        piece = b" " * 16 * 1024
        while self._mode == "floods" and self.written < FLOOD:
            await response.write(piece)
            self.written += len(piece)
        await response.write(self._json(request.path))
        return response


async def chat(request: web.Request) -> Asked:
    """A question for one answer in words."""
    expect(request.content_type == "application/json", 415, f"content type {request.content_type}")
    body: Any = await request.json()
    expect(isinstance(body, dict) and set(body) == CHAT_FIELDS, 400, "fields")
    model, messages, limit = body["model"], body["messages"], body["max_tokens"]
    expect(isinstance(model, str) and model != "", 400, "model")
    expect(isinstance(messages, list) and all(map(is_message, messages)), 400, "messages")
    expect([message["role"] for message in messages] == ["system", "user"], 400, "roles")
    expect(isinstance(limit, int) and limit > 0, 400, "max_tokens")
    expect(body["temperature"] in range(3), 400, "temperature")
    return Asked(model, messages, body["temperature"], limit)


async def speech(request: web.Request) -> Asked:
    """A recording to be written down."""
    expect(request.content_type == "multipart/form-data", 415, f"content type {request.content_type}")
    form = await request.post()
    expect(set(form) <= SPEECH_FIELDS and len(set(form)) == len(form), 400, "fields")
    model, language, file = form.get("model"), form.get("language", ""), form.get("file")
    expect(form.get("response_format") == "json", 400, "response_format")
    if not (isinstance(model, str) and model and isinstance(language, str)):
        raise RefusedError(400, "model or language")
    if not isinstance(file, web.FileField):
        raise RefusedError(400, "file")
    ending = file.filename.rpartition(".")[2]
    expect(ending in SPEECH_ENDINGS or file.content_type == "application/octet-stream", 400, "unknown format")
    return Asked(model, language=language, name=file.filename, mime=file.content_type, recording=file.file.read())


def is_message(value: object) -> bool:
    """Whether it is a message: a role and words, nothing else."""
    return (
        isinstance(value, dict)
        and set(value) == {"role", "content"}
        and all(isinstance(v, str) for v in value.values())
    )


def expect(condition: bool, status: int, reason: str) -> None:
    """Refuse unless the condition holds."""
    if not condition:
        raise RefusedError(status, reason)
