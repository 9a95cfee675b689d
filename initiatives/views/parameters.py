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
# Beside the filters: the page of a list, the letter of an index, the facet of which all values are shown, the name that
# is looked for in one, those of reports, suggestions, maps, files and embedding; the last four are the API's.
PARAMETERS = frozenset(
    {"page", "letter", ALL, BEFORE, VERSION, "in", "format", "p", "bom", "url", "maxwidth", "maxheight"}
    | {"limit", "cursor", "fields", "updated_since"}
    | {FIND + name for name in MANY}
    | set().union(*(one.base_filters for one in _FILTER_SETS))
)
