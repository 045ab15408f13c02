"""Whoever floods the house is slowed down; their neighbours behind the same address are not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from redis.asyncio import Redis

from bot.app import App
from bot.handlers.webchat import line_routes
from bot.handlers.webchat_parts import Parts
from bot.handlers.webchat_session import SESSION_COOKIE, address_of_token
from bot.settings import SettingError, networks_in, read_settings
from bot.throttle import RULES, Limit, MemoryThrottle, Streams, Throttle, address_of, counted, wait_for
from storage import staff as staff_store
from storage.redis_throttle import RedisThrottle
from tests.doors import browser_of
from tests.fakes.mailbox import clock
from tests.redis import RedisServer, running
from tests.sample import PNG
from tests.talk import Town
from tests.webchat import open_chat as open_chat_of

HOUR = Limit(3, 60)
GUARD = 60.0


class Watch:
    """A clock of seconds, ours to move."""

    at = 1000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def town(town: Town) -> Town:
    """A house whose counting stands still, so that nothing depends on how quick this machine is."""
    town.app = replace(town.app, throttle=MemoryThrottle(Watch()))
    return town


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture(scope="module")
def redis() -> Iterator[RedisServer]:
    with running() as server:
        yield server


@pytest_asyncio.fixture(params=["memory", "redis"])
async def throttle(watch: Watch, request: pytest.FixtureRequest) -> AsyncIterator[Throttle]:
    """Every backend of the contract."""
    if request.param == "memory":
        yield MemoryThrottle(watch)
        return
    client = Redis.from_url(request.getfixturevalue("redis").url)
    yield RedisThrottle(client, uuid4().hex, MemoryThrottle(watch), watch, GUARD)
    await client.aclose()


async def test_each_process_counts_for_itself_when_redis_is_away(watch: Watch) -> None:
    nobody = Redis.from_url("unix:///tmp/no-redis-is-here")
    assert await times(RedisThrottle(nobody, "house", MemoryThrottle(watch)), "k") == HOUR.times
    await nobody.aclose()


async def test_two_processes_count_together_when_redis_counts(redis: RedisServer, watch: Watch) -> None:
    clients = [Redis.from_url(redis.url) for _ in range(2)]
    one, other = (RedisThrottle(client, "shared", MemoryThrottle(watch), patience=GUARD) for client in clients)
    assert [await each.allow("k", HOUR) > 0 for each in (one, other, one, other)] == [False, False, False, True]
    for client in clients:
        await client.aclose()


async def times(throttle: Throttle, key: str, limit: Limit = HOUR, most: int = 50) -> int:
    """How often in a row something is allowed."""
    return [await throttle.allow(key, limit) > 0 for _ in range(most)].index(True)


async def test_as_much_as_the_limit_is_allowed_when_it_comes_at_once(throttle: Throttle) -> None:
    assert await times(throttle, "a") == HOUR.times
    assert await times(throttle, "b") == HOUR.times


async def test_the_wait_is_exact_when_the_limit_is_reached(throttle: Throttle, watch: Watch) -> None:
    await times(throttle, "a")
    wait = await throttle.allow("a", HOUR)
    assert wait == pytest.approx(HOUR.seconds / HOUR.times)
    watch.at += wait - 0.01
    assert await throttle.allow("a", HOUR) > 0
    watch.at += 0.02
    assert await throttle.allow("a", HOUR) == 0.0
    assert await throttle.allow("a", HOUR) > 0


async def test_everything_is_allowed_again_when_the_time_is_over(throttle: Throttle, watch: Watch) -> None:
    await times(throttle, "a")
    watch.at += HOUR.seconds
    assert await times(throttle, "a") == HOUR.times


async def test_a_refusal_costs_nothing_when_it_is_repeated(throttle: Throttle, watch: Watch) -> None:
    await times(throttle, "a")
    for _ in range(100):
        await throttle.allow("a", HOUR)
    watch.at += HOUR.seconds / HOUR.times + 0.01
    assert await throttle.allow("a", HOUR) == 0.0


async def test_memory_stays_small_when_keys_never_end(watch: Watch) -> None:
    throttle = MemoryThrottle(watch, most=100)
    for number in range(1000):
        await throttle.allow(f"k{number}", HOUR)
    assert len(throttle._full_at) == 100
    assert await times(throttle, "k0") == HOUR.times


async def test_neighbours_are_not_charged_when_one_person_floods(throttle: Throttle) -> None:
    for _ in range(5000):
        await wait_for(throttle, "message", person="flood", address="203.0.113.5")
    for number in range(25):
        for _ in range(40):
            assert await wait_for(throttle, "message", person=f"p{number}", address="203.0.113.5") == 0.0


def test_an_office_is_not_locked_out_when_all_of_it_comes_at_once() -> None:
    for rule in RULES.values():
        assert rule.address is not None
        if rule.person is not None:
            assert rule.address.times >= 6 * rule.person.times


@pytest.mark.parametrize(
    ("host", "counted_as"),
    [
        ("203.0.113.5", "203.0.113.5"),
        ("::ffff:203.0.113.5", "203.0.113.5"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("127.0.0.1", ""),
        ("::1", ""),
        ("testclient", ""),
        (None, ""),
    ],
)
def test_addresses_are_counted_by_household_when_they_are_read(host: str | None, counted_as: str) -> None:
    assert address_of(host) == counted_as


async def test_a_page_too_many_is_refused_when_it_wants_news(town: Town) -> None:
    streams = Streams(2)

    async def lines() -> AsyncIterator[str]:
        while True:
            yield "x"

    pages = [counted(streams, "me", lines()) for _ in range(2)]  # type: ignore[arg-type]  # a generator is what it is
    for page in pages:
        await anext(page)
    assert streams.full("me")
    assert not streams.full("you")
    await pages[0].aclose()
    assert not streams.full("me")


async def open_chat(http: httpx.AsyncClient) -> httpx.AsyncClient:
    assert (await http.get("/")).status_code == 200
    return http


async def say(http: httpx.AsyncClient, number: int) -> httpx.Response:
    return await http.post("/chat/messages", json={"id": f"m{number}", "text": "/help"})


async def test_a_message_waits_when_too_many_were_sent(town: Town) -> None:
    async with browser_of(town) as http, browser_of(town) as neighbour:
        await open_chat(http)
        await exhaust(town.app.throttle, "message", http)
        refused = await say(http, 1)
        assert refused.status_code == 429
        assert refused.json()["error"] == "slow"
        assert refused.json()["seconds"] == int(refused.headers["retry-after"]) >= 1
        file = await http.post("/chat/files", params={"id": "f1", "kind": "photo"}, content=PNG)
        assert file.status_code == 202
        await open_chat(neighbour)
        assert (await say(neighbour, 1)).status_code == 202


async def exhaust(throttle: Throttle, what: str, http: httpx.AsyncClient) -> None:
    """Use up what this browser's person may do."""
    person = str(address_of_token(http.cookies[SESSION_COOKIE]))
    while not await wait_for(throttle, what, person=person):
        pass


