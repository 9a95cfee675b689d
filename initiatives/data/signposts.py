"""Links and meta tags for programs that read the page of an item."""

from typing import Any

from django.conf import settings

from initiatives.data.citations.files import FORMATS, paths
from initiatives.data.citations.reference import CITED, reference
from initiatives.data.linked import collection
from initiatives.models import Initiative, Quote, Source
from initiatives.pages.citations import address


def signposts(item: Any) -> str:
    """Return the header Link: how to cite the item, what describes it, and its list (https://signposting.org)."""
    links: list[tuple[str, str, str]] = []
    if item._meta.model_name in CITED:
        cited = reference(item)
        links.append((cited.permalink, "cite-as", ""))
        links += [
            (address(path), "describedby", FORMATS[suffix].media_type.partition(";")[0])
            for suffix, path in paths(item).items()
        ]
        if isinstance(item, Source):
            links.append((cited.url, "item", ""))
    else:
        links.append((address(item.get_absolute_url()), "cite-as", ""))
    links += [(collection(item) or "", "collection", ""), (settings.DATA_LICENCE, "license", "")]
    return ", ".join(
        f'<{target}>; rel="{rel}"' + (f'; type="{media_type}"' if media_type else "")
        for target, rel, media_type in links
        if target
    )


def meta_tags(item: Quote | Initiative | Source) -> list[tuple[str, str]]:
    """Return the names and contents of the meta tags from which citation programs make a reference to an item.

    Zotero's translator "Embedded Metadata" makes an initiative a report, words quoted in a document a section of a
    book, and other quotes and sources web pages.
    """
    cited = reference(item)
    author = cited.author.inverted if cited.author else ""
    if isinstance(item, Initiative):
        named = [
            ("citation_title", cited.title),
            # Zotero makes it a report because of this tag.
            ("citation_technical_report_institution", cited.publisher),
            ("citation_language", cited.language),
            ("citation_abstract", cited.note),
        ]
    else:
        named = [
            ("DC.title", cited.quotation or cited.title),
            ("DC.creator", author),
            ("DC.publisher", cited.publisher),
            # Otherwise Zotero uses the name of this site as the publication.
            ("DC.source", cited.title if cited.quotation else cited.publisher),
            # Zotero makes it a section because of this tag.
            ("citation_book_title", cited.title if cited.quotation else ""),
            ("DC.date", cited.date),
            ("DC.language", cited.language),
            ("DC.identifier", cited.url),
            ("DC.description", cited.words),
            ("DC.relation", cited.permalink),
        ]
    return [(name, value) for name, value in [*named, ("citation_public_url", cited.url)] if value]
