"""A reference where citation programs look for it in the page of an item: meta tags.

As Zotero's translator "Embedded Metadata" reads them: of an initiative it makes a report, of words that a document
quotes a section of a book, of other quotes and sources a web page.
"""

from django.utils.translation import gettext as _

from initiatives.data.citations.reference import reference
from initiatives.models import Initiative, Quote, Source


def tags(item: Quote | Initiative | Source) -> list[tuple[str, str]]:
    """Return the names and contents of the meta tags of an item's page."""
    cited = reference(item)
    author = cited.author.inverted if cited.author else ""
    if isinstance(item, Initiative):
        named = [
            ("citation_title", cited.title),
            ("citation_author", author),
            # What makes it a report.
            ("citation_technical_report_institution", cited.publisher or _("The Reform Record")),
            ("citation_publication_date", cited.date.replace("-", "/")),
            ("citation_language", cited.language),
            ("citation_abstract", cited.note),
        ]
    else:
        named = [
            ("DC.title", cited.quotation or cited.title),
            ("DC.creator", author),
            ("DC.publisher", cited.publisher),
            # Otherwise Zotero takes the name of this site for that of the publication.
            ("DC.source", cited.title if cited.quotation else cited.publisher),
            # What makes it a section.
            ("citation_book_title", cited.title if cited.quotation else ""),
            ("DC.date", cited.date),
            ("DC.language", cited.language),
            ("DC.identifier", cited.url),
            ("DC.description", cited.words),
            ("DC.relation", cited.permalink),
        ]
    return [(name, value) for name, value in [*named, ("citation_public_url", cited.url)] if value]
