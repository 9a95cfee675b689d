"""Citations as styles print them, ready to be copied.

APA 7, MLA 9, Chicago 18 (author and date), GOST R 7.0.5-2008 (references) and GOST R 7.0.100-2018 (bibliographies).
Words quoted in another author's document are cited as the speaker's, followed by the document in each style's form for
a secondary source. Every style ends with the reference's note, in brackets: caveats, and the item's address in the
record. Each style uses its own language, whatever the language of the page.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from initiatives.data.citations.reference import IN_PERIODICALS, Author, Reference
from initiatives.data.citations.reference import reference as reference_of
from initiatives.models import Initiative, Quote, Source
from initiatives.models.choices import QUOTATION_MARKS, Language, SourceKind
from initiatives.pages.citations import CitationPart, citation_parts

_ENGLISH = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_MLA = ("Jan.", "Feb.", "Mar.", "Apr.", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.")


@dataclass(frozen=True)
class _Words:
    """The GOST terms in one language, and its months with and without a day."""

    language: str
    resource: str
    # The content type and means of access (GOST R 7.0.100).
    content: str
    quoted_in: str
    accessed: str
    no_date: str
    months: tuple[str, ...]
    months_of_days: tuple[str, ...]


_KAZAKH_MONTHS = (
    *("қаңтар", "ақпан", "наурыз", "сәуір", "мамыр", "маусым"),
    *("шілде", "тамыз", "қыркүйек", "қазан", "қараша", "желтоқсан"),
)
_RUSSIAN = _Words(
    Language.RUSSIAN,
    "Электронный ресурс",
    "Текст : электронный",
    "Цит. по",
    "дата обращения",
    "Б. г.",
    (
        *("январь", "февраль", "март", "апрель", "май", "июнь"),
        *("июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь"),
    ),
    (
        *("января", "февраля", "марта", "апреля", "мая", "июня"),
        *("июля", "августа", "сентября", "октября", "ноября", "декабря"),
    ),
)
_KAZAKH = _Words(
    Language.KAZAKH,
    "Электрондық ресурс",
    "Мәтін : электрондық",
    "Дәйексөз көзі",
    "қаралған күні",
    "Ж. ж.",
    _KAZAKH_MONTHS,
    _KAZAKH_MONTHS,
)


@dataclass(frozen=True)
class Style:
    """A style: the key of its form field, its name, and the function that prints a reference."""

    key: str
    name: str | Promise
    parts: Callable[[Reference], list[CitationPart]]


@dataclass(frozen=True)
class Citation:
    """A reference as a style prints it."""

    key: str
    name: str | Promise
    parts: list[CitationPart]

    @property
    def text(self) -> str:
        """The citation as plain text."""
        return "".join(part.text for part in self.parts)


def citations(item: Quote | Initiative | Source) -> list[Citation]:
    """Return the citation of an item in every style, for a quote preceded by one that includes its words."""
    own = [Citation("words", _("Words and source"), citation_parts(item))] if isinstance(item, Quote) else []
    cited = reference_of(item)
    return [*own, *(Citation(style.key, style.name, style.parts(cited)) for style in STYLES)]


def apa(reference: Reference) -> list[CitationPart]:
    """Return a reference as APA 7 prints it. Words quoted in a document are treated as an untitled post."""
    date = f"({_english(reference.date_parts, year_first=True) or 'n.d.'}). "
    is_periodical = reference.kind in IN_PERIODICALS
    title = [_title(reference, italic=not is_periodical)]
    place = f" ({reference.locator})" if reference.locator else ""
    speech = " [Speech]" if reference.kind == SourceKind.ADDRESS and not reference.quotation else ""
    if place or speech:
        title.append(CitationPart(place + speech))
    title.append(_stop(title))
    if reference.quotation:
        quotation = CitationPart(reference.quotation, reference.language)
        title = [quotation, CitationPart(" [Quotation]. As cited in "), *title]
    begin = [CitationPart(_stopped(_apa_name(reference.author)) + f" {date}"), *title] if reference.author else title
    if not reference.author:
        begin.append(CitationPart(f" {date.rstrip()}"))
    accessed = "" if reference.date else _english(reference.accessed_parts)
    address = f"Retrieved {accessed}, from {reference.url}" if accessed else reference.url
    return [*begin, *_publisher(reference, italic=is_periodical), CitationPart(f" {address}"), _in_record(reference)]


def mla(reference: Reference) -> list[CitationPart]:
    """Return a reference as MLA 9 prints it. A body that is author and publisher is listed as the publisher only."""
    written = _day_first(reference.date_parts, _MLA)
    author = [] if reference.is_by_publisher or not reference.author else [_stopped(reference.author.inverted) + " "]
    container = (
        [CitationPart(reference.publisher, reference.title_language, italic=True)] if reference.publisher else []
    )
    end = ", ".join(filter(None, [written, reference.locator, reference.url]))
    accessed = _day_first(reference.accessed_parts, _MLA)
    return [
        *map(CitationPart, author),
        *_quotation(reference),
        *_quoted_title(reference),
        CitationPart(" "),
        *container,
        CitationPart((", " if container else "") + f"{end}." + (f" Accessed {accessed}." if accessed else "")),
        _in_record(reference),
    ]


def chicago(reference: Reference) -> list[CitationPart]:
    """Return a reference as Chicago 18 prints it in a list of references: author and date."""
    year = f"{reference.date[:4]}. " if reference.date else "n.d. "
    title, in_place_of_author = [*_quotation(reference), *_quoted_title(reference)], reference.is_by_publisher
    periodical = CitationPart(reference.publisher, reference.title_language, reference.kind in IN_PERIODICALS)
    if reference.author:
        begin = [CitationPart(f"{_stopped(reference.author.inverted)} {year}"), *title]
    elif periodical.italic and reference.publisher:
        # A report without an author is listed under its newspaper.
        begin, in_place_of_author = [periodical, _stop([periodical]), CitationPart(f" {year}"), *title], True
    else:
        begin = [*title, CitationPart(f" {year}".rstrip())]
    day = _english(reference.date_parts[1:], has_year=False)
    place = ", ".join(filter(None, [day, reference.locator]))
    if reference.publisher and not in_place_of_author:
        begin += [CitationPart(" "), periodical, CitationPart(f", {_stopped(place)}") if place else _stop([periodical])]
    elif place:
        begin.append(CitationPart(f" {_stopped(place)}"))
    accessed = "" if reference.date else _english(reference.accessed_parts)
    end = (f" Accessed {accessed}." if accessed else "") + f" {reference.url}."
    return [*begin, CitationPart(end), _in_record(reference)]


def _gost_reference(reference: Reference, words: _Words) -> list[CitationPart]:
    """Return a reference as GOST R 7.0.5-2008 prints it below a text."""
    own, published, quotation = _own(words), _gost_published(reference, words), _gost_quotation(reference)
    name = _gost_name(reference.author, "{family} {initials}")
    begin = [CitationPart(f"{_stopped(name)} ", reference.title_language)] if name else []
    if quotation:
        begin += [quotation, own(f". {words.quoted_in}: ")]
    end = "".join(
        [
            f" {_stopped(_gost_date(reference, words, '. '))}",
            f" {_stopped(reference.locator)}" if reference.locator else "",
            f" {_gost_address(reference, words)}",
        ]
    )
    return [
        *begin,
        _title(reference),
        own(f" [{words.resource}]"),
        *published,
        _stop(published or [own("]")]),
        own(end),
        _in_record(reference),
    ]


def _gost_bibliography(reference: Reference, words: _Words) -> list[CitationPart]:
    """Return a reference as GOST R 7.0.100-2018 prints it in a bibliography: areas separated by stops and dashes."""
    own, published, quotation = _own(words), _gost_published(reference, words), _gost_quotation(reference)
    heading, by = (_gost_name(reference.author, form) for form in ("{family}, {initials}", "{initials} {family}"))
    begin = [CitationPart(f"{_stopped(heading)} ", reference.title_language)] if heading else []
    made_by = [CitationPart(f" / {by}", reference.title_language)] if by else []
    title = _title(reference)
    if quotation:
        begin += [quotation, *made_by, _stop(made_by), own(f" – {words.quoted_in}: ")]
        made_by = []
    described = [title, *made_by]
    resource = [own(words.content), *published]
    areas = [_gost_date(reference, words, ". – "), reference.locator]
    return [
        *begin,
        *described,
        _stop(described),
        own(" – "),
        *resource,
        _stop(resource),
        own("".join(f" – {_stopped(area)}" for area in areas if area) + f" – {_gost_address(reference, words)}"),
        _in_record(reference),
    ]


STYLES = (
    Style("apa", "APA 7", apa),
    Style("mla", "MLA 9", mla),
    Style("chicago", "Chicago 18", chicago),
    Style("gost-ru", _lazy("GOST R 7.0.5-2008, Russian"), partial(_gost_reference, words=_RUSSIAN)),
    Style("gost-kk", _lazy("GOST R 7.0.5-2008, Kazakh"), partial(_gost_reference, words=_KAZAKH)),
    Style("gost-100-ru", _lazy("GOST R 7.0.100-2018, Russian"), partial(_gost_bibliography, words=_RUSSIAN)),
    Style("gost-100-kk", _lazy("GOST R 7.0.100-2018, Kazakh"), partial(_gost_bibliography, words=_KAZAKH)),
)


def _own(words: _Words) -> Callable[[str], CitationPart]:
    return partial(CitationPart, language=words.language)


def _gost_name(author: Author | None, form: str) -> str:
    """Return a person's name formatted by `form`; a name that has no given names is returned whole."""
    if author is None or author.is_body:
        return ""
    return form.format(family=author.family, initials=_initials(author.given)) if author.given else author.family


