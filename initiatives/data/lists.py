"""Which lists are offered as data, in which formats, and at what addresses."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from initiatives.data.formats import Format, atom, bib, csv, json, json_feed, ris

FORMATS: dict[str, Format] = {module.FORMAT.suffix: module.FORMAT for module in (csv, json, bib, ris, atom, json_feed)}
# By the names of the addresses of their pages.
LISTS = ("quotes", "initiatives", "principles", "sources", "timeline", "search")


@dataclass(frozen=True)
class DataLink:
    """A list in another format."""

    format: Format
    url: str


def links(name: str, given: dict[str, list[str]] | None = None, slug: str = "") -> list[DataLink]:
    """Return a list in each format, with the filters that are given; or what is listed of the item with a slug."""
    query = urlencode({key: values for key, values in (given or {}).items() if key != "view" and values}, doseq=True)
    found = []
    for suffix, format_ in FORMATS.items():
        path = reverse(f"{name}_as_data", args=[slug, suffix]) if slug else reverse("list_as_data", args=[name, suffix])
        found.append(DataLink(format_, f"{path}?{query}" if query else path))
    return found
