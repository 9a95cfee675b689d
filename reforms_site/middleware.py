"""Middleware of the site."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import has_vary_header


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
