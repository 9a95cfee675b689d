"""Middleware of the site."""

import re
import secrets
import sys
import threading
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import brotli
from csp.utils import build_policy
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import DisallowedHost
from django.core.signals import request_finished
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, QueryDict, UnreadablePostError
from django.http.request import split_domain_port
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.urls import reverse
from django.utils import translation
from django.utils.cache import add_never_cache_headers, has_vary_header, patch_vary_headers
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext

from initiatives import limits
from initiatives.data.lists import FORMATS
from initiatives.models.paths import ORIGINAL, split_language
from initiatives.views.errors import is_api, problem, refused
from initiatives.views.parameters import PARAMETERS
from reforms_site.gunicorn import has_arrived, stop_reading
from reforms_site.logs import request_id

READING = ("GET", "HEAD", "OPTIONS")
_SUFFIXES = tuple(f".{suffix}" for suffix in FORMATS)


class Middleware(MiddlewareMixin):
    """Django's, for responses that are not awaited."""

    get_response: Callable[[HttpRequest], Any]


class RequestId(Middleware):
    """Gives each request a random id that links its log lines. Clients cannot choose it, so it is unique."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Add the id to the log, the error page (`request.id`) and the header X-Request-ID."""
        new_id = request.id = secrets.token_hex(5)  # type: ignore[attr-defined]
        request_id.set(new_id)
        response = self.get_response(request)
        response["X-Request-ID"] = new_id
        return response


class Languages(Middleware):
    """Sets the language of a public page, which its address alone decides: /ru/… and /kk/…, otherwise English.

    Search engines are asked to leave out pages under a prefix, on which the record is still in English.
    """

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Set the language. It is not reset afterwards, because streamed content is made later."""
        language, _path = split_language(request.path_info)
        translation.activate(language)
        response = self.get_response(request)
        if language != ORIGINAL:
            response["X-Robots-Tag"] = "noindex"
        return response


class AcceptedEncodings(Middleware):
    """Removes encodings that a request refuses (`br;q=0`, RFC 9110, section 12.5.3): others only look for names."""

    _REFUSED = re.compile(r"[^,]*;\s*q\s*=\s*0(\.0*)?\s*(,|$)", re.IGNORECASE)

    def process_request(self, request: HttpRequest) -> None:
        """Remove refused encodings from the Accept-Encoding header."""
        if "HTTP_ACCEPT_ENCODING" in request.META:
            request.META["HTTP_ACCEPT_ENCODING"] = self._REFUSED.sub("", request.META["HTTP_ACCEPT_ENCODING"])


def encoding_of(request: HttpRequest) -> str:
    """Return the compression that this browser accepts: br, gzip, or empty for none."""
    accepted = request.headers.get("Accept-Encoding", "")
    return next((name for name in ("br", "gzip") if re.search(rf"\b{name}\b", accepted)), "")


class CompressPublicPages(GZipMiddleware):
    """Compresses pages that are the same for everyone, with Brotli or gzip.

    A page that varies by cookie may contain a logged-in user's secret, such as a CSRF token. Its compressed length
    would reveal the secret to an attacker who can make the page repeat guesses (BREACH), so it is not compressed.
    """

    # Pages are 10 % smaller than with gzip. Quality 11 would save 20 % but take seventy times as long.
    QUALITY = 5

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Compress the response unless it varies by cookie, sets one, or is part of a file."""
        if has_vary_header(response, "Cookie") or response.cookies or response.status_code == 206:
            return response
        if encoding_of(request) != "br" or response.has_header("Content-Encoding"):
            return super().process_response(request, response)
        if isinstance(response, HttpResponse):
            response.content = brotli.compress(response.content, quality=self.QUALITY)
            response["Content-Encoding"], response["Content-Length"] = "br", str(len(response.content))
            patch_vary_headers(response, ("Accept-Encoding",))
        return response


