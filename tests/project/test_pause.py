"""A failed service is left alone for a while, then tried by one request."""

import time

import pytest

from reforms_site.pause import Pause


@pytest.fixture
def pass_time(monkeypatch):
    """Let a number of seconds pass."""
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return lambda seconds: now.__setitem__(0, now[0] + seconds)


def test_after_a_while_one_request_tries_and_the_others_skip(pass_time, caplog):
    caplog.set_level("WARNING")
    pause = Pause("The part", 5)
    assert not pause.is_on()
    pause.failed(OSError("gone"))
    assert pause.is_on()
    pass_time(5)
    assert not pause.is_on()
    assert pause.is_on()
    pause.failed(OSError("still gone"))
    assert pause.is_on()
    pass_time(5)
    assert not pause.is_on()
    pause.works()
    assert not pause.is_on()
    assert [record.message for record in caplog.records] == [
        "The part failed; the site goes on without it, and tries again: gone",
        "The part is back after 10 seconds.",
    ]


def test_an_attempt_without_an_outcome_does_not_block_for_ever(pass_time):
    pause = Pause("The part", 5)
    pause.failed(OSError())
    for _try in range(3):
        pass_time(5)
        assert not pause.is_on()
        assert pause.is_on()
