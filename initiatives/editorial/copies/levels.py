"""What comparisons mean to editors: the level in words, the difference, and what needs the words to be found."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import F, Prefetch
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.editorial.copies.comparing import best_of
from initiatives.models import Found, Quote
from initiatives.models.choices import FOLDED_LABELS, Compared, SourceKind, State, Verification
from initiatives.text import diff
from initiatives.text.comparison import Folded
from initiatives.text.pieces import Piece

# Loads the comparisons of quotes without the texts of copies, in one query.
FOUND = Prefetch(
    "found",
    Found.objects.select_related("source_text__capture", "missing_in").defer(
        "source_text__text", "source_text__places"
    ),
)

NO_COPY = gettext_lazy("No copy of the source yet.")
LEVELS = {
    Compared.LETTERS: gettext_lazy("Found letter for letter in the copy of %(day)s."),
    Compared.TYPOGRAPHY: gettext_lazy("Found in the copy of %(day)s, but for typography: %(folded)s."),
    Compared.OMISSIONS: gettext_lazy("Found with marked omissions, in order, in the copy of %(day)s."),
    Compared.NOT_FOUND: gettext_lazy("Not found in the copy at hand, of %(day)s."),
}


def in_words(quote: Quote) -> str:
    """Return how a quote's words were found in a copy of its source, and whether they are not in a newer one."""
    row = quote.comparison
    if row is None:
        return str(NO_COPY)
    folded = ", ".join(str(FOLDED_LABELS[Folded(one)]) for one in row.folded)
    text = LEVELS[Compared(row.level)] % {"day": _day(row.source_text.capture), "folded": folded}
    if row.beside_negation:
        text += " " + _("The words are there, but beside a negation that the quote leaves out.")
    if row.missing_in and row.level != Compared.NOT_FOUND:
        text += " " + _("Not found in the newest copy, of %(day)s.") % {"day": _day(row.missing_in)}
    return text


def is_doubtful(quote: Quote) -> bool:
    """Return whether a quote has no copy, or its words are not in the newest one."""
    row = quote.comparison
    return row is None or row.level == Compared.NOT_FOUND or row.missing_in_id is not None


def _day(capture) -> str:
    return capfirst(date_format(timezone.localtime(capture.captured_at)))


def difference(
    words: str, text: str, start: int, end: int, *, beside_negation: bool = False
) -> tuple[list[Piece], list[Piece]]:
    """Return the passage of a text nearest to words, and the words, compared in pieces.

    The passage has a word more on either side if one of them is a negation that the words leave out.
    """
    outside = r"\S*\s*\Z", r"\s*\S*"
    if not beside_negation:
        # Punctuation only where the words have some.
        outside = (r"\Z" if words[:1].isalnum() else r"[^\w\s]*\Z"), ("" if words[-1:].isalnum() else r"[^\w\s]*")
    before, after = (
        re.search(outside[0], text[max(start - 100, 0) : start]),
        re.match(outside[1], text[end : end + 100]),
    )
    first, last = start - len(before[0] if before else ""), end + len(after[0] if after else "")
    return diff.compare(text[first:last], words)


@dataclass(frozen=True)
class Judgement:
    """What the comparison of a quote that is about to be stored asks for."""

    # Why it cannot be marked as verified; empty if it can, or is not.
    refusal: str = ""
    # Whether readers would see words that are not in the copy at hand, so that a reason is needed.
    needs_reason: bool = False


def judge(quotes: Sequence[Quote]) -> list[Judgement]:
    """Judge quotes as they would be stored, each in its place. What is stored already, with these words, may stay.

    The number of queries does not depend on how many there are.
    """
    asked = [one for one in quotes if one.verification == Verification.PRIMARY or one.state == State.PUBLISHED]
    before = Quote.objects.in_bulk([one.pk for one in asked if one.pk])
    marked, shown = (
        [one for one in asked if getattr(one, name) == value and not _is_stored(one, name, before.get(one.pk))]
        for name, value in (("verification", Verification.PRIMARY), ("state", State.PUBLISHED))
    )
    levels = _levels({id(one): one for one in (*marked, *shown)})
    refusals = {id(one): _refusal(one, levels.get(id(one))) for one in marked}
    unfound = {id(one) for one in shown if levels.get(id(one)) == Compared.NOT_FOUND}
    return [Judgement(refusals.get(id(one), ""), id(one) in unfound) for one in quotes]


def unfound(keys: Iterable[int]) -> set[int]:
    """Return which stored quotes are not published and have words that are not in the copy at hand."""
    rows = Found.objects.filter(quote__in=list(keys), level=Compared.NOT_FOUND).exclude(quote__state=State.PUBLISHED)
    return set(rows.values_list("quote", flat=True))


def _is_stored(quote: Quote, name: str, before: Quote | None) -> bool:
    return before is not None and all(
        getattr(before, one) == getattr(quote, one) for one in (name, "text", "source_id")
    )


def _levels(quotes: dict[int, Quote]) -> dict[int, str]:
    """Return how exactly quotes are in copies of their sources, by their keys here; none without a copy."""
    stored = Found.objects.filter(quote__in=[one.pk for one in quotes.values() if one.pk])
    rows = {row.quote_id: row for row in stored.annotate(of=F("source_text__capture__source"))} if quotes else {}
    levels, rest = {}, {}
    for key, quote in quotes.items():
        row = rows.get(quote.pk)
        if row is not None and row.is_of(quote) and row.of == quote.source_id:
            levels[key] = row.level
        else:
            rest[key] = (quote.source_id, quote.text)
    best = best_of(rest.values())
    return levels | {key: best[words].found.level.value for key, words in rest.items() if words in best}


def _refusal(quote: Quote, level: str | None) -> str:
    if quote.source is not None and quote.source.kind == SourceKind.NEWS:
        return _("A news report is a secondary source. Choose the primary source, or another verification.")
    if level is None:
        return _(
            "The words have not been compared with the source. Keep a copy of it first: “Read and quote” on the "
            "source. Until then, choose another verification."
        )
    if level == Compared.NOT_FOUND:
        return _("The words are not in any copy of the source. Correct them, or choose another verification.")
    return ""
