"""The pages of single items, including drafts with a signed link, and their citations as files."""

from collections.abc import Sequence
from urllib.parse import urlencode

from csp.constants import SELF
from csp.decorators import csp_update
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.generic import DetailView

from initiatives.changes.log import corrected, corrections_of
from initiatives.changes.withdrawals import Withdrawal, withdrawn
from initiatives.data.citations.files import FORMATS, paths
from initiatives.data.citations.reference import CITED, reference
from initiatives.data.citations.styles import citations
from initiatives.data.lists import links
from initiatives.data.signposts import signposts
from initiatives.models import (
    Body,
    Initiative,
    Milestone,
    OldSlug,
    Person,
    Principle,
    PrincipleSet,
    Quote,
    Source,
    Theme,
)
from initiatives.models.choices import Kind, Status
from initiatives.models.paths import read_key
from initiatives.pages import comparisons
from initiatives.pages.charts.coverage import coverage
from initiatives.pages.citations import address
from initiatives.pages.lists.rows import NO_QUERY, ResultRow, rows_of
from initiatives.pages.person_themes import themes_over_time
from initiatives.pages.previews import PreviewExpired, previewed
from initiatives.pages.share_cards.contents import share_image
from initiatives.pages.similar import quotes_around
from initiatives.pages.whole_texts import whole_text
from initiatives.search import Criteria, Results, Unavailable, search
from initiatives.text.scripts import any_cyrillic
from initiatives.views.errors import moved
from initiatives.views.reports import report_url

# How many quotes and initiatives another item's page shows; a link leads to all of them.
SHOWN = 10
# How many of the newest corrections it shows; the log has all of them.
SHOWN_CORRECTIONS = 3


class DetailPage(DetailView):
    """The page of one item, found by its slug; an old slug redirects permanently to the current one."""

    http_method_names = ["get", "head", "options"]
    model: type[Model]

    def items(self):
        """Return the items, public or not, with everything that the page shows."""
        return self.model._default_manager.all()

    def context(self, item) -> dict:
        """Return what the page shows in addition to the item."""
        return {}

    def get_queryset(self):
        """Return the public items, with everything that the page shows."""
        return self.items().published().annotate(is_corrected=corrected(self.model))

    def get_context_data(self, **kwargs) -> dict:
        """Return the item, its corrections, and whatever else the page shows."""
        item = self.object
        corrections = corrections_of(item, SHOWN_CORRECTIONS)
        return super().get_context_data(
            item=item, corrections=corrections, report_url=report_url(item), **self.context(item), **kwargs
        )

    def page(self, item, **extra) -> HttpResponse:
        """Return the page of an item; that of a public one announces its links in a header."""
        self.object = item
        response = self.render_to_response(self.get_context_data(**extra))
        if not extra.get("preview"):
            response["Link"] = signposts(item)
        return response

    def shared(self, item) -> dict:
        """Return the metadata of a public item's page for other sites."""
        is_cited = item._meta.model_name in CITED
        cited = {"citations": citations(item), "cite_as": paths(item)} if is_cited else {}
        return {"share_image": share_image(item), **cited}

    def gone(self, withdrawal: Withdrawal) -> HttpResponse:
        """Return the page in place of a withdrawn item: its name, the day, and the reason given."""
        return render(self.request, "gone.html", {"withdrawal": withdrawal}, status=410)

    def address(self, item) -> str:
        """Return the address of an item loaded by `items()`."""
        return item.get_absolute_url()

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Show the public item with this slug or number, or redirect to its current address."""
        try:
            item = self.get_object()
        except Http404:
            old = OldSlug.objects.filter(kind=self.model._meta.model_name, slug=kwargs.get("slug")).first()
            if old and (renamed := self.get_queryset().filter(pk=old.object_id).first()):
                return moved(self.address(renamed))
            if withdrawal := withdrawn(self.model, pk=kwargs.get("pk"), slug=kwargs.get("slug", "")):
                return self.gone(withdrawal)
            raise
        return self.page(item, **self.shared(item))


@method_decorator(csp_update({"frame-src": [SELF]}), name="dispatch")  # the example of how it is embedded
class QuotePage(DetailPage):
    """A quote: its words, source, context, translations and themes, and similar quotes."""

    model = Quote
    template_name = "items/quote.html"

    def items(self):
        """Return quotes with everything that the page shows."""
        return Quote.objects.for_page()

    def context(self, item: Quote) -> dict:
        """Return how it was compared, the previous and next quotes from the same source, and similar quotes."""
        item.load_initiatives()
        compared = comparisons.comparison_of(item)
        why_not = "" if compared else comparisons.why_not(item)
        live = comparisons.live(item.source) if item.source else ""
        return {"compared": compared, "not_compared": why_not, "live": live, **quotes_around(item)._asdict()}

    def shared(self, item: Quote) -> dict:
        """Return the metadata for other sites, including where to ask how to embed the quote."""
        asked = urlencode({"url": address(item.get_absolute_url())})
        return {**super().shared(item), "oembed_url": f"{address(reverse('oembed'))}?{asked}"}

    def page(self, item: Quote, **extra) -> HttpResponse:
        """Return the page of a quote; redirect if the slug in the address is not the current one."""
        if self.kwargs.get("slug", item.slug) != item.slug:
            return moved(item)
        return super().page(item, **extra)


@require_safe
def short_quote(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Redirect from the short address of a quote to its page; 410 if it was withdrawn."""
    quote = Quote.objects.published().filter(pk=pk).first()
    return moved(quote) if quote else QuotePage.as_view()(request, pk=pk)


