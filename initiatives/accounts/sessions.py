"""How long a session at the desk lasts: so long from log-in, and so long without a page in between."""

import time

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

_BEGAN, _SEEN = "desk_began", "desk_seen"
# Seconds between two notes of when a session was last seen: not every page is a write.
_NOTED_EVERY = 300


@receiver(user_logged_in)
def begin(request: HttpRequest, **kwargs) -> None:
    """Start the clocks at log-in."""
    request.session[_BEGAN] = request.session[_SEEN] = int(time.time())


def is_over(request: HttpRequest) -> bool:
    """Tell whether a session is too old or has been idle for too long; note that it is seen if not.

    SESSION_COOKIE_AGE and SESSION_IDLE_AGE say how long. A session that does not know when it began is over.
    """
    now, session = int(time.time()), request.session
    if now - session.get(_BEGAN, 0) > settings.SESSION_COOKIE_AGE:
        return True
    idle = now - session.get(_SEEN, 0)
    if idle > settings.SESSION_IDLE_AGE:
        return True
    if idle >= _NOTED_EVERY:
        session[_SEEN] = now
    return False
