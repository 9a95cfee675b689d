"""Reading a copy and taking quotes out of it: its paragraphs with marks, what is filled in, and drafts of passages.

The words of a draft are always taken out of the text by places; no words are accepted.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models.functions import Left
from django.utils.translation import gettext as _

from initiatives.editorial.copies.comparing import newest_of_each
from initiatives.models import Found, Initiative, Person, Quote, QuoteTranslation, Source, SourceText, Theme
from initiatives.models.choices import Compared, Language, State
from initiatives.models.fields import LONGEST_QUOTATION
from initiatives.models.history import one_version
from initiatives.models.quotes import ON_RECORD_ALREADY
from initiatives.search.analysis import stem, words
from initiatives.text.alignment import aligned
from initiatives.text.comparison import FARTHEST, SHORTEST, Document, Level
from initiatives.text.names import guess
from initiatives.text.passages import (
    Piece,
    Span,
    label_of,
    paragraph_starts,
    parts,
    pieces,
    place_in,
    sentences,
    sequences,
    whole_words,
    words_of,
)
from initiatives.text.scripts import russian_or_kazakh

# The most characters shown at once, copies to choose from, names looked for, and people who may be named as speakers.
SHOWN, COPIES, NAMES, PEOPLE = 150_000, 50, 5_000, 5_000
# The most pieces of one quote, and the first characters that decide the language of a text.
MOST_PIECES, BEGINNING = 20, 20_000


class Refused(Exception):
    """A passage that cannot be a quote. The message says why and what to do; `twin` is the quote on record, if any."""

    def __init__(self, message: str, twin: Quote | None = None):
        super().__init__(message)
        self.twin = twin


@dataclass(frozen=True)
class Paragraph:
    """A paragraph as it is shown: its number and place, its pieces, and its sentences, counted within it.

    `beside` are the paragraphs of another copy that are shown beside it.
    """

    number: int
    start: int
    place: str
    pieces: list[Piece]
    sentences: list[Span]
    beside: list["Paragraph"] = field(default_factory=list)

    @property
    def edges(self) -> str:
        """Its sentences for the script: "0-17 18-40"."""
        return " ".join(f"{start}-{end}" for start, end in self.sentences)


class Names:
    """The names and other names of themes and initiatives that may be in a text."""

    def __init__(self) -> None:
        self.themes = list(Theme.objects.exclude(state=State.ARCHIVED).only("name", "aliases")[:NAMES])
        initiatives = Initiative.objects.exclude(state=State.ARCHIVED).order_by("title", "pk")
        self.initiatives = list(initiatives.only("title", "aliases")[:NAMES])
        self._items: list[Theme | Initiative] = [*self.themes, *self.initiatives]
        self._by_first: dict[str, dict[str, list[tuple[tuple[str, ...], int]]]] = {}

    def within(self, text: str, language: str) -> list[tuple[int, int, Theme | Initiative]]:
        """Return where the text has these names, in any form of their words: start, end and the item named."""
        said = [(stem(word.form, language), word.start, word.end) for word in words(text)]
        return [(start, end, self._items[place]) for start, end, place in sequences(said, self._stems(language))]

    def _stems(self, language: str) -> dict[str, list[tuple[tuple[str, ...], int]]]:
        """Return the stems of each name and the place of its item, by the first stem."""
        if language not in self._by_first:
            found = self._by_first[language] = {}
            for place, item in enumerate(self._items):
                for name in (str(item), *item.alias_list):
                    if forms := tuple(stem(word.form, language) for word in words(name)):
                        found.setdefault(forms[0], []).append((forms, place))
        return self._by_first[language]


class Reading:
    """A text of a source's copies: the newest, or the one with the key `key` if it is the source's.

    `other` is the reading of another of its copies, which is laid beside it, if `beside` is its key.
    """

    def __init__(self, source: Source, key: int | None = None, beside: int | None = None, names: Names | None = None):
        self.source = source
        rows = SourceText.objects.at_hand(source.pk)
        self.copies = list(newest_of_each(rows.defer("text", "places").annotate(beginning=Left("text", 40))[:COPIES]))
        keys = {row.pk for row in self.copies}
        self.is_known = key is None or key in keys
        chosen = key if key in keys else next(iter(row.pk for row in self.copies), None)
        self.row = rows.get(pk=chosen) if chosen is not None else None
        self.text = self.row.text if self.row else ""
        self.paragraphs = self.row.paragraphs if self.row else []
        self.starts = paragraph_starts(self.paragraphs)
        self.names = names or Names()
        self.other = Reading(source, beside, names=self.names) if beside in keys - {chosen} else None

    @cached_property
    def beside(self) -> list[range]:
        """The indexes of the other copy's paragraphs beside each paragraph."""
        return aligned(self.paragraphs, self.other.paragraphs) if self.other else []

    @cached_property
    def parts(self) -> list[range]:
        """The paragraphs of each part that is shown at once."""
        return parts(self.paragraphs, SHOWN)

    @cached_property
    def language(self) -> str:
        """The language of the whole text (ISO 639-1)."""
        beginning, own = self.text[:BEGINNING], self.source.language
        # Without Cyrillic letters, a copy of a Russian or Kazakh source is a translation.
        if own in (Language.RUSSIAN, Language.KAZAKH) and not re.search("[а-я]", beginning.lower()):
            own = Language.ENGLISH
        return russian_or_kazakh(beginning) or own or Language.ENGLISH

    @cached_property
    def speakers(self) -> dict[str, Person | None]:
        """The people on record whose family name is before a colon at the beginning of a paragraph, by that label."""
        labels = dict.fromkeys(label for label, _end in map(label_of, self.paragraphs) if label)
        if not labels:
            return {}
        people = list(Person.objects.only("name", "family_name", "aliases").order_by("pk")[:PEOPLE])
        families = [(person, _families(person)) for person in people]
        return {label: _speaker(label, families) for label in labels}

    def sentences(self, index: int) -> list[Span]:
        """Return the sentences of a paragraph, counted within it, without the name of its speaker."""
        label, end = label_of(self.paragraphs[index])
        return sentences(self.paragraphs[index], end if self.speakers.get(label) else 0)

    def speaker_at(self, place: int) -> tuple[str, Person | None]:
        """Return the nearest name before a colon, at or above a place, and the person on record with it.

        Without any such person in the text, it is no transcript, and names before colons mean nothing.
        """
        if any(self.speakers.values()):
            for index in range(place_in(self.starts, place), -1, -1):
                label, _end = label_of(self.paragraphs[index])
                if label and (self.speakers[label] or label.istitle()):
                    return label, self.speakers[label]
        return "", None

    @cached_property
    def marks(self) -> list[tuple[int, int, int]]:
        """Where quotes on record, or translations of them, are in this text: start, end and the quote's key."""
        found = Found.objects.filter(source_text=self.row).exclude(level=Compared.NOT_FOUND)
        rows = found.values_list("quote", "translation__quote", "spans")
        return [(start, end, quote or of) for quote, of, spans in rows for start, end in spans]

    def shown(self, indexes: Iterable[int]) -> list[Paragraph]:
        """Return paragraphs, given their indexes, with the quotes on record and what is worth a look marked."""
        return [self._shown(index) for index in indexes]

    def _shown(self, index: int) -> Paragraph:
        row: Any = self.row
        paragraph, start, own = self.paragraphs[index], self.starts[index], self.sentences(index)
        named = [at for at, _end, _item in self.names_in(paragraph)]
        worth = [(start + first, start + end) for first, end in own if any(first <= at < end for at in named)]
        place = row.places[index] if index < len(row.places) else ""
        marked = pieces(self.text, (start, start + len(paragraph)), self.marks, worth)
        beside = self.other.shown(self.beside[index]) if self.other else []
        return Paragraph(index + 1, start, place, list(marked), own, beside)

    def names_in(self, text: str) -> list[tuple[int, int, Theme | Initiative]]:
        """Return where a text in the language of this copy has names of themes and initiatives."""
        return self.names.within(text, self.language)

    # Passages.

    def spans(self, wanted: list[Span]) -> list[Span]:
        """Return passages as whole words, checked to make one quote together. Raises Refused."""
        if not wanted or len(wanted) > MOST_PIECES:
            raise Refused(_("Select the words to quote first."))
        found = [span for start, end in wanted if (span := whole_words(self.text, start, end))]
        if len(found) < len(wanted):
            raise Refused(_("There are no words at this place in the text. Reload the page and select them again."))
        for (_start, end), (start, _end) in pairwise(found):
            if not 0 <= start - end <= FARTHEST:
                said = _("A passage added with […] must follow the one before within %(most)d characters.")
                raise Refused(said % {"most": FARTHEST})
        if len(found) > 1 and any(end - start < SHORTEST for start, end in found):
            raise Refused(_("A passage added with […] must be longer: a word or two could be anywhere."))
        if sum(end - start for start, end in found) > 2 * LONGEST_QUOTATION:
            raise Refused(_("A quotation has at most %(most)d characters.") % {"most": LONGEST_QUOTATION})
        return found

    def of_paragraphs(self, numbers: Iterable[int]) -> list[Span]:
        """Return the passages of paragraphs, given their numbers: adjacent ones are one passage."""
        found: list[Span] = []
        last = -1
        for index in sorted({number - 1 for number in numbers if 1 <= number <= len(self.starts)}):
            if not (own := self.sentences(index)):
                continue
            start, end = self.starts[index] + own[0][0], self.starts[index] + own[-1][1]
            if found and last == index - 1:
                found[-1] = (found[-1][0], end)
            else:
                found.append((start, end))
            last = index
        return found

    def between(self, first: str, last: str) -> list[Span]:
        """Return the passage from its first to its last words. Raises Refused if there is none, or more than one."""
        start, end = self._place_of(first)
        if last.strip():
            nearest = _pattern(last).search(self.text, start, start + 2 * LONGEST_QUOTATION)
            if nearest is None:
                said = _("“%(words)s” does not follow in this copy. Check the last words.")
                raise Refused(said % {"words": last.strip()[:80]})
            end = nearest.end()
        # To the end of its sentence, with the sign there.
        closing = re.compile(r"""[.!?…]+["'»”’)]*""").match(self.text, end)
        return [(start, closing.end() if closing else end)]

    def _place_of(self, said: str) -> Span:
        found = [match.span() for match in _pattern(said).finditer(self.text)]
        if len(found) != 1:
            few = _("“%(words)s” is not in this copy. Check the first words.")
            many = _("“%(words)s” is in this copy %(count)d times. Enter more words.")
            raise Refused((many if found else few) % {"words": said.strip()[:80], "count": len(found)})
        return found[0]

    def words(self, spans: list[Span]) -> str:
        """Return the words of passages (see `spans`) as a quote has them. Raises Refused if they cut others."""
        start, end = spans[0][0], spans[-1][1]
        said = words_of(self.text, spans)
        # Everything near is enough: the comparison looks at the words around a passage.
        found = Document(self.text[max(start - 500, 0) : end + 500]).compare(said)
        if found.level == Level.NOT_FOUND:
            if found.beside_negation:
                raise Refused(_("The word beside this passage turns its meaning, such as “not”. Select it, too."))
            raise Refused(_("This passage cuts a word or a number. Select the whole of it."))
        return said

    def translated(self, spans: list[Span]) -> Quote:
        """Return the quote marked beside a passage that has no translation into the language of this copy.

        If there are several, it is the one whose place in its paragraphs is most like the passage's. Raises Refused.
        """
        first, last = (place_in(self.starts, place) for place in (spans[0][0], spans[-1][1] - 1))
        ours = self.starts[first], self.starts[last] + len(self.paragraphs[last])
        other: Any = self.other
        rows = range(self.beside[first].start, self.beside[last].stop)
        theirs = (other.starts[rows[0]], other.starts[rows[-1]] + len(other.paragraphs[rows[-1]])) if rows else (0, 0)
        here = {key: start for start, end, key in other.marks[::-1] if start < theirs[1] and end > theirs[0]}
        lacking = Quote.objects.filter(pk__in=here).exclude(language=self.language)
        lacking = lacking.exclude(translations__in=QuoteTranslation.objects.filter(language=self.language))

        def apart(quote: Quote) -> float:
            return abs(_share(spans[0][0], ours) - _share(here[quote.pk], theirs))

        if (nearest := min(lacking, key=apart, default=None)) is None:
            raise Refused(_("No quote that lacks a translation into this language is marked beside this passage."))
        return nearest

    def draft(self, spans: list[Span], speaker: Person, head: Quote) -> Quote:
        """Return an unsaved quote of passages (see `spans`), dated like `head`. Raises Refused."""
        row: Any = self.row
        said = self.words(spans)
        quote = Quote(
            source=self.source,
            text=said,
            language=russian_or_kazakh(said) or self.language,
            speaker=speaker,
            date=head.date,
            date_precision=head.date_precision,
            locator=row.place(spans[0][0])[:100],
        )
        try:
            quote.full_clean()
        except ValidationError as error:
            twin = quote.twins().first()
            raise Refused(str(ON_RECORD_ALREADY) if twin else " ".join(error.messages), twin) from error
        return quote


