"""A list as JSON: an array of objects, whose members are the columns, and at the end how many they are."""

import json
from collections.abc import Iterator

from django.conf import settings

from initiatives.data.columns import record
from initiatives.data.formats import Format, List

# Items that are sent at a time.
CHUNK = 100


def write(asked: List) -> Iterator[bytes]:
    """Yield the list, an item on each line."""
    begin = {"title": asked.title, "url": asked.url, "page": asked.page_url, "language": settings.LANGUAGE_CODE}
    yield (json.dumps(begin, ensure_ascii=False)[:-1] + ', "items": [\n').encode()
    lines: list[str] = []
    before, count = "", 0
    for _kind, item in asked.items:
        lines.append(before + json.dumps(record(asked.columns, item), ensure_ascii=False))
        before, count = ",\n", count + 1
        if len(lines) == CHUNK:
            yield "".join(lines).encode("utf-8", "replace")
            lines.clear()
    yield ("".join(lines) + f'\n], "count": {count}}}\n').encode("utf-8", "replace")


FORMAT = Format("json", "JSON", "application/json; charset=utf-8", write)
