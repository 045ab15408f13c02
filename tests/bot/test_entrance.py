"""Coming in to the desk: a link asked for in the chat, the second factor, sessions that end, and who is told of it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from typing import Any

import httpx
import pyotp
import pytest

from bot.message import Address
from casework.entrance import DRIFT, LOCK, RECOVERY_CODES, STEP, TRIES
from casework.staff import Role, Staff
from desk.session import COOKIE
from storage import audit
from storage import staff as staff_store
from tests.doors import browser_of, post
from tests.fakes.desk import csrf_in, secret_in, words_of
from tests.talk import Person, Town

CHAT = Address("telegram", "77")
SECOND = "/desk/second-factor"


@pytest.fixture
async def http(town: Town) -> AsyncIterator[httpx.AsyncClient]:
    async with browser_of(town) as opened:
        yield opened


async def bound(town: Town, person: Staff) -> Person:
    """Somebody's Telegram account, bound to them."""
    async with town.app.database.write() as connection:
        await staff_store.bind(connection, person.id, CHAT)
    return town._person(CHAT)


async def officer(town: Town, **more: bool) -> Staff:
    return await town.hire("王建国", Role.COUNTY, "652328", **more)


async def link(town: Town, person: Staff) -> str:
    async with town.app.database.write() as connection:
        token = await staff_store.new_link(connection, person.id, "sign-in", town.clock())
    return f"/desk/sign-in/{token}"


