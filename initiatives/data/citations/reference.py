"""References to quotes and sources, by their document, and to initiatives, by their page in the record."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import quote as percent_encoded

from django.conf import settings
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from initiatives.data.items import Found
from initiatives.models import Initiative, Person, Quote, Source
from initiatives.models.choices import Kind, SourceKind, TitleBy, Verification
from initiatives.models.paths import path_of
from initiatives.pages.citations import address, caveats, publisher_of, reported_by, since
from initiatives.text.shorten import shorten

# Items that can be cited.
CITED = frozenset({Kind.QUOTE, Kind.INITIATIVE, Kind.SOURCE})
# Kinds of documents whose publisher is also the author. A newspaper is not the author of what it reports.
_BY_THEIR_PUBLISHER = frozenset({SourceKind.RECORD, SourceKind.LEGAL_ACT, SourceKind.WEBSITE})
# Longest quotation in a citation, in characters.
QUOTATION = 100
# Documents published in a newspaper, a magazine or the like.
IN_PERIODICALS = frozenset({SourceKind.ARTICLE, SourceKind.NEWS})


class Author(NamedTuple):
    """An author: a person with a family name and given names, or with a whole name only; or a body."""

    family: str
    given: str = ""
    is_body: bool = False

    @property
    def inverted(self) -> str:
        """The name with the family name first."""
        return f"{self.family}, {self.given}" if self.given else self.family


@dataclass(frozen=True)
class Reference:
    """The parts of a citation. All texts are single lines; unknown ones are empty."""

    # Unique in the record, in Latin letters, digits and hyphens.
    key: str
    kind: str
    author: Author | None
    title: str
    title_language: str
    # The first words of a quote from a document by another author, which are cited as quoted in it.
    quotation: str
    language: str
    publisher: str
    # YYYY, YYYY-MM or YYYY-MM-DD.
    date: str
    url: str
    accessed: str
    # Of a quote: its words and their place in the document.
    words: str
    locator: str
    # The address of the item in the record; and what else to say: caveats, and this address or, for an initiative,
    # its status and source.
    permalink: str
    note: str

    @property
    def date_parts(self) -> list[int]:
        """The year, month and day, as far as they are known."""
        return [int(part) for part in self.date.split("-")] if self.date else []

    @property
    def accessed_parts(self) -> list[int]:
        """The same for the date of access."""
        return [int(part) for part in self.accessed.split("-")] if self.accessed else []

    @property
    def is_described(self) -> bool:
        """Whether the title is a description in square brackets, which is neither quoted nor italic."""
        return self.title.startswith("[") and self.title.endswith("]")

    @property
    def is_by_publisher(self) -> bool:
        """Whether the publisher is named as the author, and need not be named again."""
        return self.author is not None and self.author.is_body


def reference(item: Quote | Initiative | Source) -> Reference:
    """Return the reference to an item, which has a source if it is public."""
    if isinstance(item, Initiative):
        return _of_initiative(item)
    source: Any = item if isinstance(item, Source) else item.source
    quote = item if isinstance(item, Quote) else None
    is_quoted = quote is not None and not _is_own(quote, source)
    permalink = address(path_of("short_quote", item.pk) if quote else item.get_absolute_url())
    return Reference(
        key=f"{item._meta.model_name}-{item.pk}",
        kind=source.kind,
        author=_person(quote.speaker) if quote else _publisher(source),
        title=_title(source),
        title_language=source.title_language,
        quotation=shorten(quote.text, QUOTATION) if quote and is_quoted else "",
        language=quote.language if quote and is_quoted else source.language,
        publisher=_line(source.publisher),
        date=source.iso_date,
        url=_safe(source.url),
        accessed=source.accessed_on.isoformat() if source.accessed_on else "",
        words=_line(quote.text) if quote else "",
        locator=_line(quote.locator) if quote else "",
        permalink=permalink,
        note=_sentences("; ".join(caveats(quote)) if quote else "", f"{_('The Reform Record')}, {permalink}"),
    )


def _of_initiative(item: Initiative) -> Reference:
    """Return the reference to an initiative: its page, which changes, as read today; its status and source in the note.

    The document that first names it says nothing of what came of it.
    """
    source: Any = item.source
    law = [str(item.status_label), *([since(item.turn), reported_by(item.turn)] if item.turn else [])]
    published = filter(None, [source.title, publisher_of(source), source.iso_date])
    permalink = address(item.get_absolute_url())
    return Reference(
        key=f"initiative-{item.pk}",
        kind=SourceKind.WEBSITE,
        author=None,
        title=_line(item.title),
        title_language=settings.LANGUAGE_CODE,
        quotation="",
        language=settings.LANGUAGE_CODE,
        publisher=_("The Reform Record"),
        date="",
        url=permalink,
        accessed=timezone.localdate().isoformat(),
        words="",
        locator="",
        permalink=permalink,
        note=_sentences(
            ", ".join(law),
            *caveats(item),
            _("source: %(source)s") % {"source": ", ".join([*map(_line, published), _safe(source.url)])},
        ),
    )


def _sentences(*sentences: str) -> str:
    return ". ".join(capfirst(sentence) for sentence in sentences if sentence)


def cited(items: Iterable[Found]) -> Iterator[Reference]:
    """Yield the references to items, leaving out kinds that are not cited."""
    return (reference(item) for kind, item in items if kind in CITED)


def _is_own(quote: Quote, source: Source) -> bool:
    """Return whether the document is the speaker's: an address, or an article that the words were checked against."""
    return source.kind == SourceKind.ADDRESS or (
        source.kind == SourceKind.ARTICLE and quote.verification == Verification.PRIMARY
    )


def _publisher(source: Source) -> Author | None:
    """Return the publisher of a document if it is also the author."""
    speaks = source.publisher and source.kind in _BY_THEIR_PUBLISHER
    return Author(_line(source.publisher), is_body=True) if speaks else None


def _person(person: Person) -> Author:
    """Return a person as an author: by the parts of the name, or by the whole name if there is no family name."""
    if not person.family_name:
        return Author(_line(person.name))
    return Author(_line(person.family_name), _line(person.given_names))


def _line(text: str) -> str:
    return " ".join(text.split())


def _safe(url: str) -> str:
    """Return an address, encoding every character that could end a value in a file."""
    return percent_encoded(url, safe="!#$%&'()*+,/:;=?@[]~", errors="replace")


def _title(source: Source) -> str:
    """Return the title of a document; one made by the record is in square brackets."""
    title = _line(source.title)
    return f"[{title}]" if source.title_by == TitleBy.RECORD else title
