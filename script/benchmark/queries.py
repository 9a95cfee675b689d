"""The fixed list of searches to time. Nothing is tuned to them."""

from dataclasses import dataclass

from benchmark.generator import word


@dataclass(frozen=True)
class Query:
    """A search in parts, so that each design can write it in its own syntax. Empty parts do not restrict it."""

    name: str
    # Words: all of these, one of these, none of these, these as a phrase, or any with this prefix.
    all_of: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    phrase: tuple[str, ...] = ()
    prefix: str = ""
    # Slugs, and a year.
    theme: str = ""
    speaker: str = ""
    year: str = ""

    @property
    def has_words(self) -> bool:
        """Whether there is anything to rank by."""
        return bool(self.all_of or self.any_of or self.phrase or self.prefix)

    @property
    def typed(self) -> str:
        """The words as a visitor would type them."""
        parts = [*self.all_of, " or ".join(self.any_of), *(f"-{excluded}" for excluded in self.none_of)]
        if self.phrase:
            parts.append(f'"{" ".join(self.phrase)}"')
        if self.prefix:
            parts.append(f"{self.prefix}*")
        return " ".join(part for part in parts if part)

    @property
    def parameters(self) -> dict[str, str]:
        """The query parameters for the list of quotes."""
        given = {"q": self.typed, "theme": self.theme, "speaker": self.speaker, "year": self.year}
        return {name: value for name, value in given.items() if value}


def fixed() -> list[Query]:
    """Return the list; words are named by their rank, 0 being the most common of the language."""

    def en(rank: int) -> str:
        return word(rank, "en")

    return [
        Query("no text"),
        Query("rare word", all_of=(en(8000),)),
        Query("medium word", all_of=(en(60),)),
        Query("common word", all_of=(en(0),)),
        Query("phrase", phrase=(en(3), en(40))),
        Query("phrase of common words", phrase=(en(0), en(1))),
        Query("phrase of three", phrase=(en(0), en(1), en(2))),
        Query("and", all_of=(en(0), en(30))),
        Query("or", any_of=(en(50), en(70))),
        Query("not", all_of=(en(0),), none_of=(en(1),)),
        Query("prefix", prefix=en(60)[:-2]),
        Query("theme", theme="theme-0"),
        Query("theme and common word", theme="theme-0", all_of=(en(0),)),
        Query("speaker and common word", speaker="speaker-0", all_of=(en(0),)),
        Query("year and word", year="2010", all_of=(en(10),)),
        Query("Russian", all_of=(word(0, "ru"),)),
        Query("Kazakh", all_of=(word(5, "kk"),)),
        Query("absent word", all_of=("zzzzqq",)),
    ]
