"""Dates known to the day, the month or the year: how they are parsed, written and shown. Pure."""

import datetime
import re
from functools import lru_cache

from django.utils.dateformat import format as format_date
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from initiatives.models.choices import DatePrecision

_WRITTEN = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


def parse_partial_date(written: str) -> tuple[datetime.date | None, str]:
    """Read `YYYY`, `YYYY-MM` or `YYYY-MM-DD` (ISO 8601, reduced precision).

    Returns the first day it covers and its DatePrecision; (None, "") for an empty string.
    Raises ValueError, with a message for readers, if it is not a date.
    """
    written = written.strip()
    if not written:
        return None, ""
    match = _WRITTEN.fullmatch(written)
    try:
        if match is None:
            raise ValueError
        year, month, day = match.groups()
        date = datetime.date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        raise ValueError(
            _("“%(written)s” is not a date. Enter YYYY, YYYY-MM or YYYY-MM-DD.") % {"written": written}
        ) from None
    if day:
        return date, DatePrecision.DAY
    return date, DatePrecision.MONTH if month else DatePrecision.YEAR


def first_day(date: datetime.date, precision: str) -> datetime.date:
    """Return the first day of the known day, month or year."""
    if precision == DatePrecision.YEAR:
        return date.replace(month=1, day=1)
    if precision == DatePrecision.MONTH:
        return date.replace(day=1)
    return date


def write_partial_date(date: datetime.date | None, precision: str) -> str:
    """Return the ISO 8601 form of what is known: the reverse of parse_partial_date."""
    if date is None:
        return ""
    return date.isoformat()[: {DatePrecision.YEAR: 4, DatePrecision.MONTH: 7}.get(DatePrecision(precision), 10)]


def show_partial_date(date: datetime.date | None, precision: str) -> str:
    """Return the date for readers in the active language, only as precisely as it is known."""
    if date is None:
        return _("date not known")
    return _shown(date, precision, get_language())


@lru_cache(maxsize=10_000)
def _shown(date: datetime.date, precision: str, language: str) -> str:
    """Return a date in the active language, which is an argument so that each language is cached separately."""
    if precision == DatePrecision.YEAR:
        return str(date.year)
    if precision == DatePrecision.MONTH:
        return format_date(date, pgettext("date format, month and year", "F Y"))
    return format_date(date, pgettext("date format, day, month and year", "j F Y"))
