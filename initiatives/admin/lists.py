"""Lists of any length: no list page counts or scans rows beyond a limit.

A page is found by keys alone, in the order of an index. Then only the items on it are loaded.
"""

import datetime
from copy import copy
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ORDER_VAR, PAGE_VAR, ChangeList
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.accounts.users import user_of
from initiatives.admin.desk import desk_of
from initiatives.editorial.queues import bounded_number, queues_of
from initiatives.editorial.spreadsheets.imported_items import tables_with, with_items_of
from initiatives.models import Found, Import
from initiatives.models.choices import Compared, Kind
from initiatives.models.paths import read_key
from initiatives.search import QueryError, Unavailable, parse, search_for_editors

# The most items a list counts and pages through; "10,000+" means there are more.
COUNTED = 10_000
# The most items for which filters show counts: each choice needs its own count.
FACETED = 1_000
# Up to this many matches, look them up by key; with more, scan the list in order.
FEW = 20_000
# The highest count of related items shown beside an item.
COUNTED_BESIDE = 1_000
# How many years one query looks at.
YEARS_AT_ONCE = 50


class BoundedCount(Subquery):
    """The number of rows of a queryset for each row of the outer query, up to COUNTED_BESIDE + 1."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS bounded)"
    output_field = IntegerField()

    def __init__(self, queryset: QuerySet):
        super().__init__(queryset.order_by().values("pk")[: COUNTED_BESIDE + 1])


class BoundedPaginator(Paginator):
    """Pages through the first COUNTED items."""

    @cached_property
    def counted(self) -> int:
        """The number of items, or COUNTED + 1 if there are more."""
        items = self.object_list
        if not isinstance(items, QuerySet):
            return len(items)
        return items.order_by().values("pk")[: COUNTED + 1].count()

    @cached_property
    def count(self) -> int:
        return min(self.counted, COUNTED)

    @property
    def capped(self) -> bool:
        return self.counted > COUNTED


class BoundedChangeList(ChangeList):
    """A list that loads one page, sorted by one column, and shows counts in filters only if it is short."""

    def get_queryset(self, request: HttpRequest, exclude_parameters=None) -> QuerySet:
        """Order the items by one column, the last one chosen: no index orders by two."""
        chosen = self.params.pop(ORDER_VAR, "").split(".")[0]
        if self._is_sortable(chosen.removeprefix("-")):
            self.params[ORDER_VAR] = chosen
        return super().get_queryset(request, exclude_parameters)

    def _is_sortable(self, column: str) -> bool:
        if not column.isdecimal() or int(column) >= len(self.list_display):
            return False
        name = self.list_display[int(column)]
        return name in (self.sortable_by or ()) and self.get_ordering_field(name) is not None

    def get_ordering(self, request: HttpRequest, queryset: QuerySet) -> list:
        """Order ties by key in the column's direction: Django always orders them descending, which no index does."""
        *columns, last = super().get_ordering(request, queryset)
        if columns and last == "-pk" and not str(columns[-1]).startswith("-"):
            last = "pk"
        return [*columns, last]

    def get_results(self, request: HttpRequest) -> None:
        """Load one page, and decide whether filters show counts."""
        super().get_results(request)
        keys = list(self.result_list.values_list("pk", flat=True))
        items = self.apply_select_related(self.root_queryset.filter(pk__in=keys)).order_by()
        loaded = {item.pk: item for item in items}
        self.result_list = [loaded[key] for key in keys if key in loaded]
        for item in self.result_list:
            item.is_ticked = str(item.pk) in desk_of(request).ticked
        self.capped = self.paginator.capped
        self.shown_count = bounded_number(self.paginator.counted, COUNTED)
        self.is_narrowed = bool(self.query or self.get_filters_params())
        self.add_facets = self.add_facets and not self.root_queryset.order_by()[FACETED:].exists()


class UncountedFilter(admin.SimpleListFilter):
    """A filter without counts beside its choices."""

    def choices(self, changelist):
        uncounted = copy(changelist)
        uncounted.add_facets = False
        return super().choices(uncounted)


