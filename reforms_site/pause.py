"""Skips a service for some seconds after it failed, so that not every visitor waits for it."""

import logging
import threading
import time

_log = logging.getLogger(__name__)


class Pause:
    """After a failure, `is_on` for some seconds. Then one caller may try the service while others still skip it."""

    def __init__(self, name: str, seconds: float) -> None:
        self._name, self._seconds = name, seconds
        self._until = self._since = 0.0
        self._lock = threading.Lock()

    def is_on(self) -> bool:
        """Return whether to skip the service. A caller that gets False must then call `failed` or `works`."""
        with self._lock:
            now = time.monotonic()
            if now < self._until:
                return True
            if self._until:
                self._until = now + self._seconds
            return False

    def failed(self, error: Exception) -> None:
        """Begin a pause. Only the first of several in a row is logged."""
        with self._lock:
            now = time.monotonic()
            if not self._until:
                self._since = now
                _log.warning("%s failed; the site goes on without it, and tries again: %s", self._name, error)
            self._until = now + self._seconds

    def works(self) -> None:
        """End the pause; log it if there was one."""
        with self._lock:
            back, self._until = bool(self._until), 0.0
        if back:
            _log.warning("%s is back after %.0f seconds.", self._name, time.monotonic() - self._since)
