"""Measures requests."""

from collections.abc import Callable
from functools import lru_cache
from time import perf_counter

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve

from initiatives.search.execution import forget_seconds, seconds_searched
from reforms_site import metrics


class Measure:
    """Reports what each request took, by the kind of page: the name of its address, never what a visitor typed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer and report."""
        began = perf_counter()
        forget_seconds()
        response = self.get_response(request)
        page = _page(request)
        metrics.report(page, response.status_code, perf_counter() - began, seconds_searched(), _kept(page, response))
        return response


def _page(request: HttpRequest) -> str:
    """Return the name of the address; files and what has no page have one name each."""
    if request.path_info.startswith(settings.STATIC_URL):
        return "static"
    # What was kept or refused was answered before Django looked for the page.
    return request.resolver_match.view_name if request.resolver_match else _resolved(request.path_info)


@lru_cache(1000)
def _resolved(path: str) -> str:
    try:
        return resolve(path).view_name
    except Resolver404:
        return "none"


def _kept(page: str, response: HttpResponseBase) -> str:
    """Return whether a page was kept, is from now on, or neither."""
    if told := response.headers.get("Cache-Status", ""):
        return "stale" if "stale" in told else "hit"
    return "made" if page != "static" and response.has_header("ETag") and not response.streaming else ""
