"""The people who answer: duty social workers and the officers of the three levels above them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

PREFECTURE = "6523"
"""Code of the prefecture; every other code begins with it. It also stands for a place nobody has named yet."""


class Role(StrEnum):
    """The four linked levels, lowest first (州统筹 · 县主责 · 乡落实 · 社工执行)."""

    WORKER = "worker"
    TOWNSHIP = "township"
    COUNTY = "county"
    PREFECTURE = "prefecture"


LEVELS = tuple(Role)
CODE_LENGTHS = {Role.WORKER: (4, 6, 9, 12), Role.TOWNSHIP: (9,), Role.COUNTY: (6,), Role.PREFECTURE: (4,)}
"""Digits of the area code that a role may stand for."""


@dataclass(frozen=True, slots=True)
class Staff:
    """One member of staff. `area` is the code of a division; they answer for every place whose code begins with it.

    `trial` marks the roster that a fresh installation makes up, so that nobody takes it for real people. `agency` is
    the name of the body they work for; `skills` are codes or categories of services, none meaning all of them.
    """

    id: int
    name: str
    role: Role
    area: str
    languages: tuple[str, ...] = ("zh",)
    trial: bool = False
    active: bool = True
    agency: str = ""
    skills: tuple[str, ...] = ()

    def covers(self, place: str) -> bool:
        return place.startswith(self.area)

    @property
    def officer(self) -> bool:
        return self.role is not Role.WORKER


class AreaError(ValueError):
    """An area code that does not exist or does not suit the role. Carries both, and says what would suit."""

    def __init__(self, role: Role, area: str) -> None:
        lengths = " or ".join(str(n) for n in CODE_LENGTHS[role])
        super().__init__(
            f"area {area!r} does not suit the role {role.value}: give the code of a division of Changji prefecture "
            f"with {lengths} digits, for example 652328 for Mulei county"
        )
        self.role = role
        self.area = area


def area_of(role: Role, code: str) -> str:
    """`code` as it is kept: the bureau of statistics writes the prefecture as 652300, here it is 6523.

    Raises AreaError when the code's length does not suit the role.
    """
    area = PREFECTURE if code in ("652300", PREFECTURE) else code
    if not area.isdigit() or not area.startswith(PREFECTURE) or len(area) not in CODE_LENGTHS[role]:
        raise AreaError(role, code)
    return area