class WorkFilter(UncountedFilter):
    """Items that need work: the queues of the start page."""

    title = gettext_lazy("task")
    parameter_name = "work"

    def __init__(self, request: HttpRequest, params: dict, model, model_admin):
        self.queues = {queue.key: queue for queue in queues_of(model)}
        super().__init__(request, params, model, model_admin)

    def lookups(self, request: HttpRequest, model_admin):
        return [(queue.key, queue.title) for queue in self.queues.values()]

    def queryset(self, request: HttpRequest, queryset: QuerySet):
        chosen = self.value()
        if chosen is None:
            return queryset
        if chosen not in self.queues:
            return queryset.none()
        return self.queues[chosen].find(queryset, user_of(request))


class ImportFilter(UncountedFilter):
    """Items that a recent import added or changed. The page of an older import links here too."""

    title = gettext_lazy("import")
    parameter_name = "import"
    OFFERED = 5

    def lookups(self, request: HttpRequest, model_admin):
        """Return the latest imports of such items, and the chosen one."""
        self.imports: dict[str, Import] = {}
        if not request.user.has_perm("initiatives.view_import"):
            return []
        done = Import.objects.filter(table__in=tables_with(model_admin.model), done_at__isnull=False).defer("content")
        chosen = self.value() or ""
        self.imports = {str(one.pk): one for one in done.order_by("-done_at", "-pk")[: self.OFFERED]}
        if chosen not in self.imports and (key := read_key(chosen)) is not None:
            self.imports |= {str(one.pk): one for one in done.filter(pk=key)}
        return [
            (key, f"{Truncator(one.file_name).chars(40)}, {date_format(timezone.localtime(one.done_at))}")
            for key, one in self.imports.items()
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet):
        if self.value() is None:
            return queryset
        chosen = self.imports.get(self.value() or "")
        return with_items_of(queryset, chosen) if chosen else queryset.none()


class ChoiceFilter(admin.ChoicesFieldListFilter):
    """Filters by a field with choices that is first in an index. On SQLite, finds rare choices by that index alone.

    SQLite's planner assumes that all choices are equally common: it would look for ten archived quotes among all
    English ones. PostgreSQL's planner knows how common each is, and does worse with hints.
    """

    def queryset(self, request: HttpRequest, queryset: QuerySet):
        narrowed = super().queryset(request, queryset)
        if not self.used_parameters or connection.vendor != "sqlite":
            return narrowed
        chosen: Any = super().queryset(request, queryset.model._default_manager.all())
        return narrowed if chosen[FEW:].exists() else queryset.filter(pk__in=chosen.order_by().values("pk"))


