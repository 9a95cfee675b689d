"""Tags and filters for the record's templates: marked words, Markdown, labels, dates and citations."""

from collections.abc import Iterable
from functools import lru_cache
from html import escape
from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from initiatives.models import Initiative, Milestone, Quote, Source, choices
from initiatives.models.choices import Kind
from initiatives.models.partial_dates import show_partial_date
from initiatives.models.publishing import Dated
from initiatives.pages import citations, comparisons, tracks
from initiatives.pages.lists.listing import Listing
from initiatives.pages.lists.rows import ResultRow
from initiatives.text.folding import fold_of
from initiatives.text.markdown import to_html
from initiatives.text.pieces import Piece
from initiatives.text.scripts import any_cyrillic

register = template.Library()

# Quotes of more than LONG characters are set smaller, those of fewer than SHORT larger.
LONG, SHORT = 420, 90
# How many of a quote's first words identify it.
BEGINNING = 8


@register.filter
def marked(pieces: list[Piece]) -> SafeString:
    """Return pieces of a text as escaped HTML, with matches marked."""
    escaped = [f"<mark>{escape(piece.text)}</mark>" if piece.marked else escape(piece.text) for piece in pieces]
    # Safe: each piece is escaped.
    return mark_safe("".join(escaped))  # noqa: S308


@register.filter
def fold(pieces: list[Piece]) -> str:
    """Return where the words of a quote fold: "anywhere", on a "narrow" screen, or nowhere ("")."""
    return fold_of(pieces)


@register.filter(name="any_cyrillic")
def cyrillic_parts(rows: Iterable[ResultRow], around: Any = None) -> set[str]:
    """Return what is in Cyrillic in rows and the list or item around them: quoted "words", "titles", or both."""
    words, titles = [], []
    for row in rows:
        pieces = [piece.text for piece in (*row.text, *row.translation)]
        (words if row.kind == Kind.QUOTE else titles).extend(pieces)
        titles += [piece.text for piece in (*row.title, *row.also_known)]
        if source := getattr(row.item, "source", None):
            titles.append(source.title)
    if isinstance(around, Listing):
        titles += [around.heading, *(option.label for facet in around.facets for option in facet.options)]
    elif around:
        titles += [str(around), *getattr(around, "alias_list", [])]
    return _in_cyrillic(words, titles)


@register.filter
def any_cyrillic_version(quote: Quote) -> set[str]:
    """Return what is in Cyrillic in a quote, its translations and its source: "words", "titles", or both."""
    words = [quote.text, *(translation.text for translation in quote.translations.all())]
    return _in_cyrillic(words, [quote.source.title] if quote.source else [])


@register.filter
def and_evidence(found: set[str], milestones: Iterable[Milestone]) -> set[str]:
    """Return `found`, with "titles" added if a title of the milestones' evidence is in Cyrillic."""
    sources = [source for one in milestones or () for source in (one.source, *one.public_further_sources)]
    return found | _in_cyrillic([], [source.title for source in sources])


def _in_cyrillic(words: list[str], titles: list[str]) -> set[str]:
    return {name for name, texts in (("words", words), ("titles", titles)) if any_cyrillic(texts)}


@register.filter
def at_words(quote: Quote) -> str:
    """Return the address of a quote's source at its words."""
    return citations.at_words(quote.source.url if quote.source else "", quote.text)


register.filter("found_translation", comparisons.found_translation)


@register.filter
def which(quote: Quote) -> SafeString:
    """Return the first words of a quote as HTML, so that screen readers can distinguish links of several quotes."""
    beginning = beginning_of(quote.text)
    return format_html('<span class="visually-hidden">: <span lang="{}">{}</span></span>', quote.language, beginning)


def beginning_of(text: str) -> str:
    """Return the first words of a text."""
    words = text.split(None, BEGINNING)
    return " ".join([*words[:BEGINNING], "…"] if len(words) > BEGINNING else words)


@register.filter
def size_of_words(text: str) -> str:
    """Return the class that sets short quotes larger and long ones smaller; empty for others."""
    return "words--long" if len(text) > LONG else "words--short" if len(text) < SHORT else ""


@register.filter
def markdown(text: str) -> SafeString:
    """Return Markdown as HTML."""
    # Safe: text.markdown.to_html ends with nh3's allow-list.
    return mark_safe(to_html(text))  # noqa: S308


@register.filter
def status_label(status: str) -> str:
    """Return the label of a status; an empty one is labelled as having no evidence."""
    return str(choices.STATUS_LABELS[status])


@register.filter
def status_sign(status: str) -> SafeString:
    """Return a status with its sign, as HTML."""
    return _status_sign(status, get_language())


@lru_cache(maxsize=100)
def _status_sign(status: str, language: str) -> SafeString:
    """Return the HTML in the active language, which is an argument so that each is cached separately."""
    label = capfirst(choices.STATUS_LABELS[status])
    return format_html('<span class="status status--{}">{}</span>', status or "none", label)


@register.filter
def both_answers(initiative: Initiative) -> SafeString:
    """Return as HTML the status of an initiative in law, if it can become law, and what is said of its effect."""
    said = ", ".join(words for _effect, words in citations.said_of_effect(initiative)) or _("no report of its effect")
    return _parts(status_sign(initiative.status) if initiative.has_law else "", _meta(said))


