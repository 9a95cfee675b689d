"""A Django view that does nothing, without middleware: what the server and Django take for any answer at all."""

from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path


def view(request: HttpRequest) -> HttpResponse:
    """Return a few bytes."""
    return HttpResponse("ok")


urlpatterns = [path("", view)]
application = get_wsgi_application()
