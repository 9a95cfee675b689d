"""What can be cited of a list as BibTeX: quotes, initiatives and sources. Items of other kinds are left out.

A comment at the end says how many they are.
"""

from collections.abc import Iterator

from initiatives.data.citations import bibtex
from initiatives.data.citations.reference import cited
from initiatives.data.formats import Format, List


def write(asked: List) -> Iterator[bytes]:
    """Yield the entries, one after another."""
    count = 0
    for reference in cited(asked.items):
        yield (bibtex.entry(reference) + "\n").encode("utf-8", "replace")
        count += 1
    yield f"@comment{{Entries: {count}}}\n".encode()


FORMAT = Format("bib", "BibTeX", bibtex.MEDIA_TYPE, write, is_saved=True)
