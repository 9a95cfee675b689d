"""Pages for what is not there and for what went wrong, in the site's look."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that there is no such page, and offer search."""
    with translation.override(settings.LANGUAGE_CODE):  # under the desk's address too
        return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that something failed here. Asks nothing of the database, which may be what failed."""
    with translation.override(settings.LANGUAGE_CODE):
        return render(request, "500.html", status=500)
