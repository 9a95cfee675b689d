"""What the tests of this room begin with."""

import pytest
from django.utils import timezone

from tests.changes.support import Clock


@pytest.fixture
def clock(monkeypatch) -> Clock:
    """Stop the clock at noon; what is changed within ten minutes counts as one correction."""
    clock = Clock()
    monkeypatch.setattr(timezone, "now", clock)
    return clock
