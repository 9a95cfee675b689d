"""Items of the record as cells name them: by slug, by name or title, or by another name."""

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from initiatives.editorial.spreadsheets.csv_reader import shown
from initiatives.editorial.spreadsheets.named_items import NamedItems


def label_field(model: type[Model]) -> str:
    """Return the field that holds what readers call an item of this model."""
    return "name" if hasattr(model, "name") else "title"


def label_of(item: Model) -> str:
    """Return what readers call an item."""
    return getattr(item, label_field(type(item)))


class Names:
    """All items that cells may name, loaded at the first question about their model."""

    def __init__(self) -> None:
        self._shelves: dict[type[Model], tuple[NamedItems, dict[str, Model]]] = {}

    def find(self, model: type[Model], name: str) -> Model:
        """Return the item. Raises ValidationError if there is none, or more than one of this name."""
        if model not in self._shelves:
            shelf = NamedItems(model._default_manager.all(), label_field(model))
            slugs = {item.slug: item for items in shelf.names.values() for item in items}
            self._shelves[model] = shelf, slugs
        shelf, slugs = self._shelves[model]
        name = name.strip()
        found = [slugs[name]] if name in slugs else shelf.named(name)
        if len(found) != 1:
            text = (
                _("%(name)s means %(count)d items of the record: write its name in addresses instead.")
                if found
                else _("%(name)s is not in the record: add it first, or correct it.")
            )
            raise ValidationError(text % {"name": shown(name), "count": len(found)})
        return found[0]