def _gost_quotation(reference: Reference) -> CitationPart | None:
    """Return the words quoted in a document, in the quotation marks of their language."""
    if not reference.quotation:
        return None
    opening, closing = QUOTATION_MARKS[Language(reference.language)]
    return CitationPart(f"{opening}{reference.quotation}{closing}", reference.language)


def _gost_published(reference: Reference, words: _Words) -> list[CitationPart]:
    if not reference.publisher:
        return []
    return [CitationPart(" // ", words.language), CitationPart(reference.publisher, reference.title_language)]


def _gost_date(reference: Reference, words: _Words, separator: str) -> str:
    year, *rest = reference.date_parts or [0]
    if len(rest) == 2:
        return f"{year}{separator}{rest[1]} {words.months_of_days[rest[0] - 1]}"
    if rest:
        return f"{year}{separator}{words.months[rest[0] - 1].capitalize()}"
    return str(year) if year else f"[{words.no_date}]"


def _gost_address(reference: Reference, words: _Words) -> str:
    accessed = ".".join(reversed(reference.accessed.split("-")))
    return f"URL: {reference.url}" + (f" ({words.accessed}: {accessed})." if accessed else ".")


def _apa_name(author: Author) -> str:
    return f"{author.family}, {_initials(author.given)}" if author.given else author.family


