"""The list pages, each based on one FilterSet."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from initiatives.data.lists import links
from initiatives.models import PrincipleSet
from initiatives.models.choices import EVERYTHING, TIMELINE, Kind, View
from initiatives.pages import empty_searches
from initiatives.pages.lists import filters
from initiatives.pages.lists.alternatives import kinds_of
from initiatives.pages.lists.filtersets import CriteriaFilterSet
from initiatives.pages.lists.groups import VIEWS, figures_of, strip_of
from initiatives.pages.lists.headings import Nouns
from initiatives.pages.lists.listing import Listing
from initiatives.pages.totals import counted_themes
from initiatives.pages.tracks import groups_of
from initiatives.search import Criteria, PageOutOfRange, Sort, Unavailable
from initiatives.search.execution import DEEPEST
from initiatives.views.errors import moved


class ListPage(TemplateView):
    """A page of items of some kinds, filtered by a FilterSet."""

    kinds: tuple[str, ...]
    filterset_class: type[CriteriaFilterSet]
    url_name: str
    nouns: Nouns
    # The filters shown with counts.
    facets: list[str]
    only_dated = False
    default_sort = Sort.RELEVANCE
    # Whether this search was counted as an empty one: then the page is rendered each time.
    was_counted = False
    # The name of a list of several kinds in the counts of empty searches.
    name_of_all = EVERYTHING

    def criteria(self) -> Criteria:
        """Return the criteria of the list before any filter."""
        return Criteria(frozenset(self.kinds), sort=self.default_sort, only_dated=self.only_dated)

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Show the list; redirect permanently if the address contains old slugs."""
        self.filterset = self.filterset_class(request.GET, self.criteria(), request=request)
        renamed = self.filterset.with_new_slugs()
        if renamed is not None:
            return moved(f"{request.path}?{renamed.urlencode()}")
        try:
            response = super().get(request, *args, **kwargs)
            if self.was_counted:
                patch_cache_control(response, no_cache=True)
            return response
        except PageOutOfRange:
            return self.no_such_page(request)
        except Unavailable:
            response = render(request, "lists/not_available.html", status=503)
            response["Retry-After"] = "60"
            return response

    def no_such_page(self, request: HttpRequest) -> HttpResponse:
        """Return the page that says where the list ends and links to its first page with the same filters."""
        params = request.GET.copy()
        params.pop("page", None)
        first_url = f"{request.path}?{params.urlencode()}" if params else request.path
        return render(request, "lists/no_such_page_of_list.html", {"first_url": first_url, "most": DEEPEST}, status=404)

    def get_context_data(self, **kwargs) -> dict:
        """Return the listing. Raises PageOutOfRange if it has no such page."""
        listing = Listing(
            self.filterset,
            path=reverse(self.url_name),
            nouns=self.nouns,
            facets=self.facets,
            page=_page_number(self.request.GET.get("page", "1")),
            page_size=settings.PAGE_SIZE,
            by_kind=self.kinds == tuple(Kind),
        )
        if listing.alternatives and listing.alternatives.words_find_nothing:
            empty_searches.count_empty_search(self.request, self.filterset.form.cleaned_data["q"], self.searched())
            self.was_counted = True
        return super().get_context_data(
            listing=listing,
            canonical_path=listing.canonical_path,
            as_data=links(self.url_name, self.filterset.given),
            **kwargs,
        )

    def searched(self) -> str:
        """Return what was searched, for the count of empty searches: one of choices.SEARCHED."""
        kinds = self.filterset.qs.kinds_asked
        return next(iter(kinds)) if len(kinds) == 1 else self.name_of_all


def _page_number(written: str) -> int:
    """Return a page number as an integer. Raises PageOutOfRange if it is not a number."""
    if not written.isascii() or not written.isdigit() or len(written) > 9:
        raise PageOutOfRange
    return int(written)


