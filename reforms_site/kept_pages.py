"""Keeps public pages as they were sent, until the record has another edition."""

import hashlib
import threading
from collections.abc import Callable
from typing import NamedTuple

from django.conf import settings
from django.core.cache import caches
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, has_vary_header
from django.utils.http import http_date, parse_http_date

from initiatives.pages.edition import Edition, edition
from reforms_site.middleware import encoding_of
from reforms_site.rate_limits import STATE

# Seconds for which a page is kept at most, so that pages outlast a long fault of the database; and how long an address
# may be to be kept. A page of more bytes, and the parts of a list that programs walk through, would drive out the rest.
KEPT, LONGEST, LARGEST = 24 * 3600, 500, 100_000
# What browsers and proxies may do: keep a page and ask each time whether it is still right; show it if nobody answers.
MAY_BE_KEPT = "public, max-age=0, stale-if-error=86400"
# What is not of the record, or secret; nor cards, which are kept by themselves (views/share_cards.py).
NEVER = (
    *("/healthz", "/readyz", "/favicon.ico", "/robots.txt", "/styleguide/", "/preview/"),
    *(settings.STATIC_URL, settings.REPORT_PATH),
)

# One thread makes a page that many ask for at once.
_making = [threading.Lock() for _number in range(64)]


class Kept(NamedTuple):
    """A page as it was sent."""

    headers: list[tuple[str, str]]
    body: bytes


class KeptPages:
    """Answers from kept pages, and without a page who has it already. Without a database it goes on with the last."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response
        self._last_edition = ""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Return the kept page, or make and keep it."""
        path = request.get_full_path()
        private = path.startswith((settings.DESK_PATH, *NEVER)) or request.path_info.endswith(".png")
        if private or request.method not in {"GET", "HEAD"} or len(path) > LONGEST:
            return self.get_response(request)
        try:
            present = getattr(request, "edition", None) or edition()
        except Error:
            return self._last(request)
        self._last_edition = present.code
        key = _key(request, present.code)
        kept = _kept(request, key) or get_conditional_response(request, _etag(key))
        if kept is None:
            with _making[int(key[:2], 16) % len(_making)]:
                kept = _kept(request, key) or self._made(request, key, present)
        return kept

    def _last(self, request: HttpRequest) -> HttpResponseBase:
        """Return the page of the edition that was last known, if it was kept."""
        return _kept(request, _key(request, self._last_edition), "; detail=stale") or self.get_response(request)

    def _made(self, request: HttpRequest, key: str, present: Edition) -> HttpResponseBase:
        """Make a page, and keep it if it shows the present edition."""
        shows_it = present.is_indexed()
        response = self.get_response(request)
        if not shows_it or not isinstance(response, HttpResponse) or not _may_be_kept(response):
            return response
        response.headers.setdefault("Cache-Control", MAY_BE_KEPT)
        response["ETag"] = _etag(key)
        # The edition was the same then and whenever this is sent again.
        response["Last-Modified"] = http_date()
        headers = [(name, value) for name, value in response.headers.items() if name != STATE]
        if len(response.content) <= LARGEST and "cursor" not in request.GET:
            caches["pages"].set(key, Kept(headers, response.content), KEPT)
        return _unless_known(request, response)


def _key(request: HttpRequest, code: str) -> str:
    """Return what a page is kept by: the edition, its address and how it is compressed."""
    parts = f"{code} {request.get_host()} {encoding_of(request)} {request.get_full_path()}"
    return hashlib.blake2b(parts.encode(), digest_size=16).hexdigest()


def _etag(key: str) -> str:
    """Return the ETag of a page: who has one of the present edition needs no other, kept or not."""
    return f'W/"{key}"'


def _kept(request: HttpRequest, key: str, detail: str = "") -> HttpResponseBase | None:
    """Return a kept page, or 304 to who has it; None if it is not kept."""
    kept = caches["pages"].get(key)
    if kept is None:
        return None
    response = HttpResponse(kept.body, headers=dict(kept.headers))
    response["Cache-Status"] = f"site; hit{detail}"
    return _unless_known(request, response)


def _unless_known(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    made = parse_http_date(response["Last-Modified"])
    return get_conditional_response(request, response["ETag"], made, response) or response


def _may_be_kept(response: HttpResponse) -> bool:
    forbidden = {"no-store", "no-cache", "private"}
    control = {part.strip() for part in response.headers.get("Cache-Control", "").split(",")}
    return (
        response.status_code == 200
        and not control & forbidden
        and not response.cookies
        and not has_vary_header(response, "Cookie")
    )