class SiteHeaders(Middleware):
    """Adds security headers, which turn off browser features that the site never uses and say who may embed it.

    Scripts on any site may read the API, lists, feeds and the dataset, without credentials.
    """

    OPEN = {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": "Accept-Ranges, Content-Range, ETag, RateLimit, RateLimit-Policy, Retry-After",
    }
    # The response to a browser's preflight request.
    PREFLIGHT = {
        "Allow": "GET, HEAD, OPTIONS",
        "Access-Control-Allow-Methods": "GET, HEAD",
        "Access-Control-Allow-Headers": "If-None-Match, If-Modified-Since, If-Range, Range",
        "Access-Control-Max-Age": "86400",
    }
    PREFLIGHT_OF_CHECK = {
        "Allow": "POST, OPTIONS",
        "Access-Control-Allow-Methods": "POST",
        "Access-Control-Allow-Headers": "Content-Type",
    }
    NEVER = "browsing-topics=(), camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
    # For requests refused before the middleware that adds these headers, such as those for another host.
    REFUSED = {
        "Content-Security-Policy": build_policy(),
        "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY,
        "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": settings.X_FRAME_OPTIONS,
    }

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the headers. Other sites may show share cards and read data, nothing else."""
        is_open = _is_data(request.path_info)
        if is_open and request.method == "OPTIONS":
            sends = self.PREFLIGHT_OF_CHECK if request.path_info in settings.CHECK_PATHS else {}
            response = HttpResponse(status=204, headers=self.PREFLIGHT | sends)
        else:
            response = self.get_response(request)
        if is_open:
            for name, value in self.OPEN.items():
                response[name] = value
        shown = "cross-origin" if is_open or request.path_info.endswith("card.png") else "same-origin"
        response.headers.setdefault("Cross-Origin-Resource-Policy", shown)
        response.headers.setdefault("Permissions-Policy", self.NEVER)
        for name, value in self.REFUSED.items() if response.status_code == HTTPStatus.BAD_REQUEST else ():
            response.headers.setdefault(name, value)
        return response


class KnownHost(Middleware):
    """Refuses hosts with a name or port other than the site's. Pages would be cached separately for each port."""

    def process_request(self, request: HttpRequest) -> None:
        """Check the host of a request. Raises DisallowedHost, for which Django returns 400."""
        _name, port = split_domain_port(request.get_host())
        if port and port != str(settings.SITE_PORT):
            raise DisallowedHost(f"The site has no port {port}.")


def _is_data(path: str) -> bool:
    """Return whether a public address returns data: the API, the dataset, or a list or citation as a file."""
    if path.startswith(settings.DESK_PATH):
        return False
    return path.startswith((settings.API_PATH, reverse("data"))) or path.endswith(_SUFFIXES)


class KnownParameters(Middleware):
    """Strips query parameters that no page reads, such as those for tracking links, and sorts the rest.

    Addresses that differ only in these are the same page, which is rendered and cached once.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Keep the parameters that pages read, sorted by name."""
        if request.META.get("QUERY_STRING") and not request.path_info.startswith(settings.DESK_PATH):
            known = QueryDict(mutable=True)
            for name in sorted(PARAMETERS & request.GET.keys()):
                known.setlist(name, request.GET.getlist(name))
            request.META["QUERY_STRING"] = known.urlencode()
            request.GET = QueryDict(request.META["QUERY_STRING"])


