"""Who keeps the record, and how it may be used."""

from django.views.generic import TemplateView


class About(TemplateView):
    """The page about the site itself."""

    template_name = "about.html"