def save_translation(translation: QuoteTranslation, log: Callable[[QuoteTranslation], Any]) -> None:
    """Save and log a translation of a quote as one version of it. Raises Refused if it cannot be one."""
    quote = translation.quote
    try:
        translation.full_clean()
    except ValidationError as error:
        raise Refused(" ".join(error.messages), quote) from error
    with transaction.atomic():
        translation.save()
        quote.changed_beside()
        log(translation)


def save(quote: Quote, named: Iterable[Theme | Initiative], log: Callable[[Quote], Any]) -> None:
    """Save and log a draft with the themes and initiatives named in it, as one version. Raises Refused if it exists."""
    items = list(named)
    try:
        with one_version(quote):
            quote.save()
            quote.themes.set([item for item in items if isinstance(item, Theme)])
            quote.initiatives.set([item for item in items if isinstance(item, Initiative)])
            log(quote)
    except IntegrityError as error:
        raise Refused(str(ON_RECORD_ALREADY), quote.twins().first()) from error


def _pattern(said: str) -> re.Pattern:
    """Return a pattern for words as they are typed: any white space, and case ignored. Raises Refused without words."""
    typed = said.split()[:30]
    if not any(map(str.isalnum, said)):
        raise Refused(_("Select the words to quote first."))
    return re.compile(r"(?<!\w)" + r"\s+".join(map(re.escape, typed)) + r"(?!\w)", re.IGNORECASE)


def _share(place: int, span: Span) -> float:
    return (place - span[0]) / max(span[1] - span[0], 1)


def _families(person: Person) -> list[frozenset[str]]:
    """Return the words of a person's family names, in each language on record."""
    names = [person.family_name] if person.family_name else []
    for name in (person.name, *person.alias_list):
        parts = guess(name)
        names.append(parts.family_name if parts else name)
    return [said for name in names if (said := frozenset(word.form for word in words(name)))]


def _speaker(label: str, families: list[tuple[Person, list[frozenset[str]]]]) -> Person | None:
    """Return the only person whose family name is in a label."""
    said = {word.form for word in words(label)}
    found = [person for person, names in families if any(name <= said for name in names)]
    if len(found) > 1:
        # Those whose other names begin with the other words of the label, or with its initials.
        found = [one for one in found if all(any(n.form.startswith(w) for n in words(one.name)) for w in said)]
    return found[0] if len(found) == 1 else None
