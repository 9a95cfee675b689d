"""Fixtures for the tests of the public log."""

import pytest
from django.utils import timezone

from tests.changes.support import Clock


@pytest.fixture
def clock(monkeypatch) -> Clock:
    """Stop the clock at noon; changes within ten minutes count as one correction."""
    clock = Clock()
    monkeypatch.setattr(timezone, "now", clock)
    return clock
