"""A cache of pages, counts and cards in a Redis that several machines share (CACHE_URL)."""

import pickle
from functools import partialmethod
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.redis import RedisCache
from django.utils.crypto import constant_time_compare, salted_hmac
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from initiatives.pages.edition import release
from reforms_site.memory_cache import MemoryCache
from reforms_site.pause import Pause

# Seconds that a request waits for Redis, and for which Redis is not used after it failed.
PATIENCE, PAUSE = 0.2, 5
_SEAL = 32

_pause = Pause("The cache in CACHE_URL", PAUSE)


class Sealed:
    """Signs pickles with SECRET_KEY, because loading one can run any code. Values without our signature become None."""

    def dumps(self, value: Any) -> bytes:
        """Return a value as it is stored in Redis."""
        stored = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        return self._seal(stored) + stored

    def loads(self, sealed: bytes) -> Any:
        """Return the value, or None if the signature is wrong."""
        stored = sealed[_SEAL:]
        return pickle.loads(stored) if constant_time_compare(sealed[:_SEAL], self._seal(stored)) else None  # noqa: S301

    def _seal(self, stored: bytes) -> bytes:
        return salted_hmac("reforms_site.redis_cache", stored, algorithm="sha256").digest()


class SharedCache(BaseCache):
    """Django's cache in Redis. While Redis fails, each process uses a cache in its memory instead."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        options = {
            "socket_timeout": PATIENCE,
            "socket_connect_timeout": PATIENCE,
            "retry": Retry(NoBackoff(), 0),
            "serializer": Sealed,
        }
        self._redis = RedisCache(server, params | {"OPTIONS": options})
        self._memory = MemoryCache(f"without Redis: {params['KEY_PREFIX']}", params)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """Return the value stored with exactly this key, or the default."""
        stored = self._ask("get", key, version=version)
        return stored[1] if stored and stored[0] == key else default

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Store a value with its key, which `get` compares."""
        self._ask("set", key, (key, value), timeout, version)

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Store a value unless the key exists; return whether it was stored."""
        return self._ask("add", key, (key, value), timeout, version)

    def _ask(self, method: str, *args: Any, **named: Any) -> Any:
        """Call a method of the cache in Redis, or of the one in memory if Redis fails or is paused."""
        if not _pause.is_on():
            try:
                answer = getattr(self._redis, method)(*args, **named)
            except RedisError as error:
                _pause.failed(error)
            else:
                _pause.works()
                return answer
        return getattr(self._memory, method)(*args, **named)

    touch = partialmethod(_ask, "touch")
    delete = partialmethod(_ask, "delete")
    clear = partialmethod(_ask, "clear")


def key_of_release(key: str, prefix: str, version: int) -> str:
    """Return the key of a value in Redis. It contains the release, so that two releases share no values."""
    return f"reforms:{release()}:{prefix}:{key}"
