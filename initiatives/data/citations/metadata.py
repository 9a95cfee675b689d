"""A reference where citation programs look for it in pages: meta tags, and COinS in lists.

As Zotero's translators "Embedded Metadata" and "COinS" read them: of an initiative it makes a report, of a quote or a
source a web page.
"""

from urllib.parse import urlencode

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
            ("DC.title", cited.title),
            ("DC.creator", author),
            ("DC.publisher", cited.publisher),
            # Otherwise Zotero takes the name of this site for that of the publication.
            ("DC.source", cited.publisher),
            ("DC.date", cited.date),
            ("DC.language", cited.language),
            ("DC.identifier", cited.url),
            ("DC.description", cited.words),
            ("DC.relation", cited.permalink),
        ]
    return [(name, value) for name, value in [*named, ("citation_public_url", cited.url)] if value]


def coins(item: Quote | Initiative | Source) -> str:
    """Return an item as a ContextObject (ANSI/NISO Z39.88), for the title of an empty span."""
    cited = reference(item)
    known = {
        "title": cited.title,
        "creator": cited.author.inverted if cited.author else "",
        "publisher": cited.publisher,
        "date": cited.date,
        "language": cited.language,
        "identifier": cited.url,
    }
    return "&".join(
        [
            "ctx_ver=Z39.88-2004&rft_val_fmt=info%3Aofi%2Ffmt%3Akev%3Amtx%3Adc",
            urlencode({f"rft.{name}": value for name, value in known.items() if value}),
        ]
    )
