"""Who reads a ticket stands in the audit, whatever door they came by; a page that nobody looks at reads nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from casework.staff import Role, Staff
from storage import audit
from tests.doors import browser_of, post, sit_down
from tests.relatives import DAUGHTER, asks, both
from tests.talk import Town, types

ITSELF = {"X-Desk-Live": "1"}
"""What the script of an open page sends when it looks again."""
TOWNSHIP = "652328201"
OTHERWISE = "我妈叫阿依古丽，八十岁，家在木垒照壁山乡，没人做饭，能送饭吗，电话13899012345"


@pytest.fixture
async def http(town: Town) -> AsyncIterator[httpx.AsyncClient]:
    async with browser_of(town) as opened:
        yield opened


async def read(town: Town, number: str, by: Staff) -> list[str]:
    """For what purposes somebody has read a ticket, as often as they have."""
    async with town.app.database.read() as connection:
        rows = await audit.of_object(connection, number)
    return [row.purpose for row in rows if (row.actor, row.action) == (f"staff:{by.id}", "read")]


async def a_pair(town: Town) -> tuple[Staff, Staff]:
    """Two tickets that may be the same matter: the earlier is a colleague's, the later is mine. Me and the officer."""
    await both(town)
    [me] = await town.staff()
    chief, colleague = await town.hire("王建国", Role.COUNTY), await town.hire("李梅")
    await town.app.office.act(chief, "LZ1001", "reassign", "她离得近", to=colleague.id)
    return me, chief


async def a_trip(town: Town) -> tuple[Staff, Staff, str]:
    """Two tickets on a trip: who leads it, the officer of the township, and the address of its page."""
    wang = await town.hire(area=TOWNSHIP)
    for who in ("r1", "r2"):
        await asks(town, who, DAUGHTER)
    sent = {"day": "2026-03-05", "sets_out": "", "leader": str(wang.id)}
    made = await town.app.office.make_trip(wang, TOWNSHIP, ["LZ1001", "LZ1002"], sent)
    return wang, await town.hire("赵刚", Role.TOWNSHIP, TOWNSHIP), f"/desk/trips/{made.id}"


async def test_every_ticket_of_a_trip_is_read_when_its_page_is_opened(town: Town, http: httpx.AsyncClient) -> None:
    wang, chief, address = await a_trip(town)
    await sit_down(town, http, chief)
    assert "13899012345" in (await http.get(address)).text
    for number in ("LZ1001", "LZ1002"):
        assert await read(town, number, chief) == ["supervision"]
        assert await read(town, number, wang) == []
    refused = await post(http, f"{address}/cancel", text="")
    assert "13899012345" in refused.text
    assert await read(town, "LZ1001", chief) == ["supervision"] * 2


async def test_the_other_ticket_is_read_when_its_card_stands_on_the_page(town: Town, http: httpx.AsyncClient) -> None:
    me, _ = await a_pair(town)
    await sit_down(town, http, me)
    assert (await http.get("/desk/tickets/LZ1001")).status_code == 404
    assert await read(town, "LZ1001", me) == []
    assert DAUGHTER in (await http.get("/desk/tickets/LZ1002")).text
    assert await read(town, "LZ1001", me) == ["comparison"]
    assert await read(town, "LZ1002", me) == ["casework"]


async def test_a_ticket_is_read_when_it_comes_back_with_a_form_that_lacks_something(
    town: Town, http: httpx.AsyncClient
) -> None:
    _, chief = await a_pair(town)
    await sit_down(town, http, chief)
    refused = await post(http, "/desk/tickets/LZ1001/ask", text="")
    assert refused.status_code == 422
    assert DAUGHTER in refused.text
    assert await read(town, "LZ1001", chief) == ["supervision"]


async def test_nobody_has_seen_anything_when_only_the_open_page_looks_again(
    town: Town, http: httpx.AsyncClient
) -> None:
    me, chief = await a_pair(town)
    await sit_down(town, http, me)
    await http.get("/desk/tickets/LZ1002")
    await town.app.office.act(chief, "LZ1002", "reassign", "先给他", to=chief.id)
    await town.app.office.act(chief, "LZ1002", "reassign", "还是她", to=me.id)
    before = await town.app.office.change()
    for _ in range(3):
        page = await http.get("/desk/tickets/LZ1002", headers=ITSELF)
        assert DAUGHTER in page.text
    assert await read(town, "LZ1001", me) == ["comparison"]
    assert await read(town, "LZ1002", me) == ["casework"]
    assert await town.app.office.change() == before
    await http.get("/desk/tickets/LZ1002")
    assert await read(town, "LZ1002", me) == ["casework"] * 2
    [_, mine] = await town.tickets()
    assert types(mine)[-1] == "seen"


async def test_no_ticket_of_a_trip_is_read_again_when_only_the_open_page_looks_again(
    town: Town, http: httpx.AsyncClient
) -> None:
    wang, _, address = await a_trip(town)
    await sit_down(town, http, wang)
    await http.get(address)
    await http.get(address, headers=ITSELF)
    assert await read(town, "LZ1001", wang) == ["casework"]


async def test_the_other_ticket_is_shown_on_request_when_it_turns_up_while_the_page_is_open(
    town: Town, http: httpx.AsyncClient
) -> None:
    me = await town.hire()
    await sit_down(town, http, me)
    await asks(town, "daughter", DAUGHTER)
    await http.get("/desk/tickets/LZ1001")
    await asks(town, "other", OTHERWISE)
    page = await http.get("/desk/tickets/LZ1001", headers=ITSELF)
    assert "可能和 LZ1002 是同一件事" in page.text
    assert OTHERWISE not in page.text
    assert await read(town, "LZ1002", me) == []
    assert OTHERWISE in (await http.get("/desk/tickets/LZ1001")).text
    assert await read(town, "LZ1002", me) == ["casework"]
    assert OTHERWISE in (await http.get("/desk/tickets/LZ1001", headers=ITSELF)).text
    assert await read(town, "LZ1002", me) == ["casework"]


async def test_a_reading_is_noted_when_somebody_only_says_to_be_an_open_page(
    town: Town, http: httpx.AsyncClient
) -> None:
    _, chief = await a_pair(town)
    await sit_down(town, http, chief)
    await http.get("/desk/tickets/LZ1002", headers=ITSELF)
    assert await read(town, "LZ1002", chief) == ["supervision"]
    await town.later(hours=13)
    await sit_down(town, http, chief)
    await http.get("/desk/tickets/LZ1002?live=1")
    assert await read(town, "LZ1002", chief) == ["supervision"] * 2
