"""Django's makemigrations, without texts: the database does not hold them."""

from typing import Any

from django.core.management.commands.makemigrations import Command as DjangoCommand
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.state import ProjectState

TEXTS = {"verbose_name", "verbose_name_plural", "help_text", "choices", "violation_error_message"}


class WithoutTexts(MigrationAutodetector):
    """Ignores names, help texts and choices of fields and messages of constraints, and writes none of them.

    A new model keeps its names, because permissions are named after it, but changed ones are ignored.
    """

    def __init__(self, from_state: ProjectState, to_state: ProjectState, questioner: Any = None) -> None:
        """Take the texts out of the fields and constraints of both states."""
        for state in (from_state, to_state):
            for model in state.models.values():
                model.fields = {name: without_texts(field) for name, field in model.fields.items()}
                constraints = [without_texts(constraint) for constraint in model.options["constraints"]]
                model.options = model.options | {"constraints": constraints}
        super().__init__(from_state, to_state, questioner)

    def generate_altered_options(self) -> None:
        """Compare the options of models without their names."""
        for state in (self.from_state, self.to_state):
            for model in state.models.values():
                model.options = {name: value for name, value in model.options.items() if name not in TEXTS}
        super().generate_altered_options()


def without_texts(part: Any) -> Any:
    """Return a copy of a field or constraint that has no texts."""
    *_, positional, named = part.deconstruct()
    return type(part)(*positional, **{name: value for name, value in named.items() if name not in TEXTS})


class Command(DjangoCommand):
    autodetector = WithoutTexts
