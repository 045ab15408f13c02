"""Every door agrees with the table of rights: the office behind the desk, the chat, and the pages themselves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.dialogs.talk_duty import ACTIONS as TALK
from casework.merge import WORDS
from casework.permission import resident
from casework.ticket import Event
from casework.volunteer import Standing
from casework.volunteering import VolunteerRefusedError
from desk.office import ACTIONS, VOLUNTEER_ACTIONS
from tests.doors import STRANGER_WORDS, TOO_LATE, browser_of, post, settle, sit_down
from tests.fakes.desk import TEXTS
from tests.rights import PLACE, RESIDENTS, STAFF, STATES, TABLE, VOLUNTEERS, yes
from tests.talk import Town

DESK = (*(each for each in ACTIONS if each not in WORDS), "tried", "excused")
CHAT = ("open", "accept", "pass", "ask", *TALK, "plan", "done", "contact", "callback", "counsel", "helper", "arrived",
        "visited", "skipped", "moved", "code")  # fmt: skip
REPORTERS = ("open", "add", "drop", "calm", "solved", "unsolved", "rate", "came", "kin", "mood")
MORE = {"rate": ":5", "came": ":1", "kin": ":1", "mood": ":sunny", "drop": ":yes"}
"""What such a button carries beside the number."""


def named(actions: tuple[str, ...], who: str) -> dict[str, bool]:
    return {action: yes(action, who) for action in actions}


@pytest.mark.parametrize("who", STAFF)
async def test_office_agrees_with_the_table_when_staff_act(town: Town, who: str) -> None:
    place, office = await settle(town, who), town.app.office
    found = {}
    for action in DESK:
        found[action] = await place.at_office(await place.file(), action) not in STRANGER_WORDS
    assert found == named(DESK, who)
    for word in WORDS:
        ticket, other = await place.file(), await place.file()
        assert (await place.at_office(ticket, word, other.number) not in STRANGER_WORDS) == yes(word, who)
    ticket = await place.file()
    file = await place.attached(ticket)
    await place.undelivered(ticket)
    trip = await place.trip()
    assert (await office.ticket(place.me, ticket.number) is not None) == yes("open", who)
    assert (await office.file(place.me, ticket.number, file) is not None) == yes("file", who)
    assert bool(await office.colleagues(place.me, ticket)) == yes("reassign", who)
    assert (await office.trip(place.me, trip.id) is not None) == yes("trip", who)
    assert bool(await office.parked(place.me)) == yes("parked", who)
    try:
        await office.gather(place.me, PLACE)
        gathered = True
    except LookupError:
        gathered = False
    assert gathered == yes("gather", who)


@pytest.mark.parametrize("who", STAFF)
async def test_office_agrees_with_the_table_when_it_is_about_volunteers(town: Town, who: str) -> None:
    place, office = await settle(town, who), town.app.office
    asked, approved = await place.volunteer(Standing.ASKED), await place.volunteer(Standing.APPROVED)
    seen = {member.volunteer.id for member in await office.volunteers(place.me)}
    assert (asked.id in seen) == yes("volunteer-asked", who)
    assert (approved.id in seen) == yes("volunteer-see", who)
    sent = {"text": "谢谢", "name": "王奶奶", "choice": "1"}
    for action in VOLUNTEER_ACTIONS:
        person = await place.volunteer(Standing.ASKED if action in ("approve", "decline") else Standing.APPROVED)
        try:
            await office.change_volunteer(place.me, person.id, action, sent)
            done = True
        except VolunteerRefusedError as refused:
            done = refused.reason != "not-yours"
        assert done == yes(action, who), action


@pytest.mark.parametrize("who", STAFF)
async def test_chat_agrees_with_the_table_when_staff_press_a_button(town: Town, who: str) -> None:
    place = await settle(town, who)
    me = town.worker(place.me)
    found = {}
    for action in CHAT:
        ticket = await place.file()
        found[action] = await place.in_chat(me, ticket, f"{action}:{ticket.number}") not in STRANGER_WORDS
        await me.presses_key(town.app.house.signer(me.address, "mine"))
    assert found == named(CHAT, who)
    for word in ("look", *WORDS):
        ticket, other = await place.file(), await place.file()
        why = await place.in_chat(me, ticket, f"{word}:{ticket.number}:{other.number}")
        assert (why not in STRANGER_WORDS) == yes(word, who), word


@pytest.mark.parametrize("who", STAFF)
async def test_pages_agree_with_the_table_when_staff_sit_at_the_desk(town: Town, who: str) -> None:
    place = await settle(town, who)
    async with browser_of(town) as http:
        await sit_down(town, http, place.me)
        found = {}
        for action in DESK:
            if action in ACTIONS:
                ticket = await place.file()
                fields = {
                    "text": "明天上午",
                    "choice": {"contact": "reached", "basis": "guardian"}.get(action, str(place.other.id)),
                }
                answer = await post(http, f"/desk/tickets/{ticket.number}/{action}", **fields)
                assert answer.status_code in (303, 401, 403, 404, 409), (action, answer.status_code)
                shut = answer.status_code in (401, 403, 404) or await place.refusal(ticket) in STRANGER_WORDS
                found[action] = not shut
        assert found == {action: yes(action, who) for action in found}
        ticket = await place.file()
        file, trip = await place.attached(ticket), await place.trip()
        pages = {
            "open": f"/desk/tickets/{ticket.number}",
            "file": f"/desk/tickets/{ticket.number}/files/{file}",
            "trip": f"/desk/trips/{trip.id}",
            "gather": f"/desk/trips/new?area={PLACE}",
        }
        opened = {action: (await http.get(page)).status_code == 200 for action, page in pages.items()}
        assert opened == named(tuple(pages), who)


@pytest.mark.parametrize("who", RESIDENTS)
async def test_chat_agrees_with_the_table_when_a_resident_presses_a_button(town: Town, who: str) -> None:
    place = await settle(town, who)
    person, found = town.resident(who), {}
    for action in REPORTERS:
        ticket = await place.file("done")
        meaning = f"{action}:{ticket.number}{MORE.get(action, '')}"
        found[action] = await place.in_chat(person, ticket, meaning) not in STRANGER_WORDS
    assert found == named(REPORTERS, who)


@pytest.mark.parametrize("who", VOLUNTEERS)
async def test_chat_agrees_with_the_table_when_a_volunteer_answers(town: Town, who: str) -> None:
    place = await settle(town, who)
    mine, others = await place.volunteer(Standing.APPROVED), await place.volunteer(Standing.APPROVED)
    for action in ("help-yes", "help-no", "help-done"):
        ticket = await place.file()
        asked = mine if who != "W" else others
        async with town.app.database.write() as connection:
            book = town.app.house.book(connection)
            kinds = ("helper-asked", "helper-accepted")[: 2 if action == "help-done" else 1]
            data = {"volunteer": asked.id, "helper": "乙", "name": "乙"}
            await book.append(ticket, [Event(kind, town.clock(), "system", data) for kind in kinds])
            if who == "U":
                await book.circle.keep(replace(mine, state=Standing.LEFT))
        person = town.resident(mine.address.partition(":")[2])
        await person.presses_key(town.app.house.signer(person.address, f"{action}:{ticket.number}"))
        refused = TEXTS.say("zh")("refused.no-helper") in person.text
        assert refused != yes(action, who), (action, person.text)


@pytest.mark.parametrize("state", ["dispatched", "accepted", "planned", "done", "closed", "cancelled"])
async def test_state_decides_too_when_an_officer_acts(town: Town, state: str) -> None:
    place = await settle(town, "c")
    for action, states in STATES.items():
        if action in DESK:
            refused = await place.at_office(await place.file(state), action)
            assert (refused not in TOO_LATE) == (state in states), (action, refused)


@pytest.mark.parametrize("state", ["dispatched", "accepted", "planned", "done", "closed", "cancelled"])
async def test_state_decides_too_when_the_reporter_acts(town: Town, state: str) -> None:
    place = await settle(town, "R")
    person = town.resident("R")
    for action in ("solved", "rate", "drop"):
        ticket = await place.file(state)
        await person.presses_key(
            town.app.house.signer(person.address, f"{action}:{ticket.number}{MORE.get(action, '')}")
        )
        after = next(each for each in await town.tickets() if each.number == ticket.number)
        acted = any(
            e.actor == resident("webchat:R") and e.type in ("solved", "rated", "left", "cancelled")
            for e in after.events[len(ticket.events) :]
        )
        assert acted == (state in STATES[action]), (action, state, person.text)


def test_every_action_of_a_door_has_a_row_when_one_is_added() -> None:
    doors = {*DESK, *CHAT, *WORDS, *REPORTERS, *VOLUNTEER_ACTIONS, "look"}
    assert doors - set(TABLE) == set()
