"""How long a session lasts: a limit from log-in, and a limit without activity."""

import time

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

_BEGAN, _SEEN = "desk_began", "desk_seen"
# Note when a session was last active only every so many seconds: not every page should write.
_NOTED_EVERY = 300
# What a page that is open sends with requests it makes by itself: they are no activity of its user.
BY_ITSELF = "X-By-Itself"


@receiver(user_logged_in)
def begin(request: HttpRequest, **kwargs) -> None:
    """Record the time of log-in."""
    request.session[_BEGAN] = request.session[_SEEN] = int(time.time())


def is_over(request: HttpRequest) -> bool:
    """Tell whether a session is too old or has been idle too long; if not, note that it is active.

    SESSION_COOKIE_AGE and SESSION_IDLE_AGE set the limits. A session without a recorded start is over.
    """
    now, session = int(time.time()), request.session
    if now - session.get(_BEGAN, 0) > settings.SESSION_COOKIE_AGE:
        return True
    idle = now - session.get(_SEEN, 0)
    if idle > settings.SESSION_IDLE_AGE:
        return True
    if idle >= _NOTED_EVERY and BY_ITSELF not in request.headers:
        session[_SEEN] = now
    return False
