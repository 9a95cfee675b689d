"""The index of people and institutions."""

from django.views.generic import TemplateView

from initiatives.pages.people import directory


class People(TemplateView):
    """Who speaks and who acts in the record."""

    template_name = "people.html"

    def get_context_data(self, **kwargs) -> dict:
        """Return the people and institutions: all of them, those of a letter, or those whose name was typed."""
        asked = self.request.GET
        found = directory(asked.get("q", ""), asked.get("letter", ""))
        return super().get_context_data(directory=found, **kwargs)