class RequestLimits(Middleware):
    """Refuses requests that no page accepts before reading their bodies, and reads other bodies before calling a view.

    The session is read before the body. Users who are not logged in may send MOST_OF_STRANGER bytes, to the desk, in an
    error report or to check a sentence. Editors may send forms of MOST_OF_FORM bytes, and files of MOST_OF_FILE to
    import or to keep as copies.

    A body that has arrived is read at once. A slow sender blocks one of the few threads that wait for bodies, for a
    limited time, so pages are still served. Visitors and editors never wait for each other.
    """

    MOST_OF_FORM, MOST_OF_FILE = 1_000_000, settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    MOST_OF_STRANGER = 100_000
    # Seconds allowed for any body, plus one for each SLOWEST bytes: the slowest connection that we support.
    PATIENCE, SLOWEST = 5, 20_000
    # How many threads of a process may wait for bodies, and how many seconds others wait for their turn.
    _for_staff, _for_strangers, TURN = threading.BoundedSemaphore(2), threading.BoundedSemaphore(1), 0.5

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Refuse a request, or answer it."""
        at_desk = request.path_info.startswith(settings.DESK_PATH)
        is_editor = at_desk and admin.site.has_permission(request)
        if not (most := self._most(request, is_editor)):
            return self.get_response(request) if request.method in READING else _not_allowed(request)
        written = request.META.get("CONTENT_LENGTH") or "0"
        length = int(written) if written.isascii() and written.isdecimal() else sys.maxsize
        if length > most:
            text = gettext("Go back and send less; nothing was changed.")
            if at_desk and not is_editor:
                text = gettext("You are not logged in. Log in on another page, go back to this one and send it again.")
            return refused(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, gettext("This is too large"), text)
        turns = self._for_staff if is_editor else self._for_strangers
        if length and (status := self._read_body(request, length, turns)):
            text = gettext("Go back and try again; nothing was changed.")
            return refused(request, status, gettext("What you sent did not arrive"), text)
        return self.get_response(request)

    def _most(self, request: HttpRequest, is_editor: bool) -> int:
        """Return how many bytes a request may send; 0 if the page accepts no body."""
        _language, path = split_language(request.path_info)
        if is_editor:
            return self.MOST_OF_FILE if path.endswith(("/import/", "/bring/")) else self.MOST_OF_FORM
        takes_forms = path.startswith(settings.REPORT_PATH) or path in settings.CHECK_PATHS
        sends = path.startswith(settings.DESK_PATH) or (takes_forms and request.method == "POST")
        return self.MOST_OF_STRANGER if sends else 0

    def _read_body(self, request: HttpRequest, length: int, turns: threading.Semaphore) -> int:
        """Read a body into memory; return 0, or a status: 408 if it is late, 503 if no thread is free."""
        if has_arrived(request.META, length):
            return 0 if len(request.body) == length else HTTPStatus.REQUEST_TIMEOUT
        if not turns.acquire(timeout=self.TURN):
            return HTTPStatus.SERVICE_UNAVAILABLE
        connection = request.META.get("gunicorn.socket")
        timer = threading.Timer(self.PATIENCE + length / self.SLOWEST, stop_reading, [connection])
        timer.start()
        try:
            return 0 if len(request.body) == length else HTTPStatus.REQUEST_TIMEOUT
        except UnreadablePostError:
            return HTTPStatus.REQUEST_TIMEOUT
        finally:
            timer.cancel()
            turns.release()


def _not_allowed(request: HttpRequest) -> HttpResponse:
    if not is_api(request):
        return HttpResponseNotAllowed(READING)
    response = problem(405, gettext("The API is read-only. Use GET."))
    response["Allow"] = ", ".join(READING)
    return response


class DatabaseLimits(Middleware):
    """Limits how long a request waits for the database: longer for the desk than for the public site."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Set the limit. While a response is streamed, only single statements are limited."""
        limits.begin("desk" if request.path_info.startswith(settings.DESK_PATH) else "public")
        response = self.get_response(request)
        if response.streaming:
            limits.stream()
        return response


@receiver(request_finished)
def _leave_request(**kwargs: object) -> None:
    limits.begin("command")


class DeskPages(Middleware):
    """Shows the desk in the language that the user chose, or else the browser's. Pages of the desk are never cached.

    Public pages depend on neither the user nor the browser: see Languages.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set the language for the rest of the request."""
        at_desk = request.path_info.startswith(settings.DESK_PATH)
        if at_desk:
            translation.activate(translation.get_language_from_request(request))
        response = self.get_response(request)
        if at_desk:
            patch_vary_headers(response, ("Accept-Language", "Cookie"))
            add_never_cache_headers(response)
        response.headers.setdefault("Content-Language", translation.get_language())
        return response
