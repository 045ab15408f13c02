"""What random input is thrown at."""

from __future__ import annotations

import pytest

from catalogue.catalogue import Catalogue
from tests.fuzz.town import Pattern


@pytest.fixture(scope="session")
def pattern(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> Pattern:
    made = Pattern(tmp_path_factory.mktemp("pattern"), catalogue)
    made.prepare()
    return made
