"""The filters of each list: declarations only. One FilterSet serves a list's page in every view."""

from django.utils.translation import gettext_lazy as _

from initiatives.models import Body, Initiative, Person, Source, Theme
from initiatives.models.choices import (
    COMPARED,
    EFFECTS,
    INITIATIVE_VIEWS,
    QUOTE_VIEWS,
    STATUSES,
    Checked,
    InitiativeKind,
    Kind,
    Language,
    PublisherKind,
    SourceKind,
)
from initiatives.pages.lists.filtersets import (
    CriteriaFilterSet,
    ExcludedItemsFilter,
    ItemFilter,
    ItemsFilter,
    MovedFilter,
    SinceFilter,
    SortFilter,
    UntilFilter,
    ValueFilter,
    ViewFilter,
    WordsFilter,
    YearFilter,
)
from initiatives.search import Sort

SORTS = [
    (Sort.RELEVANCE, _("relevance")),
    (Sort.NEWEST, _("newest first")),
    (Sort.OLDEST, _("oldest first")),
    (Sort.ADDED, _("recently added")),
]
# Initiatives have the date of their newest evidence.
INITIATIVE_SORTS = [
    SORTS[0],
    (Sort.NEWEST, _("newest evidence first")),
    (Sort.OLDEST, _("silent longest first")),
    SORTS[3],
]
DATE_HELP = _("For example 2020 or 2020-09")


class WordsAndThemes(CriteriaFilterSet):
    """Filters that most lists share."""

    q = WordsFilter(label=_("Words"))
    theme = ItemsFilter(facet="theme", queryset=Theme.objects.all(), label=_("Theme"))
    exclude_theme = ExcludedItemsFilter(facet="theme", queryset=Theme.objects.all(), label=_("Without theme"))


class Dates(CriteriaFilterSet):
    """Date filters, for lists of dated items."""

    year = YearFilter(facet="year", label=_("Year"))
    since = SinceFilter(label=_("From"), help_text=DATE_HELP)
    until = UntilFilter(label=_("To"), help_text=DATE_HELP)


class QuoteFilters(WordsAndThemes, Dates):
    """Filters of the list of quotes."""

    speaker = ItemFilter(facet="speaker", queryset=Person.objects.all(), label=_("Speaker"))
    source = ItemFilter(facet="source", queryset=Source.objects.all(), label=_("Source"))
    initiative = ItemFilter(facet="initiative", queryset=Initiative.objects.all(), label=_("Initiative"))
    language = ValueFilter(facet="language", choices=Language.choices, label=_("Language"))
    compared = ValueFilter(facet="compared", choices=COMPARED, label=_("Compared with a copy"))
    sort = SortFilter(choices=SORTS, label=_("Order"))
    view = ViewFilter(choices=QUOTE_VIEWS, label=_("View"))


class InitiativeFilters(WordsAndThemes):
    """Filters of the list of initiatives."""

    status = ValueFilter(facet="status", choices=STATUSES, label=_("Status"))
    effect = ValueFilter(facet="effect", choices=EFFECTS, label=_("Effect"))
    moved = MovedFilter(facet="moved", label=_("Last change of status"))
    checked = ValueFilter(facet="checked", choices=Checked.choices, label=_("Checked"))
    kind = ValueFilter(facet="initiative_kind", choices=InitiativeKind.choices, label=_("Kind"))
    body = ItemFilter(facet="body", queryset=Body.objects.all(), label=_("Institution"))
    sort = SortFilter(choices=INITIATIVE_SORTS, label=_("Order"))
    view = ViewFilter(choices=INITIATIVE_VIEWS, label=_("View"))


class SourceFilters(CriteriaFilterSet):
    """Filters of the list of sources."""

    q = WordsFilter(label=_("Words"))
    kind = ValueFilter(facet="source_kind", choices=SourceKind.choices, label=_("Kind"))
    publisher_kind = ValueFilter(facet="publisher_kind", choices=PublisherKind.choices, label=_("Kind of publisher"))
    year = YearFilter(facet="year", label=_("Year"))
    sort = SortFilter(choices=SORTS, label=_("Order"))


class TimelineFilters(WordsAndThemes, Dates):
    """Filters of the timeline."""

    kind = ValueFilter(
        facet="kind",
        choices=[(kind.value, kind.label) for kind in (Kind.MILESTONE, Kind.QUOTE, Kind.SOURCE)],
        label=_("Kind"),
    )
    sort = SortFilter(choices=SORTS[1:], label=_("Order"))


class EverythingFilters(WordsAndThemes, Dates):
    """Filters for the search across all kinds."""

    kind = ValueFilter(facet="kind", choices=Kind.choices, label=_("Kind"))
    publisher_kind = ValueFilter(facet="publisher_kind", choices=PublisherKind.choices, label=_("Kind of publisher"))
    sort = SortFilter(choices=SORTS, label=_("Order"))
