"""A fixture shared by tests of the index on disk."""

from pathlib import Path

import pytest


@pytest.fixture
def machine(settings, tmp_path):
    """Search with the index in a temporary folder. `machine(2)` switches to another machine with the same database."""

    def on(number: int) -> Path:
        settings.SEARCH_DIR = str(tmp_path / str(number))
        return tmp_path / str(number)

    on(1)
    return on
