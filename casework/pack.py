"""What to bring on a trip: read from a data file, checked, and counted up for the tickets on it."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

PACKS_FILE = Path(__file__).parent / "data" / "packs.toml"
MOST = 99
_ITEM = re.compile(r"[a-z]+(-[a-z]+)*")


class PackDataError(ValueError):
    """The file of what to bring cannot be used. Says which file, which service and what to do."""

    def __init__(self, path: Path, service: str, problem: str, remedy: str) -> None:
        super().__init__(f"{path}: {service}: {problem}. {remedy}")
        self.path, self.service, self.problem, self.remedy = path, service, problem, remedy


@dataclass(frozen=True, slots=True)
class Pack:
    """Counts by item: what one trip needs, and what every visit needs besides."""

    trip: Mapping[str, int]
    visit: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Packs:
    """What every trip needs, and what the services (by code) need."""

    always: Pack
    services: Mapping[str, Pack]

    @property
    def items(self) -> frozenset[str]:
        """Every item there is; each has the text `pack.<item>`."""
        every = (self.always, *self.services.values())
        return frozenset(item for pack in every for item in (*pack.trip, *pack.visit))


@lru_cache(maxsize=1)
def packs() -> Packs:
    """What the data file says. Raises PackDataError."""
    return load_packs()


def load_packs(path: Path = PACKS_FILE) -> Packs:
    """Read and check a file. Raises PackDataError."""
    data = _data(path)
    unknown = sorted(set(data) - {"always", "service"})
    if unknown:
        raise PackDataError(path, ", ".join(unknown), "unknown heading", "Write [always] and [service.<code>].")
    services = {code: _pack(path, code, entry) for code, entry in data.get("service", {}).items()}
    return Packs(_pack(path, "always", data.get("always")), services)


def refuse_other_services(known: Packs, codes: Collection[str], path: Path = PACKS_FILE) -> None:
    """Raise PackDataError unless there is an entry for each of these services and for no other."""
    lacking, surplus = sorted(set(codes) - set(known.services)), sorted(set(known.services) - set(codes))
    if lacking:
        remedy = "Add [service.<code>] with trip and visit, which may be empty."
        raise PackDataError(path, ", ".join(lacking), "missing", remedy)
    if surplus:
        raise PackDataError(path, ", ".join(surplus), "no such service", f"Use one of: {', '.join(sorted(codes))}.")


def bag(visits: Iterable[Collection[str]], known: Packs) -> dict[str, int]:
    """Counts by item for a trip whose visits ask for these services (codes): tools first, then what is used up.

    A tool that two services need is taken once, in the larger number.
    """
    tools, used = Counter(known.always.trip), Counter[str]()
    for services in visits:
        needed = [known.services[code] for code in dict.fromkeys(services) if code in known.services]
        for pack in needed:
            tools |= Counter(pack.trip)
        for pack in (known.always, *needed):
            used.update(pack.visit)
    return {**tools, **{item: used[item] + tools[item] for item in used}}


def _data(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        remedy = "Restore the file or correct it; it is TOML in UTF-8."
        raise PackDataError(path, "file", str(error), remedy) from error


def _pack(path: Path, service: str, entry: Any) -> Pack:
    if not isinstance(entry, dict) or set(entry) != {"trip", "visit"}:
        remedy = "Give it trip and visit and nothing else, for example trip = { vest = 1 }."
        raise PackDataError(path, service, "incomplete", remedy)
    return Pack(*(_counts(path, service, part, entry[part]) for part in ("trip", "visit")))


def _counts(path: Path, service: str, part: str, counts: Any) -> dict[str, int]:
    if not isinstance(counts, dict):
        raise PackDataError(path, service, f"{part} is no table", "Write { item = number }.")
    for item, count in counts.items():
        if not _ITEM.fullmatch(item):
            raise PackDataError(path, service, f"{part}: {item!r} is no item", "Use small letters and hyphens.")
        if not isinstance(count, int) or isinstance(count, bool) or not 1 <= count <= MOST:
            raise PackDataError(path, service, f"{part}: {item} = {count!r}", f"Give a number from 1 to {MOST}.")
    return dict(counts)
