"""Middleware of the site."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils import translation
from django.utils.cache import add_never_cache_headers, has_vary_header, patch_vary_headers


class CompressPublicPages(GZipMiddleware):
    """Compresses what is the same for everybody.

    A page that varies by cookie may hold a secret of whoever is logged in, such as a CSRF token. Compressed, its length
    would tell of it to whoever can make it repeat a guess (BREACH): it goes out as it is.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Compress the response unless it varies by cookie or sets one."""
        if has_vary_header(response, "Cookie") or response.cookies:
            return response
        return super().process_response(request, response)


class DeskPages:
    """The desk speaks the language that its user chose, or else the browser's; no cache keeps its pages.

    Public pages vary by neither.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set the language for the rest of the request."""
        at_desk = request.path_info.startswith(settings.DESK_PATH)
        # Not undone afterwards: what is streamed is made after this.
        translation.activate(translation.get_language_from_request(request) if at_desk else settings.LANGUAGE_CODE)
        response = self.get_response(request)
        if at_desk:
            patch_vary_headers(response, ("Accept-Language", "Cookie"))
            add_never_cache_headers(response)
        response.headers.setdefault("Content-Language", translation.get_language())
        return response
