"""Files of rules that a county may write for itself (TOML), and what is said of one that cannot be used."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any


class RuleFileError(ValueError):
    """A file of rules cannot be used. Says which file, where in it, what is wrong and what to write."""

    def __init__(self, path: Path, where: str, problem: str, remedy: str) -> None:
        super().__init__(f"{path}: {where}: {problem}. {remedy}")
        self.path, self.where = path, where


def read_table(path: Path) -> dict[str, Any]:
    """The whole file. Raises RuleFileError."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        problem, remedy = f"it cannot be read ({error.strerror})", "Give a file that is there and may be read."
    except ValueError as error:
        problem, remedy = f"it is no TOML in UTF-8 ({error})", "Correct it there."
    raise RuleFileError(path, "the file", problem, remedy)
