"""Lists of any length: nothing on a list page is counted or looked through beyond a bound."""

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db.models import IntegerField, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.queues import bounded_number, queues_of

# The most that a list counts and leafs through; "10,000+" says that there are more.
COUNTED = 10_000


# The most that stands beside an item as the number of others that belong to it.
COUNTED_BESIDE = 1_000


class BoundedCount(Subquery):
    """How many rows a queryset has for each item of another, COUNTED_BESIDE + 1 for any more, in the same statement."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS bounded)"
    output_field = IntegerField()

    def __init__(self, queryset: QuerySet):
        super().__init__(queryset.order_by().values("pk")[: COUNTED_BESIDE + 1])


class BoundedPaginator(Paginator):
    """Pages of the first COUNTED items."""

    @cached_property
    def counted(self) -> int:
        """The number of items, or COUNTED + 1 for any more."""
        items = self.object_list
        if not isinstance(items, QuerySet):
            return len(items)
        return items.order_by().values("pk")[: COUNTED + 1].count()

    @cached_property
    def count(self) -> int:
        """The number of items that can be leafed through."""
        return min(self.counted, COUNTED)

    @property
    def capped(self) -> bool:
        """Whether there are more."""
        return self.counted > COUNTED


class BoundedChangeList(ChangeList):
    """A list that shows counts beside its filters only while everything can be counted at once."""

    def get_results(self, request: HttpRequest) -> None:
        """Read one page, and find out whether to count for the filters."""
        super().get_results(request)
        self.capped = self.paginator.capped
        self.shown_count = bounded_number(self.paginator.counted, COUNTED)
        self.is_narrowed = bool(self.query or self.get_filters_params())
        whole = self.paginator
        if self.is_narrowed:
            whole = BoundedPaginator(self.root_queryset, self.list_per_page)
        self.add_facets = self.add_facets and not whole.capped


class BoundedLists:
    """A ModelAdmin whose lists open at once, however many items there are."""

    paginator = BoundedPaginator
    # Counting everything just to say "of so many" is what takes longest.
    show_full_result_count = False
    show_facets = admin.ShowFacets.ALWAYS

    def get_changelist(self, request: HttpRequest, **kwargs) -> type[ChangeList]:
        """Return the list that knows its bounds."""
        return BoundedChangeList

    def response_action(self, request: HttpRequest, queryset: QuerySet):
        """Refuse an action on all items of a list that has more than it says."""
        if request.POST.get("select_across", "0") != "0" and BoundedPaginator(queryset, 1).capped:
            text = _("These are more than %(limit)d; filters narrow the list. Nothing was changed.")
            self.message_user(request, text % {"limit": COUNTED}, messages.ERROR)
            return None
        return super().response_action(request, queryset)


class UncountedFilter(admin.SimpleListFilter):
    """A filter that shows no counts beside its choices."""

    def choices(self, changelist):
        """Return "all", then every choice."""
        yield {
            "selected": self.value() is None,
            "query_string": changelist.get_query_string(remove=[self.parameter_name]),
            "display": _("All"),
        }
        for value, label in self.lookup_choices:
            yield {
                "selected": self.value() == value,
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": label,
            }


class WorkFilter(UncountedFilter):
    """Items that want something done: the same queues as on the start page."""

    title = gettext_lazy("what to do")
    parameter_name = "work"

    def __init__(self, request: HttpRequest, params: dict, model, model_admin):
        self.queues = {queue.key: queue for queue in queues_of(model)}
        super().__init__(request, params, model, model_admin)

    def lookups(self, request: HttpRequest, model_admin):
        """Return the queues of this kind of item."""
        return [(queue.key, queue.title) for queue in self.queues.values()]

    def queryset(self, request: HttpRequest, queryset: QuerySet):
        """Keep the items of the chosen queue."""
        if self.value() is None:
            return queryset
        if self.value() not in self.queues:
            return queryset.none()
        return self.queues[self.value()].find(queryset, request.user)


class YearFilter(UncountedFilter):
    """Items by the year of their date."""

    title = gettext_lazy("year")
    parameter_name = "year"
    UNDATED = "none"

    def lookups(self, request: HttpRequest, model_admin):
        """Return the years from the first to the last that has an item: two look-ups, however many there are."""
        dated = model_admin.model._default_manager.filter(date__isnull=False)
        first = dated.order_by("date").values_list("date", flat=True).first()
        last = dated.order_by("-date").values_list("date", flat=True).first()
        years = range(last.year, first.year - 1, -1) if first and last else []
        return [*((str(year), str(year)) for year in years), (self.UNDATED, _("no date"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet):
        """Keep the items of the chosen year."""
        chosen = self.value()
        if chosen is None:
            return queryset
        if chosen == self.UNDATED:
            return queryset.filter(date__isnull=True)
        if not any(chosen == value for value, _label in self.lookup_choices):
            return queryset.none()
        return queryset.filter(date__year=int(chosen))
