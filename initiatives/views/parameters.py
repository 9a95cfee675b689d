"""The parameters that public pages read from their addresses."""

from initiatives.changes.filters import ChangeFilters
from initiatives.pages.lists.facets import ALL, FIND, MANY
from initiatives.views import lists
from initiatives.views.changes import BEFORE
from initiatives.views.reports import VERSION

_FILTER_SETS = (
    *(page.filterset_class for page in (lists.Quotes, lists.Initiatives, lists.Sources, lists.Timeline)),
    lists.Everything.filterset_class,
    ChangeFilters,
)
# Besides the filters: the page of a list, the letter of an index, the facet that shows all its values, the name sought
# in one, those of reports, suggestions, sitemaps, files and embedding; the last four belong to the API.
PARAMETERS = frozenset(
    {"page", "letter", ALL, BEFORE, VERSION, "in", "format", "p", "bom", "url", "maxwidth", "maxheight"}
    | {"limit", "cursor", "fields", "updated_since"}
    | {FIND + name for name in MANY}
    | set().union(*(one.base_filters for one in _FILTER_SETS))
)
