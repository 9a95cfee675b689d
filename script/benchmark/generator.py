"""A seeded record of any size: the same seed and size give the same quotes on either database.

Words follow Zipf's law over a made-up vocabulary for each language; themes and speakers are skewed, dates lie in
thirty years, newer years holding more. The most common English word stands in about 45 % of all quotes.
"""

import datetime
import itertools
import random
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Model

from initiatives.models import Person, Quote, Source, Theme
from initiatives.models.choices import Kind, SourceKind, State
from initiatives.models.fields import digest
from initiatives.search import documents, vocabulary

SEED = 2020
CHUNK = 5_000
# SQLite takes some 32,000 values in a statement.
ROWS_AT_ONCE = 1_000
SPEAKERS, SOURCES, THEMES = 200, 5_000, 40
FIRST_YEAR, YEARS = 1996, 30
PUBLISHED = {"state": State.PUBLISHED, "published_at": datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)}
VOCABULARY = 30_000
LANGUAGES = {"en": 0.7, "ru": 0.2, "kk": 0.1}
# Sixteen syllables each, of three letters at the most.
_SYLLABLES = {
    "en": re.findall("[a-z]{2,3}", "ba co den fir gul hom jat kel lom mar nep pol rud sat tov vul"),
    "ru": re.findall("[а-я]{2,3}", "ба ко ден фир гул хом жат кел лом мар неп пол руд сат тов вул"),
    "kk": re.findall(r"\w{2,3}", "ба қо дең тір ғұл көм жат кел лом мар нөп пол рұд сәт төу құл"),
}


def word(rank: int, language: str) -> str:
    """Return the word of a rank (0 is the most common): distinct for distinct ranks, and never its own suffix."""
    syllables = _SYLLABLES[language]
    letters = ""
    number = rank + 16  # two syllables at the least
    while number:
        number, digit = divmod(number, 16)
        letters += syllables[digit]
    return letters + ("k" if language == "en" else "к")


def theme_name(number: int) -> str:
    """Return the name of a theme."""
    return f"Subject {word(20_000 + number, 'en')}"


def speaker_name(number: int) -> str:
    """Return the name of a speaker."""
    return f"Orator {word(25_000 + number, 'en')}"


@dataclass
class Seconds:
    """How long it took to make and write the quotes, and to index them."""

    writing: float = 0
    indexing: float = 0


def write_rows(common: Model, names: Sequence[str], rows: Sequence[tuple]) -> None:
    """Insert rows, which give the values of some fields; those of the others are as in a model instance.

    Past the ORM, which takes several times as long over a million rows.
    """
    fields = [field for field in common._meta.concrete_fields if field.attname in names or not field.primary_key]
    at = {name: place for place, name in enumerate(names)}
    filled = [
        (at.get(field.attname), field.get_db_prep_save(field.pre_save(common, add=True), connection))
        for field in fields
    ]
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    places = f"({', '.join(['%s'] * len(fields))})"
    with connection.cursor() as cursor:
        for chunk in (rows[start : start + ROWS_AT_ONCE] for start in range(0, len(rows), ROWS_AT_ONCE)):
            values = [row[place] if place is not None else value for row in chunk for place, value in filled]
            cursor.execute(
                f"INSERT INTO {common._meta.db_table} ({columns}) VALUES {', '.join([places] * len(chunk))}",  # noqa: S608
                values,
            )


