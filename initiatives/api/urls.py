"""The addresses of the API. A breaking change needs a new version."""

from django.urls import path
from django.views.generic import RedirectView

from initiatives.api import docs
from initiatives.api.endpoints import api

urlpatterns = [
    path("openapi.json", docs.openapi, name="openapi"),
    path("docs", docs.Docs.as_view(), name="api_docs"),
    path("", RedirectView.as_view(pattern_name="api_docs"), name="api"),
    path("", api.urls),
]
