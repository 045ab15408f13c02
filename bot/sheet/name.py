"""Names in cells: divisions, roles, services, languages and people, by code or as people write them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.sheet import cell
from bot.sheet.cell import CellError
from bot.sheet.workbook import Formula, Value
from casework.skill import CATEGORIES, SKILLS
from casework.staff import PREFECTURE, AreaError, Role, Staff, area_of
from catalogue.place import Gazetteer, UnknownPlaceError
from catalogue.service import load_services

ROLES = {Role.WORKER: "社工", Role.TOWNSHIP: "乡镇", Role.COUNTY: "县级", Role.PREFECTURE: "州级"}
LANGUAGES = {
    **dict.fromkeys(("汉语", "汉", "普通话", "国语", "中文"), "zh"),
    **dict.fromkeys(("哈萨克语", "哈语", "哈萨克"), "kk"),
    **dict.fromkeys(("维吾尔语", "维语", "维吾尔"), "ug"),
    **dict.fromkeys(("英语", "英文"), "en"),
}
CATEGORY_NAMES = {"生活照护": "daily-care", "康复支持": "rehabilitation", "能力提升": "capability"}
SHOWN = 3
"""So many of several places of one name are listed."""


def role(value: Value | Formula) -> Role:
    """A role, as a word or as it is exported."""
    said = cell.text(value).lower()
    for each, name in ROLES.items():
        if said in (each.value, name, shown_role(each)):
            return each
    raise CellError(f"{said!r} is no role", f"Write one of: {', '.join(shown_role(each) for each in Role)}")


def shown_role(given: Role) -> str:
    """A role as it is exported."""
    return f"{ROLES[given]} {given.value}"


def languages(value: Value | Formula) -> tuple[str, ...]:
    """Codes of languages; Chinese if none is given."""
    found = [LANGUAGES.get(word, word.lower()) for word in cell.words(value)]
    for word in found:
        if not re.fullmatch("[a-z]{2,3}", word):
            raise CellError(f"{word!r} is no language", "Write codes such as zh,kk or names such as 汉语、哈萨克语")
    return tuple(dict.fromkeys(found)) or ("zh",)


class Skills:
    """Services and categories by code and by name."""

    def __init__(self) -> None:
        names = {service.name: code for code, service in load_services().items()}
        self._codes = {**{code: code for code in SKILLS}, **names, **CATEGORY_NAMES}

    def read(self, value: Value | Formula) -> tuple[str, ...]:
        """Codes, none for an empty cell: all services."""
        found = []
        for word in cell.words(value):
            if word not in self._codes:
                remedy = f"Write codes such as meals,bathing, a category ({', '.join(CATEGORIES)}), or nothing for all"
                raise CellError(f"{word!r} is no service", remedy)
            found.append(self._codes[word])
        return tuple(dict.fromkeys(found))


class Areas:
    """Divisions by code and by name."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._codes: dict[str, set[str]] = defaultdict(set)
        waiting = [PREFECTURE]
        for code in waiting:
            waiting += [place.code for place in gazetteer.children(code)]
            names = {gazetteer.full_name(code), gazetteer.full_name(code, short=True), gazetteer.get(code).name}
            for name in names:
                self._codes[name].add(code)

    def read(self, value: Value | Formula, suits: Role) -> str:
        """The code of a division that suits the role, from a code, a name, or both as exported."""
        said = cell.text(value)
        code, _, name = said.partition(" ")
        if not code.isascii() or not code.isdigit():
            code, name = self._named(said), ""
        try:
            area = area_of(suits, code)
            self._gazetteer.get(area)
        except (AreaError, UnknownPlaceError):
            remedy = "Write the name or code of a division that suits the role, for example 652328 or 木垒县"
            raise CellError(f"{said!r} does not suit the role {suits.value}", remedy) from None
        if name and area not in self._codes.get(name, {area}):
            raise CellError(f"{said!r}: the code {area} is {self.shown(area)}", "Correct one of the two, or leave one")
        return area

    def shown(self, code: str) -> str:
        """A division as it is exported: the code and the name."""
        return f"{code} {self._gazetteer.full_name(code, short=True)}"

    def _named(self, said: str) -> str:
        codes = sorted(self._codes.get(re.sub(r"\s", "", said), ()))
        if not codes:
            raise CellError(
                f"{said!r} is no division of the prefecture" if said else "empty",
                "Write its whole name or its code, for example 652328 or 木垒县",
            )
        if len(codes) > 1:
            several = ", ".join(self.shown(code) for code in codes[:SHOWN])
            raise CellError(f"{said!r} names {len(codes)} divisions", f"Write one of them by its code: {several}")
        return codes[0]


@dataclass(frozen=True)
class People:
    """People by their number and by their name: everybody on the sheet, and those the bot knows besides."""

    by_id: Mapping[int, Staff]
    by_name: Mapping[str, list[Staff]]

    @classmethod
    def of(cls, listed: Iterable[Staff], known: Iterable[Staff]) -> People:
        listed = list(listed)
        names: dict[str, list[Staff]] = defaultdict(list)
        for person in listed:
            names[person.name].append(person)
        return cls({**{person.id: person for person in known}, **{person.id: person for person in listed}}, names)

    def read(self, value: Value | Formula) -> Staff:
        """Somebody by number, by name, or by both as exported."""
        said = cell.text(value)
        number, _, name = said.partition(" ")
        if number.isascii() and number.isdigit() and len(number) < 10:
            person = self.by_id.get(int(number))
            if person is None:
                raise CellError(f"nobody has the number {number}", "Write the name of somebody on the first sheet")
            if name and name.strip() != person.name:
                raise CellError(f"number {number} is {person.name}", "Correct the number or the name, or leave one")
            return person
        found = self.by_name.get(said, [])
        if len(found) != 1:
            what = f"{len(found)} people are called {said!r}" if found else f"nobody is called {said!r}"
            remedy = "Write the number of one of them" if found else "Write the name of somebody on the first sheet"
            raise CellError(what if said else "empty", remedy)
        return found[0]

    def read_or_none(self, value: Value | Formula) -> Staff | None:
        """The same; None for an empty cell."""
        return self.read(value) if cell.text(value) else None
