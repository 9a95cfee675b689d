"""Error pages in the site's design."""

import sys

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that there is no such page, and offer search."""
    with translation.override(settings.LANGUAGE_CODE):  # also under the desk's address
        return render(request, "404.html", status=404)


def too_many_requests(request: HttpRequest, wait: int) -> HttpResponse:
    """Say that the visitor must wait for so many seconds."""
    with translation.override(settings.LANGUAGE_CODE):
        response = render(request, "429.html", {"wait": wait}, status=429)
    response["Retry-After"] = str(wait)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that something went wrong, or that the site is not available. Does not use the database."""
    with translation.override(settings.LANGUAGE_CODE):
        if isinstance(sys.exception(), InterfaceError | OperationalError):
            response = render(request, "503.html", status=503)
            response["Retry-After"] = "30"
            return response
        return render(request, "500.html", status=500)
