"""What the door of the desk asks of the rest of the house."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from casework.staff import Staff


@dataclass(frozen=True, slots=True)
class Owing:
    """Somebody who came by a link and still owes the second factor. `uri` and `secret` are for an authenticator, empty
    once they have enrolled; `locked_until` is set after too many wrong codes."""

    staff: Staff
    uri: str = ""
    secret: str = ""
    locked_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Proven:
    """A code counted: the token of the new session, and after enrolment the recovery codes, which are shown once."""

    session: str
    recovery: tuple[str, ...] = ()


class Entrance(Protocol):
    """Who gets in, each call its own transaction."""

    async def sign_in(self, token: str) -> tuple[Staff, str] | None:
        """The person a one-time link stands for and a new session's token; None if it is unknown, used or over."""
        ...

    async def who(self, session: str, *, active: bool = True) -> Staff | None:
        """Who is signed in with this session token; nobody while the second factor is owed. `active` is False where a
        page looks by itself, which keeps no session alive."""
        ...

    async def owing(self, session: str) -> Owing | None:
        """Who has this session and still owes the second factor."""
        ...

    async def prove(self, session: str, code: str) -> Proven | None:
        """Show a code of the authenticator, or a recovery code; None where it does not count."""
        ...

    async def sign_out(self, session: str) -> None: ...

    async def sign_out_everywhere(self, staff: Staff) -> None:
        """End every session of this person."""
        ...