class InitiativePage(DetailPage):
    """An initiative: what was announced and done, with evidence, and what was said."""

    model = Initiative
    template_name = "items/initiative.html"

    def items(self):
        """Return initiatives with everything that the page shows."""
        return Initiative.objects.for_detail()

    def context(self, item: Initiative) -> dict:
        """Return its quotes and its public milestones: announcements, and what was done."""
        return {
            "milestones": item.steps,
            "announced": [milestone for milestone in item.steps if milestone.status == Status.ANNOUNCED],
            "done": [milestone for milestone in item.steps if milestone.status != Status.ANNOUNCED],
            **_quotes_with("initiative", item),
        }


class PrincipleSetPage(DetailPage):
    """A set of principles, in order."""

    model = PrincipleSet
    template_name = "items/principle_set.html"

    def items(self):
        """Return sets with their principles."""
        return PrincipleSet.objects.for_listing()

    def context(self, item: PrincipleSet) -> dict:
        """Return a table of public initiatives by principle."""
        principles = item.principles.all()
        return {"coverage": coverage([(principle, principle.public_initiatives) for principle in principles])}


class ThemePage(DetailPage):
    """Everything on one theme."""

    model = Theme
    template_name = "items/theme.html"

    def context(self, item: Theme) -> dict:
        """Return the theme's initiatives, principles and quotes."""
        initiatives = item.initiatives.published()
        return {
            "initiatives": initiatives.for_listing()[:SHOWN],
            "initiatives_count": initiatives.count(),
            "principles": Principle.objects.published().for_listing().filter(themes=item),
            **_quotes_with("theme", item),
            "as_data": links("theme", slug=item.slug),
        }


class PersonPage(DetailPage):
    """A person: their quotes and milestones."""

    model = Person
    template_name = "items/person.html"

    def items(self):
        """Return people with their source."""
        return Person.objects.select_related("source")

    def context(self, item: Person) -> dict:
        """Return the person's quotes, their themes over time, and the person's milestones."""
        found = _found("speaker", item, ["year"])
        return {
            "milestones": Milestone.objects.with_evidence().for_listing().filter(person=item),
            "as_data": links("person", slug=item.slug),
            "said": themes_over_time(item, found) if found else None,
            **_quotes_of(found),
        }


class BodyPage(DetailPage):
    """An institution and the initiatives it is involved in."""

    model = Body
    template_name = "items/body.html"

    def items(self):
        """Return bodies with their source."""
        return Body.objects.select_related("source")

    def context(self, item: Body) -> dict:
        """Return the body's initiatives."""
        return {"initiatives": item.initiatives.published().for_listing()}


