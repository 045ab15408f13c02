"""Names and numbers in lists: enough to tell one from another for whoever knows the person, too little for others."""

from __future__ import annotations

import re
from dataclasses import replace

from casework.need import Need

PHONE = re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)")
"""Mobile numbers of mainland China: eleven digits that begin with 13 to 19 (the ministry's numbering plan)."""
ID_NUMBER = re.compile(r"(?<!\d)(\d{6})\d{8}(\d{3}[\dXx])(?!\d)")
"""Resident identity numbers (GB 11643-1999): eighteen places, the last may be X; the day of birth is left out."""


def name(full: str) -> str:
    """张桂兰 as 张**."""
    return f"{full[0]}**" if full else ""


def numbers(text: str) -> str:
    """Telephone numbers as 138****1234, identity numbers without the day of birth."""
    return PHONE.sub(r"\1****\2", ID_NUMBER.sub(r"\1********\2", text))


def in_list(need: Need) -> Need:
    """A need as a list shows it: without name, landmark and telephone."""
    return replace(
        need, beneficiary=replace(need.beneficiary, name=name(need.beneficiary.name)), landmark="", phone="", note=""
    )
