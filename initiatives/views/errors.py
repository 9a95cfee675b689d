"""Redirects, and error pages in the site's design; for clients of the API, problem details (RFC 9457)."""

import sys
from collections.abc import Iterable
from http import HTTPStatus

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from initiatives.models.paths import split_language


def moved(to) -> HttpResponse:
    """Redirect permanently (301) to an item or an address, but make browsers check each time.

    Otherwise they would keep the redirect for ever. A move can be reversed, when a wording is restored or a merge of
    themes is undone, and a browser that had kept the old redirect would then loop.
    """
    response = redirect(to, permanent=True)
    patch_cache_control(response, no_cache=True)
    return response


def is_api(request: HttpRequest) -> bool:
    """Return whether a request is for the API."""
    return request.path_info.startswith(settings.API_PATH)


def problem(status: int, detail: str, errors: Iterable[tuple[str, str]] = ()) -> JsonResponse:
    """Return the details of a problem; `errors` are names of parameters, each with its error message."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    named = [{"name": name, "reason": reason} for name, reason in errors]
    if named:
        body["errors"] = named
    return JsonResponse(
        body, status=status, content_type="application/problem+json", json_dumps_params={"ensure_ascii": False}
    )


def _language_of(request: HttpRequest) -> translation.override:
    """Return a block in the language of an address, which for the desk is that of the public site."""
    return translation.override(split_language(request.path_info)[0])


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return the page that says that a page does not exist and offers search."""
    if is_api(request):
        return problem(404, _("There is nothing at this address."))
    with _language_of(request):
        return render(request, "404.html", status=404)


def too_many_requests(request: HttpRequest, wait: int) -> HttpResponse:
    """Return a 429 response with the number of seconds to wait."""
    if is_api(request):
        detail = ngettext("Try again in %d second.", "Try again in %d seconds.", wait) % wait
        response: HttpResponse = problem(429, detail)
    else:
        with _language_of(request):
            response = render(request, "429.html", {"wait": wait}, status=429)
    response["Retry-After"] = str(wait)
    return response


def too_many_files(wait: int) -> HttpResponse:
    """Return a 503 response: too many files are being sent; try again in `wait` seconds."""
    text = ngettext(
        "Too many files are being sent at the moment. Try again in %d second.",
        "Too many files are being sent at the moment. Try again in %d seconds.",
        wait,
    )
    response = HttpResponse(f"{text % wait}\n", status=503, content_type="text/plain; charset=utf-8")
    response["Retry-After"] = str(wait)
    return response


def refused(request: HttpRequest, status: int, heading: str, explanation: str) -> HttpResponse:
    """Return a page that says why a request was refused and what to do, in the language of the page it came from."""
    if is_api(request):
        return problem(status, explanation)
    return render(request, "refused.html", {"heading": heading, "explanation": explanation}, status=status)


def server_error(request: HttpRequest) -> HttpResponse:
    """Return the page for a server error, or for an unavailable site. Does not use the database."""
    is_away = isinstance(sys.exception(), InterfaceError | OperationalError)
    if is_api(request):
        if is_away:
            return not_available()
        return problem(500, _("Something went wrong on our side. We have been notified."))
    with _language_of(request):
        if is_away:
            response = render(request, "503.html", status=503)
            response["Retry-After"] = "30"
            return response
        return render(request, "500.html", status=500)


def not_available() -> HttpResponse:
    """Tell a client of the API that the record is temporarily unavailable."""
    response = problem(503, _("The record is not available at the moment. Try again in a minute."))
    response["Retry-After"] = "60"
    return response
