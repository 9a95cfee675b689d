"""What an action would do to each of many items, as the page that asks shows it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.admin.models import CHANGE
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import Truncator

from initiatives.editorial.facts import Fact
from initiatives.models import Publishable


def named(item: Publishable) -> str:
    """Return the name of an item for a message."""
    return Truncator(item).chars(80)


@dataclass(frozen=True)
class SelectedItem:
    """An item with its notes."""

    item: Publishable
    notes: list[str] = field(default_factory=list)
    # What readers will miss: see editorial.checklist.
    wishes: list[str] = field(default_factory=list)
    # What differs afterwards, for changes/_differences.html.
    differences: Sequence[Any] = ()
    # What somebody should see of it before it goes on: see editorial.facts.
    facts: Sequence[Fact] = ()

    @property
    def key(self) -> str:
        """What names the item among those of all kinds."""
        return f"{self.item._meta.model_name}-{self.item.pk}"

    @property
    def kind(self) -> str:
        """What it is."""
        return str(self.item._meta.verbose_name)

    @property
    def address(self) -> str:
        """The address of its form, or of that of the item to which it belongs."""
        owner = getattr(self.item, "owner", self.item)
        return reverse(f"admin:{owner._meta.app_label}_{owner._meta.model_name}_change", args=[owner.pk])

    @property
    def name(self) -> str:
        """The item's name with its notes, for a message."""
        return f"{named(self.item)} — {' '.join(self.notes)}"


@dataclass(frozen=True)
class Plan:
    """What a change will do to each selected item."""

    changing: list[SelectedItem] = field(default_factory=list)
    refused: list[SelectedItem] = field(default_factory=list)
    unchanged: list[SelectedItem] = field(default_factory=list)

    # Others that hide what changes: the user may tick them, to go with it.
    companions: list[SelectedItem] = field(default_factory=list)

    @property
    def has_wishes(self) -> bool:
        """Whether any item that changes lacks recommended details."""
        return any(line.wishes for line in (*self.changing, *self.companions))


class BulkAction:
    """What an action does to many items, and its texts."""

    action: str
    title: Promise
    changing: Promise
    alike: Promise
    button: Promise
    # What the page says of others that may go with the items.
    offered: str | Promise = ""
    done: Promise
    log: str | Promise
    logged_as = CHANGE

    @property
    def details(self) -> Any:
        """What tells it from other changes of the same action, as JSON."""
        return None

    @property
    def hides(self) -> bool:
        """Whether it takes items from the public, and with them what depends on them."""
        return False

    def load(self, items: QuerySet) -> QuerySet:
        """Load what `plan` looks at."""
        raise NotImplementedError

    def plan(self, items: Sequence[Publishable]) -> Plan:
        """Sort items by what the change does to them. Those that change have their new values, not yet saved."""
        raise NotImplementedError

    def facts(self, items: Sequence[Publishable]) -> dict[int, list[Fact]]:
        """Return what the page that asks tells of items, by key."""
        return {}

    def in_the_way(self, items: Sequence[Publishable]) -> list[Publishable]:
        """Return the other items, as stored, that would still hide items, and could go with them."""
        return []

    def reveals(self, lines: Sequence[SelectedItem]) -> list[Any]:
        """Return what else becomes public with items."""
        return []

    def notes(self, item: Publishable) -> list[str]:
        """Return what hides an item that has changed from readers."""
        return []

    def save(self, items: Sequence[Publishable]) -> None:
        """Save items that were planned to change, each as one version with a reason."""
        raise NotImplementedError
