"""Caches public pages as they were sent, until the record changes (a new edition)."""

import hashlib
import math
import threading
import time
from typing import Any, NamedTuple, cast

from django.conf import settings
from django.core.cache import cache, caches
from django.db import Error
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, has_vary_header
from django.utils.http import http_date, parse_http_date_safe

from initiatives.models.paths import split_language
from initiatives.pages.edition import Edition, edition
from initiatives.search.in_step import pinned
from initiatives.search.index import store
from reforms_site.middleware import Middleware, encoding_of
from reforms_site.rate_limits import STATE

# Seconds that a page is cached, long enough to survive a long database outage; and the longest address and largest page
# that are cached. Larger pages, and lists that programs page through, would evict all others.
KEPT, LONGEST, LARGEST = 24 * 3600, 500, 100_000
# Seconds by which a replica, or the file system's clock, may be behind.
ROUGHLY = 1.1
# Browsers and proxies may store a page, must revalidate it each time, and may show it if the site fails (RFC 5861).
MAY_BE_KEPT = "public, max-age=0, stale-if-error=86400"
# Not part of the record, or secret. Cards have a cache of their own (views/share_cards.py).
NEVER = ("/healthz", "/readyz", "/favicon.ico", "/robots.txt", "/preview/", settings.STATIC_URL, settings.REPORT_PATH)

# When many clients request a page at once, one thread makes it.
_making = [threading.Lock() for _number in range(64)]


class Kept(NamedTuple):
    """A page as it was sent."""

    headers: list[tuple[str, str]]
    body: bytes


class KeptPages(Middleware):
    """Returns cached pages, or 304 to clients that already have the page. If the database fails, pages may be stale."""

    # The last known edition, and when it was read.
    _last_edition, _known_at = "", 0.0

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Return the cached page, or render and cache it."""
        path = request.get_full_path()
        private = split_language(path)[1].startswith((settings.DESK_PATH, *NEVER)) or request.path_info.endswith(".png")
        if private or request.method not in {"GET", "HEAD"} or len(path) > LONGEST:
            return self.get_response(request)
        now = time.time()
        try:
            present = getattr(request, "edition", None) or edition()
        except Error:
            return self._last(request)
        self._last_edition, self._known_at = present.code, now
        key = _key(request, present.code)
        kept = _kept(request, key) or _known(request, key)
        if kept is None:
            with _making[int(key[:2], 16) % len(_making)]:
                kept = _kept(request, key) or self._made(request, key, present)
        return kept

    def _last(self, request: HttpRequest) -> HttpResponseBase:
        """Return the page of the last known edition, if it was cached and nothing has changed since."""
        # It must not show what another process has withdrawn since.
        if store().touched() > self._known_at - ROUGHLY:
            return self.get_response(request)
        return _kept(request, _key(request, self._last_edition), "; detail=stale") or self.get_response(request)

    def _made(self, request: HttpRequest, key: str, present: Edition) -> HttpResponseBase:
        """Render a page, and cache it if it shows the current edition and is not streamed."""
        shows_it, since = present.is_indexed(), _since(present.code)
        with pinned(present.change):
            response: Any = self.get_response(request)
        if not shows_it or not _may_be_kept(response) or response.has_header("ETag"):
            return response
        response.headers.setdefault("Cache-Control", MAY_BE_KEPT)
        response["ETag"] = _etag(key)
        if isinstance(response, HttpResponse):
            # Cached pages are sent only while this edition is current, so the time holds for all of them.
            response["Last-Modified"] = http_date()
            headers = [(name, value) for name, value in response.headers.items() if name != STATE]
            if len(response.content) <= LARGEST and "cursor" not in request.GET:
                caches["pages"].set(key, Kept(headers, response.content), KEPT)
        elif since <= time.time():
            response["Last-Modified"] = http_date(since)
        return _unless_known(request, response)


def _key(request: HttpRequest, code: str) -> str:
    """Return the key of a page: a digest of the edition, the address and the compression."""
    parts = f"{code} {request.get_host()} {encoding_of(request)} {request.get_full_path()}"
    return hashlib.blake2b(parts.encode(), digest_size=16).hexdigest()


def _etag(key: str) -> str:
    """Return the ETag of a page: the same if a page of the same edition is rendered again."""
    return f'W/"{key}"'


def _known(request: HttpRequest, key: str) -> HttpResponseBase | None:
    """Return 304 if the client sends the page's ETag, otherwise None."""
    etag = _etag(key)
    has_it = etag in request.headers.get("If-None-Match", "")
    return HttpResponseNotModified(headers={"ETag": etag}) if has_it else None


def _since(code: str) -> int:
    """Return a time since which an edition has been current: the Last-Modified of responses that are not cached.

    It is the first full second after this process, or Redis, first saw the edition, plus one because a replica may be
    behind. So it is later than any time sent with an earlier edition.
    """
    return cast(int, cache.get_or_set(f"reforms_site.since.{code}", math.ceil(time.time() + 1), KEPT))


def _kept(request: HttpRequest, key: str, detail: str = "") -> HttpResponseBase | None:
    """Return a cached page, or 304 if the client already has it; None if it is not cached."""
    kept = caches["pages"].get(key)
    if kept is None:
        return None
    response = HttpResponse(kept.body, headers=dict(kept.headers))
    response["Cache-Status"] = f"site; hit{detail}"
    return _unless_known(request, response)


def _unless_known(request: HttpRequest, response: Any) -> HttpResponseBase:
    made = parse_http_date_safe(response.get("Last-Modified", ""))
    answer: Any = get_conditional_response(request, response["ETag"], made, response)
    if answer is not response:
        # Close the stream, which is not sent, when the request ends.
        answer.close = response.close
    return answer


def _may_be_kept(response: HttpResponse) -> bool:
    forbidden = {"no-store", "no-cache", "private"}
    control = {part.strip() for part in response.headers.get("Cache-Control", "").split(",")}
    return (
        response.status_code == 200
        and not control & forbidden
        and not response.cookies
        and not has_vary_header(response, "Cookie")
    )
