"""Citations as styles print them, ready to be copied: APA 7, MLA 9, Chicago 18 (author and date), GOST R 7.0.5-2008.

Every style ends with the item's address in the record, in brackets. Words of styles are in their own language,
whatever that of the page is.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from initiatives.data.citations.reference import IN_PERIODICALS, Author, Reference
from initiatives.data.citations.reference import reference as reference_of
from initiatives.models import Initiative, Quote, Source
from initiatives.models.choices import Language, SourceKind
from initiatives.pages.citations import CitationPart, citation_parts

_ENGLISH = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_MLA = ("Jan.", "Feb.", "Mar.", "Apr.", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.")


@dataclass(frozen=True)
class _Words:
    """The words of GOST in a language; months as they stand alone, and after a day."""

    language: str
    resource: str
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
_KAZAKH = _Words(Language.KAZAKH, "Электрондық ресурс", "қаралған күні", "Ж. ж.", _KAZAKH_MONTHS, _KAZAKH_MONTHS)


@dataclass(frozen=True)
class Style:
    """A style: how its form field is called, its name, and how it prints a reference."""

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
        """The same as plain text."""
        return "".join(part.text for part in self.parts)


def citations(item: Quote | Initiative | Source) -> list[Citation]:
    """Return the citation of an item in every style; of a quote, first that which gives its words too."""
    own = [Citation("words", _("Words and source"), citation_parts(item))] if isinstance(item, Quote) else []
    cited = reference_of(item)
    return [*own, *(Citation(style.key, style.name, style.parts(cited)) for style in STYLES)]


def apa(reference: Reference) -> list[CitationPart]:
    """Return a reference as APA 7 prints it."""
    date = f"({_english(reference.date_parts, year_first=True) or 'n.d.'}). "
    is_periodical = reference.kind in IN_PERIODICALS
    title = [_title(reference, italic=not is_periodical)]
    if reference.kind == SourceKind.ADDRESS:
        title.append(CitationPart(" [Speech]"))
    title.append(_stop(title))
    begin = [CitationPart(_stopped(_apa_name(reference.author)) + f" {date}"), *title] if reference.author else title
    if not reference.author:
        begin.append(CitationPart(f" {date.rstrip()}"))
    accessed = "" if reference.date else _english(reference.accessed_parts)
    address = f"Retrieved {accessed}, from {reference.url}" if accessed else reference.url
    return [*begin, *_publisher(reference, italic=is_periodical), CitationPart(f" {address}"), _in_record(reference)]


def mla(reference: Reference) -> list[CitationPart]:
    """Return a reference as MLA 9 prints it. A body that is author and publisher stands as publisher alone."""
    written = _day_first(reference.date_parts, _MLA)
    author = [] if reference.is_by_publisher or not reference.author else [_stopped(reference.author.inverted) + " "]
    container = (
        [CitationPart(reference.publisher, reference.title_language, italic=True)] if reference.publisher else []
    )
    end = ", ".join(filter(None, [written, reference.locator, reference.url]))
    accessed = _day_first(reference.accessed_parts, _MLA)
    return [
        *map(CitationPart, author),
        *_quoted(reference),
        CitationPart(" "),
        *container,
        CitationPart((", " if container else "") + f"{end}." + (f" Accessed {accessed}." if accessed else "")),
        _in_record(reference),
    ]


def chicago(reference: Reference) -> list[CitationPart]:
    """Return a reference as Chicago 18 prints it in a list of references: author and date."""
    year = f"{reference.date[:4]}. " if reference.date else "n.d. "
    title, in_place_of_author = _quoted(reference), reference.is_by_publisher
    periodical = CitationPart(reference.publisher, reference.title_language, reference.kind in IN_PERIODICALS)
    if reference.author:
        begin = [CitationPart(f"{_stopped(reference.author.inverted)} {year}"), *title]
    elif periodical.italic and reference.publisher:
        # A report without a name goes under that of its newspaper.
        begin, in_place_of_author = [periodical, _stop([periodical]), CitationPart(f" {year}"), *title], True
    else:
        begin = [*title, CitationPart(f" {year}".rstrip())]
    day = _english(reference.date_parts[1:], has_year=False)
    if reference.publisher and not in_place_of_author:
        begin += [CitationPart(" "), periodical, CitationPart(f", {day}.") if day else _stop([periodical])]
    elif day:
        begin.append(CitationPart(f" {day}."))
    accessed = "" if reference.date else _english(reference.accessed_parts)
    end = (f" Accessed {accessed}." if accessed else "") + f" {reference.url}."
    return [*begin, CitationPart(end), _in_record(reference)]


def gost_russian(reference: Reference) -> list[CitationPart]:
    """Return a reference as GOST R 7.0.5-2008 has it below a text, in Russian."""
    return _gost(reference, _RUSSIAN)


def gost_kazakh(reference: Reference) -> list[CitationPart]:
    """Return the same in Kazakh."""
    return _gost(reference, _KAZAKH)


STYLES = (
    Style("apa", "APA 7", apa),
    Style("mla", "MLA 9", mla),
    Style("chicago", "Chicago 18", chicago),
    Style("gost-ru", _lazy("GOST R 7.0.5-2008, Russian"), gost_russian),
    Style("gost-kk", _lazy("GOST R 7.0.5-2008, Kazakh"), gost_kazakh),
)


def _gost(reference: Reference, words: _Words) -> list[CitationPart]:
    def own(text: str) -> CitationPart:
        return CitationPart(text, words.language)

    author = reference.author
    name = f"{author.family} {_initials(author.given)}".strip() if author and not author.is_body else ""
    begin = [CitationPart(f"{_stopped(name)} ", reference.title_language)] if name else []
    published = (
        [own(" // "), CitationPart(reference.publisher, reference.title_language)] if reference.publisher else []
    )
    year, *rest = reference.date_parts or [0]
    if len(rest) == 2:
        date = f"{year}. {rest[1]} {words.months_of_days[rest[0] - 1]}"
    elif rest:
        date = f"{year}. {words.months[rest[0] - 1].capitalize()}"
    else:
        date = str(year) if year else f"[{words.no_date}]"
    accessed = ".".join(reversed(reference.accessed.split("-")))
    end = "".join(
        [
            f" {_stopped(date)}",
            f" {_stopped(reference.locator)}" if reference.locator else "",
            f" URL: {reference.url}",
            f" ({words.accessed}: {accessed})." if accessed else ".",
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


def _apa_name(author: Author) -> str:
    return f"{author.family}, {_initials(author.given)}" if author.given else author.family


def _initials(given: str) -> str:
    """Return the initials of given names: Kassym-Jomart, K.-J."""
    return " ".join("-".join(f"{part[0]}." for part in name.split("-") if part) for name in given.split())


def _title(reference: Reference, *, italic: bool = False) -> CitationPart:
    return CitationPart(reference.title, reference.title_language, italic)


def _quoted(reference: Reference) -> list[CitationPart]:
    """Return the title in quotation marks, with those inside it single; a stop goes before the last."""
    inner = reference.title.replace("“", "‘").replace("”", "’")
    inner = re.sub(r'"([^"]*)"', r"‘\1’", inner)
    return [
        CitationPart("“"),
        CitationPart(_stopped(inner), reference.title_language),
        CitationPart("”"),
    ]


def _publisher(reference: Reference, *, italic: bool) -> list[CitationPart]:
    if not reference.publisher or reference.is_by_publisher:
        return []
    published = [CitationPart(" "), CitationPart(reference.publisher, reference.title_language, italic)]
    return [*published, _stop(published)]


def _stopped(text: str) -> str:
    return text if text.endswith((".", "?", "!", "…")) else f"{text}."


def _stop(parts: Iterable[CitationPart]) -> CitationPart:
    """Return a full stop, or nothing after parts that end a sentence already."""
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
