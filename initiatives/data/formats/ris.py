"""What can be cited of a list as RIS: quotes, initiatives and sources. Items of other kinds are left out."""

from collections.abc import Iterator

from initiatives.data.citations import ris
from initiatives.data.citations.reference import cited
from initiatives.data.formats import Format, List


def write(asked: List) -> Iterator[bytes]:
    """Yield the records, one after another."""
    for reference in cited(asked.items):
        yield ris.entry(reference).encode("utf-8", "replace")


FORMAT = Format("ris", "RIS", ris.MEDIA_TYPE, write, is_saved=True)
