"""What the home page tells beside the tracks: how much happened on each theme in which years, and who speaks."""

from dataclasses import dataclass

from initiatives.models import Person, Theme
from initiatives.models.choices import Kind
from initiatives.pages.charts.bars import Sparkline, sparkline
from initiatives.pages.charts.track import Axis
from initiatives.search import Criteria, Unavailable, all_speakers, search

# As many themes and speakers are shown, those with the most.
THEMES, SPEAKERS = 8, 5


@dataclass(frozen=True)
class ThemeByYear:
    """A theme, how many milestones its initiatives have, and these by year."""

    theme: Theme
    count: int
    plot: Sparkline


def themes_by_year(axis: Axis) -> list[ThemeByYear]:
    """Return the themes with the most milestones, over the years of the tracks; none while search is not available."""
    try:
        counts = search(Criteria(frozenset({Kind.MILESTONE})), page_size=1).by_theme()
    except Unavailable:
        return []
    years = {pk: {int(year): count for year, count in of.items() if year.isdecimal()} for pk, of in counts.items()}
    themes = Theme.objects.published().in_bulk(list(years))
    shown = sorted(themes, key=lambda pk: (-sum(years[pk].values()), themes[pk].name))[:THEMES]
    most = max((count for pk in shown for count in years[pk].values()), default=1)
    return [
        ThemeByYear(themes[pk], sum(years[pk].values()), sparkline(years[pk], axis.first.year, axis.today.year, most))
        for pk in shown
    ]


def most_quoted() -> list[tuple[Person, int]]:
    """Return the people with the most public quotes, each with how many; none while search is not available."""
    try:
        groups = all_speakers()
    except Unavailable:
        return []
    groups = sorted(groups, key=lambda group: (-group.count, group.speaker_id))[:SPEAKERS]
    people = Person.objects.published().in_bulk([group.speaker_id for group in groups])
    return [(people[group.speaker_id], group.count) for group in groups if group.speaker_id in people]