async def test_a_file_waits_when_too_many_were_sent(town: Town) -> None:
    async with browser_of(town) as http:
        await open_chat(http)
        await exhaust(town.app.throttle, "file", http)
        refused = await http.post("/chat/files", params={"id": "f1", "kind": "photo"}, content=PNG)
        assert refused.status_code == 429
        assert (await say(http, 1)).status_code == 202


async def test_a_new_telephone_waits_when_too_many_came_from_one_address(town: Town) -> None:
    while not await wait_for(town.app.throttle, "session", address="203.0.113.5"):
        pass
    async with browser_of(town) as http, browser_of(town, ("203.0.113.6", 1)) as elsewhere:
        page = await http.get("/")
        assert page.status_code == 429
        assert int(page.headers["retry-after"]) >= 1
        assert "请等一分钟再刷新" in page.text
        assert "set-cookie" not in page.headers
        await open_chat(elsewhere)


async def test_a_known_telephone_is_let_in_when_too_many_new_ones_came(town: Town) -> None:
    async with browser_of(town) as http:
        await open_chat(http)
        while not await wait_for(town.app.throttle, "session", address="203.0.113.5"):
            pass
        await open_chat(http)


async def test_a_try_to_sign_in_waits_when_too_many_were_made(town: Town) -> None:
    worker = await town.hire()
    async with town.app.database.write() as connection:
        token = await staff_store.new_link(connection, worker.id, "sign-in", town.clock())
    async with browser_of(town) as http, browser_of(town, ("203.0.113.6", 1)) as elsewhere:
        tries = [(await http.post(f"/desk/sign-in/{'x' * 32}")).status_code for _ in range(61)]
        assert tries == [*[410] * 60, 429]
        refused = await http.post(f"/desk/sign-in/{token}")
        assert refused.status_code == 429
        assert int(refused.headers["retry-after"]) >= 1
        assert "请等几分钟再试" in refused.text
        assert (await elsewhere.post(f"/desk/sign-in/{token}")).status_code == 303


