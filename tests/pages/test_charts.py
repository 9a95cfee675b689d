"""Plots other than the histogram: plain numbers in, shapes out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from initiatives.pages.charts.bars import (
    NAME_ROOM,
    ROW,
    ROW_BASE,
    ROW_TALLEST,
    BarValue,
    NamedYears,
    YearCount,
    bars,
    rows_by_year,
)
from initiatives.pages.charts.coverage import coverage
from initiatives.pages.charts.scale import MOST_NAMED, PHONE
from initiatives.pages.charts.timeline import LARGEST, LOWEST_LARGEST, MOST_YEARS_WITH_MONTHS, SMALLEST, timeline

KINDS = ["milestone", "quote", "source"]


def number(text: str) -> float:
    return float(text.removesuffix("%"))


class TestStrip:
    def test_nothing_to_draw(self):
        assert timeline({}, KINDS) is None
        assert timeline({("quote", 2020, 1): 0}, KINDS) is None

    def test_marks_are_in_their_months_and_sized_by_their_number(self):
        plot = timeline({("quote", 2020, 1): 1, ("quote", 2020, 12): 9, ("milestone", 2021, 6): 4}, KINDS)
        assert [lane.kind for lane in plot.lanes] == ["milestone", "quote"]
        january, december = plot.years[0].marks
        assert 0 < number(january.x) < 50 / 12 < 50 - 50 / 12 < number(december.x) < 50
        assert (number(january.size), number(december.size)) == (SMALLEST, LARGEST)
        (june,) = plot.years[1].marks
        assert number(january.size) < number(june.size) < number(december.size)
        assert plot.borders == ["50.00%"]

    def test_events_without_a_month_span_the_year(self):
        plot = timeline({("quote", 2020, 0): 3, ("quote", 2021, 2): 1}, KINDS)
        (whole,) = plot.years[0].marks
        assert plot.inexact
        assert not whole.size
        assert (number(whole.x), number(whole.end)) == pytest.approx((0, 50), abs=2)

    def test_months_are_not_drawn_for_many_years(self):
        plot = timeline({("quote", 2000, 5): 1, ("quote", 2000, 0): 2, ("quote", 2030, 7): 1}, KINDS)
        assert [[mark.count for mark in year.marks] for year in plot.years] == [[3], [1]]
        assert plot.borders == []
        assert not plot.inexact
        assert len(plot.names) <= MOST_NAMED + 1

    def test_marks_of_thirty_years_do_not_overlap_on_a_phone(self):
        plot = timeline({("quote", 1996 + year, 5): 900 + year for year in range(31)}, KINDS)
        # A diamond is wider than its size.
        assert all(2 * 1.25 * number(mark.size) <= PHONE / 31 for year in plot.years for mark in year.marks)
        assert plot.dense
        assert not timeline({("quote", 2000, 5): 1, ("quote", 2007, 5): 9}, KINDS).dense

    @given(
        st.dictionaries(
            st.tuples(st.sampled_from(KINDS), st.integers(1, 9999), st.integers(0, 12)),
            st.integers(0, 10**6),
            max_size=30,
        )
    )
    def test_everything_is_drawn_within_the_plot(self, counts):
        plot = timeline(counts, KINDS)
        if not sum(counts.values()):
            assert plot is None
            return
        assert sum(mark.count for year in plot.years for mark in year.marks) == sum(counts.values())
        assert sum(sum(year.counts.values()) for year in plot.years) == sum(counts.values())
        for year in plot.years:
            left, right = number(year.x), number(year.x) + number(year.width)
            for mark in year.marks:
                assert left - 0.02 <= number(mark.x) <= number(mark.end or mark.x) <= right + 0.02
                assert 0 < mark.line < plot.base
                assert mark.end or LOWEST_LARGEST / 2 <= number(mark.size) <= LARGEST
        if plot.last - plot.first >= MOST_YEARS_WITH_MONTHS:
            assert all(len(year.marks) <= len(KINDS) for year in plot.years)


class TestBars:
    def test_the_largest_bar_is_as_wide_as_the_plot_and_the_others_are_in_proportion(self):
        plot = bars([BarValue("a", "A", 3), BarValue("b", "B", 12), BarValue("c", "C", 0)])
        assert [bar.width for bar in plot.bars] == ["25.00%", "100.00%"]
        assert plot.most.value == "b"
        assert plot.height == 2 * plot.row
        assert [bar.top for bar in plot.bars] == [0, plot.row]

    def test_nothing_to_draw(self):
        assert bars([]) is None
        assert bars([BarValue("a", "A", 0)]) is None


class TestCoverage:
    def test_rows_are_sorted_by_their_first_column(self):
        table = coverage([(1, ["b"]), (2, []), (3, ["a", "b"])])
        assert table.rows == [("b", [True, False, True]), ("a", [False, False, True])]
        assert table.totals == [1, 0, 2]
        assert table.bare == [2]

    @given(st.lists(st.sets(st.integers(0, 6)), max_size=6))
    def test_the_marks_are_exactly_those_given(self, held):
        table = coverage(list(enumerate(held)))
        marked = {(column, item) for item, marks in table.rows for column, mark in enumerate(marks) if mark}
        assert marked == {(column, item) for column, items in enumerate(held) for item in items}
        assert sum(table.totals) == len(marked)


def named(name: str, counts: dict[int, int], **options) -> NamedYears:
    years = [YearCount(year, count) for year, count in counts.items()]
    return NamedYears(name, "", sum(counts.values()), years, **options)


class TestRows:
    def test_a_single_year_is_not_plotted(self):
        assert rows_by_year([]) is None
        assert rows_by_year([named("law", {2020: 3, 2021: 0}), named("trade", {2020: 1})]) is None

    def test_rows_share_years_and_a_scale_and_the_rest_has_its_own_scale(self):
        plot = rows_by_year(
            [named("law", {2021: 10, 2020: 5}), named("trade", {2023: 10}), named("", {2020: 900}, is_rest=True)]
        )
        (five, ten), (trade,), (rest,) = (row.bars for row in plot.rows)
        assert (number(five.x), number(ten.x)) == pytest.approx((12.5 - 3.5, 37.5 - 3.5))
        assert [number(bar.height) for bar in (ten, trade, rest)] == [ROW_TALLEST] * 3
        assert number(five.height) * 2 == ROW_TALLEST
        assert (plot.first, plot.last, plot.has_rest) == (2020, 2023, True)
        assert not rows_by_year([named("law", {2021: 10, 2020: 5})]).has_rest

    @given(st.lists(st.dictionaries(st.integers(1, 9999), st.integers(0, 10**6), max_size=9), max_size=8))
    def test_everything_is_drawn_within_its_row(self, counts):
        plot = rows_by_year([named("", years) for years in counts])
        if len({year for years in counts for year, count in years.items() if count}) < 2:
            assert plot is None
            return
        assert len(plot.rows) == len(counts)
        for place, (row, years) in enumerate(zip(plot.rows, counts, strict=True)):
            assert sum(bar.column.count for bar in row.bars) == sum(years.values())
            for bar in row.bars:
                assert 0 <= number(bar.slot_x) <= number(bar.slot_x) + number(bar.slot_width) <= 100.1
                assert place * ROW + NAME_ROOM <= number(bar.y)
                assert number(bar.y) + number(bar.height) == pytest.approx(place * ROW + ROW_BASE, abs=0.2)
        assert len(plot.names) <= MOST_NAMED + 1
