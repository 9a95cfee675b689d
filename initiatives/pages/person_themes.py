"""What a person said over time, by theme."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from initiatives.models import Person, Theme
from initiatives.pages.charts.bars import NamedYears, RowsByYear, YearCount, rows_by_year
from initiatives.search import Results, search
from initiatives.search.content import UNDATED

# How many themes, the most frequent ones, have a row of their own.
SHOWN = 6


@dataclass(frozen=True)
class PersonThemes:
    """The themes with their numbers of quotes, and a chart of them if the quotes span several years."""

    rows: list[NamedYears]
    plot: RowsByYear | None
    # The number of quotes without a date, even of the source.
    undated: int
    undated_url: str


def themes_over_time(person: Person, quotes: Results) -> PersonThemes | None:
    """Return the themes of a person's public quotes; None if none of them has a theme.

    The last row counts the quotes with none of the themes above. A quote with several themes counts for each.
    """
    counts = quotes.by_theme()
    themes = Theme.objects.published().filter(pk__in=counts)
    shown = sorted(themes, key=lambda theme: (-sum(counts[theme.pk].values()), theme.name))[:SHOWN]
    if not shown or quotes.criteria is None:
        return None
    rows = [_row(person, capfirst(theme.name), {"theme": [theme.slug]}, counts[theme.pk]) for theme in shown]
    others = quotes.criteria.exclude("theme", [theme.pk for theme in shown])
    none_of_them = search(others, page_size=1, facets=["year"]).facets["year"]
    if none_of_them:
        without = {"exclude_theme": [theme.slug for theme in shown]}
        rows.append(replace(_row(person, _("None of these themes"), without, none_of_them), is_rest=True))
    undated = quotes.facets["year"].get(UNDATED, 0)
    return PersonThemes(rows, rows_by_year(rows), undated, _address(person, {}, UNDATED))


def _row(person: Person, name: str, chosen: dict[str, Any], counts: Mapping[str, int]) -> NamedYears:
    years = [
        YearCount(int(year), count, _address(person, chosen, year))
        for year, count in sorted(counts.items())
        if year != UNDATED
    ]
    return NamedYears(name, _address(person, chosen), sum(counts.values()), years)


def _address(person: Person, chosen: dict[str, Any], year: str = "") -> str:
    """Return the address of a person's quotes with some filters."""
    given = {"speaker": [person.slug], **chosen, **({"year": [year]} if year else {})}
    return f"{reverse('quotes')}?{urlencode(given, doseq=True)}"
