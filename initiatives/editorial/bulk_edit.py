"""Setting the same values on many items: the changes, the reasons to refuse them, and storing them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from initiatives.editorial.copies.comparing import compare_quotes
from initiatives.editorial.copies.levels import judge
from initiatives.editorial.spreadsheets.outcomes import CellChange
from initiatives.editorial.spreadsheets.storage import Draft, write_relations
from initiatives.models import Publishable, Quote, QuoteTranslation
from initiatives.models.history import CHANGED, write_versions
from initiatives.search.in_step import note


@dataclass(frozen=True)
class BulkEdit:
    """New values of fields, and items to add to or remove from relations, by field name."""

    model: Any
    values: Mapping[str, Any] = field(default_factory=dict)
    added: Mapping[str, Iterable[Model]] = field(default_factory=dict)
    removed: Mapping[str, Iterable[Model]] = field(default_factory=dict)

    @property
    def relations(self) -> list[str]:
        """The names of the relations to change."""
        return sorted({*self.added, *self.removed})

    def load(self, items: QuerySet) -> QuerySet:
        """Load the relations that the change reads."""
        links = [name for name in self.values if self.model._meta.get_field(name).is_relation]
        return items.select_related(*links).prefetch_related(*self.relations)

    def apply(self, item: Publishable) -> list[CellChange]:
        """Set the new values on an item without saving; return the differences."""
        before = {name: self._shown(item, name) for name in self.values}
        for name, value in self.values.items():
            setattr(item, name, value)
        after = {name: self._shown(item, name) for name in self.values}
        for name in self.relations:
            before[name], after[name] = (
                _listed(items) for items in (getattr(item, name).all(), self._after(item, name))
            )
        return [
            CellChange(str(capfirst(self.model._meta.get_field(name).verbose_name)), before[name], after[name])
            for name in before
            if before[name] != after[name]
        ]

    def refusals(self, items: Sequence[Any]) -> dict[int, str]:
        """Return why items that have the new values cannot be stored, by key."""
        return {**self._judged(items), **self._twins(items), **self._translated(items)} if self.model is Quote else {}

    def store(self, items: Sequence[Publishable], *, user: User, reason: str) -> None:
        """Store items that have the new values, each as one version, inside a transaction."""
        drafts = [Draft(item, False, {name: self._after(item, name) for name in self.relations}) for item in items]
        keys = [item.pk for item in items]
        self.model._default_manager.filter(pk__in=keys).update(**self.values, updated_at=timezone.now())
        write_relations(self.model, drafts)
        if self.model is Quote and "source" in self.values:
            compare_quotes(keys)
        write_versions(items, CHANGED, user=user, reason=reason)
        note(str(self.model._meta.model_name), keys)

    def _shown(self, item: Publishable, name: str) -> str:
        display = getattr(item, f"get_{name}_display", None)
        return str(display() if display else getattr(item, name) or "")

    def _after(self, item: Publishable, name: str) -> list[Model]:
        """Return the contents of a relation after the change."""
        removed = set(self.removed.get(name, ()))
        held = [one for one in getattr(item, name).all() if one not in removed]
        return list(dict.fromkeys([*held, *self.added.get(name, ())]))

    def _judged(self, quotes: Sequence[Quote]) -> dict[int, str]:
        """Return the quotes that cannot be marked as verified, or whose words readers would see without proof."""
        asks = _("Its words are not in the copy of this source. Change it in its form, which asks why.")
        judged = zip(quotes, judge(quotes), strict=True)
        return {one.pk: its.refusal or asks for one, its in judged if its.refusal or its.needs_reason}

    def _twins(self, quotes: Sequence[Quote]) -> dict[int, str]:
        """Return the quotes that would duplicate another from the same source."""
        if not {"speaker", "source"} & self.values.keys():
            return {}
        mine = {quote.pk for quote in quotes}
        stored = Quote.objects.filter(text_digest__in={quote.text_digest for quote in quotes})
        keys = stored.values_list("pk", "speaker_id", "source_id", "text_digest")
        before = {pk: tuple(key) for pk, *key in keys}
        after = {quote.pk: (quote.speaker_id, quote.source_id, quote.text_digest) for quote in quotes}
        # Unchanged quotes keep their place. Of the others, the first one gets it.
        taken = {key for pk, key in before.items() if pk not in mine or after[pk] == key}
        twins = {}
        for pk, key in after.items():
            if before.get(pk) != key and key in taken:
                twins[pk] = _("This quote is already on record from the same source.")
            taken.add(key)
        return twins

    def _translated(self, quotes: Sequence[Quote]) -> dict[int, str]:
        """Return the quotes with a translation into their own new language."""
        if "language" not in self.values:
            return {}
        translations = QuoteTranslation.objects.filter(quote__in=quotes, language=self.values["language"])
        reason = _("It already has a translation into this language.")
        return dict.fromkeys(translations.values_list("quote", flat=True), reason)


def _listed(items: Iterable[Model]) -> str:
    return ", ".join(sorted(map(str, items)))
