"""Filters for the record's templates: marked words, Markdown, names of values."""

from collections.abc import Iterable
from functools import lru_cache

from django import template
from django.utils.formats import number_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from initiatives.models import Milestone, Quote, choices
from initiatives.models.partial_dates import show_partial_date
from initiatives.models.publishing import Dated
from initiatives.pages import citations
from initiatives.pages.lists.rows import ResultRow
from initiatives.text.html import escaped, filled, joined
from initiatives.text.markdown import to_html
from initiatives.text.pieces import Piece

register = template.Library()

# Longer quotes are set smaller, and shorter ones larger (in characters).
LONG, SHORT = 420, 90
# How many of its first words identify a quote.
BEGINNING = 8

MARK = "<mark>{words}</mark>"


@register.filter
def marked(pieces: list[Piece]) -> SafeString:
    """Return pieces of a text as HTML, escaped, with matches marked."""
    return joined([filled(MARK, words=piece.text) if piece.marked else escaped(piece.text) for piece in pieces])


@register.filter
def any_cyrillic(rows: Iterable[ResultRow]) -> bool:
    """Tell whether any row has words in a language written in Cyrillic."""
    return any({row.language, row.translation_language} & choices.CYRILLIC for row in rows)


@register.filter
def any_cyrillic_version(quote: Quote) -> bool:
    """Tell the same of a quote and its translations."""
    languages = {quote.language, *(translation.language for translation in quote.translations.all())}
    return bool(languages & choices.CYRILLIC)


@register.filter
def beginning(text: str) -> str:
    """Return the first words of a quote, enough to tell its links from those of others in a screen reader."""
    words = text.split(None, BEGINNING)
    return " ".join([*words[:BEGINNING], "…"] if len(words) > BEGINNING else words)


@register.filter
def size_of_words(text: str) -> str:
    """Return the class that sets short quotes larger and long ones smaller; empty for those in between."""
    return "words--long" if len(text) > LONG else "words--short" if len(text) < SHORT else ""


@register.filter
def markdown(text: str) -> SafeString:
    """Return Markdown as HTML."""
    # Safe: text.markdown.to_html ends with nh3's allow-list.
    return mark_safe(to_html(text))  # noqa: S308


@register.filter
def status_label(status: str) -> str:
    """Return the label of a status; without one, that no evidence was found."""
    return str(choices.STATUS_LABELS[status])


@register.filter
def status_meaning(status: str) -> str:
    """Return a sentence that explains a status."""
    return str(choices.STATUS_MEANINGS[status or choices.NO_STATUS])


@register.filter
def verification_meaning(verification: str) -> str:
    """Return a sentence that explains a verification."""
    return str(choices.VERIFICATION_MEANINGS[choices.Verification(verification)])


@register.filter
def citation(quote: Quote) -> str:
    """Return a quote with its attribution in one line of plain text."""
    return citations.citation_text(quote)


@register.filter
def citation_parts(quote: Quote) -> list[citations.CitationPart]:
    """Return the same in parts, each with its language."""
    return citations.citation_parts(quote)


@register.filter
def kind_label(kind: str) -> str:
    """Return the label of a kind of item, in the singular."""
    return str(choices.KIND_SINGULAR[choices.Kind(kind)])


@register.filter
def kinds_label(kind: str) -> str:
    """Return the label of a kind of item, in the plural."""
    return str(choices.Kind(kind).label)


@register.filter
def host(url: str) -> str:
    """Return the host of an address, without www."""
    return url.partition("//")[2].partition("/")[0].removeprefix("www.")


@register.filter
def grouped(number: int) -> str:
    """Return a number with its thousands separated as in the active language: 10,000."""
    return _grouped(number, get_language())


@lru_cache(maxsize=10_000)
def _grouped(number: int, language: str) -> str:
    """Return the number in the active language, an argument so that each language is cached separately."""
    return number_format(number, use_l10n=True, force_grouping=True)


@register.filter
def setting_status(milestones: Iterable[Milestone]) -> Milestone | None:
    """Return the milestone that sets an initiative's status, given its milestones, oldest first; None if none does."""
    return next((milestone for milestone in reversed(list(milestones)) if milestone.status), None)


@register.simple_tag
def known_date(item: Dated) -> SafeString:
    """Return the date of an item as HTML, only as precisely as it is known; in words if it is not known.

    Words of which no date is known count as of their source, which is said.
    """
    if item.date is None:
        source = item.source if isinstance(item, Quote) else None
        if source is not None and source.date is not None:
            published = filled('<time datetime="{date}">{words}</time>', date=source.iso_date, words=source.shown_date)
            return filled(
                '<span class="unknown">{undated}</span> {published}',
                undated=_("words undated; published"),
                published=published,
            )
        return filled('<span class="unknown">{words}</span>', words=item.shown_date)
    return filled('<time datetime="{date}">{words}</time>', date=item.iso_date, words=item.shown_date)


@register.simple_tag
def partial_date(date, precision) -> str:
    """Return a date as precisely as it is known."""
    return show_partial_date(date, precision)
