"""A reference for search in plain Python: which items a search finds, and how it counts and groups them."""

import datetime
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from initiatives.search import Criteria, Query, Sort
from initiatives.search.analysis import plain_stem, stem, words
from initiatives.search.query import Atom, Phrase, Plain, Prefix, respelt

UNDATED = "undated"


@dataclass(frozen=True)
class Item:
    """An item as search should see it; `values` are its facet values."""

    kind: str
    pk: int
    # Texts with their languages. No phrase spans two texts.
    passages: list[tuple[str, str]]
    public: bool
    date: datetime.date | None = None
    precision: str = "day"
    values: dict[str, set] = field(default_factory=dict)

    def of(self, facet: str) -> set[str]:
        """Return its values of a facet as strings."""
        known = {"kind": {self.kind}, "year": {self.date.year if self.date else UNDATED}, **self.values}
        return {str(value) for value in known.get(facet, ())}


def holds(query: Query, passages: Iterable[tuple[str, str]]) -> bool:
    """Return whether the texts match a query, as its syntax is defined."""
    read = [[(word.form, stem(word.form, language)) for word in words(text)] for text, language in passages]
    read += [
        [("", stem(word.form, language)) for word in words(other)]
        for text, language in passages
        for other in also(text)
    ]

    def has(atom: Atom) -> bool:
        return any(_has(passage, atom) for passage in read)

    return all(any(map(has, clause)) for clause in query.clauses) and not any(map(has, query.excluded))


def also(text: str) -> list[str]:
    """Return the words of a text in their other spellings: co-operation as cooperation, cannot as can not."""
    joined = re.findall(r"(?<![\w-])([^\W\d_]+)[-\u2010\u2011]([^\W\d_]+)(?![\w-])", text)
    apart = re.findall(r"\b[Cc]annot\b", text)
    together = re.findall(r"\b[Cc]an\s+not\b", text)
    return ["".join(parts) for parts in joined] + ["can not"] * len(apart) + ["cannot"] * len(together)


def _has(passage: list[tuple[str, str]], atom: Atom) -> bool:
    if isinstance(atom, Plain):
        return any(plain_stem(form) == atom.stem for form, _stem in passage)
    if isinstance(atom, Prefix):
        return any(form.replace("'", "").startswith(atom.form) for form, _stem in passage)
    assert isinstance(atom, Phrase)
    stems, size = [stem for _form, stem in passage], len(atom.forms)
    if (
        not atom.literal
        and size == 2
        and any(stem("".join(atom.forms), known) in stems for known in ("en", "ru", "kk", ""))
    ):
        return True
    return any(tuple(stems[at : at + size]) in atom.readings for at in range(len(stems) - size + 1))


def found(items: Iterable[Item], criteria: Criteria) -> list[Item]:
    """Return the items that meet the criteria exactly as typed."""
    return [item for item in items if _meets(item, criteria)]


def _meets(item: Item, criteria: Criteria) -> bool:
    def has(token: str) -> bool:
        facet, _colon, value = token.removeprefix("#").partition(":")
        return value in item.of(facet)

    return (
        item.public
        and item.kind in criteria.kinds
        and holds(criteria.query, item.passages)
        and all(any(map(has, tokens)) for _facet, tokens in criteria.chosen)
        and not any(map(has, criteria.excluded))
        and (item.date is not None or not (criteria.only_dated or criteria.date_from or criteria.date_to))
        and (criteria.date_from is None or criteria.date_from <= item.date)
        and (criteria.date_to is None or item.date <= criteria.date_to)
    )


def reading(items: list[Item], criteria: Criteria) -> Criteria:
    """Return the criteria as search reads them: a year among the words as a year, unknown words as Kazakh."""
    if dated := _with_year(items, criteria):
        return dated
    as_kazakh = replace(criteria, query=respelt(criteria.query))
    if as_kazakh == criteria or found(items, criteria) or found(items, Criteria(criteria.kinds, criteria.query)):
        return criteria
    return as_kazakh if found(items, as_kazakh) else criteria


def _with_year(items: list[Item], criteria: Criteria) -> Criteria | None:
    clauses = criteria.query.clauses
    if "year" in criteria.chosen_facets or criteria.date_from or criteria.date_to or len(clauses) < 2:
        return None
    for place, clause in enumerate(clauses):
        (year, *others) = (getattr(atom, "forms", ("",)) for atom in clause)
        if others or getattr(clause[0], "literal", True) or not re.fullmatch("(1[0-9]|20)[0-9][0-9]", " ".join(year)):
            continue
        rest = replace(criteria.query, clauses=clauses[:place] + clauses[place + 1 :])
        dated = replace(criteria, query=rest).choose("year", year)
        if len(found(items, dated)) > len(found(items, criteria)):
            return dated
    return None


def counts(items: list[Item], criteria: Criteria, facet: str) -> dict[str, int]:
    """Count the matching items for each value of a facet, as if none of its values were chosen."""
    among = found(items, criteria.without_facet(facet))
    return dict(Counter(value for item in among for value in item.of(facet)))


def months(items: list[Item], criteria: Criteria) -> dict[tuple[str, int, int], int]:
    """Count the matching dated items by kind, year and month, as if no year were chosen."""
    dated = [item for item in found(items, criteria.without_facet("year")) if item.date]
    return dict(
        Counter((item.kind, item.date.year, 0 if item.precision == "year" else item.date.month) for item in dated)
    )


def is_ordered(dates: list[datetime.date | None], sort: Sort) -> bool:
    """Return whether these dates are in the given order, undated items last."""
    known = [date for date in dates if date]
    return dates == [*sorted(known, reverse=sort is Sort.NEWEST), *[None] * (len(dates) - len(known))]
