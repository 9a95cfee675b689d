"""Compares copies of one source: what changed from one to the next, and which quotes are no longer in the newest."""

from dataclasses import dataclass
from itertools import pairwise

from initiatives.models import Quote, Source, SourceText
from initiatives.models.choices import Compared
from initiatives.text.diff import common_runs, compare
from initiatives.text.pieces import Piece

# Up to this many pairs of paragraphs (10,000 in each text) unchanged ones are looked for.
MOST_PAIRS = 100_000_000


@dataclass(frozen=True)
class Difference:
    """Neighbouring paragraphs that differ, with the differing words marked; `old` or `new` is empty without any.

    The numbers are those of the first paragraph in each text; of none, the one it would have.
    """

    old_number: int
    new_number: int
    old: list[Piece]
    new: list[Piece]


def differences(older: SourceText, newer: SourceText) -> list[Difference]:
    """Return where two texts differ, in order; empty if they have the same paragraphs.

    Neighbouring paragraphs are compared together, so that one that was divided shows only the division.
    """
    before, after = older.paragraphs, newer.paragraphs
    runs = [(0, 0, 0), *common_runs(before, after, MOST_PAIRS)]
    found = []
    for (a, b, size), (next_a, next_b, _size) in pairwise(runs):
        if old_new := _marked(before[a + size : next_a], after[b + size : next_b]):
            found.append(Difference(a + size + 1, b + size + 1, *old_new))
    return found


def _marked(old: list[str], new: list[str]) -> tuple[list[Piece], list[Piece]] | None:
    """Return the words of paragraphs with the differing ones marked; None if there are no paragraphs."""
    return compare("\n\n".join(old), "\n\n".join(new)) if old or new else None


def lost_quotes(source: Source) -> list[Quote]:
    """Return the quotes of a source whose present words are in an older copy, but not in the newest."""
    lost = Quote.objects.filter(source=source, found__missing_in__isnull=False).exclude(found__level=Compared.NOT_FOUND)
    return [quote for quote in lost.select_related("found__missing_in").order_by("pk") if quote.comparison]
