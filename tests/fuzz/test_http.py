"""Every HTTP address, asked with everything its description allows and much that it does not; signed in and not."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.routing import APIRoute
from hypothesis import given
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode
from starlette.routing import BaseRoute

from bot.handlers import webhook
from bot.handlers.webchat import Said
from bot.handlers.webchat_session import SESSION_COOKIE
from bot.server import build_web
from desk.session import COOKIE, csrf_of
from storage import session as session_store
from tests.fuzz.town import Pattern
from tests.talk import Town
from tests.wire import unhurried

ENDLESS = {"/chat/events", "/desk/events"}
"""Streams, which end when the reader leaves."""
TEXT = {"type": "string", "maxLength": 60}
VALUE = {
    "anyOf": [TEXT, {"enum": ["1", "5", "9" * 30, "652328", "2026-03-05", "10:00", "LZ1001", "明天上午10点", "٣", "²"]}]
}
NAMES = ("choice", "text", "name", "area", "day", "sets_out", "leader", "place", "ticket", "phone", "age", "relation")
FORM = dict.fromkeys(NAMES, VALUE)
SECRET = "webhook-secret"
QUERY = ("id", "kind", "name", "seconds", "after", "lang")
KNOWN = {
    "number": ["LZ1001", "LZ9999"],
    "action": [
        "accept",
        "pass",
        "ask",
        "talk",
        "plan",
        "done",
        "reassign",
        "helper",
        "merge",
        "visited",
        "elder",
        "change",
        "cancel",
        "move",
        "take",
    ],
    "trip_id": ["1", "0", "9" * 30, "9" * 5000],
    "volunteer_id": ["1", "0", "9" * 30, "9" * 5000],
}
"""Values that lead further than random ones, and numbers that no database holds."""


def routes(found: list[BaseRoute]) -> Iterator[APIRoute]:
    """Every address, those of included routers too."""
    for each in found:
        if isinstance(each, APIRoute):
            yield each
        inner = getattr(each, "routes", None) or getattr(getattr(each, "original_router", None), "routes", [])
        yield from routes(list(inner))


def body_of(route: APIRoute) -> dict[str, Any]:
    """What a POST to this address sends."""
    if route.path == "/chat/files":
        return {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    if route.path == "/chat/messages":
        return {"application/json": {"schema": inlined(Said.model_json_schema())}}
    if route.path.startswith("/telegram"):
        return {"application/json": {"schema": {"type": "object"}}}
    return {"application/x-www-form-urlencoded": {"schema": {"type": "object", "properties": FORM}}}


def part(name: str) -> dict[str, Any]:
    """What may stand at this place of an address."""
    return {"anyOf": [{"enum": KNOWN[name]}, TEXT]} if name in KNOWN else TEXT


def inlined(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema without references."""
    definitions = schema.pop("$defs", {})

    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            reference = value.get("$ref")
            return (
                walk(definitions[reference.rpartition("/")[2]]) if reference else {k: walk(v) for k, v in value.items()}
            )
        return [walk(each) for each in value] if isinstance(value, list) else value

    return walk(schema)  # type: ignore[no-any-return]


def described(web: FastAPI) -> dict[str, Any]:
    """An OpenAPI document of every address; the program itself publishes none."""
    paths: dict[str, Any] = {}
    for route in routes(list(web.routes)):
        names = re.findall(r"\{(\w+)\}", route.path)
        parameters = [{"name": name, "in": "path", "required": True, "schema": part(name)} for name in names]
        if route.path in ("/chat/files", "/chat/events", "/"):
            parameters += [
                {"name": n, "in": "query", "schema": TEXT} for n in ("id", "kind", "name", "seconds", "after", "lang")
            ]
        for method in route.methods - {"HEAD"}:
            operation: dict[str, Any] = {"parameters": parameters, "responses": {"default": {"description": "any"}}}
            if method == "POST":
                operation["requestBody"] = {"content": body_of(route)}
            paths.setdefault(route.path, {})[method.lower()] = operation
    return {"openapi": "3.1.0", "info": {"title": "lianzhu", "version": "0"}, "paths": paths}


class Visit:
    """One browser before the whole house: a stranger, a resident, or an officer with forms of their own."""

    def __init__(self, pattern: Pattern) -> None:
        self.pattern = pattern
        self.town: Town = pattern.run(pattern.copy())
        self.web = build_web(replace(self.town.app, throttle=unhurried()), None, asyncio.Event())
        self.web.include_router(webhook.router(self.take, SECRET))
        self.session = pattern.run(self.signed_in())
        pattern.run(self.filed())

    async def take(self, update: dict[str, Any]) -> None:
        """Keep it."""

    async def filed(self) -> None:
        """A ticket, whose number is known."""
        resident = await self.town.resident().says("我妈八十了在木垒照壁山乡，要人上门做饭", more=False)
        await resident.presses("确认提交")

    async def signed_in(self) -> str:
        officer = self.pattern.staff[-1]
        async with self.town.app.database.write() as connection:
            return await session_store.open_session(connection, officer.id, self.town.clock(), passed=True)

    def ask(self, case: schemathesis.Case, who: str) -> httpx.Response:
        asked = case.as_transport_kwargs(base_url="http://127.0.0.1")
        headers = {**dict(asked.pop("headers") or {}), "Sec-Fetch-Site": "same-origin", webhook.SECRET_HEADER: SECRET}
        cookies = {"stranger": {}, "resident": {SESSION_COOKIE: "a" * 43}, "officer": {COOKIE: self.session}}[who]
        asked.pop("cookies", None)
        data = asked.pop("data", None)
        if who == "officer" and isinstance(data, dict):
            data["csrf"] = csrf_of(self.session)
        given = {"content": data} if isinstance(data, bytes | str) else {"data": data} if data is not None else {}

        async def sent() -> httpx.Response:
            transport = httpx.ASGITransport(self.web)
            async with httpx.AsyncClient(transport=transport, cookies=cookies) as client:
                return await client.request(**{**asked, **given, "headers": headers})

        return self.pattern.run(sent())


@pytest.fixture(scope="module")
def visit(pattern: Pattern) -> Iterator[Visit]:
    made = Visit(pattern)
    yield made
    pattern.run(pattern.forget(made.town))


@given(data=st.data())
def test_no_address_fails_whatever_it_is_asked(visit: Visit, data: st.DataObject) -> None:
    operations = OPERATIONS.setdefault("all", operations_of(visit.web))
    operation = data.draw(st.sampled_from(operations))
    mode = data.draw(st.sampled_from([GenerationMode.POSITIVE, GenerationMode.NEGATIVE]))
    case = data.draw(operation.as_strategy(generation_mode=mode))
    who = data.draw(st.sampled_from(["stranger", "resident", "officer"]))
    answer = visit.ask(case, who)
    assert answer.status_code < 500, f"{who}: {case.method} {case.path} {answer.status_code}"
    case.validate_response(answer, checks=[schemathesis.checks.not_a_server_error])
    assert "Traceback" not in answer.text


OPERATIONS: dict[str, list[Any]] = {}


def operations_of(web: FastAPI) -> list[Any]:
    """Every address with every method, but for the streams."""
    schema = schemathesis.openapi.from_dict(described(web))
    found = [each.ok() for each in schema.get_all_operations()]
    assert len(found) > 20
    return [each for each in found if each.path not in ENDLESS]
