"""Dates known to the day, the month or the year: how they are parsed, written and shown. Pure."""

import calendar
import contextlib
import datetime
import re
from functools import cache, lru_cache

from django.conf import settings
from django.utils.dateformat import format as format_date
from django.utils.dates import MONTHS, MONTHS_3, MONTHS_ALT, MONTHS_AP
from django.utils.text import Truncator
from django.utils.translation import get_language, override, pgettext
from django.utils.translation import gettext as _

from initiatives.models.choices import DatePrecision

_WRITTEN = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
# Dates in numbers, as people write them: the year first or last; the day follows the month only after the year.
_YEAR_FIRST = re.compile(r"([0-9]{4})(?:([-./])([0-9]{1,2})(?:\2([0-9]{1,2}))?)?")
_YEAR_LAST = re.compile(r"(?:([0-9]{1,2})([-./]))?([0-9]{1,2})[-./]([0-9]{4})")
# A time after the day, as spreadsheets add it: ignored.
_TIME = re.compile(
    r"(?:,? |t)[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?: ?[ap]m)?(?: ?(?:z|[+-][0-9]{2}:?[0-9]{2}))?"
)
# Words that may follow the year.
_YEAR_WORDS = frozenset({"г", "год", "года", "ж", "жыл", "жылғы", "жылы"})


def parse_partial_date(written: str) -> tuple[datetime.date | None, str]:
    """Parse `YYYY`, `YYYY-MM` or `YYYY-MM-DD` (ISO 8601, reduced precision).

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
            _("“%(written)s” is not a date. Enter YYYY, YYYY-MM or YYYY-MM-DD.") % {"written": _shortened(written)}
        ) from None
    if day:
        return date, DatePrecision.DAY
    return date, DatePrecision.MONTH if month else DatePrecision.YEAR


def read_partial_date(written: str) -> tuple[datetime.date | None, str]:
    """Parse a date as people write it, in any language of the desk.

    In numbers with dots, dashes or slashes, `2026`, `09.2026`, `2026-09`, `08.09.2026`, `2026-09-08`: the day always
    comes before the month, so `09/08/2026` is the 9th of August. Or with the month as a word, in any of the site's
    languages. A time after the day is ignored. Returns and raises the same as parse_partial_date.
    """
    written = " ".join(written.split()).lower()
    time = _TIME.search(written)
    try:
        date, precision = parse_partial_date(_iso(written[: time.start()] if time else written))
        if time and (time.end() < len(written) or precision != DatePrecision.DAY):
            raise ValueError
        return date, precision
    except ValueError:
        raise ValueError(
            _("“%(written)s” is not a date. Enter it as 2026, 09.2026 or 08.09.2026, the day before the month.")
            % {"written": _shortened(written)}
        ) from None


def read_day_or_month(written: str) -> tuple[datetime.date | None, str]:
    """Parse a whole date or a month with its year like read_partial_date; (None, "") if it is anything else."""
    with contextlib.suppress(ValueError):
        date, precision = read_partial_date(written)
        if precision in (DatePrecision.DAY, DatePrecision.MONTH):
            return date, precision
    return None, ""


def _shortened(written: str) -> str:
    return Truncator(written).chars(60)


def _iso(written: str) -> str:
    """Return a typed date in ISO 8601, or unchanged if it cannot be read."""
    if match := _YEAR_FIRST.fullmatch(written):
        year, _separator, month, day = match.groups()
    elif match := _YEAR_LAST.fullmatch(written):
        day, _separator, month, year = match.groups()
    else:
        words = [word for word in re.findall(r"\w+", written) if word not in _YEAR_WORDS]
        years = [word for word in words if re.fullmatch(r"[0-9]{4}", word)]
        days = [word for word in words if re.fullmatch(r"[0-9]{1,2}", word)]
        months = [_months()[word] for word in words if word in _months()]
        if (len(years), len(words)) != (1, 1 + len(days) + len(months)) or len(months) > 1 or len(days) > len(months):
            return written
        year, month, day = years[0], "".join(months), "".join(days)
    return "-".join([year, *(f"{int(part):02}" for part in (month, day) if part)])


@cache
def _months() -> dict[str, str]:
    """Return the number of each month by its full and short names in the languages of the site."""
    found = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            for names in (MONTHS, MONTHS_ALT, MONTHS_3, MONTHS_AP):
                found |= {str(name).lower().strip("."): str(number) for number, name in names.items()}
    return found


def first_day(date: datetime.date, precision: str) -> datetime.date:
    """Return the first day of the known day, month or year."""
    if precision == DatePrecision.YEAR:
        return date.replace(month=1, day=1)
    if precision == DatePrecision.MONTH:
        return date.replace(day=1)
    return date


def last_day(date: datetime.date, precision: str) -> datetime.date:
    """Return the last day of the known day, month or year."""
    if precision == DatePrecision.YEAR:
        return date.replace(month=12, day=31)
    if precision == DatePrecision.MONTH:
        return date.replace(day=calendar.monthrange(date.year, date.month)[1])
    return date


def months_before(day: datetime.date, months: int) -> datetime.date:
    """Return the same day some months earlier, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return datetime.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def write_partial_date(date: datetime.date | None, precision: str) -> str:
    """Return a date in ISO 8601, as precisely as it is known: the inverse of parse_partial_date."""
    if date is None:
        return ""
    return date.isoformat()[: {DatePrecision.YEAR: 4, DatePrecision.MONTH: 7}.get(DatePrecision(precision), 10)]


def show_partial_date(date: datetime.date | None, precision: str) -> str:
    """Return the date for readers in the active language, only as precisely as it is known."""
    if date is None:
        return _("date not known")
    return _shown(date, precision, get_language())


def explain_partial_date(date: datetime.date | None, precision: str) -> str:
    """Return, in words, how a date was understood: the date, and how precisely it is known; empty without a date."""
    if date is None:
        return ""
    shown = show_partial_date(date, precision)
    if precision == DatePrecision.MONTH:
        return _("%(date)s, known to the month") % {"date": shown}
    if precision == DatePrecision.YEAR:
        return _("%(date)s, known to the year") % {"date": shown}
    return shown


@lru_cache(maxsize=10_000)
def _shown(date: datetime.date, precision: str, language: str) -> str:
    """Return a date in the active language, which is an argument so that each is cached separately."""
    if precision == DatePrecision.YEAR:
        return str(date.year)
    if precision == DatePrecision.MONTH:
        return format_date(date, pgettext("date format, month and year", "F Y"))
    return format_date(date, pgettext("date format, day, month and year", "j F Y"))
