"""Suggestions for the search boxes, and for browsers that use the site as a search engine (OpenSearch)."""

from contextlib import suppress
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from initiatives.models import Source, Theme
from initiatives.models.choices import KIND_SINGULAR
from initiatives.pages.citations import address
from initiatives.search import Unavailable, suggestions
from initiatives.search.vocabulary import Begun, Named
from initiatives.views.lists import Everything, Initiatives, ListPage, Quotes, Sources, Timeline

# Seconds for which a response may be cached: many visitors type the same prefixes.
MAX_AGE = 60

# The values of the parameter `in`: the lists to search for words.
LISTS: dict[str, type[ListPage]] = {
    page.url_name: page for page in (Everything, Quotes, Initiatives, Sources, Timeline)
}


@require_safe
@cache_control(public=True, max_age=MAX_AGE)
def suggest(request: HttpRequest) -> JsonResponse:
    """Return completions of `q`: names of public items, then words.

    JSON: {"query", "title", "message", "suggestions": [{"kind", "label", "note", "url", …}]}, where `kind` is one of
    choices.Kind or "word", `note` describes it for readers, and a word has a `count`.
    With `format=opensearch`: [query, labels, notes, addresses], see
    https://github.com/dewitt/opensearch/blob/master/mediawiki/Specifications/OpenSearch/Extensions/Suggestions/1.1/Draft%201.wiki
    """
    typed = request.GET.get("q", "")
    found: list[dict] = []
    with suppress(Unavailable):
        found = suggested(typed, request.GET.get("in", ""))
    if request.GET.get("format") == "opensearch":
        columns = [[row[name] for row in found] for name in ("label", "note", "url")]
        labels, notes, urls = columns
        return JsonResponse(
            [typed, labels, notes, [address(url) for url in urls]],
            safe=False,
            content_type="application/x-suggestions+json",
        )
    message = ngettext("%d suggestion", "%d suggestions", len(found)) % len(found)
    return JsonResponse({"query": typed, "title": _("Suggestions"), "message": message, "suggestions": found})


def suggested(typed: str, name: str) -> list[dict]:
    """Return suggestions for the list with this name, or for all lists if it is unknown. Raises search.Unavailable."""
    page = LISTS.get(name, Everything)
    named_items, begun_words = suggestions(typed, page().criteria())
    return [*map(_named, named_items), *(_begun(begun, page) for begun in begun_words)]


def _named(named: Named) -> dict:
    """Return the suggestion for an item: a theme links to its quotes, any other item to its page."""
    if isinstance(named.item, Theme):
        url = f"{reverse('quotes')}?{urlencode({'theme': named.item.slug})}"
    else:
        url = named.item.get_absolute_url()
    row = {
        "kind": named.kind,
        "label": named.name,
        "note": capfirst(KIND_SINGULAR[named.kind]),
        "url": url,
    }
    if isinstance(named.item, Source):
        row["language"] = named.item.title_language
    return {**row, "other": named.other} if named.other else row


def _begun(begun: Begun, page: type[ListPage]) -> dict:
    """Return the suggestion for a word, with a link that searches for it in a list."""
    number = number_format(begun.count, force_grouping=True)
    note = ngettext("%(number)s result", "%(number)s results", begun.count) % {"number": number}
    return {
        "kind": "word",
        "label": begun.query.typed,
        "note": note,
        "url": f"{reverse(page.url_name)}?{urlencode({'q': begun.query.typed})}",
        "count": begun.count,
        "language": begun.language,
    }


@require_safe
@cache_control(public=True, max_age=24 * 3600)
def opensearch(request: HttpRequest) -> HttpResponse:
    """Return the description that lets browsers add the site as a search engine (OpenSearch 1.1)."""
    return render(request, "opensearch.xml", content_type="application/opensearchdescription+xml")
