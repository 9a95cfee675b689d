"""What readers see of comparisons with kept copies: how the words of a quote were found, and in which surroundings."""

import datetime
import re
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.models import Capture, Found, Quote, QuoteTranslation, Source, SourceText
from initiatives.models.choices import FOLDED_LABELS, Compared
from initiatives.models.querysets import BESIDE
from initiatives.pages.citations import at_words
from initiatives.text.comparison import Folded
from initiatives.text.pieces import Piece

# The most copies listed on the page of a source.
LISTED = 20

_FOUND = {
    Compared.LETTERS: gettext_lazy("Found letter for letter in the copy kept on %(day)s"),
    Compared.TYPOGRAPHY: gettext_lazy("Found, but for typography, in the copy kept on %(day)s"),
    Compared.OMISSIONS: gettext_lazy("Found with marked omissions, in order, in the copy kept on %(day)s"),
    Compared.NOT_FOUND: gettext_lazy("Not found in the copy kept on %(day)s"),
}


class Place(NamedTuple):
    """A piece of a quote as it is in a copy, with the characters around it that readers may see."""

    before: str
    words: str
    after: str


@dataclass(frozen=True)
class Comparison:
    """How the words of a quote are in a copy, for its page. Without the copy's text there are no `places`."""

    quote: Quote
    found: Found

    @property
    def said(self) -> str:
        """The level in a sentence without a full stop, with the day of the copy."""
        return said_of(self.found)

    @property
    def also(self) -> list[str]:
        """What else must be said of it, in sentences."""
        found, more = self.found, []
        if found.folded and found.level != Compared.NOT_FOUND:
            labels = ", ".join(str(FOLDED_LABELS[Folded(name)]) for name in found.folded)
            more.append(_("Only typesetting differs: %(folded)s.") % {"folded": labels})
        if found.level == Compared.NOT_FOUND:
            beside = _("The words are there, but beside a negation that the quote leaves out.")
            unknown = _("The copy may be another version of the document or only a part of it, or words may differ.")
            more.append(beside if found.beside_negation else unknown)
        elif found.missing_in:
            text = _("Not found in the newer copy kept on %(day)s.")
            more.append(text % {"day": day_of(found.missing_in.captured_at)})
        return more

    @property
    def places(self) -> list[Place]:
        """Each piece of the quote in the copy, between the characters around it."""
        passage, found = getattr(self.quote, "passage", "") or "", self.found
        if not passage or found.start is None:
            return []
        first = max(found.start - BESIDE, 0)
        spans = [(start - first, end - first) for start, end in found.spans]
        edges = [0, *(edge for span in spans for edge in span), len(passage)]
        return [
            Place(
                passage[max(edges[n], start - BESIDE) : start], passage[start:end], passage[end : edges[n + 3]][:BESIDE]
            )
            for n, (start, end) in zip(range(0, 2 * len(spans), 2), spans, strict=True)
        ]

    @property
    def surroundings(self) -> list[Piece]:
        """The words marked, with at most BESIDE characters on either side, cut at the edges of words."""
        places = self.places
        if not places:
            return []
        before, after = places[0].before, places[-1].after
        if len(before) == BESIDE:
            before = "… " + re.sub(r"\A\S*\s*", "", before)
        if len(after) == BESIDE:
            after = re.sub(r"\s*\S*\Z", "", after) + " …"
        marked = [piece for place in places for piece in (Piece(" […] "), Piece(place.words, marked=True))][1:]
        return [piece for piece in (Piece(before), *marked, Piece(after)) if piece.text]

    @property
    def url(self) -> str:
        """The address of the document at the words, as they are in the copy; empty without a place or an address."""
        longest = max((place.words for place in self.places), key=len, default="")
        return at_words(self.quote.source.url, longest) if longest and self.quote.source else ""

    @property
    def paragraph(self) -> int | None:
        """The number of the paragraph in which the words begin; None without the copy's text."""
        return self.quote.paragraph + 1 if self.places else None  # type: ignore[attr-defined]

    @property
    def place(self) -> str:
        """That paragraph in words, with its page or time if known."""
        return self.found.source_text.place_of(self.paragraph - 1) if self.paragraph else ""

    @property
    def text_url(self) -> str:
        """The address of the words in the whole text, if readers may see that; otherwise empty."""
        source = self.quote.source
        is_shown = getattr(self.quote, "whole_text", None) == self.found.source_text_id and source and source.is_public
        return text_address(source, self.paragraph) if self.paragraph and is_shown else ""


def comparison_of(quote: Quote) -> Comparison | None:
    """Return how a quote is in a copy, with its text if `for_page` loaded that; None if it was not compared."""
    return Comparison(quote, quote.comparison) if quote.comparison else None


def why_not(quote: Quote) -> str:
    """Return in a sentence why a quote was not compared."""
    if getattr(quote, "found", None):
        return _("Not compared with a copy since its words changed.")
    return _("No copy of the source is kept yet.")


def found_translation(translation: QuoteTranslation) -> str:
    """Return in a sentence how a translation is in a copy; empty if it is not: most documents have one language."""
    found: Found | None = translation.comparison  # type: ignore[misc]
    return f"{said_of(found)}." if found and found.level != Compared.NOT_FOUND else ""


def said_of(found: Found) -> str:
    """Return the level of a comparison in a sentence without a full stop, with the day of the copy."""
    # Words that are in no copy were looked for in the newest.
    capture = found.missing_in if found.level == Compared.NOT_FOUND and found.missing_in else found.source_text.capture
    return str(_FOUND[Compared(found.level)] % {"day": day_of(capture.captured_at)})


def day_of(at: datetime.datetime) -> str:
    """Return the day of a time in words."""
    return date_format(timezone.localtime(at))


def live(source: Source) -> str:
    """Return in a sentence what was last seen at a source's address, if `watch` is loaded; empty if that is unknown."""
    watch = getattr(source, "watch", None)
    return watch.sentence if watch and watch.live and watch.address == source.url else ""


def text_address(source: Any, paragraph: int | None = None) -> str:
    """Return the address of the whole text of a source, at a paragraph."""
    url = reverse("source_text", args=[source.slug])
    return f"{url}?p={paragraph}#p-{paragraph}" if paragraph else url


class Level(NamedTuple):
    """A level, and how many public quotes of a source have it."""

    value: str
    label: str
    quotes: int


@dataclass(frozen=True)
class Copies:
    """The copies of a source, newest first, and how its public quotes are in them."""

    listed: list[Capture]
    more: bool
    levels: list[Level]
    # The address of the whole text; empty if readers may not see it.
    text_url: str = ""

    @property
    def found(self) -> int:
        """How many quotes were found in a copy."""
        return sum(level.quotes for level in self.levels if level.value != Compared.NOT_FOUND)


def copies_of(source: Source, counts: dict[str, int]) -> Copies:
    """Return the copies of a source, given how many of its public quotes have each value of the facet `compared`."""
    rows = list(Capture.objects.filter(source=source)[: LISTED + 1])
    levels = [Level(level.value, str(level.label), counts[level]) for level in Compared if counts.get(level)]
    has_text = bool(source.rights) and source.is_public and SourceText.objects.at_hand(source.pk).exists()
    return Copies(rows[:LISTED], len(rows) > LISTED, levels, text_address(source) if has_text else "")
