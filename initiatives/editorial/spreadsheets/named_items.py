"""Items that the cells of a table name: found in the record by slug, name, title or another name, or created."""

import copy
import datetime
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from initiatives.editorial.spreadsheets.csv_reader import shown
from initiatives.editorial.spreadsheets.storage import Draft, write
from initiatives.models import OldSlug, Person, Source, visible_from
from initiatives.models.choices import Kind, State
from initiatives.search.in_step import note
from initiatives.text.slugs import slug_of

# In rising order: an item that several rows use is created with the highest of their states.
STATES = (State.DRAFT, State.IN_REVIEW, State.PUBLISHED)
# The field that later rows may change in items that the file creates.
LIFTED: dict[type[Model], str] = {Person: "source", Source: "url"}
# Fields that are loaded, where the model has them; a person is public only with their source.
_LOADED = ("name", "title", "slug", "aliases", "state", "published_at", "url", "archived_url")
_LOADED_OF_SOURCE = ("source__title", "source__state", "source__published_at")


def label_of(item: Model) -> str:
    """Return the name of an item for readers."""
    return getattr(item, _label_field(type(item)))


def _label_field(model: type[Model]) -> str:
    return "name" if hasattr(model, "name") else "title"


class NamesOfRecord:
    """All items that cells can name, by model, loaded when their model is first needed."""

    def __init__(self) -> None:
        self._items: dict[type[Model], NamedItems] = {}

    def of(self, model: type[Model]) -> "NamedItems":
        """Return the items of a model."""
        if model not in self._items:
            self._items[model] = NamedItems(model)
        return self._items[model]

    def find(self, model: type[Model], name: str) -> Model:
        """Return the item with this slug or name. Raises ValidationError if there is none, or more than one."""
        items = self.of(model)
        found = [item] if (item := items.slugs.get(name)) else items.named(name)
        if len(found) != 1:
            text = (
                _("%(name)s matches %(count)d items in the record. Enter the slug instead.")
                if found
                else _("%(name)s is not in the record. Add it first, or correct the name.")
            )
            raise ValidationError(text % {"name": shown(name), "count": len(found)})
        return found[0]

    def want(self, model: type[Model], name: str) -> "Wanted":
        """Return the item with this name, existing or new. Raises ValidationError if there are several."""
        items = self.of(model)
        return items.want(name, items.named(name))


class NamedItems:
    """The items of one model, by name, other name and address: those in the record, and those the file adds."""

    def __init__(self, model: type[Model]):
        self.model, self.label, self.lifted = model, _label_field(model), LIFTED.get(model, "")
        self.kind = str(model._meta.model_name)
        self.names: dict[str, list] = defaultdict(list)
        self.aliases: dict[str, list] = defaultdict(list)
        self.addresses: dict[str, list] = defaultdict(list)
        self.made: dict[int, Any] = {}  # by identity: they have no key until they are stored
        self.new: list[Any] = []
        self.changed: dict[int, Any] = {}
        # A redirected slug is neither free nor owned: links to it lead to the item that had it.
        self.slugs: dict[str, Any] = dict.fromkeys(
            OldSlug.objects.filter(kind=self.kind).values_list("slug", flat=True)
        )
        self.last_number: dict[str, int] = defaultdict(lambda: 1)
        fields = [field.name for field in model._meta.concrete_fields if field.name in _LOADED]
        items = model._default_manager.only(*fields)
        if model is Person:
            items = items.select_related("source").only(*fields, *_LOADED_OF_SOURCE)
        for item in items:
            self.register(item)

    def named(self, name: str) -> list:
        """Return the items with this name or, if there are none, with this other name."""
        return self.names.get(fold(name)) or self.aliases.get(fold(name), [])

    def known_names(self) -> dict[str, str]:
        """Return the names and other names that existed before the import, by their folded form."""
        on_record = [item for item in self.slugs.values() if item and id(item) not in self.made]
        known = {}
        for item in on_record:
            for alias in item.alias_list:
                known[fold(alias)] = _("%(name)s (also %(alias)s)") % {"name": label_of(item), "alias": alias}
        return known | {fold(label_of(item)): label_of(item) for item in on_record}

    def want(self, name: str, found: list) -> "Wanted":
        """Return the only item of `found`, or a new one. Raises ValidationError if there are several."""
        if len(found) > 1:
            raise ValidationError(
                _("%(name)s matches %(count)d items in the record. Give a name that only one of them has.")
                % {"name": shown(name), "count": len(found)}
            )
        return Wanted(self, name, found[0] if found else None)

    def want_document(self, title: str, url: str, notes: list[str]) -> "Wanted":
        """Return the source with this title and address, existing or new; append warnings to `notes`.

        Two documents can have the same title, so a title with a different address raises ValidationError.
        """
        titled = self.named(title) if title else []
        at_url = self.addresses.get(url, []) if url else []
        both = [source for source in titled if source in at_url]
        if titled and url and not both:
            both = [source for source in titled if not source.url]
            if at_url or not both:
                raise ValidationError(
                    _("%(name)s is already on record with another address. Correct source_url or give another title.")
                    % {"name": shown(title)}
                )
            if id(both[0]) not in self.made:
                notes.append(
                    _("The source %(name)s has no address on record. The address in the row was not saved.")
                    % {"name": shown(title)}
                )
        if title and at_url and not titled:
            notes.append(
                _("The source %(title)s was matched to %(name)s, which has the same address.")
                % {"title": shown(title), "name": shown(at_url[0])}
            )
            # Later rows may give only the title.
            self.aliases[fold(title)] = list(at_url)
        return self.want(title, both or titled or at_url)

    def store(self, **by) -> None:
        """Write new and changed items with their versions (see storage.write)."""
        drafts = [
            *(Draft(item, new=True) for item in self.new),
            *(Draft(item, new=False) for item in self.changed.values()),
        ]
        write(self.model, drafts, **by)
        note(self.kind, [draft.item.pk for draft in drafts])
        self.new.clear()
        self.changed.clear()

    def register(self, item) -> None:
        """Index an item by its names and addresses."""
        self.slugs[item.slug] = item
        self.names[fold(getattr(item, self.label))].append(item)
        for alias in {fold(alias) for alias in item.alias_list}:
            self.aliases[alias].append(item)
        self.register_addresses(item)

    def register_addresses(self, item) -> None:
        """Index an item by its addresses."""
        for address in {getattr(item, "url", ""), getattr(item, "archived_url", "")} - {""}:
            if item not in self.addresses[address]:
                self.addresses[address].append(item)

    def free_slug(self, name: str) -> str:
        """Return a slug, made from a name, that no item has or had."""
        stem = slug_of(name) or self.kind
        slug = stem
        while slug in self.slugs:
            self.last_number[stem] += 1
            slug = f"{stem}-{self.last_number[stem]}"
        return slug


