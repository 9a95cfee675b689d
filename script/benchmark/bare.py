"""A Django view that does nothing, without middleware: what the server and Django take for any answer at all."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

settings.configure(SECRET_KEY="benchmarks-only", ALLOWED_HOSTS=["127.0.0.1"], ROOT_URLCONF=__name__)  # noqa: S106


def view(request: HttpRequest) -> HttpResponse:
    """Return a few bytes."""
    return HttpResponse("ok")


urlpatterns = [path("", view)]
application = get_wsgi_application()
