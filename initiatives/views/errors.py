"""Pages for what is not there and for what went wrong, in the site's look."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that there is no such page, and offer search."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that something failed here. Asks nothing of the database, which may be what failed."""
    return render(request, "500.html", status=500)
