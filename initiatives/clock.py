"""The record's time: the system clock, unless that was set back.

If the clock is set back by up to MOST, the record's time waits for it to catch up, so that public items stay public and
later versions have later times. A process remembers the latest time that it saw, and the time of the last changes
(`reached`, see pages.edition). Limits: a process started after the clock was set back does not know about scheduled
publications after the last change, or about changes followed by 1,000 others. A clock set back further is trusted,
because the earlier time may have been wrong.
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
    """Note that the record has already reached a time."""
    global _latest
    if _latest < at <= timezone.now() + MOST:
        _latest = at


def forget() -> None:
    """Forget all times, as in a new process."""
    global _latest
    _latest = datetime.datetime.min.replace(tzinfo=datetime.UTC)
