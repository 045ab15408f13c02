"""Trips at the desk: which are coming, a new one gathered from the tickets that wait, and one with all of its day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from bot.plain import row_number
from casework.calendar import split
from casework.casebook import ConflictError
from casework.permission import may_see
from casework.staff import Staff
from casework.trip import Outing, Standing, Trip
from casework.trip_step import TripRefusedError
from desk.form import read_fields, read_list, too_long
from desk.html import SECURITY, explainer, page
from desk.office import TRIP_ACTIONS
from desk.parts import Parts
from desk.reading import unread
from desk.refusal import RefusedError, guarded
from desk.session import Visitor, own_form, own_page, visitor
from desk.trip_view import Offer, lists, offered, whole

FIELDS = ("csrf", "choice", "text", "day", "sets_out")
NEW = ("csrf", "area", "day", "sets_out", "leader")
WITH_REASON = ("leave-out", "move", "cancel")
SAID = ("made", "add", "leave-out", "items", "move", "cancel")
"""What the page says after a step, each with the text `desk.trips.said.<word>`; the order needs no word."""
ONE_DAY = timedelta(days=1)


def trip_routes(parts: Parts) -> APIRouter:
    """`/desk/trips`, `/desk/trips/new`, `/desk/trips/{id}` and `POST /desk/trips/{id}/{action}`."""
    routes = APIRouter(route_class=guarded(explainer(parts)))

    @routes.get("/desk/trips")
    async def trips(request: Request) -> Response:
        person = await visitor(parts, request)
        coming, past = lists(await parts.office.trips(person.staff), parts.now(), person.say)
        return page("trips.html", person.say, person=person, coming=coming, past=past)

    @routes.get("/desk/trips/new")
    async def begin(request: Request, area: str = "") -> Response:
        person = await visitor(parts, request)
        return await _form(parts, person, area or person.staff.area)

    @routes.post("/desk/trips/new")
    async def make(request: Request) -> Response:
        own_page(request)
        person = await visitor(parts, request)
        sent, chosen = await read_list(request, NEW, "ticket")
        own_form(person, sent["csrf"])
        try:
            made = await parts.office.make_trip(person.staff, sent["area"], chosen, sent)
        except (TripRefusedError, ConflictError) as error:
            return await _form(parts, person, sent["area"], sent, chosen, _why(error, person))
        except LookupError as unknown:
            raise RefusedError(404, "no-area") from unknown
        return _onward(made.id, "made")

    @routes.get("/desk/trips/{trip_id}")
    async def trip(request: Request, trip_id: str, said: str = "") -> Response:
        return await _show(parts, request, await visitor(parts, request), row_number(trip_id), said=said)

    @routes.get("/desk/trips/{trip_id}/{action}")
    async def again(trip_id: str, action: str) -> Response:
        # The address of a failed form, opened once more.
        return RedirectResponse(f"/desk/trips/{row_number(trip_id)}", 303, headers=SECURITY)

    @routes.post("/desk/trips/{trip_id}/{action}")
    async def change(request: Request, trip_id: str, action: str) -> Response:
        own_page(request)
        person = await visitor(parts, request)
        sent = await read_fields(request, FIELDS)
        own_form(person, sent["csrf"])
        if action not in TRIP_ACTIONS:
            raise RefusedError(404, "not-found")
        if error := _lacking(person, action, sent):
            return await _show(parts, request, person, row_number(trip_id), error, 422)
        try:
            changed = await parts.office.change_trip(person.staff, row_number(trip_id), action, sent)
        except (TripRefusedError, ConflictError) as refused:
            return await _show(parts, request, person, row_number(trip_id), _why(refused, person), 409)
        except LookupError as unknown:
            raise RefusedError(404, "no-trip") from unknown
        return _onward(changed.id, action, sent["choice"])

    return routes


async def _form(
    parts: Parts,
    person: Visitor,
    area: str,
    sent: dict[str, str] | None = None,
    chosen: Sequence[str] | None = None,
    error: str = "",
) -> Response:
    """What can be put on a trip to an area; with what was filled in, where that was refused."""
    try:
        gathering = await parts.office.gather(person.staff, area)
    except LookupError as unknown:
        raise RefusedError(404, "no-area") from unknown
    today = split(parts.now())[0]
    return page(
        "trip_new.html",
        person.say,
        409 if error else 200,
        person=person,
        error=error,
        gathering=gathering,
        groups=offered(gathering, parts.now(), person.say, chosen),
        filled=sent or {"day": (today + ONE_DAY).isoformat(), "sets_out": "", "leader": str(person.staff.id)},
        today=today.isoformat(),
    )


async def _show(
    parts: Parts,
    request: Request,
    person: Visitor,
    trip_id: int,
    error: str = "",
    status: int = 200,
    said: str = "",
) -> Response:
    outing = await parts.office.trip(person.staff, trip_id)
    if outing is None:
        raise RefusedError(404, "no-trip")
    await _noted(parts, request, person.staff, outing)
    return page(
        "trip.html",
        person.say,
        status,
        person=person,
        error=error,
        said=person.say(f"desk.trips.said.{said}") if said in SAID and not error else "",
        today=split(parts.now())[0].isoformat(),
        more=await _more(parts, person, outing.trip),
        **whole(outing, person.staff, person.say),
    )


async def _noted(parts: Parts, request: Request, staff: Staff, outing: Outing) -> None:
    """A stop shows all that is needed at its door: whoever opens the trip reads those tickets."""
    seen = [ticket for ticket in outing.tickets if may_see(ticket, staff)]
    fresh = await unread(parts.office, request, staff, [ticket.number for ticket in seen])
    await parts.office.looked_at(staff, [ticket for ticket in seen if ticket.number in fresh])


async def _more(parts: Parts, person: Visitor, trip: Trip) -> list[Offer]:
    """What else may come along: nothing once a trip is off or over, nor to an area wider than the leader's own."""
    if trip.state is Standing.CANCELLED or trip.until <= parts.now():
        return []
    try:
        gathering = await parts.office.gather(person.staff, trip.area)
    except LookupError:
        return []
    return offered(gathering, parts.now(), person.say)


def _why(error: TripRefusedError | ConflictError, person: Visitor) -> str:
    """Why something was refused, in words that say what to do."""
    if isinstance(error, ConflictError):
        return person.say("desk.failed.conflict", number=error.number)
    number, worker = (error.ticket.number, error.ticket.responsible_name) if error.ticket else ("", "")
    return person.say(f"staff.trip.refused.{error.reason}", number=number, worker=worker)


def _lacking(person: Visitor, action: str, sent: dict[str, str]) -> str:
    """What is missing in a form, in words; empty when nothing is."""
    if action in WITH_REASON and not sent["text"]:
        return person.say("desk.trips.reason.lacking")
    return too_long(sent["text"], person.say)


def _onward(trip_id: int, said: str, number: str = "") -> Response:
    """Back to the trip; after a change of the order to the stop that was moved."""
    where = f"#stop-{quote(number, safe='')}" if said in ("up", "down") else f"?said={said}"
    return RedirectResponse(f"/desk/trips/{trip_id}{where}", 303, headers=SECURITY)
