"""Middleware of the site."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils import translation
from django.utils.cache import add_never_cache_headers, has_vary_header, patch_vary_headers


class CompressPublicPages(GZipMiddleware):
    """Compresses pages that are the same for everyone.

    A page that varies by cookie may contain a secret of a logged-in user, such as a CSRF token. Its compressed length
    would reveal the secret to an attacker who can make the page repeat guesses (BREACH), so it is not compressed.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Compress the response unless it varies by cookie or sets one."""
        if has_vary_header(response, "Cookie") or response.cookies:
            return response
        return super().process_response(request, response)


class DeskPages:
    """The desk uses the language its user chose, or else the browser's; its pages are never cached.

    Public pages do not depend on either.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set the language for the rest of the request."""
        at_desk = request.path_info.startswith(settings.DESK_PATH)
        # Not reset afterwards, because streamed content is made later.
        translation.activate(translation.get_language_from_request(request) if at_desk else settings.LANGUAGE_CODE)
        response = self.get_response(request)
        if at_desk:
            patch_vary_headers(response, ("Accept-Language", "Cookie"))
            add_never_cache_headers(response)
        response.headers.setdefault("Content-Language", translation.get_language())
        return response