def _initials(given: str) -> str:
    """Return the initials of given names: Kassym-Jomart, K.-J."""
    return " ".join("-".join(f"{part[0]}." for part in name.split("-") if part) for name in given.split())


def _title(reference: Reference, *, italic: bool = False) -> CitationPart:
    return CitationPart(reference.title, reference.title_language, italic and not reference.is_described)


def _quoted_title(reference: Reference) -> list[CitationPart]:
    """Return the title in quotation marks, or a description in square brackets."""
    if reference.is_described:
        return [_title(reference), CitationPart(".")]
    return _in_marks(reference.title, reference.title_language)


def _quotation(reference: Reference) -> list[CitationPart]:
    """Return the words quoted in a document, followed by “Quoted in”."""
    if not reference.quotation:
        return []
    return [*_in_marks(reference.quotation, reference.language), CitationPart(" Quoted in ")]


def _in_marks(text: str, language: str) -> list[CitationPart]:
    """Return a text in quotation marks, with single marks inside and the full stop before the closing mark."""
    inner = text.replace("“", "‘").replace("”", "’")
    inner = re.sub(r'"([^"]*)"', r"‘\1’", inner)
    return [CitationPart("“"), CitationPart(_stopped(inner), language), CitationPart("”")]


def _publisher(reference: Reference, *, italic: bool) -> list[CitationPart]:
    if not reference.publisher or reference.is_by_publisher:
        return []
    published = [CitationPart(" "), CitationPart(reference.publisher, reference.title_language, italic)]
    return [*published, _stop(published)]


def _stopped(text: str) -> str:
    return text if text.endswith((".", "?", "!", "…")) else f"{text}."


def _stop(parts: Iterable[CitationPart]) -> CitationPart:
    """Return a full stop, or nothing if the parts already end a sentence."""
    text = "".join(part.text for part in parts)
    return CitationPart(_stopped(text)[len(text) :])


def _english(parts: list[int], *, year_first: bool = False, has_year: bool = True) -> str:
    """Return a date in words, as far as it is known: September 1, 2020, or with the year first. Empty if it is not."""
    year = str(parts[0]) if parts and has_year else ""
    days = parts[1:] if has_year else parts
    day = " ".join([_ENGLISH[days[0] - 1], *map(str, days[1:])]) if days else ""
    return ", ".join(filter(None, [year, day] if year_first else [day, year]))


def _day_first(parts: list[int], months: tuple[str, ...]) -> str:
    """Return a date as far as it is known: 1 Sept. 2020."""
    month = [months[parts[1] - 1]] if parts[1:] else []
    return " ".join(map(str, [*parts[2:], *month, *parts[:1]]))


def _in_record(reference: Reference) -> CitationPart:
    return CitationPart(f" ({reference.note})", settings.LANGUAGE_CODE)