def code(town: Town, secret: str, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(town.clock.at, counter_offset=steps)


async def show(http: httpx.AsyncClient, digits: str) -> httpx.Response:
    """Fill in the page of the second factor."""
    return await post(http, SECOND, text=digits)


async def audited(town: Town) -> Sequence[Any]:
    """What the audit says of the door, oldest first."""
    async with town.app.database.read() as connection:
        return await audit.of_object(connection, "desk")


async def enrol(town: Town, http: httpx.AsyncClient, person: Staff) -> tuple[str, httpx.Response]:
    """The first sign-in of an officer: their secret, and the page with the recovery codes."""
    await http.post(await link(town, person))
    secret = secret_in(await http.get(SECOND))
    return secret, await show(http, code(town, secret))


async def test_a_link_comes_into_the_bound_chat_when_a_worker_asks_for_it(town: Town, http: httpx.AsyncClient) -> None:
    chat = await bound(town, await town.hire())
    for word in ("/desk", "登录", "打开工作台", "кіру", "كىرىش", "login"):
        await chat.says(word)
        assert "10 分钟" in chat.last.text, word
    found = re.search(r"/desk/sign-in/\S+", chat.last.text)
    assert found
    assert (await http.post(found[0])).headers["location"] == "/desk"
    assert (await http.get("/desk")).status_code == 200


async def test_a_link_from_the_chat_is_over_when_ten_minutes_have_passed(town: Town, http: httpx.AsyncClient) -> None:
    chat = await bound(town, await town.hire())
    await chat.says("/desk")
    found = re.search(r"/desk/sign-in/\S+", chat.last.text)
    assert found
    await town.later(minutes=10)
    assert (await http.post(found[0])).status_code == 410


async def test_no_link_is_sent_when_the_chat_is_bound_to_nobody(town: Town) -> None:
    worker = await town.hire()
    for stranger in (town.resident(), town.worker(worker)):
        await stranger.says("登录")
        assert "sign-in" not in stranger.text
    assert "值班社工用的" in town.resident().text or "绑定" in town.worker(worker).text


async def test_the_signed_out_page_says_how_to_come_in_when_it_is_opened(http: httpx.AsyncClient) -> None:
    page = await http.get("/desk")
    assert "登录" in words_of(page)
    assert "<input" not in page.text


async def test_the_bound_chat_is_told_when_somebody_signs_in(town: Town, http: httpx.AsyncClient) -> None:
    worker = await town.hire()
    chat = await bound(town, worker)
    await http.post(await link(town, worker))
    await chat.listen()
    assert "12:00" in chat.last.text
    assert (await http.get("/desk")).status_code == 200
    unused = await link(town, worker)
    await chat.presses("不是我")
    assert (await http.get("/desk")).status_code == 401
    assert (await http.post(unused)).status_code == 410


async def test_the_button_ends_nothing_when_another_presses_it(town: Town, http: httpx.AsyncClient) -> None:
    worker = await town.hire()
    chat = await bound(town, worker)
    await http.post(await link(town, worker))
    await chat.listen()
    key = chat.last.buttons[0].key
    await town.resident().presses_key(key)
    await town.worker(await town.hire("李梅")).presses_key(key)
    assert (await http.get("/desk")).status_code == 200


async def test_an_officer_enrols_when_they_come_for_the_first_time(town: Town, http: httpx.AsyncClient) -> None:
    chief = await officer(town)
    arrived = await http.post(await link(town, chief))
    assert arrived.headers["location"] == SECOND
    assert (await http.get("/desk")).status_code == 401
    page = await http.get(SECOND)
    assert "<svg" in page.text
    assert "style=" not in page.text
    half = http.cookies[COOKIE]
    shown = await show(http, code(town, secret_in(page)))
    assert len(set(re.findall(r"<li><code>([a-z2-7 ]{19})</code>", shown.text))) == RECOVERY_CODES
    assert http.cookies[COOKIE] != half
    assert (await http.get("/desk")).status_code == 200
    http.cookies.set(COOKIE, half, path="/desk")
    assert (await http.get("/desk")).status_code == 401


async def test_six_digits_are_asked_for_when_an_officer_comes_again(town: Town, http: httpx.AsyncClient) -> None:
    chief = await officer(town)
    secret, _ = await enrol(town, http, chief)
    await http.post(await link(town, chief))
    page = await http.get(SECOND)
    assert secret_in(page) == ""
    assert "<svg" not in page.text
    await town.later(seconds=2 * STEP)
    assert (await show(http, code(town, secret))).headers["location"] == "/desk"


@pytest.mark.parametrize(("steps", "passes"), [(-DRIFT - 1, False), (-DRIFT, True), (DRIFT, True), (DRIFT + 1, False)])
async def test_a_code_passes_when_the_clocks_differ_by_one_step(
    town: Town, http: httpx.AsyncClient, steps: int, passes: bool
) -> None:
    chief = await officer(town)
    secret, _ = await enrol(town, http, chief)
    await town.later(minutes=5)
    await http.post(await link(town, chief))
    assert (await show(http, code(town, secret, steps))).status_code == (303 if passes else 422)


async def test_a_code_counts_once_when_it_is_shown_again(town: Town, http: httpx.AsyncClient) -> None:
    chief = await officer(town)
    secret, _ = await enrol(town, http, chief)
    await town.later(minutes=5)
    digits = code(town, secret)
    await http.post(await link(town, chief))
    assert (await show(http, digits)).status_code == 303
    await http.post(await link(town, chief))
    assert (await show(http, digits)).status_code == 422


async def test_the_second_factor_locks_when_five_codes_were_wrong(town: Town, http: httpx.AsyncClient) -> None:
    chief = await officer(town)
    chat = await bound(town, chief)
    secret, _ = await enrol(town, http, chief)
    await town.later(minutes=5)
    await http.post(await link(town, chief))
    answers = [await show(http, "000000") for _ in range(TRIES)]
    assert [each.status_code for each in answers] == [*[422] * (TRIES - 1), 429]
    assert int(answers[-1].headers["retry-after"]) <= LOCK.total_seconds()
    assert (await show(http, code(town, secret))).status_code == 429
    assert "12:20" in words_of(await http.get(SECOND))
    await chat.listen()
    assert "输错" in chat.text
    await town.later(minutes=16)
    assert (await show(http, code(town, secret))).status_code == 303
    tried = ["sign-in", "second", "sign-in", *["second.failed"] * TRIES, "second.locked", "second"]
    assert [entry.action for entry in await audited(town)] == tried


async def test_wrong_codes_are_forgotten_when_a_quarter_of_an_hour_has_passed(
    town: Town, http: httpx.AsyncClient
) -> None:
    chief = await officer(town)
    secret, _ = await enrol(town, http, chief)
    await town.later(minutes=5)
    await http.post(await link(town, chief))
    for _ in range(TRIES - 1):
        await show(http, "000000")
    await town.later(minutes=16)
    assert (await show(http, "000000")).status_code == 422
    assert (await show(http, code(town, secret))).status_code == 303


async def test_the_lock_holds_when_somebody_comes_by_another_link(town: Town, http: httpx.AsyncClient) -> None:
    chief = await officer(town)
    secret, _ = await enrol(town, http, chief)
    await town.later(minutes=5)
    await http.post(await link(town, chief))
    for _ in range(TRIES):
        await show(http, "000000")
    async with browser_of(town) as other:
        await other.post(await link(town, chief))
        assert (await show(other, code(town, secret))).status_code == 429


async def test_a_recovery_code_passes_once_when_the_telephone_is_lost(town: Town, http: httpx.AsyncClient) -> None:
    chief = await officer(town)
    chat = await bound(town, chief)
    _, page = await enrol(town, http, chief)
    spare = re.findall(r"<li><code>([a-z2-7 ]+)</code>", page.text)[3]
    await http.post(await link(town, chief))
    assert (await show(http, spare.upper())).status_code == 303
    await chat.listen()
    assert "9 个" in chat.text
    assert (await audited(town))[-1].action == "second.recovery"
    await http.post(await link(town, chief))
    assert (await show(http, spare)).status_code == 422


async def test_no_recovery_code_is_readable_when_somebody_looks_into_the_database(
    town: Town, http: httpx.AsyncClient
) -> None:
    _, page = await enrol(town, http, await officer(town))
    codes = [each.replace(" ", "") for each in re.findall(r"<li><code>([a-z2-7 ]+)</code>", page.text)]
    stored = b"".join(path.read_bytes() for path in town.app.settings.data_dir.glob("lianzhu.db*"))
    assert codes
    assert not [each for each in codes if each.encode() in stored]


async def test_nothing_more_is_asked_when_the_officer_is_made_up(town: Town, http: httpx.AsyncClient) -> None:
    arrived = await http.post(await link(town, await officer(town, trial=True)))
    assert arrived.headers["location"] == "/desk"
    assert (await http.get("/desk")).status_code == 200


async def test_a_secret_seen_by_another_is_worthless_when_it_was_not_confirmed(
    town: Town, http: httpx.AsyncClient
) -> None:
    chief = await officer(town)
    await http.post(await link(town, chief))
    seen = secret_in(await http.get(SECOND))
    await http.post(await link(town, chief))
    assert secret_in(await http.get(SECOND)) != seen
    assert (await show(http, code(town, seen))).status_code == 422


@pytest.mark.parametrize(("role", "idle"), [(Role.WORKER, 120), (Role.COUNTY, 30)])
async def test_a_session_ends_when_nothing_is_done_in_it(
    town: Town, http: httpx.AsyncClient, role: Role, idle: int
) -> None:
    person = await town.hire("甲", role)
    await (enrol(town, http, person) if role is Role.COUNTY else http.post(await link(town, person)))
    for _ in range(3):
        await town.later(minutes=idle - 2)
        assert (await http.get("/desk")).status_code == 200
    await town.later(minutes=idle - 2)
    # A page that looks again by itself is nobody's hand on the keys.
    assert (await http.get("/desk", headers={"X-Desk-Live": "1"})).status_code == 200
    await town.later(minutes=3)
    assert (await http.get("/desk")).status_code == 401


async def test_a_session_ends_when_twelve_hours_have_passed(town: Town, http: httpx.AsyncClient) -> None:
    await http.post(await link(town, await town.hire()))
    for _ in range(11):
        await town.later(hours=1)
        assert (await http.get("/desk")).status_code == 200
    await town.later(hours=1, minutes=1)
    assert (await http.get("/desk")).status_code == 401


async def test_every_device_is_out_when_one_signs_out_everywhere(town: Town, http: httpx.AsyncClient) -> None:
    worker = await town.hire()
    await http.post(await link(town, worker))
    async with browser_of(town) as other:
        await other.post(await link(town, worker))
        page = await other.get("/desk/me")
        await other.post("/desk/sign-out-everywhere", data={"csrf": csrf_in(page)})
        assert (await other.get("/desk")).status_code == 401
    assert (await http.get("/desk")).status_code == 401


async def test_a_form_of_the_second_factor_is_refused_when_it_is_not_ours(town: Town, http: httpx.AsyncClient) -> None:
    await http.post(await link(town, await officer(town)))
    secret = secret_in(await http.get(SECOND))
    foreign = await http.post(SECOND, data={"csrf": "0" * 64, "text": code(town, secret)})
    assert foreign.status_code == 403
    assert (await http.get("/desk")).status_code == 401
