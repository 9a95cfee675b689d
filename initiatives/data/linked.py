"""The record as linked data: a description of each page in schema.org's vocabulary (JSON-LD).

The page shows all of it and has already loaded it, so no query is needed.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.models import Body, Initiative, Milestone, Person, PrincipleSet, Quote, Source, Theme
from initiatives.models.choices import InitiativeKind, SourceKind, Status
from initiatives.models.paths import path_of
from initiatives.models.people import Actor
from initiatives.pages.citations import address
from initiatives.pages.comparisons import comparison_of

Node = dict[str, Any]

# How many characters of a document a selector has on either side of the words.
CONTEXT = 32

_SOURCE_TYPES = {
    SourceKind.ARTICLE: "Article",
    SourceKind.NEWS: "NewsArticle",
    SourceKind.LEGAL_ACT: "Legislation",
    SourceKind.RECORD: "Report",
    SourceKind.WEBSITE: "WebPage",
}
_INITIATIVE_TYPES = {InitiativeKind.LAW: "Legislation", InitiativeKind.INSTITUTION: "GovernmentOrganization"}
# Lists of items, by the item's kind: their names in addresses and for readers.
_LISTS = {
    "quote": ("quotes", gettext_lazy("Quotes")),
    "initiative": ("initiatives", gettext_lazy("Initiatives")),
    "principleset": ("principles", gettext_lazy("Principles")),
    "theme": ("themes", gettext_lazy("Themes")),
    "person": ("people", gettext_lazy("People and institutions")),
    "body": ("people", gettext_lazy("People and institutions")),
    "source": ("sources", gettext_lazy("Sources")),
}


def collection(item: Any) -> str | None:
    """Return the full address of the list of an item; None for kinds that have none."""
    kind = item._meta.model_name
    return address(reverse(_LISTS[kind][0])) if kind in _LISTS else None


def page(item: Any, milestones: Iterable[Milestone], url: str, title: str) -> Node:
    """Return the description of the page of an item, with its milestones, or of another page, without an item."""
    if item is not None:
        nodes = [_without_empty(node) for node in (_MAKERS[type(item)](item), *map(_milestone, milestones))]
    elif url == _site_url():
        return {"@context": "https://schema.org", "@graph": [_site()]}
    elif url == address(reverse("data")):
        nodes = [_dataset(url, title)]
    else:
        nodes = [_without_empty({"@type": "WebPage", "url": url, "name": title, "isPartOf": {"@id": _site_url()}})]
    return {"@context": "https://schema.org", "@graph": [*nodes, _trail(item, url, title)]}


def _site_url() -> str:
    return address(reverse("home"))


def _site() -> Node:
    return {
        "@type": "WebSite",
        "@id": _site_url(),
        "url": _site_url(),
        "name": _("The Reform Record"),
        "inLanguage": settings.LANGUAGE_CODE,
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": f"{address(reverse('search'))}?q={{search_term_string}}"},
            "query-input": "required name=search_term_string",
        },
    }


def _dataset(url: str, title: str) -> Node:
    """Return the whole record as data."""
    return {
        "@type": "Dataset",
        "@id": url,
        "url": url,
        "name": title,
        "description": _("All that is public: quotes, initiatives and principles, with their sources and people."),
        "license": settings.DATA_LICENCE,
        "isPartOf": {"@id": _site_url()},
    }


def _trail(item: Any, url: str, title: str) -> Node:
    """Return the breadcrumbs of a page, starting with the home page."""
    steps = [(_("The Reform Record"), _site_url())]
    if item is not None and item._meta.model_name in _LISTS:
        name, label = _LISTS[item._meta.model_name]
        steps.append((str(label), address(reverse(name))))
    steps.append((str(item) if item is not None else title, url))
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": step}
            for position, (name, step) in enumerate(steps, 1)
        ],
    }


def _quote(quote: Quote) -> Node:
    source: Any = quote.source  # Every public quote has a source.
    return {
        "@type": "Quotation",
        "@id": address(path_of("short_quote", quote.pk)),
        "url": _url(quote),
        "text": quote.text,
        "inLanguage": quote.language,
        "creator": _person_in_short(quote.speaker),
        "datePublished": quote.iso_date or source.iso_date,
        "isBasedOn": _document(source) | _copy_of(quote),
        "subjectOf": _annotation(quote),
        "about": [_named("Thing", one) for one in (*quote.public_themes, *quote.public_initiatives)],
        "dateModified": quote.updated_at.isoformat(),
        "workTranslation": [
            {"@type": "Quotation", "text": one.text, "inLanguage": one.language} for one in quote.translations.all()
        ],
        "isPartOf": {"@id": _site_url()},
    }


def _copy_of(quote: Quote) -> Node:
    """Return the copy of a document in which the words of a quote were looked up, by its hash; empty without one."""
    if not quote.comparison:
        return {}
    copy = quote.comparison.source_text.capture
    return {
        "associatedMedia": {
            "@type": "MediaObject",
            "sha256": copy.sha256,
            "dateCreated": copy.captured_at.isoformat(),
            "encodingFormat": copy.media_type,
        }
    }


def _annotation(quote: Quote) -> Node | None:
    """Return where the words are in the document, as a Web Annotation with a TextQuoteSelector for each piece of them.

    See https://www.w3.org/TR/annotation-model/. None if the text of the copy is not kept.
    """
    compared, url = comparison_of(quote), quote.source.url if quote.source else ""
    if not compared or not compared.places or not url:
        return None
    when = {"type": "TimeState", "sourceDate": compared.found.source_text.capture.captured_at.isoformat()}
    return {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "type": "Annotation",
        "motivation": "identifying",
        "body": address(path_of("short_quote", quote.pk)),
        "target": [
            {
                "source": url,
                "state": when,
                "selector": {
                    "type": "TextQuoteSelector",
                    "exact": place.words,
                    "prefix": place.before[-CONTEXT:],
                    "suffix": place.after[:CONTEXT],
                },
            }
            for place in compared.places
        ],
    }


def _initiative(initiative: Initiative) -> Node:
    kind = _INITIATIVE_TYPES.get(InitiativeKind(initiative.kind), "CreativeWork")
    about = [_named("Thing", theme) for theme in initiative.public_themes]
    node = _named(kind, initiative) | {
        "alternateName": initiative.alias_list,
        "description": initiative.summary,
        "subjectOf": _document(initiative.source),
    }
    if kind == "GovernmentOrganization":
        return node | {"knowsAbout": about}
    if kind == "Legislation" and initiative.status == Status.IN_FORCE:
        node["legislationLegalForce"] = "https://schema.org/InForce"
    return node | {"about": about}


def _milestone(milestone: Milestone) -> Node:
    return {
        "@type": "Event",
        "@id": _url(milestone),
        "url": _url(milestone),
        "name": milestone.text,
        "startDate": milestone.iso_date,
        "about": {"@id": _url(milestone.owner)},
        "subjectOf": [_document(one) for one in (milestone.source, *milestone.public_further_sources)],
    }


def _principle_set(principles: PrincipleSet) -> Node:
    return _named("CreativeWork", principles) | {
        "isBasedOn": _document(principles.source),
        "hasPart": [
            {"@type": "CreativeWork", "position": one.number, "name": one.title, "url": _url(one)}
            for one in principles.principles.all()
        ],
    }


def _theme(theme: Theme) -> Node:
    return _named("DefinedTerm", theme) | {"description": theme.description}


def _person(person: Person) -> Node:
    return _person_in_short(person) | _described(person)


def _body(body: Body) -> Node:
    return _named("GovernmentOrganization", body) | _described(body)


def _described(actor: Actor) -> Node:
    return {
        "description": actor.summary,
        "alternateName": actor.alias_list,
        "subjectOf": _document(actor.source),
    }


def _source(source: Source) -> Node:
    return _document(source) | {
        "mainEntityOfPage": _url(source),
        "alternateName": source.alias_list,
        "description": source.description,
        "archivedAt": source.archived_url,
    }


def _document(source: Any) -> Node:
    """Return a document as described beside the items that cite it."""
    return _without_empty(
        {
            "@type": _SOURCE_TYPES.get(SourceKind(source.kind), "CreativeWork"),
            "@id": _url(source),
            "url": source.url,
            "name": source.title,
            "inLanguage": source.language,
            "datePublished": source.iso_date,
            "publisher": {"@type": "Organization", "name": source.publisher} if source.publisher else None,
        }
    )


def _person_in_short(person: Person) -> Node:
    parts = {"givenName": person.given_name, "additionalName": person.patronymic, "familyName": person.family_name}
    return _without_empty(_named("Person", person) | parts | {"jobTitle": person.role})


def _named(kind: str, item: Any) -> Node:
    name = getattr(item, "name", None) or item.title
    return {"@type": kind, "@id": _url(item), "url": _url(item), "name": name}


def _url(item: Any) -> str:
    return address(item.get_absolute_url())


def _without_empty(node: Node) -> Node:
    return {name: value for name, value in node.items() if value}


_MAKERS: dict[type, Callable[[Any], Node]] = {
    Quote: _quote,
    Initiative: _initiative,
    PrincipleSet: _principle_set,
    Theme: _theme,
    Person: _person,
    Body: _body,
    Source: _source,
}
