"""Random queries, to compare what two engines find."""

import random
from collections.abc import Callable

from benchmark import generator
from benchmark.generator import Generator, speaker_name, theme_name
from initiatives.models import Quote


class RandomQueries:
    """Draws parameters of the list of quotes: the same for the same size and seed.

    Words are drawn as they are in the record, the common ones more often; half of the phrases stand in it.
    """

    def __init__(self, size: int, seed: int):
        self.size = size
        self.random = random.Random(f"queries of {seed}")  # noqa: S311
        self.record = Generator(size, seed)

    def draw(self, number: int) -> list[dict[str, str | list[str]]]:
        """Return the parameters of some queries: most with words, half with a filter."""
        queries = []
        while len(queries) < number:
            parameters: dict[str, str | list[str]] = {}
            if self.random.random() < 0.9:
                parameters["q"] = self._words()
            if self.random.random() < 0.5:
                parameters |= self._filter()
            if parameters:
                queries.append(parameters)
        return queries

    def _words(self) -> str:
        language = self.random.choices(["en", "ru", "kk"], [5, 3, 2])[0]

        def word() -> str:
            if self.random.random() < 0.1:  # any word, most of them rare
                return self.record.words[language][self.random.randrange(generator.VOCABULARY)]
            return self.random.choices(self.record.words[language], cum_weights=self.record.word_weights)[0]

        forms: list[Callable[[], str]] = [
            word,
            lambda: f"{word()} {word()}",
            lambda: " ".join(self.random.sample(self._words_of_a_quote(), 3)),
            lambda: f"{word()} -{word()}",
            lambda: f"{word()} or {word()}",
            lambda: f"{word()} or {word()} {word()} -{word()}",
            lambda: f"{word()[: self.random.randint(2, 6)]}*",
            lambda: f"{word()} {word()[: self.random.randint(2, 6)]}*",
            lambda: f'"{word()} {word()}"',
            lambda: f'"{self._row_of_words()}"',
            lambda: f'{word()} -"{self._row_of_words()}"',
            lambda: f'"{self._row_of_words()}" or {word()}',
            lambda: theme_name(self.random.randrange(generator.THEMES)),
            lambda: f"{speaker_name(self.random.randrange(generator.SPEAKERS)).split()[1]} {word()}",
        ]
        return self.random.choice(forms)()

    def _words_of_a_quote(self) -> list[str]:
        texts = Quote.objects.order_by("pk").values_list("text", flat=True)
        return texts.filter(pk__gte=self.random.randint(1, self.size))[0].rstrip(".").split()

    def _row_of_words(self) -> str:
        """Return two to four neighbours of a quote."""
        words, length = self._words_of_a_quote(), self.random.randint(2, 4)
        start = self.random.randrange(len(words) - length)
        return " ".join(words[start : start + length])

    def _filter(self) -> dict[str, str | list[str]]:
        def theme() -> str:
            return f"theme-{self.random.randrange(generator.THEMES)}"

        def years(number: int) -> list[str]:
            return sorted(str(generator.FIRST_YEAR + self.random.randrange(generator.YEARS)) for _ in range(number))

        def span() -> dict[str, str | list[str]]:
            first, last = years(2)
            return {"from": f"{first}-06", "to": f"{last}-11-15"}

        forms: list[Callable[[], dict[str, str | list[str]]]] = [
            lambda: {"theme": theme()},
            lambda: {"theme": [theme(), theme()]},
            lambda: {"exclude_theme": theme()},
            lambda: {"theme": theme(), "speaker": f"speaker-{self.random.randrange(generator.SPEAKERS)}"},
            lambda: {"speaker": f"speaker-{self.random.randrange(generator.SPEAKERS)}"},
            lambda: {"source": f"source-{self.random.randrange(generator.SOURCES)}"},
            lambda: {"language": self.random.choice(["en", "ru", "kk"])},
            lambda: {"year": years(1)[0]},
            lambda: {"to": years(1)[0]},
            span,
        ]
        return self.random.choice(forms)()
