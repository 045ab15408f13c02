"""Matters that somebody else deals with, and whom to call for them."""

from __future__ import annotations

import tomllib
from pathlib import Path

REFERRALS_FILE = Path(__file__).parent / "data" / "referrals.toml"


class ReferralError(ValueError):
    """The table of referrals cannot be used. Says which file, which key and what to do."""

    def __init__(self, path: Path, key: str, problem: str) -> None:
        super().__init__(f'{path}: {key}: {problem}. Write a table [referral] of lines such as utilities = ["12345"].')
        self.path, self.key, self.problem = path, key, problem


def load_referrals(path: Path = REFERRALS_FILE) -> dict[str, tuple[str, ...]]:
    """Referral key -> numbers to call, most fitting first; no numbers where a plain answer is enough.

    Raises ReferralError when the file is missing or an entry is not a list of numbers.
    """
    try:
        table = tomllib.loads(path.read_text("utf-8"))["referral"]
    except (OSError, KeyError, ValueError) as error:
        raise ReferralError(path, "referral", str(error)) from error
    for key, numbers in table.items():
        if not isinstance(numbers, list) or not all(isinstance(item, str) and item.isdigit() for item in numbers):
            raise ReferralError(path, key, "not a list of numbers")
    return {key: tuple(numbers) for key, numbers in table.items()}