@dataclass
class Wanted:
    """An item that a cell names: existing or new."""

    items: NamedItems
    name: str
    found: Any
    # What it takes from the row: a value of the field that later rows may change, and of others if it is made.
    lifted: Any = None
    fields: dict[str, Any] = field(default_factory=dict)
    # A checked copy of the item as the row needs it; None if it needs no change.
    trial: Any = None

    @property
    def item(self) -> Any:
        """The item that the row will use."""
        return self.found or self.trial

    def prepare(self, state: str, now: datetime.datetime) -> None:
        """Check the item as a row in this state needs it, without changing it.

        An item of the file takes the row's `lifted` value if it has none, or rises to the row's state. What was on
        record before the import is never changed; a row to be published cannot use it unless it is published.
        Raises ValidationError about that, or if the model refuses.
        """
        items, found, lifted = self.items, self.found, self.lifted
        if found is None:
            trial: Any = items.model(state=state, **{items.label: " ".join(self.name.split())}, **self.fields)
        elif id(found) in items.made:
            rises = STATES.index(state) > STATES.index(found.state)
            lifted = lifted if rises or (lifted and not getattr(found, items.lifted)) else None
            if not rises and not lifted:
                return
            trial = copy.copy(found)
            trial.state = state if rises else found.state
        elif state == State.PUBLISHED and items.kind != Kind.THEME and visible_from(found) is None:
            raise ValidationError(
                _("%(name)s or its source is not published. Publish it first.") % {"name": shown(found)}
            )
        else:
            return
        trial.published_at = now if trial.state == State.PUBLISHED else None
        if lifted:
            setattr(trial, items.lifted, lifted)
        # The slug comes with `put`; a person's source may not be stored yet.
        trial.clean_fields(exclude=["slug", "source"])
        if items.kind != Kind.PERSON:
            trial.clean()
        self.trial = trial

    def put(self) -> Any:
        """Apply the copy that `prepare` checked, and return the item for the row to use."""
        items, found, trial = self.items, self.found, self.trial
        if trial is None:
            return found
        if found is None:
            trial.slug = items.free_slug(getattr(trial, items.label))
            items.made[id(trial)] = trial
            items.new.append(trial)
            items.register(trial)
            return trial
        for name in ("state", "published_at", *([items.lifted] if items.lifted else [])):
            setattr(found, name, getattr(trial, name))
        items.register_addresses(found)
        if found.pk:
            items.changed[found.pk] = found
        return found


def fold(name: str) -> str:
    """Return a name in a comparable form: NFC, with white space and case folded."""
    return " ".join(unicodedata.normalize("NFC", name).split()).casefold()
