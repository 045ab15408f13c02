"""What the desk refuses, what its pages may do in a browser, and that every text it speaks exists."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from casework.duplicate import POINTS
from casework.merge import WORDS
from casework.mood import MOODS
from casework.staff import Role
from casework.ticket import State
from casework.trip_point import AROUND
from casework.visit import SKIPPED
from desk.case import CHANNELS, REACHED, REASONS, TIMES
from desk.due import RESIDENT_SPOKE
from desk.fact import NEED_FACTS
from desk.flash import SAID
from desk.form import MAX_BODY
from desk.live import Pulse, changes
from desk.office import ACTIONS, STEPS
from desk.parts import Parts
from desk.session import COOKIE
from desk.thread import CLOCKS, KNOWN, REFUSALS, WEIGHED, WHYS
from desk.trip import SAID as TRIPS_SAID
from desk.visit import WITNESSES
from tests.fakes.desk import NEED, TEXTS, Desk, csrf_in, open_desk, words_of

ROOT = Path(__file__).parents[2]
SOURCES = [path for ending in ("*.py", "*.html") for path in sorted((ROOT / "desk").rglob(ending))]
TRIPS = ("/desk/trips", "/desk/trips/new", "/desk/trips/1")
CALL = re.compile(r'say\(\s*(f?)"([^"]+)"(\s*~)?')


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path) as opened:
        await opened.sign_in()
        await opened.office.filed(NEED)
        yield opened


@pytest.mark.parametrize(
    "path", ["", "/tickets/CJ-1001", "/tickets/CJ-1001/files/f0", "/events", "/trips", "/trips/new", "/trips/1"]
)
async def test_desk_explains_how_to_come_in_when_there_is_no_session(desk: Desk, path: str) -> None:
    desk.http.cookies.clear()
    shut = await desk.http.get(f"/desk{path}")
    assert shut.status_code == 401
    assert "请让管理员给您发一个新链接" in words_of(shut)


async def test_cookie_is_for_the_desk_alone_when_signed_in(desk: Desk) -> None:
    cookie = (await desk.sign_in()).headers["set-cookie"]
    assert re.search(rf"{COOKIE}=\S+; HttpOnly; Max-Age=\d+; Path=/desk; SameSite=lax$", cookie)


async def test_cookie_is_secure_when_the_page_came_by_https(tmp_path: Path) -> None:
    async with open_desk(tmp_path, "https://desk.test") as desk:
        assert "; Secure" in (await desk.sign_in()).headers["set-cookie"]


async def test_page_runs_nothing_foreign_when_opened(desk: Desk) -> None:
    for path in (*("/desk", "/desk/tickets/CJ-1001", "/desk/tickets/none", "/desk/sign-in/x"), *TRIPS):
        page = await desk.http.get(path)
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "same-origin"
        assert page.headers["x-content-type-options"] == "nosniff"
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?! src)", page.text)


@pytest.mark.parametrize("csrf", ["", "0" * 64, "木"])
async def test_form_is_refused_when_its_token_is_not_of_this_session(desk: Desk, csrf: str) -> None:
    answer = await desk.http.post("/desk/tickets/CJ-1001/accept", data={"csrf": csrf})
    assert answer.status_code == 403
    assert desk.office.acted == []


@pytest.mark.parametrize(
    "header", [{"Origin": "http://evil.test"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
async def test_form_is_refused_when_it_comes_from_elsewhere(desk: Desk, header: dict[str, str]) -> None:
    token = csrf_in(await desk.http.get("/desk"))
    for path in ("tickets/CJ-1001/accept", "sign-out", f"sign-in/{desk.office.link(desk.office.staff[0])}"):
        answer = await desk.http.post(f"/desk/{path}", data={"csrf": token}, headers=header)
        assert answer.status_code == 403
    assert desk.office.acted == []


async def test_body_is_refused_when_it_has_no_end(desk: Desk) -> None:
    async def endless() -> AsyncIterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\n'
        for _ in range(MAX_BODY // 2**20 + 2):
            yield bytes(2**20)

    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    assert (await desk.http.post("/desk/tickets/CJ-1001/ask", content=endless(), headers=kind)).status_code == 413
    declared = {**kind, "Content-Length": str(MAX_BODY + 1)}
    assert (await desk.http.post("/desk/tickets/CJ-1001/ask", content=b"", headers=declared)).status_code == 413


async def test_page_apologises_when_storage_is_away(desk: Desk) -> None:
    desk.office.broken = True
    answer = await desk.http.get("/desk")
    assert answer.status_code == 503
    assert "过一会儿再试" in words_of(answer)


async def test_flash_is_silent_when_its_cookie_is_made_up(desk: Desk) -> None:
    desk.http.cookies.set("lianzhu_desk_said", "accept.CJ-9999", path="/desk")
    assert "接好了" not in await desk.read("/desk")


async def test_typed_markup_is_shown_as_text_when_it_comes_back(desk: Desk) -> None:
    desk.office.conflict = True
    answer = await desk.press("CJ-1001", "ask", "</textarea><script>1</script>")
    assert "&lt;/textarea&gt;&lt;script&gt;" in answer.text


async def test_stream_tells_the_count_when_something_changes(desk: Desk) -> None:
    parts = Parts(desk.office, TEXTS, desk.office.clock, asyncio.Event())
    session = desk.http.cookies[COOKIE]
    stream = changes(parts, session, Pulse(desk.office, 0.01), keep_alive=0.05)
    assert [await anext(stream) for _ in range(2)] == ["retry: 3000\n\n", "event: change\ndata: 2\n\n"]
    await desk.office.filed(NEED)
    assert await anext(stream) == "event: change\ndata: 4\n\n"
    assert await anext(stream) == ": keep-alive\n\n"
    desk.office.sessions.clear()
    assert [each async for each in stream if "data" in each] == []


async def test_stream_ends_when_the_server_stops(desk: Desk) -> None:
    closing = asyncio.Event()
    parts = Parts(desk.office, TEXTS, desk.office.clock, closing)
    stream = changes(parts, desk.http.cookies[COOKIE], Pulse(desk.office))
    await anext(stream)
    await anext(stream)
    closing.set()
    assert [each async for each in stream] == []


def test_every_text_exists_when_a_page_or_a_step_speaks_it() -> None:
    source = "".join(path.read_text("utf-8") for path in SOURCES)
    plain = [key for formatted, key, joined in CALL.findall(source) if not formatted and not joined]
    labels = re.findall(r'"(desk\.fact\.\w+)"', source)
    refused = re.findall(r'RefusedError\(\d+, "([\w-]+)"', source)
    decided = "".join(path.read_text("utf-8") for path in (ROOT / "casework").glob("*.py"))
    steps = re.findall(r'StepRefusedError\("([\w-]+)"', decided)
    assert len(plain) > 30
    TEXTS.require(
        [*plain, *labels, *families(), *(f"refused.{each}" for each in [*steps, "ended", "not-done"])], "desk"
    )
    TEXTS.require([f"desk.refused.{each}{end}" for each in refused for end in ("", ".title")], "desk")


def families() -> list[str]:
    """The keys whose last word is put in."""
    asked = ("ask", "plan", "done", "pass", "contact", "redate", "reassign", "callback", "helper", "basis", *STEPS[-4:])
    return [
        *(f"button.staff.{each}" for each in ACTIONS),
        *(f"desk.said.{each}" for each in WORDS),
        *(f"likeness.{each}" for each in (*POINTS, "place", "urgent", "days")),
        *(f"desk.{part}" for part in ("sign-in", "sign-in.title", "stars")),
        *(f"desk.signed-out{part}{end}" for part in ("", "-everywhere") for end in ("", ".title")),
        *(f"desk.form.{each}{end}" for each in (*asked, "talk") for end in ("", ".text")),
        *(f"desk.empty.{each}" for each in (*asked, "talk")),
        *(f"staff.{each}.ask" for each in asked),
        *(f"staff.contact.{each}" for each in REACHED),
        *(f"desk.clock.{each}" for each in CLOCKS),
        *(f"desk.role.{each.value}" for each in Role),
        *(f"desk.channel.{each}" for each in CHANNELS),
        *(f"desk.told.{each}" for each in ("sent", "waiting", "parked")),
        *(f"staff.pass.{each}" for each in REASONS),
        *(f"staff.skipped.{each}" for each in SKIPPED),
        *(f"mood.{each}" for each in MOODS),
        *(f"desk.confirmed.{each}" for each in WITNESSES),
        *(f"staff.plan.{each}" for each in TIMES),
        *(f"staff.{each}" for each in SAID.values()),
        *(f"state.staff.{each}" for each in State),
        *(f"desk.due.{each}" for each in RESIDENT_SPOKE),
        *(f"desk.due.visit{each}" for each in ("", ".today")),
        *(f"desk.fact.{name}" for name, _, _ in NEED_FACTS),
        *(f"desk.event.{each}" for each in (*KNOWN, "other", "overdue.nobody")),
        *(f"desk.why.{each}" for each in (*WHYS, "other")),
        *(f"desk.weighed.{each}" for each in WEIGHED),
        *(f"desk.refusal.{each}" for each in (*REFUSALS, "other")),
        *(f"desk.span.{each}" for each in ("minutes", "hours", "days")),
        *(f"desk.file.{each}" for each in ("photo", "voice", "video", "file", "pin")),
        *(f"desk.trips.said.{each}" for each in TRIPS_SAID),
        *(f"desk.trips.where.{each}" for each in (*(known for _, known in AROUND), "unknown")),
        *(f"desk.list.{each}" for each in ("mine", "nobodys", "others", "ended", "parked")),
    ]


def test_no_text_is_left_over_when_pages_changed() -> None:
    source = "".join(path.read_text("utf-8") for path in SOURCES)
    spoken = (
        {key for _, key, _ in CALL.findall(source)} | set(families()) | set(re.findall(r'"(desk\.[\w.-]+)"', source))
    )
    refused = {f"desk.refused.{each}" for each in re.findall(r'RefusedError\(\d+, "([\w-]+)"', source)}
    known = spoken | refused | {f"{each}.title" for each in refused}
    assert {key for key in TEXTS.of("zh") if key.startswith("desk.")} - known == set()


def test_no_words_for_people_stand_in_code_when_read() -> None:
    for path in [*SOURCES, *(ROOT / "desk/static").iterdir()]:
        assert not re.search(r"[\u4e00-\u9fff]", re.sub(r"#.*|\"\"\".*?\"\"\"", "", path.read_text("utf-8"))), path
