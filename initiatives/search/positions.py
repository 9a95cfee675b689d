"""Positions: each document's number, which sorts by date and tells the item. 63 bits: day, kind, primary key."""

import datetime

from initiatives.search.content import KINDS

_ID_BITS, _KIND_BITS = 36, 4
_DAY_BITS = _ID_BITS + _KIND_BITS
_KIND_OF_NUMBER = {known.number: kind for kind, known in KINDS.items()}

# Undated items have day 0 and so come first.
EVERYTHING = range(2**63 - 1)
DATED = range(1 << _DAY_BITS, EVERYTHING.stop)


def position_of(kind: str, object_id: int, date: datetime.date | None) -> int:
    """Return the position of an item, which is its alone."""
    day = date.toordinal() if date else 0
    return (day << _DAY_BITS) | (KINDS[kind].number << _ID_BITS) | object_id


def item_of(position: int) -> tuple[str, int]:
    """Return the kind and the primary key of the item at a position."""
    number = (position >> _ID_BITS) & ((1 << _KIND_BITS) - 1)
    return _KIND_OF_NUMBER[number], position & ((1 << _ID_BITS) - 1)


def kind_number(position: str) -> str:
    """Return the SQL expression for the number of the kind (see content.KINDS) at a position."""
    return f"(({position} >> {_ID_BITS}) & {(1 << _KIND_BITS) - 1})"


def date_of(position: int) -> datetime.date | None:
    """Return the date of the item at a position (the first day of what is known), None if it has none."""
    day = position >> _DAY_BITS
    return datetime.date.fromordinal(day) if day else None


def start_of(date: datetime.date) -> int:
    """Return the first position that an item of a day can have."""
    return date.toordinal() << _DAY_BITS


def end_of(date: datetime.date) -> int:
    """Return the first position after all that items of a day can have."""
    return (date.toordinal() + 1) << _DAY_BITS
