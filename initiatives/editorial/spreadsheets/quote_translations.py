"""Translations in the rows of a file of quotes: the first in the row of its quote, each further one in a row below."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from initiatives.editorial.checklist import doubts_of
from initiatives.editorial.spreadsheets.columns import QUOTE_CELLS, TRANSLATION_COLUMNS
from initiatives.editorial.spreadsheets.csv_reader import Row
from initiatives.editorial.spreadsheets.named_items import NamesOfRecord
from initiatives.editorial.spreadsheets.parts import TRANSLATIONS
from initiatives.editorial.spreadsheets.row_drafts import RowsDraft
from initiatives.editorial.spreadsheets.storage import write, write_versions_of
from initiatives.models import Quote, QuoteTranslation


def continues(row: Row) -> bool:
    """Whether a row only has a translation of the quote above it, or of the one whose number it repeats."""
    cells = row.cells
    return any(cells.get(name) for name in TRANSLATION_COLUMNS) and not any(cells.get(name) for name in QUOTE_CELLS)


def doubts_of_translation(draft: RowsDraft | None) -> list[str]:
    """Return what may be wrong with the words of a translation that a row adds or changes, by column."""
    if draft is None or not draft.touched:
        return []
    columns = {"language": "translation_language", "text": "translation"}
    return [f"{columns[name]}: {text}" for name, text in doubts_of(draft.item)]


class Translations:
    """The translations that a file adds or changes."""

    def __init__(self, names: NamesOfRecord):
        self.names = names
        self.drafts: list[RowsDraft] = []
        # The languages that rows have named, with their quotes: by identity, since new ones have no key yet, and held
        # here, so that no other quote gets the same.
        self.taken: dict[tuple[int, str], Quote] = {}

    def begin(self, above: Quote | None) -> None:
        """Discard the previous chunk of rows, but not what it took for the quote above the next row."""
        self.drafts.clear()
        self.taken = {place: quote for place, quote in self.taken.items() if quote is above}

    def read(self, row: Row, quote: Quote, reasons: list[str], stored: Iterable = ()) -> RowsDraft | None:
        """Return the translation in a row, if there is one; add its errors to `reasons`. `keep` keeps it."""
        cells = {name: row.cells[name] for name in TRANSLATION_COLUMNS if name in row.cells}
        if not any(cells.values()):
            return None
        found = TRANSLATIONS.find(list(stored), cells)
        draft = RowsDraft.of(TRANSLATIONS.columns, found, QuoteTranslation)
        draft.line = row.line
        reasons += draft.take(cells, self.names)
        draft.item.quote = quote
        if (id(quote), draft.item.language) in self.taken:
            reasons.append(_("translation_language: The quote already has a translation into this language."))
        if draft.item.language == quote.language:
            reasons.append(_("translation_language: The quote itself is in this language. Choose another."))
        return draft

    def keep(self, draft: RowsDraft | None) -> None:
        """Keep what `read` returned, once its row has no errors."""
        if draft is not None:
            self.taken[id(draft.item.quote), draft.item.language] = draft.item.quote
            self.drafts += [draft] if draft.touched else []

    def store(self, **by) -> None:
        """Write what was kept; its quotes are stored."""
        for draft in self.drafts:
            # Now that it has a key.
            draft.item.quote = draft.item.quote
        write(QuoteTranslation, self.drafts, versions=False, **by)

    def write_versions(self, *, new: bool, **by) -> None:
        """Write the versions of what is new, or of what was changed."""
        drafts = [draft for draft in self.drafts if draft.new is new]
        # Receivers of a new part ask, one by one, whether it was recovered: these were not.
        write_versions_of(drafts, tell=not new, **by)