def settings_with(app: App, proxies: str) -> App:
    """The same house with web servers in front."""
    settings = app.settings.model_copy(update={"trusted_proxies": proxies})
    return replace(app, house=replace(app.house, settings=settings))


@pytest.mark.parametrize(
    ("trusted", "peer", "forwarded", "asks"),
    [
        ("10.0.0.1", "10.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "10.0.0.1", "198.51.100.9, 198.51.100.7", "198.51.100.7"),
        ("10.0.0.0/8", "10.0.0.1", "198.51.100.7, 10.0.0.2", "198.51.100.7"),
        ("10.0.0.1", "10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.5", "198.51.100.7", "203.0.113.5"),
        ("", "203.0.113.5", "198.51.100.7", "203.0.113.5"),
    ],
)
async def test_the_word_of_a_proxy_counts_when_a_setting_names_it(
    town: Town, trusted: str, peer: str, forwarded: str, asks: str
) -> None:
    town.app = settings_with(town.app, trusted)
    while not await wait_for(town.app.throttle, "session", address=asks):
        pass
    async with browser_of(town, (peer, 1)) as http:
        assert (await http.get("/", headers={"X-Forwarded-For": forwarded})).status_code == 429


async def test_nobody_is_locked_out_when_an_unnamed_proxy_stands_on_this_machine(town: Town) -> None:
    async with browser_of(town, ("127.0.0.1", 1)) as http:
        for _ in range(RULES["session"].address.times + 5):  # type: ignore[union-attr]  # it has one
            http.cookies.clear()
            assert (await http.get("/", headers={"X-Forwarded-For": "198.51.100.7"})).status_code == 200


async def test_cookies_are_secure_when_a_proxy_on_this_machine_says_https(town: Town) -> None:
    for peer, secure in (("127.0.0.1", True), ("203.0.113.5", False)):
        async with browser_of(town, (peer, 1)) as http:
            page = await http.get("/", headers={"X-Forwarded-Proto": "https"})
            assert ("Secure" in page.headers["set-cookie"]) == secure


def test_the_setting_is_refused_when_it_names_no_address() -> None:
    assert len(networks_in("127.0.0.1, 10.0.0.0/8,")) == 2
    with pytest.raises(SettingError, match="LIANZHU_TRUSTED_PROXIES"):
        read_settings(trusted_proxies="proxy.example", _env_file=None)


async def test_a_page_too_many_of_the_chat_is_refused_when_it_asks_for_news(tmp_path: Path) -> None:
    async with open_chat_of(tmp_path) as chat:
        streams = Streams(0)
        chat.app.routes.clear()
        parts = Parts(chat.mailbox, chat.mailbox, chat.files, clock, asyncio.Event(), MemoryThrottle(), streams)
        chat.app.include_router(line_routes(parts))
        refused = await chat.http.get("/chat/events")
        assert refused.status_code == 429
        assert int(refused.headers["retry-after"]) >= 1
