"""A server of somebody else's that may help and is never relied upon."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Mapping
from typing import Any

import httpx

log = logging.getLogger(__name__)

MAX_ANSWER = 64 * 1024
"""Bytes of an answer that are read; a longer one is no answer."""
WARN_EVERY = 60.0
"""Seconds between two warnings about the same server."""


class AnswerError(Exception):
    """An answer that cannot be used. Its text says why and holds nothing of what was asked or answered."""


class Endpoint:
    """One server behind an OpenAI-compatible base address, for example `http://127.0.0.1:9000/v1`.

    `name` stands in the log, `timeout` is in seconds and covers one call from connecting to the last byte.
    """

    def __init__(self, name: str, url: str, key: str, timeout: float) -> None:
        self._name, self._url, self._key, self._timeout = name, url.rstrip("/"), key, timeout
        # What residents say goes where the settings say, by no proxy that the environment happens to name.
        self._client = httpx.AsyncClient(timeout=timeout, trust_env=False)
        self._warned_at = float("-inf")

    async def post(self, path: str, **body: Any) -> Any:
        """The answer as JSON, or None when there is no usable one. `body` as httpx takes it: json, or data and files.

        Raises nothing but the caller's own cancellation.
        """
        try:
            async with asyncio.timeout(self._timeout):
                return json.loads(await self._read(path, body))
        except Exception as error:  # a stranger's server may fail in any way, and none may reach a resident
            self.warn(str(error) if isinstance(error, AnswerError) else type(error).__name__)
            return None

    async def close(self) -> None:
        """Close the connections; a later question is answered with None."""
        await self._client.aclose()

    def warn(self, reason: str) -> None:
        """Log that the server is of no use, at most once in `WARN_EVERY` seconds."""
        now = time.monotonic()
        if now - self._warned_at >= WARN_EVERY:
            self._warned_at = now
            log.warning(
                "%s: no usable answer (%s); going on without. Check its address, key and model", self._name, reason
            )

    async def _read(self, path: str, body: Mapping[str, Any]) -> bytes:
        # Uncompressed and raw, so that few bytes on the line cannot become many in memory.
        headers = {"Accept-Encoding": "identity"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        answer = bytearray()
        async with self._client.stream("POST", self._url + path, headers=headers, **body) as response:
            if response.status_code != httpx.codes.OK:
                raise AnswerError(f"status {response.status_code}")
            async for chunk in response.aiter_raw():
                answer += chunk
                if len(answer) > MAX_ANSWER:
                    raise AnswerError(f"more than {MAX_ANSWER} bytes")
        return bytes(answer)
