"""The divisions of the prefecture: what they are called, what lies in what, and which of them a sentence names."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from math import asin, cos, radians, sin, sqrt
from typing import Any

from catalogue.place_index import Name
from catalogue.place_mention import Cues, related
from catalogue.place_name import Form, forms, short_name, spoken_name
from catalogue.place_search import CITY_SCORE, Choice, PlaceSearch, Vocabulary
from catalogue.understanding import Place, PlaceFound

PREFECTURE = "6523"
PREFECTURE_SEAT = "652301"
"""The city in which the prefecture's government sits."""
FARTHEST_KM = 150.0
_EARTH_KM = 6371.0
_CODE_LENGTHS = (4, 6, 9, 12)


class UnknownPlaceError(LookupError):
    """No division has this `code`. Codes have 4, 6, 9 or 12 digits and begin with 6523."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(f"no division has the code {code!r}; give 4, 6, 9 or 12 digits as listed in places.json")


class Gazetteer:
    """All divisions with their names; loaded once, never changed, safe to share between threads."""

    def __init__(
        self, places: Mapping[str, Place], search: PlaceSearch, seats: Mapping[str, tuple[float, float]]
    ) -> None:
        self._places = places
        self._search = search
        self._seats = seats

    @classmethod
    def load(cls) -> Gazetteer:
        """Read from the data files of this package; takes about a quarter of a second."""
        divisions = json.loads((files("catalogue") / "data" / "places.json").read_text("utf-8"))
        spoken = _toml("place_aliases.toml")
        places = {place.code: place for place in _read(divisions)}
        seats = {code: (seat[0], seat[1]) for code, seat in _toml("county_seats.toml")["seats"].items()}
        return cls(places, PlaceSearch(tuple(_names(places, spoken)), _vocabulary(spoken)), seats)

    def get(self, code: str) -> Place:
        """The division with this code. Raises UnknownPlaceError."""
        if code not in self._places:
            raise UnknownPlaceError(code)
        return self._places[code]

    def parents(self, code: str) -> tuple[Place, ...]:
        """The divisions in which this one lies, prefecture first, without itself."""
        self.get(code)
        return tuple(self._places[code[:length]] for length in _CODE_LENGTHS if length < len(code))

    def children(self, code: str) -> tuple[Place, ...]:
        """The divisions directly in this one, in the order of their codes."""
        self.get(code)
        below = {4: 6, 6: 9, 9: 12, 12: 0}[len(code)]
        return tuple(place for key, place in self._places.items() if len(key) == below and key.startswith(code))

    def full_name(self, code: str, *, short: bool = False) -> str:
        """Names from the county down, "木垒哈萨克自治县照壁山乡"; with `short` as people say them, "木垒县照壁山乡"."""
        chain = [*self.parents(code), self.get(code)]
        shown = [place for place in chain if place.level != "prefecture"] or chain
        return "".join(short_name(place.name, place.level) if short else place.name for place in shown)

    def find(self, text: str, *, within: str = "", expected: bool = False) -> PlaceFound | None:
        """The most specific place that `text` names, None if it names none.

        `within` is the code of a place that is already known; `expected` says that the person was just asked "where?",
        so that a bare short answer is a place and more spelling mistakes are forgiven.
        """
        choice = self._search.best(text, within, expected=expected)
        return self._found(choice, text) if choice else None

    def _found(self, choice: Choice, text: str) -> PlaceFound:
        words = text[choice.start : choice.end]
        others = tuple(self._places[code] for code in choice.others)
        # "昌吉" alone is the city as often as the whole prefecture.
        score = min(choice.score, CITY_SCORE) if words == "昌吉" else choice.score
        return PlaceFound(self._places[choice.code], words, score, others)

    def nearest(self, latitude: float, longitude: float) -> Place | None:
        """The county whose seat is nearest to a position in WGS84 degrees; None beyond FARTHEST_KM from all of them."""
        distances = {code: _distance_km((latitude, longitude), seat) for code, seat in self._seats.items()}
        code = min(distances, key=distances.__getitem__)
        return self._places[code] if distances[code] <= FARTHEST_KM else None

    def seat(self, code: str) -> tuple[float, float]:
        """Where the seat of a division's county lies, WGS84 degrees; of the prefecture's for the prefecture itself."""
        return self._seats.get(code[:6]) or self._seats[PREFECTURE_SEAT]

    def refine(self, old: Place, new: PlaceFound) -> PlaceFound:
        """What is known after a second mention: the more specific of two that agree, otherwise the new one."""
        fitting = [place for place in (new.place, *new.others) if related(place.code, old.code)]
        if not fitting:
            return new
        chosen = max([old, *fitting[:1]], key=lambda place: len(place.code))
        return PlaceFound(chosen, new.words, min(0.98, new.score + 0.05), tuple(p for p in fitting[1:] if p != chosen))


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((files("catalogue") / "data" / name).read_text("utf-8"))


def _read(divisions: dict[str, Any]) -> Iterator[Place]:
    yield Place(PREFECTURE, divisions["name"], "prefecture")
    for county in divisions["counties"]:
        yield Place(county["code"], county["name"], "county")
        for township in county["townships"]:
            yield Place(township["code"], township["name"], "township")
            for village in township["villages"]:
                yield Place(village["code"], spoken_name(village["name"], township["name"]), "village")


def _names(places: Mapping[str, Place], spoken: dict[str, Any]) -> Iterator[Name]:
    common = frozenset(spoken["common"]["words"])
    counties = {form.words for place in places.values() if place.level == "county" for form in _forms(place, common)}
    for place in places.values():
        own = [form for form in _forms(place, common) if place.level == "county" or form.words not in counties]
        yield from (Name(form.words, place.code, form.strength) for form in own)
    for code, words in spoken["aliases"].items():
        yield from (Name(word, code, "full") for word in words)
    for code, words in spoken["misspelt"].items():
        yield from (Name(word, code, "stem", misspelt=True) for word in words)


def _forms(place: Place, common: frozenset[str]) -> list[Form]:
    return forms(place.name, place.level, common)


def _vocabulary(spoken: dict[str, Any]) -> Vocabulary:
    elsewhere, cues = spoken["elsewhere"], spoken["cues"]
    return Vocabulary(
        outside=tuple(spoken["outside"]["words"]),
        away=tuple(elsewhere["away"]),
        going=tuple(elsewhere["going"]),
        purpose=tuple(elsewhere["purpose"]),
        denied=tuple(elsewhere["denied"]),
        own=tuple(elsewhere["own"]),
        cues=_cues(cues),
        filler=tuple(cues["filler"]),
    )


def _cues(cues: dict[str, Any]) -> Cues:
    lead, behind, living = ("|".join(map(re.escape, cues[key])) for key in ("lead", "behind", "living"))
    return Cues(
        before=tuple(cues["before"]),
        gaps=frozenset(cues["gaps"]),
        lead=re.compile(rf"(?:^|[\W_]|{lead})$"),
        behind=re.compile(rf"$|[\W_]|{behind}"),
        never=frozenset(cues["never"]),
        living=re.compile(rf"(?<![现正实])(?:{living})$"),
    )


def _distance_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Great-circle distance on a sphere (haversine)."""
    south, north = radians(one[0]), radians(other[0])
    east = radians(other[1] - one[1])
    chord = sin((north - south) / 2) ** 2 + cos(south) * cos(north) * sin(east / 2) ** 2
    return 2 * _EARTH_KM * asin(sqrt(chord))
