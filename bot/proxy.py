"""Who asks, where a web server stands in front: its word is taken only where LIANZHU_TRUSTED_PROXIES names it."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.settings import Network


class Behind:
    """Puts the address of whoever asks, and the scheme of their page, in place of the proxy's own.

    Of `X-Forwarded-For` the last hop counts that is no trusted proxy itself: everything before it anybody can write.
    """

    def __init__(self, app: ASGIApp, trusted: Sequence[Network]) -> None:
        self._app = app
        self._trusted = trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope.get("client"):
            scope = {**scope, **self._seen(scope)}
        await self._app(scope, receive, send)

    def _seen(self, scope: Scope) -> dict[str, object]:
        host, headers = scope["client"][0], Headers(scope=scope)
        found: dict[str, object] = {}
        # An unnamed proxy on this machine may say https, which only makes cookies stricter.
        if (self._trusts(host) or _own(host)) and headers.get("x-forwarded-proto", "") == "https":
            found["scheme"] = "https"
        if self._trusts(host):
            hops = [hop.strip() for value in headers.getlist("x-forwarded-for") for hop in value.split(",")]
            last = next((hop for hop in reversed(hops) if not self._trusts(hop)), "")
            if _address(last) is not None:
                found["client"] = (last, 0)
        return found

    def _trusts(self, host: str) -> bool:
        address = _address(host)
        return address is not None and any(address in network for network in self._trusted)


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _own(host: str) -> bool:
    address = _address(host)
    return address is not None and address.is_loopback
