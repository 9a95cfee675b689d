"""Prepared statements: the ORM builds each one once; later calls fill in only the time and primary keys.

Every page of quotes runs the same few queries, and the ORM takes up to ten times as long to build a statement as the
database takes to answer it.
"""

import datetime
from collections.abc import Callable, Collection, Sequence
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import QuerySet
from django.utils import timezone

# The placeholder for the current time; negative numbers stand for primary keys.
_TIME = datetime.datetime(1900, 1, 1, tzinfo=datetime.UTC)
# There is a statement for this many keys of a group, and for each power of two beyond.
_FEWEST_KEYS = 32


class _Written(NamedTuple):
    sql: str
    params: tuple
    # By position in a row: the converters to Python values, and the column.
    converters: dict[int, tuple[list, Any]]


class PreparedQuery:
    """A query by time and by groups of primary keys, which differ from call to call.

    `write(time, *groups)` returns it as a queryset of tuples; each group is a list of keys to look for with `__in`.
    """

    def __init__(self, write: Callable[..., QuerySet]):
        self._write = write
        self._written: dict[tuple[str, int, int], _Written] = {}

    def rows(self, *groups: Collection[int]) -> list[tuple]:
        """Return the current rows for groups of keys."""
        size = max(_FEWEST_KEYS, 1 << (max(map(len, groups)) - 1).bit_length())
        version = connection.vendor, size, len(groups)
        if version not in self._written:
            self._written[version] = self._write_down([_stand_ins(number, size) for number in range(len(groups))])
        written = self._written[version]
        adapted = connection.ops.adapt_datetimefield_value
        given: dict[Any, Any] = {adapted(_TIME): adapted(timezone.now())}
        for number, group in enumerate(groups):
            given.update(zip(_stand_ins(number, size), group, strict=False))
        with connection.cursor() as cursor:
            cursor.execute(written.sql, [given.get(param, param) for param in written.params])
            return _converted(cursor.fetchall(), written.converters)

    def _write_down(self, groups: list[range]) -> _Written:
        compiler = self._write(_TIME, *map(list, groups)).query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        columns = [column for column, _sql, _alias in compiler.select[: compiler.col_count]]
        return _Written(sql, tuple(params), compiler.get_converters(columns))


def column_names(model, names: Collection[str]) -> list[str]:
    """Return some columns of a model in the order that `instance_from` takes; unknown names are left out."""
    return [field.attname for field in model._meta.concrete_fields if field.attname in names]


def instance_from(model, columns: Sequence[str], values: Sequence) -> Any:
    """Return an item from some of its columns."""
    return model.from_db(DEFAULT_DB_ALIAS, columns, values)


def _stand_ins(number: int, size: int) -> range:
    """Return placeholders for the keys of a group; no item has these keys."""
    first = -1 - number * size
    return range(first, first - size, -1)


def _converted(rows: list[tuple], converters: dict[int, tuple[list, Any]]) -> list[tuple]:
    if not converters:
        return rows
    converted = []
    for row in rows:
        values = list(row)
        for place, (functions, column) in converters.items():
            for function in functions:
                values[place] = function(values[place], column, connection)
        converted.append(tuple(values))
    return converted
