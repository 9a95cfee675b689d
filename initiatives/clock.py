"""The time by which the record goes: the clock's, unless the clock was set back.

What was public stays public, and later versions have later times, if a clock is set back by up to MOST: the record's
time then waits for the clock. A process knows the latest time that it saw, and that of the last changes (`reached`, see
pages.edition). What it does not do: a process started since does not know of what was published by schedule after the
last change, nor what was before 1,000 changes that were made since; and a clock that is further back is believed,
because the time before may have been the wrong one.
"""

import datetime

from django.utils import timezone

MOST = datetime.timedelta(days=1)

_latest = datetime.datetime.min.replace(tzinfo=datetime.UTC)


def now() -> datetime.datetime:
    """Return the record's time."""
    global _latest
    clock = timezone.now()
    if clock > _latest or clock < _latest - MOST:
        _latest = clock
    return _latest


def reached(at: datetime.datetime) -> None:
    """Learn that the record was at a time already."""
    global _latest
    if _latest < at <= timezone.now() + MOST:
        _latest = at


def forget() -> None:
    """Know no time, as in a new process."""
    global _latest
    _latest = datetime.datetime.min.replace(tzinfo=datetime.UTC)