class Quotes(ListPage):
    """Quotes, by theme above all."""

    template_name = "lists/quotes.html"
    kinds = (Kind.QUOTE,)
    filterset_class = filters.QuoteFilters
    url_name = "quotes"
    nouns = Nouns(_("Quotes"), _("quotes"))
    facets = ["theme", "speaker", "year", "initiative", "source", "language", "compared"]

    def get_context_data(self, **kwargs) -> dict:
        """Return the listing, and the contents of the chosen view if it is not the list."""
        context = super().get_context_data(**kwargs)
        listing = context["listing"]
        if listing.view in VIEWS and not listing.is_empty:
            context["grouped"] = VIEWS[listing.view](self.filterset, listing.results, listing.url)
        return context


class Initiatives(ListPage):
    """Initiatives with their status."""

    template_name = "lists/initiatives.html"
    kinds = (Kind.INITIATIVE,)
    filterset_class = filters.InitiativeFilters
    url_name = "initiatives"
    nouns = Nouns(_("Initiatives"), _("initiatives"))
    facets = ["status", "effect", "moved", "checked", "theme", "kind", "body"]
    # The facets that are also drawn as charts.
    figures = ["status", "theme"]

    def get_context_data(self, **kwargs) -> dict:
        """Return the listing, and the charts or tracks if that view is chosen."""
        context = super().get_context_data(**kwargs)
        listing = context["listing"]
        if listing.view == View.FIGURES and not listing.is_empty:
            context["figures"] = figures_of(listing.facets, self.figures, listing.url)
        if listing.view == View.TRACKS and not listing.is_empty:
            context["groups"] = groups_of(listing.results)
        return context


class Sources(ListPage):
    """The sources of the record."""

    template_name = "lists/sources.html"
    kinds = (Kind.SOURCE,)
    filterset_class = filters.SourceFilters
    url_name = "sources"
    nouns = Nouns(_("Sources"), _("sources"))
    facets = ["kind", "publisher_kind", "year"]


class Timeline(ListPage):
    """Everything with a date, newest first."""

    template_name = "lists/timeline.html"
    kinds = (Kind.MILESTONE, Kind.QUOTE, Kind.SOURCE)
    filterset_class = filters.TimelineFilters
    url_name = "timeline"
    nouns = Nouns(_("Timeline"), _("events"))
    facets = ["kind", "theme", "year"]
    only_dated = True
    default_sort = Sort.NEWEST
    name_of_all = TIMELINE

    def get_context_data(self, **kwargs) -> dict:
        """Return the listing, and its matches on a timeline."""
        context = super().get_context_data(**kwargs)
        listing = context["listing"]
        if not listing.is_empty and listing.results.searched:
            context["strip"] = strip_of(self.filterset, listing.results, list(self.kinds), listing.url)
        return context


class Everything(ListPage):
    """Search across all kinds."""

    template_name = "lists/search.html"
    kinds = tuple(Kind)
    filterset_class = filters.EverythingFilters
    url_name = "search"
    nouns = Nouns(_("Everything in the record"), _("results"), with_words=_("Search results for “%(words)s”"))
    facets = ["theme", "publisher_kind", "year"]

    def get_context_data(self, **kwargs) -> dict:
        """Return the listing, and the counts of the same search in each kind."""
        context = super().get_context_data(**kwargs)
        kinds = kinds_of(self.filterset, context["listing"].results, context["listing"].url)
        return {**context, "kinds": kinds, "found": [offer.counted for offer in kinds if offer.counted]}


class PrincipleSets(TemplateView):
    """The sets of principles."""

    template_name = "principles.html"

    def get_context_data(self, **kwargs) -> dict:
        """Return the sets, each with its principles."""
        sets = PrincipleSet.objects.published().for_listing()
        return super().get_context_data(sets=sets, as_data=links("principles"), **kwargs)


class Themes(TemplateView):
    """All themes."""

    template_name = "themes.html"

    def get_context_data(self, **kwargs) -> dict:
        """Return the themes, each with its numbers of quotes and initiatives."""
        return super().get_context_data(themes=counted_themes(), **kwargs)
