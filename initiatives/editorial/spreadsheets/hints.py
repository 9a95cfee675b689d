"""What a preview shows besides what a file would do: what may be on record already, and all of what is published."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from initiatives.editorial.facts import facts_of
from initiatives.editorial.near_duplicates import near_duplicates_of, repeated
from initiatives.editorial.spreadsheets.named_items import NamedItems, fold, label_of
from initiatives.editorial.spreadsheets.near_names import nearest
from initiatives.editorial.spreadsheets.outcomes import ImportPreview
from initiatives.models import Quote
from initiatives.models.choices import State


def point_out_names(examined: ImportPreview, shelves: list[NamedItems]) -> None:
    """Put beside each name that the file adds the one on record that it may stand for."""
    for made, shelf in zip(examined.made, shelves, strict=True):
        made.close = nearest(made.names, shelf.known_names())


def point_out_titles(examined: ImportPreview, new: dict[int, str], model) -> None:
    """Note on rows that add items, by their lines, which item on record they may mean."""
    known = {fold(label_of(item)): label_of(item) for item in model._default_manager.all()} if new else {}
    close = nearest(new.values(), known)
    notes = {
        line: _("Close to “%(name)s”, which is on record.") % {"name": close[name]}
        for line, name in new.items()
        if name in close
    }
    for number, outcome in enumerate(examined.outcomes):
        if outcome.line in notes:
            examined.outcomes[number] = replace(outcome, notes=(*outcome.notes, notes[outcome.line]))


def point_out_quotes(examined: ImportPreview, new: dict[int, Quote]) -> None:
    """Show on rows that add quotes, by their lines, which quotes on record and which other rows are nearly the same."""
    lines = list(new)
    earlier = {lines[place]: lines[other] for place, other in repeated([quote.text for quote in new.values()]).items()}
    found = near_duplicates_of([quote.text for quote in new.values()])
    twins = {line: tuple(there) for line, there in zip(new, found, strict=True)}
    for number, outcome in enumerate(examined.outcomes):
        if outcome.line not in new:
            continue
        notes = outcome.notes
        if outcome.line in earlier:
            notes = (*notes, _("Nearly the same as line %(line)d.") % {"line": earlier[outcome.line]})
        examined.outcomes[number] = replace(outcome, notes=notes, twins=twins.get(outcome.line, ()))


def show_published(examined: ImportPreview, items: Mapping[int, tuple[Any, Any]]) -> None:
    """Show on rows that publish what was on record all that readers will see of it.

    `items` are, by line, those on record as they are and as they would be.
    """
    published = {
        line: stored
        for line, (stored, after) in items.items()
        if after.state == State.PUBLISHED and stored.state != State.PUBLISHED
    }
    facts = facts_of(list(published.values()))
    for number, outcome in enumerate(examined.outcomes):
        if outcome.line in published:
            examined.outcomes[number] = replace(outcome, facts=tuple(facts[published[outcome.line].pk]))
