"""Dates are shown and stored only as exactly as they are known."""

import datetime

import pytest
from django import forms
from django.utils import translation
from django.utils.formats import date_format
from hypothesis import given
from hypothesis import strategies as st

from initiatives.models.choices import DatePrecision
from initiatives.models.partial_dates import first_day, parse_partial_date, show_partial_date, write_partial_date
from tests.factories import QuoteFactory


@pytest.mark.parametrize(
    ("written", "shown"),
    [("2020", "2020"), ("2020-09", "September 2020"), ("2020-09-01", "1 September 2020"), ("", "date not known")],
)
def test_only_what_is_known_is_shown(written, shown):
    assert show_partial_date(*parse_partial_date(written)) == shown


@pytest.mark.parametrize(
    ("language", "day", "moment"),
    [
        ("en", "1 September 2020", "1 September 2020, 09:23"),
        ("ru", "1 сентября 2020 г.", "1 сентября 2020 г. 9:23"),
        ("kk", "2020 ж. 1 Қыркүйек", "2020 ж. 1 Қыркүйек, 09:23"),
    ],
)
def test_each_language_has_its_own_way_to_write_days_and_times(language, day, moment):
    at = datetime.datetime(2020, 9, 1, 9, 23)
    with translation.override(language):
        assert (date_format(at, "DATE_FORMAT"), date_format(at, "DATETIME_FORMAT")) == (day, moment)


def test_a_day_typed_with_slashes_is_read_as_the_british_write_it():
    assert forms.DateField().clean("1/9/2020") == datetime.date(2020, 9, 1)


@pytest.mark.parametrize(
    "written", ["2020-13", "2020-02-30", "20", "2020/01/01", "1.9.2020", "yesterday", "0000", "２０２０-01", "2020-1-1"]
)
def test_what_is_no_date_is_refused_with_the_way_to_write_one(written):
    with pytest.raises(ValueError, match="YYYY-MM-DD"):
        parse_partial_date(written)


@given(st.dates(min_value=datetime.date(1000, 1, 1)), st.sampled_from(DatePrecision.values))
def test_writing_and_reading_give_the_first_day_back(date, precision):
    first = first_day(date, precision)
    assert parse_partial_date(write_partial_date(first, precision)) == (first, precision)


@pytest.mark.django_db
def test_a_date_is_stored_on_the_first_day_of_what_is_known():
    quote = QuoteFactory(date=datetime.date(2020, 9, 17), date_precision="month")
    assert quote.date == datetime.date(2020, 9, 1)
    assert quote.shown_date == "September 2020"
    assert QuoteFactory(date=datetime.date(2020, 9, 17)).date_precision == "day"