class ComparedFilter(UncountedFilter):
    """Quotes by how exactly their words are in a copy of their source."""

    title = gettext_lazy("compared")
    parameter_name = "compared"
    NO_COPY = "none"

    def lookups(self, request: HttpRequest, model_admin):
        return [*Compared.choices, (self.NO_COPY, _("no copy"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet):
        rows = Found.objects.filter(quote__isnull=False)
        if self.value() == self.NO_COPY:
            return queryset.filter(~Exists(rows.filter(quote=OuterRef("pk"))))
        if self.value() is None:
            return queryset
        chosen = rows.filter(level=self.value())
        if chosen[FEW:].exists():
            return queryset.filter(Exists(chosen.filter(quote=OuterRef("pk"))))
        return queryset.filter(pk__in=chosen.values("quote"))


class ThemeFilter(admin.SimpleListFilter):
    """Filters by theme. Lists the first OFFERED themes; if there are more, a search box finds the others."""

    title = gettext_lazy("theme")
    # The parameter in links to a list: see PublishableAdmin.quotes_on_record.
    parameter_name = "themes__id__exact"
    # The parameter of the search box.
    NAMED = "themes_named"
    template = "admin/initiatives/theme_filter.html"
    OFFERED = 50

    def __init__(self, request: HttpRequest, params: dict, model, model_admin):
        relation = model._meta.get_field("themes")
        self.themes = relation.related_model._default_manager.all()
        self.links = relation.remote_field.through._base_manager.all()
        self.owner = f"{relation.m2m_field_name()}_id"
        self.named = params.pop(self.NAMED, [""])[-1].strip()
        super().__init__(request, params, model, model_admin)

    def lookups(self, request: HttpRequest, model_admin):
        """Return the first themes or those found by the search box, and the chosen one."""
        themes = self.themes.only("name")
        if self.named:
            themes = themes.filter(pk__in=self._found())
        offered = list(themes[: self.OFFERED + 1])
        self.has_box = bool(self.named) or len(offered) > self.OFFERED
        # The parameters that the search form keeps.
        self.kept = [
            (name, value)
            for name, values in request.GET.lists()
            if name not in {self.NAMED, PAGE_VAR}
            for value in values
        ]
        offered = offered[: self.OFFERED]
        if self._key is not None and self._key not in {theme.pk for theme in offered}:
            offered += self.themes.only("name").filter(pk=self._key)
        return [(str(theme.pk), theme.name) for theme in offered]

    def has_output(self) -> bool:
        """Show the filter even if no theme is found, to keep its search box."""
        return self.has_box or super().has_output()

    def _found(self) -> list[int]:
        try:
            return search_for_editors(Kind.THEME, self.named) if parse(self.named) else []
        except (QueryError, Unavailable):
            return []

    @property
    def _key(self) -> int | None:
        return read_key(self.value() or "")

    def queryset(self, request: HttpRequest, queryset: QuerySet):
        if self.value() is None:
            return queryset
        if self._key is None:
            return queryset.none()
        chosen = self.links.filter(theme=self._key)
        if chosen[FEW:].exists():
            return queryset.filter(Exists(chosen.filter(**{self.owner: OuterRef("pk")})))
        return queryset.filter(pk__in=chosen.values(self.owner))

    def get_facet_queryset(self, changelist) -> dict[str, int]:
        """Count the items of each theme, in one query."""
        items = changelist.get_queryset(self.request, exclude_parameters=self.expected_parameters())
        of_items = self.links.filter(**{f"{self.owner}__in": items.order_by().values("pk")})
        counts = dict(of_items.values_list("theme").annotate(Count("pk")))
        return {f"{place}__c": counts.get(int(key), 0) for place, (key, _name) in enumerate(self.lookup_choices)}


class DateYearFilter(UncountedFilter):
    title = gettext_lazy("year")
    parameter_name = "year"
    # The field of the date. It must have an index.
    field = "date"
    UNDATED = "none"

    @classmethod
    def of(cls, field: str) -> type["DateYearFilter"]:
        """Return this filter for a field other than `date`."""
        return type(cls.__name__, (cls,), {"field": field})

    def lookups(self, request: HttpRequest, model_admin):
        years = _years_with(model_admin.model._default_manager.all(), self.field)
        undated = [(self.UNDATED, _("no date"))] if model_admin.opts.get_field(self.field).null else []
        return [*((str(year), str(year)) for year in years), *undated]

    def queryset(self, request: HttpRequest, queryset: QuerySet):
        chosen = self.value()
        if chosen is None:
            return queryset
        if chosen == self.UNDATED:
            return queryset.filter(**{self.field: None})
        if chosen not in dict(self.lookup_choices):
            return queryset.none()
        return queryset.filter(**{f"{self.field}__year": int(chosen)})


def _years_with(items: QuerySet, field: str) -> list[int]:
    """Return the years in which items have a date, newest first, without reading every row.

    One query finds the newest date, a second checks each of the YEARS_AT_ONCE years up to it; repeated for older dates.
    """
    years: list[int] = []
    dated = items.exclude(**{field: None}).order_by(f"-{field}")
    older = dated
    while newest := older.values_list(field, flat=True).first():
        some = range(_year_of(newest), max(_year_of(newest) - YEARS_AT_ONCE, 0), -1)
        older = dated.filter(**{f"{field}__year__lt": some[-1]})
        within = {f"in_{year}": Exists(items.filter(**{f"{field}__year": year})) for year in some}
        found = items.order_by()[:1].values(**within, older=Exists(older)).get()
        years += [year for year in some if found[f"in_{year}"]]
        if not found["older"]:
            break
    return years


def _year_of(value: datetime.date) -> int:
    return timezone.localtime(value).year if isinstance(value, datetime.datetime) else value.year
