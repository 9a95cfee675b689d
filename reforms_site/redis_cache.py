"""Kept pages, counts and cards in a Redis that several machines share (CACHE_URL)."""

import hashlib
import hmac
import pickle
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from initiatives.pages.edition import release
from reforms_site.memory_cache import MemoryCache
from reforms_site.pause import Pause

# Seconds that a request waits for Redis, and for which Redis is left alone after it failed.
PATIENCE, PAUSE = 0.2, 5
# Seconds for which a process remembers what it found.
NEAR = 24 * 3600

_pause = Pause("The cache in CACHE_URL", PAUSE)


class SharedCache(RedisCache):
    """Django's own, for what never changes under its key. While Redis fails, each process has what it keeps itself.

    Values are sealed with SECRET_KEY, because Python's pickles are programs: what anybody else wrote is as if it were
    not there.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        near = params | {"OPTIONS": params.pop("OPTIONS", {})}
        options = {
            "socket_timeout": PATIENCE,
            "socket_connect_timeout": PATIENCE,
            "retry": Retry(NoBackoff(), 0),
            "serializer": _Bytes(),
        }
        super().__init__(server, params | {"OPTIONS": options})
        self._near = MemoryCache(f"near {params['KEY_PREFIX']}", near)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """Return a value from the memory of the process or from Redis."""
        value = self._near.get(key, _NOTHING, version)
        if value is _NOTHING:
            value = _opened(key, self._ask(super().get, key, version=version))
            if value is not _NOTHING:
                self._near.set(key, value, NEAR, version)
        return default if value is _NOTHING else value

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Keep a value in both."""
        self._near.set(key, value, timeout, version)
        self._ask(super().set, key, _sealed(key, value), timeout, version)

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Keep a value unless there is one in Redis, or here while Redis fails; return whether it was kept."""
        add = super().add
        added = self._ask(lambda: bool(add(key, _sealed(key, value), timeout, version)))
        return self._near.add(key, value, timeout, version) if added is None else added

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Keep a value for longer; return whether there is one."""
        return bool(self._ask(super().touch, key, timeout, version))

    def delete(self, key: str, version: int | None = None) -> bool:
        """Forget a value here; other processes may have it for NEAR seconds more."""
        self._near.delete(key, version)
        return bool(self._ask(super().delete, key, version))

    def clear(self) -> None:
        """Forget everything here, and whatever the Redis database holds."""
        self._near.clear()
        self._ask(super().clear)

    # One by one, by the methods above.
    has_key, incr = BaseCache.has_key, BaseCache.incr
    get_many, set_many, delete_many = BaseCache.get_many, BaseCache.set_many, BaseCache.delete_many

    def _ask(self, action: Callable[..., Any], *args: Any, **named: Any) -> Any:
        """Return what Redis answers; None if it fails or is left alone."""
        if _pause.is_on():
            return None
        try:
            answer = action(*args, **named)
        except RedisError as error:
            _pause.failed(error)
            return None
        _pause.works()
        return answer


class _Bytes:
    """Hands bytes to Redis and back, as they are."""

    def dumps(self, value: bytes) -> bytes:
        return value

    loads = dumps


_NOTHING = object()
_SEAL = 16


def _seal(key: str, stored: bytes) -> bytes:
    secret = hashlib.blake2b(settings.SECRET_KEY.encode(), person=b"reforms.cache").digest()
    return hashlib.blake2b(key.encode() + b"\0" + stored, key=secret, digest_size=_SEAL).digest()


def _sealed(key: str, value: Any) -> bytes:
    stored = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    return _seal(key, stored) + stored


def _opened(key: str, sealed: bytes | None) -> Any:
    """Return the value that this site put under this key, or _NOTHING."""
    if sealed is None or not hmac.compare_digest(sealed[:_SEAL], _seal(key, sealed[_SEAL:])):
        return _NOTHING
    return pickle.loads(sealed[_SEAL:])  # noqa: S301


def key_of_release(key: str, prefix: str, version: int) -> str:
    """Return the key of a value in Redis: two releases side by side share nothing."""
    return f"reforms:{release()}:{prefix}:{key}"