def give_keys_from_the_last_on(model: type[Model]) -> None:
    """Let the database number the next row of a model after those whose keys were given."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [model]):
            cursor.execute(statement)


class Generator:
    """Makes the record of a size and seed in the database in use."""

    # What all quotes have in common.
    common: ClassVar[dict] = {"date_precision": "day", **PUBLISHED}

    def __init__(self, size: int, seed: int = SEED):
        self.size, self.seed = size, seed
        self.random = random.Random(seed)  # noqa: S311
        self.words = {language: [word(rank, language) for rank in range(VOCABULARY)] for language in LANGUAGES}
        # Zipf, flattened at its head so that the first word is common but not in every quote.
        self.word_weights = list(itertools.accumulate(1 / (rank + 2.7) ** 1.05 for rank in range(VOCABULARY)))
        self.theme_weights = list(itertools.accumulate(1 / (rank + 2) for rank in range(THEMES)))
        self.speaker_weights = list(itertools.accumulate(1 / (rank + 3) for rank in range(SPEAKERS)))

    def build(self, progress: Callable[[int], object] = lambda done: None) -> Seconds:
        """Fill an empty database; `progress` is called with the quotes of each step."""
        seconds = Seconds()
        with transaction.atomic():
            themes = Theme.objects.bulk_create(
                Theme(slug=f"theme-{n}", name=theme_name(n), **PUBLISHED) for n in range(THEMES)
            )
            sources = Source.objects.bulk_create(
                (
                    Source(
                        slug=f"source-{n}",
                        title=f"Document {word(n, 'en')} {n}",
                        kind=SourceKind.ADDRESS,
                        url=f"https://example.org/{n}",
                        **self._dated(),
                        **PUBLISHED,
                    )
                    for n in range(SOURCES)
                ),
                batch_size=1000,
            )
            speakers = Person.objects.bulk_create(
                Person(slug=f"speaker-{n}", name=speaker_name(n), source=sources[n], **PUBLISHED)
                for n in range(SPEAKERS)
            )
            for kind, items in ((Kind.THEME, themes), (Kind.SOURCE, sources), (Kind.PERSON, speakers)):
                documents.refresh(kind, [item.pk for item in items], dependents=False)
        first = 1
        with vocabulary.held():
            for count in self._chunks():
                start = time.perf_counter()
                with transaction.atomic():
                    ids = self._quotes(first, count, themes, speakers, sources)
                    written = time.perf_counter()
                    documents.refresh(Kind.QUOTE, ids, dependents=False)
                seconds.writing += written - start
                seconds.indexing += time.perf_counter() - written
                first += count
                progress(count)
            start = time.perf_counter()
        seconds.indexing += time.perf_counter() - start
        give_keys_from_the_last_on(Quote)
        return seconds

    def _chunks(self) -> Iterator[int]:
        whole, rest = divmod(self.size, CHUNK)
        yield from itertools.repeat(CHUNK, whole)
        if rest:
            yield rest

    def _quotes(
        self, first: int, count: int, themes: list[Theme], speakers: list[Person], sources: list[Source]
    ) -> range:
        """Write some quotes, numbered from `first` on, and return their keys."""
        languages = self.random.choices(list(LANGUAGES), LANGUAGES.values(), k=count)
        speaking = self.random.choices(speakers, cum_weights=self.speaker_weights, k=count)
        keys = range(first, first + count)
        rows = []
        for key, language, speaker in zip(keys, languages, speaking, strict=True):
            text = self._text(language)
            source = self.random.choice(sources)
            rows.append((key, text, digest(text), language, speaker.pk, source.pk, self._dated()["date"].isoformat()))
        written = ("id", "text", "text_digest", "language", "speaker_id", "source_id", "date")
        write_rows(Quote(**self.common), written, rows)
        marks = [
            (key, theme.pk)
            for key in keys
            for theme in set(self.random.choices(themes, cum_weights=self.theme_weights, k=self.random.randint(1, 3)))
        ]
        write_rows(Quote.themes.through(), ("quote_id", "theme_id"), marks)
        return keys

    def _text(self, language: str) -> str:
        length = self.random.randint(8, 45)
        chosen = self.random.choices(self.words[language], cum_weights=self.word_weights, k=length)
        return " ".join(chosen).capitalize() + "."

    def _dated(self) -> dict:
        # The square root leans towards the newer years.
        day = int(self.random.random() ** 0.7 * YEARS * 365)
        return {"date": datetime.date(FIRST_YEAR, 1, 1) + datetime.timedelta(days=day), "date_precision": "day"}
