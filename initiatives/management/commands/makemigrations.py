"""Django's makemigrations, for which a changed text is no change: texts are not in the database."""

from typing import Any

from django.core.management.commands.makemigrations import Command as DjangoCommand
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.models import Field

TEXTS = {"verbose_name", "verbose_name_plural", "help_text"}


class WithoutTexts(MigrationAutodetector):
    """Ignores the names and help texts of fields and models, and the labels of choices."""

    def deep_deconstruct(self, obj: Any) -> Any:
        """Return what a field is made of, of its choices only the values."""
        parts = super().deep_deconstruct(obj)
        if isinstance(obj, Field):
            path, positional, named = parts
            named = {name: value for name, value in named.items() if name not in TEXTS}
            if "choices" in named:
                named["choices"] = [value for value, _label in obj.flatchoices]
            parts = path, positional, named
        return parts

    def generate_altered_options(self) -> None:
        """Compare the options of models, without their names."""
        for state in (self.from_state, self.to_state):
            for model in state.models.values():
                model.options = {name: value for name, value in model.options.items() if name not in TEXTS}
        super().generate_altered_options()


class Command(DjangoCommand):
    """Makes migrations of what the database holds."""

    autodetector = WithoutTexts
