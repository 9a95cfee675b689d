"""A cache of pages, counts and cards in the memory of a process."""

from collections import OrderedDict
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache


class MemoryCache(LocMemCache):
    """Django's memory cache, limited to OPTIONS["MAX_BYTES"]; the least recently used values are evicted first."""

    _cache: OrderedDict[str, bytes]
    _expire_info: dict[str, float | None]

    def __init__(self, name: str, params: dict[str, Any]) -> None:
        super().__init__(name, params)
        self._max_bytes = params.get("OPTIONS", {}).get("MAX_BYTES", 10_000_000)

    def _set(self, key: str, value: bytes, timeout: Any = DEFAULT_TIMEOUT) -> None:
        self._delete(key)  # type: ignore[attr-defined]
        over = sum(map(len, self._cache.values())) + len(value) - self._max_bytes
        while over > 0 and self._cache:
            oldest, forgotten = self._cache.popitem()
            del self._expire_info[oldest]
            over -= len(forgotten)
        super()._set(key, value, timeout)  # type: ignore[misc]
