"""Items that the cells of a table name: found in the record by slug, name, title or another name, or made."""

import copy
import datetime
import unicodedata
from collections import defaultdict
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from initiatives.editorial.spreadsheets.csv_reader import shown
from initiatives.editorial.spreadsheets.storage import Draft, write
from initiatives.models import OldSlug, visible_from
from initiatives.models.choices import Kind, State
from initiatives.search.in_step import note
from initiatives.text.slugs import slug_of

# In rising order: an item that several rows use is created with the highest of their states.
STATES = (State.DRAFT, State.IN_REVIEW, State.PUBLISHED)


def label_of(item: Model) -> str:
    """Return what readers call an item."""
    return getattr(item, _label_field(type(item)))


def _label_field(model: type[Model]) -> str:
    return "name" if hasattr(model, "name") else "title"


class NamesOfRecord:
    """All items that cells can name, loaded when their model is first asked for."""

    def __init__(self) -> None:
        self._items: dict[type[Model], NamedItems] = {}

    def find(self, model: type[Model], name: str) -> Model:
        """Return the item of a slug or name. Raises ValidationError if there is none, or more than one."""
        if model not in self._items:
            self._items[model] = NamedItems(model._default_manager.all())
        return self._items[model].find(name.strip())


class NamedItems:
    """The items of one kind, by name, other name and address: those in the record, and those the file adds."""

    def __init__(self, queryset, lifted: str = ""):
        """`lifted` is a field that later rows may change in what the file makes."""
        self.model, self.label, self.lifted = queryset.model, _label_field(queryset.model), lifted
        self.kind = self.model._meta.model_name
        self.names: dict[str, list] = defaultdict(list)
        self.aliases: dict[str, list] = defaultdict(list)
        self.addresses: dict[str, list] = defaultdict(list)
        self.made: dict[int, Any] = {}  # by identity: they have no key until they are stored
        self.new: list[Any] = []
        self.changed: dict[int, Any] = {}
        # A slug that redirects is not free, nor an item's: a link to it means the item that had it.
        self.slugs: dict[str, Any] = dict.fromkeys(
            OldSlug.objects.filter(kind=self.kind).values_list("slug", flat=True)
        )
        self.last_number: dict[str, int] = defaultdict(lambda: 1)
        for item in queryset:
            self._register(item)

    def named(self, name: str) -> list:
        """Return the items of this name or, if there are none, those with this other name."""
        return self.names.get(fold(name)) or self.aliases.get(fold(name), [])

    def known_names(self) -> dict[str, str]:
        """Return the names and other names of what stood before the file, by their folded form."""
        on_record = [item for item in self.slugs.values() if item and id(item) not in self.made]
        known = {}
        for item in on_record:
            for alias in item.alias_list:
                known[fold(alias)] = _("%(name)s (also %(alias)s)") % {"name": label_of(item), "alias": alias}
        return known | {fold(label_of(item)): label_of(item) for item in on_record}

    def find(self, name: str):
        """Return the item of this slug or name. Raises ValidationError if there is none, or more than one."""
        item = self.slugs.get(name)
        found = [item] if item else self.named(name)
        if len(found) != 1:
            text = (
                _("%(name)s matches %(count)d items in the record. Enter the slug instead.")
                if found
                else _("%(name)s is not in the record. Add it first, or correct the name.")
            )
            raise ValidationError(text % {"name": shown(name), "count": len(found)})
        return found[0]

    def prepare(self, found, name: str, state: str, now: datetime.datetime, lifted=None, **fields):
        """Return a checked copy of the item as a row in this state needs it, or None if it needs no change.

        An item of the file takes the row's `lifted` value if it has none, or rises to the row's state; one that is
        made takes `fields` too. What stood before the import is never changed; a row to be published cannot use it
        unless it is published. Raises ValidationError about that, or if the model refuses.
        """
        if found is None:
            trial = self.model(state=state, **{self.label: " ".join(name.split())}, **fields)
        elif id(found) in self.made:
            rises = STATES.index(state) > STATES.index(found.state)
            lifted = lifted if rises or (lifted and not getattr(found, self.lifted)) else None
            if not rises and not lifted:
                return None
            trial = copy.copy(found)
            trial.state = state if rises else found.state
        elif state == State.PUBLISHED and self.kind != Kind.THEME and visible_from(found) is None:
            raise ValidationError(
                _("%(name)s or its source is not published. Publish it first.") % {"name": shown(found)}
            )
        else:
            return None
        trial.published_at = now if trial.state == State.PUBLISHED else None
        if lifted:
            setattr(trial, self.lifted, lifted)
        # The slug comes when the item is put on the shelf; a person's source may not be stored yet.
        trial.clean_fields(exclude=["slug", "source"])
        if self.kind != Kind.PERSON:
            trial.clean()
        return trial

    def put(self, found, trial):
        """Apply what `prepare` returned, and return the item for the row to use."""
        if trial is None:
            return found
        if found is None:
            trial.slug = self._free_slug(getattr(trial, self.label))
            self.made[id(trial)] = trial
            self.new.append(trial)
            self._register(trial)
            return trial
        for name in self._changing:
            setattr(found, name, getattr(trial, name))
        self._register_addresses(found)
        if found.pk:
            self.changed[found.pk] = found
        return found

    def store(self, index: bool, **by) -> None:
        """Write what is new or changed (see storage.write), with its versions if `index`."""
        drafts = [
            *(Draft(item, new=True) for item in self.new),
            *(Draft(item, new=False) for item in self.changed.values()),
        ]
        write(self.model, drafts, versions=index, **by)
        if index:
            note(self.kind, [draft.item.pk for draft in drafts])
        self.new.clear()
        self.changed.clear()

    @property
    def _changing(self) -> list[str]:
        return ["state", "published_at", *([self.lifted] if self.lifted else [])]

    def _register(self, item) -> None:
        self.slugs[item.slug] = item
        self.names[fold(getattr(item, self.label))].append(item)
        for alias in {fold(alias) for alias in item.alias_list}:
            self.aliases[alias].append(item)
        self._register_addresses(item)

    def _register_addresses(self, item) -> None:
        for address in {getattr(item, "url", ""), getattr(item, "archived_url", "")} - {""}:
            if item not in self.addresses[address]:
                self.addresses[address].append(item)

    def _free_slug(self, name: str) -> str:
        stem = slug_of(name) or self.kind
        slug = stem
        while slug in self.slugs:
            self.last_number[stem] += 1
            slug = f"{stem}-{self.last_number[stem]}"
        return slug


def fold(name: str) -> str:
    """Return a name in a comparable form: NFC, with white space and case folded."""
    return " ".join(unicodedata.normalize("NFC", name).split()).casefold()
