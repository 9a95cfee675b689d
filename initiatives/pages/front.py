"""Parts of the home page: the quote of the day, themes by year, speakers and principles."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import prefetch_related_objects
from django.utils import timezone

from initiatives import clock
from initiatives.models import Initiative, Person, PrincipleSet, Quote, Theme
from initiatives.models.choices import InitiativeKind, Kind
from initiatives.models.querysets import public
from initiatives.pages.charts.bars import Sparkline, sparkline
from initiatives.pages.edition import kept
from initiatives.pages.lists.rows import ResultRow, row_of
from initiatives.pages.totals import counts_of_record
from initiatives.pages.tracks import axis_of_record
from initiatives.search import Criteria, Unavailable, all_speakers, search

# How many are shown, the largest ones: themes by quotes, themes by what happened, and speakers.
THEMES, THEMES_BY_YEAR, SPEAKERS = 10, 8, 5


@dataclass(frozen=True)
class ThemeByYear:
    """A theme, with the number of milestones of its initiatives, in total and by year."""

    theme: Theme
    count: int
    plot: Sparkline


@dataclass(frozen=True)
class Front:
    """The parts that change only with the edition of the record, which includes the day, for the quote of the day."""

    # The quote of the day, if there is any.
    featured: list[ResultRow]
    # The public themes with the most quotes, each with the number of them.
    themes: list[tuple[Theme, int]]
    theme_years: list[ThemeByYear]
    # The people with the most public quotes, each with the number of them.
    speakers: list[tuple[Person, int]]
    slogans: list[Initiative]
    # The newest set, with its principles.
    principle_set: PrincipleSet | None


def front() -> Front:
    """Return these parts for the current edition; without years and speakers while search is not available."""
    return kept("front", _front)


def _front() -> Front:
    slogans = Initiative.objects.published().filter(kind=InitiativeKind.SLOGAN).order_by("pk")
    sets = PrincipleSet.objects.published().prefetch_related("principles").order_by("-pk")
    try:
        theme_years, speakers = _by_year(), _most_quoted()
    except Unavailable:
        theme_years, speakers = [], []
    quote = featured_quote(timezone.localdate())
    featured = [row_of(Kind.QUOTE, quote)] if quote else []
    themes = _largest(counts_of_record().quotes_by_theme, THEMES)
    return Front(featured, themes, theme_years, speakers, list(slogans.only("slug", "title")), sets.first())


def featured_quote(day: datetime.date) -> Quote | None:
    """Return the public quote that editors chose for a day, or a random one for that day; None if there is none.

    Random quotes are drawn from those public when the day began (on the first day, from those public now), so that new
    quotes do not change the choice before the next day.
    """
    quotes = Quote.objects.all()
    morning = timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))
    quote = quotes.featured(day).first_public() or quotes.drawn(day.toordinal(), morning, clock.now())
    if quote:
        prefetch_related_objects([quote], public("themes"))
    return quote


def _largest(counts: Mapping[int, int], most: int) -> list[tuple[Theme, int]]:
    """Return the public themes with the highest counts (by primary key), each with its count: at most `most`."""
    ranked = sorted((key for key, count in counts.items() if count), key=lambda key: (-counts[key], key))
    # Some may be drafts.
    public = Theme.objects.published().in_bulk(ranked[: 3 * most])
    return [(public[key], counts[key]) for key in ranked if key in public][:most]


def _by_year() -> list[ThemeByYear]:
    """Return the themes with the most milestones, for the years that tracks cover. Raises Unavailable."""
    axis, counted = axis_of_record(), search(Criteria(frozenset({Kind.MILESTONE})), page_size=1).by_theme()
    years = {
        theme: {int(year): count for year, count in counts.items() if year.isdecimal()}
        for theme, counts in counted.items()
    }
    shown = _largest({theme: sum(counts.values()) for theme, counts in years.items()}, THEMES_BY_YEAR)
    most = max((count for theme, _count in shown for count in years[theme.pk].values()), default=1)
    return [
        ThemeByYear(theme, count, sparkline(years[theme.pk], axis.first.year, axis.today.year, most))
        for theme, count in shown
    ]


def _most_quoted() -> list[tuple[Person, int]]:
    """Return the people with the most public quotes, each with the number of them. Raises Unavailable."""
    groups = sorted(all_speakers(), key=lambda group: (-group.count, group.speaker_id))[:SPEAKERS]
    people = Person.objects.published().in_bulk([group.speaker_id for group in groups])
    return [(people[group.speaker_id], group.count) for group in groups if group.speaker_id in people]
