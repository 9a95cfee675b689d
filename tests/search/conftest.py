"""The fixture that tests of the index on disk share."""

from pathlib import Path

import pytest


@pytest.fixture
def machine(settings, tmp_path):
    """Search on a machine whose index lies in a folder; with a number, on another machine with the same database."""

    def on(number: int) -> Path:
        settings.SEARCH_DIR = str(tmp_path / str(number))
        return tmp_path / str(number)

    on(1)
    return on
