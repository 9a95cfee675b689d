"""Dates are shown and stored with their known precision."""

import datetime

import pytest
from django import forms
from django.utils import translation
from django.utils.formats import date_format
from hypothesis import given
from hypothesis import strategies as st

from initiatives.models.choices import DatePrecision
from initiatives.models.partial_dates import (
    explain_partial_date,
    first_day,
    parse_partial_date,
    read_partial_date,
    show_partial_date,
    write_partial_date,
)
from tests.factories import QuoteFactory


@pytest.mark.parametrize(
    ("written", "shown"),
    [("2020", "2020"), ("2020-09", "September 2020"), ("2020-09-01", "1 September 2020"), ("", "date not known")],
)
def test_dates_are_shown_with_their_known_precision(written, shown):
    assert show_partial_date(*parse_partial_date(written)) == shown


@pytest.mark.parametrize(
    ("language", "day", "moment"),
    [
        ("en", "1 September 2020", "1 September 2020, 09:23"),
        ("ru", "1 сентября 2020 г.", "1 сентября 2020 г. 9:23"),
        ("kk", "2020 ж. 1 Қыркүйек", "2020 ж. 1 Қыркүйек, 09:23"),
    ],
)
def test_days_and_times_are_written_as_usual_in_each_language(language, day, moment):
    at = datetime.datetime(2020, 9, 1, 9, 23)
    with translation.override(language):
        assert (date_format(at, "DATE_FORMAT"), date_format(at, "DATETIME_FORMAT")) == (day, moment)


def test_a_day_typed_with_slashes_is_read_in_british_order():
    assert forms.DateField().clean("1/9/2020") == datetime.date(2020, 9, 1)


@pytest.mark.parametrize(
    "written", ["2020-13", "2020-02-30", "20", "2020/01/01", "1.9.2020", "yesterday", "0000", "２０２０-01", "2020-1-1"]
)
def test_an_invalid_date_is_refused_with_the_expected_format(written):
    with pytest.raises(ValueError, match="YYYY-MM-DD"):
        parse_partial_date(written)


@given(st.dates(min_value=datetime.date(1000, 1, 1)), st.sampled_from(DatePrecision.values))
def test_a_written_date_is_read_back_as_its_first_day(date, precision):
    first = first_day(date, precision)
    assert parse_partial_date(write_partial_date(first, precision)) == (first, precision)


DATES = st.dates(min_value=datetime.date(1000, 1, 1))
LANGUAGES = ("en", "ru", "kk")


@given(DATES, st.sampled_from(DatePrecision.values), st.sampled_from("-./"), st.booleans(), st.booleans())
def test_a_date_is_read_the_same_in_every_language(date, precision, separator, year_first, short):
    """In numbers with any separator, with or without zeros, the year first or last; and with the month as a word."""
    width = 1 if short else 2
    parts = [str(date.year), f"{date.month:0{width}}", f"{date.day:0{width}}"]
    parts = parts[: {"year": 1, "month": 2, "day": 3}[precision]]
    known = first_day(date, precision), precision
    written = [separator.join(parts if year_first else parts[::-1])]
    for language in LANGUAGES:
        with translation.override(language):
            written.append(show_partial_date(*known))
    for language in LANGUAGES:
        with translation.override(language):
            assert {read_partial_date(text) for text in written} == {known}
            # The explanation begins with the date as shown, and depends on its precision.
            assert explain_partial_date(*known).startswith(show_partial_date(*known))


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("09/08/2026", "2026-08-09"),
        ("8 Sept. 2026", "2026-09-08"),
        ("September 8, 2026", "2026-09-08"),
        ("8 сентября 2026 г.", "2026-09-08"),
        ("2026 жылғы 8 қыркүйек", "2026-09-08"),
        ("  2026 ", "2026"),
        ("28.02.2026 14:30", "2026-02-28"),
        ("2026-02-28T14:30:00+05:00", "2026-02-28"),
        ("2026-02-28 00:00:00", "2026-02-28"),
        ("28/02/2026, 2:30 PM", "2026-02-28"),
        ("8 сентября 2026 10:00", "2026-09-08"),
        ("", ""),
    ],
)
def test_dates_in_many_formats_are_read_day_before_month(written, iso):
    assert write_partial_date(*read_partial_date(written)) == iso


@pytest.mark.parametrize(
    "written",
    [
        "13.2026",
        "08/13/2026",
        "2026.13",
        "30.02.2026",
        "8.9.26",
        "2026-09.08",
        "8 2026",
        "May June 2026",
        "8 May",
        "soon",
        "09.2026 10:00",
        "2026-09-08 10:00 or later",
    ],
)
def test_ambiguous_and_unreadable_dates_are_refused(written):
    with pytest.raises(ValueError, match="the day before the month"):
        read_partial_date(written)


def test_a_date_is_explained_in_words():
    explained = [explain_partial_date(*read_partial_date(written)) for written in ("2026", "9.2026", "8.9.2026", "")]
    assert explained == ["2026, known to the year", "September 2026, known to the month", "8 September 2026", ""]


@pytest.mark.django_db
def test_a_date_is_stored_as_the_first_day_of_its_period():
    quote = QuoteFactory(date=datetime.date(2020, 9, 17), date_precision="month")
    assert quote.date == datetime.date(2020, 9, 1)
    assert quote.shown_date == "September 2020"
    assert QuoteFactory(date=datetime.date(2020, 9, 17)).date_precision == "day"
