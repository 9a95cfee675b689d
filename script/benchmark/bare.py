"""A Django view that does nothing, without middleware: the least time that a response can take."""

from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path


def view(request: HttpRequest) -> HttpResponse:
    """Return a few bytes."""
    return HttpResponse("ok")


urlpatterns = [path("", view)]
application = get_wsgi_application()
