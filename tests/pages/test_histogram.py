"""The histogram: plain numbers in, shapes out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from initiatives.pages.charts.bars import BASE, HEIGHT, TALLEST, YearCount, histogram
from initiatives.pages.charts.scale import MOST_NAMED


def number(text: str) -> float:
    return float(text.removesuffix("%"))


def test_nothing_to_draw():
    assert histogram([]) is None
    assert histogram([YearCount(2020, 0)]) is None


def test_empty_years_are_gaps():
    plot = histogram([YearCount(2021, 4), YearCount(2019, 8)])
    assert [bar.column.year for bar in plot.bars] == [2019, 2021]
    first, second = plot.bars
    assert number(second.slot_x) == pytest.approx(2 * number(first.slot_width))
    assert number(first.height) == pytest.approx(2 * number(second.height)) == TALLEST
    assert (plot.first, plot.last, plot.empty_years, plot.most.year) == (2019, 2021, 1, 2019)
    assert [name.text for name in plot.names] == [2019, 2020, 2021]
    assert plot.numbered
    assert plot.lines == []


def test_many_years_have_lines_instead_of_numbers():
    plot = histogram([YearCount(year, year - 1979) for year in range(1980, 2025)])
    assert not plot.numbered
    assert [line.text for line in histogram([YearCount(1996, 1), YearCount(2024, 1_006)]).lines] == [750, 1_500]
    assert [line.text for line in plot.lines] == [25, 50]
    assert [name.text for name in plot.names] == [1980, 1990, 2000, 2010, 2020]


@pytest.mark.parametrize(
    ("most", "years", "numbered"), [(999, 8, True), (1_000, 8, False), (20_000, 5, True), (10**9, 1, True)]
)
def test_numbers_are_shown_where_none_touches_the_next_on_a_phone(most, years, numbered):
    plot = histogram([YearCount(2000 + year, most) for year in range(years)])
    assert plot.numbered == numbered
    assert bool(plot.lines) != numbered


@given(st.dictionaries(st.integers(1, 9999), st.integers(0, 10**9), max_size=40))
def test_everything_is_drawn_within_the_plot(counts):
    plot = histogram([YearCount(year, count) for year, count in counts.items()])
    drawn = {year: count for year, count in counts.items() if count}
    if not drawn:
        assert plot is None
        return
    assert {bar.column.year: bar.column.count for bar in plot.bars} == drawn
    assert len(plot.names) <= MOST_NAMED + 1
    for bar in plot.bars:
        assert -0.2 <= number(bar.x) <= number(bar.x) + number(bar.width) <= 100.2
        assert 0 < number(bar.height) <= TALLEST
        assert number(bar.y) + number(bar.height) == pytest.approx(BASE, abs=0.11)
        assert 0 < number(bar.number_y) < HEIGHT
    by_count = sorted(plot.bars, key=lambda bar: bar.column.count)
    assert [number(bar.height) for bar in by_count] == sorted(number(bar.height) for bar in by_count)
    for line in plot.lines:
        assert 0 < number(line.at) < BASE
