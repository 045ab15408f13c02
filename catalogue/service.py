"""The services people can ask for, read from a data file that a deployment can change."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

Category = Literal["daily-care", "rehabilitation", "capability"]

CODES = (
    "meals", "bathing", "cleaning", "medical-escort", "mobility", "home-care", "respite", "visiting", "errands",
    "emergency-care", "rehab-centre", "rehab-home", "assistive-devices", "counselling", "carer-training",
    "home-adaptation", "health-monitoring", "study-tours", "tutoring", "school-transport", "child-companionship",
    "job-skills", "social-inclusion", "policy-advice",
)  # fmt: skip

SERVICES_FILE = Path(__file__).parent / "data" / "services.toml"


class ServiceDataError(ValueError):
    """The file of services cannot be used. Says which file, which entry and what to do."""

    def __init__(self, path: Path, entry: str, problem: str, remedy: str) -> None:
        super().__init__(f"{path}: {entry}: {problem}. {remedy}")
        self.path, self.entry, self.problem, self.remedy = path, entry, problem, remedy


@dataclass(frozen=True, slots=True)
class Service:
    """One service. `name` in Chinese, `bring` what a first visit should have at hand (short Chinese words)."""

    code: str
    category: Category
    name: str
    five_aids: bool = False
    for_other: bool = False
    bring: tuple[str, ...] = ()


def load_services(path: Path = SERVICES_FILE) -> dict[str, Service]:
    """Services by code, in the order of the file.

    Raises ServiceDataError when the file cannot be read, an entry is wrong, or a code is missing, unknown or doubled.
    """
    services: dict[str, Service] = {}
    for number, entry in enumerate(_entries(path), start=1):
        service = _service(path, f"entry {number}", entry)
        if service.code in services:
            raise ServiceDataError(path, service.code, "stands twice", "Remove one of the two entries.")
        services[service.code] = service
    missing = [code for code in CODES if code not in services]
    if missing:
        raise ServiceDataError(path, ", ".join(missing), "missing", "Add a [[service]] entry for each of these codes.")
    return services


def _entries(path: Path) -> list[dict[str, Any]]:
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ServiceDataError(
            path, "file", str(error), "Restore the file or correct it; it is TOML in UTF-8."
        ) from error
    entries = data.get("service")
    if not isinstance(entries, list):
        raise ServiceDataError(path, "file", "no [[service]] entries", "Write one [[service]] entry per service.")
    return entries


def _service(path: Path, where: str, entry: dict[str, Any]) -> Service:
    code = entry.get("code")
    if code not in CODES:
        raise ServiceDataError(path, where, f"unknown code {code!r}", f"Use one of: {', '.join(CODES)}.")
    unknown = sorted(set(entry) - set(Service.__dataclass_fields__))
    if unknown:
        raise ServiceDataError(path, code, f"unknown fields {unknown}", "Remove them or correct the spelling.")
    if entry.get("category") not in get_args(Category):
        raise ServiceDataError(path, code, "wrong category", f"Use one of: {', '.join(get_args(Category))}.")
    if not str(entry.get("name", "")).strip():
        raise ServiceDataError(path, code, "no name", "Give the name that people read.")
    return Service(**{**entry, "bring": tuple(entry.get("bring", ()))})
