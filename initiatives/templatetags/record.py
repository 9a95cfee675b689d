"""What templates of the record need: marked words, Markdown, names of values."""

from collections.abc import Iterable
from functools import lru_cache

from django import template
from django.utils.formats import number_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from initiatives.models import Milestone, Quote, choices
from initiatives.models.partial_dates import show_partial_date
from initiatives.models.publishing import Dated
from initiatives.pages import citations
from initiatives.pages.lists.rows import ResultRow
from initiatives.text.html import escaped, filled, joined
from initiatives.text.markdown import to_html
from initiatives.text.pieces import Piece

register = template.Library()

# Characters of a quotation that is set smaller, and of one that is set larger.
LONG, SHORT = 420, 90
# Words of a quotation that stand for it.
BEGINNING = 8

MARK = "<mark>{words}</mark>"


@register.filter
def marked(pieces: list[Piece]) -> SafeString:
    """Return pieces of a text as HTML: escaped first, then marked."""
    return joined([filled(MARK, words=piece.text) if piece.marked else escaped(piece.text) for piece in pieces])


@register.filter
def any_cyrillic(rows: Iterable[ResultRow]) -> bool:
    """Tell whether any words of rows are in a language that is written in Cyrillic letters."""
    return any({row.language, row.translation_language} & choices.CYRILLIC for row in rows)


@register.filter
def any_cyrillic_version(quote: Quote) -> bool:
    """Tell the same of a quote and its translations."""
    languages = {quote.language, *(translation.language for translation in quote.translations.all())}
    return bool(languages & choices.CYRILLIC)


@register.filter
def beginning(text: str) -> str:
    """Return the first words of a quotation: enough to tell its links from those of others by ear."""
    words = text.split(None, BEGINNING)
    return " ".join([*words[:BEGINNING], "…"] if len(words) > BEGINNING else words)


@register.filter
def size_of_words(text: str) -> str:
    """Return the class that sets words larger the fewer they are; empty for those of middling length."""
    return "words--long" if len(text) > LONG else "words--short" if len(text) < SHORT else ""


@register.filter
def markdown(text: str) -> SafeString:
    """Return Markdown as HTML."""
    # Safe: text.markdown.to_html ends with nh3's allow-list.
    return mark_safe(to_html(text))  # noqa: S308


@register.filter
def status_label(status: str) -> str:
    """Return what readers call a status; an initiative without one has no evidence."""
    return str(choices.STATUS_LABELS[status])


@register.filter
def status_meaning(status: str) -> str:
    """Return what a status says, and no more, in a sentence."""
    return str(choices.STATUS_MEANINGS[status or choices.NO_STATUS])


@register.filter
def verification_label(verification: str) -> str:
    """Return what readers call a verification."""
    return str(choices.Verification(verification).label)


@register.filter
def verification_meaning(verification: str) -> str:
    """Return what a verification says in a sentence."""
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
    """Return what readers call a kind of item in search results, in the singular."""
    return str(choices.KIND_SINGULAR[choices.Kind(kind)])


@register.filter
def kinds_label(kind: str) -> str:
    """Return what readers call items of a kind, in the plural."""
    return str(choices.Kind(kind).label)


@register.filter
def host(url: str) -> str:
    """Return the host of an address, without www."""
    return url.partition("//")[2].partition("/")[0].removeprefix("www.")


@register.filter
def grouped(number: int) -> str:
    """Return a number with its thousands set apart as the active language does: 10,000."""
    return _grouped(number, get_language())


@lru_cache(maxsize=10_000)
def _grouped(number: int, language: str) -> str:
    """Return the number as the active language, which is named so that each language's form is kept, sets it."""
    return number_format(number, use_l10n=True, force_grouping=True)


@register.filter
def setting_status(milestones: Iterable[Milestone]) -> Milestone | None:
    """Return, of an initiative's milestones (oldest first), the one that its status comes from; None if none does."""
    return next((milestone for milestone in reversed(list(milestones)) if milestone.status), None)


@register.simple_tag
def known_date(item: Dated) -> SafeString:
    """Return the date of an item as HTML, only as exactly as it is known; in words if it is not."""
    if item.date is None:
        return filled('<span class="unknown">{words}</span>', words=item.shown_date)
    return filled('<time datetime="{date}">{words}</time>', date=item.iso_date, words=item.shown_date)


@register.simple_tag
def partial_date(date, precision) -> str:
    """Return a date as exactly as it is known."""
    return show_partial_date(date, precision)
