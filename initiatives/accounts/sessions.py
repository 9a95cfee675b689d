"""Users' sessions: when they expire, and which are open."""

import time
from datetime import UTC, datetime
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.models import Session
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from initiatives.accounts.lockout import client_address
from initiatives.accounts.users import user_of

_BEGAN, _SEEN, _ADDRESS, _BROWSER = "desk_began", "desk_seen", "desk_address", "desk_browser"
# How often to save the time of a session's last activity, in seconds.
_NOTED_EVERY = 300
# The header of requests that an open page makes by itself, which do not count as activity.
BY_ITSELF = "X-By-Itself"


@receiver(user_logged_in)
def begin(request: HttpRequest, **kwargs) -> None:
    """Record the time, address and browser of a log-in."""
    request.session[_BEGAN] = request.session[_SEEN] = int(time.time())
    request.session[_ADDRESS] = client_address(request)
    request.session[_BROWSER] = _browser(request.headers.get("User-Agent", ""))


def _browser(agent: str) -> str:
    """Return the common names of the browser and system in a User-Agent; empty if they are not known."""
    # The order matters: most also mention Chrome and Safari, Chrome mentions Safari, and Android mentions Linux.
    browsers = {"YaBrowser": "Yandex", "OPR": "Opera", "Edg": "Edge", "Firefox": "Firefox", "Chrome": "Chrome"}
    systems = {"Windows": "Windows", "Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Mac OS X": "macOS"}
    kinds = (browsers | {"Safari": "Safari"}, systems | {"Linux": "Linux"})
    found = (next((name for mark, name in kind.items() if mark in agent), "") for kind in kinds)
    return ", ".join(filter(None, found))


def is_over(request: HttpRequest) -> bool:
    """Return whether a session is too old or has been idle too long. If not, record that it is active.

    SESSION_COOKIE_AGE and SESSION_IDLE_AGE set the limits. A session without a recorded start has expired.
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


class OpenSession(NamedTuple):
    """A session, as its user sees it."""

    is_this: bool
    began: datetime
    seen: datetime
    address: str
    browser: str


def open_sessions(request: HttpRequest) -> list[OpenSession]:
    """Return the user's sessions that have not expired, the most recently active first."""
    shown = [
        OpenSession(
            session.session_key == request.session.session_key,
            datetime.fromtimestamp(data.get(_BEGAN, 0), UTC),
            datetime.fromtimestamp(data.get(_SEEN, 0), UTC),
            data.get(_ADDRESS) or "",
            data.get(_BROWSER, ""),
        )
        for session, data in _sessions_of(request)
    ]
    return sorted(shown, key=lambda session: session.seen, reverse=True)


def end_others(request: HttpRequest) -> int:
    """End all other sessions of the user, and return how many there were."""
    others = [session.pk for session, _data in _sessions_of(request) if session.pk != request.session.session_key]
    Session.objects.filter(pk__in=others).delete()
    return len(others)


def _sessions_of(request: HttpRequest) -> list[tuple[Session, dict]]:
    # Only editors have sessions, and only for some hours, so there are few enough to load all.
    user = user_of(request)
    live = ((session, session.get_decoded()) for session in Session.objects.filter(expire_date__gt=timezone.now()))
    return [
        (session, data)
        for session, data in live
        if data.get(SESSION_KEY) == str(user.pk)
        # A new password ends earlier sessions.
        and data.get(HASH_SESSION_KEY) == user.get_session_auth_hash()
        and time.time() - data.get(_SEEN, 0) <= settings.SESSION_IDLE_AGE
    ]
