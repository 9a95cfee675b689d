"""Statements that the ORM writes once: from then on, only the time and the primary keys are put in.

Every page of quotes asks the same few things, and to put a statement together takes the ORM up to ten times as long as
to answer it takes the database.
"""

import datetime
from collections.abc import Callable, Collection, Sequence
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import QuerySet
from django.utils import timezone

# What stands in a statement for the time that it is asked at; for primary keys, negative numbers do.
_TIME = datetime.datetime(1900, 1, 1, tzinfo=datetime.UTC)
# There is a statement for so many keys of a group, and for each power of two beyond.
_FEWEST_KEYS = 32


class _Written(NamedTuple):
    sql: str
    params: tuple
    # By their place in a row, what makes values of a column Python's; and the column.
    converters: dict[int, tuple[list, Any]]


class PreparedQuery:
    """A query by a time and by groups of primary keys, each time with others.

    `write(time, *groups)` returns it as a queryset of tuples; each group is a list of keys to look for with `__in`.
    """

    def __init__(self, write: Callable[..., QuerySet]):
        self._write = write
        self._written: dict[tuple[str, int, int], _Written] = {}

    def rows(self, *groups: Collection[int]) -> list[tuple]:
        """Return the rows for groups of keys, as of now."""
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
    """Return an item of which some columns were read."""
    return model.from_db(DEFAULT_DB_ALIAS, columns, values)


def _stand_ins(number: int, size: int) -> range:
    """Return what stands in a statement for the keys of a group; no item has these."""
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
