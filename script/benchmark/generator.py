"""A seeded record of any size: the same seed and size give the same quotes on either database.

Words follow Zipf's law over a made-up vocabulary for each language; themes and speakers are skewed, dates cover
thirty years, with more in newer years. The most common English word is in about 45 % of all quotes.
"""

import datetime
import itertools
import random
import re
from collections.abc import Callable, Iterator

from django.db import transaction

from initiatives.models import Person, Quote, Source, Theme
from initiatives.models.choices import Kind, SourceKind, State
from initiatives.search.in_step import note

SEED = 2020
CHUNK = 5_000
SPEAKERS, SOURCES, THEMES = 200, 5_000, 40
FIRST_YEAR, YEARS = 1996, 30
PUBLISHED = {"state": State.PUBLISHED, "published_at": datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)}
VOCABULARY = 30_000
LANGUAGES = {"en": 0.7, "ru": 0.2, "kk": 0.1}
# Sixteen syllables each, of at most three letters.
_SYLLABLES = {
    "en": re.findall("[a-z]{2,3}", "ba co den fir gul hom jat kel lom mar nep pol rud sat tov vul"),
    "ru": re.findall("[а-я]{2,3}", "ба ко ден фир гул хом жат кел лом мар неп пол руд сат тов вул"),
    "kk": re.findall(r"\w{2,3}", "ба қо дең тір ғұл көм жат кел лом мар нөп пол рұд сәт төу құл"),
}


def word(rank: int, language: str) -> str:
    """Return the word of a rank (0 is the most common): distinct for distinct ranks, and never its own suffix."""
    syllables = _SYLLABLES[language]
    letters = ""
    number = rank + 16  # at least two syllables
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


class Generator:
    """Creates the record of a size and seed in the current database."""

    def __init__(self, size: int, seed: int = SEED):
        self.size, self.seed = size, seed
        self.random = random.Random(seed)  # noqa: S311
        self.words = {language: [word(rank, language) for rank in range(VOCABULARY)] for language in LANGUAGES}
        # Zipf, flattened at the top so that the first word is common but not in every quote.
        self.word_weights = list(itertools.accumulate(1 / (rank + 2.7) ** 1.05 for rank in range(VOCABULARY)))
        self.theme_weights = list(itertools.accumulate(1 / (rank + 2) for rank in range(THEMES)))
        self.speaker_weights = list(itertools.accumulate(1 / (rank + 3) for rank in range(SPEAKERS)))

    def build(self, progress: Callable[[int], object] = lambda done: None) -> None:
        """Fill an empty database; `progress` is called with the number of quotes in each step. Indexes nothing."""
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
            # An index identifies its database by the last change.
            note(Kind.THEME, [themes[0].pk])
        for count in self._chunks():
            with transaction.atomic():
                self._quotes(count, themes, speakers, sources)
            progress(count)

    def _chunks(self) -> Iterator[int]:
        whole, rest = divmod(self.size, CHUNK)
        yield from itertools.repeat(CHUNK, whole)
        if rest:
            yield rest

    def _quotes(self, count: int, themes: list[Theme], speakers: list[Person], sources: list[Source]) -> None:
        """Write a batch of quotes."""
        languages = self.random.choices(list(LANGUAGES), LANGUAGES.values(), k=count)
        speaking = self.random.choices(speakers, cum_weights=self.speaker_weights, k=count)
        quotes = Quote.objects.bulk_create(
            Quote(
                text=self._text(language),
                language=language,
                speaker=speaker,
                source=self.random.choice(sources),
                **self._dated(),
                **PUBLISHED,
            )
            for language, speaker in zip(languages, speaking, strict=True)
        )
        mark = Quote.themes.through
        mark.objects.bulk_create(
            mark(quote=quote, theme=theme)
            for quote in quotes
            for theme in set(self.random.choices(themes, cum_weights=self.theme_weights, k=self.random.randint(1, 3)))
        )

    def _text(self, language: str) -> str:
        length = self.random.randint(8, 45)
        chosen = self.random.choices(self.words[language], cum_weights=self.word_weights, k=length)
        return " ".join(chosen).capitalize() + "."

    def _dated(self) -> dict:
        # The square root favours newer years.
        day = int(self.random.random() ** 0.7 * YEARS * 365)
        return {"date": datetime.date(FIRST_YEAR, 1, 1) + datetime.timedelta(days=day), "date_precision": "day"}


def build(size: int, seed: int, progress: Callable[[int], object] = lambda done: None) -> None:
    """Create the record of a size and seed in an empty database."""
    Generator(size, seed).build(progress)
