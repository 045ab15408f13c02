"""requirements.lock is what pyproject.toml asks for, and holds for every index."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
ENTRY = re.compile(
    r"^(?P<pinned>[a-z0-9][^\\\n]*?) \\\n(?P<hashes>(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.M
)
PINNED = [Requirement(found["pinned"]) for found in ENTRY.finditer(LOCK)]
PYTHONS = ("3.11", "3.12", "3.13")
ASKED = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]


@pytest.mark.parametrize("asked", [Requirement(each) for each in ASKED], ids=lambda asked: asked.name)
@pytest.mark.parametrize("python", PYTHONS)
def test_dependency_is_locked_in_a_version_that_is_allowed(asked: Requirement, python: str) -> None:
    here = {"python_full_version": f"{python}.0", "python_version": python, "sys_platform": "linux"}
    found = [each for each in PINNED if canonicalize_name(each.name) == canonicalize_name(asked.name)]
    found = [each for each in found if each.marker is None or each.marker.evaluate(here)]
    assert len(found) == 1, f"{asked.name} is not in requirements.lock; run: bash .ci/lock"
    (exact,) = found[0].specifier
    assert exact.operator == "=="
    assert exact.version in asked.specifier, f"{found[0]} does not fit {asked}; run: bash .ci/lock"


def test_every_line_is_a_version_with_its_hashes() -> None:
    rest = ENTRY.sub("", LOCK)
    assert [line for line in rest.splitlines() if line.strip() and not line.lstrip().startswith("#")] == []
    assert len(PINNED) > len(ASKED)


def test_lock_names_no_index_and_no_path_of_a_machine() -> None:
    assert not re.search(r"https?:|index-url|find-links|file:|\.whl|trusted-host", LOCK)