class SourcePage(DetailPage):
    """A source and the items based on it."""

    model = Source
    template_name = "items/source.html"

    def items(self):
        """Return sources with what is known of their page today."""
        return Source.objects.select_related("watch")

    def context(self, item: Source) -> dict:
        """Return the quotes, initiatives and milestones based on it, and its copies."""
        found = _found("source", item, ["compared"])
        return {
            "milestones": Milestone.objects.published().for_listing().resting_on(item),
            "initiatives": Initiative.objects.published().for_listing().filter(source=item),
            "copies": comparisons.copies_of(item, found.facets["compared"] if found else {}),
            "live": comparisons.live(item),
            **_quotes_of(found),
        }


class SourceTextPage(SourcePage):
    """The whole text of a source, if its rights allow it; otherwise there is no such page."""

    template_name = "items/source_text.html"

    def get_queryset(self):
        """Return the public sources with rights."""
        return super().get_queryset().exclude(rights="")

    def get_context_data(self, **kwargs) -> dict:
        """Return the part of the text with the paragraph asked for. Raises Http404 without one."""
        whole = whole_text(self.object, read_key(self.request.GET.get("p", "1")) or 0)
        if whole is None:
            raise Http404
        needed = {"words"} if any_cyrillic([whole.row.text[:1000]]) else set()
        return {"item": self.object, "object": self.object, "whole": whole, "needed": needed, **kwargs}

    def shared(self, item: Source) -> dict:
        """Return nothing: the page of the source has the metadata for other sites."""
        return {}

    def address(self, item: Source) -> str:
        """Return the address of the text of a source."""
        return comparisons.text_address(item)


class Citation(DetailPage):
    """The citation of one item as a file; the item is found as for its page."""

    def items(self):
        """Return items with everything that citations use."""
        return super().items().for_card()

    def shared(self, item) -> dict:
        """Return nothing: a file needs no metadata."""
        return {}

    def address(self, item) -> str:
        """Return the address of the citation of an item loaded by `items()`."""
        return paths(item)[self.kwargs["cited_as"]]

    def page(self, item, **extra) -> HttpResponse:
        """Return the citation as a download."""
        suffix, cited = self.kwargs["cited_as"], reference(item)
        response = HttpResponse(
            FORMATS[suffix].write(cited).encode("utf-8", "replace"), content_type=FORMATS[suffix].media_type
        )
        response["Content-Disposition"] = f'attachment; filename="{cited.key}.{suffix}"'
        return response


# Kinds with a page of their own; principles are shown with their set.
PAGES: dict[str, type[DetailPage]] = {
    str(page.model._meta.model_name): page
    for page in (
        QuotePage,
        InitiativePage,
        PrincipleSetPage,
        ThemePage,
        PersonPage,
        BodyPage,
        SourcePage,
    )
}


@method_decorator(never_cache, name="dispatch")
class Preview(View):
    """Shows one item on its own page, with everything it depends on, published or not."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Show the link's item: 410 if the link has expired, 404 if it is not valid."""
        try:
            kind, pk = previewed(token)
        except PreviewExpired:
            response = render(request, "preview_expired.html", status=410)
        except ValueError as error:
            raise Http404 from error
        else:
            page = PAGES[kind]()
            page.setup(request)
            response = page.page(get_object_or_404(page.items(), pk=pk), preview=True)
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Referrer-Policy"] = "no-referrer"
        return response


def _quotes_with(facet: str, item: Model) -> dict[str, list[ResultRow] | int | None]:
    """Return the newest public quotes with an item as a value of a facet, and their total number."""
    return _quotes_of(_found(facet, item))


def _found(facet: str, item: Model, facets: Sequence[str] = ()) -> Results | None:
    """Return the public quotes with an item as a value of a facet; None while search is not available.

    As in lists, undated quotes take the date of their source.
    """
    try:
        return search(Criteria(frozenset({Kind.QUOTE})).choose(facet, [item.pk]), page_size=SHOWN, facets=facets)
    except Unavailable:
        return None


def _quotes_of(found: Results | None) -> dict[str, list[ResultRow] | int | None]:
    """Return the newest of these quotes, and their total number: None while search is not available."""
    if found is None:
        return {"quotes": [], "quotes_count": None}
    return {"quotes": rows_of(found.hits, NO_QUERY), "quotes_count": found.count}