@register.filter
def standing(initiative: Initiative) -> SafeString:
    """Return both answers as HTML, with the date of the initiative's newest evidence if more than a year old."""
    return _parts(both_answers(initiative), _meta(tracks.old_evidence(initiative)))


def _meta(words: str) -> SafeString | str:
    return format_html('<span class="meta">{}</span>', words) if words else ""


def _parts(*parts: SafeString | str) -> SafeString:
    """Return parts as HTML, separated by dots, leaving out empty ones."""
    return format_html_join(" ", '<span class="meta__part">{}</span>', ((part,) for part in parts if part))


@register.filter
def said_of_effect(initiative: Initiative) -> list[tuple[str, str]]:
    """Return, for each effect that sources report, the effect and a sentence on how many of which kinds do so."""
    return citations.said_of_effect(initiative, by_kind=True)


@register.filter
def since(milestone: Milestone) -> str:
    """Return in words from when on the status set by a milestone applies, and who reports it."""
    return f"{citations.since(milestone)}, {citations.reported_by(milestone, milestone.public_further_sources)}"


register.filter("reported_by", citations.reported_by)


register.filter("caveats", citations.caveat_sentence)
register.filter("dated", citations.dated)
register.filter("publisher_of", citations.publisher_of)


@register.filter
def as_source(source: Source) -> SafeString:
    """Return a link to a source by its title, followed by its publisher and the kind of publisher."""
    link = format_html(
        '<a href="{}"{}><cite lang="{}">{}</cite></a>',
        source.get_absolute_url(),
        # For print.
        format_html(' data-url="{}"', source.url) if source.url else "",
        source.title_language,
        source.title,
    )
    publisher = citations.publisher_of(source)
    return format_html("{}, {}", link, publisher) if publisher else link


@register.filter
def status_meaning(status: str) -> str:
    """Return a sentence that explains a status."""
    return str(choices.STATUS_MEANINGS[status or choices.NO_STATUS])


@register.filter
def old_evidence(initiative: Initiative) -> str:
    """Return the date of an initiative's newest evidence, in words, if more than a year old; otherwise empty."""
    return tracks.old_evidence(initiative)


@register.filter
def age(item: Dated) -> str:
    """Return how long ago the date of an item was."""
    return tracks.age(item.date, item.date_precision) if item.date else ""


@register.filter
def evidence_wanted(kind: str) -> str:
    """Return what would count as evidence of progress for an initiative of a kind."""
    return str(choices.EVIDENCE_WANTED[choices.InitiativeKind(kind)])


@register.filter
def verification_label(verification: str) -> str:
    """Return the label of a verification."""
    return str(choices.Verification(verification).label)


@register.filter
def verification_meaning(verification: str) -> str:
    """Return a sentence that explains a verification."""
    return str(choices.VERIFICATION_MEANINGS[choices.Verification(verification)])


@register.filter
def cited(parts: Iterable[citations.CitationPart]) -> SafeString:
    """Return the parts of a citation as HTML, each with its language if that is not the page's."""
    page = get_language()
    languages = {
        part.language: "" if part.language == page else format_html(' lang="{}"', part.language) for part in parts
    }
    tagged = (("cite" if part.italic else "span", languages[part.language], part.text) for part in parts)
    return format_html_join("", "<{0}{1}>{2}</{0}>", tagged)


@register.filter
def kind_label(kind: str) -> str:
    """Return the label of a kind of item, in the singular."""
    return str(choices.KIND_SINGULAR[Kind(kind)])


@register.filter
def kinds_label(kind: str) -> str:
    """Return the label of a kind of item, in the plural."""
    return str(Kind(kind).label)


@register.filter
def host(url: str) -> str:
    """Return the host of an address, without www."""
    return url.partition("//")[2].partition("/")[0].removeprefix("www.")


@register.filter
def grouped(number: int) -> str:
    """Return a number with thousands separators of the active language: 10,000."""
    return _grouped(number, get_language())


@lru_cache(maxsize=10_000)
def _grouped(number: int, language: str) -> str:
    """Return the number in the active language, which is an argument so that each is cached separately."""
    return number_format(number, use_l10n=True, force_grouping=True)


@register.simple_tag
def known_date(item: Dated, *, plain: bool = False) -> SafeString | str:
    """Return the date of an item as HTML, only as precisely as it is known; in words if it is not known.

    Undated quotes show the date of their source, labelled as such. `plain` leaves out machine-readable markup.
    """
    if item.date is not None:
        return item.shown_date if plain else _time(item)
    source = item.source if isinstance(item, Quote) else None
    if source is None or source.date is None:
        return format_html('<span class="unknown">{}</span>', item.shown_date)
    published = source.shown_date if plain else _time(source)
    return format_html('<span class="unknown">{}</span> {}', _("undated; published"), published)


def _time(item: Dated) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', item.iso_date, item.shown_date)


@register.simple_tag
def partial_date(date, precision) -> str:
    """Return a date as precisely as it is known."""
    return show_partial_date(date, precision)
