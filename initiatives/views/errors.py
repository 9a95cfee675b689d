"""Error pages in the site's design."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that there is no such page, and offer search."""
    with translation.override(settings.LANGUAGE_CODE):  # also under the desk's address
        return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that something went wrong. Does not use the database, which may be what failed."""
    with translation.override(settings.LANGUAGE_CODE):
        return render(request, "500.html", status=500)
