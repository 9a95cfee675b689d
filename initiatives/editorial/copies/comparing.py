"""Compares quotes and translations with the copies of their sources, and keeps where the words were found.

Every save of a quote or translation leads here (`connect`), and so does every bulk write and every new copy.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db import transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.signals import post_save

from initiatives.models import Found, Quote, QuoteTranslation, Source, SourceText
from initiatives.models.captures import text_hash
from initiatives.models.choices import Compared, Kind
from initiatives.search.in_step import note
from initiatives.text.comparison import Comparison, Document, Level

# How many rows are written at once.
BATCH = 500


def connect() -> None:
    """Connect the receiver of saved quotes and translations; called once, when the app is ready."""
    for model in (Quote, QuoteTranslation):
        post_save.connect(_saved, sender=model, dispatch_uid="comparing")


def _saved(sender: Any, instance: Any, created: bool, raw: bool = False, **kwargs: Any) -> None:
    if not raw:
        # A new one is not seen yet by a copy that is being kept.
        compare_quotes([instance.pk if sender is Quote else instance.quote_id], again=created)
        instance._state.fields_cache.pop("found", None)


def newest_of_each(texts: Iterable[SourceText]) -> Iterator[SourceText]:
    """Yield the first text of each copy."""
    seen = set()
    for text in texts:
        if text.capture_id not in seen:
            seen.add(text.capture_id)
            yield text


def as_stored(found: Comparison) -> dict[str, Any]:
    """Return the fields of a `Found` row that a comparison gives."""
    spans = [list(span) for span in found.spans]
    return {
        "level": found.level.value,
        "start": spans[0][0] if spans else None,
        "end": spans[-1][1] if spans else None,
        "spans": spans,
        "folded": [fold.value for fold in found.folded],
        "beside_negation": found.beside_negation,
    }


@dataclass
class Best:
    """How exactly words are in the copies of a source: the most exact, the newest of equals."""

    found: Comparison
    source_text: int
    # The newest copy, if they are not in it.
    missing_in: int | None


# Words by their source.
Words = tuple[int | None, str]


def best_of(words: Iterable[Words]) -> dict[Words, Best]:
    """Compare words with the copies of their sources, each read once. Words without a copy are left out.

    One query for all; the texts are not held in memory together.
    """
    wanted: dict[int, set[str]] = {}
    for source, said in words:
        if source is not None:
            wanted.setdefault(source, set()).add(said)
    best: dict[Words, Best] = {}
    texts = SourceText.objects.at_hand(*wanted).iterator(chunk_size=10) if wanted else ()
    for source, own in groupby(texts, key=lambda text: text.capture.source_id):
        for text in newest_of_each(own):
            document = Document(text.text)
            for said in wanted[source]:
                before = best.get((source, said))
                if before is not None and before.found.level == Level.LETTERS:
                    continue
                found = document.compare(said)
                if before is None:
                    missing = text.capture_id if found.level == Level.NOT_FOUND else None
                    best[source, said] = Best(found, text.pk, missing)
                elif found.level.rank < before.found.level.rank:
                    before.found, before.source_text = found, text.pk
    return best


def compare_quotes_of(source: Source) -> None:
    """Compare all quotes of a source, and their translations, with its copies, after these have changed."""
    _compare(Quote.objects.filter(source=source), Source.objects.filter(pk=source.pk), again=True)


def compare_quotes(keys: Iterable[int], *, again: bool = False) -> int:
    """Compare quotes and their translations with the copies of their sources, and store what is not stored yet.

    Leaves out words that were compared since they, their source and its copies changed, unless `again`. Returns how
    many were compared. The number of queries does not depend on how many there are.
    """
    quotes = Quote.objects.filter(pk__in=list(keys))
    if not again and not any(map(_is_due, _loaded(quotes))):
        return 0
    return _compare(quotes, Source.objects.filter(pk__in=quotes.exclude(source=None).values("source")), again)


def _compare(quotes: QuerySet[Quote], sources: QuerySet[Source], again: bool) -> int:
    with transaction.atomic():
        # A quote that is saved while a copy is kept waits for it, or the copy for the quote: neither misses the other.
        for held in (quotes, sources):
            list(held.order_by("pk").select_for_update(no_key=True).values_list("pk"))
        due = [words for words in _loaded(quotes) if again or _is_due(words)]
        best = best_of((words.of, words.text) for words in due)
        _store(due, best)
    return len(due)


def _loaded(quotes: QuerySet[Quote]) -> list[Any]:
    """Load the words of quotes and their translations, each with its row and what decides whether that is due."""
    translations = QuoteTranslation.objects.filter(quote__in=quotes.order_by().values("pk"))
    found: list[Any] = []
    for words, source in ((quotes, "source"), (translations, "quote__source")):
        texts = SourceText.objects.exclude(text="").filter(capture__source=OuterRef(source)).order_by("-read_at")
        found += words.order_by().annotate(
            of=F(source),
            newest=Subquery(texts.values("read_at")[:1]),
            found_of=F("found__source_text__capture__source"),
            is_gone=Q(found__source_text__text=""),
        ).select_related("found")  # fmt: skip
    return found


def _is_due(words: Any) -> bool:
    """Return whether words, their source or its copies have changed since they were compared, if they were."""
    row = getattr(words, "found", None)
    if row is None:
        return words.newest is not None
    if words.newest is None and not _holds(words):
        return True
    return not row.is_of(words) or words.found_of != words.of or (words.newest or row.compared_at) > row.compared_at


def _holds(words: Any) -> bool:
    """Return whether words were found in a copy that was taken down: that cannot be read again, but stays true."""
    row = words.found
    return words.is_gone and row.level != Compared.NOT_FOUND and row.is_of(words) and words.found_of == words.of


def _store(due: Iterable[Any], best: dict[Words, Best]) -> None:
    """Write the rows that differ from what is stored, delete those of words without a copy, and note their quotes."""
    changed: dict[str, list[Found]] = {"quote": [], "translation": []}
    without, noted = [], set()
    for words in due:
        row: Any = getattr(words, "found", None)
        found = best.get((words.of, words.text))
        stays = row is not None and _holds(words)
        quote = words.pk if isinstance(words, Quote) else words.quote_id
        if found is None:
            if row is not None and not stays:
                without.append(row.pk)
                noted.add(quote)
            continue
        fields = {**as_stored(found.found), "source_text_id": found.source_text, "words_sha256": text_hash(words.text)}
        if stays and Level(row.level).rank < found.found.level.rank:
            fields = {name: getattr(row, name) for name in fields}
        fields["missing_in_id"] = found.missing_in
        is_new = row is None or words.newest > row.compared_at
        if is_new or any(getattr(row, name) != value for name, value in fields.items()):
            owner = "quote" if isinstance(words, Quote) else "translation"
            changed[owner].append(Found(**{owner: words}, **fields))
            noted.add(quote)
    Found.objects.filter(pk__in=without).delete()
    names = [field.name for field in Found._meta.concrete_fields if field.name not in {"id", "quote", "translation"}]
    for owner, rows in changed.items():
        Found.objects.bulk_create(
            rows, batch_size=BATCH, update_conflicts=True, unique_fields=[owner], update_fields=names
        )
    # Pages and the search index show how exactly words were found.
    if noted:
        note(Kind.QUOTE, sorted(noted))
