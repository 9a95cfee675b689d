"""Which lists are offered as data, in which formats, and at what addresses."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from initiatives.data.formats import Format, atom, bib, csv, json, json_feed, ris

FORMATS: dict[str, Format] = {module.FORMAT.suffix: module.FORMAT for module in (csv, json, bib, ris, atom, json_feed)}
_CITATIONS = {bib.FORMAT.suffix, ris.FORMAT.suffix}
# The formats of each list, by its name in addresses. Principles and milestones are not cited by themselves, and what is
# new about statuses is a milestone.
LISTS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("quotes", "initiatives", "sources", "timeline", "search"), tuple(FORMATS)),
    **dict.fromkeys(("principles", "milestones"), tuple(suffix for suffix in FORMATS if suffix not in _CITATIONS)),
    "statuses": (csv.FORMAT.suffix, json.FORMAT.suffix),
}


@dataclass(frozen=True)
class DataLink:
    """A list in another format."""

    format: Format
    url: str


def links(name: str, given: dict[str, list[str]] | None = None, slug: str = "") -> list[DataLink]:
    """Return a list in each format, with the filters that are given; or what is listed of the item with a slug."""
    query = urlencode({key: values for key, values in (given or {}).items() if key != "view" and values}, doseq=True)
    found = []
    for suffix in LISTS.get(name, FORMATS):
        path = reverse(f"{name}_as_data", args=[slug, suffix]) if slug else reverse("list_as_data", args=[name, suffix])
        found.append(DataLink(FORMATS[suffix], f"{path}?{query}" if query else path))
    return found
